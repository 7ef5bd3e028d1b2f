import FileFormats
import Foundation
import MolecularStructure

/// Tables of an account: text of at most 100 columns, and comma-separated values in full precision.
extension ElectronAccount {
    /// For each scheme, the fragments' charges in all states and their shares of the added electrons.
    public func text(schemes wanted: [String]? = nil) -> String {
        var result = "energies" + left("", 8) + right("E / Eh", 20) + right("vertical affinity / eV", 26) + "\n"
        for state in states {
            let affinity =
                state.electronAffinity.map { number($0 * PhysicalConstants.hartreeInElectronvolt, 26, 3) } ?? right("-", 26)
            result +=
                left("  q = \(state.charge)", 16) + number(state.energy, 20, 8) + affinity
                + (state.converged ? "" : "   NOT CONVERGED") + "\n"
        }
        for scheme in schemes where wanted?.contains(scheme.name) ?? true { result += "\n" + text(scheme) }
        if !metalPopulations.isEmpty { result += "\n" + metalText }
        return result
    }

    /// States beyond what 100 columns hold are in the CSV and JSON forms.
    private static let shownStates = 3

    private func text(_ scheme: SchemeEntry) -> String {
        let shown = states.prefix(Self.shownStates).indices
        let steps = shown.dropFirst()
        var result = left(scheme.name, 32) + right("charge / e", 10 * shown.count)
        if !steps.isEmpty { result += right("share of added electrons", 10 * steps.count + (steps.count > 1 ? 12 : 10)) }
        result += "\n" + left("  fragment", 32) + shown.map { right("q = \(states[$0].charge)", 10) }.joined()
        result += steps.map { right("\(states[$0 - 1].charge) to \(states[$0].charge)", 10) }.joined()
        if steps.count > 1 { result += right("total", 10) }
        result += "\n"
        for (index, fragment) in fragments.enumerated() {
            let count = fragment.atoms.count > 1 ? " x\(fragment.atoms.count)" : ""
            result += left("  " + String((fragment.name + count).prefix(29)), 32)
            result += shown.map { number(scheme.fragmentCharges[$0][index], 10, 4) }.joined()
            result += steps.map { number(scheme.stepShares[$0 - 1][index], 10, 4) }.joined()
            if let last = steps.last, steps.count > 1 { result += number(scheme.totalShares[last - 1][index], 10, 4) }
            result += "\n"
        }
        return result
    }

    private var metalText: String {
        let shown = states.prefix(4).indices
        var result = left("d electrons, alpha + beta", 26) + shown.map { right("q = \(states[$0].charge)", 18) }.joined() + "\n"
        for metal in metalPopulations {
            result += left("  \(metal.symbol) (\(metal.atom + 1)) \(metal.scheme)", 26)
            result += shown.map { number(metal.alpha[$0], 9, 4) + number(metal.beta[$0], 9, 4) }.joined() + "\n"
        }
        return result
    }

    /// One line a scheme, state and fragment or atom.
    public var csv: String {
        func quoted(_ text: String) -> String { "\"" + text.replacingOccurrences(of: "\"", with: "\"\"") + "\"" }
        var result = "scheme,level,name,atoms,total_charge,multiplicity,charge,step_share,total_share,spin\n"
        for scheme in schemes {
            for (s, state) in states.enumerated() {
                for (f, fragment) in fragments.enumerated() {
                    let atoms = fragment.atoms.map { "\($0 + 1)" }.joined(separator: " ")
                    let shares = s == 0 ? "," : "\(scheme.stepShares[s - 1][f]),\(scheme.totalShares[s - 1][f])"
                    let spin = scheme.fragmentSpins.map { "\($0[s][f])" } ?? ""
                    result +=
                        "\(quoted(scheme.name)),fragment,\(quoted(fragment.name)),\(quoted(atoms)),\(state.charge),"
                        + "\(state.multiplicity),\(scheme.fragmentCharges[s][f]),\(shares),\(spin)\n"
                }
                for (a, charge) in scheme.atomCharges[s].enumerated() {
                    let total = s == 0 ? "" : "\(scheme.atomTotalShares[s - 1][a])"
                    result += "\(quoted(scheme.name)),atom,,\(a + 1),\(state.charge),\(state.multiplicity),\(charge),,\(total),\n"
                }
            }
        }
        return result
    }

    /// Indented JSON with sorted keys, in atomic units.
    public func json() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(self)
    }
}
