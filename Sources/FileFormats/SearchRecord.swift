/// Which multiplicities of a charge were solved, and which were not.
public struct MultiplicityRecord: Codable, Sendable, Equatable {
    /// Whether the multiplicity was given by the user: then no other one is tried.
    public var named: Bool
    /// In ascending order.
    public var tried: [Int]
    /// Between the lowest possible one and the highest one tried, in ascending order.
    public var notTried: [Int]
    /// The first one above those that were tried; nil where there is none. All higher ones were not tried either.
    public var notTriedFrom: Int?

    /// - Parameters:
    ///   - electrons: all that the basis describes.
    ///   - orbitals: of one spin, at most.
    public init(named: Bool, tried: [Int], electrons: Int, orbitals: Int) {
        self.named = named
        self.tried = tried.sorted()
        let highest = tried.max() ?? 1
        notTried = stride(from: electrons % 2 + 1, to: highest, by: 2).filter { !tried.contains($0) }
        let next = highest + 2
        notTriedFrom = next <= electrons + 1 && (electrons + next - 1) / 2 <= orbitals ? next : nil
    }

    enum CodingKeys: String, CodingKey {
        case named, tried
        case notTried = "not_tried"
        case notTriedFrom = "not_tried_from"
    }
}

/// How other solutions of a charge were looked for.
public struct SearchRecord: Codable, Sendable, Equatable {
    /// The first round is beside the first solution, each further one beside a lower solution of another multiplicity.
    public var rounds: Int
    /// Fock matrices and products of the orbital Hessian that were built in the search, for all candidates of the charge.
    public var fockBuilds: Int
    /// Whether the limit on the number of rounds ended the search.
    public var cutShort: Bool

    public init(rounds: Int, fockBuilds: Int, cutShort: Bool) {
        self.rounds = rounds
        self.fockBuilds = fockBuilds
        self.cutShort = cutShort
    }

    enum CodingKeys: String, CodingKey {
        case rounds
        case fockBuilds = "fock_builds"
        case cutShort = "cut_short"
    }
}
