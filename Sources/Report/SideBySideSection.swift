import FileFormats
import MolecularStructure
import RunFolders

/// Several runs in figures: energies, affinities, gaps, extrema of the potential, charges and shares of classes of atoms.
enum SideBySideSection {
    /// Nil for a page about one run.
    static func section(_ report: Report, _ names: SchemeNames) -> Section? {
        guard let comparison = report.sideBySide, comparison.runs.count > 1 else { return nil }
        var section = Section(title: "Side by side")
        section.text = [
            "Total energies of different molecules, methods or basis sets cannot be compared; affinities, gaps, charges and shares can, with "
                + "one method and basis."
        ]
        section.tables = [states(comparison)]
        if let extrema = extrema(comparison) { section.tables.append(extrema) }
        for scheme in names.all {
            if let table = charges(comparison, scheme, names) { section.tables.append(table) }
        }
        return section
    }

    private static let volts = PhysicalConstants.hartreeInElectronvolt

    private static func states(_ comparison: RunComparison) -> Table {
        let rows = comparison.runs.flatMap { run in
            run.states.map { state -> [Table.Cell] in
                [
                    .head(run.name), .text(run.formula), .text("\(run.method)/\(run.basis)"),
                    .text(NumberText.charge(state.charge)),
                    .number(state.multiplicity), .number(state.energy, 8), .number(state.electronAffinity.map { $0 * volts }, 3),
                    .number(state.gap.map { $0 * volts }, 3), .number(state.spinSquared, 4),
                    .number(state.dipole * PhysicalConstants.atomicDipoleInDebye, 3),
                    .text(state.converged ? "" : "NOT CONVERGED"),
                ]
            }
        }
        return Table(
            "Energies, affinities and gaps",
            heads: [
                "run", "formula", "method", "charge", "#2S+1", "#energy / hartree", "#affinity / eV", "#gap / eV", "#<S\u{00B2}>",
                "#dipole / D", "",
            ], rows: rows,
            note: "The affinity is the energy of the state before less that of this one, per electron, at one structure.")
    }

    /// Nil where `esp surface` has found none.
    private static func extrema(_ comparison: RunComparison) -> Table? {
        let unit = PhysicalConstants.hartreeInKilocaloriePerMole
        func cells(_ extremum: RunComparison.Extremum?) -> [Table.Cell] {
            [.number(extremum.map { $0.value * unit }, 2), .text(extremum.map { "\($0.symbol)\($0.atom)" } ?? "")]
        }
        let rows = comparison.runs.flatMap { run in
            run.states.filter { $0.surfaceMinimum != nil || $0.surfaceMaximum != nil }.map { state in
                [Table.Cell.head(run.name), .text(NumberText.charge(state.charge)), .number(run.surfaceLevel, 4)]
                    + cells(state.surfaceMinimum) + cells(state.surfaceMaximum)
            }
        }
        guard !rows.isEmpty else { return nil }
        return Table(
            "Extrema of the potential on the molecular surface / kcal mol\u{207B}\u{00B9} e\u{207B}\u{00B9}",
            heads: ["run", "charge", "#density / e bohr\u{207B}\u{00B3}", "#lowest", "at", "#highest", "at"], rows: rows)
    }

    /// Charges of classes of atoms in every run and state, and shares of the added electrons; nil where no run has the scheme.
    private static func charges(_ comparison: RunComparison, _ scheme: String, _ names: SchemeNames) -> Table? {
        let runs = comparison.runs.filter { run in run.classes.contains { $0.charges[scheme] != nil } }
        guard !runs.isEmpty else { return nil }
        var classes: [String] = []
        for name in runs.flatMap({ $0.classes.map(\.name) }) where !classes.contains(name) { classes.append(name) }
        let heads = runs.flatMap { run -> [String] in
            let first = run.states.first?.charge ?? 0
            return ["#\(run.name): atoms"] + run.states.map { "#\(run.name): q = \(NumberText.charge($0.charge))" }
                + run.states.dropFirst().map {
                    "#\(run.name): share \(NumberText.charge(first)) to \(NumberText.charge($0.charge))"
                }
        }
        let rows = classes.map { name -> [Table.Cell] in
            [.head(name)]
                + runs.flatMap { run -> [Table.Cell] in
                    let entry = run.classes.first { $0.name == name }
                    let charges = entry?.charges[scheme] ?? []
                    let shares = entry?.shares[scheme] ?? []
                    return [entry.map { .number($0.atoms.count) } ?? .number(nil, 0)]
                        + run.states.indices.map { .number(charges.indices.contains($0) ? charges[$0] : nil, 4) }
                        + run.states.indices.dropFirst().map {
                            .share(shares.indices.contains($0 - 1) ? shares[$0 - 1] : nil)
                        }
                }
        }
        return Table(
            "\(names.title(scheme)): charges of classes of atoms, and their shares of the added electrons",
            scheme: names.identifier(scheme), heads: ["class of atoms"] + heads, rows: rows)
    }
}
