import Foundation
import LinearAlgebra
import MolecularStructure

/// A small displacement that breaks every symmetry that forces cannot break: along all internal modes of a model Hessian that are not
/// totally symmetric.
///
/// It rotates with the molecule, and the same order of the atoms gives the same displacement; another order may lead to a mirror image or
/// an equivalent structure.
enum SymmetryBreakingDisplacement {
    /// Displacement of the atom that moves most, in bohr.
    static let length = 0.15
    /// Modes softer than this, in hartree per bohr squared, do not get larger displacements.
    private static let softest = 0.05
    /// Eigenvalues of the Hessian below this belong to translations and rotations.
    private static let noMode = 1e-6

    /// Displacements of the atoms; nil if every internal mode is totally symmetric.
    ///
    /// - Parameter hessian: of the Cartesian coordinates.
    static func displacements(
        _ positions: [SIMD3<Double>], operations: [SymmetryOperation], hessian: Matrix
    ) throws -> [SIMD3<Double>]? {
        let breaking = Self.breakingProjector(operations, atomCount: positions.count)
        let modes = try SymmetricEigenproblem(hessian.transformed(by: breaking))
        let seed = seed(positions)
        var sum = [Double](repeating: 0, count: seed.count)
        var mode = modes.values.firstIndex { $0 > noMode } ?? modes.values.count
        while mode < modes.values.count {
            // Degenerate modes share their components of the seed, whatever basis the eigenvectors have.
            let value = modes.values[mode]
            var part = [Double](repeating: 0, count: seed.count)
            while mode < modes.values.count, modes.values[mode] - value < 1e-5 * value {
                let share = (0..<seed.count).reduce(0) { $0 + modes.vectors[$1, mode] * seed[$1] }
                for k in part.indices { part[k] += share * modes.vectors[k, mode] }
                mode += 1
            }
            let norm = inner(part, part).squareRoot()
            guard norm > 1e-8 else { continue }
            let scale = 1 / (norm * max(value, softest).squareRoot())
            for k in sum.indices { sum[k] += scale * part[k] }
        }
        let moves = positions.indices.map { SIMD3(sum[3 * $0], sum[3 * $0 + 1], sum[3 * $0 + 2]) }
        let longest = moves.map(\.length).max() ?? 0
        return longest > 0 ? moves.map { length / longest * $0 } : nil
    }

    /// 1 minus the mean of all operations, including the identity.
    private static func breakingProjector(_ operations: [SymmetryOperation], atomCount: Int) -> Matrix {
        var projector = Matrix.identity(3 * atomCount)
        let share = 1 / Double(operations.count + 1)
        for k in 0..<(3 * atomCount) { projector[k, k] -= share }
        for operation in operations {
            for (atom, image) in operation.permutation.enumerated() {
                for i in 0..<3 {
                    for j in 0..<3 { projector[3 * image + i, 3 * atom + j] -= share * operation.rows[i][j] }
                }
            }
        }
        return projector
    }

    /// Numbers without any pattern, in a frame that the first atoms span.
    private static func seed(_ positions: [SIMD3<Double>]) -> [Double] {
        let center = positions.reduce(.zero, +) / Double(positions.count)
        let points = positions.map { $0 - center }
        let reach = points.map(\.length).max() ?? 0
        let first = points.first { $0.length > 0.2 * reach }?.direction ?? SIMD3(0, 0, 1)
        let beside = points.first { $0.cross(first).length > 0.1 * reach }
        let sizes = [abs(first.x), abs(first.y), abs(first.z)]
        var across = SIMD3<Double>.zero
        across[sizes.indices.min { sizes[$0] < sizes[$1] } ?? 0] = 1
        let third = first.cross(beside ?? across).direction
        let second = third.cross(first)
        return positions.indices.flatMap { atom -> [Double] in
            let numbers = (0..<3).map { cos(Double(3 * atom + $0 + 1) * 2.399963) }  // the golden angle
            let v = numbers[0] * first + numbers[1] * second + numbers[2] * third
            return [v.x, v.y, v.z]
        }
    }
}
