import FileFormats
import Foundation
import GaussianBasis
import GaussianIntegrals
import LinearAlgebra
import MolecularStructure
import ParallelExecution
import ReductionSeries
import SelfConsistentField
import WavefunctionAnalysis

/// One call of `esp compute`: reads the input, solves the states and writes the results.
struct Computation {
    let command: ComputeCommand
    let arguments: [String]
    let input: XYZFile
    let resolved: ResolvedBasis
    let states: [ChargeState]
    let folder: OutputFolder
    private let lock: FolderLock
    let pool: WorkerPool
    let memory: MemorySize
    let solver: StateSolver
    let analysis: StateAnalysis
    let cubes: CubeOutput?
    let fragments: Fragmentation
    /// What other solutions are looked for.
    let searchScope: StateSearch.Scope?
    /// Where the time goes.
    let ledger: TimeLedger

    /// Checks everything that can be checked before the first integral.
    init(command: ComputeCommand, isSeries: Bool, arguments: [String]) throws {
        self.command = command
        self.arguments = arguments
        input = try XYZFile(readingFrom: command.file, units: command.electrons.units)
        resolved = try command.model.assignment().resolve(for: input.molecule, in: command.model.library.library())
        let basis = resolved.basis
        states = try StatePlan(
            fileCharge: input.charge, fileMultiplicity: input.multiplicity,
            charges: command.electrons.charge ?? (isSeries ? nil : [input.charge ?? 0]),
            multiplicities: command.electrons.multiplicity
        ).states(
            protons: input.molecule.totalAtomicNumber,
            coreElectrons: basis.effectiveCorePotentials.reduce(0) { $0 + ($1?.coreElectrons ?? 0) })
        for state in states {
            let alpha = (basis.electronCount(charge: state.charge) + state.multiplicity - 1) / 2
            guard alpha <= basis.functionCount else {
                throw Failure(
                    .badInput,
                    "charge \(signed(state.charge)) with multiplicity \(state.multiplicity) needs \(alpha) orbitals "
                        + "of one spin, but the basis "
                        + "has only \(basis.functionCount) functions. Take a larger basis set.")
            }
        }
        fragments = try command.output.fragmentation(of: input.molecule)
        searchScope = SearchScope.scope(command, isSeries: isSeries, input: input, fragments: fragments)
        ledger = TimeLedger(isDetailed: command.output.profile)
        pool = WorkerPool(threads: command.machine.threads ?? Machine.processors)
        memory = command.machine.memory ?? Machine.defaultMemory
        solver = try StateSolver(
            electrons: command.electrons, model: command.model, convergence: command.convergence, pool: pool, memory: memory)
        try solver.checkMemory(functions: basis.functionCount, states: states)
        // Products of matrices run inside the pool's threads: OpenBLAS must not start more of its own.
        BLASThreads.limit(to: 1)
        analysis = try StateAnalysis(
            basis: basis, options: command.output.charges.options(library: command.model.library.library(), memory: memory),
            pool: pool)
        folder = try OutputFolder(path: command.output.output ?? OutputFolder.defaultName(for: command.file))
        lock = try FolderLock(folder)
        cubes = try CubeOutput(
            molecule: input.molecule, stateCount: states.count, choices: command.output.cube, spacing: command.output.cubeSpacing,
            folder: folder, memory: memory, pool: pool)
    }

    func run() throws -> ResultDocument {
        let start = ContinuousClock.now
        let showTables = !command.output.json
        let symbols = input.molecule.atoms.map(\.element.symbol)
        let progress = ProgressReport(isQuiet: command.output.quiet)
        if showTables { try Console.output(TextReport.heading(self)) }
        if let named = command.machine.memory, named.bytes > Machine.freeMemory {
            progress.note("--memory allows more than the \(MemorySize(bytes: Machine.freeMemory).description) that are free")
        }
        for note in input.notes { progress.note("\(command.file): \(note)") }

        let solved = try solveAll(since: start, progress: progress)
        try folder.write(Data(Gaussian94.text(resolved.basisSet).utf8), name: OutputFolder.basisName)
        try Interruption.check()
        var records = try ledger.measure("charges and moments") { try analysis.records(of: solved) }
        var document = document(records, since: start)
        try folder.write(document.json(), name: OutputFolder.resultName)
        SearchCheckpoints.remove(from: folder)
        if showTables {
            for record in records { try Console.output(TextReport.state(record, symbols: symbols)) }
            try Console.output(TextReport.comparison(document, notes: analysis.notes))
        }
        try Interruption.check()
        if let cubes {
            let names = try cubes.write(solved, title: title, to: folder, progress: progress, ledger: ledger)
            for index in records.indices { records[index].files.merge(names[index]) { _, new in new } }
            document = self.document(records, since: start)
            try folder.write(document.json(), name: OutputFolder.resultName)
        }
        let pictures = PictureOutput(
            name: OutputFolder.stem(of: command.file), wavefunctions: solved.map(\.result.wavefunction), pool: pool)
        try ledger.measure("pictures") { try pictures.write(command.output.picture, to: folder, progress: progress) }
        if states.count > 1 {
            let account = try ElectronAccount(document)
            try folder.write(Data(account.csv.utf8), name: OutputFolder.accountName)
            if showTables { try Console.output("\n" + account.text(schemes: [ChargeScheme.chelpg.rawValue])) }
        }
        if showTables { try Console.output(TextReport.files(document, folder: folder.path)) }
        if command.output.profile {
            Console.error(TextReport.profile(ledger, total: start.secondsToNow))
            if let peak = Machine.peakResidentMemory { Console.error("  peak resident memory: \(peak.description)") }
            Console.error(TextReport.profile(RepulsionProfile.uniqueIntegrals(of: resolved.basis, pool: pool)))
        }
        return document
    }

    /// Solves the states, which step together; what they share is released afterwards.
    private func solveAll(since start: ContinuousClock.Instant, progress: ProgressReport) throws -> [SolvedState] {
        var initial: [Int: Wavefunction.Orbitals] = [:]
        for (index, state) in states.enumerated() {
            progress.announce(state, electrons: resolved.basis.electronCount(charge: state.charge))
            initial[index] = try initialOrbitals(state, progress: progress)
        }
        let problem = try solver.problem(for: resolved.basis, states: states, ledger: ledger)
        progress.preparation(problem, seconds: start.secondsToNow)
        try Interruption.check()
        progress.beginIterations()
        let results = try solver.solve(
            problem, states: states, initial: initial,
            onIteration: { index, line, orbitals in
                progress.iteration(line)
                if let orbitals {
                    try save(orbitals, state: states[index], iteration: line.number, energy: line.energy, isConverged: false)
                }
                try Interruption.check()
            },
            onFinish: { index, result in
                try save(
                    result.wavefunction.orbitals, state: states[index], iteration: result.iterations, energy: result.energy,
                    isConverged: result.isConverged)
            })
        return try chosen(results, of: problem, progress: progress).map { state in
            try Interruption.check()
            var state = state
            if command.output.gradient, state.result.isConverged {
                state.gradient = EnergyGradient(problem: problem, wavefunction: state.result.wavefunction)
            }
            return state
        }
    }

    /// The lowest solution of every charge, when others are looked for.
    private func chosen(
        _ results: [SCFResult], of problem: ElectronicProblem, progress: ProgressReport
    ) throws -> [SolvedState] {
        let points = problem.gridPointCount
        guard let searchScope, results.allSatisfy(\.isConverged) else {
            return results.map { SolvedState(result: $0, gridPoints: points) }
        }
        var search = SearchCheckpoints(
            folder: folder, known: results, scope: searchScope, conditions: solver.searchConditions,
            checkpoint: { checkpoint($0, state: $1, iteration: 0, energy: 0, isConverged: false) })
        if command.convergence.guess == .atoms { SearchCheckpoints.remove(from: folder) }
        let saved = search.read()
        progress.note(
            saved.isEmpty ? "other solutions are looked for" : "the search for other solutions goes on where it was interrupted")
        let outcomes = try solver.search(
            problem, beside: results, scope: searchScope, resuming: saved,
            onIteration: { line in
                progress.iteration(line)
                try Interruption.check()
            }, onProgress: { try search.write($1, at: $0) })
        return try zip(results, outcomes).map { known, outcome in
            let chosen = outcome.chosen.result
            if chosen.energy != known.energy {
                try save(
                    chosen.wavefunction.orbitals, state: chosen.wavefunction.state, iteration: chosen.iterations,
                    energy: chosen.energy, isConverged: true)
            }
            return SolvedState(result: chosen, gridPoints: points, search: outcome)
        }
    }

    /// First title line of cube files.
    private var title: String {
        let sets = Set(resolved.setNames.values).sorted().joined(separator: ", ")
        return "esp \(ProgramVersion.number): \(OutputFolder.stem(of: command.file)), \(solver.methodName), \(sets)"
    }

    /// Orbitals of an earlier call, when they fit and are wanted.
    private func initialOrbitals(_ state: ChargeState, progress: ProgressReport) throws -> Wavefunction.Orbitals? {
        let guess = command.convergence.guess
        guard guess == .auto || guess == .checkpoint else { return nil }
        let path = folder.url(OutputFolder.checkpointName(state)).path
        func refuse(_ reason: String) throws -> Wavefunction.Orbitals? {
            guard guess == .auto else { throw Failure(.badInput, "\(path): \(reason). Use --guess auto to start afresh.") }
            progress.note("the checkpoint is not used: \(reason)")
            return nil
        }
        guard FileManager.default.fileExists(atPath: path) else {
            return guess == .auto ? nil : try refuse("there is no checkpoint")
        }
        let checkpoint: Checkpoint
        do {
            checkpoint = try Checkpoint(readingFrom: path)
        } catch {
            return try refuse("\(error)")
        }
        if let obstacle = checkpoint.obstacle(
            molecule: input.molecule, basisFingerprint: resolved.fingerprint, state: state)
        {
            return try refuse(obstacle)
        }
        guard checkpoint.functionCount == resolved.basis.functionCount else { return try refuse("its size differs") }
        let kind = checkpoint.isConverged ? "converged" : "not converged, \(checkpoint.iteration) iterations"
        let change =
            checkpoint.method == solver.methodName && checkpoint.grid == solver.gridName ? "" : "; method or grid has changed"
        progress.note("going on from the checkpoint of \(checkpoint.method) (\(kind)\(change))")
        return checkpoint.orbitals
    }

    private func save(
        _ orbitals: Wavefunction.Orbitals, state: ChargeState, iteration: Int, energy: Double, isConverged: Bool
    ) throws {
        let checkpoint = checkpoint(orbitals, state: state, iteration: iteration, energy: energy, isConverged: isConverged)
        try folder.write(checkpoint.data(), name: OutputFolder.checkpointName(state))
    }

    private func checkpoint(
        _ orbitals: Wavefunction.Orbitals, state: ChargeState, iteration: Int, energy: Double, isConverged: Bool
    ) -> Checkpoint {
        Checkpoint(
            molecule: input.molecule, basisFingerprint: resolved.fingerprint, state: state, method: solver.methodName,
            grid: solver.gridName, iteration: iteration, energy: energy, isConverged: isConverged, orbitals: orbitals)
    }

    private func document(_ records: [StateRecord], since start: ContinuousClock.Instant) -> ResultDocument {
        let atoms = input.molecule.atoms
        var records = records
        for index in records.indices {
            let state = ChargeState(charge: records[index].charge, multiplicity: records[index].multiplicity)
            records[index].files["checkpoint"] = OutputFolder.checkpointName(state)
        }
        var document = ResultDocument(
            provenance: .init(
                creator: "esp", version: ProgramVersion.number, instructionSet: ProgramVersion.instructionSet,
                libraries: ProgramVersion.libraries, input: command.file, arguments: arguments,
                finished: ISO8601DateFormatter().string(from: Date()), wallSeconds: start.secondsToNow,
                threads: pool.threads),
            molecule: .init(
                comment: input.comment, symbols: atoms.map(\.element.symbol), atomicNumbers: atoms.map(\.element.atomicNumber),
                effectiveNuclearCharges: resolved.basis.effectiveNuclearCharges,
                geometry: atoms.flatMap { [$0.position.x, $0.position.y, $0.position.z] }),
            model: .init(
                method: solver.methodName,
                basis: Dictionary(uniqueKeysWithValues: resolved.setNames.map { ($0.key.symbol, $0.value) }),
                functionType: resolved.functionType.rawValue, basisFunctions: resolved.basis.functionCount,
                basisFingerprint: resolved.fingerprint, grid: solver.gridName.isEmpty ? nil : solver.gridName,
                references: resolved.references + solver.references,
                potentialFits: [:]),
            states: records)
        document.model.dispersion = solver.dispersion.map(DispersionRecord.init)
        analysis.describe(in: &document.model)
        document.fragments = fragments.fragments.map(FragmentRecord.init)
        return document
    }
}

extension ContinuousClock.Instant {
    /// Seconds from this instant to the present.
    var secondsToNow: Double {
        let parts = (ContinuousClock.now - self).components
        return Double(parts.seconds) + Double(parts.attoseconds) * 1e-18
    }
}
