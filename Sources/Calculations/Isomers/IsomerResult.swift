import FileFormats
import Foundation
import IsomerSearch
import MolecularStructure
import RunFolders

/// The outcome of a search for isomers: the content of `isomers.json`. Energies in hartree, positions in bohr.
public struct IsomerResult: Encodable, Sendable {
    public static let currentSchema = "esp-isomers-1"

    public var schema = IsomerResult.currentSchema
    public var provenance: ResultDocument.Provenance
    public var symbols: [String]
    /// From the cheapest to the most accurate; the names are the keys of energies.
    public var levels: [Level]
    public var proposals: ProposalRecord
    public var charges: [ChargeRecord]
    /// Whether everything that was planned is done.
    public var finished: Bool

    public struct Level: Encodable, Sendable {
        public var name: String
        /// `relaxation` or `single point`.
        public var task: String
        /// Structures up to this energy above the lowest continue to the next level; nil at the last level.
        public var window: Double?
    }

    public struct ProposalRecord: Encodable, Sendable {
        public var count: Int
        /// Bond graphs that were reached, including the start, and those among them for which no structure could be built.
        public var graphs: Int
        public var unbuilt: Int
        /// Whether more graphs were reached than were processed.
        public var truncated: Bool
        public var seed: Int
    }

    /// The results for one charge.
    public struct ChargeRecord: Encodable, Sendable {
        public var charge: Int
        public var multiplicity: Int
        /// By ascending energy at the highest level, followed by those that were dropped earlier.
        public var isomers: [Isomer]
        /// Starts at the first level, and their outcomes.
        public var starts: Int
        public var untried: Int
        public var unfinished: Int
        public var dissociated: [String]
        public var failures: [String: String]
        /// Isomers found from exactly one proposal; starts from other charges do not count.
        public var foundOnce: Int
        /// Probability that a further search would find something new (Good and Turing); nil without searches.
        public var missingShare: Double?
        /// Lower bound for the number of isomers that were not found (Chao).
        public var unseenAtLeast: Double
        public var errors: [LevelError]

        enum CodingKeys: String, CodingKey {
            case charge, multiplicity, isomers, starts, untried, unfinished, dissociated, failures, errors
            case foundOnce = "found_once"
            case missingShare = "missing_share"
            case unseenAtLeast = "unseen_at_least"
        }
    }

    /// How relative energies at one level differ from those at the next one.
    public struct LevelError: Encodable, Sendable {
        public var level: String
        public var next: String
        /// Number of isomers with both energies.
        public var count: Int
        /// Of the differences after subtraction of their mean.
        public var rootMeanSquare: Double
        public var largest: Double

        enum CodingKeys: String, CodingKey {
            case level, next, count, largest
            case rootMeanSquare = "root_mean_square"
        }
    }

    public struct Isomer: Encodable, Sendable {
        /// Name of the first start that led to it.
        public var id: String
        public var bonds: String
        public var energies: [String: Double]
        public var spinSquared: Double
        /// Starts that led to it.
        public var starts: [String]
        /// Whether its relaxation finished.
        public var converged: Bool
        public var geometry: [Double]
        /// Its XYZ file in the folder.
        public var file: String

        enum CodingKeys: String, CodingKey {
            case id, bonds, energies, starts, converged, geometry, file
            case spinSquared = "spin_squared"
        }
    }
}

extension IsomerResult {
    /// A row for each isomer.
    public var csv: String {
        let heads = levels.map { CSVText.quoted("\($0.name) Eh") }.joined(separator: ",")
        var text = "charge,rank,id,\(heads),spin_squared,found,converged,file,bonds\n"
        for charge in charges {
            for (index, isomer) in charge.isomers.enumerated() {
                let energies = levels.map { level in isomer.energies[level.name].map { String(format: "%.10f", $0) } ?? "" }
                text +=
                    "\(charge.charge),\(index + 1),\(CSVText.quoted(isomer.id)),\(energies.joined(separator: ",")),"
                    + String(format: "%.4f", isomer.spinSquared)
                    + ",\(isomer.starts.count),\(isomer.converged),\(CSVText.quoted(isomer.file)),\(CSVText.quoted(isomer.bonds))\n"
            }
        }
        return text
    }

    /// The tables.
    public var text: String { charges.map(text(of:)).joined(separator: "\n") + ending }

    private func text(of charge: ChargeRecord) -> String {
        var text =
            "charge \(signed(charge.charge)), multiplicity \(charge.multiplicity): \(Self.counted(charge.isomers.count, "isomer"))\n"
        guard !charge.isomers.isEmpty else { return text + outcomes(of: charge) }
        text += "energies relative to the lowest of each level, mEh\n"
        text += column("#", 4, right: true) + levels.map { "  " + column($0.name, width($0), right: true) }.joined()
        text += "   <S^2>  found  bonds\n"
        let lowest = lowestEnergies(of: charge)
        for (index, isomer) in charge.isomers.enumerated() {
            text += column("\(index + 1)", 4, right: true)
            for (level, zero) in zip(levels, lowest) {
                let value = isomer.energies[level.name].map { String(format: "%.2f", 1000 * ($0 - zero)) } ?? ""
                text += "  " + column(value, width(level), right: true)
            }
            text += String(format: "%8.3f", isomer.spinSquared) + column("\(isomer.starts.count)", 7, right: true)
            text += "  \(isomer.bonds)\(isomer.converged ? "" : " (not converged)")\n"
        }
        return text + outcomes(of: charge)
    }

    /// By level, over the isomers of a charge; zero for a level without energies.
    func lowestEnergies(of charge: ChargeRecord) -> [Double] {
        levels.map { level in charge.isomers.compactMap { $0.energies[level.name] }.min() ?? 0 }
    }

    private func width(_ level: Level) -> Int { max(level.name.count, 9) }

    /// How the search for a charge ended, and what it may have missed.
    func outcomes(of charge: ChargeRecord) -> String {
        var text = ""
        for error in charge.errors {
            text +=
                "  \(error.level) against \(error.next), \(Self.counted(error.count, "isomer")): relative energies differ by "
                + String(
                    format: "%.2f mEh (root mean square), %.2f mEh (largest)\n", 1000 * error.rootMeanSquare, 1000 * error.largest
                )
        }
        let found = charge.isomers.reduce(0) { $0 + $1.starts.count }
        text += "  \(Self.counted(charge.starts, "start")): \(found) led to these isomers"
        if !charge.dissociated.isEmpty { text += ", \(charge.dissociated.count) dissociated" }
        if !charge.failures.isEmpty { text += ", \(charge.failures.count) failed (see isomers.json)" }
        if charge.unfinished > 0 { text += ", \(charge.unfinished) unfinished" }
        if charge.untried > 0 { text += ", \(charge.untried) not tried" }
        text += "\n"
        if let share = charge.missingShare {
            text +=
                "  found by one proposal only: \(charge.foundOnce) of \(Self.counted(charge.isomers.count, "isomer"))\n"
            // Few starts allow no estimate.
            if found >= Self.fewStarts {
                text +=
                    "  if the proposals were independent random starts, about \(Int((100 * share).rounded())) % of further ones would lead to "
                    + "something new (Good and Turing)"
                if charge.unseenAtLeast >= 1 {
                    text += " and at least \(Self.counted(Int(charge.unseenAtLeast.rounded()), "isomer")) would be missing (Chao)"
                }
                text += ";\n  they are not independent: take these numbers as rough\n"
            }
        }
        return text
    }

    /// Starts below which no estimate is printed.
    private static let fewStarts = 20

    /// What was proposed, and whether the search is finished.
    var ending: String {
        let graphs = Self.counted(proposals.graphs, "bond graph")
        return "\n\(Self.counted(proposals.count, "proposal")) from \(graphs)"
            + (proposals.truncated ? " (the list was cut: more graphs or structures could be made)" : "")
            + (finished ? "" : "; the search is not finished: run the same command to continue") + "\n"
    }

    static func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }
}
