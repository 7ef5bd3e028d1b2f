import FileFormats
import Foundation
import MolecularStructure
import ReductionSeries

/// Isomers with their Boltzmann weights: complexes with one molecular formula in one cell of a study.
///
/// The weights assume that the isomers of each charge are in equilibrium with each other, and that the given ones are all. Multiplicities
/// are not counted as degeneracies.
public struct IsomerEnsemble: Codable, Sendable, Equatable {
    public var formula: String
    public var complexes: [String]
    /// In kelvin.
    public var temperature: Double
    public var states: [State]
    /// Where two electrons go in the mean over the isomers, each state with its own weights, by class of atoms.
    public var shares: [ClassShare]

    public struct State: Codable, Sendable, Equatable {
        public var charge: Int
        /// Whether energies are Gibbs energies, which requires that second derivatives show every isomer to be a minimum, at this temperature.
        public var isGibbsEnergy: Bool
        /// By isomer, in hartree; nil if it has no converged state of this charge.
        public var energies: [Double?]
        /// By isomer; they sum to one.
        public var weights: [Double]
    }

    /// Sets of at least two complexes with one formula, in the order of their first members.
    public static func all(in complexes: [AccountedComplex], temperature: Double) -> [IsomerEnsemble] {
        var order: [String] = []
        var members: [String: [AccountedComplex]] = [:]
        for complex in complexes {
            let formula = HillFormula(complex.account.symbols).text()
            if members[formula] == nil { order.append(formula) }
            members[formula, default: []].append(complex)
        }
        return order.compactMap { formula in
            members[formula].flatMap { $0.count > 1 ? IsomerEnsemble($0, formula: formula, temperature: temperature) : nil }
        }
    }

    private init(_ entries: [AccountedComplex], formula: String, temperature: Double) {
        self.formula = formula
        self.temperature = temperature
        complexes = entries.map(\.name)
        let charges = Set(entries.flatMap { $0.account.states.map(\.charge) }).sorted(by: >)
        states = charges.map { State(charge: $0, of: entries, temperature: temperature) }
        shares = []
        shares = Self.shares(entries, states)
    }

    /// The share of two added electrons on every class: the difference of the mean charges of the two states.
    private static func shares(_ entries: [AccountedComplex], _ states: [State]) -> [ClassShare] {
        let pairs = entries.map { ($0.account, $0.account.index(added: 2)) }
        // Every isomer must have both states, counted from the same charge.
        guard pairs.allSatisfy({ $0.1 != nil }), let first = pairs.first,
            pairs.allSatisfy({ $0.0.states[$0.0.base].charge == first.0.states[first.0.base].charge }),
            let before = states.first(where: { $0.charge == first.0.states[first.0.base].charge }),
            let after = states.first(where: { $0.charge == before.charge - 2 })
        else { return [] }
        let sets = entries.map { Set($0.account.schemes.map(\.name)) }
        let schemes = sets.dropFirst().reduce(sets.first ?? []) { $0.intersection($1) }.sorted()
        var order: [String] = []
        var counts: [String: Double] = [:]
        var values: [String: [Double]] = [:]
        for (place, entry) in entries.enumerated() {
            let account = entry.account
            guard let state = account.index(added: 2) else { continue }
            for (name, fragments) in ClassShare.classes(account) {
                if values[name] == nil {
                    order.append(name)
                    values[name] = schemes.map { _ in 0 }
                }
                let atoms = fragments.reduce(0) { $0 + account.fragments[$1].atoms.count }
                counts[name, default: 0] += after.weights[place] * Double(atoms)
                for (index, scheme) in schemes.enumerated() {
                    guard let charges = account.scheme(scheme)?.fragmentCharges else { continue }
                    let (old, new) = fragments.reduce((0.0, 0.0)) {
                        ($0.0 + charges[account.base][$1], $0.1 + charges[state][$1])
                    }
                    values[name]?[index] += (before.weights[place] * old - after.weights[place] * new) / 2
                }
            }
        }
        return order.compactMap { name in
            ClassShare(
                complex: "mean", atoms: name, count: Int((counts[name] ?? 0).rounded()), values: values[name] ?? [])
        }
    }

    /// Tables of at most 100 columns.
    var text: String {
        var result =
            "isomers of \(formula) at \(NumberText.fixed(temperature, 2)) K\n" + column("", 40)
            + states.map { column("q = \($0.charge)", 20, right: true) }.joined() + "\n"
        result += column(states.contains(where: \.isGibbsEnergy) ? "relative energy (G: Gibbs energy)" : "relative energy", 40)
        result += states.map { column(($0.isGibbsEnergy ? "G" : "E") + " / kJ/mol  weight", 20, right: true) }.joined() + "\n"
        for (place, name) in complexes.enumerated() {
            result += column("  " + String(name.prefix(37)), 40)
            for state in states {
                let lowest = state.energies.compactMap { $0 }.min() ?? 0
                let energy = state.energies[place].map {
                    NumberText.fixed(($0 - lowest) * PhysicalConstants.hartreeInKilojoulePerMole, 1)
                }
                result +=
                    column(energy ?? "-", 11, right: true) + column(NumberText.fixed(state.weights[place], 3), 9, right: true)
            }
            result += "\n"
        }
        guard !shares.isEmpty else { return result }
        result += column("  share of two added electrons, mean over the isomers", 56) + column("median", 12, right: true)
        result += column("lowest", 12, right: true) + column("highest", 12, right: true) + "\n"
        for share in shares {
            result += column("    " + String(share.atoms.prefix(50)), 56)
            result += [share.median, share.lowest, share.highest].map { column($0, 12, 3) }.joined() + "\n"
        }
        return result
    }
}

extension IsomerEnsemble.State {
    fileprivate init(charge: Int, of entries: [AccountedComplex], temperature: Double) {
        let found = entries.map { entry in entry.account.states.first { $0.charge == charge && $0.converged } }
        let gibbs = found.map { state -> Double? in
            state?.gibbsEnergy.flatMap { abs($0.temperature - temperature) < 0.005 ? $0.energy : nil }
        }
        self.charge = charge
        isGibbsEnergy = gibbs.allSatisfy { $0 != nil }
        energies = isGibbsEnergy ? gibbs : found.map { $0?.energy }
        let lowest = energies.compactMap { $0 }.min() ?? 0
        let factors = energies.map { energy in
            energy.map { exp(-($0 - lowest) / (PhysicalConstants.boltzmannInHartreePerKelvin * temperature)) } ?? 0
        }
        let sum = factors.reduce(0, +)
        weights = factors.map { sum > 0 ? $0 / sum : 0 }
    }
}
