import LinearAlgebra
import MolecularStructure

/// The harmonic vibrations of a molecule: eigenvectors of the mass-weighted Hessian, translations and rotations projected out.
///
/// E. B. Wilson, J. C. Decius and P. C. Cross, Molecular Vibrations (McGraw-Hill 1955); W. H. Miller, N. C. Handy and J. E. Adams,
/// J. Chem. Phys. 72, 99 (1980), doi 10.1063/1.438959, for the projection.
public struct NormalModes: Sendable {
    /// One vibration.
    public struct Mode: Sendable, Equatable {
        /// In cm-1; an imaginary wavenumber is negative here.
        public let wavenumber: Double
        /// In unified atomic mass units, that of the normalised Cartesian displacement, as in Gaussian.
        public let reducedMass: Double
        /// In mdyne per Angstrom; negative in an imaginary mode.
        public let forceConstant: Double
        /// x, y and z of every atom, normalised to 1; frozen atoms have zeros. The largest component is positive.
        public let displacement: [Double]

        public var isImaginary: Bool { wavenumber < 0 }

        /// The Cartesian change per unit of the mass-weighted normal coordinate, in bohr per bohr and root of an electron mass.
        public var normalCoordinate: [Double] {
            let scale = 1 / (reducedMass * PhysicalConstants.atomicMassUnit).squareRoot()
            return displacement.map { scale * $0 }
        }
    }

    /// By ascending wavenumber, imaginary ones first.
    public let modes: [Mode]
    /// Wavenumbers in cm-1 of translations and rotations before they are projected out, ascending: zero for an exact Hessian at a
    /// stationary point. With frozen atoms, of the rigid motions that leave them in place.
    public let residualWavenumbers: [Double]

    /// - Parameters:
    ///   - hessian: of all Cartesian coordinates, in hartree per bohr squared; symmetric.
    ///   - masses: one per atom, in unified atomic mass units.
    ///   - frozen: indices of atoms that do not move; rigid motions that leave them in place are projected out.
    /// - Throws: `LinearAlgebraError`.
    ///
    /// Cost: the cube of the number of coordinates.
    public init(hessian: Matrix, molecule: Molecule, masses: [Double], frozen: Set<Int> = []) throws {
        let size = 3 * molecule.atoms.count
        let roots = (0..<size).map { (masses[$0 / 3] * PhysicalConstants.atomicMassUnit).squareRoot() }
        var weighted = hessian
        for row in 0..<size { for column in 0..<size { weighted[row, column] /= roots[row] * roots[column] } }
        let rigid = try RigidMotions(molecule, masses: masses, frozen: frozen)
        let free = Matrix.identity(size).columns((0..<size).filter { !frozen.contains($0 / 3) })
        residualWavenumbers = try Self.residuals(weighted, rigid, free: free)
        let space = free * (try Self.complement(of: free.times(rigid.directions, transposed: true)))
        guard space.columns > 0 else {
            modes = []
            return
        }
        let solution = try SymmetricEigenproblem(weighted.transformed(by: space))
        let vectors = space * solution.vectors
        modes = solution.values.indices.map { index in
            let eigenvalue = solution.values[index]
            var displacement = (0..<size).map { vectors[$0, index] / roots[$0] }
            let norm = displacement.reduce(0) { $0 + $1 * $1 }.squareRoot()
            let largest = displacement.max { abs($0) < abs($1) } ?? 1
            let scale = (largest < 0 ? -1 : 1) / norm
            for row in 0..<size { displacement[row] *= scale }
            let reduced = 1 / (norm * norm * PhysicalConstants.atomicMassUnit)
            return Mode(
                wavenumber: Self.wavenumber(eigenvalue), reducedMass: reduced,
                forceConstant: eigenvalue * reduced * PhysicalConstants.atomicMassUnit
                    * PhysicalConstants.atomicForceConstantInMdynePerAngstrom,
                displacement: displacement)
        }
    }

    /// Imaginary wavenumbers up to this magnitude, in cm-1, are within the error of second derivatives on a grid.
    public static let negligible = 20.0

    /// Imaginary modes beyond the error of second derivatives: the order of a saddle point.
    public var imaginaryCount: Int { modes.count { $0.wavenumber < -Self.negligible } }

    /// Of an eigenvalue of the Hessian over electron masses: the root, with the sign of the eigenvalue.
    private static func wavenumber(_ eigenvalue: Double) -> Double {
        let root = abs(eigenvalue).squareRoot() * PhysicalConstants.hartreeInWavenumbers
        return eigenvalue < 0 ? -root : root
    }

    /// An orthonormal basis of the orthogonal complement of the columns.
    private static func complement(of directions: Matrix) throws -> Matrix {
        let size = directions.rows
        guard directions.columns < size else { return Matrix(rows: size, columns: 0) }
        guard directions.columns > 0 else { return Matrix.identity(size) }
        let solution = try SymmetricEigenproblem(directions.times(directions, otherTransposed: true))
        // Eigenvalues 0, then 1 for every direction.
        return solution.vectors.columns(Array(0..<(size - directions.columns)))
    }

    /// From the eigenvalues of the whole matrix, those of the vectors with the largest shares of translations and rotations.
    private static func residuals(_ weighted: Matrix, _ rigid: RigidMotions, free: Matrix) throws -> [Double] {
        guard rigid.count > 0 else { return [] }
        let solution = try SymmetricEigenproblem(weighted.transformed(by: free))
        let shares = free.times(rigid.directions, transposed: true).times(solution.vectors, transposed: true)
        let ranked = solution.values.indices.sorted { a, b in
            func share(_ column: Int) -> Double { (0..<shares.rows).reduce(0) { $0 + shares[$1, column] * shares[$1, column] } }
            return share(a) > share(b)
        }
        return ranked.prefix(rigid.count).map { wavenumber(solution.values[$0]) }.sorted()
    }
}
