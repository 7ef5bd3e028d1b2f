import Foundation

/// Two families of integrals over u in [0, 1], for orders k = 0, 1, ... and x >= 0:
/// `even` F_k(x) = integral of u^(2k) exp(-x u^2), and
/// `complementary` H_k(x) = integral of (1 - u^2)^k exp(-x (1 - u^2)), a relative of Dawson's integral.
///
/// For x below 96, evaluated from a table by a Taylor series in x (derivatives are in the same family: dF_k/dx = -F_(k+1));
/// otherwise by the asymptotic series. The relative error is about 1e-15.
struct ExponentialMoments: Sendable {
    enum Family: Sendable { case even, complementary }

    static let even = ExponentialMoments(.even)
    static let complementary = ExponentialMoments(.complementary)

    /// Orders 0...highestOrder are available.
    static let highestOrder = 24
    private static let taylorTerms = 8
    private static let columns = 32
    private static let pointsPerUnit = 16.0
    private static let limit = 96.0

    let family: Family
    private let table: [Double]

    private init(_ family: Family) {
        self.family = family
        let rows = Int(Self.limit * Self.pointsPerUnit) + 1
        var table = [Double](repeating: 0, count: rows * Self.columns)
        let rule = LegendreQuadrature(count: 96)
        let squares = rule.nodes.map { 0.25 * (1 + $0) * (1 + $0) }
        for row in 0..<rows {
            let x = Double(row) / Self.pointsPerUnit
            switch family {
            case .even:
                // The highest order from its ascending series of positive terms, the others by downward recursion.
                let top = Self.columns - 1
                var term = 1 / Double(2 * top + 1)
                var sum = term
                var i = 1
                while term > 1e-17 * sum {
                    term *= 2 * x / Double(2 * top + 2 * i + 1)
                    sum += term
                    i += 1
                }
                let exponential = exp(-x)
                var value = exponential * sum
                table[row * Self.columns + top] = value
                for k in stride(from: top - 1, through: 0, by: -1) {
                    value = (2 * x * value + exponential) / Double(2 * k + 1)
                    table[row * Self.columns + k] = value
                }
            case .complementary:
                for (weight, square) in zip(rule.weights, squares) {
                    let w = 1 - square
                    var term = 0.5 * weight * exp(-x * w)
                    for k in 0..<Self.columns {
                        table[row * Self.columns + k] += term
                        term *= w
                    }
                }
            }
        }
        self.table = table
    }

    /// Writes orders 0...highest to `result`.
    func evaluate(_ x: Double, highest: Int, into result: UnsafeMutablePointer<Double>) {
        if x >= Self.limit {
            evaluateAsymptotically(x, highest: highest, into: result)
            return
        }
        let row = Int(x * Self.pointsPerUnit + 0.5)
        let step = Double(row) / Self.pointsPerUnit - x
        table.withUnsafeBufferPointer { table in
            let base = table.baseAddress! + row * Self.columns
            for k in 0...highest {
                var sum = base[k + Self.taylorTerms - 1]
                var j = Double(Self.taylorTerms - 1)
                for order in stride(from: Self.taylorTerms - 2, through: 0, by: -1) {
                    sum = base[k + order] + sum * (step / j)
                    j -= 1
                }
                result[k] = sum
            }
        }
    }

    private func evaluateAsymptotically(_ x: Double, highest: Int, into result: UnsafeMutablePointer<Double>) {
        switch family {
        case .even:
            var value = 0.5 * (Double.pi / x).squareRoot()
            for k in 0...highest {
                result[k] = value
                value *= Double(2 * k + 1) / (2 * x)
            }
        case .complementary:
            var factor = 0.5 / x
            for k in 0...highest {
                var term = factor
                var sum = 0.0
                var j = 0.0
                while term > 1e-17 * sum, j < 60 {
                    sum += term
                    term *= (j + 0.5) * (Double(k + 1) + j) / ((j + 1) * x)
                    j += 1
                }
                result[k] = sum
                factor *= Double(k + 1) / x
            }
        }
    }
}
