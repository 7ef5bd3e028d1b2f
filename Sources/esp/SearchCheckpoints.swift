import FileFormats
import Foundation
import GaussianBasis
import MolecularStructure
import SelfConsistentField

/// What a search for other solutions leaves in the output folder, so that a later call goes on with it: `search.json`, which says
/// beside what was looked and how every candidate stands, and the orbitals of every candidate in a checkpoint.
struct SearchCheckpoints {
    private struct Document: Codable, Equatable {
        struct Known: Codable, Equatable {
            var charge: Int
            var multiplicity: Int
            var energy: Double
        }

        struct Entry: Codable, Equatable {
            var charge: Int
            var multiplicity: Int
            var origin: String
            var phase: StateSearch.Candidate.Phase
            var round: Int
        }

        /// Method, grid, reference and what else decides which candidates there are and how they are treated.
        var conditions: [String]
        var known: [Known]
        var candidates: [Entry] = []

        /// Whether a search under these conditions beside these solutions may go on.
        func fits(_ other: Document) -> Bool {
            conditions == other.conditions && known.count == other.known.count
                && zip(known, other.known).allSatisfy {
                    $0.charge == $1.charge && $0.multiplicity == $1.multiplicity && abs($0.energy - $1.energy) < 1e-6
                }
        }
    }

    private static let name = "search.json"
    private static func orbitalsName(_ place: Int) -> String { "search-\(place + 1).checkpoint" }

    private let checkpoints: StateCheckpoints
    private var folder: OutputFolder { checkpoints.folder }
    private var document: Document
    /// Whether `search.json` has all candidates.
    private var isComplete = false

    /// - Parameters:
    ///   - known: the solutions beside which others are looked for.
    ///   - conditions: what else must be the same for a search to go on, beside molecule, basis and scope.
    ///   - checkpoints: keeps orbitals, and gives back those that fit.
    init(known: [SCFResult], scope: StateSearch.Scope, conditions: [String], checkpoints: StateCheckpoints) {
        self.checkpoints = checkpoints
        let places = scope.places.map { place in "\(place.name): " + place.atoms.map(String.init).joined(separator: ",") }
        document = Document(
            conditions: conditions + ["multiplicities: \(scope.includesMultiplicities)"] + places,
            known: known.map {
                .init(
                    charge: $0.wavefunction.state.charge, multiplicity: $0.wavefunction.state.multiplicity, energy: $0.energy)
            })
    }

    /// The candidates of an earlier search that may go on; empty where there is none, or something does not fit. Then what there is
    /// goes.
    mutating func read() -> [StateSearch.Candidate] {
        let candidates = saved()
        if candidates.isEmpty { Self.remove(from: folder) }
        isComplete = !candidates.isEmpty
        return candidates
    }

    private mutating func saved() -> [StateSearch.Candidate] {
        guard let data = try? Data(contentsOf: folder.url(Self.name)),
            let saved = try? JSONDecoder().decode(Document.self, from: data), saved.fits(document), !saved.candidates.isEmpty
        else { return [] }
        var candidates: [StateSearch.Candidate] = []
        for (place, entry) in saved.candidates.enumerated() {
            let state = ChargeState(charge: entry.charge, multiplicity: entry.multiplicity)
            guard let start = checkpoints.orbitals(Self.orbitalsName(place), state) else { return [] }
            candidates.append(.init(state: state, origin: entry.origin, start: start, phase: entry.phase, round: entry.round))
        }
        document.candidates = saved.candidates
        return candidates
    }

    /// Keeps how a candidate stands.
    mutating func write(_ candidate: StateSearch.Candidate, at place: Int) throws {
        try checkpoints.save(candidate.start, state: candidate.state, name: Self.orbitalsName(place))
        let entry = Document.Entry(
            charge: candidate.state.charge, multiplicity: candidate.state.multiplicity, origin: candidate.origin,
            phase: candidate.phase, round: candidate.round)
        // At first all candidates of a round come once: a list that a kill cuts short must not be taken for the whole.
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

    /// Removes what a search has left, when its outcome is kept elsewhere.
    static func remove(from folder: OutputFolder) {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        let suffixes = [".checkpoint", ".matrices"]
        for name in names where name == Self.name || name.hasPrefix("search-") && suffixes.contains(where: name.hasSuffix) {
            try? FileManager.default.removeItem(at: folder.url(name))
        }
    }
}
