import FileFormats
import Foundation
import ReductionSeries

/// The account of a finished run, from its result.json.
struct AccountedRun {
    let account: ElectronAccount
    /// Of the atoms.
    let symbols: [String]

    /// - Parameter byBondsOnly: fragments that the user chose are left out, and their atoms go where the bonds put them.
    init(readingFrom folder: String, byBondsOnly: Bool = false) throws {
        let url = URL(fileURLWithPath: folder).appendingPathComponent(OutputFolder.resultName)
        guard let data = try? Data(contentsOf: url) else {
            throw Failure(.inputMissing, "\(url.path) cannot be read: \(folder) is not the folder of an esp computation.")
        }
        guard var document = try? ResultDocument(json: data) else {
            throw Failure(.badInput, "\(url.path) is not a result of this version of esp. Compute it again.")
        }
        if byBondsOnly { document.fragments = nil }
        symbols = document.molecule.symbols
        do {
            account = try ElectronAccount(document)
        } catch let error as ElectronAccountError {
            throw Failure(.badInput, "\(url.path): \(error).")
        }
    }
}
