import FileFormats
import MolecularStructure
import ReductionSeries
import RunFolders

/// Energies, affinities, orbital energies, spin and moments of the states.
enum StateSection {
    static func section(_ report: Report) -> Section {
        var section = Section(title: "Energies and moments")
        for run in report.runs {
            let prefix = report.runs.count > 1 ? run.name + ": " : ""
            let states = run.order.map { run.document.states[$0] }
            section.tables.append(table(states, run.account, title: prefix + "States"))
            if let others = alternatives(states, title: prefix + "Other solutions of the same charges") {
                section.tables.append(others)
            }
            if let parts = components(states, title: prefix + "Parts of the energy / hartree") { section.tables.append(parts) }
            guard let relaxed = run.document.relaxedStates, !relaxed.isEmpty,
                let account = try? ElectronAccount(run.document, structures: .relaxed)
            else { continue }
            section.tables.append(
                table(
                    relaxed.sorted { $0.charge > $1.charge }, account,
                    title: prefix + "States, each at its own relaxed structure (affinities adiabatic)"))
        }
        return section
    }

    private static func table(_ states: [StateRecord], _ account: ElectronAccount, title: String) -> Table {
        var affinities: [Int: Double] = [:]
        for state in account.states { affinities[state.charge] = state.electronAffinity }
        let rows = states.map { state -> [Table.Cell] in
            let frontier = FrontierOrbitals(state)
            let volts = PhysicalConstants.hartreeInElectronvolt
            return [
                .head(state.label), .number(state.multiplicity), .number(state.energy, 8),
                .number(affinities[state.charge].map { $0 * volts }, 3), .number(frontier.highest.map { $0 * volts }, 3),
                .number(frontier.lowest.map { $0 * volts }, 3), .number(state.gap.map { $0 * volts }, 3),
                .number(state.spinSquared, 4), .number(state.pureSpinSquared, 2),
                .number(dipole(state) * PhysicalConstants.atomicDipoleInDebye, 3), .text(verdict(state)),
                .number(state.iterations),
            ]
        }
        return Table(
            title,
            heads: [
                "state", "#2S+1", "#energy / hartree", "#affinity / eV", "#HOMO / eV", "#LUMO / eV", "#gap / eV",
                "#\u{27E8}S\u{00B2}\u{27E9}", "#S(S+1)", "#dipole / D", "solution", "#Fock builds",
            ], rows: rows,
            note:
                "Solution: what the stability test found. The electron affinity is the energy of the previous state "
                + "minus that of this one, per electron. Orbitals: the highest "
                + "occupied and lowest empty of both spins. The dipole of an ion is about the centre of nuclear charge.")
    }

    /// One row for each component that any state has; nil if none has any.
    private static func components(_ states: [StateRecord], title: String) -> Table? {
        var parts: [(key: String, title: String)] = []
        for part in states.flatMap({ $0.energyComponents?.components ?? [] })
        where part.energy != 0 && !parts.contains(where: { $0.key == part.key }) {
            parts.append((part.key, part.title))
        }
        guard !parts.isEmpty else { return nil }
        return Table(
            title, heads: [""] + states.map { "#\($0.label)" },
            rows: parts.map { part in [.head(part.title)] + states.map { .number($0.energyComponents?[part.key], 6) } })
    }

    /// Other solutions found by the search; nil if there are none.
    private static func alternatives(_ states: [StateRecord], title: String) -> Table? {
        let rows = states.flatMap { state in
            state.alternatives.map { other -> [Table.Cell] in
                let above = other.relativeEnergy.map { $0 - (state.relativeEnergy ?? 0) }
                return [
                    .head(state.label), .text(other.origin ?? ""), .number(other.multiplicity), .number(other.energy, 8),
                    .number(above.map { 1000 * $0 }, 3), .number(other.spinSquared, 4),
                    .text(
                        other.preliminary == true
                            ? (other.converged ? "loosely converged" : "not followed further") : verdict(other)),
                ]
            }
        }
        guard !rows.isEmpty else { return nil }
        return Table(
            title,
            heads: [
                "state", "found from", "#2S+1", "#energy / hartree", "#above the state / millihartree",
                "#\u{27E8}S\u{00B2}\u{27E9}",
                "solution",
            ], rows: rows,
            note:
                "Loosely converged solutions, and those not continued because their last steps promised nothing lower, "
                + "are compared with the state on the same coarse grid.")
    }

    private static func dipole(_ state: StateRecord) -> Double {
        state.dipole.reduce(0) { $0 + $1 * $1 }.squareRoot()
    }

    private static func verdict(_ state: StateRecord) -> String {
        guard state.converged else { return "NOT CONVERGED" }
        guard let stability = state.stability else { return "converged" }
        if stability.undecided == StabilityRecord.equalEnergy { return "degenerate" }
        return stability.stable ? "stable" : "UNSTABLE"
    }
}

/// Energies of the frontier orbitals over both spins, in hartree.
struct FrontierOrbitals {
    /// Nil without an occupied or an empty orbital, and for natural orbitals.
    let highest: Double?
    let lowest: Double?

    init(_ state: StateRecord) {
        let spins =
            state.naturalOccupations != nil
            ? []
            : [
                (state.orbitalEnergies.alpha, state.occupiedOrbitals.alpha),
                (state.orbitalEnergies.beta, state.occupiedOrbitals.beta),
            ]
        highest = spins.compactMap { energies, count in energies.prefix(max(0, count)).last }.max()
        lowest = spins.compactMap { energies, count in energies.dropFirst(max(0, count)).first }.min()
    }
}
