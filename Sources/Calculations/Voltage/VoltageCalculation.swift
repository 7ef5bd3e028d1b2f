import FileFormats
import Foundation
import RunFolders

/// Computes what the potentials of a molecule need: its states at one structure, their relaxed structures, and the vibrations there.
public struct VoltageCalculation {
    private let input: CalculationInput
    private let folder: String
    private let isFree: Bool
    private let replaces: Bool
    private let call: CallRecord
    private let monitor: CalculationMonitor

    /// - Parameters:
    ///   - input: with the task `adiabatic`, or `energy` for vertical potentials alone.
    ///   - folder: for the results, which are those of `esp compute` with or without `--relax`.
    ///   - isFree: whether the vibrations of every relaxed state are computed.
    public init(
        _ input: CalculationInput, folder: String, isFree: Bool, replaces: Bool = false, call: CallRecord = CallRecord(),
        monitor: CalculationMonitor = CalculationMonitor()
    ) {
        self.input = input
        self.folder = folder
        self.isFree = isFree
        self.replaces = replaces
        self.call = call
        self.monitor = monitor
    }

    /// - Throws: `CalculationError.notConverged` if a state did not converge.
    public func run() throws {
        guard case .states(let document) = try input.run(folder: folder, replaces: replaces, call: call, monitor: monitor) else {
            return
        }
        if let open = document.states.first(where: { !$0.converged }) {
            throw CalculationError.notConverged(
                "\(folder): charge \(signed(open.charge)) did not converge, so it has no potential. Run the same command again; "
                    + "--max-iterations, --damping or --second-order may help.")
        }
        guard isFree else { return }
        let base = document.baseCharge ?? document.states[0].charge
        for state in document.states where state.charge <= base {
            let place = state.charge == base ? folder : RelaxedStates.runPath(in: folder, charge: state.charge)
            try FrequencyCalculation(
                folder: place, charge: state.charge, options: FrequencyInput(), resources: input.resources, monitor: monitor
            ).run()
        }
    }
}
