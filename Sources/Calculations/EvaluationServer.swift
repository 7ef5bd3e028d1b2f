import Foundation
import GaussianBasis
import GaussianIntegrals
import MolecularStructure
import RunFolders
import SelfConsistentField
import WavefunctionAnalysis

/// Answers requests for energies and derivatives, one after the other. Each structure starts from the orbitals of the previous one if
/// atoms, charge, multiplicity and model are the same.
///
/// The state of the previous structure stays in memory with its integrals: asking for more of it costs only the additional work.
package final class EvaluationServer {
    /// Structures of the same input.
    private struct Series {
        /// Without the positions.
        let input: CalculationInput
        let surface: PotentialEnergySurface
        var orbitals: Wavefunction.Orbitals?
        /// Of the previous structure.
        var last: (geometry: [Double], solution: PotentialEnergySurface.Solution)?
    }

    private let resources: ResourceInput
    private let monitor: CalculationMonitor
    private let problem: (any Error) -> EvaluationAnswer.Problem
    private var series: Series?

    /// - Parameter problem: the code and message of an error.
    package init(
        resources: ResourceInput, monitor: CalculationMonitor, problem: @escaping (any Error) -> EvaluationAnswer.Problem
    ) {
        self.resources = resources
        self.monitor = monitor
        self.problem = problem
    }

    /// The answer to a request; a failure is also an answer.
    ///
    /// - Returns: both lines are without line ends.
    package func answer(to line: Data) throws -> Data {
        let id = RequestIdentifier(ofRequest: line)
        do {
            let values = try values(of: EvaluationRequest(json: line, path: "request"))
            return try EvaluationAnswer(id: id, outcome: .success(values)).line()
        } catch {
            return try EvaluationAnswer(id: id, outcome: .failure(.init(problem(error)))).line()
        }
    }

    private func values(of request: EvaluationRequest) throws -> EvaluationAnswer.Values {
        let start = ContinuousClock.now
        let input = request.input
        var common = input
        common.molecule.geometry = []
        common.analyses = AnalysisInput()
        if series?.input != common || input.convergence.guess == .atoms {
            series = nil
            var whole = input
            whole.resources = resources
            let surface = try PotentialEnergySurface(whole, monitor: monitor)
            series = Series(input: common, surface: surface)
        }
        guard var current = series else { throw CalculationError.internalFault("there is no series of structures.") }
        let isKnown = current.last?.geometry == input.molecule.geometry
        let startsFromOrbitals = current.orbitals != nil
        if !isKnown {
            // The integrals of one structure at a time; orbitals that led to a failure are not used again.
            current.last = nil
            series = nil
            let molecule = try input.molecule.file().molecule
            let solution = try current.surface.solution(
                molecule, from: current.orbitals, examinesStability: current.orbitals == nil)
            current.orbitals = solution.result.wavefunction.orbitals
            current.last = (input.molecule.geometry, solution)
            series = current
        }
        guard let solution = current.last?.solution else { throw CalculationError.internalFault("there is no solution.") }
        let (surface, result) = (current.surface, solution.result)
        var values = EvaluationAnswer.Values(
            method: surface.solver.methodName,
            basis: Dictionary(uniqueKeysWithValues: surface.resolved.setNames.map { ($0.key.symbol, $0.value) }),
            grid: surface.solver.gridName.isEmpty ? nil : surface.solver.gridName, charge: surface.state.charge,
            multiplicity: surface.state.multiplicity, energy: result.energy, spinSquared: result.spinSquared,
            start: startsFromOrbitals ? "orbitals" : "atoms", iterations: isKnown ? 0 : result.iterations,
            warnings: try surface.warnings(of: result.wavefunction, spinSquared: result.spinSquared, energies: result.components),
            wallSeconds: 0)
        if request.properties.contains(.gradient) {
            try monitor.checkCancellation()
            values.gradient = solution.gradient().flatMap { [$0.x, $0.y, $0.z] }
        }
        try add(request.properties, of: result, input: input, to: &values)
        values.wallSeconds = start.secondsToNow
        return values
    }

    private func add(
        _ properties: [EvaluationRequest.Property], of result: SCFResult, input: CalculationInput,
        to values: inout EvaluationAnswer.Values
    ) throws {
        let wantsCharges = properties.contains(.charges)
        guard wantsCharges || properties.contains(.dipole) else { return }
        try monitor.checkCancellation()
        var charges = input.analyses.charges
        if !wantsCharges { charges.schemes = [] }
        let options = try ChargeAnalysis.Options(
            charges, library: .inUse(option: input.model.basisFolder), memory: resources.memoryLimit, alwaysWithUsual: false)
        let analysis = try StateAnalysis(basis: result.wavefunction.basis, options: options, pool: resources.pool())
        let record = try analysis.records(of: [SolvedState(result: result, gridPoints: 0)])[0]
        if properties.contains(.dipole) { (values.dipole, values.dipoleOrigin) = (record.dipole, record.dipoleOrigin) }
        guard wantsCharges else { return }
        (values.charges, values.spinPopulations) = (record.charges, record.spinPopulations)
        let missing = (record.chargeChecks ?? [:]).filter { !$1.converged }.mapValues { $0.note ?? "not converged" }
        values.missingCharges = missing.isEmpty ? nil : missing
    }
}
