import FileFormats
import Foundation
import LinearAlgebra
import ParallelExecution
import ReductionSeries

/// Atomic charges by further schemes, added to a finished run.
struct AddedCharges {
    let folder: String
    let options: ChargeAnalysis.Options
    let machine: MachineOptions
    let progress: ProgressReport

    /// Computes the charges of all states and writes them into the run's `result.json` and account.
    ///
    /// - Parameter show: gets the new document, and what a reader of the charges has to know, before they are written.
    /// - Returns: the same.
    @discardableResult
    func run(show: (ResultDocument, [String]) throws -> Void = { _, _ in }) throws -> (document: ResultDocument, notes: [String]) {
        let run = try FinishedRun(readingFrom: folder, forWriting: true, memory: machine.memoryLimit)
        run.folder.noteIfReadOnly()
        BLASThreads.limit(to: 1)
        let analysis = try ChargeAnalysis(
            basis: run.basis,
            options: options.restricted(to: run.document.source.flatMap { ForeignWavefunction.Format(rawValue: $0.format) }),
            pool: try machine.pool())
        var document = run.document
        try analysis.add(analysis.input(run.wavefunctions), to: &document.states) { schemes, seconds in
            progress.note("\(schemes.map(\.title).joined(separator: ", ")): \(column(seconds, 0, 1)) s")
            try Interruption.check()
        }
        analysis.describe(in: &document.model)
        try show(document, analysis.notes)
        try run.folder.write(document.json(), name: OutputFolder.resultName)
        if document.states.count > 1 {
            try run.folder.write(Data(ElectronAccount(document).csv.utf8), name: OutputFolder.accountName)
        }
        return (document, analysis.notes)
    }
}
