import GaussianBasis
import GaussianIntegrals
import LinearAlgebra
import ParallelExecution

/// The one-electron part of the Hamiltonian over a basis, in hartree.
struct CoreHamiltonian: Sendable {
    let kinetic: Matrix
    let nuclearAttraction: Matrix
    /// Nil when no atom has a core potential.
    let effectiveCorePotential: Matrix?
    let sum: Matrix

    static func matrices(basis: AtomicOrbitalBasis, pool: WorkerPool) -> CoreHamiltonian {
        let kinetic = OneElectronIntegrals.kinetic(basis: basis)
        let attraction = OneElectronIntegrals.nuclearAttraction(
            basis: basis, charges: basis.effectiveNuclearCharges, positions: basis.molecule.atoms.map(\.position),
            pool: pool)
        let hasPotential = basis.effectiveCorePotentials.contains { $0 != nil }
        let potential = hasPotential ? EffectiveCorePotentialIntegrals.matrix(basis: basis, pool: pool) : nil
        var sum = kinetic + attraction
        if let potential { sum += potential }
        return CoreHamiltonian(
            kinetic: kinetic, nuclearAttraction: attraction, effectiveCorePotential: potential, sum: sum)
    }
}
