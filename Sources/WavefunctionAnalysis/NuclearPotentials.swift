import GaussianBasis
import GaussianIntegrals
import MolecularStructure
import ParallelExecution

/// The electrostatic potential at every nucleus due to everything except that nucleus, in hartree per elementary charge.
///
/// If a core potential replaces electrons, the missing core density makes the value meaningless by itself; differences between charge
/// states are valid as long as the core does not change.
public struct NuclearPotentials: Sendable {
    /// By wavefunction, then by atom.
    public let values: [[Double]]

    /// - Parameter wavefunctions: all in the same basis.
    public init(_ wavefunctions: [Wavefunction], pool: WorkerPool) {
        guard let basis = wavefunctions.first?.basis else {
            values = []
            return
        }
        let positions = basis.molecule.atoms.map(\.position)
        let charges = basis.effectiveNuclearCharges
        let evaluator = ElectrostaticPotentialEvaluator(
            basis: basis, densities: wavefunctions.map(\.totalDensity), tolerance: 1e-10, pool: pool)
        let nuclear = positions.indices.map { atom in
            positions.indices.reduce(0) { $1 == atom ? $0 : $0 + charges[$1] / distance(positions[$1], positions[atom]) }
        }
        values = evaluator.values(at: positions, includingNuclei: false, pool: pool).map { zip($0, nuclear).map(+) }
    }
}
