import GaussianBasis
import LinearAlgebra
import MolecularStructure

/// Natural orbitals of a density matrix (P.-O. Loewdin, Phys. Rev. 97, 1474 (1955), doi:10.1103/PhysRev.97.1474).
enum NaturalOrbitals {
    /// Orbitals with occupations in descending order, and energies of zero.
    ///
    /// - Parameters:
    ///   - density: over basis functions.
    ///   - overlap: of the same functions.
    static func orbitals(of density: Matrix, overlap: Matrix) throws -> MolecularOrbitals {
        let metric = try SymmetricEigenproblem(overlap)
        let root = metric.squareRoot
        // Directions without overlap contain no electrons.
        let inverse = metric.function { $0 > 1e-10 ? 1 / $0.squareRoot() : 0 }
        let natural = try SymmetricEigenproblem((root * density * root).symmetrized())
        let all = inverse * natural.vectors
        let metricTimesAll = overlap * all
        // Directions without overlap are not orbitals.
        let order = natural.values.indices.reversed().filter { column in
            (0..<all.rows).reduce(0.0) { $0 + all[$1, column] * metricTimesAll[$1, column] } > 0.999
        }
        return MolecularOrbitals(
            coefficients: all.columns(order), energies: order.map { _ in 0 }, occupations: order.map { natural.values[$0] })
    }

    /// One set of orbitals for a singlet without spin density, two otherwise.
    static func wavefunction(
        basis: AtomicOrbitalBasis, state: ChargeState, total: Matrix, spin: Matrix?, overlap: Matrix
    ) throws -> Wavefunction {
        guard let spin else {
            return Wavefunction(basis: basis, state: state, orbitals: .restricted(try orbitals(of: total, overlap: overlap)))
        }
        return Wavefunction(
            basis: basis, state: state,
            orbitals: .unrestricted(
                alpha: try orbitals(of: 0.5 * (total + spin), overlap: overlap),
                beta: try orbitals(of: 0.5 * (total - spin), overlap: overlap)))
    }
}
