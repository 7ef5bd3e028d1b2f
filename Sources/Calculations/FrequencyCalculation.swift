import FileFormats
import Foundation
import GaussianBasis
import GeometryOptimization
import LinearAlgebra
import MolecularStructure
import ParallelExecution
import RunFolders
import VibrationalAnalysis

/// Harmonic frequencies, infrared intensities and thermochemistry of one state of a finished run, added to it.
public struct FrequencyCalculation {
    private let folder: String
    private let charge: Int?
    private let options: FrequencyInput
    private let resources: ResourceInput
    private let monitor: CalculationMonitor

    /// - Parameters:
    ///   - charge: of the state; nil if the run has only one.
    ///   - options: existing second derivatives of the run are used again, whatever the masses.
    public init(
        folder: String, charge: Int? = nil, options: FrequencyInput = FrequencyInput(),
        resources: ResourceInput = ResourceInput(),
        monitor: CalculationMonitor = CalculationMonitor()
    ) {
        self.folder = folder
        self.charge = charge
        self.options = options
        self.resources = resources
        self.monitor = monitor
    }

    /// Solves the state of an input whose task is `frequencies`, where the folder does not have it, and finds its vibrations; optimises
    /// its structure first if the input says so.
    ///
    /// - Parameter replaces: whether to replace the results of another calculation in the folder.
    @discardableResult
    public static func run(
        _ input: CalculationInput, folder: String, replaces: Bool = false, call: CallRecord = CallRecord(),
        monitor: CalculationMonitor = CalculationMonitor()
    ) throws -> (document: ResultDocument, state: Int) {
        var single = input
        single.task = .energy
        single.states.addsElectrons = false
        let charges = single.states.charges ?? [input.molecule.charge ?? 0]
        guard charges.count == 1 else {
            throw CalculationError.usage(
                "frequencies belong to the structure of one state, but \(charges.count) charges are named.")
        }
        single.states.charges = charges
        try check(input)
        if input.frequencies.relaxes {
            let search = try GeometryRelaxation(input, folder: folder, replaces: replaces, call: call, monitor: monitor).run()
            if let error = CalculationError(unfinished: search, maximumSteps: input.optimization.maximumSteps) { throw error }
            return try FrequencyCalculation(
                folder: folder, charge: charges[0], options: input.frequencies, resources: input.resources, monitor: monitor
            ).run()
        }
        let solved = try Calculation(single, folder: folder, replaces: replaces, call: call, monitor: monitor).run()
        guard solved.states.first(where: { $0.charge == charges[0] })?.converged == true else {
            throw CalculationError.notConverged(
                "\(folder): charge \(signed(charges[0])) did not converge; no frequencies are computed.")
        }
        return try FrequencyCalculation(
            folder: folder, charge: charges[0], options: input.frequencies, resources: input.resources, monitor: monitor
        ).run()
    }

    /// Throws if vibrations cannot be computed for an input, before anything is computed.
    public static func check(_ input: CalculationInput) throws {
        let file = try input.molecule.file()
        try file.refuseGhosts("esp frequencies")
        try check(input.frequencies, of: file.molecule, name: input.molecule.name)
        guard input.model.field == nil else {
            throw CalculationError.usage("frequencies are not computed in a uniform field (--field), in which a molecule turns.")
        }
        guard input.model.solvent == nil || input.frequencies.hessian != .analytic else {
            throw CalculationError.usage(
                "--hessian analytic: no analytic second derivatives in a solvent. Take --hessian differences.")
        }
    }

    private static func check(_ options: FrequencyInput, of molecule: Molecule, name: String) throws {
        guard molecule.atoms.count > 1 else { throw CalculationError.badInput("\(name): a single atom does not vibrate.") }
        _ = try AtomMasses(options, of: molecule)
        _ = try frozenAtoms(options, of: molecule)
        let step = options.step ?? FrequencyInput.usualStep
        guard step >= 1e-4, step <= 0.1 else {
            throw CalculationError.usage("--step \(step): displacements between 0.0001 and 0.1 bohr are of use; 0.001 is usual.")
        }
        guard !options.includesGridResponse || options.hessian != .differences && options.step == nil else {
            throw CalculationError.usage(
                "--grid-response belongs to analytic second derivatives; differences of gradients include it.")
        }
        guard options.step == nil || options.hessian != .analytic else {
            throw CalculationError.usage(
                "--step belongs to --hessian differences; analytic second derivatives need no displacements.")
        }
        guard (0.01...100_000).contains(options.temperature), (1e-10...1e12).contains(options.pressure) else {
            throw CalculationError.usage(
                "--temperature must be above zero (0.01 to 100000 K), and --pressure, too (1e-10 to 1e12 Pa).")
        }
        guard (0.1...1000).contains(options.halfWidth), (0.1...10).contains(options.scale) else {
            throw CalculationError.usage("--half-width must be between 0.1 and 1000 cm-1, and --scale between 0.1 and 10.")
        }
        if let flaw = options.measured?.flaw { throw CalculationError.usage("the measured spectrum: \(flaw).") }
        guard options.symmetryNumber ?? 1 >= 1 else { throw CalculationError.usage("--symmetry-number must be at least 1.") }
    }

    /// The convergence of the self-consistent field. Errors of nuclear gradients are as large as those of the orbitals, and the differences
    /// are divided by the displacement.
    private static let (energyTolerance, orbitalGradient) = (1e-12, 1e-9)

    /// Largest gradient component at a stationary point, in hartree per bohr: Gaussian's limit for normal convergence.
    private static let largestForce = 4.5e-4

    /// - Returns: the new document, and the index of the state.
    /// - Throws: `CalculationError`, `RunFolderError`, `InputFileError`, `BasisSetError`, `LinearAlgebraError`.
    @discardableResult
    public func run() throws -> (document: ResultDocument, state: Int) {
        let opened = OpenedRun(folder, resources: resources, monitor: monitor)
        let run = try opened.finished(forWriting: true)
        opened.noteIfReadOnly()
        var document = run.document
        let index = try stateIndex(in: document)
        let record = document.states[index]
        guard let molecule = document.molecule.molecule, molecule.ghosts.isEmpty else {
            throw CalculationError.badInput("\(folder): frequencies are not computed with ghost atoms.")
        }
        try Self.check(options, of: molecule, name: folder)
        let masses = try AtomMasses(options, of: molecule)
        let old = record.vibrations
        let frozen = try Self.frozenAtoms(options, of: molecule) ?? Set((old?.frozenAtoms ?? []).map { $0 - 1 })
        // Giving a step asks for differences.
        let method = options.hessian ?? (options.step == nil ? old?.hessianMethod : .differences)
        let step = options.step ?? old?.step ?? FrequencyInput.usualStep
        let derivatives: EnergyDerivatives
        // What the second derivatives omit; nil if they are computed now.
        var known: Set<Int>?
        // Hartree-Fock has no grid. Derivatives with the response of the grid serve all calls.
        let gridResponse = options.includesGridResponse && document.model.grid != nil
        if options.includesGridResponse, !gridResponse {
            monitor.note("\(document.model.method) has no integration grid that could respond")
        }
        let lacksResponse = gridResponse && old?.hessianMethod == .analytic && old?.gridResponse != true
        if let old, old.hessianMethod == method, old.hessianMethod == .analytic || old.step == step, !lacksResponse,
            case let lacks = Set((old.hessianLacks ?? []).map { $0 - 1 }), lacks.isSubset(of: frozen)
        {
            monitor.note("\(folder) has the second derivatives of charge \(signed(record.charge)) already")
            derivatives = EnergyDerivatives(old)
            known = lacks
        } else {
            derivatives = try computed(
                run, record, wavefunction: run.wavefunctions[index], molecule: molecule, frozen: frozen, method: method,
                step: step, gridResponse: gridResponse)
        }
        let lacking = known ?? (derivatives.method == .analytic ? [] : frozen)
        document.states[index].vibrations = try analyzed(
            derivatives, molecule: molecule, multiplicity: record.multiplicity, masses: masses, frozen: frozen,
            lacking: lacking)
        document.states[index].vibrations?.measured = options.measured ?? old?.measured
        // The input of the whole calculation, not of the energy alone.
        if var whole = document.input?.whole, [.energy, .frequencies].contains(whole.task), document.states.count == 1 {
            (whole.task, whole.frequencies) = (.frequencies, options)
            whole.frequencies.relaxes = false
            (whole.frequencies.hessian, whole.frequencies.step) = (derivatives.method, derivatives.step)
            whole.frequencies.includesGridResponse = derivatives.includesGridResponse
            whole.frequencies.frozenAtoms = frozen.isEmpty ? nil : AtomList(indices: Array(frozen)).description
            document.input = .whole(whole)
        }
        if !OutputFolder(existing: folder).isReadOnly {
            try run.folder.write(document.json(), name: OutputFolder.resultName)
            try writeSpectrum(of: document.states[index], document: document, to: run.folder)
            // Second derivatives for another step or other atoms may still be needed.
            if known == nil {
                run.folder.removeHessianParts(of: record.state)
                try? FileManager.default.removeItem(at: run.folder.url(OutputFolder.displacementsName(record.state)))
            }
        }
        return (document, index)
    }

    private func stateIndex(in document: ResultDocument) throws -> Int {
        let charges = document.states.map(\.charge)
        let list = charges.map { signed($0) }.joined(separator: ", ")
        guard document.source == nil else {
            throw CalculationError.badInput("\(folder): another program solved this state; esp compute solves it here.")
        }
        let index: Int
        if let charge {
            guard let found = charges.firstIndex(of: charge) else {
                throw CalculationError.usage("\(folder) has no charge \(signed(charge)), only \(list).")
            }
            index = found
        } else {
            guard charges.count == 1 else {
                throw CalculationError.usage(
                    "\(folder) has the charges \(list). Frequencies are computed for one: the structure belongs to one state. "
                        + "Name it with --charge.")
            }
            index = 0
        }
        guard document.states[index].converged else {
            throw CalculationError.notConverged("\(folder): charge \(signed(charges[index])) is not converged.")
        }
        return index
    }

    /// Nil if not given.
    private static func frozenAtoms(_ options: FrequencyInput, of molecule: Molecule) throws -> Set<Int>? {
        guard let text = options.frozenAtoms else { return nil }
        if text.lowercased() == "none" { return [] }
        let frozen = Set(try OptimizationInput.frozenAtoms(text, atomCount: molecule.atoms.count))
        guard frozen.count < molecule.atoms.count else {
            throw CalculationError.usage("--freeze \(text): no atom is left to move.")
        }
        return frozen
    }

    private func computed(
        _ run: FinishedRun, _ record: StateRecord, wavefunction: Wavefunction, molecule: Molecule, frozen: Set<Int>,
        method: HessianMethod?, step: Double, gridResponse: Bool
    ) throws -> EnergyDerivatives {
        guard var input = run.document.input?.whole else {
            throw RunFolderError.damaged(
                "\(folder) does not hold the input that it was made from: an earlier version made it. Compute it again.")
        }
        guard input.model.field == nil else {
            throw CalculationError.usage("\(folder): frequencies are not computed in a uniform field, in which a molecule turns.")
        }
        let resolved = try input.model.resolved(for: molecule)
        guard resolved.fingerprint == run.document.model.basisFingerprint else {
            throw RunFolderError.damaged("\(folder): the basis sets that its input names have changed since. Compute it again.")
        }
        input.convergence.energyTolerance = Self.energyTolerance
        input.states.reference = record.reference.flatMap { .init(rawValue: $0) } ?? input.states.reference
        input.convergence.smearing = 0
        let solver = try StateSolver(
            states: input.states, model: input.model, convergence: input.convergence, orbitalGradient: Self.orbitalGradient,
            pool: resources.pool(), memory: resources.memoryLimit)
        let state = record.state
        try solver.check(functions: resolved.basis.functionCount, states: [state])
        try solver.checkGradients()
        func surface(_ advice: String) -> PotentialEnergySurface {
            PotentialEnergySurface(resolved: resolved, state: state, solver: solver, advice: advice, monitor: monitor)
        }
        let name = "charge \(signed(record.charge))"
        let limitation = AnalyticDerivatives.limitation(
            solver, of: wavefunction, memoryLimitInBytes: resources.memoryLimit.bytes)
        if method != .differences, limitation == nil {
            monitor.note("analytic second derivatives of \(name)")
            let identity = HessianPartFile.Identity(
                charge: record.charge, multiplicity: record.multiplicity, method: solver.methodName, grid: solver.gridName,
                basisFingerprint: resolved.fingerprint, reference: record.reference, geometry: run.document.molecule.geometry,
                gridResponse: gridResponse)
            return try AnalyticDerivatives(
                surface: surface("Compute the run again with --second-order or --level-shift."),
                parts: HessianPartFiles(folder: run.folder, state: state, identity: identity),
                memoryLimitInBytes: resources.memoryLimit.bytes, includesGridResponse: gridResponse,
                monitor: monitor
            ).derivatives(of: wavefunction) { try check($0, isThatOf: record) }
        }
        if method != .differences, let limitation {
            guard method == nil else {
                throw CalculationError.usage(
                    "--hessian analytic: no analytic second derivatives \(limitation). Take --hessian differences.")
            }
            monitor.note("no analytic second derivatives \(limitation): central differences of gradients")
        }
        let derivatives = try differences(
            surface("The same command goes on with the displaced structures that are left."), run, record,
            wavefunction: wavefunction, molecule: molecule, frozen: frozen, step: step, fingerprint: resolved.fingerprint)
        try check(derivatives.energy, isThatOf: record)
        return derivatives
    }

    /// - Throws: `CalculationError.notConverged` if the energy belongs to another solution than that of the run.
    private func check(_ energy: Double, isThatOf record: StateRecord) throws {
        guard abs(energy - (record.energy ?? .infinity)) < 1e-5 else {
            throw CalculationError.notConverged(
                "\(folder): solved further, charge \(signed(record.charge)) came to \(column(energy, 0, 8)) Eh, another "
                    + "solution than that of the run. Compute the run again with --convergence 1e-10.")
        }
    }

    private func differences(
        _ surface: PotentialEnergySurface, _ run: FinishedRun, _ record: StateRecord, wavefunction: Wavefunction,
        molecule: Molecule, frozen: Set<Int>, step: Double, fingerprint: String
    ) throws -> EnergyDerivatives {
        let moving = molecule.atoms.indices.filter { !frozen.contains($0) }
        let solver = surface.solver
        monitor.note(
            "second derivatives of charge \(signed(record.charge)) by differences of gradients: \(6 * moving.count) displaced structures"
        )
        let empty = DisplacementDocument(
            charge: record.charge, multiplicity: record.multiplicity, method: solver.methodName,
            grid: solver.gridName.isEmpty ? nil : solver.gridName, basisFingerprint: fingerprint,
            reference: record.reference, geometry: run.document.molecule.geometry, step: step)
        let differences = GradientDifferences(
            surface: surface, files: run.folder, name: OutputFolder.displacementsName(record.state), monitor: monitor)
        return try differences.derivatives(of: molecule, orbitals: wavefunction.orbitals, into: empty, moving: moving)
    }

    /// The infrared spectrum as a table and a picture.
    private func writeSpectrum(of record: StateRecord, document: ResultDocument, to files: OutputFolder) throws {
        let state = record.state
        for ending in ["csv", "svg"] {
            try? FileManager.default.removeItem(at: files.url(OutputFolder.spectrumName(state, extension: ending)))
        }
        guard let vibrations = record.vibrations, let spectrum = vibrations.spectrum(options) else { return }
        let table =
            "wavenumber_cm,absorption_km_mol_cm\n"
            + zip(spectrum.points, spectrum.absorption).map { String(format: "%.0f,%.6g\n", $0, $1) }.joined()
        try files.write(Data(table.utf8), name: OutputFolder.spectrumName(state, extension: "csv"))
        let title =
            "\(OutputFolder.stem(of: document.provenance.input)), charge \(signed(record.charge)), \(document.model.title)"
        let picture = vibrations.picture(of: spectrum, title: title, options)
        try files.write(Data(picture.text.utf8), name: OutputFolder.spectrumName(state, extension: "svg"))
    }

    // MARK: Analysis

    private func analyzed(
        _ derivatives: EnergyDerivatives, molecule: Molecule, multiplicity: Int, masses: AtomMasses,
        frozen: Set<Int>, lacking: Set<Int>
    ) throws -> VibrationRecord {
        let modes = try NormalModes(hessian: derivatives.hessian, molecule: molecule, masses: masses.values, frozen: frozen)
        let spectrum = InfraredSpectrum(modes.modes, dipoleDerivatives: derivatives.dipoles)
        let field = try ModeAnalyzer(molecule, hessian: derivatives.hessian)
        let rigid = try RigidMotions(molecule, masses: masses.values)
        let gradient = OptimizationFiles.vectors(derivatives.gradient)
        let number = options.symmetryNumber ?? molecule.rotationalSymmetryNumber(masses: masses.values)
        let thermochemistry =
            frozen.isEmpty
            ? Thermochemistry(
                masses: masses.values, rigid: rigid, wavenumbers: modes.modes.map(\.wavenumber), multiplicity: multiplicity,
                symmetryNumber: number, temperature: options.temperature, pressure: options.pressure) : nil
        let size = derivatives.hessian.rows
        var record = VibrationRecord(
            hessianMethod: derivatives.method, step: derivatives.step, energy: derivatives.energy,
            gradient: gradient.map { [$0.x, $0.y, $0.z] },
            hessian: derivatives.hessian.lowerTriangle,
            dipoleDerivatives: (0..<3).map { axis in (0..<size).map { derivatives.dipoles[axis, $0] } },
            frozenAtoms: frozen.isEmpty ? nil : frozen.sorted().map { $0 + 1 }, masses: masses.values,
            massChoice: masses.choice.rawValue, isotopes: masses.isotopes.isEmpty ? nil : masses.isotopes,
            frequencies: modes.modes.map(\.wavenumber), normalModes: modes.modes.map(\.displacement),
            reducedMasses: modes.modes.map(\.reducedMass), forceConstants: modes.modes.map(\.forceConstant),
            irIntensities: spectrum.intensities,
            composition: modes.modes.map { mode in
                field.parts(of: mode.displacement).map { .init(name: $0.name, share: $0.share, symmetric: $0.isSymmetric) }
            },
            residualFrequencies: modes.residualWavenumbers,
            verdict: modes.imaginaryCount == 0 ? .minimum : .saddlePoint,
            imaginaryModes: modes.imaginaryCount, isLinear: rigid.isLinear,
            rotationalConstants: rigid.rotationalConstantsInGHz,
            thermochemistry: thermochemistry.map(ThermochemistryRecord.init))
        if record.largestForce > Self.largestForce { record.verdict = .notStationary }
        record.polarizability = derivatives.polarizability.map { tensor in
            (0..<3).map { row in (0..<3).map { tensor[row, $0] } }
        }
        record.gridResponse = derivatives.includesGridResponse ? true : nil
        record.hessianLacks = lacking.isEmpty ? nil : lacking.sorted().map { $0 + 1 }
        return record
    }
}

extension VibrationRecord {
    /// In hartree per bohr squared.
    var hessianMatrix: Matrix { Matrix(lowerTriangle: hessian, rows: 3 * masses.count) }
}

extension ThermochemistryRecord {
    init(_ value: Thermochemistry) {
        self.init(
            temperature: value.temperature, pressure: value.pressure, symmetryNumber: value.symmetryNumber,
            zeroPointEnergy: value.zeroPointEnergy, energy: value.energy, enthalpy: value.enthalpy, entropy: value.entropy,
            gibbsEnergy: value.gibbsEnergy, gibbsEnergyQuasiRigidRotor: value.quasiRigidRotorGibbsEnergy,
            gibbsEnergyRaisedModes: value.raisedModesGibbsEnergy,
            entropies: [
                "translation": value.translation.entropy, "rotation": value.rotation.entropy,
                "vibration": value.vibration.entropy,
                "electronic": value.electronicEntropy,
            ])
    }
}
