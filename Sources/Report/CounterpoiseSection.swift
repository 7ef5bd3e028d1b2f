import FileFormats
import MolecularStructure
import RunFolders

/// Interaction energies of fragments, corrected for basis set superposition.
enum CounterpoiseSection {
    /// Nil if no run has a counterpoise correction.
    static func section(_ report: Report) -> Section? {
        let tables = report.runs.flatMap { run -> [Table] in
            run.document.counterpoise.map { Self.tables($0, prefix: report.runs.count > 1 ? run.name + ": " : "") } ?? []
        }
        guard !tables.isEmpty else { return nil }
        return Section(
            title: "Counterpoise correction",
            text: [
                "After Boys and Bernardi. The fragments have the structures that they have in the complex; the energies to deform them "
                    + "into these structures are not included."
            ], tables: tables)
    }

    private static func tables(_ record: CounterpoiseRecord, prefix: String) -> [Table] {
        let parts = Table(
            prefix + "Fragments",
            heads: [
                "fragment", "#charge", "#2S+1", "#energy, own basis / hartree", "#energy, whole basis / hartree", "#difference",
            ],
            rows: record.fragments.map { part in
                [
                    .head(part.name), Table.Cell(text: NumberText.charge(part.charge), key: "\(part.charge)", look: "number"),
                    .number(part.multiplicity), .number(part.energyInOwnBasis, 8), .number(part.energyInWholeBasis, 8),
                    .number(part.energyInWholeBasis - part.energyInOwnBasis, 8),
                ]
            } + [
                [
                    .head("complex"), .number(nil, 0), .number(nil, 0), .number(nil, 8), .number(record.complexEnergy, 8),
                    .number(nil, 8),
                ]
            ])
        let sums = Table(
            prefix + "Interaction energy", heads: ["", "#hartree", "#kcal/mol"],
            rows: [
                ("uncorrected", record.uncorrectedInteraction), ("correction", record.correction),
                ("corrected", record.interaction),
            ].map { title, value in
                [.head(title), .number(value, 8), .number(value * PhysicalConstants.hartreeInKilocaloriePerMole, 3)]
            })
        return [parts, sums]
    }
}
