import MolecularStructure
import ReductionSeries

/// The claims about where two added electrons go, each decided from bonds and numbers in one charge scheme. They were fixed before any
/// number was known, except for corrections of P4 (its excess must be positive) and P5 (initially unpaired spins).
///
/// The claims are those of a paper on tetrachloro-o-benzoquinone with metal chlorides, doi 10.1038/s41557-025-01866-0.
/// The transition metal (Nb, Ta, Zr, ...) comes first there, a main-group metal (Al, Ga, ...) second; a complex of both is
/// mixed. Bonds decide, not names.
public enum ChargeFlowCriteria {
    /// Differences below it do not decide, in elementary charges. Everything that is compared uses this one margin.
    public static let margin = 0.05

    public enum Claim: String, Codable, Sendable, CaseIterable, Comparable {
        case p1 = "P1"
        case p2 = "P2"
        case p3 = "P3"
        case p4 = "P4"
        case p5 = "P5"
        case z1 = "Z1"

        public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }

        /// What is compared, in the order of a verdict's numbers.
        public var meaning: String {
            switch self {
            case .p1: "two electrons added: carbonyl O more negative than terminal halogen | charges with reversed sign"
            case .p2: "gain of d electrons of the transition metal with two electrons: pure | mixed"
            case .p3: "electrons of two per halogen on the main-group metal | most per atom of another class"
            case .p4: "that excess in the mixed complex | in the control; in the mixed complex | zero"
            case .p5: "first electron on those halogens: change of spin | charge gain beyond it (polarisation)"
            case .z1: "quinone ring, carbonyl O, halogen: rise, rise and fall of the charge, each above the margin"
            }
        }
    }

    public enum Outcome: String, Codable, Sendable {
        case holds, fails
        /// A difference is below the margin.
        case undecided
        /// The complex or the states that the claim is about do not exist.
        case notTestable = "not_testable"
    }

    /// A claim in one scheme.
    public struct Verdict: Codable, Sendable, Equatable {
        public var claim: Claim
        public var scheme: String
        /// Whether halogens that bridge to the main-group metal count as bound to it; nil if the claim has no such choice.
        public var countsBridges: Bool?
        public var outcome: Outcome
        /// The compared numbers, in pairs; the first of each is larger by the margin if the claim holds. Empty if nothing could be tested.
        public var numbers: [Double]

        init(_ claim: Claim, _ scheme: String, countsBridges: Bool? = nil, pairs: [(Double, Double)]?) {
            self.claim = claim
            self.scheme = scheme
            self.countsBridges = countsBridges
            numbers = (pairs ?? []).flatMap { [$0.0, $0.1] }
            let differences = (pairs ?? []).map { $0.0 - $0.1 }
            outcome =
                differences.isEmpty
                ? .notTestable
                : differences.allSatisfy { $0 > ChargeFlowCriteria.margin }
                    ? .holds : differences.contains { $0 < -ChargeFlowCriteria.margin } ? .fails : .undecided
        }

        /// The outcome in the claim's own words.
        public var wording: String {
            guard claim == .p5 else { return outcome.rawValue }
            switch outcome {
            case .holds: return "transfer"
            case .fails: return "polarisation"
            default: return outcome.rawValue
            }
        }
    }

    /// P1: with two electrons added to a complex of transition metals alone, the carbonyl oxygen is more negative than the
    /// terminal halogen on the metal, per atom. The numbers are the two charges with their signs turned.
    public static func oxygenAboveHalogen(_ complex: AccountedComplex, scheme: String) -> Verdict {
        let account = complex.account
        guard complex.isPure, let entry = account.scheme(scheme), let state = account.index(added: 2),
            let oxygen = account.meanPerAtom(entry.fragmentCharges[state], where: { complex.isHeld($0, .carbonylOxygen) }),
            let halogen = account.meanPerAtom(entry.fragmentCharges[state], where: { complex.isHeld($0, .terminalHalogen) })
        else { return Verdict(.p1, scheme, pairs: nil) }
        return Verdict(.p1, scheme, pairs: [(-oxygen, -halogen)])
    }

    /// P2: two added electrons raise the d population of the transition metal more in the complex without a second metal.
    /// The numbers are the two gains, per transition metal atom.
    public static func saturation(pure: AccountedComplex, mixed: AccountedComplex, scheme: String) -> Verdict {
        guard mixed.isMixed, pure.isPure, let first = gainOfD(pure, scheme), let second = gainOfD(mixed, scheme) else {
            return Verdict(.p2, scheme, pairs: nil)
        }
        return Verdict(.p2, scheme, pairs: [(first, second)])
    }

    /// P3: in the mixed complex a halogen on the main-group metal takes a larger share of two added electrons than an atom of
    /// any other class. The numbers are its share and the largest other one, in electrons (both shares times two).
    public static func halogenShare(_ complex: AccountedComplex, scheme: String, countsBridges: Bool) -> Verdict {
        Verdict(
            .p3, scheme, countsBridges: countsBridges,
            pairs: complex.isMixed ? shares(complex, scheme, countsBridges).map { [$0] } : nil)
    }

    /// P4: the excess of P3 is positive in the mixed complex, and larger than in a control, which has the same halogens but is
    /// not mixed. Both differences must exceed the margin, so that P4 holds only where P3 does: less of a deficit than the
    /// control's is no excess. The numbers are, in pairs, the excesses of the complex and of the control, and that of the complex
    /// and zero, in electrons.
    public static func excess(
        mixed: AccountedComplex, control: AccountedComplex, scheme: String, countsBridges: Bool
    ) -> Verdict {
        guard mixed.isMixed, !control.isMixed, let here = shares(mixed, scheme, countsBridges),
            let there = shares(control, scheme, countsBridges)
        else { return Verdict(.p4, scheme, countsBridges: countsBridges, pairs: nil) }
        let excess = here.own - here.other
        return Verdict(.p4, scheme, countsBridges: countsBridges, pairs: [(excess, there.own - there.other), (excess, 0)])
    }

    /// P5: transfer or polarisation? Of the charge that the halogens of P3 gain with the first electron, the part that changes the
    /// spin there came with that electron, and the rest is a shift of the others. The numbers are the two parts, over all these
    /// halogens; the claim that there is transfer holds where the first is larger.
    ///
    /// Where the first state has unpaired electrons, their spins are taken as they are or all exchanged, whichever leaves less to be
    /// changed in all fragments: an electron that was unpaired before is no added one, and a hole that is filled counts.
    public static func transfer(_ complex: AccountedComplex, scheme: String, countsBridges: Bool) -> Verdict {
        let account = complex.account
        func fits(_ fragment: Fragment) -> Bool { complex.isMainGroupHalogen(fragment, countsBridges: countsBridges) }
        guard complex.isMixed, let entry = account.scheme(scheme), let state = account.index(added: 1),
            let spins = entry.fragmentSpins,
            let spin = account.sum(addedSpins(from: spins[account.base], to: spins[state]), where: fits)?.total,
            let before = account.sum(entry.fragmentCharges[account.base], where: fits)?.total,
            let after = account.sum(entry.fragmentCharges[state], where: fits)?.total
        else { return Verdict(.p5, scheme, countsBridges: countsBridges, pairs: nil) }
        return Verdict(.p5, scheme, countsBridges: countsBridges, pairs: [(spin, before - after - spin)])
    }

    /// Z1: from one solvation structure to the next (aggregate, contact pair, separated pair) of the same transition metal,
    /// electron density falls on the quinone ring (taken as a whole) and on the carbonyl oxygen (per atom), and rises on the
    /// halogens at the metal (per atom). The numbers are, in pairs, the charges after and before, for the halogens before and
    /// after; all in the first state of the account.
    public static func redistribution(from first: AccountedComplex, to second: AccountedComplex, scheme: String) -> Verdict {
        guard first.isPure, second.isPure, let a = first.solvation, let b = second.solvation, a < b,
            first.transitionElements == second.transitionElements,
            let before = classCharges(first, scheme), let after = classCharges(second, scheme)
        else { return Verdict(.z1, scheme, pairs: nil) }
        return Verdict(
            .z1, scheme,
            pairs: [(after.ring, before.ring), (after.oxygen, before.oxygen), (before.halogen, after.halogen)])
    }

    /// The spin that one electron has brought to every fragment.
    private static func addedSpins(from before: [Double], to after: [Double]) -> [Double] {
        let asTheyAre = zip(before, after).map { $1 - $0 }
        let exchanged = zip(before, after).map { $1 + $0 }
        func size(_ changes: [Double]) -> Double { changes.reduce(0) { $0 + abs($1) } }
        return size(exchanged) < size(asTheyAre) ? exchanged : asTheyAre
    }

    private static func gainOfD(_ complex: AccountedComplex, _ scheme: String) -> Double? {
        guard let state = complex.account.index(added: 2) else { return nil }
        let base = complex.account.base
        let gains = complex.account.metalPopulations.filter {
            $0.scheme == scheme && complex.account.isTransitionMetal($0.atom)
        }.map { $0.alpha[state] + $0.beta[state] - $0.alpha[base] - $0.beta[base] }
        return gains.isEmpty ? nil : gains.reduce(0, +) / Double(gains.count)
    }

    /// Electrons that an atom of the halogens on main-group metals takes of two, and the most that one of another class takes.
    private static func shares(
        _ complex: AccountedComplex, _ scheme: String, _ countsBridges: Bool
    ) -> (own: Double, other: Double)? {
        let account = complex.account
        guard let entry = account.scheme(scheme), let state = account.index(added: 2) else { return nil }
        let values = entry.totalShares[state - 1].map { 2 * $0 }
        func isOwn(_ fragment: Fragment) -> Bool { complex.isMainGroupHalogen(fragment, countsBridges: countsBridges) }
        let others = zip(account.fragments, values).filter { !isOwn($0.0) }.map { $0.1 / Double($0.0.atoms.count) }
        guard let own = account.meanPerAtom(values, where: isOwn), let other = others.max() else { return nil }
        return (own, other)
    }

    private static func classCharges(
        _ complex: AccountedComplex, _ scheme: String
    ) -> (ring: Double, oxygen: Double, halogen: Double)? {
        let account = complex.account
        guard let charges = account.scheme(scheme)?.fragmentCharges[account.base],
            let ring = account.sum(charges, where: { $0.kind == .quinoneRing }),
            let oxygen = account.meanPerAtom(charges, where: { $0.kind == .carbonylOxygen }),
            let halogen = account.meanPerAtom(charges, where: { complex.isHeld($0, .terminalHalogen) })
        else { return nil }
        return (ring.total / Double(complex.account.fragments(of: .quinoneRing).count), oxygen, halogen)
    }
}
