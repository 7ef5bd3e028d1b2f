import FileFormats
import Foundation
import MolecularStructure
import RedoxPotentials
import RunFolders

/// Potentials from the energies of finished runs, with calibration and trend.
public struct VoltageReport {
    /// Where an ion and its electron come from.
    public enum Cycle: String, Sendable, CaseIterable {
        /// The metal of the electrode: a computed free atom less the measured enthalpy of sublimation.
        case metal
        /// The ion in the medium of the molecule, and the absolute potential of the electrode.
        case continuum
    }

    /// A property of the molecules against which potentials are drawn.
    public enum Property: String, Sendable, CaseIterable {
        /// The ionic potential n / r of the metal.
        case psi
        /// The wavenumber of the C=O stretch.
        case carbonyl
    }

    /// Which potential of a molecule is calibrated or drawn.
    public enum Choice: String, Sendable, CaseIterable {
        case first, second, mean
    }

    public var electrode = ReferenceElectrode.lithium
    /// Of the electrode, in volt; nil: that of the tables.
    public var absolutePotential: Double?
    public var cycle = Cycle.metal
    public var isFree = false
    public var calibrationTable: String?
    /// Nil: the first step of a calibration, and the mean of a trend.
    public var choice: Choice?
    public var property: Property?
    /// Ions such as `Fe3+` in place of those without valence electrons.
    public var metals: [String] = []

    public init() {}

    /// - Parameter folders: of finished runs.
    /// - Throws: `CalculationError`, `RunFolderError`, `InputFileError`.
    public func result(readingFrom folders: [String]) throws -> VoltageResult {
        let radii = try metals.map { name in
            guard let radius = IonicRadius(named: name) else {
                throw CalculationError.usage(
                    "--metal \(name): the table of radii has no such ion. It has "
                        + IonicRadius.table.map(\.name).reduce(into: [String]()) { if $0.last != $1 { $0.append($1) } }
                        .joined(separator: ", ") + ".")
            }
            return radius
        }
        let table = try calibrationTable.map { try MeasuredPotentials(readingFrom: $0) }
        let runs = try RedoxRun.all(readingFrom: folders, isFree: isFree)
        if table != nil { try Self.requireOneModel(runs, "--calibrate") }
        if property != nil { try Self.requireOneModel(runs, "--against") }
        let scale = try scale(for: runs)
        var molecules = try runs.map { try molecule($0, scale: scale, radii: radii) }
        let calibration = try table.map { try Self.calibration($0, path: calibrationTable ?? "", molecules, choice ?? .first) }
        if let calibration { Self.calibrate(&molecules, by: calibration.fit, isAdiabatic: calibration.isAdiabatic) }
        return VoltageResult(
            scale: .init(scale), molecules: molecules,
            calibration: calibration.map { .init($0.fit, $0.quantity, table: calibrationTable ?? "") },
            trend: try property.map { try Self.trend($0, molecules, choice ?? .mean) })
    }

    private func scale(for runs: [RedoxRun]) throws -> PotentialScale {
        if let absolutePotential { return PotentialScale(electrode, absolutePotential: absolutePotential) }
        let solvents = Set(runs.map(\.solvent))
        guard electrode == .ferrocene else {
            return PotentialScale(electrode, solvent: nil) ?? PotentialScale(electrode, absolutePotential: 0)
        }
        guard solvents.count == 1, let scale = PotentialScale(electrode, solvent: solvents.first ?? nil) else {
            throw CalculationError.usage(
                "--reference fc: the potential of ferrocene is known in \(ReferenceElectrode.ferroceneSolvents.joined(separator: ", ")), and "
                    + "the runs are not all in one of these. Give its absolute potential with --absolute, or take --reference she."
            )
        }
        return scale
    }

    // MARK: Potentials

    private func molecule(_ run: RedoxRun, scale: PotentialScale, radii: [IonicRadius]) throws -> VoltageResult.Molecule {
        func potential(_ change: Double?, _ electrons: Int, _ cycle: Cycle) throws -> Double? {
            guard let change else { return nil }
            guard let ion = run.ion else { return scale.potential(change: change, electrons: electrons) }
            let ions = Double(electrons / ion.electrons)
            switch cycle {
            case .continuum: return scale.potential(change: change - ions * ion.ion, electrons: electrons)
            case .metal:
                guard let metal = MetalReservoir(symbol: ion.symbol), let own = ReferenceElectrode(ofIon: ion.symbol) else {
                    return nil
                }
                // Against the electrode of the ion's own metal, then against the chosen one.
                let value = RedoxSeries.absolutePotential(
                    change: change - ions * metal.energy(atom: ion.atom), electrons: electrons)
                guard own != scale.electrode else { return value }
                guard let one = own.potential(solvent: run.solvent)?.value, let other = scale.againstHydrogen else { return nil }
                return value + one - other
            }
        }
        if let ion = run.ion, cycle == .metal {
            guard absolutePotential == nil else {
                throw CalculationError.usage(
                    "\(run.folders[0]): --absolute does not enter the cycle by way of the metal. Leave it out, or take --cycle continuum."
                )
            }
            guard try potential(0, ion.electrons, .metal) != nil else {
                throw CalculationError.usage(
                    "\(run.folders[0]): there is no cycle by way of the metal for \(ion.name) against \(electrode.title). Take --cycle "
                        + "continuum.")
            }
        }
        func step(_ step: RedoxSeries.Step) throws -> VoltageResult.Step {
            var result = VoltageResult.Step(from: step.from.charge, to: step.to.charge, electrons: step.electrons)
            result.vertical = try potential(step.vertical, step.electrons, cycle).map { .init(value: $0) }
            result.adiabatic = try potential(step.adiabatic, step.electrons, cycle).map { .init(value: $0) }
            if run.ion != nil {
                result.otherCycle = try potential(step.adiabatic, step.electrons, cycle == .metal ? .continuum : .metal)
            }
            return result
        }
        var notes = run.notes
        if run.isInVacuum, run.ion == nil, run.series.states.contains(where: { $0.charge < 0 }) {
            notes.append("anions in vacuum: without --solvent the potentials are not those of a solution")
        }
        let unbound = run.series.states.filter { !$0.unbound.isEmpty }
        for state in unbound {
            notes.append(
                "charge \(signed(state.charge)) may lose its electron ("
                    + state.unbound.map { $0.replacingOccurrences(of: "_", with: " ") }.joined(separator: ", ") + ")"
                    + ": its potential belongs to the basis set")
        }
        return VoltageResult.Molecule(
            name: run.name, folders: run.folders, model: run.model,
            medium: run.isInVacuum ? "vacuum" : run.solvent ?? "continuum",
            quantity: run.isFree ? "Gibbs energy" : "energy", ion: run.ion?.name, cycle: run.ion == nil ? nil : cycle.rawValue,
            steps: try run.series.steps.map(step), mean: try run.series.whole.map(step),
            unbound: Dictionary(unbound.map { ("\($0.charge)", $0.unbound) }, uniquingKeysWith: { a, _ in a }),
            carbonylWavenumber: run.carbonylWavenumber, metal: Self.metal(of: run.symbols, radii), notes: notes)
    }

    /// The only metal of a molecule; nil without one, with several, and for metals without a usual ion.
    private static func metal(of symbols: [String], _ radii: [IonicRadius]) -> VoltageResult.Metal? {
        let metals = Set(symbols.filter { Element(symbol: $0)?.isMetal ?? false })
        guard metals.count == 1, let symbol = metals.first else { return nil }
        return (radii.first { $0.symbol == symbol } ?? IonicRadius(closedShellOf: symbol)).map(VoltageResult.Metal.init)
    }

    // MARK: Calibration and trend

    private static func calibration(
        _ table: MeasuredPotentials, path: String, _ molecules: [VoltageResult.Molecule], _ choice: Choice
    ) throws -> (fit: PotentialCalibration, quantity: String, isAdiabatic: Bool) {
        let isAdiabatic = areAdiabatic(molecules.filter { table.entry(named: $0.name) != nil }, choice)
        var points: [PotentialCalibration.Point] = []
        for molecule in molecules {
            guard let entry = table.entry(named: molecule.name),
                let computed = molecule.potential(choice, isAdiabatic: isAdiabatic)
            else { continue }
            points.append(.init(name: molecule.name, computed: computed.value, measured: entry.potential, source: entry.source))
        }
        do {
            return (try PotentialCalibration(points), "\(isAdiabatic ? "adiabatic" : "vertical"), \(choice.title)", isAdiabatic)
        } catch LinearFit.Flaw.tooFew(let count) {
            throw CalculationError.badInput(
                "\(path): \(count) of the \(molecules.count) runs have a measured potential; a calibration needs 3. A name in the table is the "
                    + "name of a folder without its extension, such as \(molecules.first?.name ?? "p-benzoquinone").")
        } catch {
            throw CalculationError.badInput("\(path): the calibration failed: \(sentence(error))")
        }
    }

    /// Whether all molecules that have a potential of the chosen step have an adiabatic one.
    private static func areAdiabatic(_ molecules: [VoltageResult.Molecule], _ choice: Choice) -> Bool {
        molecules.allSatisfy {
            $0.potential(choice, isAdiabatic: true) != nil || $0.potential(choice, isAdiabatic: false) == nil
        }
    }

    private static func requireOneModel(_ runs: [RedoxRun], _ option: String) throws {
        guard let other = runs.first(where: { run in !runs.allSatisfy { $0.hasModel(of: run) } }),
            let first = runs.first(where: { !$0.hasModel(of: other) })
        else { return }
        throw CalculationError.badInput(
            "\(option): \(other.folders[0]) and \(first.folders[0]) have different models (\(other.model); \(first.model)). Take runs of one model."
        )
    }

    /// Calibrates the potentials of the kind that the line was fitted to.
    private static func calibrate(_ molecules: inout [VoltageResult.Molecule], by fit: PotentialCalibration, isAdiabatic: Bool) {
        func apply(_ potential: inout VoltageResult.Potential?) {
            guard let value = potential?.value else { return }
            let estimate = fit.estimate(value)
            potential?.calibrated = estimate.value
            potential?.error = estimate.error
        }
        for index in molecules.indices {
            for step in molecules[index].steps.indices {
                if isAdiabatic {
                    apply(&molecules[index].steps[step].adiabatic)
                } else {
                    apply(&molecules[index].steps[step].vertical)
                }
            }
            if isAdiabatic { apply(&molecules[index].mean.adiabatic) } else { apply(&molecules[index].mean.vertical) }
        }
    }

    private static func trend(
        _ property: Property, _ molecules: [VoltageResult.Molecule], _ choice: Choice
    ) throws -> VoltageResult.Trend {
        func abscissa(_ molecule: VoltageResult.Molecule) -> Double? {
            switch property {
            case .psi: molecule.metal?.ionicPotential
            case .carbonyl: molecule.carbonylWavenumber
            }
        }
        let isAdiabatic = areAdiabatic(molecules.filter { abscissa($0) != nil }, choice)
        var (points, missing) = ([VoltageResult.Trend.Point](), [String]())
        for molecule in molecules {
            guard let x = abscissa(molecule), let potential = molecule.potential(choice, isAdiabatic: isAdiabatic) else {
                missing.append(molecule.name)
                continue
            }
            points.append(.init(name: molecule.name, x: x, potential: potential.calibrated ?? potential.value))
        }
        guard !points.isEmpty else {
            throw CalculationError.badInput(
                property == .psi
                    ? "--against psi: no run has one metal with a radius in the table. Name its ion with --metal, such as --metal Fe3+."
                    : "--against carbonyl: no run has a C=O stretch. Run esp frequencies on the folders first.")
        }
        var result = VoltageResult.Trend(
            against: property.rawValue, potential: "\(isAdiabatic ? "adiabatic" : "vertical"), \(choice.title)", points: points,
            missing: missing)
        // Fewer than three points are listed without a line.
        if let fit = try? LinearFit(points.map { ($0.x, $0.potential) }) {
            (result.slope, result.slopeError, result.intercept) = (fit.slope, fit.slopeError, fit.intercept)
            (result.residualDeviation, result.correlation) = (fit.residualDeviation, fit.correlation)
            for index in result.points.indices { result.points[index].residual = fit.residuals[index] }
        }
        return result
    }
}

extension VoltageReport.Choice {
    var title: String {
        switch self {
        case .first: "first step"
        case .second: "second step"
        case .mean: "mean of all steps"
        }
    }
}

extension VoltageResult.Molecule {
    func potential(_ choice: VoltageReport.Choice, isAdiabatic: Bool) -> VoltageResult.Potential? {
        let step: VoltageResult.Step? =
            switch choice {
            case .first: steps.first
            case .second: steps.count > 1 ? steps[1] : nil
            case .mean: mean ?? steps.first
            }
        return isAdiabatic ? step?.adiabatic : step?.vertical
    }
}

extension Optional where Wrapped == VoltageResult.Step {
    fileprivate var vertical: VoltageResult.Potential? {
        get { self?.vertical }
        set { self?.vertical = newValue }
    }
    fileprivate var adiabatic: VoltageResult.Potential? {
        get { self?.adiabatic }
        set { self?.adiabatic = newValue }
    }
}

extension VoltageResult.Scale {
    init(_ scale: PotentialScale) {
        self.init(
            electrode: scale.electrode.title, absolutePotential: scale.absolutePotential,
            hydrogen: scale.convention?.absolutePotential, againstHydrogen: scale.againstHydrogen,
            convention: scale.convention?.title,
            sources: scale.sources)
        if let (other, difference) = scale.other, let convention = other.convention {
            self.other = Other(
                convention: convention.title, hydrogen: convention.absolutePotential, absolutePotential: other.absolutePotential,
                difference: difference, source: convention.source)
        }
    }
}

extension VoltageResult.Calibration {
    init(_ value: PotentialCalibration, _ quantity: String, table: String) {
        let fit = value.fit
        self.init(
            table: table, quantity: quantity,
            points: value.points.map {
                .init(
                    name: $0.name, computed: $0.computed, measured: $0.measured, calibrated: fit.value(at: $0.computed),
                    source: $0.source)
            },
            slope: fit.slope, slopeError: fit.slopeError, intercept: fit.intercept, interceptError: fit.interceptError,
            residualDeviation: fit.residualDeviation, correlation: fit.correlation, before: .init(value.offset),
            after: .init(value.calibrated), leftOut: .init(value.leftOut))
    }
}
