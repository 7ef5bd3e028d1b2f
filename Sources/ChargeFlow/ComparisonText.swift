import FileFormats
import MolecularStructure
import ReductionSeries

/// The comparison as tables of at most 100 columns.
extension ComplexComparison {
    /// In how many schemes each claim holds, where two electrons go in each complex, and every verdict with its numbers.
    public var text: String { summary + "\n" + shareTable + details + Self.warning }

    private static let warning =
        "Preliminary: one method, basis and geometry each. Differences below \(ChargeFlowCriteria.margin) e do not decide.\n"

    private var summary: String {
        var result =
            column("claim", 26) + column("holds", 8, right: true) + column("fails", 8, right: true)
            + column("undecided", 12, right: true) + "   of schemes\n"
        for claim in ChargeFlowCriteria.Claim.allCases {
            let chosen = tallies.filter { $0.claim == claim }
            if chosen.isEmpty {
                result += "  \(claim.rawValue)  cannot be tested: this takes \(claim.requirement)\n"
            }
            for tally in chosen {
                let words = claim == .p5 ? "   (holds: transfer; fails: polarisation)" : tally.isSupported ? "   supported" : ""
                result +=
                    column("  \(claim.rawValue)\(Self.bridges(tally.countsBridges))", 26)
                    + column("\(tally.holding)", 8, right: true)
                    + column("\(tally.failing)", 8, right: true) + column("\(tally.undecided)", 12, right: true)
                    + column("\(tally.schemes)", 6, right: true) + words + "\n"
            }
        }
        return result
    }

    private static func bridges(_ counted: Bool?) -> String { counted == true ? ", bridges counted" : "" }

    private var shareTable: String {
        var result = ""
        for complex in complexes {
            let rows = shares.filter { $0.complex == complex }
            guard !rows.isEmpty else { continue }
            result +=
                column("share of two electrons: \(complex.prefix(36))", 62) + column("median", 10, right: true)
                + column("lowest", 10, right: true) + column("highest", 10, right: true) + "\n"
            for row in rows {
                let count = Fragment.atomCount(row.count)
                result +=
                    column("  \(row.atoms.prefix(54))\(count)", 62) + column(row.median, 10, 4) + column(row.lowest, 10, 4)
                    + column(row.highest, 10, 4) + "\n"
            }
            result += "\n"
        }
        return result
    }

    private var details: String {
        var result = ""
        var last: ChargeFlowCriteria.Claim?
        for row in rows {
            if row.verdict.claim != last {
                result += (last == nil ? "" : "\n") + "\(row.verdict.claim.rawValue)  \(row.verdict.claim.meaning)\n"
                last = row.verdict.claim
            }
            result +=
                "  " + column(row.verdict.scheme, 13) + column(row.verdict.wording, 13)
                + row.verdict.numbers.map { column($0, 8, 3) }.joined() + Self.shortened(row)
        }
        return result.isEmpty ? "" : result + "\n"
    }

    /// Names of the complexes in what is left of the line.
    private static func shortened(_ row: Row) -> String {
        let room = 98 - 28 - 8 * row.verdict.numbers.count
        let names = row.complexes.joined(separator: " | ") + (row.verdict.countsBridges == true ? " (bridges counted)" : "")
        return "  " + String(names.prefix(room)) + "\n"
    }
}
