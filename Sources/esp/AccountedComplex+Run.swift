import FileFormats
import ReductionSeries

extension AccountedComplex {
    /// The account of a finished run, from its result.json.
    ///
    /// - Parameter byBondsOnly: fragments that the user chose are left out, and their atoms go where the bonds put them.
    init(readingFrom folder: String, byBondsOnly: Bool = false) throws {
        var document = try FinishedRun.document(in: folder)
        if byBondsOnly { document.fragments = nil }
        do {
            self.init(
                name: OutputFolder.stem(of: folder), account: try ElectronAccount(document), symbols: document.molecule.symbols)
        } catch let error as ElectronAccountError {
            throw Failure(.badInput, "\(folder): \(error).")
        }
    }
}
