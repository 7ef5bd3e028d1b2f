import FileFormats
import MolecularStructure

/// The claims about where two added electrons go, each decided from bonds and numbers in one charge scheme.
///
/// In what follows the first metal is the one of a transition group (Nb, Ta, Zr, ...), and the second a main-group metal
/// (Al, Ga, ...); a complex of both is called mixed. Bonds decide, not names.
public enum ChargeFlowCriteria {
    /// Differences below it do not decide, in elementary charges. Everything that is compared uses this one margin.
    public static let margin = 0.05

    public enum Outcome: String, Codable, Sendable {
        case holds, fails
        /// The difference is below the margin.
        case undecided
        /// The complex, or the states, that the claim speaks of are not there.
        case notTestable = "not_testable"
    }

    /// A claim in one scheme.
    public struct Verdict: Codable, Sendable, Equatable {
        public var claim: String
        public var scheme: String
        public var outcome: Outcome
        /// What is compared, larger by the margin where the claim holds; empty where nothing could be tested.
        public var numbers: [Double]

        init(_ claim: String, _ scheme: String, difference numbers: [Double]) {
            self.claim = claim
            self.scheme = scheme
            self.numbers = numbers
            guard numbers.count == 2 else {
                outcome = .notTestable
                return
            }
            let difference = numbers[0] - numbers[1]
            outcome = difference > ChargeFlowCriteria.margin ? .holds : difference < -ChargeFlowCriteria.margin ? .fails : .undecided
        }
    }

    /// P1: with two electrons added to a complex of a transition metal alone, the carbonyl oxygen is more negative than the
    /// terminal halogen on the metal, per atom. The numbers are the two charges with their signs turned.
    public static func oxygenAboveHalogen(_ account: ElectronAccount, symbols: [String], scheme: String) -> Verdict {
        let empty = Verdict("P1", scheme, difference: [])
        guard !isMixed(account, symbols), hasTransitionMetal(account, symbols), let entry = account.scheme(scheme),
            let state = account.index(added: 2)
        else { return empty }
        func mean(_ kind: Fragment.Kind) -> Double? {
            account.meanPerAtom(entry.fragmentCharges[state]) { fragment in
                fragment.kind == kind.rawValue && fragment.metals.contains { isTransition(symbols[$0]) }
            }
        }
        guard let oxygen = mean(.carbonylOxygen), let halogen = mean(.terminalHalogen) else { return empty }
        return Verdict("P1", scheme, difference: [-oxygen, -halogen])
    }

    /// P2: two added electrons raise the d population of the transition metal more in the complex without a second metal.
    /// The numbers are the two gains, per transition metal atom.
    public static func saturation(
        pure: ElectronAccount, pureSymbols: [String], mixed: ElectronAccount, mixedSymbols: [String], scheme: String
    ) -> Verdict {
        let empty = Verdict("P2", scheme, difference: [])
        guard isMixed(mixed, mixedSymbols), !isMixed(pure, pureSymbols), hasTransitionMetal(pure, pureSymbols) else {
            return empty
        }
        func gain(_ account: ElectronAccount) -> Double? {
            guard let state = account.index(added: 2) else { return nil }
            let gains = account.metalPopulations.filter { $0.scheme == scheme && isTransition($0.symbol) }.map {
                $0.alpha[state] + $0.beta[state] - $0.alpha[0] - $0.beta[0]
            }
            return gains.isEmpty ? nil : gains.reduce(0, +) / Double(gains.count)
        }
        guard let first = gain(pure), let second = gain(mixed) else { return empty }
        return Verdict("P2", scheme, difference: [first, second])
    }

    /// P3: in the mixed complex a terminal halogen on the main-group metal takes a larger share of two added electrons than
    /// an atom of any other class. The numbers are its share and the largest other one, in electrons (both shares times two).
    /// - Parameter countsBridges: whether bridging halogens on that metal belong to it.
    public static func halogenShare(
        _ account: ElectronAccount, symbols: [String], scheme: String, countsBridges: Bool = false
    ) -> Verdict {
        let empty = Verdict("P3", scheme, difference: [])
        guard isMixed(account, symbols), let numbers = shares(account, symbols, scheme, countsBridges) else { return empty }
        return Verdict("P3", scheme, difference: numbers)
    }

    /// P4: the excess of P3 is larger in the mixed complex than in a control. The numbers are the two excesses, in electrons.
    public static func excess(
        mixed: ElectronAccount, mixedSymbols: [String], control: ElectronAccount, controlSymbols: [String], scheme: String,
        countsBridges: Bool = false
    ) -> Verdict {
        guard isMixed(mixed, mixedSymbols), let here = shares(mixed, mixedSymbols, scheme, countsBridges),
            let there = shares(control, controlSymbols, scheme, countsBridges)
        else { return Verdict("P4", scheme, difference: []) }
        return Verdict("P4", scheme, difference: [here[0] - here[1], there[0] - there[1]])
    }

    /// Electrons that an atom of the halogens on main-group metals takes of two, and the most that one of another class takes.
    private static func shares(
        _ account: ElectronAccount, _ symbols: [String], _ scheme: String, _ countsBridges: Bool
    ) -> [Double]? {
        guard let entry = account.scheme(scheme), let state = account.index(added: 2) else { return nil }
        let values = entry.totalShares[state - 1].map { 2 * $0 }
        func isOnMainGroup(_ fragment: FragmentRecord) -> Bool {
            let isBound = fragment.metals.contains { !isTransition(symbols[$0]) }
            return isBound
                && (fragment.kind == Fragment.Kind.terminalHalogen.rawValue
                    || (countsBridges && fragment.kind == Fragment.Kind.bridgingHalogen.rawValue))
        }
        guard let own = account.meanPerAtom(values, where: isOnMainGroup) else { return nil }
        let others = zip(account.fragments, values).filter { !isOnMainGroup($0.0) }.map { $0.1 / Double($0.0.atoms.count) }
        return others.max().map { [own, $0] }
    }

    static func isTransition(_ symbol: String) -> Bool {
        guard let number = Element(symbol: symbol)?.atomicNumber else { return false }
        return [21...30, 39...48, 57...80].contains { $0.contains(number) }
    }

    private static func metals(_ account: ElectronAccount, _ symbols: [String]) -> [String] {
        account.fragments.filter { $0.kind == Fragment.Kind.metal.rawValue }.flatMap(\.atoms).map { symbols[$0] }
    }

    private static func hasTransitionMetal(_ account: ElectronAccount, _ symbols: [String]) -> Bool {
        metals(account, symbols).contains(where: isTransition)
    }

    private static func isMixed(_ account: ElectronAccount, _ symbols: [String]) -> Bool {
        let metals = metals(account, symbols)
        return metals.contains(where: isTransition) && metals.contains { !isTransition($0) }
    }
}

extension ElectronAccount {
    func scheme(_ name: String) -> SchemeEntry? { schemes.first { $0.name == name } }

    /// The state with so many electrons more than the first.
    func index(added: Int) -> Int? {
        guard let first = states.first else { return nil }
        return states.firstIndex { $0.charge == first.charge - added && $0.converged }
    }

    /// Sum over the fragments that fit, over their atoms; nil when none fits.
    func meanPerAtom(_ values: [Double], where fits: (FragmentRecord) -> Bool) -> Double? {
        let chosen = zip(fragments, values).filter { fits($0.0) }
        let count = chosen.reduce(0) { $0 + $1.0.atoms.count }
        return count == 0 ? nil : chosen.reduce(0) { $0 + $1.1 } / Double(count)
    }
}
