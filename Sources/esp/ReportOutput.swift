import Calculations
import FileFormats
import Foundation
import LinearAlgebra
import MolecularStructure
import MachineLimits
import ParallelExecution
import Pictures
import ReductionSeries
import Report
import RunFolders
import WavefunctionAnalysis

/// Makes the page about finished runs.
enum ReportOutput {
    /// Reads the folders, writes the page and returns its path.
    ///
    /// - Parameter path: nil for `report.html` in the first folder.
    static func write(runs folders: [String], to path: String? = nil, machine: MachineOptions) throws -> String {
        guard let first = folders.first else { throw Failure(.usage, "name the folder of a run.") }
        let lock = path == nil ? try FolderLock(path: first) : nil
        defer { withExtendedLifetime(lock) {} }
        let path = path ?? (first as NSString).appendingPathComponent(OutputFolder.reportName)
        let html = try page(of: folders, memory: machine.memoryLimit, pool: machine.pool())
        try Interruption.check()
        try AtomicFile.write(html, to: URL(fileURLWithPath: path))
        return path
    }

    private static func page(of folders: [String], memory: MemorySize, pool: WorkerPool) throws -> Data {
        BLASThreads.limit(to: 1)
        let runs = try folders.map { try run($0, memory: memory, pool: pool) }
        do {
            return try Report(
                runs: runs,
                comparison: ComplexComparison(AccountedComplex.all(readingFrom: folders)),
                schemeTitles: Dictionary(uniqueKeysWithValues: ChargeScheme.allCases.map { ($0.rawValue, $0.title) }),
                atomStyles: atomStyles(runs), surfaceNote: ReportSurfaces.note
            ).html()
        } catch let error as ReportError {
            throw Failure(.internalError, "\(error).")
        }
    }

    private static func run(_ folder: String, memory: MemorySize, pool: WorkerPool) throws -> Report.Run {
        let run = try FinishedRun(readingFrom: folder, memory: memory, checkCancellation: Interruption.check)
        let views: [Report.View]
        do {
            views = try ReportSurfaces(run: run, memory: memory, pool: pool).views()
        } catch CalculationError.badInput(let text), CalculationError.outOfMemory(let text) {
            // The tables are worth having all the same.
            Console.error("esp: note: \(folder): the report shows no surfaces: \(text)")
            views = []
        }
        do {
            return Report.Run(
                name: OutputFolder.stem(of: folder), document: run.document, account: try ElectronAccount(run.document),
                views: views)
        } catch let error as ElectronAccountError {
            throw Failure(.badInput, "\(folder): \(error).")
        }
    }

    private static func atomStyles(_ runs: [Report.Run]) -> [Int: Report.AtomStyle] {
        let numbers = Set(runs.flatMap(\.document.molecule.atomicNumbers))
        let styles = numbers.compactMap { number in
            Element(atomicNumber: number).map {
                (number, Report.AtomStyle(color: $0.pictureColor, radius: $0.pictureRadius))
            }
        }
        return Dictionary(uniqueKeysWithValues: styles)
    }
}
