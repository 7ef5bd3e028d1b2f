import GaussianBasis
import GaussianIntegrals
import HamiltonianTerms
import LinearAlgebra
import MolecularStructure
import ParallelExecution

/// The part of the Hamiltonian without the interaction of the electrons: kinetic energy, nuclear attraction, core potentials, and the
/// repulsion of the nuclei with their effective charges.
package struct CoreHamiltonian: Sendable {
    package let kinetic: Matrix
    package let nuclearAttraction: Matrix
    /// Nil if no atom has a core potential.
    let effectiveCorePotential: Matrix?
    let nuclearRepulsion: Double
    /// Sum of all one-electron matrices.
    var sum: Matrix {
        let sum = kinetic + nuclearAttraction
        return effectiveCorePotential.map { sum + $0 } ?? sum
    }

    let basis: AtomicOrbitalBasis
    let pool: WorkerPool
    let ledger: TimeLedger

    init(basis: AtomicOrbitalBasis, pool: WorkerPool, ledger: TimeLedger) {
        self.basis = basis
        self.pool = pool
        self.ledger = ledger
        let charges = basis.effectiveNuclearCharges
        kinetic = OneElectronIntegrals.kinetic(basis: basis)
        nuclearAttraction = OneElectronIntegrals.nuclearAttraction(
            basis: basis, charges: charges, positions: basis.molecule.atoms.map(\.position), pool: pool)
        let hasPotential = basis.effectiveCorePotentials.contains { $0 != nil }
        effectiveCorePotential = hasPotential ? EffectiveCorePotentialIntegrals.matrix(basis: basis, pool: pool) : nil
        nuclearRepulsion = basis.molecule.nuclearRepulsion(charges: charges)
    }
}

extension CoreHamiltonian: HamiltonianTerm {
    package var dependence: DensityDependence { .linear }

    package func evaluate(_ states: [StateDensity]) -> [[TermPart]] {
        states.map { state in
            let matrices: [(EnergyComponents.Key, Matrix)] =
                [(.kinetic, kinetic), (.nuclearAttraction, nuclearAttraction)]
                + (effectiveCorePotential.map { [(.effectiveCorePotential, $0)] } ?? [])
            return [TermPart(key: EnergyComponents.Key.nuclearRepulsion.rawValue, energy: nuclearRepulsion)]
                + matrices.map { TermPart(key: $0.rawValue, energy: $1.dot(state.total), matrices: [$1]) }
        }
    }

    /// Includes the overlap term, which is computed together with that of the kinetic energy. Nuclear attraction is left to
    /// `CoulombGradient`, which treats nuclei and electrons alike.
    package func gradient(of state: GradientDensity) -> [SIMD3<Double>] {
        let repulsion = basis.molecule.nuclearRepulsionGradient(charges: basis.effectiveNuclearCharges)
        let oneElectron = ledger.measure("gradient: one-electron integrals") {
            OneElectronGradient.gradient(
                basis: basis, density: state.total, energyWeightedDensity: state.energyWeighted, pool: pool)
        }
        let potentials = ledger.measure("gradient: core potentials") {
            EffectiveCorePotentialGradient.gradient(basis: basis, density: state.total, pool: pool)
        }
        return repulsion.indices.map { repulsion[$0] + oneElectron[$0] + potentials[$0] }
    }
}
