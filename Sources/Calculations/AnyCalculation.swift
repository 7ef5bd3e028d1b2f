import Foundation
import RunFolders

/// What a calculation of any task comes to.
public enum CalculationOutcome: Sendable {
    case states(ResultDocument)
    case structure(OptimizationDocument)
}

extension CalculationInput {
    /// Carries the input out, whatever its task is.
    ///
    /// - Parameter folder: takes the results; made when it is not there.
    public func run(
        folder: String, call: CallRecord = CallRecord(), monitor: CalculationMonitor = CalculationMonitor()
    ) throws -> CalculationOutcome {
        switch task {
        case .energy: .states(try Calculation(self, folder: folder, call: call, monitor: monitor).run())
        case .adiabatic: .states(try AdiabaticSeries(self, folder: folder, call: call, monitor: monitor).run())
        case .optimization: .structure(try GeometryRelaxation(self, folder: folder, call: call, monitor: monitor).run())
        }
    }

    /// The folder for results where none is named.
    package var defaultFolder: String {
        task == .optimization ? OutputFolder.stem(of: molecule.name) + ".opt" : OutputFolder.defaultName(for: molecule.name)
    }

    /// The input of a finished calculation or search, from its folder.
    ///
    /// - Throws: `RunFolderError` where there is none, `InputFileError` where it cannot be read.
    package init(ofRun path: String) throws {
        let folder = OutputFolder(existing: path)
        let stored: StoredInput?
        if OptimizationFiles.isFolder(path) {
            stored = try OptimizationDocument(readingFrom: folder.url(OptimizationFiles.documentName).path).input
        } else {
            stored = try FinishedRun.document(in: path).input
        }
        guard let whole = stored?.whole else {
            throw RunFolderError.damaged(
                "\(path) does not hold the input that it was made from: another program or an earlier version made it.")
        }
        self = whole
    }
}

extension OptimizationFiles {
    /// Whether a folder is of a search for a structure.
    static func isFolder(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: OutputFolder(existing: path).url(documentName).path)
    }
}
