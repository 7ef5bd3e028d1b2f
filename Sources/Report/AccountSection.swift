import FileFormats
import MolecularStructure
import ReductionSeries

/// Charges of fragments and atoms, and the shares of the added electrons.
enum AccountSection {
    static func section(_ report: Report, _ names: SchemeNames) -> Section? {
        guard !names.all.isEmpty else { return nil }
        var section = Section(title: "Where the electrons are")
        section.text = [
            "Charges in e. A share is the decrease of a fragment's charge divided by the number of added electrons; "
                + "the shares of all fragments sum to one. No charge scheme is the true one: trust what all sensible schemes agree on."
        ]
        for run in report.runs {
            let prefix = report.runs.count > 1 ? run.name + ": " : ""
            if let table = overview(run, names, prefix) { section.tables.append(table) }
        }
        for run in report.runs {
            let prefix = report.runs.count > 1 ? run.name + ": " : ""
            for scheme in run.account.schemes {
                section.tables.append(fragments(run, scheme, names, prefix))
            }
            for scheme in run.account.schemes {
                section.tables.append(atoms(run, scheme, names, prefix))
            }
            if let table = dElectrons(run, names, prefix) { section.tables.append(table) }
        }
        return section
    }

    /// Share of all added electrons, fragment by fragment, in every scheme.
    private static func overview(_ run: Report.Run, _ names: SchemeNames, _ prefix: String) -> Table? {
        guard let last = run.account.states.last, run.account.states.count > 1 else { return nil }
        let first = run.account.states[origin(run.account)]
        let schemes = names.all.compactMap { name in run.account.schemes.first { $0.name == name } }
        let added = first.charge - last.charge
        let electrons = added == 1 ? "the added electron" : "all \(added) added electrons"
        let title =
            "\(prefix)Share of \(electrons), q = \(NumberText.charge(first.charge)) to \(NumberText.charge(last.charge)), by charge scheme"
        let note = "Bars: a full one is a share of one half or more."
        let fragments = run.account.fragments
        func share(_ scheme: ElectronAccount.SchemeEntry, _ fragment: Int) -> Table.Cell {
            .share(scheme.totalShares.last.map { $0[fragment] })
        }
        // The shorter dimension runs from left to right.
        if schemes.count > fragments.count {
            return Table(
                title,
                heads: ["scheme"] + fragments.map { "#" + $0.name + ($0.atoms.count > 1 ? " \u{00D7}\($0.atoms.count)" : "") },
                rows: schemes.map { scheme in
                    [Table.Cell.head(names.title(scheme.name))] + fragments.indices.map { share(scheme, $0) }
                }, note: note)
        }
        return Table(
            title, heads: ["fragment", "#atoms"] + schemes.map { "#" + names.title($0.name) },
            rows: fragments.enumerated().map { index, fragment in
                [Table.Cell.head(fragment.name), .number(fragment.atoms.count)] + schemes.map { share($0, index) }
            }, note: note)
    }

    /// The state from which all electrons up to the last state are counted.
    private static func origin(_ account: ElectronAccount) -> Int { account.origin(of: account.states.count - 1) }

    private static func heads(_ account: ElectronAccount) -> (charges: [String], changes: [String]) {
        let states = account.states
        let charges = states.map { "#q = \(NumberText.charge($0.charge))" }
        var changes = zip(states, states.dropFirst()).map {
            "#\(NumberText.charge($0.charge)) to \(NumberText.charge($1.charge))"
        }
        let start = origin(account)
        if changes.count > 1, let last = states.last {
            changes.append(
                start == 0 ? "#total" : "#\(NumberText.charge(states[start].charge)) to \(NumberText.charge(last.charge))")
        }
        return (charges, changes)
    }

    /// Changes from state to state, and over all added electrons if there are more than two states.
    private static func changes(_ values: [Double], from start: Int) -> [Double] {
        let steps = zip(values, values.dropFirst()).map { $1 - $0 }
        return steps.count > 1 ? steps + [steps[start...].reduce(0, +)] : steps
    }

    private static func fragments(
        _ run: Report.Run, _ scheme: ElectronAccount.SchemeEntry, _ names: SchemeNames, _ prefix: String
    ) -> Table {
        let (charges, changes) = heads(run.account)
        let steps = run.account.states.count - 1
        let rows = run.account.fragments.enumerated().map { index, fragment -> [Table.Cell] in
            let spins = scheme.fragmentSpins?.map { Table.Cell.number($0[index], 3) } ?? []
            let shares = (0..<max(0, steps)).map { Table.Cell.share(scheme.stepShares[$0][index]) }
            let total = steps > 1 ? [Table.Cell.share(scheme.totalShares[steps - 1][index])] : []
            return [.head(fragment.name), .number(fragment.atoms.count)]
                + scheme.fragmentCharges.map { .number($0[index], 4) } + shares + total + spins
        }
        let spinHeads = scheme.fragmentSpins == nil ? [] : charges.map { "#spin, " + $0.dropFirst() }
        return Table(
            "\(prefix)\(names.title(scheme.name)): charges of fragments, shares of each electron"
                + (spinHeads.isEmpty ? "" : ", unpaired electrons"),
            scheme: names.identifier(scheme.name),
            heads: ["fragment", "#atoms"] + charges + changes.map { "#share " + $0.dropFirst() } + spinHeads, rows: rows)
    }

    private static func atoms(
        _ run: Report.Run, _ scheme: ElectronAccount.SchemeEntry, _ names: SchemeNames, _ prefix: String
    ) -> Table {
        let (charges, changes) = heads(run.account)
        let symbols = run.document.molecule.symbols
        let spins = run.order.map { run.document.states[$0] }.map { ($0, $0.spinPopulations[scheme.name]) }
            .filter { $0.0.hasSpinDensity && $0.1?.count == symbols.count }
        let rows = symbols.indices.map { atom -> [Table.Cell] in
            let values = scheme.atomCharges.map { $0[atom] }
            let fragment = run.account.fragments.first { $0.atoms.contains(atom) }?.name ?? ""
            return [.number(atom + 1), .head(symbols[atom]), .text(fragment)] + values.map { .number($0, 4) }
                + Self.changes(values, from: origin(run.account)).map { .number($0, 4, isSigned: true) }
                + spins.map { .number($0.1?[atom], 4) }
        }
        return Table(
            "\(prefix)\(names.title(scheme.name)): charges of atoms, changes\(spins.isEmpty ? "" : ", spin populations")",
            scheme: names.identifier(scheme.name),
            heads: ["#no.", "atom", "fragment"] + charges + changes.map { "#change " + $0.dropFirst() }
                + spins.map { "#spin, \($0.0.label)" }, rows: rows)
    }

    private static func dElectrons(_ run: Report.Run, _ names: SchemeNames, _ prefix: String) -> Table? {
        guard !run.account.metalPopulations.isEmpty else { return nil }
        let states = run.account.states
        let rows = run.account.metalPopulations.map { metal in
            [Table.Cell.head("\(metal.symbol)\(metal.atom + 1)"), .text(names.title(metal.scheme))]
                + states.indices.flatMap { [Table.Cell.number(metal.alpha[$0], 4), .number(metal.beta[$0], 4)] }
                + (states.count > 1 ? [.number(gain(metal, from: origin(run.account)), 4, isSigned: true)] : [])
        }
        return Table(
            prefix + "d electrons of the metals",
            heads: ["metal", "scheme"]
                + states.map { NumberText.charge($0.charge) }.flatMap { ["#alpha, q = \($0)", "#beta, q = \($0)"] }
                + (states.count > 1 ? ["#gain in all"] : []), rows: rows)
    }

    /// Until the last state, over both spins.
    private static func gain(_ metal: ElectronAccount.MetalPopulation, from start: Int) -> Double {
        let totals = zip(metal.alpha, metal.beta).map { $0 + $1 }
        return (totals.last ?? 0) - totals[start]
    }
}
