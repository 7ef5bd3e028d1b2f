import Foundation
import MolecularQuadrature
import MolecularStructure

/// A quadrature over the parts of space that are nearest to each nucleus.
///
/// Seen from its nucleus a cell reaches equally far or less in every direction: to the nearest of the planes half-way to the
/// other nuclei. Points lie between the nucleus and that boundary, so that no sum has to resolve a step.
struct VoronoiCells: Sendable {
    static let directions = 770
    static let distances = 50
    /// Cells of outer atoms end here, in bohr.
    static let reach = 20.0

    let points: [SIMD3<Double>]
    /// In bohr^3.
    let weights: [Double]
    /// Points of one cell; cells follow each other in the order of the atoms.
    let pointsOfCell: Int

    init(molecule: Molecule) {
        let sphere = LebedevGrid(count: Self.directions)
        let (nodes, nodeWeights) = Self.fejer(Self.distances)
        var points: [SIMD3<Double>] = []
        var weights: [Double] = []
        for atom in molecule.atoms {
            let others = molecule.atoms.map { $0.position - atom.position }.filter { ($0 * $0).sum() > 1e-12 }
            for (direction, solidAngle) in zip(sphere?.points ?? [], sphere?.weights ?? []) {
                let boundary = others.reduce(Self.reach) { nearest, offset in
                    let along = (offset * direction).sum()
                    return along > 0 ? min(nearest, (offset * offset).sum() / (2 * along)) : nearest
                }
                for (t, weight) in zip(nodes, nodeWeights) {
                    let r = boundary * t * t
                    points.append(atom.position + r * direction)
                    weights.append(solidAngle * 4 * .pi * r * r * 2 * boundary * t * weight)
                }
            }
        }
        self.points = points
        self.weights = weights
        pointsOfCell = (sphere?.count ?? 0) * nodes.count
    }

    /// Fejer's first quadrature on the interval from 0 to 1.
    static func fejer(_ count: Int) -> (nodes: [Double], weights: [Double]) {
        var nodes: [Double] = []
        var weights: [Double] = []
        for k in 0..<count {
            let angle: Double = .pi * (Double(k) + 0.5) / Double(count)
            var sum = 0.0
            for j in 1..<max(2, count / 2 + 1) {
                let twice = 2 * Double(j)
                sum += cos(twice * angle) / (twice * twice - 1)
            }
            nodes.append(0.5 * (1 - cos(angle)))
            weights.append((1 - 2 * sum) / Double(count))
        }
        return (nodes, weights)
    }
}
