import ElectronicStructure
import FileFormats
import Foundation
import GaussianBasis
import LinearAlgebra
import MolecularDynamics
import MolecularStructure
import RunFolders

/// Born-Oppenheimer molecular dynamics of one state: every step moves the atoms by the forces of a converged self-consistent field.
///
/// The folder holds all that a later call needs to go on to the same bits, also after a kill (`DynamicsRecorder`).
public struct DynamicsRun {
    package let folder: OutputFolder
    private let lock: FolderLock
    private let input: CalculationInput
    private let settings: DynamicsInput
    private let first: Molecule
    private let empty: DynamicsDocument
    private let system: DynamicsSystem
    private let start: [SIMD3<Double>]
    private let forces: DynamicsForces
    private let replaces: Bool
    private let monitor: CalculationMonitor

    /// Seconds between saved states; the bits do not depend on it.
    private static let secondsBetweenStates = 5.0
    private static let secondsBetweenLines = 2.0
    /// A change of the conserved energy in one step, in hartree and for every atom, above which the user is told: the field has come to
    /// another solution, or the time step is too long.
    private static let largestJump = 2e-4

    /// Checks everything that can be checked before the first integral.
    ///
    /// - Parameters:
    ///   - folder: for the results; created if it does not exist. The same run in the same folder is continued.
    ///   - replaces: whether to replace another run in the folder.
    /// - Throws: `CalculationError`, `BasisSetError`, `InputFileError`, `RunFolderError`.
    public init(
        _ input: CalculationInput, _ settings: DynamicsInput, folder path: String, replaces: Bool = false,
        call: CallRecord = CallRecord(), monitor: CalculationMonitor = CalculationMonitor()
    ) throws {
        if let flaw = settings.flaw { throw CalculationError.usage("\(flaw).") }
        let file = try input.molecule.file()
        try file.refuseGhosts("esp dynamics")
        guard input.model.field == nil else {
            throw CalculationError.usage("there are no dynamics in a uniform field (--field). Leave it out.")
        }
        guard file.molecule.atoms.count > 1 else {
            throw CalculationError.usage("a single atom has no forces. Name a molecule, or several.")
        }
        let charges = input.states.charges ?? [file.charge ?? 0]
        guard charges.count == 1, (input.states.reduction ?? 0) == 0 else {
            throw CalculationError.usage(
                "--charge names \(charges.count) charges. Run the dynamics of one at a time, each with its own --output.")
        }
        self.monitor = monitor
        self.replaces = replaces
        self.settings = settings
        let molecule = file.molecule
        first = molecule
        forces = try DynamicsForces(input, history: settings.history, monitor: monitor)
        var isotopes = FrequencyInput()
        (isotopes.masses, isotopes.isotopes) = (settings.masses, settings.isotopes)
        let masses = try AtomMasses(isotopes, of: molecule)
        let electronMasses = masses.values.map { $0 * PhysicalConstants.atomicMassUnit }
        let positions = molecule.atoms.map(\.position)
        let fixed = try settings.fixedBonds.map { try Self.bond($0, in: molecule) }
        guard Set(fixed.map { Set([$0.first, $0.second]) }).count == fixed.count else {
            throw CalculationError.usage("--fix-bond names a pair of atoms twice. Leave one of them out.")
        }
        let bonds = FixedBonds(fixed)
        do throws(FixedBondError) {
            start = try bonds.satisfied(positions, masses: electronMasses)
        } catch {
            throw CalculationError.usage("--fix-bond: \(error).")
        }
        let wall = settings.wallRadius.map { radius in
            SphericalWall(
                center: molecule.center(ofCharges: electronMasses), radius: radius, forceConstant: settings.wallForceConstant)
        }
        if let wall, let farthest = start.map({ distance($0, wall.center) }).max(), farthest > wall.radius {
            throw CalculationError.usage(
                String(
                    format:
                        "--wall: an atom of the first structure is %.2f Angstrom from the centre of mass, outside. Give a larger radius.",
                    farthest * PhysicalConstants.bohrInAngstrom))
        }
        system = DynamicsSystem(
            masses: electronMasses, bonds: bonds, wall: wall, positions: start,
            exchangesMomentum: settings.thermostat == .langevin)
        guard system.degreesOfFreedom > 0 else {
            throw CalculationError.usage("--fix-bond leaves nothing that can move. Fix fewer bonds.")
        }
        let pool = try input.resources.pool()
        let (solver, resolved, state) = (forces.solver, forces.resolved, forces.state)
        var settled = input
        settled.model = input.model.settled
        (settled.states.charges, settled.states.reduction) = (charges, nil)
        settled.states.multiplicities = [state.multiplicity]
        settled.states.reference = .init(rawValue: solver.reference.rawValue)
        settled.states.search = StateInput.Search.none
        settled.resources = ResourceInput(threads: pool.threads, memory: input.resources.memoryLimit)
        (settled.analyses.cubes, settled.analyses.pictures) = ([], [])
        self.input = settled
        var document = DynamicsDocument(
            provenance: call.provenance(input: input.molecule.name, since: nil, pool: pool),
            symbols: molecule.atoms.map(\.element.symbol), masses: masses.values, charge: state.charge,
            multiplicity: state.multiplicity, method: solver.methodName,
            basis: Dictionary(uniqueKeysWithValues: resolved.setNames.map { ($0.key.symbol, $0.value) }),
            basisFingerprint: resolved.fingerprint, grid: solver.gridName.isEmpty ? nil : solver.gridName, input: settled,
            dynamics: settings, wallCenter: wall.map { [$0.center.x, $0.center.y, $0.center.z] },
            degreesOfFreedom: system.degreesOfFreedom)
        document.terms = solver.terms.isEmpty ? nil : solver.terms.map(TermRecord.init)
        document.integrals = solver.integralsTitle
        empty = document
        folder = try OutputFolder(path: path)
        lock = try FolderLock(folder)
    }

    private static func bond(_ text: String, in molecule: Molecule) throws -> FixedBonds.Bond {
        func fail(_ reason: String) -> CalculationError { .usage("--fix-bond \(text): \(reason)") }
        let parts = text.split(separator: "=", omittingEmptySubsequences: false)
        let atoms = parts[0].split(separator: "-", omittingEmptySubsequences: false).compactMap { Int($0) }
        let count = molecule.atoms.count
        guard parts.count <= 2, atoms.count == 2, atoms.allSatisfy({ (1...count).contains($0) }), atoms[0] != atoms[1] else {
            throw fail("write two different atoms of 1 to \(count), such as 1-2 or 1-2=0.96.")
        }
        let (a, b) = (atoms[0] - 1, atoms[1] - 1)
        guard parts.count == 2 else {
            return .init(a, b, length: distance(molecule.atoms[a].position, molecule.atoms[b].position))
        }
        guard let length = Double(parts[1]), length > 0.1, length < 100 else {
            throw fail("'\(parts[1])' is not a length between 0.1 and 100 Angstrom.")
        }
        return .init(a, b, length: length / PhysicalConstants.bohrInAngstrom)
    }

    // MARK: The run

    /// The motion so far.
    private struct Progress {
        var motion: VelocityVerlet
        var forces: DynamicsForces
        var last: DynamicsForces.Evaluation
        var generator: SeededGenerator
        var step: Int
        let recorder: DynamicsRecorder
        var document: DynamicsDocument

        /// That of the thermostat, which goes on where the first velocities ended.
        var currentGenerator: SeededGenerator { motion.thermostat?.generator ?? generator }
    }

    /// Takes the steps that are missing.
    ///
    /// - Returns: the content of `dynamics.json`.
    @discardableResult
    public func run() throws -> DynamicsDocument {
        let clock = ContinuousClock.now
        var run = try begin()
        let earlierSeconds = run.document.provenance.wallSeconds
        var (lastSave, lastLine) = (ContinuousClock.now, ContinuousClock.now)
        tell(run, isFirst: true)
        if run.step > settings.steps { monitor.note("the run has \(run.step) steps already; nothing is computed") }
        do {
            while run.step < settings.steps {
                try monitor.checkCancellation()
                try advance(&run)
                if lastLine.secondsToNow > Self.secondsBetweenLines || run.step == settings.steps {
                    tell(run)
                    lastLine = .now
                }
                if lastSave.secondsToNow > Self.secondsBetweenStates, run.step < settings.steps {
                    try save(&run, seconds: earlierSeconds + clock.secondsToNow)
                    lastSave = .now
                }
            }
        } catch let error as OutputFileError {
            throw error
        } catch {
            // What is done is kept.
            try save(&run, seconds: earlierSeconds + clock.secondsToNow)
            throw error
        }
        run.document.finished = true
        try save(&run, seconds: earlierSeconds + clock.secondsToNow)
        return run.document
    }

    private func advance(_ run: inout Progress) throws {
        var (forces, found) = (run.forces, run.last)
        do {
            try run.motion.advance { positions in
                guard positions.allSatisfy({ $0.x.isFinite && $0.y.isFinite && $0.z.isFinite && $0.length < 1e5 }) else {
                    throw CalculationError.notConverged(
                        "the atoms fly apart in step \(run.step + 1). Take a smaller --timestep; the steps before are kept.")
                }
                found = try forces.advance(to: positions)
                return found.forces
            }
        } catch let error as FixedBondError {
            throw CalculationError.notConverged("step \(run.step + 1): \(error).")
        }
        (run.forces, run.last) = (forces, found)
        run.step += 1
        try record(&run)
    }

    private func record(_ run: inout Progress) throws {
        let kinetic = run.motion.kineticEnergy
        let wall = run.motion.wallEnergy
        let row = DynamicsRecorder.Row(
            time: Double(run.step) * settings.timestep, potential: run.last.energy, kinetic: kinetic, wall: wall,
            conserved: run.last.energy + kinetic + wall - run.motion.heat,
            temperature: system.temperature(kineticEnergy: kinetic), fockBuilds: run.last.fockBuilds)
        let isFrame = run.step % settings.every == 0
        try run.recorder.add(row, step: run.step, frame: isFrame ? frame(run, row) : nil)
    }

    /// Extended XYZ with the units and names of ASE: eV, eV/Angstrom, e Angstrom; velocities in Angstrom per femtosecond.
    private func frame(_ run: Progress, _ row: DynamicsRecorder.Row) -> String {
        let electronvolt = PhysicalConstants.hartreeInElectronvolt
        let angstrom = PhysicalConstants.bohrInAngstrom
        let dipole = angstrom * run.last.dipole
        var text = "\(first.atoms.count)\n"
        text += String(
            format: "step=%d time_fs=%.4f energy=%.10f kinetic_energy=%.10f conserved_energy=%.10f temperature_K=%.4f ", run.step,
            row.time, row.potential * electronvolt, row.kinetic * electronvolt, row.conserved * electronvolt, row.temperature)
        text += String(format: "dipole=\"%.8f %.8f %.8f\" ", dipole.x, dipole.y, dipole.z)
        text += "charge=\(forces.state.charge) spin=\(forces.state.multiplicity) pbc=\"F F F\" "
        text += "Properties=species:S:1:pos:R:3:velocities:R:3:forces:R:3\n"
        for atom in first.atoms.indices {
            let r = angstrom * run.motion.positions[atom]
            let v = angstrom / PhysicalConstants.atomicTimeInFemtoseconds * run.motion.velocities[atom]
            let f = electronvolt / angstrom * run.motion.forces[atom]
            text += column(first.atoms[atom].element.symbol, 3)
            text += String(
                format: " %15.10f %15.10f %15.10f %15.10f %15.10f %15.10f %15.9f %15.9f %15.9f\n", r.x, r.y, r.z, v.x, v.y, v.z,
                f.x, f.y, f.z)
        }
        return text
    }

    private func tell(_ run: Progress, isFirst: Bool = false) {
        guard let row = run.recorder.rows.last else { return }
        if isFirst { monitor.note("  step     time / fs   potential / Eh   conserved / Eh   temperature / K   Fock builds") }
        monitor.note(
            column("\(run.step)", 6, right: true) + column(row.time, 14, 2) + column(row.potential, 17, 8)
                + column(row.conserved, 17, 8) + column(row.temperature, 18, 1) + column("\(row.fockBuilds)", 14, right: true))
    }

    // MARK: Files

    private func save(_ run: inout Progress, seconds: Double) throws {
        let motion = run.motion
        var lists = [
            "heat": [motion.heat], "energy": [run.last.energy],
            "dipole": [run.last.dipole.x, run.last.dipole.y, run.last.dipole.z],
            "builds": [Double(run.last.fockBuilds)],
            "positions": Self.flat(motion.positions), "velocities": Self.flat(motion.velocities),
            "forces": Self.flat(motion.forces),
        ]
        run.forces.propagation.store(in: &lists)
        try run.recorder.save(step: run.step, generator: run.currentGenerator, lists: lists)
        run.document.steps = run.step
        run.document.dynamics.steps = max(settings.steps, run.step)
        run.document.summary = run.recorder.summary(atoms: first.atoms.count)
        let (before, after) = (BondGraph(first), BondGraph(run.forces.molecule(motion.positions)))
        run.document.brokenBonds = Set(before.bonds).subtracting(after.bonds).sorted().map { [$0.first + 1, $0.second + 1] }
        run.document.formedBonds = Set(after.bonds).subtracting(before.bonds).sorted().map { [$0.first + 1, $0.second + 1] }
        run.document.notes = notes(run)
        run.document.provenance.wallSeconds = seconds
        run.document.provenance.finished = ISO8601DateFormatter().string(from: Date())
        try run.recorder.plot(title: "\(OutputFolder.stem(of: input.molecule.name)), \(empty.method)")
        try run.recorder.write(run.document)
    }

    private func notes(_ run: Progress) -> [String] {
        guard let summary = run.document.summary, summary.largestJump > Self.largestJump * Double(first.atoms.count) else {
            return []
        }
        return [
            "the conserved energy changed by \(String(format: "%.1e", summary.largestJump)) Eh in one step: the field may have come to another "
                + "solution, or the time step is too long"
        ]
    }

    private static func flat(_ vectors: [SIMD3<Double>]) -> [Double] { vectors.flatMap { [$0.x, $0.y, $0.z] } }

    private var thermostatKind: Thermostat.Kind? { Thermostat.Kind(rawValue: settings.thermostat.rawValue) }

    private func thermostat(_ generator: SeededGenerator) -> Thermostat? {
        thermostatKind.map {
            Thermostat(
                kind: $0, temperature: settings.temperature,
                time: settings.couplingTime / PhysicalConstants.atomicTimeInFemtoseconds, generator: generator)
        }
    }

    private var timestep: Double { settings.timestep / PhysicalConstants.atomicTimeInFemtoseconds }

    /// The state that an earlier call left, or the first structure.
    private func begin() throws -> Progress {
        if let earlier = try sameRun() {
            do {
                if let run = try continued(earlier) { return run }
            } catch  where replaces && (error is CheckpointError || error is RunFolderError) {
                monitor.note("\(sentence(error)) Starting over.")
            }
        }
        var forces = forces
        var generator = SeededGenerator(seed: UInt64(bitPattern: Int64(settings.seed)))
        let velocities: [SIMD3<Double>]
        do throws(FixedBondError) {
            velocities = try system.velocities(temperature: settings.temperature, positions: start, generator: &generator)
        } catch {
            throw CalculationError.usage("--fix-bond: \(error).")
        }
        let evaluation = try forces.begin(at: start, from: try earlierOrbitals())
        let motion = VelocityVerlet(
            system: system, timestep: timestep, positions: start, velocities: velocities, forces: evaluation.forces,
            thermostat: thermostat(generator))
        // Whatever was here is kept until the new run can begin. The document comes first: it says whose files the others are.
        try? FileManager.default.removeItem(at: folder.url(DynamicsRecorder.stateName))
        try folder.write(empty.json(), name: DynamicsRecorder.documentName)
        var run = Progress(
            motion: motion, forces: forces, last: evaluation, generator: generator, step: 0,
            recorder: try DynamicsRecorder(folder, after: nil), document: empty)
        try record(&run)
        try save(&run, seconds: 0)
        return run
    }

    /// The run where an earlier call left it; nil if that call ended before its first structure.
    private func continued(_ earlier: DynamicsDocument) throws -> Progress? {
        let path = folder.url(DynamicsRecorder.stateName).path
        if folder.has(DynamicsRecorder.stateName) {
            return try resumed(DynamicsState(readingFrom: path), earlier, path: path)
        }
        guard earlier.steps > 0 else { return nil }
        throw RunFolderError.damaged(
            "\(path) is missing, without which the run cannot go on. Bring it back, or start over with --force.")
    }

    /// The document of an earlier call for the same run; nil where there is none, or where another one is to be replaced.
    private func sameRun() throws -> DynamicsDocument? {
        guard folder.has(DynamicsRecorder.documentName) else {
            let isTaken = folder.has(DynamicsRecorder.trajectoryName) || folder.has(OutputFolder.resultName)
            if isTaken, !replaces {
                throw RunFolderError.occupied(path: folder.path, by: "other results")
            }
            return nil
        }
        let old = Result { () throws(InputFileError) in
            try DynamicsDocument(readingFrom: folder.url(DynamicsRecorder.documentName).path)
        }
        let differences: [String]
        switch old {
        case .success(let old): differences = empty.differences(from: old)
        case .failure(let error): differences = ["\(error)"]
        }
        if let old = try? old.get(), differences.isEmpty { return old }
        guard replaces else {
            throw RunFolderError.occupied(path: folder.path, by: "another run: \(differences.joined(separator: "; "))")
        }
        monitor.note("\(folder.path) contains another run (\(differences.joined(separator: "; "))): starting over")
        return nil
    }

    private func resumed(_ state: DynamicsState, _ earlier: DynamicsDocument, path: String) throws -> Progress {
        func vectors(_ name: String) throws -> [SIMD3<Double>] {
            guard let list = state.lists[name], list.count == 3 * first.atoms.count else {
                throw CheckpointError.damaged(path: path)
            }
            return OptimizationFiles.vectors(list)
        }
        func number(_ name: String) throws -> Double {
            guard let value = state.lists[name]?.first else { throw CheckpointError.damaged(path: path) }
            return value
        }
        var forces = forces
        guard let dipole = state.lists["dipole"], dipole.count == 3, abs(try number("builds")) < 1e9,
            let propagation = OrbitalPropagation(
                capacity: settings.history, lists: state.lists, functions: forces.resolved.basis.functionCount)
        else { throw CheckpointError.damaged(path: path) }
        forces.propagation = propagation
        let generator = SeededGenerator(seed: state.generator)
        let evaluation = DynamicsForces.Evaluation(
            energy: try number("energy"), forces: try vectors("forces"), dipole: SIMD3(dipole[0], dipole[1], dipole[2]),
            fockBuilds: Int(try number("builds")))
        let motion = VelocityVerlet(
            system: system, timestep: timestep, positions: try vectors("positions"), velocities: try vectors("velocities"),
            forces: evaluation.forces, thermostat: thermostat(generator), heat: try number("heat"))
        var document = empty
        document.provenance.wallSeconds = earlier.provenance.wallSeconds
        monitor.note("going on after step \(state.step)")
        if earlier.provenance.threads != empty.provenance.threads {
            monitor.note(
                "the earlier steps used another number of threads: the last bits may differ from those of a run in one piece")
        }
        return Progress(
            motion: motion, forces: forces, last: evaluation, generator: generator, step: state.step,
            recorder: try DynamicsRecorder(folder, after: state), document: document)
    }

    private func earlierOrbitals() throws -> Wavefunction.Orbitals? {
        guard let path = input.convergence.startFrom else { return nil }
        let resolved = forces.resolved
        let basis = AtomicOrbitalBasis(
            molecule: first, elementBases: resolved.basis.elementBases, functionType: resolved.functionType)
        return try EarlierOrbitals.read(from: path, basis: basis, states: [forces.state], note: monitor.note)[0]
    }
}
