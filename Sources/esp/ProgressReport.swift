import Calculations
import FileFormats
import Foundation
import MolecularStructure
import MachineLimits
import ReductionSeries
import RunFolders
import WavefunctionAnalysis
import Synchronization

/// What a calculation tells: progress on standard error, and the tables of its results on standard output.
final class ProgressReport: Sendable {
    /// Which tables are shown.
    enum Results {
        case none, ofCalculation
        /// Of another program's wavefunction.
        case ofFile(String, folder: String)
        /// Of charges that were added to a run.
        case ofCharges(folder: String)
        /// The document, once it is known.
        case json
    }

    private let isQuiet: Bool
    private let results: Results
    private let table = Mutex(Table())

    private struct Table {
        var start = ContinuousClock.now
        var lastPercent = -1
        /// Of the bar that is drawn: its title, and when it began.
        var bar = (title: "", start: ContinuousClock.now)
    }

    init(isQuiet: Bool, results: Results = .none) {
        self.isQuiet = isQuiet
        self.results = results
    }

    /// Tells this report, and ends the calculation when a signal has come.
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
        case .progress(let title, let fraction): bar(title, fraction: fraction)
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
        case (.ofCharges(let folder), .analyzed(let document, let notes)):
            try Console.output(TextReport.charges(document, notes: notes, folder: folder))
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

    /// Says what was prepared for all states.
    private func preparation(integrals: String, gridPoints: Int, removedFunctions: Int, seconds: Double) {
        guard !isQuiet else { return }
        let points = gridPoints == 0 ? "" : ", \(gridPoints) grid points"
        Console.error("integrals: \(integrals)\(points), \(column(seconds, 0, 1)) s")
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
        if !isQuiet { Console.error("  \(text)") }
    }

    /// A bar that is drawn over itself; on a terminal only. Any thread may call.
    func bar(_ title: String, fraction: Double) {
        guard !isQuiet, Console.errorIsTerminal else { return }
        let percent = Int(100 * fraction)
        let seconds = table.withLock { table -> Double? in
            if table.bar.title != title {
                table.bar = (title, ContinuousClock.now)
                table.lastPercent = -1
            }
            guard percent > table.lastPercent else { return nil }
            table.lastPercent = percent
            return table.bar.start.secondsToNow
        }
        guard let seconds else { return }
        // Of what takes long, the time that is left.
        let left = seconds * (1 - fraction) / max(fraction, 1e-9)
        let rest = fraction > 0.02 && fraction < 1 && seconds + left > 10 ? "  \(column(left, 0, 0)) s left" : ""
        let filled = Int((30 * min(max(fraction, 0), 1)).rounded(.down))
        let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: 30 - filled)
        Console.redraw(
            "  \(column(title, 34)) [\(bar)] \(column(100 * fraction, 3, 0)) %" + column(rest, 14) + (fraction >= 1 ? "\n" : ""))
    }
}
