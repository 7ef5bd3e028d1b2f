import FileFormats
import RunFolders
import WavefunctionAnalysis

/// Tables of atomic charges.
extension TextReport {
    /// A line of a table: an atom, or a fragment and its atoms.
    struct ChargeRow {
        var label: String
        var atoms: [Int]
    }

    static func atomRows(_ symbols: [String]) -> [ChargeRow] {
        symbols.enumerated().map { ChargeRow(label: label($0, $1), atoms: [$0]) }
    }

    /// Charges of all states by all schemes, by atom and by fragment.
    static func charges(_ document: ResultDocument, notes: [String]) -> String {
        let symbols = document.molecule.symbols
        var result = ""
        for record in document.states {
            result += "\nCharge \(signed(record.charge)), multiplicity \(record.multiplicity)\n"
            result += charges(record, rows: atomRows(symbols))
            result += ghosts(record, symbols: (document.molecule.ghosts ?? []).map(\.symbol), first: symbols.count)
            let fragments = document.fragments ?? []
            if fragments.count > 1 {
                let width = fragments.reduce(12) { max($0, $1.name.count + 2) }
                let rows = fragments.map { ChargeRow(label: column("  \($0.name)", width), atoms: $0.atoms) }
                result += charges(record, rows: rows, heading: "  fragment", hasNotes: false)
            }
        }
        if !notes.isEmpty { result += "\n" + notes.map { wrapped("  note: \($0)") }.joined() }
        return result
    }

    /// Charges and spins of one state, in tables of at most 100 characters, then the schemes that failed.
    static func charges(
        _ record: StateRecord, rows: [ChargeRow], heading: String = "  atom", hasNotes: Bool = true
    ) -> String {
        let count = rows.reduce(0) { $0 + $1.atoms.count }
        let order = ChargeScheme.allCases.map(\.rawValue)
        func sorted(_ values: [String: [Double]]) -> [Column] {
            values.filter { $0.value.count == count }
                .sorted {
                    (order.firstIndex(of: $0.key) ?? order.count, $0.key) < (order.firstIndex(of: $1.key) ?? order.count, $1.key)
                }
                .map { Column(title: title(ofScheme: $0.key), values: $0.value) }
        }
        let charges = sorted(record.charges)
        let spins = record.hasSpinDensity ? sorted(record.spinPopulations) : []
        let fitting = (100 - (rows.first?.label.count ?? 12)) / 12
        var result = ""
        if charges.count + spins.count <= fitting {
            result = table(charges, spins, rows, heading)
        } else {
            for part in parts(of: charges, fitting) { result += table(part, [], rows, heading) }
            for part in parts(of: spins, fitting) { result += table([], part, rows, heading) }
        }
        guard hasNotes else { return result }
        for (scheme, check) in (record.chargeChecks ?? [:]).sorted(by: { $0.key < $1.key }) {
            if let note = check.note { result += wrapped("  no \(title(ofScheme: scheme)) charges: \(note)") }
        }
        return result + radii(record, rows: rows) + orientations(record, rows: rows)
    }

    /// Electrons in the functions of ghost atoms, which are numbered after the atoms.
    static func ghosts(_ record: StateRecord, symbols: [String], first: Int) -> String {
        let all = (record.ghostPopulations ?? [:]).filter { $0.value.count == symbols.count }.sorted { $0.key < $1.key }
        guard !symbols.isEmpty, !all.isEmpty else { return "" }
        var result =
            "\n" + column("  ghost", 12) + all.map { column(title(ofScheme: $0.key), 12, right: true) }.joined()
            + "   electrons\n"
        for (index, symbol) in symbols.enumerated() {
            result += label(first + index, symbol) + all.map { column($0.value[index], 12, 4) }.joined() + "\n"
        }
        return result
    }

    /// Dependence of fitted charges on the positions of the points: a line per scheme.
    private static func orientations(_ record: StateRecord, rows: [ChargeRow]) -> String {
        var result = ""
        for (scheme, fit) in record.potentialFits.sorted(by: { $0.key < $1.key }) {
            guard let found = fit.orientationSensitivity, let largest = found.spread.max(), largest >= 0.0005,
                found.spread.count == rows.count,
                let row = rows.first(where: { $0.atoms.count == 1 && found.spread[$0.atoms[0]] == largest })
            else { continue }
            let atom = row.label.split(separator: " ").reversed().joined()
            result += wrapped(
                "  \(title(ofScheme: scheme)), points in one of \(found.orientations) orientations only: charges differ by up to "
                    + "\(column(largest, 0, 3)) (\(atom))")
        }
        return result
    }

    /// Dependence of fitted charges on radii that are a choice: a line for each radius and scheme.
    private static func radii(_ record: StateRecord, rows: [ChargeRow]) -> String {
        var result = ""
        for (scheme, fit) in record.potentialFits.sorted(by: { $0.key < $1.key }) {
            for entry in fit.radiusSensitivity ?? [] {
                func change(_ changes: [Double]?, _ atom: Int) -> String { changes.map { signed($0[atom], 3) } ?? "no points" }
                let atoms = rows.compactMap { row -> String? in
                    let words = row.label.split(separator: " ")
                    guard row.atoms.count == 1, words.count == 2, words[1] == entry.element else { return nil }
                    return "\(words[1])\(words[0]) \(change(entry.changesWithSmallerRadius, row.atoms[0])), "
                        + change(entry.changesWithLargerRadius, row.atoms[0])
                }
                let percent = Int((100 * entry.relativeStep).rounded())
                result += wrapped(
                    "  \(title(ofScheme: scheme)), \(entry.element) radius \(column(entry.radiusInAngstrom, 0, 3)) A "
                        + "-\(percent) %, +\(percent) %: charge \(atoms.joined(separator: "; "))")
            }
        }
        return result
    }

    static func title(ofScheme key: String) -> String { ChargeScheme(rawValue: key)?.title ?? key }

    private struct Column {
        var title: String
        var values: [Double]
    }

    private static func parts(of columns: [Column], _ count: Int) -> [[Column]] {
        stride(from: 0, to: columns.count, by: count).map { Array(columns[$0..<min($0 + count, columns.count)]) }
    }

    private static func table(_ charges: [Column], _ spins: [Column], _ rows: [ChargeRow], _ heading: String) -> String {
        let all = charges + spins
        guard !all.isEmpty else { return "" }
        let width = rows.first?.label.count ?? 12
        var result = "\n" + column("", width)
        if !charges.isEmpty { result += column("charge", 12 * charges.count, right: true) }
        if !spins.isEmpty { result += column("spin", 12 * spins.count, right: true) }
        result += "\n" + column(heading, width) + all.map { column($0.title, 12, right: true) }.joined() + "\n"
        for row in rows {
            let values = all.map { column in row.atoms.reduce(0) { $0 + column.values[$1] } }
            result += row.label + values.map { column($0, 12, 4) }.joined() + "\n"
        }
        return result + column("  sum", width) + all.map { column($0.values.reduce(0, +), 12, 4) }.joined() + "\n"
    }
}
