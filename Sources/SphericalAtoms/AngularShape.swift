import Foundation

/// How an open shell of a spherical atom spreads over directions: the functions that its electrons of one spin occupy, and
/// their density relative to its average, which depends on the angle to one axis alone.
///
/// Occupied are real functions that belong to the ground term of Hund's rules as far as single determinants of such functions
/// do (z^2 and x^2 - y^2 for two d electrons, xy, xz and yz for three). A function of one sign of m is averaged about the axis.
struct AngularShape: Sendable {
    /// Cosines of the angle on one side of the equator, with weights that add up to one.
    struct Directions: Sendable {
        let cosines, weights: [Double]
    }

    let l: Int
    /// Values of m.
    let members: [Int]
    /// At the directions: density over its average, and the derivative by the angle.
    let values, slopes: [Double]
    /// Averages of the density times the Legendre polynomials of the orders 0, 2, 4 ... 2 l.
    let moments: [Double]

    /// - Parameter electrons: of one spin, fewer than 2 l + 1.
    init(l: Int, electrons: Int, directions: Directions) {
        self.l = l
        members = Self.occupied(l: l, electrons: electrons)
        let legendre = Self.legendrePolynomials(to: 2 * l)
        var sum = [Double](repeating: 0, count: 2 * l + 1)
        for m in members.map(abs) {
            // The m-th derivative of the Legendre polynomial, squared, times (1 - x^2)^m.
            let derivative = (0..<m).reduce(legendre[l]) { polynomial, _ in Self.derivative(polynomial) }
            var square = Self.product(derivative, derivative)
            for _ in 0..<m { square = Self.product(square, [1, 0, -1]) }
            var factor = Double(2 * l + 1) / Double(members.count)
            for number in stride(from: l - m + 1, through: l + m, by: 1) { factor /= Double(number) }
            for (power, coefficient) in square.enumerated() { sum[power] += factor * coefficient }
        }
        let slope = Self.derivative(sum)
        values = directions.cosines.map { Self.value(sum, at: $0) }
        slopes = directions.cosines.map { -(1 - $0 * $0).squareRoot() * Self.value(slope, at: $0) }
        moments = stride(from: 0, through: 2 * l, by: 2).map { order in
            // Even powers, averaged from -1 to 1.
            Self.product(sum, legendre[order]).enumerated().reduce(0) { result, term in
                term.offset % 2 == 0 ? result + term.element / Double(term.offset + 1) : result
            }
        }
    }

    private static func occupied(l: Int, electrons: Int) -> [Int] {
        let sets: [[[Int]]] = [
            [[]], [[], [0], [1, -1]], [[], [0], [0, 2], [1, -1, 2], [1, -1, 2, -2]],
            [[], [0], [3, 2], [3, 2, 1], [3, 2, 1, 0], [3, 2, 1, 0, -1], [1, -1, 2, -2, 3, -3]],
        ]
        return sets[l][electrons]
    }

    private static func legendrePolynomials(to order: Int) -> [[Double]] {
        var result: [[Double]] = [[1], [0, 1]]
        for n in 1..<max(2, order) {
            var next = product([0, Double(2 * n + 1)], result[n])
            for (power, coefficient) in result[n - 1].enumerated() { next[power] -= Double(n) * coefficient }
            result.append(next.map { $0 / Double(n + 1) })
        }
        return result
    }

    private static func product(_ a: [Double], _ b: [Double]) -> [Double] {
        var result = [Double](repeating: 0, count: a.count + b.count - 1)
        for (i, x) in a.enumerated() { for (j, y) in b.enumerated() { result[i + j] += x * y } }
        return result
    }

    private static func derivative(_ a: [Double]) -> [Double] {
        a.count < 2 ? [0] : a.indices.dropFirst().map { Double($0) * a[$0] }
    }

    private static func value(_ a: [Double], at x: Double) -> Double { a.reversed().reduce(0) { $0 * x + $1 } }
}
