import GaussianBasis
import GaussianIntegrals
import HamiltonianTerms
import LinearAlgebra
import MolecularStructure

extension CoreHamiltonian {
    /// Contributions to second derivatives of the energy, except for the nuclear attraction (see `CoulombSecondDerivatives`).
    package struct SecondDerivatives: Sendable {
        /// At fixed density matrices, including the overlap term.
        package var skeleton: SkeletonDerivatives
        /// Of the overlap matrix, for every coordinate.
        package var overlap: [Matrix]
    }

    package func secondDerivatives(of state: GradientDensity) -> SecondDerivatives {
        let integrals = ledger.measure("second derivatives: one-electron integrals") {
            OneElectronSecondDerivatives.evaluate(
                basis: basis, density: state.total, energyWeightedDensity: state.energyWeighted, pool: pool)
        }
        var energy = integrals.energy
        let repulsion = basis.molecule.nuclearRepulsionSecondDerivatives(charges: basis.effectiveNuclearCharges)
        for i in basis.molecule.atoms.indices {
            for j in 0..<i {
                for (k, value) in repulsion[i * (i - 1) / 2 + j].enumerated() {
                    energy[3 * i + k / 3, 3 * j + k % 3] += value
                    energy[3 * j + k % 3, 3 * i + k / 3] += value
                }
            }
        }
        var matrices = integrals.kinetic
        if effectiveCorePotential != nil {
            let potentials = ledger.measure("second derivatives: core potentials") {
                EffectiveCorePotentialSecondDerivatives.evaluate(basis: basis, density: state.total, pool: pool)
            }
            energy += potentials.energy
            for x in matrices.indices { matrices[x] += potentials.fock[x][0] }
        }
        return SecondDerivatives(
            skeleton: SkeletonDerivatives(energy: energy, fock: matrices.map { [$0] }), overlap: integrals.overlap)
    }
}
