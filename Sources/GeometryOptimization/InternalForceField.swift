import LinearAlgebra
import MolecularStructure

/// Second derivatives of the energy in redundant internal coordinates: how a vibration changes them, and at what energy.
///
/// The force constants are those of the Hessian's projection on the coordinates, F = (B+)^T H B+ with the generalised inverse B+ of
/// Wilson's matrix B; with redundant coordinates they are one choice among equivalent ones. P. Pulay and G. Fogarasi, J. Chem. Phys. 96,
/// 2856 (1992), doi 10.1063/1.462844.
public struct InternalForceField: Sendable {
    public let coordinates: [InternalCoordinate]
    /// Diagonal force constants, in hartree per bohr squared or per radian squared.
    public let forceConstants: [Double]
    private let derivatives: Matrix

    /// - Parameter hessian: of the Cartesian coordinates, in hartree per bohr squared.
    /// - Throws: `LinearAlgebraError`.
    ///
    /// Cost: the cube of the number of coordinates.
    public init(_ molecule: Molecule, hessian: Matrix) throws {
        let positions = molecule.atoms.map(\.position)
        coordinates = PrimitiveCoordinates(molecule).coordinates
        let wilson = try WilsonMatrix(coordinates, positions)
        derivatives = wilson.derivatives
        let inverse = wilson.pseudoinverse
        let product = hessian.times(inverse)
        forceConstants = (0..<coordinates.count).map { column in
            (0..<inverse.rows).reduce(0) { $0 + inverse[$1, column] * product[$1, column] }
        }
    }

    /// Changes of the coordinates due to a small displacement x, y, z of every atom, in bohr and radian.
    public func changes(_ displacement: [Double]) -> [Double] { derivatives.times(displacement) }
}
