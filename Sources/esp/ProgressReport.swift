import Calculations
import FileFormats
import Foundation
import MolecularStructure
import MachineLimits
import ReductionSeries
import RunFolders
import WavefunctionAnalysis
import Synchronization

/// Output of a calculation: progress on standard error, and the tables of its results on standard output.
final class ProgressReport: Sendable {
    /// Which tables are shown.
    enum Results {
        case none, ofCalculation
        /// Of another program's wavefunction.
        case ofFile(String, folder: String)
        /// Of charges added to a run.
        case ofCharges
        /// The document, once it is known.
        case json
    }

    private let isQuiet: Bool
    private let results: Results
    private let notePrefix: String
    private let table = Mutex(Table())

    private struct Table {
        var start = ContinuousClock.now
        /// Of the current long step.
        var meter: ProgressMeter?
    }

    init(isQuiet: Bool, results: Results = .none, notePrefix: String = "  ") {
        self.notePrefix = notePrefix
        self.isQuiet = isQuiet
        self.results = results
    }

    /// Forwards events to this report, and ends the calculation when a signal has arrived.
    var monitor: CalculationMonitor {
        CalculationMonitor(report: { try self.take($0) }, checkCancellation: { try Interruption.check() })
    }

    private func take(_ event: CalculationEvent) throws {
        switch event {
        case .note(let text): note(text)
        case .state(let state, let electrons): announce(state, electrons: electrons)
        case .prepared(let integrals, let points, let removed, let seconds):
            preparation(integrals: integrals, gridPoints: points, removedFunctions: removed, seconds: seconds)
        case .iterationsBegan: beginIterations()
        case .iteration(let line): iteration(line)
        case .structure(let step): optimizationStep(step)
        case .progress(let title, let fraction, let parts): progress(title, fraction: fraction, parts: parts)
        case .profiled(let profile): showProfile(profile)
        case .began, .foundFirst, .analyzed, .accounted, .counterpoised, .finished: try show(event)
        }
    }

    /// Results on standard output.
    private func show(_ event: CalculationEvent) throws {
        switch (results, event) {
        case (.ofCalculation, .began(let summary)): try Console.output(TextReport.heading(summary))
        case (.ofCalculation, .foundFirst(let document)):
            try Console.output(TextReport.preliminary(document))
        case (.ofCalculation, .analyzed(let document, let notes)), (.ofFile, .analyzed(let document, let notes)):
            if case .ofFile(let path, let folder) = results {
                try Console.output(TextReport.heading(document, path: path, folder: folder))
            }
            for record in document.states {
                try Console.output(
                    TextReport.state(
                        record, symbols: document.molecule.symbols, ghosts: (document.molecule.ghosts ?? []).map(\.symbol)))
            }
            try Console.output(TextReport.comparison(document, notes: notes))
        case (.ofCalculation, .accounted(let account)):
            let heading = account.structures == .relaxed ? "every state at its own relaxed structure\n" : ""
            try Console.output("\n" + heading + account.text(schemes: [ChargeScheme.chelpg.rawValue]))
        case (.ofCalculation, .counterpoised(let record, let cutsBonds)):
            try Console.output(TextReport.counterpoise(record, cutsBonds: cutsBonds))
        case (.ofCalculation, .finished(let document, let folder)), (.ofFile, .finished(let document, let folder)):
            try Console.output(TextReport.files(document, folder: folder))
        case (.ofCharges, .analyzed(let document, let notes)):
            try Console.output(TextReport.charges(document, notes: notes))
        case (.json, .analyzed(let document, _)): try Console.output(String(decoding: document.json(), as: UTF8.self))
        default: break
        }
    }

    private func showProfile(_ profile: CalculationProfile) {
        Console.error(TextReport.profile(profile.ledger, total: profile.seconds))
        if let peak = Machine.peakResidentMemory { Console.error("  peak resident memory: \(peak.description)") }
        Console.error(TextReport.profile(profile.repulsion))
    }

    func announce(_ state: ChargeState, electrons: Int) {
        guard !isQuiet else { return }
        Console.error("charge \(signed(state.charge)), multiplicity \(state.multiplicity): \(electrons) electrons")
    }

    func beginIterations() {
        table.withLock { $0 = Table() }
        if !isQuiet {
            Console.error("  charge  iteration            energy / Eh      change    residual     time / s")
        }
    }

    /// Reports the data prepared for all states.
    private func preparation(integrals: String, gridPoints: Int, removedFunctions: Int, seconds: Double) {
        guard !isQuiet else { return }
        let points = gridPoints == 0 ? "" : ", \(gridPoints) grid points"
        Console.error("integrals: \(integrals)\(points), \(DurationText.text(seconds))")
        if removedFunctions > 0 {
            Console.error("basis: \(removedFunctions) linearly dependent combinations removed")
        }
    }

    func iteration(_ line: IterationLine) {
        guard !isQuiet else { return }
        let start = table.withLock { $0.start }
        let change = line.change.map { String(format: "%12.2e", $0) } ?? column("", 12)
        Console.error(
            column(signed(line.charge), 8, right: true) + column("\(line.number)", 11, right: true)
                + column(line.energy, 23, 10) + change + String(format: "%12.2e", line.residual)
                + column(start.secondsToNow, 13, 1) + "  " + line.method)
    }

    func note(_ text: String) {
        if !isQuiet { Console.error(notePrefix + text) }
    }

    /// How far a step that takes long is: on a terminal a line that is drawn over itself, elsewhere a line now and then. Any thread
    /// may call.
    private func progress(_ title: String, fraction: Double, parts: String?) {
        guard !isQuiet else { return }
        guard fraction < 1 else {
            table.withLock { $0.meter = nil }
            return Console.clearStatus()
        }
        let isTerminal = Console.errorIsTerminal
        let line = table.withLock { table -> String? in
            if table.meter?.title != title { table.meter = ProgressMeter(title: title) }
            return isTerminal
                ? table.meter?.bar(fraction, parts: parts, redraws: !Console.isStatusShown)
                : table.meter?.line(fraction, parts: parts)
        }
        guard let line else { return }
        if isTerminal { Console.status(line) } else { Console.error(line) }
    }
}
