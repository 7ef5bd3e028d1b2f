import Foundation
import GaussianBasis

/// Point multipoles about a centre, as a polynomial. At distance R the potential of the electrons is (1 / R) Q(u) with
/// u = (r - C) / R^2, because the potential of the N-th derivatives of a point charge is a homogeneous harmonic polynomial of
/// degree N divided by R^(2N+1).
///
/// The coefficients of Q are stored in the order in which the nested Horner scheme uses them: in descending order of the power of
/// x, then of y, then of z.
enum MultipolePolynomial {
    /// Initialises from `hermiteCount(order)` coefficients of Hermite Gaussians with exponent 1 about the centre.
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

/// Sums of distant Hermite Gaussians, translated to one centre.
struct MultipoleSum {
    static let highestOrder = 8

    let center: SIMD3<Double>
    /// For each density, coefficients of Hermite Gaussians with exponent 1, up to `highestOrder`.
    private(set) var hermite: [[Double]]

    init(center: SIMD3<Double>, densities: Int) {
        self.center = center
        hermite = Array(repeating: [Double](repeating: 0, count: hermiteCount(Self.highestOrder)), count: densities)
    }

    /// Coefficients up to `order`. Later additions do not change the returned values.
    func coefficients(order: Int) -> [[Double]] { hermite.map { Array($0[..<hermiteCount(order)]) } }

    /// Adds a pair: delta(r - C - d) = sum d^abc / (a! b! c!) (d/dC)^abc delta(r - C).
    mutating func add(_ pair: PairPotential) {
        let d = pair.center - center
        let scale = 1 / (pair.exponent * pair.exponent.squareRoot())
        let shifts = Self.products.shifts(d, scale: scale)
        let highest = d == SIMD3() ? 0 : Self.highestOrder
        for own in 0..<min(hermiteCount(pair.order), hermiteCount(Self.highestOrder)) {
            let row = Self.products.rows[own]
            let count = min(row.count, hermiteCount(highest))
            for density in hermite.indices {
                let value = pair.hermite[density][own]
                if value == 0 { continue }
                hermite[density].withUnsafeMutableBufferPointer { target in
                    for k in 0..<count { target[Int(row[k])] += value * shifts[k] }
                }
            }
        }
    }

    /// Indices of products of derivatives.
    private struct Products: Sendable {
        /// Element [h][s]: index of derivative h followed by derivative s; s is limited by `highestOrder`.
        let rows: [[Int32]]
        /// For each derivative except the first: the derivative with one power reduced by one, the axis, and that power.
        private let steps: [(previous: Int, axis: Int, power: Double)]

        init() {
            let powers = (0...MultipoleSum.highestOrder).flatMap { CartesianMonomials.powers($0) }
            func place(_ x: Int, _ y: Int, _ z: Int) -> Int {
                hermiteCount(x + y + z - 1) + CartesianMonomials.index(x, y, z)
            }
            rows = powers.map { own in
                powers.prefix(hermiteCount(MultipoleSum.highestOrder - own.x - own.y - own.z)).map { shift in
                    Int32(place(own.x + shift.x, own.y + shift.y, own.z + shift.z))
                }
            }
            steps = powers.dropFirst().map { p in
                if p.x > 0 { return (place(p.x - 1, p.y, p.z), 0, Double(p.x)) }
                if p.y > 0 { return (place(p.x, p.y - 1, p.z), 1, Double(p.y)) }
                return (place(p.x, p.y, p.z - 1), 2, Double(p.z))
            }
        }

        /// scale d^abc / (a! b! c!).
        func shifts(_ d: SIMD3<Double>, scale: Double) -> [Double] {
            var result = [scale]
            result.reserveCapacity(steps.count + 1)
            for step in steps { result.append(result[step.previous] * d[step.axis] / step.power) }
            return result
        }
    }

    private static let products = Products()
}

/// Bound of the error due to truncation of the multipoles of several pairs about a common centre.
///
/// A derivative of order m of 1/R, translated by d, is a series in d. Its j-th term is at most (m+j)! / j! d^j / R^(m+j+1). If
/// multipoles are truncated after order L, the terms with m + j > L are missing.
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

    /// Bound for the density for which it is largest, at a distance of at least twice the radius.
    private func value(_ distance: Double, order: Int) -> Double {
        let inverse = 1 / distance
        return weights.reduce(0) { largest, density in
            var sum = 0.0
            for (m, row) in density.enumerated() {
                let first = max(0, order - m + 1)
                var power = pow(distance, -Double(m + first + 1))
                for j in first..<Self.terms {
                    if row[j] == 0 { break }
                    sum += row[j] * power
                    power *= inverse
                }
            }
            return max(largest, sum)
        }
    }

    /// Whether truncation after `order` causes an error below `tolerance` for all distances from `distance` on.
    func suffices(order: Int, at distance: Double, tolerance: Double) -> Bool {
        distance >= 2 * radius && value(distance, order: order) <= tolerance
    }

    /// Minimum distance at which truncation after `order` causes an error below `tolerance`, to within about ten per cent.
    func reach(order: Int, tolerance: Double, from start: Double) -> Double {
        var distance = max(start, 2 * radius, 0.1)
        while distance < 1e4, value(distance, order: order) > tolerance { distance *= 1.1 }
        return distance
    }
}
