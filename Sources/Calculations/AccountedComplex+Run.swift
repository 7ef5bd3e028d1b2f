import ChargeFlow
import FileFormats
import RunFolders
import ReductionSeries

extension AccountedComplex {
    /// Those of several finished runs, to be compared: fragments that the user chose are left out, and their atoms go where the
    /// bonds put them. Runs whose folders have one name go by their paths.
    package static func all(readingFrom folders: [String]) throws -> [AccountedComplex] {
        let names = folders.map { OutputFolder.stem(of: $0) }
        return try zip(folders, names).map { folder, name in
            try AccountedComplex(
                readingFrom: folder, name: names.count { $0 == name } > 1 ? folder : name, byBondsOnly: true)
        }
    }

    /// The account of a finished run, from its result.json.
    ///
    /// - Parameters:
    ///   - name: nil for that of the folder.
    ///   - byBondsOnly: whether fragments that the user chose are left out.
    ///   - fragments: in place of those of the run, where there are any.
    package init(
        readingFrom folder: String, name: String? = nil, byBondsOnly: Bool = false, fragments: [FragmentInput] = []
    ) throws {
        var document = try FinishedRun.document(in: folder).withFragments(fragments)
        if byBondsOnly { document.fragments = nil }
        try self.init(document, folder: folder, name: name)
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
