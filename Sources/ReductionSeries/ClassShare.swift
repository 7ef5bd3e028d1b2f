import MolecularStructure

/// Share of two added electrons on a class of atoms in a complex, by charge scheme.
public struct ClassShare: Codable, Sendable, Equatable {
    public var complex: String
    /// The kind of the atoms, for example "terminal halogen on main-group metal".
    public var atoms: String
    /// Number of these atoms.
    public var count: Int
    public var median: Double
    public var lowest: Double
    public var highest: Double

    /// - Parameter values: shares by scheme; nil without any.
    package init?(complex: String, atoms: String, count: Int, values: [Double]) {
        let values = values.sorted()
        guard let lowest = values.first, let highest = values.last else { return nil }
        self.complex = complex
        self.atoms = atoms
        self.count = count
        median = (values[(values.count - 1) / 2] + values[values.count / 2]) / 2
        self.lowest = lowest
        self.highest = highest
    }

    /// One entry for each class of a complex, in the order of the fragments; complexes without two added electrons have none.
    package static func table(_ complexes: [(name: String, account: ElectronAccount)], schemes: [String]) -> [ClassShare] {
        complexes.flatMap { complexName, account -> [ClassShare] in
            guard let state = account.index(added: 2) else { return [] }
            return classes(account).compactMap { name, fragments in
                let values = schemes.compactMap { scheme in
                    account.scheme(scheme).map { entry in fragments.reduce(0) { $0 + entry.totalShares[state - 1][$1] } }
                }
                return ClassShare(
                    complex: complexName, atoms: name, count: fragments.reduce(0) { $0 + account.fragments[$1].atoms.count },
                    values: values)
            }
        }
    }

    /// The classes of a complex in the order of the fragments, each with the places of its fragments.
    package static func classes(_ account: ElectronAccount) -> [(name: String, fragments: [Int])] {
        var order: [String] = []
        var members: [String: [Int]] = [:]
        for (index, fragment) in account.fragments.enumerated() {
            let name = className(fragment, account)
            if members[name] == nil { order.append(name) }
            members[name, default: []].append(index)
        }
        return order.map { ($0, members[$0] ?? []) }
    }

    /// The kind of the atoms of a fragment, such as "carbonyl O on main-group metal".
    private static func className(_ fragment: Fragment, _ account: ElectronAccount) -> String {
        let kinds = Set(fragment.metals.map(account.isTransitionMetal))
        let isIonic = !fragment.metals.isEmpty && fragment.metals.allSatisfy(account.isCounterIon)
        let holder =
            isIonic
            ? " on counter-ion" : kinds == [true] ? " on transition metal" : kinds == [false] ? " on main-group metal" : ""
        switch fragment.kind {
        case .quinoneRing: return "quinone ring"
        case .carbonylOxygen: return fragment.metals.isEmpty ? "carbonyl O, free" : "carbonyl O" + holder
        case .ringHalogen: return "ring halogen"
        case .metal: return isIonic ? "counter-ion" : kinds == [true] ? "transition metal" : "main-group metal"
        case .terminalHalogen: return "terminal halogen" + holder
        case .bridgingHalogen: return "bridging halogen"
        case .other, .chosen: return fragment.name
        }
    }
}
