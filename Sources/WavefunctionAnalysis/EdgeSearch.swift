import Foundation
import MolecularStructure

/// The points on cut grid edges at which a field has its level: Newton's method along each edge, bounded by the two ends.
struct EdgeSearch {
    private(set) var positions: [SIMD3<Double>]
    /// Unit vectors out of the enclosed region.
    private(set) var normals: [SIMD3<Double>]
    private let edges: [GridSurface.CutEdge]
    private let level: Double
    /// Fractions of the way from the inside to the outside end: the place is between them, and the last guess.
    private var lower, upper, guess: [Double]

    /// Deviation from the level, as a fraction of it.
    private static let tolerance = 1e-9
    private static let mostSteps = 40

    init(edges: [GridSurface.CutEdge], level: Double) {
        self.edges = edges
        self.level = level
        lower = [Double](repeating: 0, count: edges.count)
        upper = [Double](repeating: 1, count: edges.count)
        guess = edges.map { Self.firstGuess($0, level: abs(level)) }
        normals = edges.map { ($0.outside - $0.inside).direction }
        positions = edges.map(\.inside)
        for k in edges.indices { positions[k] = place(k) }
    }

    /// Densities fall off exponentially: their logarithm is interpolated.
    private static func firstGuess(_ edge: GridSurface.CutEdge, level: Double) -> Double {
        let (inside, outside) = (edge.insideValue + level, edge.outsideValue + level)
        let linear = edge.insideValue / (edge.insideValue - edge.outsideValue)
        let fraction = outside > 0 && inside > outside ? log(inside / level) / log(inside / outside) : linear
        return fraction.isFinite ? min(max(fraction, 0), 1) : 0.5
    }

    private func place(_ k: Int) -> SIMD3<Double> {
        edges[k].inside + guess[k] * (edges[k].outside - edges[k].inside)
    }

    /// - Parameter field: value and gradient at points.
    mutating func run(_ field: ([SIMD3<Double>]) -> (values: [Double], gradients: [SIMD3<Double>])) {
        let sign: Double = level < 0 ? -1 : 1
        var active = Array(edges.indices)
        for _ in 0..<Self.mostSteps where !active.isEmpty {
            let (values, gradients) = field(active.map { positions[$0] })
            var open: [Int] = []
            for (index, k) in active.enumerated() {
                let excess = sign * (values[index] - level)
                let outward = -sign * gradients[index]
                if outward.length > 1e-12 * abs(level) { normals[k] = outward.direction }
                guard abs(excess) > Self.tolerance * abs(level) else { continue }
                if excess > 0 { lower[k] = guess[k] } else { upper[k] = guess[k] }
                guard upper[k] - lower[k] > 1e-12 else { continue }
                let slope = -outward.dot(edges[k].outside - edges[k].inside)
                let step = guess[k] - excess / slope
                guess[k] = step > lower[k] && step < upper[k] ? step : 0.5 * (lower[k] + upper[k])
                positions[k] = place(k)
                open.append(k)
            }
            active = open
        }
    }
}
