import LinearAlgebra
import MolecularStructure

/// A molecule as a rigid body: its centre of mass, its moments of inertia, and its translations and rotations.
public struct RigidMotions: Sendable {
    /// In bohr.
    public let centerOfMass: SIMD3<Double>
    /// Principal moments of inertia, ascending, in unified atomic mass units and bohr squared.
    public let moments: [Double]
    /// Whether all atoms are on a line: then there are two rotations.
    public let isLinear: Bool
    /// In mass-weighted Cartesian coordinates, orthonormal, translations first; 3N rows.
    let directions: Matrix

    /// Translations and rotations: 6, of linear molecules 5, of an atom 3.
    public var count: Int { directions.columns }

    /// Part of the largest moment of inertia below which the smallest is that of a linear molecule.
    private static let linearity = 1e-7

    /// - Parameter masses: one an atom, in unified atomic mass units.
    /// - Throws: `LinearAlgebraError`.
    public init(_ molecule: Molecule, masses: [Double]) throws {
        let positions = molecule.atoms.map(\.position)
        let total = masses.reduce(0, +)
        let center = zip(masses, positions).reduce(SIMD3<Double>.zero) { $0 + $1.0 * $1.1 } / total
        centerOfMass = center
        var inertia = Matrix(rows: 3, columns: 3)
        for (mass, position) in zip(masses, positions) {
            let r = position - center
            for i in 0..<3 {
                inertia[i, i] += mass * r.dot(r)
                for j in 0..<3 { inertia[i, j] -= mass * r[i] * r[j] }
            }
        }
        let principal = try SymmetricEigenproblem(inertia)
        let moments = principal.values.map { max($0, 0) }
        self.moments = moments
        isLinear = positions.count > 1 && moments[0] <= Self.linearity * moments[2]
        var columns: [[Double]] = []
        for axis in 0..<3 {
            columns.append(masses.flatMap { mass in (0..<3).map { $0 == axis ? (mass / total).squareRoot() : 0 } })
        }
        for axis in 0..<3 where moments[axis] > Self.linearity * moments[2] && moments[2] > 0 {
            let turn = SIMD3(principal.vectors[0, axis], principal.vectors[1, axis], principal.vectors[2, axis])
            columns.append(
                zip(masses, positions).flatMap { mass, position in
                    let arm = turn.cross(position - center) * (mass / moments[axis]).squareRoot()
                    return [arm.x, arm.y, arm.z]
                })
        }
        var directions = Matrix(rows: 3 * positions.count, columns: columns.count)
        for (column, values) in columns.enumerated() {
            for (row, value) in values.enumerated() { directions[row, column] = value }
        }
        self.directions = directions
    }

    /// Rotational constants A, B, C in GHz, falling; one of a linear molecule, none of an atom.
    public var rotationalConstantsInGHz: [Double] {
        guard moments[2] > 0 else { return [] }
        // B = hbar^2 / (2 I) as an energy, over h; one hartree is 2 Ry c h.
        let wavenumbers = (isLinear ? [moments[2]] : moments).map {
            PhysicalConstants.hartreeInWavenumbers / (2 * $0 * PhysicalConstants.atomicMassUnit)
        }
        return wavenumbers.map { $0 * PhysicalConstants.wavenumberInGHz }
    }
}
