import FileFormats
import MolecularStructure

/// The criteria for several complexes side by side, in every charge scheme that they share.
public struct ComplexComparison: Codable, Sendable, Equatable {
    /// The complexes, by their names on the command line.
    public var complexes: [String]
    public var rows: [Row]

    /// A claim about one complex, or about a pair of them.
    public struct Row: Codable, Sendable, Equatable {
        public var complexes: [String]
        public var verdict: ChargeFlowCriteria.Verdict
    }

    /// A named account, with the element symbols of its atoms.
    public struct Entry: Sendable {
        public let name: String
        public let account: ElectronAccount
        public let symbols: [String]

        public init(name: String, account: ElectronAccount, symbols: [String]) {
            self.name = name
            self.account = account
            self.symbols = symbols
        }
    }

    /// Every claim is tried on every complex and every ordered pair; claims that cannot be tested there have no row.
    public init(_ entries: [Entry]) {
        complexes = entries.map(\.name)
        let sets = entries.map { Set($0.account.schemes.map(\.name)) }
        let schemes = sets.dropFirst().reduce(sets.first ?? []) { $0.intersection($1) }.sorted()
        var rows: [Row] = []
        func add(_ names: [String], _ verdict: ChargeFlowCriteria.Verdict) {
            if verdict.outcome != .notTestable { rows.append(Row(complexes: names, verdict: verdict)) }
        }
        for scheme in schemes {
            for a in entries {
                add([a.name], ChargeFlowCriteria.oxygenAboveHalogen(a.account, symbols: a.symbols, scheme: scheme))
                add([a.name], ChargeFlowCriteria.halogenShare(a.account, symbols: a.symbols, scheme: scheme))
            }
            for (i, a) in entries.enumerated() {
                for (j, b) in entries.enumerated() where i != j {
                    add(
                        [a.name, b.name],
                        ChargeFlowCriteria.saturation(
                            pure: a.account, pureSymbols: a.symbols, mixed: b.account, mixedSymbols: b.symbols, scheme: scheme))
                    add(
                        [a.name, b.name],
                        ChargeFlowCriteria.excess(
                            mixed: a.account, mixedSymbols: a.symbols, control: b.account, controlSymbols: b.symbols,
                            scheme: scheme))
                }
            }
        }
        self.rows = rows.enumerated().sorted {
            ($0.element.verdict.claim, $0.offset) < ($1.element.verdict.claim, $1.offset)
        }.map(\.element)
    }

    /// A table, and for each claim in how many schemes it holds.
    public var text: String {
        var result = ""
        for claim in ["P1", "P2", "P3", "P4"] {
            let chosen = rows.filter { $0.verdict.claim == claim }
            result += "\(claim)  \(Self.meaning[claim] ?? "")\n"
            if chosen.isEmpty { result += "    not testable with these complexes, states and schemes\n" }
            for row in chosen {
                let numbers = row.verdict.numbers.map { number($0, 10, 4) }.joined()
                result += "    " + left(row.verdict.scheme, 14) + left(row.verdict.outcome.rawValue, 12) + numbers + "   "
                    + String(row.complexes.joined(separator: " | ").prefix(46)) + "\n"
            }
            if !chosen.isEmpty {
                let held = chosen.count { $0.verdict.outcome == .holds }
                result += "    holds in \(held) of \(chosen.count)\n"
            }
        }
        return result + "Preliminary: one model and one geometry each. Margin \(ChargeFlowCriteria.margin) e.\n"
    }

    private static let meaning = [
        "P1": "carbonyl O more negative than terminal halogen (charges, sign turned)",
        "P2": "d gain of the transition metal, pure | mixed (electrons)",
        "P3": "per terminal halogen on the main-group metal, largest other class (electrons of two)",
        "P4": "that excess, mixed | control (electrons)",
    ]
}
