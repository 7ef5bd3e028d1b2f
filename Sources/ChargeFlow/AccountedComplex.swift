import MolecularStructure
import ReductionSeries

/// A complex with the account of its added electrons: the input of the criteria. Its kind follows from its bonds and elements, never from
/// its name.
public struct AccountedComplex: Sendable {
    /// For readers of tables only.
    public let name: String
    public let account: ElectronAccount

    public init(name: String, account: ElectronAccount) {
        self.name = name
        self.account = account
    }

    /// The solvation structures of the literature, according to the bonds between metals and quinones.
    public enum Solvation: Int, Sendable, Comparable {
        /// One metal with several quinones (CSA, cation-solvent aggregate).
        case aggregate
        /// One metal on one quinone (CCSP, contact cation-solvent pair).
        case contactPair
        /// Several metals on one quinone (ASCSP, anion-separated cation-solvent pair).
        case separatedPair

        public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
    }

    /// Without counter-ions such as Li+.
    var metals: [Int] { account.fragments(of: .metal).flatMap(\.atoms).filter { !account.isCounterIon($0) } }
    var transitionMetals: [Int] { metals.filter(account.isTransitionMetal) }
    var transitionElements: Set<String> { Set(transitionMetals.map { account.symbols[$0] }) }
    var mainGroupMetals: [Int] { metals.filter { !account.isTransitionMetal($0) } }

    /// A transition metal and a main-group metal in contact, directly or through other atoms.
    public var isMixed: Bool {
        account.aggregates.contains { atoms in
            transitionMetals.contains { atoms.contains($0) } && mainGroupMetals.contains { atoms.contains($0) }
        }
    }

    /// Transition metals only.
    public var isPure: Bool { !transitionMetals.isEmpty && mainGroupMetals.isEmpty }

    /// Nil without a quinone bonded to a metal, and for structures between the three.
    public var solvation: Solvation? {
        let rings = account.fragments(of: .quinoneRing).count
        let holding = Set(account.fragments(of: .carbonylOxygen).flatMap(\.metals)).count { !account.isCounterIon($0) }
        switch (holding, rings) {
        case (1, 2...): return .aggregate
        case (1, 1): return .contactPair
        case (2..., 1): return .separatedPair
        default: return nil
        }
    }

    /// Whether a fragment of a kind is held by a metal of the complex; a contact with a counter-ion alone does not count.
    func isHeld(_ fragment: Fragment, _ kind: Fragment.Kind) -> Bool {
        fragment.kind == kind && fragment.metals.contains { !account.isCounterIon($0) }
    }

    /// Halogens with a single main-group metal, and with `countsBridges` also those between it and another metal.
    func isMainGroupHalogen(_ fragment: Fragment, countsBridges: Bool) -> Bool {
        fragment.metals.contains { !account.isTransitionMetal($0) && !account.isCounterIon($0) }
            && (fragment.kind == .terminalHalogen
                || (countsBridges && fragment.kind == .bridgingHalogen))
    }
}
