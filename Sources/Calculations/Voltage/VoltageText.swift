import FileFormats
import Foundation

extension VoltageResult {
    /// The tables.
    public var text: String {
        ([scale.text] + molecules.map(text) + [calibration?.text, trend?.text].compactMap { $0 }).joined(separator: "\n")
    }

    private func text(_ molecule: Molecule) -> String {
        let isCalibrated = calibration != nil
        var text = "\(molecule.name): \(molecule.model)\(molecule.medium == "vacuum" ? ", in vacuum" : "")\n"
        if let ion = molecule.ion, let cycle = molecule.cycle {
            let other = cycle == "metal" ? "continuum" : "metal"
            text +=
                "  every electron comes with \(ion); "
                + (cycle == "metal"
                    ? "ion and electron from the metal (computed atom, measured enthalpy of sublimation)\n"
                    : "the ion in the same continuum, the electron from the electrode\n")
            text += "  the other cycle (--cycle \(other)) is in the last column\n"
        }
        text += "  " + column("step", 14) + column("vertical / V", 14, right: true) + column("adiabatic / V", 15, right: true)
        if isCalibrated { text += column("calibrated / V", 24, right: true) }
        if molecule.ion != nil { text += column("other cycle / V", 17, right: true) }
        text += "\n"
        func row(_ title: String, _ step: Step) -> String {
            func number(_ potential: Potential?, _ width: Int) -> String {
                potential.map { column($0.value, width, 3) } ?? column("-", width, right: true)
            }
            var line = "  " + column(title, 14) + number(step.vertical, 14) + number(step.adiabatic, 15)
            if isCalibrated {
                let chosen = [step.adiabatic, step.vertical].compactMap { $0 }.first { $0.calibrated != nil }
                let value = chosen?.calibrated.flatMap { value in
                    chosen?.error.map { "\(column(value, 0, 3)) +- \(column($0, 0, 3))" }
                }
                line += column(value ?? "-", 24, right: true)
            }
            if molecule.ion != nil { line += step.otherCycle.map { column($0, 17, 3) } ?? column("-", 17, right: true) }
            return line + "\n"
        }
        for (index, step) in molecule.steps.enumerated() {
            let ions = molecule.ion.map { "\(index) -> \(index + 1) \($0)" }
            text += row(ions ?? "\(signed(step.from)) -> \(signed(step.to))", step)
        }
        if let mean = molecule.mean { text += row("mean of \(molecule.steps.count)", mean) }
        if molecule.quantity != "energy" { text += "  adiabatic: from Gibbs energies\n" }
        for note in molecule.notes { text += "  note: \(note)\n" }
        return text
    }

    /// A row for each step and for the mean.
    public var csv: String {
        func number(_ value: Double?) -> String { value.map { String(format: "%.6f", $0) } ?? "" }
        var text =
            "name,step,from,to,electrons,ion,vertical_V,adiabatic_V,vertical_calibrated_V,vertical_error_V,adiabatic_calibrated_V,adiabatic_error_V,"
            + "other_cycle_V,reference,quantity,metal,psi,carbonyl_cm,model\n"
        for molecule in molecules {
            let rows =
                molecule.steps.enumerated().map { ("\($0.offset + 1)", $0.element) }
                + (molecule.mean.map { [("mean", $0)] } ?? [])
            for (title, step) in rows {
                let numbers = [
                    step.vertical?.value, step.adiabatic?.value, step.vertical?.calibrated, step.vertical?.error,
                    step.adiabatic?.calibrated, step.adiabatic?.error, step.otherCycle,
                ]
                text +=
                    "\(CSVText.quoted(molecule.name)),\(title),\(step.from),\(step.to),\(step.electrons),\(CSVText.quoted(molecule.ion ?? ""))"
                    + numbers.map { "," + number($0) }.joined()
                    + ",\(CSVText.quoted(scale.electrode)),\(CSVText.quoted(molecule.quantity)),\(CSVText.quoted(molecule.metal?.ion ?? ""))"
                    + ",\(number(molecule.metal?.ionicPotential)),\(number(molecule.carbonylWavenumber)),\(CSVText.quoted(molecule.model))\n"
            }
        }
        return text
    }
}

extension VoltageResult.Scale {
    fileprivate var text: String {
        var text = "potentials against \(electrode), absolute potential \(column(absolutePotential, 0, 3)) V"
        guard let hydrogen, let againstHydrogen, let convention else { return text + " as given\n" }
        text += " (SHE \(column(hydrogen, 0, 3)) V, \(convention)"
        text += electrode == "SHE" ? ")\n" : "; \(electrode) \(signed(againstHydrogen, 3)) V against SHE)\n"
        if let other {
            text +=
                "with SHE at \(column(other.hydrogen, 0, 3)) V (\(other.convention)), potentials are \(column(abs(other.difference), 0, 3)) V "
                + "\(other.difference < 0 ? "lower" : "higher"), except those by way of the metal\n"
        }
        return text
    }
}

extension VoltageResult.Calibration {
    fileprivate var text: String {
        var text =
            "calibration by \(table) (\(quantity)): measured = \(column(intercept, 0, 3)) V + \(column(slope, 0, 3)) x computed\n"
        text += "  standard errors \(column(interceptError, 0, 3)) V and \(column(slopeError, 0, 3))"
        text += (correlation.map { "; correlation \(column($0, 0, 3))" } ?? "")
        text += "; standard deviation about the line \(column(residualDeviation, 0, 3)) V\n"
        text +=
            "  " + column("molecule", 36) + column("computed", 10, right: true) + column("measured", 10, right: true)
            + column("calibrated", 12, right: true) + column("deviation", 11, right: true) + "\n"
        for point in points {
            text +=
                "  " + column(point.name, 36) + column(point.computed, 10, 3) + column(point.measured, 10, 3)
                + column(point.calibrated, 12, 3) + column(point.measured - point.calibrated, 11, 3) + "\n"
        }
        func line(_ title: String, _ value: Deviations) -> String {
            "  \(column(title, 36)) mean \(column(column(value.mean, 0, 3), 7, right: true)), mean absolute "
                + "\(column(value.meanAbsolute, 0, 3)), largest \(column(value.largest, 0, 3)) V\n"
        }
        return text + line("deviations before calibration:", before) + line("after calibration:", after)
            + line("each from the line of the others:", leftOut)
    }
}

extension VoltageResult.Trend {
    /// Of the voltages measured for cathodes of o-chloranil with metal chlorides, in volt against Li+/Li.
    /// Nature Chemistry (2025), doi 10.1038/s41557-025-01866-0.
    static let published = 3.30...3.55

    var title: String {
        against == "psi" ? "ionic potential psi = n/r of the metal, e/A" : "wavenumber of the C=O stretch, cm-1"
    }

    fileprivate var text: String {
        let decimals = against == "psi" ? 3 : 1
        var text = "potential (\(potential)) against the \(title)\n"
        text +=
            "  " + column("molecule", 36) + column(against == "psi" ? "psi" : "C=O", 10, right: true)
            + column("potential / V", 15, right: true) + column("residual / V", 14, right: true) + "\n"
        for point in points {
            text +=
                "  " + column(point.name, 36) + column(point.x, 10, decimals) + column(point.potential, 15, 3)
                + (point.residual.map { column($0, 14, 3) } ?? column("-", 14, right: true)) + "\n"
        }
        if let slope, let slopeError, let residualDeviation {
            let unit = against == "psi" ? "V per e/A" : "V per cm-1"
            text +=
                "  slope \(column(slope, 0, 4)) +- \(column(slopeError, 0, 4)) \(unit)"
                + (correlation.map { ", correlation \(column($0, 0, 3))" } ?? "")
                + ", standard deviation about the line \(column(residualDeviation, 0, 3)) V\n"
        } else {
            text += "  a line needs three molecules\n"
        }
        if !missing.isEmpty { text += "  without a value: \(missing.joined(separator: ", "))\n" }
        if let low = points.map(\.potential).min(), let high = points.map(\.potential).max() {
            text += "  range \(column(low, 0, 2)) to \(column(high, 0, 2)) V"
            text +=
                against == "psi"
                ? "; measured in cells with o-chloranil, against Li+/Li: 3.30 to 3.55 V (doi 10.1038/s41557-025-01866-0)\n" : "\n"
        }
        return text
    }
}

extension VoltageResult {
    /// A plot of the trend, or else of measured against computed potentials; nil without either.
    public var plot: ScatterSVG? {
        if let trend {
            let line = trend.slope.flatMap { slope in trend.intercept.map { ScatterSVG.Line(slope: slope, intercept: $0) } }
            return ScatterSVG(
                points: trend.points.map { .init(name: $0.name, x: $0.x, y: $0.potential) }, line: line,
                band: trend.against == "psi" && scale.electrode == "Li+/Li" ? (Trend.published, "measured in cells") : nil,
                xTitle: trend.title, yTitle: "potential / V against \(scale.electrode)")
        }
        return calibration.map { calibration in
            ScatterSVG(
                points: calibration.points.map { .init(name: $0.name, x: $0.computed, y: $0.measured) },
                line: .init(slope: calibration.slope, intercept: calibration.intercept), band: nil,
                xTitle: "computed potential / V against \(scale.electrode)",
                yTitle: "measured potential / V against \(scale.electrode)")
        }
    }
}
