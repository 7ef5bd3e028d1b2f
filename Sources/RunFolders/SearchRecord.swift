/// Which multiplicities of a charge were computed, and which were not.
public struct MultiplicityRecord: Codable, Sendable, Equatable {
    /// Whether the multiplicity was given by the user: then no other one is tried.
    public var named: Bool
    /// Whether it was set in the second line of the molecule's file and not by an option; nil if none was given, and in results of earlier
    /// versions.
    public var namedByFile: Bool?
    /// In ascending order.
    public var tried: [Int]
    /// Between the lowest possible one and the highest one tried, in ascending order.
    public var notTried: [Int]
    /// The first one above those tried; nil if there is none. All higher ones were not tried either.
    public var notTriedFrom: Int?

    /// - Parameters:
    ///   - namedByFile: whether the multiplicity comes from the molecule's file.
    ///   - electrons: number of electrons described by the basis.
    ///   - orbitals: maximum number of orbitals of one spin.
    public init(named: Bool, namedByFile: Bool = false, tried: [Int], electrons: Int, orbitals: Int) {
        self.named = named
        self.namedByFile = named ? namedByFile : nil
        self.tried = tried.sorted()
        let highest = tried.max() ?? 1
        notTried = stride(from: electrons % 2 + 1, to: highest, by: 2).filter { !tried.contains($0) }
        let next = highest + 2
        notTriedFrom = next <= electrons + 1 && (electrons + next - 1) / 2 <= orbitals ? next : nil
    }

    enum CodingKeys: String, CodingKey {
        case named, tried
        case namedByFile = "named_by_file"
        case notTried = "not_tried"
        case notTriedFrom = "not_tried_from"
    }
}

/// The search for other solutions of a charge.
public struct SearchRecord: Codable, Sendable, Equatable {
    /// The first round starts from the first solution. Each further one starts from a lower solution of another multiplicity, or
    /// from a lower one that had not converged.
    public var rounds: Int
    /// Number of Fock matrices and products of the orbital Hessian built in the search, for all candidates of the charge.
    public var fockBuilds: Int
    /// The origins of the candidates that were ended because the Fock builds of a round were used up; nil if there are none.
    public var undecided: [String]?
    /// Whether the limit on the number of rounds ended the search.
    public var cutShort: Bool

    public init(rounds: Int, fockBuilds: Int, undecided: [String] = [], cutShort: Bool) {
        self.rounds = rounds
        self.fockBuilds = fockBuilds
        self.undecided = undecided.isEmpty ? nil : undecided
        self.cutShort = cutShort
    }

    /// One sentence about the undecided candidates; nil if there are none.
    public var undecidedSentence: String? {
        guard let undecided, !undecided.isEmpty else { return nil }
        var names: [String] = []
        for name in undecided where !names.contains(name) { names.append(name) }
        return
            "the search reached its limit of Fock builds with \(undecided.count) candidate\(undecided.count == 1 ? "" : "s") undecided ("
            + names.joined(separator: ", ") + ")"
    }

    enum CodingKeys: String, CodingKey {
        case rounds, undecided
        case fockBuilds = "fock_builds"
        case cutShort = "cut_short"
    }
}
