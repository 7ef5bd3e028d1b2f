import ReductionSeries

/// The criteria for several complexes side by side, in every charge scheme that they share.
public struct ComplexComparison: Codable, Sendable, Equatable {
    /// The complexes, by their names on the command line.
    public var complexes: [String]
    public var rows: [Row]
    /// For each claim and choice about bridges that could be tested, in how many schemes it holds.
    public var tallies: [Tally]
    /// Where two electrons go in each complex, by class of atoms.
    public var shares: [ClassShare]

    /// A claim about one complex, or about a pair of them.
    public struct Row: Codable, Sendable, Equatable {
        public var complexes: [String]
        public var verdict: ChargeFlowCriteria.Verdict
    }

    /// A claim over all schemes.
    public struct Tally: Codable, Sendable, Equatable {
        public var claim: ChargeFlowCriteria.Claim
        public var countsBridges: Bool?
        /// Schemes that decide: all but Mulliken's and Loewdin's, or these where there are no others.
        public var schemes: Int
        /// Schemes in which every row of the claim holds, in which one fails, and the rest.
        public var holding: Int
        public var failing: Int
        public var undecided: Int
        /// Whether it holds in at least four fifths of the schemes.
        public var isSupported: Bool { 5 * holding >= 4 * schemes }
    }

    /// Every claim is tried on every complex and every ordered pair; claims that cannot be tested there have no row.
    public init(_ entries: [AccountedComplex]) {
        complexes = entries.map(\.name)
        let sets = entries.map { Set($0.account.schemes.map(\.name)) }
        let schemes = sets.dropFirst().reduce(sets.first ?? []) { $0.intersection($1) }.sorted()
        var rows: [Row] = []
        for scheme in schemes {
            for (i, a) in entries.enumerated() {
                rows += Self.verdicts(a, scheme).map { Row(complexes: [a.name], verdict: $0) }
                for (j, b) in entries.enumerated() where j != i {
                    rows += Self.verdicts(a, b, scheme).map { Row(complexes: [a.name, b.name], verdict: $0) }
                }
            }
        }
        rows.removeAll { $0.verdict.outcome == .notTestable }
        func key(_ row: Row) -> (ChargeFlowCriteria.Claim, Int, String) {
            (row.verdict.claim, row.verdict.countsBridges == true ? 1 : 0, row.complexes.joined(separator: "\n"))
        }
        self.rows = rows.enumerated().sorted { a, b in
            key(a.element) != key(b.element) ? key(a.element) < key(b.element) : a.offset < b.offset
        }.map(\.element)
        tallies = Self.tallies(rows)
        shares = ClassShare.table(entries.map { ($0.name, $0.account) }, schemes: schemes)
    }

    private static func verdicts(_ complex: AccountedComplex, _ scheme: String) -> [ChargeFlowCriteria.Verdict] {
        [ChargeFlowCriteria.oxygenAboveHalogen(complex, scheme: scheme)]
            + [false, true].flatMap {
                [
                    ChargeFlowCriteria.halogenShare(complex, scheme: scheme, countsBridges: $0),
                    ChargeFlowCriteria.transfer(complex, scheme: scheme, countsBridges: $0),
                ]
            }
    }

    private static func verdicts(
        _ a: AccountedComplex, _ b: AccountedComplex, _ scheme: String
    ) -> [ChargeFlowCriteria.Verdict] {
        [
            ChargeFlowCriteria.saturation(pure: a, mixed: b, scheme: scheme),
            ChargeFlowCriteria.redistribution(from: a, to: b, scheme: scheme),
        ] + [false, true].map { ChargeFlowCriteria.excess(mixed: a, control: b, scheme: scheme, countsBridges: $0) }
    }

    /// Schemes that do not decide where others are at hand: both follow the basis set more than the electrons.
    private static let basisBound: Set = ["mulliken", "lowdin"]

    private static func tallies(_ rows: [Row]) -> [Tally] {
        ChargeFlowCriteria.Claim.allCases.flatMap { claim in
            [nil, false, true].compactMap { bridges -> Tally? in
                let all = rows.map(\.verdict).filter { $0.claim == claim && $0.countsBridges == bridges }
                let chosen = all.filter { !basisBound.contains($0.scheme) }
                let byScheme = Dictionary(grouping: chosen.isEmpty ? all : chosen, by: \.scheme)
                guard !byScheme.isEmpty else { return nil }
                let holding = byScheme.values.count { $0.allSatisfy { $0.outcome == .holds } }
                let failing = byScheme.values.count { $0.contains { $0.outcome == .fails } }
                return Tally(
                    claim: claim, countsBridges: bridges, schemes: byScheme.count, holding: holding, failing: failing,
                    undecided: byScheme.count - holding - failing)
            }
        }
    }
}
