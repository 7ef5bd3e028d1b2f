import BasisSets
import FileFormats
import Foundation
import GaussianBasis
import GeometryOptimization
import LinearAlgebra
import MolecularStructure
import ParallelExecution
import RunFolders

/// A search for a stationary point of one state: solves it at one structure after another until the forces vanish.
///
/// Stability is examined at the first structure and at the last; between them the solution is followed.
public struct GeometryRelaxation {
    package let file: XYZFile
    package let folder: OutputFolder
    private let lock: FolderLock
    private let files: OptimizationFiles
    private let resolved: ResolvedBasis
    private let state: ChargeState
    private let surface: PotentialEnergySurface
    private let holds: [String]
    private let constraints: [Constraint]
    private let criteria: ConvergenceCriteria
    private let leavesSymmetry: Bool
    private let maxSteps: Int
    private let startFrom: String?
    /// Of a run that was named; nil: a model, or those that are computed at the first structure.
    private let knownCurvature: StartingCurvature?
    /// What the second derivatives at the first structure are computed from; nil where none are.
    private let startInput: CalculationInput?
    private let seeksSaddle: Bool
    private let saddleMode: Int?
    private let leavesRun: Bool
    private let replaces: Bool
    private let call: CallRecord
    private let monitor: CalculationMonitor
    private let empty: OptimizationDocument

    /// Checks everything that can be checked before the first integral.
    ///
    /// - Parameters:
    ///   - folder: for the results; created if it does not exist. The same search in the same folder is continued.
    ///   - replaces: whether to replace another search in the folder; its `optimization.json` is kept under another name.
    ///   - leavesRun: whether to analyse the stationary point, so that the folder becomes that of a finished run.
    /// - Throws: `CalculationError`, `BasisSetError`, `InputFileError`, `RunFolderError`.
    public init(
        _ input: CalculationInput, folder path: String, leavesRun: Bool = true, replaces: Bool = false,
        call: CallRecord = CallRecord(), monitor: CalculationMonitor = CalculationMonitor()
    ) throws {
        self.leavesRun = leavesRun
        self.replaces = replaces
        self.call = call
        let file = try input.molecule.file()
        self.file = file
        self.monitor = monitor
        try file.refuseGhosts("esp optimize")
        guard input.model.field == nil else {
            throw CalculationError.usage(
                "structures are not optimised in a uniform field (--field), in which a molecule turns. Leave it out.")
        }
        resolved = try input.model.resolved(for: file.molecule)
        guard (input.states.reduction ?? 0) == 0 else {
            throw CalculationError.usage("structures are optimised one state at a time: leave out the electrons to add (reduce).")
        }
        let charges = input.states.charges ?? [file.charge ?? 0]
        guard charges.count == 1 else {
            throw CalculationError.usage(
                "--charge names \(charges.count) charges. Optimise one at a time, each with its own --output.")
        }
        state = try StatePlan(input.states, of: file, charges: charges).states(
            protons: file.molecule.totalAtomicNumber, coreElectrons: resolved.coreElectrons)[0]
        let pool = try input.resources.pool()
        let wanted = input.optimization
        guard let criteria = ConvergenceCriteria.all.first(where: { $0.name == wanted.criteria.lowercased() }) else {
            throw CalculationError.usage(
                "there are no criteria '\(wanted.criteria)', only \(ConvergenceCriteria.all.map(\.name).joined(separator: ", "))."
            )
        }
        guard (1...100_000).contains(wanted.maximumSteps) else { throw CalculationError.usage("--max-steps must be at least 1") }
        self.criteria = criteria
        // Errors of forces are proportional to the square root of those of energies.
        var convergence = input.convergence
        convergence.energyTolerance = min(convergence.energyTolerance, criteria.largestForce < 1e-4 ? 1e-11 : 1e-9)
        let memory = input.resources.memoryLimit
        let solver = try StateSolver(
            states: input.states, model: input.model, convergence: convergence, pool: pool, memory: memory)
        try solver.check(functions: resolved.basis.functionCount, states: [state])
        try solver.checkGradients()
        BLASThreads.limit(to: 1)
        holds = wanted.constraintTexts
        constraints = try wanted.constraints(of: file.molecule)
        leavesSymmetry = !wanted.keepsSymmetry && !wanted.seeksSaddle
        (seeksSaddle, saddleMode) = (wanted.seeksSaddle, wanted.saddleMode)
        maxSteps = wanted.maximumSteps
        startFrom = convergence.startFrom
        if let mode = saddleMode {
            let most = OptimizationInput.mostModes(atoms: file.molecule.atoms.count)
            guard seeksSaddle else { throw CalculationError.usage("a mode is named, but no saddle point is wanted.") }
            guard mode != 0, mode.magnitude <= most else {
                throw CalculationError.usage("there is no mode \(mode): \(file.molecule.atoms.count) atoms have at most \(most).")
            }
        }
        if let run = wanted.hessianFrom, !wanted.computesHessian {
            knownCurvature = try StartingCurvature(from: run, charge: state.charge, of: file.molecule, saddleMode: saddleMode)
        } else {
            knownCurvature = nil
        }
        folder = try OutputFolder(path: path)
        lock = try FolderLock(folder)
        files = OptimizationFiles(
            folder: folder, molecule: file.molecule, basisFingerprint: resolved.fingerprint,
            setNames: Set(resolved.names).sorted().joined(separator: "/"), state: state, method: solver.methodName,
            grid: solver.gridName)
        surface = PotentialEnergySurface(
            resolved: resolved, state: state, solver: solver,
            advice:
                "It follows the last one in \(folder.path)/\(OptimizationFiles.trajectoryName). Run the same command "
                + "to restart from there; --max-iterations, --damping or --second-order may help.",
            monitor: monitor)
        var document = OptimizationDocument(
            provenance: call.provenance(input: input.molecule.name, since: nil, pool: pool),
            symbols: file.molecule.atoms.map(\.element.symbol), charge: state.charge, multiplicity: state.multiplicity,
            method: solver.methodName,
            basis: Dictionary(uniqueKeysWithValues: resolved.setNames.map { ($0.key.symbol, $0.value) }),
            basisFingerprint: resolved.fingerprint, grid: solver.gridName.isEmpty ? nil : solver.gridName,
            criteria: criteria.name, constraints: holds)
        var settled = input
        (settled.task, settled.frequencies) = (.optimization, FrequencyInput())
        settled.convergence = convergence
        settled.model = input.model.settled
        settled.states.charges = charges
        settled.states.reduction = nil
        settled.resources = ResourceInput(threads: pool.threads, memory: memory)
        settled.states.reference = .init(rawValue: solver.reference.rawValue)
        settled.states.search = StateInput.Search.none
        // Intermediate structures get neither cubes nor pictures; for the final one a user asks for them.
        (settled.analyses.cubes, settled.analyses.pictures) = ([], [])
        document.terms = solver.terms.isEmpty ? nil : solver.terms.map(TermRecord.init)
        document.integrals = solver.integralsTitle
        document.input = .whole(settled)
        document.keepsSymmetry = !leavesSymmetry
        startInput = wanted.computesHessian ? Self.startInput(settled, state) : nil
        empty = document
    }

    // MARK: The search

    /// Points found so far, and the optimiser that finds the next one.
    private struct Progress {
        var document: OptimizationDocument
        let curvature: StartingCurvature?
        var search: StationaryPointSearch
        /// Points of earlier searches, which ended when a lower solution was found.
        var earlierPoints = 0
        var state = GeometryOptimizer.Outcome.goOn
        /// Whether the last solution was examined for stability.
        var isExamined = false

        var hasDissociated: Bool { document.dissociation?.hasDissociated == true }
    }

    /// Searches until the forces vanish or the maximum number of steps is reached.
    ///
    /// - Returns: the content of `optimization.json`; `converged` tells how the search ended.
    @discardableResult
    public func run() throws -> OptimizationDocument {
        let start = ContinuousClock.now
        var (run, orbitals) = try begin()
        let earlierSeconds = run.document.provenance.wallSeconds
        while !run.document.converged, !run.hasDissociated, run.state != .stuck {
            let last: PotentialEnergySurface.Point
            if run.state == .converged {
                // The criteria have changed, so that an earlier structure satisfies them.
                last = try surface.solve(run.search.molecule, from: orbitals, examinesStability: false)
            } else {
                guard run.document.points.count < maxSteps else { break }
                let isFirst = run.document.points.isEmpty
                let molecule = run.search.molecule
                last = try surface.solve(molecule, from: orbitals, examinesStability: isFirst || orbitals == nil)
                run.isExamined = isFirst || orbitals == nil
                try add(last, at: molecule, to: &run, since: start)
            }
            orbitals = last.wavefunction.orbitals
            var final = last
            if run.state == .converged, !run.hasDissociated {
                if !run.isExamined, surface.solver.examinesStability {
                    monitor.note("testing the stability of the solution at the stationary point")
                }
                if !run.isExamined, let lower = try surface.lowerSolution(last) {
                    // Downhill from there.
                    monitor.note(
                        "found a lower SCF solution at the stationary point, \(column(lower.energy, 0, 8)) Eh; continuing the optimisation with it"
                    )
                    orbitals = lower.wavefunction.orbitals
                    let molecule = lower.molecule
                    run.earlierPoints = run.document.points.count
                    run.search = try newSearch(molecule, run.curvature)
                    run.isExamined = true
                    try add(lower, at: molecule, to: &run, since: start)
                    final = lower
                }
                run.document.converged = run.state == .converged && !run.hasDissociated
            }
            if run.document.converged || run.hasDissociated || run.document.points.count >= maxSteps {
                run.document.warnings = try surface.warnings(of: final)
            }
            describe(&run)
            if run.document.converged, let push = run.document.symmetryBreaking { monitor.note(push.result) }
            run.document.provenance.finished = ISO8601DateFormatter().string(from: Date())
            run.document.provenance.wallSeconds = earlierSeconds + start.secondsToNow
            try files.write(run.document, orbitals: orbitals, best: best(run.document))
            if !run.document.converged { try monitor.checkCancellation() }
        }
        guard run.state != .stuck else { throw unheld(run.document) }
        if run.document.converged, leavesRun { try analyze(run.document, orbitals: orbitals) }
        return run.document
    }

    /// Turns the folder into that of a finished run at the stationary point: `result.json`, basis and checkpoint, in addition to the
    /// search.
    ///
    /// - Parameter orbitals: of the last structure.
    private func analyze(_ document: OptimizationDocument, orbitals: Wavefunction.Orbitals?) throws {
        guard let outcome = document.outcome, var single = document.input?.whole else { return }
        (single.task, single.frequencies) = (.energy, FrequencyInput())
        single.molecule.geometry = outcome.geometry
        (single.molecule.charge, single.molecule.multiplicity) = (state.charge, state.multiplicity)
        single.states.multiplicities = [state.multiplicity]
        single.states.stability = .none
        single.convergence.startFrom = nil
        let calculation = try Calculation(
            single, folder: folder.path, replaces: true, call: call, monitor: monitor.withNotesOnly)
        // The state may have been computed there together with others, or with a search.
        if let old = try? FinishedRun.document(in: folder.path), calculation.isOfSameModel(as: old),
            old.states.contains(where: { $0.charge == state.charge && $0.multiplicity == state.multiplicity && $0.converged })
        {
            return
        }
        monitor.note("analysing the stationary point")
        if let orbitals, document.points.last?.geometry == outcome.geometry {
            let checkpoint = Checkpoint(
                molecule: files.molecule(outcome), basisFingerprint: resolved.fingerprint, state: state, method: files.method,
                grid: files.grid, iteration: 0, energy: outcome.energy, isConverged: false, orbitals: orbitals)
            try folder.write(checkpoint.data(), name: OutputFolder.checkpointName(state))
        }
        try calculation.run()
    }

    private func newSearch(_ molecule: Molecule, _ curvature: StartingCurvature?) throws -> StationaryPointSearch {
        try StationaryPointSearch(
            molecule, constraints: constraints, criteria: criteria, leavesSymmetry: leavesSymmetry, hessian: curvature?.hessian,
            uphill: !seeksSaddle ? nil : curvature?.uphill ?? .lowest)
    }

    /// The state at the first structure, for its second derivatives.
    private static func startInput(_ settled: CalculationInput, _ state: ChargeState) -> CalculationInput {
        var input = settled
        (input.task, input.optimization, input.analyses.charges) = (.frequencies, OptimizationInput(), ChargeInput())
        input.states.multiplicities = [state.multiplicity]
        return input
    }

    private var startPath: String { folder.path + "/" + OutputFolder.startName(state) }

    /// Second derivatives at the first structure, which a later call finds in a folder of their own.
    private func computedCurvature(_ input: CalculationInput) throws -> StartingCurvature {
        monitor.note("second derivatives at the first structure, in \(startPath)")
        try FrequencyCalculation.run(input, folder: startPath, replaces: true, call: call, monitor: monitor.withNotesOnly)
        return try StartingCurvature(from: startPath, charge: state.charge, of: file.molecule, saddleMode: saddleMode)
    }

    private func add(
        _ solution: PotentialEnergySurface.Point, at molecule: Molecule, to run: inout Progress,
        since start: ContinuousClock.Instant
    ) throws {
        let hadPush = run.search.push != nil
        let change = run.document.points.last.map { solution.energy - $0.energy }
        run.document.points.append(Self.point(molecule, solution))
        do {
            run.state = try run.search.add(energy: solution.energy, gradient: solution.gradient)
        } catch let error as ConstraintError {
            throw CalculationError.notConverged(
                "the search came to a structure where \(error.text(holds: holds)). Hold something else.")
        }
        run.document.dissociation = dissociation(run.document, atRest: run.state == .converged)
        if let measures = run.search.measures {
            try monitor.report(
                .structure(
                    StructureStep(
                        number: run.document.points.count, energy: solution.energy, change: change, measures: measures,
                        seconds: start.secondsToNow)))
        }
        if !hadPush, run.search.push != nil {
            describe(&run)
            if let push = run.document.symmetryBreaking { monitor.note(push.announcement) }
        }
    }

    /// Records the state of the search.
    private func describe(_ run: inout Progress) {
        run.document.symmetryBreaking = run.search.push.map { push in
            let outcome = run.search.outcome.flatMap { number -> Double? in
                let index = run.earlierPoints + number - 1
                return run.document.points.indices.contains(index) ? run.document.points[index].energy - push.energy : nil
            }
            return SymmetryBreakingRecord(
                point: run.earlierPoints + push.point, length: push.length, isLinear: push.isLinear, isPlanar: push.isPlanar,
                operations: push.operations.count, outcome: push.outcome.rawValue, energyChange: outcome)
        }
        run.document.finalPoint = run.document.converged ? run.search.outcome.map { run.earlierPoints + $0 } : nil
        guard let last = run.document.outcome else { return }
        let (before, after) = (BondGraph(file.molecule), BondGraph(files.molecule(last)))
        run.document.brokenBonds = Set(before.bonds).subtracting(after.bonds).sorted().map { [$0.first + 1, $0.second + 1] }
        run.document.formedBonds = Set(after.bonds).subtracting(before.bonds).sorted().map { [$0.first + 1, $0.second + 1] }
    }

    /// The outcome; before convergence, the lowest structure that satisfies the constraints, or the last one if none does.
    private func best(_ document: OptimizationDocument) -> OptimizationDocument.Point {
        let points = document.points
        if document.converged || seeksSaddle, let outcome = document.outcome { return outcome }
        let start = file.molecule.atoms.map(\.position)
        let held = points.filter { constraints.areHeld(OptimizationFiles.vectors($0.geometry), start: start) }
        return held.min { $0.energy < $1.energy } ?? points[points.count - 1]
    }

    private func unheld(_ document: OptimizationDocument) -> CalculationError {
        CalculationError.notConverged(
            "the constraints cannot be satisfied from here (\(holds.joined(separator: ", "))). \(folder.path)/\(OptimizationFiles.structureName) "
                + "contains the closest structure. Change a constraint, or start from a structure that is closer to them.")
    }

    // MARK: Parts of the document

    private static func point(_ molecule: Molecule, _ solution: PotentialEnergySurface.Point) -> OptimizationDocument.Point {
        .init(
            energy: solution.energy, geometry: molecule.atoms.flatMap { [$0.position.x, $0.position.y, $0.position.z] },
            gradient: solution.gradient.flatMap { [$0.x, $0.y, $0.z] }, spinSquared: solution.spinSquared)
    }

    /// Of the last structure; nil if constraints keep the fragments in place.
    private func dissociation(_ document: OptimizationDocument, atRest: Bool) -> OptimizationDocument.DissociationRecord? {
        guard let last = document.points.last, let found = Dissociation(from: file.molecule, to: files.molecule(last)) else {
            return nil
        }
        return isHeld(apart: found.atoms) ? nil : OptimizationDocument.DissociationRecord(found, atRest: atRest)
    }

    /// Whether a held distance, or frozen atoms on both sides, keep a fragment in place relative to the others.
    private func isHeld(apart part: [Int]) -> Bool {
        var frozen: [Bool] = []
        for constraint in constraints {
            switch constraint.coordinate {
            case .distance(let a, let b): if part.contains(a) != part.contains(b) { return true }
            case .position(let atom, _): frozen.append(part.contains(atom))
            default: break
            }
        }
        return frozen.contains(true) && frozen.contains(false)
    }

    // MARK: Going on

    /// The state of an earlier call, if it was the same search, with the orbitals to restart from.
    private func begin() throws -> (Progress, Wavefunction.Orbitals?) {
        let old = try sameSearch()
        let curvature = try knownCurvature ?? startInput.map(computedCurvature)
        var run = Progress(document: empty, curvature: curvature, search: try newSearch(file.molecule, curvature))
        guard let old else { return (run, try earlierOrbitals()) }
        monitor.note("restarting after \(old.points.count) structures")
        let isAccurate =
            old.input.map { known in empty.input.map { known.record.isConverged(asWellAs: $0.record) } ?? true } ?? true
        // Energies with looser convergence are good enough for intermediate structures; the last one is computed again.
        for point in isAccurate ? old.points[...] : old.points.dropLast() {
            try monitor.checkCancellation()
            try replay(point, into: &run)
        }
        run.document.provenance.wallSeconds = old.provenance.wallSeconds
        run.document.warnings = old.warnings
        run.isExamined = isAccurate && old.converged
        run.document.dissociation = dissociation(run.document, atRest: run.state == .converged)
        run.document.converged = run.state == .converged && run.isExamined && !run.hasDissociated
        describe(&run)
        guard !run.document.points.isEmpty || !isAccurate else { return (run, try earlierOrbitals()) }
        return (run, files.orbitals(ofPoint: old.points.count, in: old))
    }

    /// The document of an earlier call for the same search; nil where there is none, or where another one was set aside.
    ///
    /// - Throws: `RunFolderError.occupied` for another search that is not to be replaced.
    private func sameSearch() throws -> OptimizationDocument? {
        guard files.hasDocument else {
            if !replaces, leavesRun, let found = try EarlierResult(in: folder.path, replaces: false), found.isWorthKeeping {
                throw found.refusal(folder.path, conflicts: ["no search for a structure"])
            }
            return nil
        }
        let first = file.molecule.atoms.flatMap { [$0.position.x, $0.position.y, $0.position.z] }
        let old = Result { () throws(InputFileError) in try files.document() }
        let differences: [String]
        switch old {
        case .success(let old): differences = empty.differences(from: old, geometry: first)
        case .failure(let error): differences = ["\(error)"]
        }
        guard let old = try? old.get(), differences.isEmpty else {
            guard replaces else {
                throw RunFolderError.occupied(
                    path: folder.path, by: "another optimisation: \(differences.joined(separator: "; "))")
            }
            let name = try files.setAside()
            folder.removeDerived()
            monitor.note(
                "\(folder.path) contains a different optimisation (\(differences.joined(separator: "; "))): starting over. Its "
                    + "\(OptimizationFiles.documentName) is kept as \(name)")
            return nil
        }
        return old
    }

    private func replay(_ point: OptimizationDocument.Point, into run: inout Progress) throws {
        let structure = files.molecule(point)
        if point.geometry == run.document.points.last?.geometry {
            // Another state of the same structure: a new search starts there.
            run.earlierPoints = run.document.points.count
            run.search = try newSearch(structure, run.curvature)
        } else if zip(structure.atoms, run.search.molecule.atoms).contains(where: { distance($0.position, $1.position) > 1e-6 }) {
            try run.search.redirect(to: structure)
        }
        run.state = try run.search.add(energy: point.energy, gradient: OptimizationFiles.vectors(point.gradient))
        run.document.points.append(point)
    }

    private func earlierOrbitals() throws -> Wavefunction.Orbitals? {
        guard let startFrom = startFrom ?? startInput.map({ _ in startPath }) else { return nil }
        let basis = AtomicOrbitalBasis(
            molecule: file.molecule, elementBases: resolved.basis.elementBases, functionType: resolved.functionType)
        return try EarlierOrbitals.read(from: startFrom, basis: basis, states: [state], note: monitor.note)[0]
    }
}
