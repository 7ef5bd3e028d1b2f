import FileFormats
import ReductionSeries

/// The account of a finished run, from its result.json.
struct AccountedRun {
    let account: ElectronAccount
    /// Of the atoms.
    let symbols: [String]

    /// - Parameter byBondsOnly: fragments that the user chose are left out, and their atoms go where the bonds put them.
    init(readingFrom folder: String, byBondsOnly: Bool = false) throws {
        var document = try FinishedRun.document(in: folder)
        if byBondsOnly { document.fragments = nil }
        symbols = document.molecule.symbols
        do {
            account = try ElectronAccount(document)
        } catch let error as ElectronAccountError {
            throw Failure(.badInput, "\(folder): \(error).")
        }
    }
}
