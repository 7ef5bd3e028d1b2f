import Foundation
import GaussianBasis

/// Point multipoles about a centre, as a polynomial: at a distance R the electrons' potential is
/// (1 / R) Q(u) with u = (r - C) / R^2, since the potential of the N-th derivatives of a point charge is a homogeneous
/// harmonic polynomial of degree N divided by R^(2N+1).
///
/// Q's coefficients lie in the order in which the nested Horner scheme takes them: by descending power of x, then of y,
/// then of z.
enum MultipolePolynomial {
    /// From coefficients of Hermite Gaussians of exponent 1 about the centre, `hermiteCount(order)` of them.
    static func coefficients(hermite: [Double], order: Int) -> [Double] {
        let polynomials = PotentialPolynomials.coefficients(hermite: hermite, order: order, exponent: 1)
        let width = order + 1
        var q = [Double](repeating: 0, count: width * width * width)
        var place = 0
        for n in 0...order {
            // F_n(T) becomes (2n-1)!! / 2^(n+1) sqrt(pi) R^(-2n-1).
            var factor = 0.5 * Double.pi.squareRoot()
            for k in 0..<n { factor *= 0.5 * Double(2 * k + 1) }
            for m in PotentialPolynomials.lowestDegree(n, order: order)...n {
                for power in CartesianMonomials.powers(m) {
                    let value = factor * polynomials[place]
                    place += 1
                    if value == 0 { continue }
                    // R^(-2n-1) = R^(-2N-1) (x^2 + y^2 + z^2)^(n-m) with N = 2n - m.
                    for a in 0...(n - m) {
                        for b in 0...(n - m - a) {
                            let c = n - m - a - b
                            let (x, y, z) = (power.x + 2 * a, power.y + 2 * b, power.z + 2 * c)
                            q[(x * width + y) * width + z] += value * multinomial(a, b, c)
                        }
                    }
                }
            }
        }
        var result: [Double] = []
        for x in stride(from: order, through: 0, by: -1) {
            for y in stride(from: order - x, through: 0, by: -1) {
                for z in stride(from: order - x - y, through: 0, by: -1) { result.append(q[(x * width + y) * width + z]) }
            }
        }
        return result
    }

    private static func multinomial(_ a: Int, _ b: Int, _ c: Int) -> Double {
        var result = 1.0
        for k in 0..<b { result *= Double(a + k + 1) / Double(k + 1) }
        for k in 0..<c { result *= Double(a + b + k + 1) / Double(k + 1) }
        return result
    }
}

/// Sums of Hermite Gaussians that are far away, moved to one centre.
struct MultipoleSum {
    let center: SIMD3<Double>
    let order: Int
    /// For each density, coefficients of Hermite Gaussians of exponent 1.
    private(set) var hermite: [[Double]]

    init(center: SIMD3<Double>, order: Int, densities: Int) {
        self.center = center
        self.order = order
        hermite = Array(repeating: [Double](repeating: 0, count: hermiteCount(order)), count: densities)
    }

    /// Adds a pair, up to `order` in all: delta(r - C - d) = sum d^abc / (a! b! c!) (d/dC)^abc delta(r - C).
    mutating func add(_ pair: PairPotential) {
        let d = pair.center - center
        let scale = 1 / (pair.exponent * pair.exponent.squareRoot())
        for degree in 0...order {
            for shift in CartesianMonomials.powers(degree) {
                var factor = scale
                for k in 0..<shift.x { factor *= d.x / Double(k + 1) }
                for k in 0..<shift.y { factor *= d.y / Double(k + 1) }
                for k in 0..<shift.z { factor *= d.z / Double(k + 1) }
                if factor == 0 { continue }
                for own in 0...min(pair.order, order - degree) {
                    var place = hermiteCount(own - 1)
                    for power in CartesianMonomials.powers(own) {
                        let target =
                            hermiteCount(own + degree - 1)
                            + CartesianMonomials.index(power.x + shift.x, power.y + shift.y, power.z + shift.z)
                        for density in hermite.indices {
                            hermite[density][target] += factor * pair.hermite[density][place]
                        }
                        place += 1
                    }
                }
            }
        }
    }
}

/// Bound of what is lost when pairs' multipoles about a common centre are cut off.
///
/// A derivative of order m of 1/R, moved by d, is a series in d whose j-th term is at most (m+j)! / j! d^j / R^(m+j+1);
/// with multipoles up to order L the terms m + j > L are missing.
struct MultipoleRemainder {
    private static let terms = 32
    /// Element [density][m][j]: sums over pairs of |h| d^j (m+j)! / j!.
    private var weights: [[[Double]]]
    private(set) var radius = 0.0

    init(densities: Int, highestOrder: Int) {
        weights = Array(
            repeating: Array(repeating: [Double](repeating: 0, count: Self.terms), count: highestOrder + 1),
            count: densities)
    }

    mutating func add(_ pair: PairPotential, displacement: Double) {
        radius = max(radius, displacement)
        let scale = pow(Double.pi / pair.exponent, 1.5)
        for density in weights.indices {
            for m in 0...pair.order {
                var term = 0.0
                for k in hermiteCount(m - 1)..<hermiteCount(m) { term += abs(pair.hermite[density][k]) }
                term *= scale
                for k in 0..<m { term *= Double(k + 1) }
                for j in 0..<Self.terms {
                    weights[density][m][j] += term
                    term *= displacement * Double(m + j + 1) / Double(j + 1)
                    if term == 0 { break }
                }
            }
        }
    }

    /// For the density where it is largest, at a distance of at least twice the radius.
    private func value(_ distance: Double, order: Int) -> Double {
        weights.reduce(0) { largest, density in
            var sum = 0.0
            for (m, row) in density.enumerated() {
                let first = max(0, order - m + 1)
                var power = pow(distance, -Double(m + first + 1))
                for j in first..<Self.terms {
                    sum += row[j] * power
                    power /= distance
                }
            }
            return max(largest, sum)
        }
    }

    /// Distance from which on multipoles up to `order` miss less than `tolerance`, found to about five per cent.
    func reach(order: Int, tolerance: Double, from start: Double) -> Double {
        var distance = max(start, 2 * radius, 0.1)
        while distance < 1e4, value(distance, order: order) > tolerance { distance *= 1.05 }
        return distance
    }
}
