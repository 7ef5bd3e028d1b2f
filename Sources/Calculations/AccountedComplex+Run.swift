import ChargeFlow
import FileFormats
import RunFolders
import ReductionSeries

extension AccountedComplex {
    /// Accounts of several finished runs, for comparison. Fragments chosen by the user are ignored; their atoms are assigned by the bonds.
    /// Runs whose folders have the same name are called by their paths.
    package static func all(readingFrom folders: [String]) throws -> [AccountedComplex] {
        try all(folders.map { ($0, try FinishedRun.document(in: $0)) })
    }

    static func all(_ runs: [(folder: String, document: ResultDocument)]) throws -> [AccountedComplex] {
        try zip(runs, OutputFolder.names(of: runs.map(\.folder))).map { run, name in
            var document = run.document
            document.fragments = nil
            return try AccountedComplex(document, folder: run.folder, name: name)
        }
    }

    /// - Parameters:
    ///   - folder: of the document, for messages.
    ///   - name: nil for that of the folder.
    init(_ document: ResultDocument, folder: String, name: String? = nil) throws(CalculationError) {
        do {
            self.init(
                name: name ?? OutputFolder.stem(of: folder), account: try ElectronAccount(document))
        } catch {
            throw CalculationError.badInput("\(folder): \(error).")
        }
    }
}
