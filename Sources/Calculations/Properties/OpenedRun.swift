import FileFormats
import LinearAlgebra
import MachineLimits
import MolecularStructure
import ParallelExecution
import RunFolders

/// The folder of a finished run, read as needed: `result.json`, and the wavefunctions of all states.
public final class OpenedRun {
    /// Of the folder.
    public let path: String
    package let resources: ResourceInput
    package let monitor: CalculationMonitor
    /// Replaces the fragments of the run, if given.
    private let chosenFragments: [FragmentInput]
    private var storedDocument: ResultDocument?
    private var storedRun: FinishedRun?
    private var hasToldOfPreliminary = false

    /// Nothing is read before it is requested.
    ///
    /// - Parameter fragments: replace those of the run, if given; atoms in none of them remain in the fragments derived from the bonds.
    package init(_ path: String, fragments: [FragmentInput] = [], resources: ResourceInput, monitor: CalculationMonitor) {
        self.path = path
        chosenFragments = fragments
        self.resources = resources
        self.monitor = monitor
    }

    /// The content of `result.json`.
    public func document() throws -> ResultDocument {
        if let storedDocument { return storedDocument }
        let document = try (storedRun?.document ?? FinishedRun.document(in: path)).withFragments(chosenFragments)
        storedDocument = document
        noteIfPreliminary(document)
        return document
    }

    /// Once: the stored state may not be the lowest one.
    private func noteIfPreliminary(_ document: ResultDocument) {
        guard document.preliminary == true, !hasToldOfPreliminary else { return }
        hasToldOfPreliminary = true
        monitor.note(
            "\(path) is preliminary: its search for other solutions was interrupted. The same esp compute goes on with it.")
    }

    /// The fragments of the molecule: the given ones, otherwise those of the run.
    package func fragments() throws -> [FragmentRecord] {
        let document = try document()
        if let fragments = document.fragments { return fragments }
        return try document.molecule.molecule.map { try Fragmentation($0).fragments.map(FragmentRecord.init) } ?? []
    }

    /// The document, the basis, and the wavefunctions, for numerical work in this process.
    ///
    /// - Parameter forWriting: whether files will be written to the folder, which is then locked as long as this value exists.
    package func finished(forWriting: Bool) throws -> FinishedRun {
        if let storedRun { return storedRun }
        try ProgramVersion.checkProcessor()
        BLASThreads.limit(to: 1)
        let run = try FinishedRun(
            readingFrom: path, forWriting: forWriting, memory: resources.memoryLimit, checkCancellation: monitor.checkCancellation
        )
        storedRun = run
        noteIfPreliminary(run.document)
        return run
    }

    /// Says, before the work begins, that results will only be printed.
    package func noteIfReadOnly() {
        guard OutputFolder(existing: path).isReadOnly else { return }
        monitor.note("\(path) is read-only: results are printed but not saved.")
    }
}

extension ResultDocument {
    /// Indices of the states of some charges, in the order of the document.
    ///
    /// - Parameters:
    ///   - charges: nil for all states.
    ///   - path: of the run, for the message.
    /// - Throws: `CalculationError.badInput` if a charge has no state.
    package func stateIndices(charges: [Int]?, in path: String) throws(CalculationError) -> [Int] {
        guard let charges else { return Array(states.indices) }
        if let unknown = charges.first(where: { charge in !states.contains { $0.charge == charge } }) {
            let known = states.map { signed($0.charge) }.joined(separator: ", ")
            throw .badInput("\(path) has no state of charge \(signed(unknown)), only \(known).")
        }
        return states.indices.filter { charges.contains(states[$0].charge) }
    }
}
