import FileFormats
import Foundation
import GaussianBasis
import GeometryOptimization
import LinearAlgebra
import MolecularStructure
import ParallelExecution
import SelfConsistentField

/// One call of `esp optimize`: solves the state at one structure after another until the forces vanish.
///
/// Stability is examined at the first structure and at the last; between them the solution is followed.
struct GeometryRelaxation {
    let input: XYZFile
    let folder: OutputFolder
    private let lock: FolderLock
    private let files: OptimizationFiles
    private let resolved: ResolvedBasis
    private let state: ChargeState
    private let states: RelaxationSolver
    private let holds: [String]
    private let constraints: [Constraint]
    private let criteria: ConvergenceCriteria
    private let leavesSymmetry: Bool
    private let maxSteps: Int
    private let startFrom: String?
    private let progress: ProgressReport
    private let empty: OptimizationDocument

    init(command: OptimizeCommand, arguments: [String]) throws {
        input = try command.electrons.molecule(from: command.file)
        resolved = try command.model.assignment().resolve(for: input.molecule, in: command.model.library.library())
        try input.refuseGhosts("esp optimize")
        let charges = command.electrons.charge ?? [input.charge ?? 0]
        guard charges.count == 1 else {
            throw Failure(.usage, "--charge names \(charges.count) charges. Optimise one at a time, each with its own --output.")
        }
        let coreElectrons = resolved.basis.effectiveCorePotentials.reduce(0) { $0 + ($1?.coreElectrons ?? 0) }
        state = try StatePlan(
            fileCharge: input.charge, fileMultiplicity: input.multiplicity, charges: charges,
            multiplicities: command.electrons.multiplicity
        ).states(protons: input.molecule.totalAtomicNumber, coreElectrons: coreElectrons)[0]
        let pool = try command.machine.pool()
        var convergence = command.convergence
        // Errors of forces go with the square root of those of energies.
        convergence.convergence = min(convergence.convergence, command.structure.criteria.largestForce < 1e-4 ? 1e-11 : 1e-9)
        let solver = try StateSolver(
            electrons: command.electrons, model: command.model, convergence: convergence, pool: pool,
            memory: command.machine.memoryLimit)
        try solver.check(functions: resolved.basis.functionCount, states: [state])
        BLASThreads.limit(to: 1)
        holds = command.structure.constraintTexts
        constraints = try command.structure.constraints(of: input.molecule)
        criteria = command.structure.criteria
        leavesSymmetry = !command.structure.keepSymmetry
        maxSteps = command.structure.maxSteps
        startFrom = command.convergence.startFrom
        progress = ProgressReport(isQuiet: command.quiet)
        folder = try OutputFolder(path: command.output ?? OutputFolder.stem(of: command.file) + ".opt")
        lock = try FolderLock(folder)
        files = OptimizationFiles(
            folder: folder, molecule: input.molecule, basisFingerprint: resolved.fingerprint,
            setNames: Set(resolved.names).sorted().joined(separator: "/"), state: state, method: solver.methodName,
            grid: solver.gridName)
        states = RelaxationSolver(
            resolved: resolved, state: state, solver: solver,
            trajectory: "\(folder.path)/\(OptimizationFiles.trajectoryName)")
        var document = OptimizationDocument(
            provenance: .init(
                creator: "esp", version: ProgramVersion.number, instructionSet: ProgramVersion.instructionSet,
                libraries: ProgramVersion.libraries, input: command.file, arguments: arguments,
                finished: "", wallSeconds: 0, threads: pool.threads),
            symbols: input.molecule.atoms.map(\.element.symbol), charge: state.charge, multiplicity: state.multiplicity,
            method: solver.methodName,
            basis: Dictionary(uniqueKeysWithValues: resolved.setNames.map { ($0.key.symbol, $0.value) }),
            basisFingerprint: resolved.fingerprint, grid: solver.gridName.isEmpty ? nil : solver.gridName,
            criteria: criteria.name, constraints: holds)
        document.input = solver.inputRecord(search: nil, states: nil)
        document.keepsSymmetry = !leavesSymmetry
        empty = document
    }

    // MARK: The search

    /// Points found so far, and what finds the next one.
    private struct Progress {
        var document: OptimizationDocument
        var search: StationaryPointSearch
        /// Points of earlier searches, which ended where a lower solution was found.
        var earlierPoints = 0
        var state = GeometryOptimizer.Outcome.goOn
        /// Whether the last solution was examined for stability.
        var isExamined = false

        var hasParted: Bool { document.separation?.hasParted == true }
    }

    func run() throws -> OptimizationDocument {
        let start = ContinuousClock.now
        for note in input.notes { progress.note("\(empty.provenance.input): \(note)") }
        var (run, orbitals) = try begin()
        let earlierSeconds = run.document.provenance.wallSeconds
        while !run.document.converged, !run.hasParted, run.state != .stuck {
            let last: RelaxationSolver.Solution
            if run.state == .converged {
                // The criteria have changed, so that an earlier structure fulfils them.
                last = try states.solve(run.search.molecule, from: orbitals, examinesStability: false)
            } else {
                guard run.document.points.count < maxSteps else { break }
                let isFirst = run.document.points.isEmpty
                let molecule = run.search.molecule
                last = try states.solve(molecule, from: orbitals, examinesStability: isFirst || orbitals == nil)
                run.isExamined = isFirst || orbitals == nil
                try add(last, at: molecule, to: &run, since: start)
            }
            orbitals = last.wavefunction.orbitals
            if run.state == .converged, !run.hasParted {
                if !run.isExamined, let lower = try states.lowerSolution(last) {
                    // Down from there.
                    progress.note(
                        "a lower solution was found at the stationary point, \(column(lower.energy, 0, 8)) Eh; the search goes on with it"
                    )
                    orbitals = lower.wavefunction.orbitals
                    let molecule = lower.molecule
                    run.earlierPoints = run.document.points.count
                    run.search = try newSearch(molecule)
                    run.isExamined = true
                    try add(lower, at: molecule, to: &run, since: start)
                }
                run.document.converged = run.state == .converged && !run.hasParted
            }
            describe(&run)
            if run.document.converged, let push = run.document.symmetryPush { progress.note(push.result) }
            run.document.provenance.finished = ISO8601DateFormatter().string(from: Date())
            run.document.provenance.wallSeconds = earlierSeconds + start.secondsToNow
            try files.write(run.document, orbitals: orbitals, best: best(run.document))
            if !run.document.converged { try Interruption.check() }
        }
        guard run.state != .stuck else { throw unheld(run.document) }
        return run.document
    }

    private func newSearch(_ molecule: Molecule) throws -> StationaryPointSearch {
        try StationaryPointSearch(molecule, constraints: constraints, criteria: criteria, leavesSymmetry: leavesSymmetry)
    }

    private func add(
        _ solution: RelaxationSolver.Solution, at molecule: Molecule, to run: inout Progress, since start: ContinuousClock.Instant
    ) throws {
        let hadPush = run.search.push != nil
        let change = run.document.points.last.map { solution.energy - $0.energy }
        run.document.points.append(Self.point(molecule, solution))
        run.document.warnings = solution.warnings
        do {
            run.state = try run.search.add(energy: solution.energy, gradient: solution.gradient)
        } catch let error as ConstraintError {
            throw Failure(
                .notConverged,
                "the search came to a structure where \(OptimizeCommand.text(error, holds: holds)). Hold something else.")
        }
        run.document.separation = separation(run.document, atRest: run.state == .converged)
        if let measures = run.search.measures {
            progress.optimizationStep(
                number: run.document.points.count, energy: solution.energy, change: change, measures: measures,
                seconds: start.secondsToNow)
        }
        if !hadPush, run.search.push != nil {
            describe(&run)
            if let push = run.document.symmetryPush { progress.note(push.announcement) }
        }
    }

    /// Writes down what the search has come to.
    private func describe(_ run: inout Progress) {
        run.document.symmetryPush = run.search.push.map { push in
            let outcome = run.search.outcome.flatMap { number -> Double? in
                let index = run.earlierPoints + number - 1
                return run.document.points.indices.contains(index) ? run.document.points[index].energy - push.energy : nil
            }
            return SymmetryPushRecord(
                point: run.earlierPoints + push.point, length: push.length, isLinear: push.isLinear, isPlanar: push.isPlanar,
                operations: push.operations.count, outcome: push.outcome.rawValue, energyChange: outcome)
        }
        run.document.finalPoint = run.document.converged ? run.search.outcome.map { run.earlierPoints + $0 } : nil
        guard let last = run.document.outcome else { return }
        let (before, after) = (BondGraph(input.molecule), BondGraph(files.molecule(last)))
        run.document.brokenBonds = Set(before.bonds).subtracting(after.bonds).sorted().map { [$0.first + 1, $0.second + 1] }
        run.document.formedBonds = Set(after.bonds).subtracting(before.bonds).sorted().map { [$0.first + 1, $0.second + 1] }
    }

    /// The outcome; before it, of the structures that fulfil the holds the lowest one, and without such the last.
    private func best(_ document: OptimizationDocument) -> OptimizationDocument.Point {
        let points = document.points
        if document.converged, let outcome = document.outcome { return outcome }
        let start = input.molecule.atoms.map(\.position)
        let held = points.filter { constraints.areHeld(OptimizationFiles.vectors($0.geometry), start: start) }
        return held.min { $0.energy < $1.energy } ?? points[points.count - 1]
    }

    private func unheld(_ document: OptimizationDocument) -> Failure {
        Failure(
            .notConverged,
            "no step leads nearer to what is held (\(holds.joined(separator: ", "))). \(folder.path)/\(OptimizationFiles.structureName) "
                + "has the nearest structure. Change one of the holds, or begin with a structure nearer to them.")
    }

    // MARK: Parts of the document

    private static func point(_ molecule: Molecule, _ solution: RelaxationSolver.Solution) -> OptimizationDocument.Point {
        .init(
            energy: solution.energy, geometry: molecule.atoms.flatMap { [$0.position.x, $0.position.y, $0.position.z] },
            gradient: solution.gradient.flatMap { [$0.x, $0.y, $0.z] }, spinSquared: solution.spinSquared)
    }

    /// Of the last structure; nil where constraints hold the parts where they are.
    private func separation(_ document: OptimizationDocument, atRest: Bool) -> OptimizationDocument.Parting? {
        guard let last = document.points.last, let found = Separation(from: input.molecule, to: files.molecule(last)) else {
            return nil
        }
        return isHeld(apart: found.atoms) ? nil : OptimizationDocument.Parting(found, atRest: atRest)
    }

    /// Whether a held distance, or atoms frozen on both sides, keep a part where it is to the others.
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

    /// What an earlier call came to, as far as it is the same search, with the orbitals to go on from.
    private func begin() throws -> (Progress, Wavefunction.Orbitals?) {
        var run = Progress(document: empty, search: try newSearch(input.molecule))
        guard files.hasDocument else { return (run, try earlierOrbitals()) }
        let first = input.molecule.atoms.flatMap { [$0.position.x, $0.position.y, $0.position.z] }
        let old = Result { () throws(InputFileError) in try files.document() }
        let differences: [String]
        switch old {
        case .success(let old): differences = empty.differences(from: old, geometry: first)
        case .failure(let error): differences = ["\(error)"]
        }
        guard let old = try? old.get(), differences.isEmpty else {
            let name = try files.setAside()
            progress.note(
                "\(folder.path) holds another search (\(differences.joined(separator: "; "))): beginning anew. Its "
                    + "\(OptimizationFiles.documentName) is kept as \(name)")
            return (run, try earlierOrbitals())
        }
        progress.note("going on after \(old.points.count) structures")
        let isAccurate = old.input.map { known in empty.input.map(known.isConverged(asWellAs:)) ?? true } ?? true
        // Energies that were not converged as well serve for the way; the last one is computed again.
        for point in isAccurate ? old.points[...] : old.points.dropLast() {
            try Interruption.check()
            try replay(point, into: &run)
        }
        run.document.provenance.wallSeconds = old.provenance.wallSeconds
        run.document.warnings = old.warnings
        run.isExamined = isAccurate && old.converged
        run.document.separation = separation(run.document, atRest: run.state == .converged)
        run.document.converged = run.state == .converged && run.isExamined && !run.hasParted
        describe(&run)
        guard !run.document.points.isEmpty || !isAccurate else { return (run, try earlierOrbitals()) }
        return (run, files.orbitals(ofPoint: old.points.count, in: old))
    }

    private func replay(_ point: OptimizationDocument.Point, into run: inout Progress) throws {
        let structure = files.molecule(point)
        if point.geometry == run.document.points.last?.geometry {
            // Another state of the same structure: a search began there.
            run.earlierPoints = run.document.points.count
            run.search = try newSearch(structure)
        } else if zip(structure.atoms, run.search.molecule.atoms).contains(where: { distance($0.position, $1.position) > 1e-6 }) {
            try run.search.redirect(to: structure)
        }
        run.state = try run.search.add(energy: point.energy, gradient: OptimizationFiles.vectors(point.gradient))
        run.document.points.append(point)
    }

    private func earlierOrbitals() throws -> Wavefunction.Orbitals? {
        guard let startFrom else { return nil }
        let basis = AtomicOrbitalBasis(
            molecule: input.molecule, elementBases: resolved.basis.elementBases, functionType: resolved.functionType)
        return try EarlierOrbitals.read(from: startFrom, basis: basis, states: [state], note: progress.note)[0]
    }
}
