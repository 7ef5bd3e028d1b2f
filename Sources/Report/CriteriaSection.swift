import ChargeFlow
import FileFormats
import ReductionSeries

/// Verdicts on the claims about the flow of charge.
enum CriteriaSection {
    /// Nil without a comparison, and if no claim can be tested.
    static func section(_ report: Report, _ names: SchemeNames) -> Section? {
        guard let comparison = report.comparison, !comparison.rows.isEmpty else { return nil }
        var section = Section(title: "Criteria (preliminary)")
        section.text = [
            "Claims about the transfer of charge from ligand to metal to ligand, by fixed criteria. Each is decided "
                + "in every charge scheme by bonds and charges; differences below \(ChargeFlowCriteria.margin) e do not decide. "
                + "Preliminary: this is one method, basis and geometry for each complex."
        ]
        section.text += comparison.sentences
        section.tables = [summary(comparison), details(comparison, names)]
        return section
    }

    private static func claim(_ claim: ChargeFlowCriteria.Claim, _ countsBridges: Bool?) -> String {
        claim.rawValue + (countsBridges == true ? ", bridges counted" : "")
    }

    private static func look(_ outcome: ChargeFlowCriteria.Outcome) -> String? {
        switch outcome {
        case .holds: "holds"
        case .fails: "fails"
        case .undecided, .notTestable: nil
        }
    }

    private static func summary(_ comparison: ComplexComparison) -> Table {
        let rows = ChargeFlowCriteria.Claim.allCases.flatMap { claim -> [[Table.Cell]] in
            let tallies = comparison.tallies.filter { $0.claim == claim }
            guard !tallies.isEmpty else {
                return [
                    [.head(claim.rawValue), .text(claim.meaning), .text("cannot be tested")]
                        + [Table.Cell](repeating: .number(nil, 0), count: 4)
                ]
            }
            return tallies.map { tally in
                [
                    .head(Self.claim(claim, tally.countsBridges)), .text(claim.meaning), verdict(tally), .number(tally.holding),
                    .number(tally.failing), .number(tally.undecided), .number(tally.schemes),
                ]
            }
        }
        return Table(
            "Claims and in how many charge schemes they hold",
            heads: [
                "claim", "quantities compared (the claim holds if the first is larger)", "verdict", "#holds", "#fails",
                "#undecided", "#schemes",
            ],
            rows: rows,
            note: "Mulliken and Loewdin charges count only where there are no others. Supported: in at least four fifths of the "
                + "schemes.")
    }

    private static func verdict(_ tally: ComplexComparison.Tally) -> Table.Cell {
        if tally.claim == .p5 {
            let isClear = tally.holding == tally.schemes || tally.failing == tally.schemes
            return .text(isClear ? (tally.holding > 0 ? "transfer" : "polarisation") : "mixed")
        }
        if tally.isSupported { return .text("supported", look: "holds") }
        return 5 * tally.failing >= 4 * tally.schemes ? .text("not supported", look: "fails") : .text("mixed or undecided")
    }

    private static func details(_ comparison: ComplexComparison, _ names: SchemeNames) -> Table {
        let rows = comparison.rows.map { row -> [Table.Cell] in
            let verdict = row.verdict
            return [
                .head(claim(verdict.claim, verdict.countsBridges)), .text(row.complexes.joined(separator: " against ")),
                .text(names.title(verdict.scheme)), .text(verdict.wording, look: look(verdict.outcome)),
                .text(verdict.numbers.map { NumberText.fixed($0, 3) }.joined(separator: " | "), look: "number"),
            ]
        }
        return Table(
            "Verdicts with the numbers that decide", heads: ["claim", "complex", "scheme", "verdict", "#numbers"], rows: rows)
    }
}
