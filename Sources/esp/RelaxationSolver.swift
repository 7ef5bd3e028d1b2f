import FileFormats
import GaussianBasis
import MolecularStructure
import ParallelExecution
import SelfConsistentField
import WavefunctionAnalysis

/// Solves one state at the structures of a search, each from the orbitals of the last.
struct RelaxationSolver {
    struct Solution {
        let wavefunction: Wavefunction
        let energy: Double
        let spinSquared: Double
        /// Hartree per bohr, with the response of the grid.
        let gradient: [SIMD3<Double>]
        fileprivate let hasFollowedInstability: Bool
        let warnings: [WarningRecord]?

        var molecule: Molecule { wavefunction.basis.molecule }
    }

    let resolved: ResolvedBasis
    let state: ChargeState
    let solver: StateSolver
    /// The file with the structures so far, for messages.
    let trajectory: String

    /// - Throws: `Failure` where the field does not converge.
    func solve(
        _ molecule: Molecule, from orbitals: Wavefunction.Orbitals?, examinesStability: Bool
    ) throws -> Solution {
        let basis = AtomicOrbitalBasis(
            molecule: molecule, elementBases: resolved.basis.elementBases, functionType: resolved.functionType)
        let problem = try solver.problem(for: basis, states: [state], ledger: TimeLedger(isDetailed: false))
        let initial = try orbitals?.orthonormalized(overlap: problem.overlap)
        let result = try solver.solve(
            problem, states: [state], initial: initial.map { [0: StartingOrbitals($0)] } ?? [:],
            examinesStability: examinesStability,
            onIteration: { _, _, _ in try Interruption.check() }, onFinish: { _, _ in })[0]
        guard result.isConverged else {
            throw Failure(
                .notConverged,
                "the self-consistent field did not converge at the structure that follows the last one in "
                    + "\(trajectory). The same command goes on from there; --max-iterations, --damping or --second-order may help."
            )
        }
        func populations(_ scheme: PopulationScheme) throws -> PopulationAnalysis {
            try PopulationAnalysis(result.wavefunction, scheme: scheme, overlap: problem.overlap)
        }
        let gradient = EnergyGradient(problem: problem, wavefunction: result.wavefunction, includesQuadratureResponse: true)
        return Solution(
            wavefunction: result.wavefunction, energy: result.energy, spinSquared: result.spinSquared,
            gradient: gradient.values, hasFollowedInstability: (result.stability?.instabilitiesFollowed ?? 0) > 0,
            warnings: try WarningRecord.all(
                result.wavefunction, spinSquared: result.spinSquared, energies: EnergyComponentRecord(result.components),
                mulliken: populations(.mulliken), lowdin: populations(.lowdin), overlap: problem.overlap))
    }

    /// What lies below a solution when its stability is examined; nil when it is stable.
    func lowerSolution(_ solution: Solution) throws -> Solution? {
        let examined = try solve(
            solution.molecule, from: solution.wavefunction.orbitals, examinesStability: true)
        return examined.hasFollowedInstability && examined.energy < solution.energy - 1e-7 ? examined : nil
    }
}
