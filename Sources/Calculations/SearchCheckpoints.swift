import FileFormats
import Foundation
import GaussianBasis
import MolecularStructure
import RunFolders
import SelfConsistentField
import SolutionSearch

/// The files that a search for other solutions leaves in the output folder, so that a later call can restart it: `search.json`, with the
/// solutions from which the search started and the state of every candidate, and a checkpoint with the orbitals of every candidate.
struct SearchCheckpoints {
    static let name = "search.json"
    private static func orbitalsName(_ place: Int) -> String { "search-\(place + 1).checkpoint" }

    private let checkpoints: StateCheckpoints
    private var folder: OutputFolder { checkpoints.folder }
    private var document: SearchDocument
    /// Whether `search.json` contains all candidates.
    private var isComplete = false

    /// - Parameters:
    ///   - known: the solutions from which the search starts.
    ///   - conditions: conditions, other than molecule, basis and scope, under which a search can be restarted.
    ///   - checkpoints: stores orbitals, and returns those that fit.
    init(known: [SCFResult], scope: StateSearch.Scope, conditions: [String], checkpoints: StateCheckpoints) {
        self.checkpoints = checkpoints
        let places = scope.places.map { place in "\(place.name): " + place.atoms.map(String.init).joined(separator: ",") }
        document = SearchDocument(
            conditions: conditions + ["multiplicities: \(scope.includesMultiplicities), fixed: \(scope.fixedCharges.sorted())"]
                + places,
            known: known.map {
                .init(
                    charge: $0.wavefunction.state.charge, multiplicity: $0.wavefunction.state.multiplicity, energy: $0.energy)
            })
    }

    /// The candidates of an earlier search that can be restarted; empty if there is none or if something does not fit. In that case the old
    /// files are removed.
    ///
    /// - Parameter note: gets a line if an earlier search cannot be restarted.
    mutating func read(note: (String) -> Void) -> [StateSearch.Candidate] {
        var candidates: [StateSearch.Candidate] = []
        if FileManager.default.fileExists(atPath: folder.url(Self.name).path) {
            do {
                candidates = try saved()
            } catch {
                note("the earlier search for other solutions is not used: \(error)")
            }
        }
        if candidates.isEmpty { Self.remove(from: folder) }
        isComplete = !candidates.isEmpty
        return candidates
    }

    private enum Obstacle: Error, CustomStringConvertible {
        case otherInput
        case orbitals(String)

        var description: String {
            switch self {
            case .otherInput: "it was made with other options or for other solutions"
            case .orbitals(let name): "\(name) is missing or does not belong to it"
            }
        }
    }

    private mutating func saved() throws -> [StateSearch.Candidate] {
        let path = folder.url(Self.name).path
        let saved = try SearchDocument(readingFrom: path)
        guard saved.isSameSearch(as: document) else { throw Obstacle.otherInput }
        let candidates = try saved.candidates.enumerated().map { place, entry in
            let state = ChargeState(charge: entry.charge, multiplicity: entry.multiplicity)
            let name = Self.orbitalsName(place)
            guard let phase = StateSearch.Candidate.Phase(rawValue: entry.phase), let start = checkpoints.orbitals(name, state)
            else { throw Obstacle.orbitals(name) }
            return StateSearch.Candidate(
                state: state, origin: entry.origin, start: start, phase: phase, round: entry.round, builds: entry.builds ?? 0,
                isUndecided: entry.isUndecided ?? false)
        }
        document.candidates = saved.candidates
        return candidates
    }

    /// Saves the state of a candidate.
    mutating func write(_ candidate: StateSearch.Candidate, at place: Int) throws {
        try checkpoints.save(candidate.start, state: candidate.state, name: Self.orbitalsName(place))
        let entry = SearchDocument.Candidate(
            charge: candidate.state.charge, multiplicity: candidate.state.multiplicity, origin: candidate.origin,
            phase: candidate.phase.rawValue, round: candidate.round, builds: candidate.builds, isUndecided: candidate.isUndecided)
        // At first, all candidates of a round are written one after the other: a list cut short by a kill must not be taken as complete.
        guard place < document.candidates.count else {
            document.candidates.append(entry)
            isComplete = false
            return
        }
        guard !isComplete || document.candidates[place] != entry else { return }
        document.candidates[place] = entry
        try folder.write(JSONEncoder().encode(document), name: Self.name)
        isComplete = true
    }

    /// Removes the files of a search whose outcome is stored elsewhere.
    static func remove(from folder: OutputFolder) {
        let names = folder.names
        let suffixes = [".checkpoint", ".matrices"]
        for name in names where name == Self.name || name.hasPrefix("search-") && suffixes.contains(where: name.hasSuffix) {
            try? FileManager.default.removeItem(at: folder.url(name))
        }
    }
}
