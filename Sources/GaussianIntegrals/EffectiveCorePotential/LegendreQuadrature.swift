import Foundation

/// Gauss-Legendre rule on [-1, 1], exact for polynomials of degree 2n - 1.
package struct LegendreQuadrature: Sendable {
    /// Ascending.
    package let nodes: [Double]
    package let weights: [Double]

    package init(count: Int) {
        var nodes = [Double](repeating: 0, count: count)
        var weights = nodes
        for i in 0..<count {
            // Newton iteration, starting from Tricomi's estimate of the root.
            var x = -cos(Double.pi * (Double(i) + 0.75) / (Double(count) + 0.5))
            var slope = 1.0
            for _ in 0..<100 {
                var previous = 1.0
                var value = x
                for n in stride(from: 2, through: count, by: 1) {
                    (previous, value) = (value, (Double(2 * n - 1) * x * value - Double(n - 1) * previous) / Double(n))
                }
                slope = Double(count) * (x * value - previous) / (x * x - 1)
                let step = value / slope
                x -= step
                if abs(step) < 1e-16 { break }
            }
            nodes[i] = x
            weights[i] = 2 / ((1 - x * x) * slope * slope)
        }
        self.nodes = nodes
        self.weights = weights
    }

    /// The corresponding rule on [0, 1].
    package var onUnitInterval: [(node: Double, weight: Double)] {
        zip(nodes, weights).map { (0.5 * (1 + $0), 0.5 * $1) }
    }
}
