import GaussianBasis
import LinearAlgebra

extension Wavefunction.Orbitals {
    /// The nearest orbitals that are orthonormal in another overlap matrix: adapts the orbitals of one structure to a similar one.
    ///
    /// Cost: O(n^3).
    public func orthonormalized(overlap: Matrix) throws -> Wavefunction.Orbitals {
        func symmetric(_ orbitals: MolecularOrbitals) throws -> MolecularOrbitals {
            MolecularOrbitals(
                coefficients: try orbitals.coefficients.symmetricallyOrthonormalized(overlap: overlap, floor: 1e-8),
                energies: orbitals.energies, occupations: orbitals.occupations)
        }
        switch self {
        case .restricted(let both): return .restricted(try symmetric(both))
        case .unrestricted(let alpha, let beta):
            return .unrestricted(alpha: try symmetric(alpha), beta: try symmetric(beta))
        }
    }
}
