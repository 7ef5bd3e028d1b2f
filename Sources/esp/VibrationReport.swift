import Calculations
import FileFormats
import Foundation
import MolecularStructure
import RunFolders
import VibrationalAnalysis

extension TextReport {
    /// Frequencies and derived quantities.
    static func vibrations(_ record: StateRecord, document: ResultDocument, folder: String) -> String {
        guard let vibrations = record.vibrations else { return "" }
        let rule = String(repeating: "-", count: 96) + "\n"
        var result = "\n" + rule + "Vibrations of charge \(signed(record.charge)), multiplicity \(record.multiplicity)\n" + rule
        result += line("method", document.model.title + (document.model.grid.map { ", grid \($0)" } ?? ""))
        result += line("energy", column(vibrations.energy, 0, 8) + " Eh")
        result += line("structure", vibrations.verdictText)
        result += line(
            "Hessian",
            vibrations.step.map { "central differences of gradients, step \($0) bohr" } ?? "analytic second derivatives" + (vibrations.gridResponse == true ? " with the response of the grid" : ""))
        if let tensor = vibrations.polarizability {
            let trace = (0..<3).reduce(0) { $0 + tensor[$1][$1] / 3 }
            let parts = [("xx", 0, 0), ("yy", 1, 1), ("zz", 2, 2), ("xy", 0, 1), ("xz", 0, 2), ("yz", 1, 2)]
            result += line(
                "alpha",
                column(trace, 0, 3) + " bohr^3, the static polarizability ("
                    + parts.map { "\($0.0) \(column(tensor[$0.1][$0.2], 0, 3))" }.joined(separator: ", ") + ")")
        }
        if let frozen = vibrations.frozenAtoms {
            result += line("frozen", "atoms " + AtomList(indices: frozen.map { $0 - 1 }).description)
        }
        if !vibrations.residualFrequencies.isEmpty {
            result += line(
                "residual",
                vibrations.residualFrequencies.map { column($0, 0, 1) }.joined(separator: ", ")
                    + " cm-1 (translations and rotations, before they are projected out)")
        }
        let choice = vibrations.massChoice == "average" ? "standard atomic weights" : "most abundant isotopes"
        let isotopes = (vibrations.isotopes ?? [:]).sorted { Int($0.key) ?? 0 < Int($1.key) ?? 0 }
            .map { "\($0.key)=\($0.value)" }.joined(separator: " ")
        result += line("masses", choice + (isotopes.isEmpty ? "" : "; chosen for atoms " + isotopes))
        result += "\n  mode      cm-1    km/mol         u   mdyn/A   motion\n"
        for index in vibrations.frequencies.indices {
            result +=
                column("\(index + 1)", 6, right: true) + column(vibrations.frequencies[index], 10, 1)
                + column(vibrations.irIntensities[index], 10, 2) + column(vibrations.reducedMasses[index], 10, 3)
                + column(vibrations.forceConstants[index], 9, 4) + "   \(vibrations.motion(index))\n"
        }
        result += scaleFactors(document)
        result += thermochemistry(vibrations)
        let state = record.state
        let files = OutputFolder(existing: folder)
        guard !files.isReadOnly else { return result }
        let names = [OutputFolder.resultName] + ["csv", "svg"].map { OutputFolder.spectrumName(state, extension: $0) }
        return result + "\nresults in \(folder): \(names.filter(files.has).joined(separator: ", "))\n"
    }

    /// The stationary points on both sides of the lowest imaginary mode.
    static func followed(_ outcomes: [ModeFollowing.Outcome], from vibrations: VibrationRecord?) -> String {
        guard !outcomes.isEmpty, let vibrations else { return "\nthe structure is no saddle point: there is nothing to follow\n" }
        var result = "\nDownhill from the saddle point, along mode 1\n"
        for outcome in outcomes {
            let energy = outcome.energy.map {
                column($0, 18, 8) + " Eh" + column(1000 * ($0 - vibrations.energy), 12, 3) + " mEh relative to the saddle point"
            }
            result += "  " + column(outcome.side, 7) + (energy ?? "") + (outcome.isConverged ? "" : "  NOT CONVERGED") + "\n"
            result += column("", 9) + outcome.folder + "\n"
        }
        return result
    }

    /// Published scale factors for the method and the basis, with their source; empty if there are none.
    private static func scaleFactors(_ document: ResultDocument) -> String {
        let method = document.model.method
        let plain = MethodTitle.parts(method).plain
        let sets = Set(document.model.basis.values)
        guard sets.count == 1, let basis = sets.first, let factors = PublishedScaleFactors(method: plain, basis: basis) else {
            return ""
        }
        return
            "\npublished scale factors for \(plain)/\(basis), not applied: zero-point energy \(column(factors.zeroPoint, 0, 3)), "
            + "harmonic \(column(factors.harmonic, 0, 3)), fundamentals \(column(factors.fundamental, 0, 3))\n"
            + "  (\(PublishedScaleFactors.literature))\n"
    }

    private static func thermochemistry(_ vibrations: VibrationRecord) -> String {
        guard let values = vibrations.thermochemistry else { return "" }
        let kilocalorie = PhysicalConstants.hartreeInKilocaloriePerMole
        func energy(_ title: String, _ value: Double) -> String {
            "  \(column(title, 44))\(column(value, 14, 6))\(column(vibrations.energy + value, 18, 6))\(column(kilocalorie * value, 12, 2))\n"
        }
        var result = "\nThermochemistry at \(column(values.temperature, 0, 2)) K and \(column(values.pressure, 0, 0)) Pa, "
        result += "symmetry number \(values.symmetryNumber)"
        let constants = vibrations.rotationalConstants.map { column($0, 0, 4) }.joined(separator: ", ")
        result += constants.isEmpty ? "\n" : ", rotational constants \(constants) GHz\n"
        if vibrations.verdict == .notStationary { result += "  the structure is not stationary: these values mean little\n" }
        if min(values.entropies["translation"] ?? 0, values.entropies["rotation"] ?? 0) < 0 {
            result += "  the temperature is too low for classical translations and rotations: entropies are below zero\n"
        }
        if vibrations.frequencies.contains(where: { $0 < 0 }) { result += "  imaginary modes are left out\n" }
        result += "  " + column("", 44) + column("Eh", 14, right: true) + column("with energy / Eh", 18, right: true)
        result += column("kcal/mol", 12, right: true) + "\n"
        result += energy("zero-point energy", values.zeroPointEnergy)
        result += energy("thermal energy U", values.energy)
        result += energy("enthalpy H", values.enthalpy)
        result += energy("Gibbs energy G", values.gibbsEnergy)
        result += energy("G, free rotors below 100 cm-1 (Grimme)", values.gibbsEnergyQuasiRigidRotor)
        result += energy("G, modes raised to 100 cm-1 (Truhlar)", values.gibbsEnergyRaisedModes)
        let calorie = 1000 * kilocalorie
        let parts = ["translation", "rotation", "vibration", "electronic"].compactMap { key in
            values.entropies[key].map { "\(key) \(column(calorie * $0, 0, 3))" }
        }
        return result + "  entropy \(column(calorie * values.entropy, 0, 3)) cal/(mol K): " + parts.joined(separator: ", ") + "\n"
    }
}
