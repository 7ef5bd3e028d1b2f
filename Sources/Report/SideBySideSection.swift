import FileFormats
import MolecularStructure
import RunFolders

/// Several runs side by side: energies, affinities, gaps, extrema of the potential, charges and shares of classes of atoms.
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
        for scheme in names.all { section.tables += classes(comparison, scheme, names) }
        return section
    }

    private static let volts = PhysicalConstants.hartreeInElectronvolt

    private static func states(_ comparison: RunComparison) -> Table {
        let isConverged = comparison.runs.allSatisfy { $0.states.allSatisfy(\.converged) }
        let rows = comparison.runs.flatMap { run in
            run.states.map { state -> [Table.Cell] in
                [
                    .head(run.name), .text(subscripts(run.formula)),
                    .text(NumberText.charge(state.charge)),
                    .number(state.multiplicity), .number(state.energy, 8), .number(state.electronAffinity.map { $0 * volts }, 3),
                    .number(state.gap.map { $0 * volts }, 3), .number(state.spinSquared, 4),
                    .number(state.dipole * PhysicalConstants.atomicDipoleInDebye, 3),
                ] + (isConverged ? [] : [.text(state.converged ? "" : "NOT CONVERGED")])
            }
        }
        return Table(
            "Energies, affinities and gaps",
            heads: [
                "run", "formula", "charge", "#2S+1", "#energy / hartree", "#affinity / eV", "#gap / eV", "#<S\u{00B2}>",
                "#dipole / D",
            ] + (isConverged ? [] : ["solution"]), rows: rows,
            note: comparison.runs.map { "\($0.name): \($0.method)/\($0.basis)." }.joined(separator: " ")
                + " The electron affinity is the energy of the previous state minus that of this one, per electron, at one structure."
        )
    }

    /// Nil if `esp surface` has not been run.
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

    /// Digits of a formula as subscripts.
    private static func subscripts(_ formula: String) -> String {
        String(
            String.UnicodeScalarView(
                formula.unicodeScalars.map { scalar in
                    ("0"..."9").contains(scalar) ? Unicode.Scalar(0x2080 + scalar.value - 0x30) ?? scalar : scalar
                }))
    }

    /// Charges of classes of atoms in every run and state, and shares of the added electrons; empty if no run has the scheme.
    private static func classes(_ comparison: RunComparison, _ scheme: String, _ names: SchemeNames) -> [Table] {
        let runs = comparison.runs.filter { run in run.classes.contains { $0.charges[scheme] != nil } }
        guard !runs.isEmpty else { return [] }
        var classes: [String] = []
        for name in runs.flatMap({ $0.classes.map(\.name) }) where !classes.contains(name) { classes.append(name) }
        func entries(_ run: RunComparison.Run) -> [RunComparison.AtomClass?] {
            classes.map { name in run.classes.first { $0.name == name } }
        }
        let charges = runs.flatMap { run -> [[Table.Cell]] in
            [
                [.head(run.name), .text("number of atoms")]
                    + entries(run).map { $0.map { .number($0.atoms.count) } ?? .number(nil, 0) }
            ]
                + run.states.enumerated().map { index, state in
                    [.head(run.name), .text("q = \(NumberText.charge(state.charge))")]
                        + entries(run).map { .number(value($0?.charges[scheme], index), 4) }
                }
        }
        let shares = runs.flatMap { run -> [[Table.Cell]] in
            run.states.dropFirst().enumerated().map { index, state in
                let first = run.origin(of: state.charge)
                return [.head(run.name), .text("\(NumberText.charge(first)) to \(NumberText.charge(state.charge))")]
                    + entries(run).map { .share(value($0?.shares[scheme], index)) }
            }
        }
        let heads = classes.map { "#" + $0 }
        let title = names.title(scheme)
        let tables = [
            Table(
                "\(title): charges of classes of atoms", scheme: names.identifier(scheme), heads: ["run", "state"] + heads,
                rows: charges),
            Table(
                "\(title): shares of the added electrons", scheme: names.identifier(scheme), heads: ["run", "charges"] + heads,
                rows: shares),
        ]
        return tables.filter { !$0.rows.isEmpty }
    }

    private static func value(_ list: [Double]?, _ index: Int) -> Double? {
        guard let list, list.indices.contains(index) else { return nil }
        return list[index]
    }
}
