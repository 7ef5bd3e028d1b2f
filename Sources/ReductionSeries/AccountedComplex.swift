import FileFormats
import MolecularStructure
import RunFolders

/// A complex with the account of its added electrons: all that the criteria look at. What it is follows from its bonds and
/// elements, never from its name.
public struct AccountedComplex: Sendable {
    /// For the reader of tables only.
    public let name: String
    public let account: ElectronAccount
    /// Element symbols of the atoms.
    public let symbols: [String]

    public init(name: String, account: ElectronAccount, symbols: [String]) {
        self.name = name
        self.account = account
        self.symbols = symbols
    }

    /// The solvation structures of the literature, by how metals and quinones hold each other.
    public enum Solvation: Int, Sendable, Comparable {
        /// One metal with several quinones (CSA, cation-solvent aggregate).
        case aggregate
        /// One metal on one quinone (CCSP, contact cation-solvent pair).
        case contactPair
        /// Several metals on one quinone (ASCSP, anion-separated cation-solvent pair).
        case separatedPair

        public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
    }

    var metals: [Int] { fragments(of: .metal).flatMap(\.atoms) }
    var transitionMetals: [Int] { metals.filter(isTransitionMetal) }
    var mainGroupMetals: [Int] { metals.filter { !isTransitionMetal($0) } }

    /// A transition metal and a main-group metal in touch with each other, directly or through what is between them.
    public var isMixed: Bool {
        account.aggregates.contains { atoms in
            transitionMetals.contains { atoms.contains($0) } && mainGroupMetals.contains { atoms.contains($0) }
        }
    }

    /// Transition metals only.
    public var isPure: Bool { !transitionMetals.isEmpty && mainGroupMetals.isEmpty }

    /// Nil without a quinone that holds a metal, and for structures between the three.
    public var solvation: Solvation? {
        let rings = fragments(of: .quinoneRing).count
        let holding = Set(fragments(of: .carbonylOxygen).flatMap(\.metals)).count
        switch (holding, rings) {
        case (1, 2...): return .aggregate
        case (1, 1): return .contactPair
        case (2..., 1): return .separatedPair
        default: return nil
        }
    }

    func fragments(of kind: Fragment.Kind) -> [FragmentRecord] { account.fragments.filter { $0.kind == kind.rawValue } }

    /// Halogens with a single main-group metal, and with `countsBridges` also those between it and another metal.
    func isMainGroupHalogen(_ fragment: FragmentRecord, countsBridges: Bool) -> Bool {
        fragment.metals.contains { !isTransitionMetal($0) }
            && (fragment.kind == Fragment.Kind.terminalHalogen.rawValue
                || (countsBridges && fragment.kind == Fragment.Kind.bridgingHalogen.rawValue))
    }

    func isTransitionMetal(_ atom: Int) -> Bool { Element(symbol: symbols[atom])?.isTransitionMetal == true }
}

extension ElectronAccount {
    func scheme(_ name: String) -> SchemeEntry? { schemes.first { $0.name == name } }

    /// The converged state with so many electrons more than the first.
    func index(added: Int) -> Int? {
        guard let first = states.first else { return nil }
        return states.firstIndex { $0.charge == first.charge - added && $0.converged }
    }

    /// Sum over the fragments that fit, and the number of their atoms; nil when none fits.
    func sum(_ values: [Double], where fits: (FragmentRecord) -> Bool) -> (total: Double, atoms: Int)? {
        let chosen = zip(fragments, values).filter { fits($0.0) }
        let count = chosen.reduce(0) { $0 + $1.0.atoms.count }
        return count == 0 ? nil : (chosen.reduce(0) { $0 + $1.1 }, count)
    }

    /// The same per atom.
    func meanPerAtom(_ values: [Double], where fits: (FragmentRecord) -> Bool) -> Double? {
        sum(values, where: fits).map { $0.total / Double($0.atoms) }
    }
}
