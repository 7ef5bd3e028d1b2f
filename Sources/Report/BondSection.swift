import FileFormats
import MolecularStructure

/// Bond orders of all states side by side.
enum BondSection {
    /// Nil if no run has bond orders.
    static func section(_ report: Report) -> Section? {
        let tables = report.runs.compactMap { table($0, prefix: report.runs.count > 1 ? $0.name + ": " : "") }
        guard !tables.isEmpty else { return nil }
        return Section(
            title: "Bond orders",
            text: [
                "Mayer's orders, and Wiberg's indices in Loewdin's functions, of pairs of atoms that reach "
                    + "\(NumberText.fixed(smallest, 2)) in any state; result.json has the smaller ones."
            ], tables: tables)
    }

    /// Mayer orders that are smaller than this in all states are omitted from the page: they are in result.json.
    private static let smallest = 0.15

    private static func table(_ run: Report.Run, prefix: String) -> Table? {
        let states = run.order.map { run.document.states[$0] }
        let symbols = run.document.molecule.symbols
        let molecule = run.molecule
        var pairs = Set<[Int]>()
        for order in states.flatMap({ $0.bondOrders ?? [] }) where abs(order.mayer) >= smallest {
            guard order.atoms.count == 2, order.atoms.allSatisfy({ molecule.atoms.indices.contains($0) }) else { continue }
            pairs.insert(order.atoms)
        }
        guard !pairs.isEmpty else { return nil }
        let rows = pairs.sorted { $0.lexicographicallyPrecedes($1) }.map { pair -> [Table.Cell] in
            let orders = states.map { state in state.bondOrders?.first { $0.atoms == pair } }
            let length = distance(molecule.atoms[pair[0]].position, molecule.atoms[pair[1]].position)
            let mayer = orders.map { $0?.mayer }
            let change =
                states.count > 1
                ? [
                    Table.Cell.number(
                        change(mayer, from: states.firstIndex { $0.charge == run.document.baseCharge } ?? 0), 3, isSigned: true)
                ] : []
            return [
                .head(pair.map { "\(symbols[$0])\($0 + 1)" }.joined(separator: "\u{2013}")),
                .number(length * PhysicalConstants.bohrInAngstrom, 3),
            ] + mayer.map { .number($0, 3) } + change + orders.map { .number($0?.wiberg, 3) }
        }
        return Table(
            prefix + "Mayer and Wiberg bond orders",
            heads: ["bond", "#length / \u{00C5}"] + states.map { "#Mayer, \($0.label)" }
                + (states.count > 1 ? ["#Mayer, change"] : []) + states.map { "#Wiberg, \($0.label)" }, rows: rows)
    }

    /// From a state to the last; nil if one of the two is unknown.
    private static func change(_ orders: [Double?], from start: Int) -> Double? {
        guard let first = orders[start], let last = orders.last ?? nil else { return nil }
        return last - first
    }
}
