import FileFormats
import Foundation
import ReductionSeries
import Report

/// Makes the page about finished runs.
enum ReportOutput {
    /// Reads the folders, writes the page and returns its path.
    ///
    /// - Parameter path: nil for `report.html` in the first folder.
    static func write(runs folders: [String], to path: String? = nil) throws -> String {
        guard let first = folders.first else { throw Failure(.usage, "name the folder of a run.") }
        let path = path ?? (first as NSString).appendingPathComponent(OutputFolder.reportName)
        try AtomicFile.write(page(of: folders), to: URL(fileURLWithPath: path))
        return path
    }

    private static func page(of folders: [String]) throws -> Data {
        let runs = try folders.map(run)
        do {
            return try Report(
                runs: runs, comparison: ComplexComparison(folders.map { try AccountedComplex(readingFrom: $0, byBondsOnly: true) }),
                schemeTitles: Dictionary(uniqueKeysWithValues: ChargeScheme.order.map { ($0, ChargeScheme.title($0)) })
            ).html()
        } catch let error as ReportError {
            throw Failure(.internalError, "\(error).")
        }
    }

    private static func run(_ folder: String) throws -> Report.Run {
        let document = try FinishedRun.document(in: folder)
        do {
            return Report.Run(
                name: OutputFolder.stem(of: folder), document: document, account: try ElectronAccount(document))
        } catch let error as ElectronAccountError {
            throw Failure(.badInput, "\(folder): \(error).")
        }
    }
}
