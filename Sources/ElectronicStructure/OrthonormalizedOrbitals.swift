import GaussianBasis
import LinearAlgebra

extension Wavefunction.Orbitals {
    /// The nearest orbitals that are orthonormal in another overlap matrix: those of one structure made fit for one
    /// beside it.
    ///
    /// P.-O. Loewdin, J. Chem. Phys. 18, 365 (1950), doi 10.1063/1.1747632. Cost: O(n^3).
    public func orthonormalized(overlap: Matrix) throws -> Wavefunction.Orbitals {
        func symmetric(_ orbitals: MolecularOrbitals) throws -> MolecularOrbitals {
            let c = orbitals.coefficients
            let root = try SymmetricEigenproblem(overlap.transformed(by: c)).function { 1 / max($0, 1e-8).squareRoot() }
            return MolecularOrbitals(coefficients: c * root, energies: orbitals.energies, occupations: orbitals.occupations)
        }
        switch self {
        case .restricted(let both): return .restricted(try symmetric(both))
        case .unrestricted(let alpha, let beta):
            return .unrestricted(alpha: try symmetric(alpha), beta: try symmetric(beta))
        }
    }
}
