import FileFormats
import MolecularStructure
import RunFolders

/// Normal modes of the states for which `esp frequencies` was run: spectrum, animation, tables.
enum VibrationSection {
    /// Nil if no state has second derivatives.
    static func section(_ report: Report) -> Section? {
        let parts = report.runs.enumerated().flatMap { index, run in
            run.order.enumerated().compactMap { place, state -> Section.Vibrations? in
                let record = run.document.states[state]
                guard let vibrations = record.vibrations else { return nil }
                return part(
                    vibrations, id: "vibrations-\(index)-\(place)",
                    caption: (report.runs.count > 1 ? run.name + ": " : "") + record.caption)
            }
        }
        guard !parts.isEmpty else { return nil }
        return Section(
            title: "Vibrations",
            text: [
                "Harmonic frequencies, not scaled, and infrared intensities. Imaginary frequencies are negative. "
                    + "Choose a line of the spectrum or a mode of the table to see the motion; displacements are enlarged."
            ], vibrations: parts)
    }

    /// The data for the animation; nil if there is no mode.
    static func scene(_ vibrations: VibrationRecord) -> SceneRecord.VibrationScene? {
        let modes = vibrations.frequencies.indices
        guard let strongest = modes.max(by: { vibrations.irIntensities[$0] < vibrations.irIntensities[$1] }) else { return nil }
        return SceneRecord.VibrationScene(
            modes: vibrations.normalModes.map { mode in mode.map { (10_000 * $0).rounded() / 10_000 } },
            texts: modes.map { mode in
                let numbers =
                    "Mode \(mode + 1): \(NumberText.fixed(vibrations.frequencies[mode], 1)) cm\u{207B}\u{00B9}, "
                    + "\(NumberText.fixed(vibrations.irIntensities[mode], 1)) km/mol"
                let motion = vibrations.motion(mode)
                return motion.isEmpty ? numbers : "\(numbers); \(motion)"
            }, strongest: strongest)
    }

    private static func part(_ vibrations: VibrationRecord, id: String, caption: String) -> Section.Vibrations {
        let options = FrequencyInput()
        let picture = vibrations.spectrum(options).map { vibrations.picture(of: $0, title: "Infrared spectrum", options).text }
        return Section.Vibrations(
            id: id, caption: caption, text: ["The structure is \(vibrations.verdictText)."], svg: picture ?? "",
            tables: [modes(vibrations)] + (vibrations.thermochemistry.map { [thermochemistry($0, vibrations.energy)] } ?? []))
    }

    private static func modes(_ vibrations: VibrationRecord) -> Table {
        Table(
            "Normal modes",
            heads: [
                "mode", "#cm\u{207B}\u{00B9}", "#intensity / (km/mol)", "#reduced mass / u", "#force constant / (mdyn/\u{00C5})",
                "motion",
            ],
            rows: vibrations.frequencies.indices.map { mode in
                [
                    .head("\(mode + 1)"), .number(vibrations.frequencies[mode], 1), .number(vibrations.irIntensities[mode], 1),
                    .number(vibrations.reducedMasses[mode], 2), .number(vibrations.forceConstants[mode], 3),
                    .text(vibrations.motion(mode)),
                ]
            }, note: "Motion: shares of internal coordinates in the potential energy of the mode.")
    }

    private static func thermochemistry(_ values: ThermochemistryRecord, _ energy: Double) -> Table {
        let rows = [
            ("zero-point energy", values.zeroPointEnergy), ("thermal energy U", values.energy), ("enthalpy H", values.enthalpy),
            ("Gibbs energy G", values.gibbsEnergy),
            ("G, free rotors below 100 cm\u{207B}\u{00B9} (Grimme)", values.gibbsEnergyQuasiRigidRotor),
            ("G, modes raised to 100 cm\u{207B}\u{00B9} (Truhlar)", values.gibbsEnergyRaisedModes),
        ]
        return Table(
            "Thermochemistry at \(NumberText.fixed(values.temperature, 2)) K and \(NumberText.fixed(values.pressure, 0)) Pa, "
                + "symmetry number \(values.symmetryNumber)",
            heads: ["", "#relative to the electronic energy / hartree", "#kcal/mol", "#total / hartree"],
            rows: rows.map { title, value in
                [
                    .head(title), .number(value, 6), .number(value * PhysicalConstants.hartreeInKilocaloriePerMole, 2),
                    .number(energy + value, 6),
                ]
            })
    }
}
