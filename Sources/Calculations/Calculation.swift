import FileFormats
import RunFolders
import Foundation
import GaussianBasis
import GaussianIntegrals
import LinearAlgebra
import MolecularStructure
import MachineLimits
import ParallelExecution
import ReductionSeries
import SelfConsistentField
import WavefunctionAnalysis

/// The states of one molecule: reads the basis, solves the states, analyses them and writes the results into a folder.
public struct Calculation {
    private let input: CalculationInput
    private let file: XYZFile
    private let resolved: ResolvedBasis
    private let states: [ChargeState]
    private let statePlan: StatePlan
    private let folder: OutputFolder
    private let lock: FolderLock
    private let pool: WorkerPool
    private let memory: MemorySize
    private let solver: StateSolver
    private let checkpoints: StateCheckpoints
    private let analysis: StateAnalysis
    private let cubes: CubeOutput?
    private let fragments: Fragmentation
    /// What other solutions are looked for.
    private let searchScope: StateSearch.Scope?
    /// Where the time goes.
    private let ledger: TimeLedger
    private let call: CallRecord
    private let monitor: CalculationMonitor

    /// Checks everything that can be checked before the first integral.
    ///
    /// - Parameters:
    ///   - folder: takes the results; made when it is not there. A calculation of the same input in the same folder goes on from the
    ///     checkpoints that it finds.
    ///   - basis: takes the place of the basis sets that the input names.
    ///   - isProfiled: whether `CalculationEvent.profiled` is wanted.
    /// - Throws: `CalculationError`, `BasisSetError`, `InputFileError`, `RunFolderError`.
    public init(
        _ input: CalculationInput, folder path: String, basis prepared: ResolvedBasis? = nil, call: CallRecord = CallRecord(),
        isProfiled: Bool = false, monitor: CalculationMonitor = CalculationMonitor()
    ) throws {
        self.input = input
        self.call = call
        self.monitor = monitor
        file = try input.molecule.file()
        resolved = try prepared ?? input.model.resolved(for: file.molecule)
        let basis = resolved.basis
        if input.analyses.gradient { try file.refuseGhosts("--gradient") }
        statePlan = StatePlan(
            input.states, of: file, charges: input.states.charges ?? (input.states.addsElectrons ? nil : [file.charge ?? 0]))
        states = try statePlan.states(
            protons: file.molecule.totalAtomicNumber,
            coreElectrons: resolved.coreElectrons)
        for state in states {
            let alpha = (basis.electronCount(charge: state.charge) + state.multiplicity - 1) / 2
            guard alpha <= basis.functionCount else {
                throw CalculationError.badInput(
                    "charge \(signed(state.charge)) with multiplicity \(state.multiplicity) needs \(alpha) orbitals "
                        + "of one spin, but the basis has only \(basis.functionCount) functions. Take a larger basis set.")
            }
        }
        fragments = try input.analyses.fragmentation(of: file.molecule)
        ledger = TimeLedger(isDetailed: isProfiled)
        pool = try input.resources.pool()
        memory = input.resources.memoryLimit
        solver = try StateSolver(
            states: input.states, model: input.model, convergence: input.convergence, pool: pool, memory: memory)
        try solver.check(functions: basis.functionCount, states: states)
        searchScope = SearchScope.scope(
            input.states, of: file, fragments: fragments, reference: solver.reference,
            named: states.map(\.charge).filter(statePlan.isNamed))
        // Products of matrices run inside the pool's threads: OpenBLAS must not start more of its own.
        BLASThreads.limit(to: 1)
        analysis = try StateAnalysis(
            basis: basis,
            options: .init(
                input.analyses.charges, library: .inUse(option: input.model.basisFolder), memory: memory), pool: pool)
        folder = try OutputFolder(path: path)
        lock = try FolderLock(folder)
        checkpoints = StateCheckpoints(
            folder: folder, molecule: file.molecule, basisFingerprint: resolved.fingerprint,
            functionCount: basis.functionCount, method: solver.methodName, grid: solver.gridName,
            conditions: solver.conditions)
        cubes = try CubeOutput(
            molecule: file.molecule, stateCount: states.count, choices: input.analyses.cubes, spacing: input.analyses.cubeSpacing,
            folder: folder, memory: memory, pool: pool)
    }

    /// Solves the states and writes everything that was asked for.
    ///
    /// - Returns: the content of `result.json`; states that did not converge are marked there.
    @discardableResult
    public func run() throws -> ResultDocument {
        let start = ContinuousClock.now
        try monitor.report(.began(summary))
        if let named = input.resources.memory, named > Machine.freeMemory {
            monitor.note("--memory allows more than the \(MemorySize(bytes: Machine.freeMemory).description) that are free")
        }
        for state in states where statePlan.isNamedByFile(state.charge) {
            monitor.note(
                "\(input.molecule.name): its second line gives charge \(signed(state.charge)) the multiplicity \(state.multiplicity); others are "
                    + "not tried. Leave it out of that line, or name another with --multiplicity.")
        }
        let symbols = Set(file.molecule.withGhostsAsAtoms.atoms.map(\.element.symbol))
        let absent = try input.model.assignment().elementSets.keys.map(\.symbol).filter { !symbols.contains($0) }.sorted()
        if !absent.isEmpty {
            monitor.note("--basis-for names \(absent.joined(separator: ", ")), which \(input.molecule.name) does not have")
        }

        let solved = try solveAll(since: start)
        try monitor.checkCancellation()
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
        try monitor.report(.analyzed(document, notes: analysis.notes))
        if let old = try? FinishedRun.document(in: folder.path), !old.isOfSameStates(as: document) { folder.removeDerived() }
        for index in resolved.classes.sets.indices {
            try folder.write(
                Data(Gaussian94.text(resolved.basisSet(ofClass: index)).utf8), name: OutputFolder.basisName(ofClass: index))
        }
        try folder.write(document.json(), name: OutputFolder.resultName)
        // After all other files: a call that begins again after a kill goes on with the search. Other ends leave a whole folder.
        var isSettled = false
        defer { if !isSettled { try? settleSearch(solved) } }
        try monitor.checkCancellation()
        if let cubes {
            let names = try cubes.write(solved, title: title, to: folder, monitor: monitor, ledger: ledger)
            for index in records.indices { records[index].files.merge(names[index]) { _, new in new } }
            document = self.document(records, since: start)
            try folder.write(document.json(), name: OutputFolder.resultName)
        }
        let pictures = PictureOutput(
            name: OutputFolder.stem(of: input.molecule.name), wavefunctions: solved.map(\.result.wavefunction), memory: memory,
            pool: pool, checkCancellation: monitor.checkCancellation)
        try ledger.measure("pictures") { try pictures.write(input.analyses.pictures, to: folder, note: monitor.note) }
        if states.count > 1 {
            let account = try ElectronAccount(document)
            try folder.write(Data(account.csv.utf8), name: OutputFolder.accountName)
            try monitor.report(.accounted(account))
        }
        try monitor.report(.finished(document, folder: folder.path))
        if ledger.isDetailed {
            try monitor.report(
                .profiled(
                    CalculationProfile(
                        ledger: ledger, seconds: start.secondsToNow,
                        repulsion: RepulsionProfile.uniqueIntegrals(of: resolved.basis, pool: pool))))
        }
        isSettled = true
        try settleSearch(solved)
        return document
    }

    private var summary: CalculationSummary {
        var sets: [String: [(symbol: String, hasPotential: Bool)]] = [:]
        for (element, name) in resolved.setNames.sorted(by: { $0.key < $1.key }) {
            sets[name, default: []].append((element.symbol, resolved.elementsWithPotential.contains(element)))
        }
        return CalculationSummary(
            name: input.molecule.name, symbols: input.molecule.symbols, ghosts: file.molecule.ghosts.map(\.symbol),
            method: solver.methodName, grid: solver.gridName,
            dispersion: solver.dispersion.map(DispersionRecord.init),
            basis: sets.sorted { $0.key < $1.key }.map { ($0.key, $0.value) },
            basisOfAtoms: basisOfAtoms, functionCount: resolved.basis.functionCount, functionKind: functionKind, states: states,
            threads: pool.threads,
            memory: memory.bytes, folder: folder.path)
    }

    /// Which atoms have which set, for elements whose atoms differ.
    private var basisOfAtoms: [(atoms: String, set: String)] {
        guard resolved.namesOfAtoms != nil else { return [] }
        let elements = file.molecule.withGhostsAsAtoms.atoms.map(\.element)
        return Set(elements).sorted().flatMap { element -> [(atoms: String, set: String)] in
            let members = elements.indices.filter { elements[$0] == element }
            let names = Set(members.map { resolved.names[$0] })
            guard names.count > 1 else { return [] }
            return names.sorted().map { name in
                ("\(element) \(AtomList(indices: members.filter { resolved.names[$0] == name }))", name)
            }
        }
    }

    private var functionKind: String {
        let highest = resolved.basis.labels.reduce(0) { max($0, $1.angularMomentum) }
        if highest < 2 { return "" }
        switch resolved.functionType {
        case .pure: return "pure"
        case .cartesian: return "Cartesian"
        case .cartesianD: return highest == 2 ? "Cartesian" : "Cartesian d, pure f"
        }
    }

    /// Solves the states, which step together; what they share is released afterwards.
    private func solveAll(since start: ContinuousClock.Instant) throws -> [SolvedState] {
        var initial: [Int: StartingOrbitals] = [:]
        for (index, state) in states.enumerated() {
            try monitor.report(.state(state, electrons: resolved.basis.electronCount(charge: state.charge)))
            initial[index] = try checkpoints.start(state, guess: input.convergence.guess, note: monitor.note)
        }
        let missing = states.indices.filter { initial[$0] == nil }
        if let path = input.convergence.startFrom, !missing.isEmpty {
            let orbitals = try EarlierOrbitals.read(
                from: path, basis: resolved.basis, states: missing.map { states[$0] }, note: monitor.note)
            for (index, found) in zip(missing, orbitals) { initial[index] = found.map { StartingOrbitals($0) } }
        }
        let problem = try solver.problem(for: resolved.basis, states: states, ledger: ledger)
        try monitor.report(
            .prepared(
                integrals: problem.integralStorage.description, gridPoints: problem.gridPointCount,
                removedFunctions: problem.removedFunctionCount, seconds: start.secondsToNow))
        try monitor.checkCancellation()
        try monitor.report(.iterationsBegan)
        var followed = initial.mapValues(\.instabilitiesFollowed)
        let results = try solver.solve(
            problem, states: states, initial: initial,
            onIteration: { index, line, orbitals in
                try monitor.report(.iteration(line))
                if let orbitals {
                    followed[index] = orbitals.instabilitiesFollowed
                    try checkpoints.save(orbitals, state: states[index], iteration: line.number, energy: line.energy)
                }
                try monitor.checkCancellation()
            },
            onInstability: { try checkpoints.saveUnstable($1) },
            onFinish: { try checkpoints.save($1, instabilitiesFollowed: followed[$0] ?? 0) })
        return try chosen(results, left: initial.mapValues(\.instabilitiesFollowed), of: problem).map { state in
            try monitor.checkCancellation()
            var state = state
            if input.analyses.gradient, state.result.isConverged {
                state.gradient = EnergyGradient(problem: problem, wavefunction: state.result.wavefunction)
            }
            return state
        }
    }

    /// The lowest solution of every charge, when others are looked for.
    ///
    /// - Parameter left: unstable solutions that earlier calls have left, by the index of the state.
    private func chosen(
        _ results: [SCFResult], left: [Int: Int], of problem: ElectronicProblem
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
                try monitor.report(.iteration(line))
                try monitor.checkCancellation()
            }
            known[index].unstableSolutions = examined + results[index].unstableSolutions
        }
        var search = SearchCheckpoints(
            known: known, scope: searchScope, conditions: solver.searchConditions, checkpoints: checkpoints)
        if input.convergence.guess == .atoms { SearchCheckpoints.remove(from: folder) }
        let saved = search.read(note: monitor.note)
        monitor.note(
            saved.isEmpty ? "other solutions are looked for" : "the search for other solutions goes on where it was interrupted")
        let outcomes = try solver.search(
            problem, beside: known, scope: searchScope, resuming: saved,
            onIteration: { line in
                try monitor.report(.iteration(line))
                try monitor.checkCancellation()
            }, onProgress: { try search.write($1, at: $0) })
        return zip(known, outcomes).map { first, outcome in
            SolvedState(
                result: outcome.chosen.result, gridPoints: points, search: first.isConverged ? outcome : nil, first: first)
        }
    }

    /// Puts the chosen solutions in the place of the first ones, and removes what the search has kept, once the result is written: until
    /// then a call that begins again goes on with the search beside the first ones.
    private func settleSearch(_ solved: [SolvedState]) throws {
        for state in solved {
            guard let first = state.first, first.energy != state.result.energy else { continue }
            let isSameState = first.wavefunction.state == state.result.wavefunction.state
            try checkpoints.save(
                state.result, instabilitiesFollowed: isSameState ? first.stability?.instabilitiesFollowed ?? 0 : 0)
        }
        SearchCheckpoints.remove(from: folder)
    }

    /// First title line of cube files.
    private var title: String {
        let sets = Set(resolved.names).sorted().joined(separator: ", ")
        return "esp \(ProgramVersion.number): \(OutputFolder.stem(of: input.molecule.name)), \(solver.methodName), \(sets)"
    }

    private func document(_ records: [StateRecord], since start: ContinuousClock.Instant) -> ResultDocument {
        var records = records
        for index in records.indices {
            let state = ChargeState(charge: records[index].charge, multiplicity: records[index].multiplicity)
            records[index].files["checkpoint"] = OutputFolder.checkpointName(state)
        }
        var document = ResultDocument(
            provenance: call.provenance(input: input.molecule.name, since: start, threads: pool.threads),
            molecule: .init(
                file.molecule, comment: file.comment, effectiveNuclearCharges: resolved.basis.effectiveNuclearCharges),
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
        document.input = .whole(settledInput)
        return document
    }

    /// The input with everything said that it leaves open.
    private var settledInput: CalculationInput {
        var result = input
        result.states.charges = states.map(\.charge)
        result.resources = ResourceInput(threads: pool.threads, memory: memory)
        result.states.reference = .init(rawValue: solver.reference.rawValue)
        result.states.search = searchScope.map { $0.includesMultiplicities ? .full : .lowest } ?? StateInput.Search.none
        return result
    }

    /// What a result that is there already has otherwise, in words; empty where it is what this calculation would give. Charge
    /// schemes are not compared.
    package func differences(from earlier: ResultDocument) -> [String] {
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
