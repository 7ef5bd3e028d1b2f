import FileFormats
import Foundation
import ReductionSeries
import RunFolders
import WavefunctionAnalysis

/// Atomic charges by other schemes, added to a finished run.
public struct AddedCharges {
    private let folder: String
    private let options: ChargeAnalysis.Options
    private let resources: ResourceInput
    private let monitor: CalculationMonitor

    /// - Throws: `CalculationError.usage` for schemes and radii that do not exist.
    public init(
        folder: String, charges: ChargeInput, resources: ResourceInput = ResourceInput(),
        monitor: CalculationMonitor = CalculationMonitor()
    ) throws {
        try self.init(
            folder: folder,
            options: ChargeAnalysis.Options(
                charges, library: try? .inUse(), memory: resources.memoryLimit, alwaysWithUsual: false),
            resources: resources, monitor: monitor)
    }

    init(folder: String, options: ChargeAnalysis.Options, resources: ResourceInput, monitor: CalculationMonitor) {
        self.folder = folder
        self.options = options
        self.resources = resources
        self.monitor = monitor
    }

    /// Computes the charges of all states and writes them into the run's `result.json` and account.
    ///
    /// - Returns: the new document, and notes for readers of the charges. `CalculationEvent.analyzed` reports both before they are
    ///   written.
    @discardableResult
    public func run() throws -> (document: ResultDocument, notes: [String]) {
        let opened = OpenedRun(folder, resources: resources, monitor: monitor)
        let run = try opened.finished(forWriting: true)
        opened.noteIfReadOnly()
        let analysis = try ChargeAnalysis(
            basis: run.basis,
            options: options.restricted(to: run.document.source.flatMap { ForeignWavefunction.Format(rawValue: $0.format) }),
            pool: resources.pool())
        var document = run.document
        let input = try analysis.input(run.wavefunctions) { [monitor] fraction in
            try? monitor.report(.progress("charges", fraction: min(fraction, 0.999)))
        }
        try analysis.add(input, to: &document.states) { schemes, seconds in
            monitor.note("\(schemes.map(\.title).joined(separator: ", ")): done in \(DurationText.text(seconds))")
            try monitor.checkCancellation()
        }
        try monitor.report(.progress("charges", fraction: 1))
        analysis.describe(in: &document.model)
        // Before anything is written, so that a read-only folder does not hide the numbers.
        try monitor.report(.analyzed(document, notes: analysis.notes))
        try run.folder.write(document.json(), name: OutputFolder.resultName)
        if document.states.count > 1 {
            try run.folder.write(Data(ElectronAccount(document).csv.utf8), name: OutputFolder.accountName)
        }
        return (document, analysis.notes)
    }
}
