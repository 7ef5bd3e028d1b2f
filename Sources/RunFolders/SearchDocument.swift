/// The content of `search.json`: the state of the search for other solutions of some charges, so that a later call can restart it. The
/// orbitals of the candidates are in separate checkpoints. Energies in hartree.
public struct SearchDocument: Codable, Sendable, Equatable {
    /// A known solution from which the search starts.
    public struct Known: Codable, Sendable, Equatable {
        public var charge: Int
        /// 2S + 1.
        public var multiplicity: Int
        public var energy: Double

        public init(charge: Int, multiplicity: Int, energy: Double) {
            self.charge = charge
            self.multiplicity = multiplicity
            self.energy = energy
        }
    }

    /// A start that may lead to another solution.
    public struct Candidate: Codable, Sendable, Equatable {
        public var charge: Int
        /// 2S + 1.
        public var multiplicity: Int
        /// The origin of its initial orbitals, such as `first guess`.
        public var origin: String
        /// Name of its current phase.
        public var phase: String
        /// The round in which it was created, counted from 1.
        public var round: Int
        /// Fock builds and products of the orbital Hessian in its finished phases; nil in files of earlier versions.
        public var builds: Int?
        /// Whether it was ended because the builds of its round were used up; nil in files of earlier versions.
        public var isUndecided: Bool?

        public init(
            charge: Int, multiplicity: Int, origin: String, phase: String, round: Int, builds: Int? = nil,
            isUndecided: Bool? = nil
        ) {
            self.builds = builds
            self.isUndecided = isUndecided
            self.charge = charge
            self.multiplicity = multiplicity
            self.origin = origin
            self.phase = phase
            self.round = round
        }
    }

    /// Method, grid, reference and other settings that determine the candidates and their treatment.
    public var conditions: [String]
    public var known: [Known]
    public var candidates: [Candidate] = []

    public init(conditions: [String], known: [Known]) {
        self.conditions = conditions
        self.known = known
    }

    /// Whether a search under these conditions, from these solutions, can be restarted from the other document.
    public func isSameSearch(as other: SearchDocument) -> Bool {
        conditions == other.conditions && known.count == other.known.count
            && zip(known, other.known).allSatisfy {
                $0.charge == $1.charge && $0.multiplicity == $1.multiplicity && abs($0.energy - $1.energy) < 1e-6
            }
    }
}

extension SearchDocument: CheckedDocument {
    public static let title = "a search for other solutions"

    public func check() throws(DocumentFlaw) {
        let place = DocumentCheck()
        try place.at("known").value(known.count, in: 1...10_000)
        for (index, solution) in known.enumerated() {
            try place.at("known").at(index).chargeState(solution.charge, solution.multiplicity)
        }
        let charges = Set(known.map(\.charge))
        try place.at("candidates").value(candidates.count, in: 0...100_000)
        for (index, candidate) in candidates.enumerated() {
            let key = place.at("candidates").at(index)
            try key.chargeState(candidate.charge, candidate.multiplicity)
            try key.at("charge").require(charges.contains(candidate.charge), "no solution of this charge is known")
            try key.at("origin").line(candidate.origin)
            try key.at("phase").line(candidate.phase)
            try key.at("round").value(candidate.round, in: 1...1000)
            try key.at("builds").value(candidate.builds ?? 0, in: 0...1_000_000_000)
        }
    }
}
