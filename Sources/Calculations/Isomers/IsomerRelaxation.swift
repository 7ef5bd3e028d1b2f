import FileFormats
import Foundation
import IsomerSearch
import LinearAlgebra
import MolecularStructure
import RunFolders

/// Relaxations and single points of a search for isomers. Each has its own folder, from which a later call continues.
struct IsomerRelaxation {
    /// How a relaxation ended.
    enum Outcome {
        /// At a stationary point, or when the maximum number of steps was reached.
        case found(RelaxedIsomer)
        /// Dissociated.
        case dissociated
        /// The time limit was reached.
        case unfinished
        case failed(String)
    }

    /// Thrown through a calculation when the time limit of a level is reached.
    private struct TimeIsUp: Error {}

    let input: IsomerInput
    let folder: String
    let call: CallRecord
    let monitor: CalculationMonitor

    /// Passes on requests to stop, and stops at the time limit; reports nothing.
    private func watch(until deadline: ContinuousClock.Instant?) -> CalculationMonitor {
        CalculationMonitor(checkCancellation: { [monitor] in
            try monitor.checkCancellation()
            if let deadline, ContinuousClock.now >= deadline { throw TimeIsUp() }
        })
    }

    /// Fitted integrals if the method has no exact exchange: in the small bases of a cheap level, fitted exchange is slower than exact.
    static func fitted(_ model: ModelInput, resources: ResourceInput) throws -> ModelInput {
        var result = model
        (result.integrals, result.exchange) = (.fitted, .automatic)
        let solver = try StateSolver(
            states: StateInput(), model: result, convergence: ConvergenceInput(), pool: resources.pool(),
            memory: resources.memoryLimit)
        if solver.method.exactExchange != 0 { (result.integrals, result.exchange) = (model.integrals, model.exchange) }
        return result
    }

    private func base(_ molecule: Molecule, charge: Int, multiplicity: Int, name: String, model: ModelInput) -> CalculationInput {
        var result = CalculationInput(
            molecule: MoleculeInput(
                XYZFile(molecule: molecule, charge: charge, multiplicity: multiplicity), name: name))
        result.model = model
        result.states.charges = [charge]
        result.states.multiplicities = [multiplicity]
        result.states.addsElectrons = false
        result.states.search = StateInput.Search.none
        (result.analyses.cubes, result.analyses.pictures) = ([], [])
        result.resources = input.resources
        return result
    }

    /// - Parameters:
    ///   - isCheap: loose criteria, few steps and no tests of stability.
    ///   - replaces: whether to replace the search from another structure in the folder.
    func relax(
        _ start: Molecule, id: String, starts: [String], state: ChargeState, model: ModelInput, isCheap: Bool, replaces: Bool,
        energies: [String: Double], until deadline: ContinuousClock.Instant?
    ) throws -> Outcome {
        let path = self.path(id, state, model, "opt")
        var calculation = base(start, charge: state.charge, multiplicity: state.multiplicity, name: id, model: model)
        calculation.task = .optimization
        calculation.optimization.criteria = isCheap ? "loose" : "normal"
        calculation.optimization.maximumSteps = isCheap ? input.cheapSteps : input.relaxedSteps
        if isCheap { calculation.states.stability = .none }
        do {
            let relaxation = try GeometryRelaxation(
                calculation, folder: path, leavesRun: false, replaces: replaces, call: call, monitor: watch(until: deadline))
            let document = try relaxation.run()
            if document.dissociation?.hasDissociated == true { return .dissociated }
            guard let point = document.converged ? document.outcome : document.points.min(by: { $0.energy < $1.energy }) else {
                return .failed("no structure")
            }
            let positions = OptimizationFiles.vectors(point.geometry)
            let molecule = Molecule(atoms: zip(start.atoms, positions).map { Atom(element: $0.element, positionInBohr: $1) })
            var energies = energies
            energies[model.levelName] = point.energy
            return .found(
                RelaxedIsomer(
                    id: id, starts: starts, shape: .init(molecule), energy: point.energy, spinSquared: point.spinSquared,
                    isConverged: document.converged, energies: energies))
        } catch is TimeIsUp {
            return .unfinished
        } catch let error as CalculationError {
            // A start may be so bad that its matrices are not finite. Only that start fails.
            switch error {
            case .notConverged(let text), .badInput(let text): return .failed(text)
            default: throw error
            }
        } catch let error as LinearAlgebraError {
            return .failed("\(error)")
        }
    }

    /// The outcome of a single point.
    enum SinglePoint {
        /// The energy in hartree.
        case found(Double)
        case failed(String)
        /// The time limit was reached.
        case unfinished
    }

    /// The energy at a structure.
    func singlePoint(
        _ isomer: RelaxedIsomer, state: ChargeState, model: ModelInput, until deadline: ContinuousClock.Instant?
    ) throws -> SinglePoint {
        let calculation = base(
            isomer.molecule, charge: state.charge, multiplicity: state.multiplicity, name: isomer.id, model: model)
        do {
            let document = try Calculation(
                calculation, folder: path(isomer.id, state, model, "esp"), replaces: true, call: call,
                monitor: watch(until: deadline)
            ).run()
            guard let found = document.states.first, found.converged, let energy = found.energy else {
                return .failed("the SCF did not converge")
            }
            return .found(energy)
        } catch is TimeIsUp {
            return .unfinished
        } catch CalculationError.notConverged(let text) {
            return .failed(text)
        }
    }

    /// `<folder>/q-1/pbe-d4_def2-SVP/012.opt`.
    private func path(_ id: String, _ state: ChargeState, _ model: ModelInput, _ ending: String) -> String {
        let level = String(model.levelName.map { $0 == "/" ? "_" : $0 })
        return URL(fileURLWithPath: folder).appendingPathComponent("q\(state.charge)").appendingPathComponent(level)
            .appendingPathComponent("\(id).\(ending)").path
    }
}
