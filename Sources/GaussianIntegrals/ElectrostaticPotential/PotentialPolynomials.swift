import Foundation
import GaussianBasis

/// The potential of the electrons from Hermite Gaussians, rewritten as sum_n F_n(T) P_n(x).
///
/// With x = sqrt(p) (r - P) and T = x^2, the potential of (d/dP)^tuv exp(-p (r - P)^2) is
/// (2 pi / p) (d/dP)^tuv F_0(T). Along one axis, D = (1 / 2 sqrt(p)) d/dP acts as
/// D (x^k F_n) = x^(k+1) F_(n+1) - (k/2) x^(k-1) F_n, so that
/// D^t F_0 = sum_i (-1)^i t! / (4^i i! (t - 2i)!) x^(t-2i) F_(t-i).
/// For a pair of total order L, there is a polynomial P_n for each n from 0 to L, with monomials of degrees from max(0, 2n - L)
/// to n. Its coefficients are stored in ascending order of n, then of the degree, then in the order of `CartesianMonomials`. No
/// recursion over intermediate integrals is required at the points.
enum PotentialPolynomials {
    /// Lowest degree of P_n for a pair of order L.
    @inline(__always)
    static func lowestDegree(_ n: Int, order: Int) -> Int { max(0, 2 * n - order) }

    /// Total number of coefficients of all P_n.
    static func count(order: Int) -> Int {
        (0...order).reduce(0) { $0 + hermiteCount($1) - hermiteCount(lowestDegree($1, order: order) - 1) }
    }

    /// Polynomial coefficients of the potential of the electrons (negative for a positive density).
    ///
    /// - Parameter hermite: `hermiteCount(order)` coefficients of the Hermite Gaussians.
    static func coefficients(hermite: [Double], order: Int, exponent p: Double) -> [Double] {
        var starts: [Int] = []
        var total = 0
        for n in 0...order {
            starts.append(total)
            total += hermiteCount(n) - hermiteCount(lowestDegree(n, order: order) - 1)
        }
        var result = [Double](repeating: 0, count: total)
        var place = 0
        for degree in 0...order {
            let scale = -2 * Double.pi / p * pow(2 * p.squareRoot(), Double(degree))
            for power in CartesianMonomials.powers(degree) {
                let value = scale * hermite[place]
                place += 1
                if value == 0 { continue }
                for i in 0...(power.x / 2) {
                    let ci = value * factor(power.x, i)
                    for j in 0...(power.y / 2) {
                        let cj = ci * factor(power.y, j)
                        for k in 0...(power.z / 2) {
                            let removed = i + j + k
                            let n = degree - removed
                            let m = degree - 2 * removed
                            let first = starts[n] + hermiteCount(m - 1) - hermiteCount(lowestDegree(n, order: order) - 1)
                            let index = CartesianMonomials.index(power.x - 2 * i, power.y - 2 * j, power.z - 2 * k)
                            result[first + index] += cj * factor(power.z, k)
                        }
                    }
                }
            }
        }
        return result
    }

    /// (-1)^i t! / (4^i i! (t - 2i)!).
    private static func factor(_ t: Int, _ i: Int) -> Double {
        var result = 1.0
        for k in 0..<(2 * i) { result *= Double(t - k) }
        for k in 1..<(i + 1) { result /= -4 * Double(k) }
        return result
    }

    /// For each n, the sums of the magnitudes of the coefficients by degree: element [n][degree].
    static func magnitudes(_ coefficients: [Double], order: Int) -> [[Double]] {
        var result: [[Double]] = []
        var place = 0
        for n in 0...order {
            var row = [Double](repeating: 0, count: n + 1)
            for m in lowestDegree(n, order: order)...n {
                for _ in 0..<CartesianMonomials.count(m) {
                    row[m] += abs(coefficients[place])
                    place += 1
                }
            }
            result.append(row)
        }
        return result
    }

    /// A bound of the magnitude of the potential at any point: every monomial of degree m is at most T^(m/2).
    static func bound(_ magnitudes: [[Double]]) -> Double {
        var result = 0.0
        for (n, row) in magnitudes.enumerated() {
            for (m, value) in row.enumerated() where value > 0 { result += value * largestProducts[n][m] }
        }
        return result
    }

    /// Smallest T beyond which the asymptotic forms of the Boys functions change the potential by less than `tolerance`, limited
    /// to `BoysLookup.limit`. Their error is below exp(-T) / T for T >= 2n.
    static func asymptoticArgument(_ magnitudes: [[Double]], tolerance: Double) -> Double {
        func error(_ t: Double) -> Double {
            var sum = 0.0
            for row in magnitudes {
                for (m, value) in row.enumerated() { sum += value * pow(t, 0.5 * Double(m)) }
            }
            return sum * exp(-t) / t
        }
        var t = 2 * Double(magnitudes.count)
        while t < BoysLookup.limit && error(t) > tolerance { t += 0.5 }
        return min(t, BoysLookup.limit)
    }

    /// Maximum of F_n(T) T^(m/2), slightly increased because it is sampled at discrete arguments.
    private static let largestProducts: [[Double]] = (0...BoysLookup.highestOrder).map { n in
        (0...n).map { m in
            let sampled = stride(from: 0.0, through: 40, by: 0.25).map {
                BoysFunction.series(n, at: $0) * pow($0, 0.5 * Double(m))
            }
            return 1.02 * (sampled.max() ?? 1)
        }
    }
}
