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
    static let documentName = "optimization.json"
    static let structureName = "optimized.xyz"
    static let trajectoryName = "trajectory.xyz"

    let input: XYZFile
    let folder: OutputFolder
    private let resolved: ResolvedBasis
    private let state: ChargeState
    private let solver: StateSolver
    private let constraints: [Constraint]
    private let criteria: ConvergenceCriteria
    private let maxSteps: Int
    private let startFrom: String?
    private let progress: ProgressReport
    private let empty: OptimizationDocument

    init(command: OptimizeCommand, arguments: [String]) throws {
        input = try XYZFile(readingFrom: command.file, units: command.electrons.units)
        resolved = try command.model.assignment().resolve(for: input.molecule, in: command.model.library.library())
        let charges = command.electrons.charge ?? [input.charge ?? 0]
        guard charges.count == 1 else {
            throw Failure(.usage, "--charge names \(charges.count) charges. Optimise one at a time, each with its own --output.")
        }
        let coreElectrons = resolved.basis.effectiveCorePotentials.reduce(0) { $0 + ($1?.coreElectrons ?? 0) }
        state = try StatePlan(
            fileCharge: input.charge, fileMultiplicity: input.multiplicity, charges: charges,
            multiplicities: command.electrons.multiplicity
        ).states(protons: input.molecule.totalAtomicNumber, coreElectrons: coreElectrons)[0]
        let pool = WorkerPool(threads: command.machine.threads ?? Machine.processors)
        var convergence = command.convergence
        // Errors of forces go with the square root of those of energies.
        convergence.convergence = min(convergence.convergence, command.structure.criteria.largestForce < 1e-4 ? 1e-11 : 1e-9)
        solver = try StateSolver(
            electrons: command.electrons, model: command.model, convergence: convergence, pool: pool,
            memory: command.machine.memory ?? Machine.defaultMemory)
        try solver.checkMemory(functions: resolved.basis.functionCount, states: [state])
        BLASThreads.limit(to: 1)
        constraints = try command.structure.constraints(atomCount: input.molecule.atoms.count)
        criteria = command.structure.criteria
        maxSteps = command.structure.maxSteps
        startFrom = command.convergence.startFrom
        progress = ProgressReport(isQuiet: command.quiet)
        folder = try OutputFolder(path: command.output ?? OutputFolder.stem(of: command.file) + ".opt")
        empty = OptimizationDocument(
            provenance: .init(
                creator: "esp", version: ProgramVersion.number, instructionSet: ProgramVersion.instructionSet,
                libraries: ProgramVersion.libraries, input: command.file, arguments: arguments,
                finished: "", wallSeconds: 0, threads: pool.threads),
            symbols: input.molecule.atoms.map(\.element.symbol), charge: state.charge, multiplicity: state.multiplicity,
            method: solver.methodName,
            basis: Dictionary(uniqueKeysWithValues: resolved.setNames.map { ($0.key.symbol, $0.value) }),
            basisFingerprint: resolved.fingerprint, grid: solver.gridName.isEmpty ? nil : solver.gridName,
            criteria: criteria.name, constraints: command.structure.constraintTexts)
    }

    func run() throws -> OptimizationDocument {
        let start = ContinuousClock.now
        var document = empty
        var optimizer = try GeometryOptimizer(input.molecule, constraints: constraints, criteria: criteria)
        document.converged = try replay(into: &optimizer, &document) == .converged
        var orbitals = try document.points.isEmpty ? earlierOrbitals() : savedOrbitals()
        var isExamined = false
        while !document.converged, document.points.count < maxSteps, document.separation?.hasParted != true {
            let molecule = optimizer.molecule
            let result = try solve(molecule, from: orbitals, examinesStability: document.points.isEmpty)
            isExamined = document.points.isEmpty
            orbitals = result.wavefunction.orbitals
            document.warnings = result.warnings
            document.points.append(Self.point(molecule, result))
            let last = document.points[document.points.count - 1]
            document.converged = try optimizer.add(energy: last.energy, gradient: Self.vectors(last.gradient)) == .converged
            report(document, optimizer, seconds: start.secondsToNow)
            if document.converged, !isExamined, let lower = try lowerSolution(molecule, result) {
                // Another solution is lower here: down from there.
                progress.note(
                    "a lower solution was found at the minimum, \(column(lower.energy, 0, 8)) Eh; the search goes on with it")
                orbitals = lower.wavefunction.orbitals
                document.warnings = lower.warnings
                document.points.append(Self.point(molecule, lower))
                optimizer = try GeometryOptimizer(molecule, constraints: constraints, criteria: criteria)
                let new = document.points[document.points.count - 1]
                document.converged = try optimizer.add(energy: new.energy, gradient: Self.vectors(new.gradient)) == .converged
            }
            document.provenance.finished = ISO8601DateFormatter().string(from: Date())
            document.provenance.wallSeconds += start.secondsToNow - document.provenance.wallSeconds
            try save(&document, orbitals: orbitals, largestForce: optimizer.measures?.largestForce)
            if !document.converged { try Interruption.check() }
        }
        return document
    }

    // MARK: One structure

    private struct Solution {
        let wavefunction: Wavefunction
        let energy: Double
        let spinSquared: Double
        let gradient: [SIMD3<Double>]
        let hasFollowedInstability: Bool
        let warnings: [WarningRecord]?
    }

    private func solve(
        _ molecule: Molecule, from orbitals: Wavefunction.Orbitals?, examinesStability: Bool
    ) throws -> Solution {
        let basis = AtomicOrbitalBasis(
            molecule: molecule, elementBases: resolved.basis.elementBases, functionType: resolved.functionType)
        let problem = try solver.problem(for: basis, states: [state], ledger: TimeLedger(isDetailed: false))
        let initial = try orbitals?.orthonormalized(overlap: problem.overlap)
        let result = try solver.solve(
            problem, states: [state], initial: initial.map { [0: StartingOrbitals($0)] } ?? [:], examinesStability: examinesStability,
            onIteration: { _, _, _ in try Interruption.check() }, onFinish: { _, _ in })[0]
        guard result.isConverged else {
            throw Failure(
                .notConverged,
                "the self-consistent field did not converge at structure \(folder.path)/\(Self.trajectoryName) leads to. "
                    + "The same command goes on from the last structure; --max-iterations, --damping or --second-order may help.")
        }
        let gradient = EnergyGradient(problem: problem, wavefunction: result.wavefunction, includesQuadratureResponse: true)
        return Solution(
            wavefunction: result.wavefunction, energy: result.energy, spinSquared: result.spinSquared,
            gradient: gradient.values, hasFollowedInstability: (result.stability?.instabilitiesFollowed ?? 0) > 0,
            warnings: try WarningRecord.all(result.wavefunction, spinSquared: result.spinSquared, overlap: problem.overlap))
    }

    /// What lies below a solution when its stability is examined; nil when it is stable.
    private func lowerSolution(_ molecule: Molecule, _ solution: Solution) throws -> Solution? {
        let examined = try solve(molecule, from: solution.wavefunction.orbitals, examinesStability: true)
        return examined.hasFollowedInstability && examined.energy < solution.energy - 1e-7 ? examined : nil
    }

    private static func point(_ molecule: Molecule, _ solution: Solution) -> OptimizationDocument.Point {
        .init(
            energy: solution.energy, geometry: molecule.atoms.flatMap { [$0.position.x, $0.position.y, $0.position.z] },
            gradient: solution.gradient.flatMap { [$0.x, $0.y, $0.z] }, spinSquared: solution.spinSquared)
    }

    private static func vectors(_ flat: [Double]) -> [SIMD3<Double>] {
        (0..<(flat.count / 3)).map { SIMD3(flat[3 * $0], flat[3 * $0 + 1], flat[3 * $0 + 2]) }
    }

    private func molecule(_ point: OptimizationDocument.Point) -> Molecule {
        Molecule(
            atoms: zip(input.molecule.atoms, Self.vectors(point.geometry)).map { Atom(element: $0.element, positionInBohr: $1) })
    }

    // MARK: Going on

    /// Adds the points of an earlier call, as far as they are those of this search.
    private func replay(
        into optimizer: inout GeometryOptimizer, _ document: inout OptimizationDocument
    ) throws -> GeometryOptimizer.Outcome {
        guard let data = try? Data(contentsOf: folder.url(Self.documentName)) else { return .goOn }
        guard let old = try? OptimizationDocument(json: data), old.isSameSearch(as: document), let first = old.points.first,
            zip(molecule(first).atoms, input.molecule.atoms).allSatisfy({ distance($0.position, $1.position) < 1e-8 })
        else {
            progress.note("\(Self.documentName) in \(folder.path) belongs to another search; starting afresh")
            return .goOn
        }
        progress.note("going on after \(old.points.count) structures")
        var outcome = GeometryOptimizer.Outcome.goOn
        for point in old.points {
            let structure = molecule(point)
            if point.geometry == document.points.last?.geometry {
                // Another state of the same structure: a search began there.
                optimizer = try GeometryOptimizer(structure, constraints: constraints, criteria: criteria)
            } else if zip(structure.atoms, optimizer.molecule.atoms).contains(where: { distance($0.position, $1.position) > 1e-6 }
            ) {
                try optimizer.redirect(to: structure)
            }
            outcome = try optimizer.add(energy: point.energy, gradient: Self.vectors(point.gradient))
            document.points.append(point)
        }
        document.provenance.wallSeconds = old.provenance.wallSeconds
        document.separation = separation(document)
        document.warnings = old.warnings
        return outcome
    }

    private func earlierOrbitals() throws -> Wavefunction.Orbitals? {
        guard let startFrom else { return nil }
        let basis = AtomicOrbitalBasis(
            molecule: input.molecule, elementBases: resolved.basis.elementBases, functionType: resolved.functionType)
        return try EarlierOrbitals.read(from: startFrom, basis: basis, states: [state], note: progress.note)[0]
    }

    private func savedOrbitals() throws -> Wavefunction.Orbitals? {
        let path = folder.url(OutputFolder.checkpointName(state)).path
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        let checkpoint = try Checkpoint(readingFrom: path)
        guard checkpoint.basisFingerprint == resolved.fingerprint, checkpoint.functionCount == resolved.basis.functionCount,
            checkpoint.state == state
        else { return nil }
        return checkpoint.orbitals
    }

    private func save(
        _ document: inout OptimizationDocument, orbitals: Wavefunction.Orbitals?, largestForce: Double?
    ) throws {
        guard let last = document.points.last else { return }
        if let orbitals {
            let checkpoint = Checkpoint(
                molecule: molecule(last), basisFingerprint: resolved.fingerprint, state: state, method: solver.methodName,
                grid: solver.gridName, iteration: 0, energy: last.energy, isConverged: true, orbitals: orbitals)
            try folder.write(checkpoint.data(), name: OutputFolder.checkpointName(state))
        }
        let best = document.converged ? last : document.points.min { $0.energy < $1.energy } ?? last
        let (before, after) = (BondGraph(input.molecule), BondGraph(molecule(best)))
        document.brokenBonds = Set(before.bonds).subtracting(after.bonds).sorted().map { [$0.first + 1, $0.second + 1] }
        document.formedBonds = Set(after.bonds).subtracting(before.bonds).sorted().map { [$0.first + 1, $0.second + 1] }
        document.separation = separation(document)
        try folder.write(Data(document.points.map { xyz($0).text }.joined().utf8), name: Self.trajectoryName)
        try folder.write(
            Data(xyz(best, note: document.converged ? "minimum" : "not converged").text.utf8), name: Self.structureName)
        try folder.write(document.json(), name: Self.documentName)
    }

    private func xyz(_ point: OptimizationDocument.Point, note: String? = nil) -> XYZFile {
        let largest = point.gradient.reduce(0) { max($0, abs($1)) }
        let sets = Set(resolved.setNames.values).sorted().joined(separator: "/")
        let comment =
            "energy=\(String(format: "%.10f", point.energy)) largest_force=\(String(format: "%.2e", largest)) "
            + "method=\(solver.methodName) basis=\"\(sets)\"" + (note.map { " \"\($0), esp \(ProgramVersion.number)\"" } ?? "")
        return XYZFile(
            molecule: molecule(point), comment: comment, charge: state.charge, multiplicity: state.multiplicity)
    }

    /// Of the last structure; nil where constraints hold the parts where they are to each other.
    private func separation(_ document: OptimizationDocument) -> OptimizationDocument.Parting? {
        guard let last = document.points.last, let found = Separation(from: input.molecule, to: molecule(last)) else { return nil }
        let isHeld = Set(constraints.flatMap(\.coordinate.atoms)).map(found.atoms.contains)
        return isHeld.contains(true) && isHeld.contains(false) ? nil : OptimizationDocument.Parting(found)
    }

    private func report(_ document: OptimizationDocument, _ optimizer: GeometryOptimizer, seconds: Double) {
        guard let measures = optimizer.measures else { return }
        let energies = document.points.map(\.energy)
        progress.optimizationStep(
            number: energies.count, energy: energies[energies.count - 1],
            change: energies.count > 1 ? energies[energies.count - 1] - energies[energies.count - 2] : nil, measures: measures,
            seconds: seconds)
    }
}
