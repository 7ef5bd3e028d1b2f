import BasisSets
import ElectronicStructure
import FileFormats
import GaussianBasis
import GaussianIntegrals
import HamiltonianTerms
import LinearAlgebra
import MolecularStructure
import NuclearDerivatives
import ParallelExecution
import RunFolders
import SelfConsistentField
import WavefunctionAnalysis

/// The energy of one state as a function of the positions of the nuclei.
///
/// Each structure starts from the orbitals of the previous one, so structures should change in small steps.
public final class PotentialEnergySurface {
    /// The energy at one structure, and its derivatives.
    public struct Point: Sendable {
        /// In hartree.
        public let energy: Double
        /// With respect to the nuclear positions, in hartree per bohr, including the response of the grid.
        public let gradient: [SIMD3<Double>]
        public let spinSquared: Double
        package let wavefunction: Wavefunction
        fileprivate let hasFollowedInstability: Bool
        fileprivate let components: EnergyComponents

        package var molecule: Molecule { wavefunction.basis.molecule }

        fileprivate init(_ solution: Solution, gradient: [SIMD3<Double>]) {
            let result = solution.result
            (energy, spinSquared, wavefunction, components) = (
                result.energy, result.spinSquared, result.wavefunction, result.components
            )
            hasFollowedInstability = (result.stability?.instabilitiesFollowed ?? 0) > 0
            self.gradient = gradient
        }
    }

    /// A converged state at one structure, with the integrals needed for its derivatives.
    struct Solution {
        let problem: ElectronicProblem
        let result: SCFResult

        /// With respect to the nuclear positions, in hartree per bohr, including the response of the grid.
        func gradient() -> [SIMD3<Double>] {
            EnergyGradient(problem: problem, wavefunction: result.wavefunction, includesQuadratureResponse: true).values
        }
    }

    let resolved: ResolvedBasis
    let state: ChargeState
    let solver: StateSolver
    /// Advice to the caller if the field does not converge.
    private let advice: String
    private let monitor: CalculationMonitor
    private var orbitals: Wavefunction.Orbitals?
    private let elements: [Element]

    /// The surface of the first state of an input.
    ///
    /// - Throws: `CalculationError`, `BasisSetError`, `InputFileError`.
    public convenience init(_ input: CalculationInput, monitor: CalculationMonitor = CalculationMonitor()) throws {
        let file = try input.molecule.file()
        try file.refuseGhosts("a potential-energy surface")
        let resolved = try input.model.resolved(for: file.molecule)
        let state = try StatePlan(input.states, of: file, charges: input.states.charges ?? [file.charge ?? 0]).states(
            protons: file.molecule.totalAtomicNumber,
            coreElectrons: resolved.coreElectrons)[0]
        var convergence = input.convergence
        // Errors of forces are proportional to the square root of those of energies.
        convergence.energyTolerance = min(convergence.energyTolerance, 1e-9)
        let solver = try StateSolver(
            states: input.states, model: input.model, convergence: convergence, pool: input.resources.pool(),
            memory: input.resources.memoryLimit)
        try solver.check(functions: resolved.basis.functionCount, states: [state])
        try solver.checkGradients()
        BLASThreads.limit(to: 1)
        self.init(
            resolved: resolved, state: state, solver: solver,
            advice:
                "Take smaller steps, or other options of convergence (maximum_iterations, damping, level_shift, second_order).",
            monitor: monitor)
    }

    init(
        resolved: ResolvedBasis, state: ChargeState, solver: StateSolver, advice: String, monitor: CalculationMonitor
    ) {
        self.resolved = resolved
        self.state = state
        self.solver = solver
        self.advice = advice
        self.monitor = monitor
        elements = resolved.basis.molecule.atoms.map(\.element)
    }

    /// Energy and gradient at a structure. The first one is tested for stability if the input asks for that.
    ///
    /// - Parameter positions: of the atoms of the input, in their order, in bohr.
    /// - Throws: `CalculationError.notConverged` if the field does not converge.
    public func point(at positions: [SIMD3<Double>]) throws -> Point {
        guard positions.count == elements.count else {
            throw CalculationError.usage("\(positions.count) positions for \(elements.count) atoms.")
        }
        let molecule = Molecule(atoms: zip(elements, positions).map { Atom(element: $0, positionInBohr: $1) })
        let point = try solve(molecule, from: orbitals, examinesStability: orbitals == nil)
        orbitals = point.wavefunction.orbitals
        return point
    }

    /// - Throws: `CalculationError.notConverged` if the field does not converge.
    func solve(
        _ molecule: Molecule, from orbitals: Wavefunction.Orbitals?, examinesStability: Bool
    ) throws -> Point {
        let solution = try solution(molecule, from: orbitals, examinesStability: examinesStability)
        return Point(solution, gradient: solution.gradient())
    }

    /// The state at a structure, without derivatives.
    ///
    /// - Parameter reserved: bytes of memory needed for something else.
    /// - Throws: `CalculationError.notConverged` if the field does not converge.
    func solution(
        _ molecule: Molecule, from orbitals: Wavefunction.Orbitals?, examinesStability: Bool, reserved: Int = 0
    ) throws -> Solution {
        try solution(molecule, examinesStability: examinesStability, reserved: reserved) { overlap in
            try orbitals?.orthonormalized(overlap: overlap).starting
        }
    }

    /// The state at a structure, without derivatives.
    ///
    /// - Parameters:
    ///   - reserved: bytes of memory needed for something else.
    ///   - start: gets the overlap of the basis functions there and returns orthonormal orbitals to start from; nil: atomic densities.
    /// - Throws: `CalculationError.notConverged` if the field does not converge, and the errors of `start`.
    func solution(
        _ molecule: Molecule, examinesStability: Bool, reserved: Int = 0, start: (Matrix) throws -> StartingOrbitals?
    ) throws -> Solution {
        let basis = AtomicOrbitalBasis(
            molecule: molecule, elementBases: resolved.basis.elementBases, functionType: resolved.functionType)
        let problem = try solver.problem(
            for: basis, states: [state], ledger: TimeLedger(isDetailed: false), reserved: reserved)
        let initial = try start(problem.overlap)
        var tests = StabilityTally()
        let result = try solver.solve(
            problem, states: [state], initial: initial.map { [0: $0] } ?? [:],
            examinesStability: examinesStability,
            onIteration: { index, line, _ in
                try tests.take(line, of: index, monitor)
                try monitor.checkCancellation()
            }, onFinish: { index, _ in try tests.finish(index, monitor) })[0]
        guard result.isConverged else {
            throw CalculationError.notConverged("the self-consistent field did not converge at a structure. \(advice)")
        }
        return Solution(problem: problem, result: result)
    }

    /// Warnings about the solution at a point; nil if there are none.
    func warnings(of point: Point) throws -> [WarningRecord]? {
        try warnings(of: point.wavefunction, spinSquared: point.spinSquared, energies: point.components)
    }

    func warnings(
        of wavefunction: Wavefunction, spinSquared: Double, energies: EnergyComponents
    ) throws -> [WarningRecord]? {
        let overlap = OneElectronIntegrals.overlap(basis: wavefunction.basis)
        func populations(_ scheme: PopulationScheme) throws -> PopulationAnalysis {
            try PopulationAnalysis(wavefunction, scheme: scheme, overlap: overlap)
        }
        return try WarningRecord.all(
            wavefunction, spinSquared: spinSquared, energies: energies, mulliken: populations(.mulliken),
            lowdin: populations(.lowdin), overlap: overlap)
    }

    /// A lower solution found by a stability test; nil if the solution is stable.
    func lowerSolution(_ solution: Point) throws -> Point? {
        let start = ContinuousClock.now
        let examined = try solve(
            solution.molecule, from: solution.wavefunction.orbitals, examinesStability: true)
        let seconds = start.secondsToNow
        if seconds > 2 { monitor.note("stability of the stationary point: done in \(DurationText.text(seconds))") }
        return examined.hasFollowedInstability && examined.energy < solution.energy - 1e-7 ? examined : nil
    }
}

extension Wavefunction.Orbitals {
    /// These orbitals as the beginning of iterations.
    fileprivate var starting: StartingOrbitals { StartingOrbitals(self) }
}
