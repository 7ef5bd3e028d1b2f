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
    private let statePlan: StatePlan
    let folder: OutputFolder
    private let lock: FolderLock
    let pool: WorkerPool
    let memory: MemorySize
    let solver: StateSolver
    private let checkpoints: StateCheckpoints
    let analysis: StateAnalysis
    let cubes: CubeOutput?
    let fragments: Fragmentation
    /// What other solutions are looked for.
    let searchScope: StateSearch.Scope?
    /// Where the time goes.
    let ledger: TimeLedger

    /// A molecule and its basis that do not come from the file and the options of the command.
    struct Prepared {
        let input: XYZFile
        let resolved: ResolvedBasis
    }

    /// Checks everything that can be checked before the first integral.
    ///
    /// - Parameter prepared: takes the place of the command's file and basis.
    init(command: ComputeCommand, isSeries: Bool, arguments: [String], prepared: Prepared? = nil) throws {
        self.command = command
        self.arguments = arguments
        input = try prepared?.input ?? command.electrons.molecule(from: command.file)
        resolved =
            try prepared?.resolved
            ?? command.model.assignment().resolve(for: input.molecule, in: command.model.library.library())
        let basis = resolved.basis
        if command.extras.gradient { try input.refuseGhosts("--gradient") }
        statePlan = StatePlan(
            fileCharge: input.charge, fileMultiplicity: input.multiplicity,
            charges: command.electrons.charge ?? (isSeries ? nil : [input.charge ?? 0]),
            multiplicities: command.electrons.multiplicity)
        states = try statePlan.states(
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
        ledger = TimeLedger(isDetailed: command.profile.profile)
        pool = try command.machine.pool()
        memory = command.machine.memoryLimit
        solver = try StateSolver(
            electrons: command.electrons, model: command.model, convergence: command.convergence, pool: pool, memory: memory)
        try solver.check(functions: basis.functionCount, states: states)
        searchScope = SearchScope.scope(
            command, isSeries: isSeries, input: input, fragments: fragments, reference: solver.reference,
            named: states.map(\.charge).filter(statePlan.isNamed))
        // Products of matrices run inside the pool's threads: OpenBLAS must not start more of its own.
        BLASThreads.limit(to: 1)
        analysis = try StateAnalysis(
            basis: basis, options: command.output.charges.options(library: command.model.library.library(), memory: memory),
            pool: pool)
        folder = try OutputFolder(path: command.output.output ?? OutputFolder.defaultName(for: command.file))
        lock = try FolderLock(folder)
        checkpoints = StateCheckpoints(
            folder: folder, molecule: input.molecule, basisFingerprint: resolved.fingerprint,
            functionCount: basis.functionCount, method: solver.methodName, grid: solver.gridName,
            conditions: solver.conditions)
        cubes = try CubeOutput(
            molecule: input.molecule, stateCount: states.count, choices: command.fields.cube, spacing: command.fields.cubeSpacing,
            folder: folder, memory: memory, pool: pool)
    }

    func run() throws -> ResultDocument {
        let start = ContinuousClock.now
        let showTables = !command.output.json
        let symbols = input.molecule.atoms.map(\.element.symbol)
        let elements = Set(input.molecule.withGhostsAsAtoms.atoms.map(\.element.symbol))
        let progress = ProgressReport(isQuiet: command.output.quiet)
        if showTables { try Console.output(TextReport.heading(self)) }
        if let named = command.machine.memory, named.bytes > Machine.freeMemory {
            progress.note("--memory allows more than the \(MemorySize(bytes: Machine.freeMemory).description) that are free")
        }
        for note in input.notes { progress.note("\(command.file): \(note)") }
        for state in states where statePlan.isNamedByFile(state.charge) {
            progress.note(
                "\(command.file): its second line gives charge \(signed(state.charge)) the multiplicity \(state.multiplicity); others are not "
                    + "tried. Leave it out of that line, or name another with --multiplicity.")
        }
        let absent = try command.model.assignment().elementSets.keys.filter { !elements.contains($0.symbol) }.map(\.symbol).sorted()
        if !absent.isEmpty {
            progress.note("--basis-for names \(absent.joined(separator: ", ")), which \(command.file) does not have")
        }

        let solved = try solveAll(since: start, progress: progress)
        try Interruption.check()
        var records = try ledger.measure("charges and moments") { try analysis.records(of: solved) }
        for index in records.indices {
            let charge = states[index].charge
            records[index].multiplicities = MultiplicityRecord(
                named: statePlan.isNamed(charge), namedByFile: statePlan.isNamedByFile(charge),
                tried: solved[index].search?.multiplicitiesTried ?? [states[index].multiplicity],
                electrons: resolved.basis.electronCount(charge: charge), orbitals: resolved.basis.functionCount)
            records[index].search = solved[index].search.map(SearchRecord.init)
        }
        var document = document(records, since: start)
        // Before anything is written: a full disk must not keep the numbers from being seen.
        if showTables {
            for record in records { try Console.output(TextReport.state(record, symbols: symbols, ghosts: input.molecule.ghosts.map(\.symbol))) }
            try Console.output(TextReport.comparison(document, notes: analysis.notes))
        }
        if let old = try? FinishedRun.document(in: folder.path), !old.isOfSameStates(as: document) { folder.removeDerived() }
        for index in resolved.classes.sets.indices {
            try folder.write(Data(Gaussian94.text(resolved.basisSet(ofClass: index)).utf8), name: OutputFolder.basisName(ofClass: index))
        }
        try folder.write(document.json(), name: OutputFolder.resultName)
        // After all other files: a call that begins again after a kill goes on with the search. Other ends leave a whole folder.
        var isSettled = false
        defer { if !isSettled { try? settleSearch(solved) } }
        try Interruption.check()
        if let cubes {
            let names = try cubes.write(solved, title: title, to: folder, progress: progress, ledger: ledger)
            for index in records.indices { records[index].files.merge(names[index]) { _, new in new } }
            document = self.document(records, since: start)
            try folder.write(document.json(), name: OutputFolder.resultName)
        }
        let pictures = PictureOutput(
            name: OutputFolder.stem(of: command.file), wavefunctions: solved.map(\.result.wavefunction), memory: memory,
            pool: pool)
        try ledger.measure("pictures") { try pictures.write(command.fields.picture, to: folder, progress: progress) }
        if states.count > 1 {
            let account = try ElectronAccount(document)
            try folder.write(Data(account.csv.utf8), name: OutputFolder.accountName)
            if showTables { try Console.output("\n" + account.text(schemes: [ChargeScheme.chelpg.rawValue])) }
        }
        if showTables { try Console.output(TextReport.files(document, folder: folder.path)) }
        if command.profile.profile {
            Console.error(TextReport.profile(ledger, total: start.secondsToNow))
            if let peak = Machine.peakResidentMemory { Console.error("  peak resident memory: \(peak.description)") }
            Console.error(TextReport.profile(RepulsionProfile.uniqueIntegrals(of: resolved.basis, pool: pool)))
        }
        isSettled = true
        try settleSearch(solved)
        return document
    }

    /// Solves the states, which step together; what they share is released afterwards.
    private func solveAll(since start: ContinuousClock.Instant, progress: ProgressReport) throws -> [SolvedState] {
        var initial: [Int: StartingOrbitals] = [:]
        for (index, state) in states.enumerated() {
            progress.announce(state, electrons: resolved.basis.electronCount(charge: state.charge))
            initial[index] = try checkpoints.start(state, guess: command.convergence.guess, note: progress.note)
        }
        let missing = states.indices.filter { initial[$0] == nil }
        if let path = command.convergence.startFrom, !missing.isEmpty {
            let orbitals = try EarlierOrbitals.read(
                from: path, basis: resolved.basis, states: missing.map { states[$0] }, note: progress.note)
            for (index, found) in zip(missing, orbitals) { initial[index] = found.map { StartingOrbitals($0) } }
        }
        let problem = try solver.problem(for: resolved.basis, states: states, ledger: ledger)
        progress.preparation(problem, seconds: start.secondsToNow)
        try Interruption.check()
        progress.beginIterations()
        var followed = initial.mapValues(\.instabilitiesFollowed)
        let results = try solver.solve(
            problem, states: states, initial: initial,
            onIteration: { index, line, orbitals in
                progress.iteration(line)
                if let orbitals {
                    followed[index] = orbitals.instabilitiesFollowed
                    try checkpoints.save(orbitals, state: states[index], iteration: line.number, energy: line.energy)
                }
                try Interruption.check()
            },
            onInstability: { try checkpoints.saveUnstable($1) },
            onFinish: { try checkpoints.save($1, instabilitiesFollowed: followed[$0] ?? 0) })
        return try chosen(results, left: initial.mapValues(\.instabilitiesFollowed), of: problem, progress: progress).map { state in
            try Interruption.check()
            var state = state
            if command.extras.gradient, state.result.isConverged {
                state.gradient = EnergyGradient(problem: problem, wavefunction: state.result.wavefunction)
            }
            return state
        }
    }

    /// The lowest solution of every charge, when others are looked for.
    ///
    /// - Parameter left: unstable solutions that earlier calls have left, by the index of the state.
    private func chosen(
        _ results: [SCFResult], left: [Int: Int], of problem: ElectronicProblem, progress: ProgressReport
    ) throws -> [SolvedState] {
        let points = problem.gridPointCount
        // One state that did not converge does not keep the others from being searched.
        guard let searchScope, results.contains(where: \.isConverged) else {
            return results.map { SolvedState(result: $0, gridPoints: points) }
        }
        var known = results
        for (index, count) in left where count > 0 {
            let unstable = checkpoints.unstable(states[index], count: count)
            let examined = try solver.examined(problem, states[index], unstable) { line in
                progress.iteration(line)
                try Interruption.check()
            }
            known[index].unstableSolutions = examined + results[index].unstableSolutions
        }
        var search = SearchCheckpoints(
            known: known, scope: searchScope, conditions: solver.searchConditions, checkpoints: checkpoints)
        if command.convergence.guess == .atoms { SearchCheckpoints.remove(from: folder) }
        let saved = search.read(note: progress.note)
        progress.note(
            saved.isEmpty ? "other solutions are looked for" : "the search for other solutions goes on where it was interrupted")
        let outcomes = try solver.search(
            problem, beside: known, scope: searchScope, resuming: saved,
            onIteration: { line in
                progress.iteration(line)
                try Interruption.check()
            }, onProgress: { try search.write($1, at: $0) })
        return zip(known, outcomes).map { first, outcome in
            SolvedState(result: outcome.chosen.result, gridPoints: points, search: outcome, first: first)
        }
    }

    /// Puts the chosen solutions in the place of the first ones, and removes what the search has kept, once the result is written: until
    /// then a call that begins again goes on with the search beside the first ones.
    private func settleSearch(_ solved: [SolvedState]) throws {
        for state in solved {
            guard let first = state.first, first.energy != state.result.energy else { continue }
            let isSameState = first.wavefunction.state == state.result.wavefunction.state
            try checkpoints.save(state.result, instabilitiesFollowed: isSameState ? first.stability?.instabilitiesFollowed ?? 0 : 0)
        }
        SearchCheckpoints.remove(from: folder)
    }

    /// First title line of cube files.
    private var title: String {
        let sets = Set(resolved.names).sorted().joined(separator: ", ")
        return "esp \(ProgramVersion.number): \(OutputFolder.stem(of: command.file)), \(solver.methodName), \(sets)"
    }

    private func document(_ records: [StateRecord], since start: ContinuousClock.Instant) -> ResultDocument {
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
                input.molecule, comment: input.comment, effectiveNuclearCharges: resolved.basis.effectiveNuclearCharges),
            model: .init(
                method: solver.methodName,
                basis: Dictionary(uniqueKeysWithValues: resolved.setNames.map { ($0.key.symbol, $0.value) }),
                functionType: resolved.functionType.rawValue, basisFunctions: resolved.basis.functionCount,
                basisFingerprint: resolved.fingerprint, grid: solver.gridName.isEmpty ? nil : solver.gridName,
                references: resolved.references + solver.references,
                potentialFits: [:]),
            states: records)
        let classes = resolved.classes
        if classes.sets.count > 1 { document.model.basisFiles = classes.places.map { OutputFolder.basisName(ofClass: $0) } }
        document.model.basisOfAtoms = resolved.namesOfAtoms
        document.model.dispersion = solver.dispersion.map(DispersionRecord.init)
        analysis.describe(in: &document.model)
        document.fragments = fragments.fragments.map(FragmentRecord.init)
        document.input = inputRecord
        return document
    }

    private var inputRecord: InputRecord {
        let search = searchScope.map { $0.includesMultiplicities ? SearchChoice.full : .lowest }
        return solver.inputRecord(search: search ?? SearchChoice.none, states: states)
    }

    /// What a result that is there already has otherwise, in words; empty where it is what this calculation would give. Charge
    /// schemes are not compared.
    func differences(from earlier: ResultDocument) -> [String] {
        document([], since: .now).inputDifferences(from: earlier)
    }
}

extension ResultDocument {
    /// Whether another result is of the same molecule, model and states, with energies within 1e-6 Eh.
    fileprivate func isOfSameStates(as other: ResultDocument) -> Bool {
        molecule.atomicNumbers == other.molecule.atomicNumbers && molecule.geometry == other.molecule.geometry
            && molecule.ghosts == other.molecule.ghosts
            && model.method == other.model.method && model.grid == other.model.grid
            && model.basisFingerprint == other.model.basisFingerprint && states.count == other.states.count
            && zip(states, other.states).allSatisfy {
                $0.charge == $1.charge && $0.multiplicity == $1.multiplicity
                    && abs(($0.energy ?? .infinity) - ($1.energy ?? .infinity)) < 1e-6
            }
    }
}

extension ContinuousClock.Instant {
    /// Seconds from this instant to the present.
    var secondsToNow: Double {
        let parts = (ContinuousClock.now - self).components
        return Double(parts.seconds) + Double(parts.attoseconds) * 1e-18
    }
}
