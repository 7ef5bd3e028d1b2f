import FileFormats
import Foundation
import MolecularStructure

/// Tables of an account: text of at most 100 columns, and comma-separated values in full precision.
extension ElectronAccount {
    /// For each scheme, the fragments' charges in all states and their shares of the added electrons.
    public func text(schemes wanted: [String]? = nil) -> String {
        var result =
            "states" + column("", 10) + column("E / Eh", 20, right: true)
            + column("\(structures == .vertical ? "vertical" : "adiabatic") affinity / eV", 26, right: true)
        result += column("<S^2>", 10, right: true) + column("dipole / D", 12, right: true) + "\n"
        for state in states {
            let dipole = state.dipole.reduce(0) { $0 + $1 * $1 }.squareRoot() * PhysicalConstants.atomicDipoleInDebye
            let affinity =
                state.electronAffinity.map { column($0 * PhysicalConstants.hartreeInElectronvolt, 26, 3) }
                ?? column("-", 26, right: true)
            result +=
                column("  q = \(state.charge)", 16) + (state.energy.map { column($0, 20, 8) } ?? column("-", 20, right: true))
                + affinity
                + column(state.spinSquared, 10, 4) + column(dipole, 12, 3) + (state.converged ? "" : "   NOT CONVERGED") + "\n"
        }
        for scheme in schemes where wanted?.contains(scheme.name) ?? true { result += "\n" + text(scheme) }
        if !metalPopulations.isEmpty { result += "\n" + metalText }
        return result + bondText + potentialText
    }

    /// States that do not fit into 100 columns are in the CSV and JSON forms.
    private static let shownStates = 3

    private func text(_ scheme: SchemeEntry) -> String {
        let shown = states.prefix(Self.shownStates).indices
        let steps = shown.dropFirst()
        var result = column(scheme.name, 32) + column("charge / e", 10 * shown.count, right: true)
        if !steps.isEmpty {
            result += column(
                steps.count > 1 ? "share of added electrons" : "share", 10 * steps.count + (steps.count > 1 ? 12 : 10),
                right: true)
        }
        result += "\n" + column("  fragment", 32) + shown.map { column("q = \(states[$0].charge)", 10, right: true) }.joined()
        result += steps.map { column("\(states[$0 - 1].charge) to \(states[$0].charge)", 10, right: true) }.joined()
        if steps.count > 1, let last = steps.last {
            let origin = origin(of: last)
            result += column(origin == 0 ? "total" : "\(states[origin].charge) to \(states[last].charge)", 10, right: true)
        }
        result += "\n"
        for (index, fragment) in fragments.enumerated() {
            let count = Fragment.atomCount(fragment.atoms.count)
            result += column("  " + String(fragment.name.prefix(29 - count.count)) + count, 32)
            result += shown.map { column(scheme.fragmentCharges[$0][index], 10, 4) }.joined()
            result += steps.map { column(scheme.stepShares[$0 - 1][index], 10, 4) }.joined()
            if let last = steps.last, steps.count > 1 { result += column(scheme.totalShares[last - 1][index], 10, 4) }
            result += "\n"
        }
        return result + spinText(scheme)
    }

    /// Unpaired electrons of the fragments, if the scheme provides them.
    private func spinText(_ scheme: SchemeEntry) -> String {
        let shown = states.prefix(Self.shownStates).indices
        guard let spins = scheme.fragmentSpins, shown.contains(where: { spins[$0].contains { abs($0) > 1e-6 } }) else {
            return ""
        }
        var result =
            column("\(scheme.name), unpaired electrons", 32)
            + shown.map { column("q = \(states[$0].charge)", 10, right: true) }.joined() + "\n"
        for (index, fragment) in fragments.enumerated() {
            result +=
                column("  " + String(fragment.name.prefix(29)), 32) + shown.map { column(spins[$0][index], 10, 4) }.joined()
                + "\n"
        }
        return result
    }

    private var metalText: String {
        let shown = states.prefix(4).indices
        var result =
            column("d electrons, alpha + beta", 26) + shown.map { column("q = \(states[$0].charge)", 18, right: true) }.joined()
            + "\n"
        for metal in metalPopulations {
            result += column("  \(metal.symbol) (\(metal.atom + 1)) \(metal.scheme)", 26)
            result += shown.map { column(metal.alpha[$0], 9, 4) + column(metal.beta[$0], 9, 4) }.joined() + "\n"
        }
        return result
    }

    /// Bonds of the metals, whose changes show how the complex holds together.
    private var bondText: String {
        let shown = states.prefix(6).indices
        let chosen = bonds.filter { bond in bond.atoms.contains { Element(symbol: symbols[$0])?.isMetal == true } }
        guard !chosen.isEmpty else { return "" }
        var result =
            "\n" + column("Mayer bond orders", 26) + shown.map { column("q = \(states[$0].charge)", 10, right: true) }.joined()
            + "\n"
        for bond in chosen {
            let name = bond.atoms.map { "\(symbols[$0]) (\($0 + 1))" }.joined(separator: " - ")
            result += column("  " + name, 26) + shown.map { column(bond.mayer[$0], 10, 4) }.joined() + "\n"
        }
        return result
    }

    /// Relative to the base state, whose own value is not meaningful: core potentials shift it.
    private var potentialText: String {
        guard states.count > 1, let first = states[base].potentialAtNuclei, first.count == symbols.count else { return "" }
        let later = states.indices.filter { $0 != base }.prefix(5).map { states[$0] }
            .filter { $0.potentialAtNuclei?.count == symbols.count }
        var result =
            "\n" + column("change of the potential at the nuclei / V", 42)
            + later.map { column("q = \($0.charge)", 10, right: true) }.joined() + "\n"
        for (atom, symbol) in symbols.enumerated() {
            result += column("  \(symbol) (\(atom + 1))", 42)
            for state in later {
                let change = (state.potentialAtNuclei?[atom] ?? 0) - first[atom]
                result += column(change * PhysicalConstants.hartreeInElectronvolt, 10, 3)
            }
            result += "\n"
        }
        return result
    }

    /// One line per scheme, state and fragment or atom. `share_origin` is the charge of the state from which `total_share` counts.
    public var csv: String {
        var result = "scheme,level,name,atoms,total_charge,multiplicity,charge,step_share,total_share,spin,share_origin\n"
        for scheme in schemes {
            for (s, state) in states.enumerated() {
                let origin = s == 0 ? "" : "\(states[origin(of: s)].charge)"
                for (f, fragment) in fragments.enumerated() {
                    let atoms = fragment.atoms.map { "\($0 + 1)" }.joined(separator: " ")
                    let shares = s == 0 ? "," : "\(scheme.stepShares[s - 1][f]),\(scheme.totalShares[s - 1][f])"
                    let spin = scheme.fragmentSpins.map { "\($0[s][f])" } ?? ""
                    result +=
                        "\(CSVText.quoted(scheme.name)),fragment,\(CSVText.quoted(fragment.name)),\(CSVText.quoted(atoms)),\(state.charge),"
                        + "\(state.multiplicity),\(scheme.fragmentCharges[s][f]),\(shares),\(spin),\(origin)\n"
                }
                for (a, charge) in scheme.atomCharges[s].enumerated() {
                    let total = s == 0 ? "" : "\(scheme.atomTotalShares[s - 1][a])"
                    result +=
                        "\(CSVText.quoted(scheme.name)),atom,,\(a + 1),\(state.charge),\(state.multiplicity),\(charge),,\(total),,\(origin)\n"
                }
            }
        }
        return result
    }

    /// Indented JSON with sorted keys, in atomic units.
    public func json() throws -> Data {
        try JSONLayout.encoded(self)
    }
}
