import ArgumentParser
import Calculations
import FileFormats
import MolecularStructure
import RunFolders

/// Options of `--counterpoise`.
struct CounterpoiseOptions: ParsableArguments {
    @Flag(
        help: ArgumentHelp(
            "Interaction energy with the Boys-Bernardi counterpoise correction. Fragments are the bonded molecules, or "
                + "those of --fragment."))
    var counterpoise = false

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Charges of the fragments of --counterpoise (default: all 0).", valueName: "Q,Q[,...]"),
        transform: { try IntegerList.charges($0, example: "--fragment-charge 1,-1") })
    var fragmentCharge: [Int]?

    @Option(
        help: ArgumentHelp(
            "Multiplicities of the fragments of --counterpoise (default: as the search finds them).", valueName: "M,M[,...]"),
        transform: IntegerList.multiplicities)
    var fragmentMultiplicity: [Int]?

    func validate() throws {
        if !counterpoise, fragmentCharge != nil || fragmentMultiplicity != nil {
            throw ValidationError("--fragment-charge and --fragment-multiplicity belong to --counterpoise")
        }
    }

    var input: CounterpoiseInput { CounterpoiseInput(charges: fragmentCharge, multiplicities: fragmentMultiplicity) }
}

extension TextReport {
    /// The energies of all parts, and the resulting interaction energies.
    static func counterpoise(_ record: CounterpoiseRecord, cutsBonds: Bool) -> String {
        let width = record.fragments.reduce(12) { max($0, min(40, $1.name.count + 2)) }
        var result = "\ncounterpoise correction (Boys and Bernardi 1970)\n" + column("  fragment", width)
        for title in ["charge", "2S+1"] { result += column(title, 8, right: true) }
        for title in ["own basis / Eh", "whole basis / Eh", "difference"] { result += column(title, 19, right: true) }
        result += "\n"
        for part in record.fragments {
            result +=
                column("  \(part.name)", width) + column(signed(part.charge), 8, right: true)
                + column("\(part.multiplicity)", 8, right: true)
                + column(part.energyInOwnBasis, 19, 8) + column(part.energyInWholeBasis, 19, 8)
                + column(part.energyInWholeBasis - part.energyInOwnBasis, 19, 8) + "\n"
        }
        result += column("  complex", width + 35) + column(record.complexEnergy, 19, 8) + "\n"
        for (name, value) in [
            ("interaction energy, uncorrected", record.uncorrectedInteraction), ("correction", record.correction),
            ("interaction energy, corrected", record.interaction),
        ] {
            result +=
                column("  \(name)", 40) + column(value, 16, 8) + " Eh"
                + column(value * PhysicalConstants.hartreeInKilocaloriePerMole, 12, 3) + " kcal/mol\n"
        }
        result += wrapped(
            "  note: the fragments have the structures and charges given; energies to deform them into these structures are not included"
        )
        if cutsBonds {
            result += wrapped(
                "  note: bonds connect the fragments; each is computed as a separate species, with these bonds cut (no atoms are added)"
            )
        }
        return result
    }
}
