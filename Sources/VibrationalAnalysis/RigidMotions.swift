import LinearAlgebra
import MolecularStructure

/// A molecule as a rigid body: its moments of inertia, and its translations and rotations.
public struct RigidMotions: Sendable {
    /// Principal moments of inertia, ascending, in unified atomic mass units and bohr squared.
    public let moments: [Double]
    /// Whether all atoms lie on a line: then there are two rotations.
    public let isLinear: Bool
    /// Motions that leave frozen atoms in place, in mass-weighted Cartesian coordinates, orthonormal; 3N rows.
    let directions: Matrix

    /// Number of translations and rotations: 6, for linear molecules 5; fewer with frozen atoms.
    public var count: Int { directions.columns }

    /// Distance in bohr within which atoms are on a line, and within which a rigid motion leaves an atom where it is.
    static let tolerance = 0.05

    /// - Parameters:
    ///   - masses: one per atom, in unified atomic mass units.
    ///   - frozen: indices of atoms that do not move.
    /// - Throws: `LinearAlgebraError`.
    public init(_ molecule: Molecule, masses: [Double], frozen: Set<Int> = []) throws {
        let positions = molecule.atoms.map(\.position)
        let total = masses.reduce(0, +)
        let center = zip(masses, positions).reduce(SIMD3<Double>.zero) { $0 + $1.0 * $1.1 } / total
        var inertia = Matrix(rows: 3, columns: 3)
        for (mass, position) in zip(masses, positions) {
            let r = position - center
            for i in 0..<3 {
                inertia[i, i] += mass * r.dot(r)
                for j in 0..<3 { inertia[i, j] -= mass * r[i] * r[j] }
            }
        }
        let principal = try SymmetricEigenproblem(inertia)
        moments = principal.values.map { max($0, 0) }
        let axis = SIMD3(principal.vectors[0, 0], principal.vectors[1, 0], principal.vectors[2, 0])
        isLinear = positions.count > 1 && positions.allSatisfy { ($0 - center).cross(axis).length < Self.tolerance }
        // About a frozen atom, if there is one.
        let origin = frozen.min().map { positions[$0] } ?? center
        var motions = Matrix(rows: 3 * positions.count, columns: 6)
        for (atom, position) in positions.enumerated() {
            for k in 0..<3 {
                motions[3 * atom + k, k] = 1
                var turn = SIMD3<Double>.zero
                turn[k] = 1
                let arm = turn.cross(position - origin)
                for i in 0..<3 { motions[3 * atom + i, 3 + k] = arm[i] }
            }
        }
        let rows = frozen.sorted().flatMap { [3 * $0, 3 * $0 + 1, 3 * $0 + 2] }
        motions = motions * (try Self.combinations(of: motions, rows: rows) { $0 < Self.tolerance * Self.tolerance })
        // The rotation about the line of a linear molecule moves nothing.
        let all = Array(0..<motions.rows)
        let moving = try Self.combinations(of: motions, rows: all) { _ in true }
        let turned = motions * moving
        // Sorted by the size of the motion: the first is the rotation about the axis of a linear molecule, or the first three are those of
        // an atom.
        let idle = positions.count == 1 ? 3 : isLinear ? 1 : 0
        let kept = Array(min(idle, turned.columns)..<turned.columns)
        var weighted = turned.columns(kept)
        for row in 0..<weighted.rows {
            for column in 0..<weighted.columns { weighted[row, column] *= masses[row / 3].squareRoot() }
        }
        guard weighted.columns > 0 else {
            directions = weighted
            return
        }
        let overlap = try SymmetricEigenproblem(weighted.times(weighted, transposed: true))
        directions = weighted * overlap.function { 1 / $0.squareRoot() }
    }

    /// Orthonormal combinations of columns for which the sum of squares of some rows satisfies a condition.
    private static func combinations(of columns: Matrix, rows: [Int], where condition: (Double) -> Bool) throws -> Matrix {
        let part = columns.transposed().columns(rows)
        let solution = try SymmetricEigenproblem(part.times(part, otherTransposed: true))
        return solution.vectors.columns(solution.values.indices.filter { condition(solution.values[$0]) })
    }

    /// Rotational constants A, B, C in GHz, falling; one of a linear molecule, none of an atom.
    public var rotationalConstantsInGHz: [Double] {
        guard moments.count == 3, moments[2] > 0 else { return [] }
        // B = hbar^2 / (2 I) as an energy, over h; one hartree is 2 Ry c h.
        let wavenumbers = (isLinear ? [moments[2]] : moments).map {
            PhysicalConstants.hartreeInWavenumbers / (2 * $0 * PhysicalConstants.atomicMassUnit)
        }
        return wavenumbers.map { $0 * PhysicalConstants.wavenumberInGHz }
    }
}
