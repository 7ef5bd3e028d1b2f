import FileFormats
import MolecularStructure

/// Energies, affinities, orbital energies, spin and moments of the states.
enum StateSection {
    static func section(_ report: Report) -> Section {
        var section = Section(title: "Energies and moments")
        for run in report.runs {
            section.tables.append(table(run, prefix: report.runs.count > 1 ? run.name + ": " : ""))
        }
        return section
    }

    private static func table(_ run: Report.Run, prefix: String) -> Table {
        var affinities: [Int: Double] = [:]
        for state in run.account.states { affinities[state.charge] = state.electronAffinity }
        let rows = run.order.map { index -> [Table.Cell] in
            let state = run.document.states[index]
            let frontier = FrontierOrbitals(state)
            let spin = Double(state.multiplicity - 1) / 2
            let volts = PhysicalConstants.hartreeInElectronvolt
            return [
                .head(state.label), .number(state.multiplicity), .number(state.energy, 8),
                .number(affinities[state.charge].map { $0 * volts }, 3), .number(frontier.highest.map { $0 * volts }, 3),
                .number(frontier.lowest.map { $0 * volts }, 3), .number(state.gap.map { $0 * volts }, 3),
                .number(state.spinSquared, 4), .number(spin * (spin + 1), 2),
                .number(dipole(state) * PhysicalConstants.atomicDipoleInDebye, 3), .text(verdict(state)),
                .number(state.iterations),
            ]
        }
        return Table(
            prefix + "States",
            heads: [
                "state", "#2S+1", "#energy / hartree", "#vertical affinity / eV", "#HOMO / eV", "#LUMO / eV", "#gap / eV",
                "#<S\u{00B2}>", "#S(S+1)", "#dipole / D", "solution", "#Fock builds",
            ], rows: rows,
            note: "The affinity is the energy of the state before less that of this one, per electron. Orbitals: the highest "
                + "occupied and lowest empty of both spins. The dipole of an ion is about the centre of nuclear charge.")
    }

    private static func dipole(_ state: StateRecord) -> Double {
        state.dipole.reduce(0) { $0 + $1 * $1 }.squareRoot()
    }

    private static func verdict(_ state: StateRecord) -> String {
        guard state.converged else { return "NOT CONVERGED" }
        guard let stability = state.stability else { return "converged" }
        return stability.stable ? "converged, stable" : "converged, UNSTABLE"
    }
}

/// Energies of the frontier orbitals over both spins, in hartree.
struct FrontierOrbitals {
    /// Nil without an occupied or an empty orbital.
    let highest: Double?
    let lowest: Double?

    init(_ state: StateRecord) {
        let spins = [
            (state.orbitalEnergies.alpha, state.occupiedOrbitals.alpha), (state.orbitalEnergies.beta, state.occupiedOrbitals.beta),
        ]
        highest = spins.compactMap { energies, count in energies.prefix(max(0, count)).last }.max()
        lowest = spins.compactMap { energies, count in energies.dropFirst(max(0, count)).first }.min()
    }
}
