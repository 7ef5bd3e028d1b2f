import BasisSets
import ElectronicStructure
import FileFormats
import ContinuumSolvation
import Foundation
import GaussianBasis
import GaussianIntegrals
import LinearAlgebra
import MachineLimits
import MolecularStructure
import NuclearDerivatives
import ParallelExecution
import ReductionSeries
import RunFolders
import SelfConsistentField
import SolutionSearch
import WavefunctionAnalysis

/// The states of one molecule: reads the basis, solves the states, analyses them and writes the results into a folder.
public struct Calculation {
    private var input: CalculationInput
    private let file: XYZFile
    private let resolved: ResolvedBasis
    /// All states of the result.
    private var states: [ChargeState]
    /// The states that the folder does not contain.
    private var unsolved: [ChargeState]
    /// Charges with a given multiplicity.
    private var named: Set<Int>
    private let statePlan: StatePlan
    private let folder: OutputFolder
    /// Nil if the folder is only read.
    private let lock: FolderLock?
    private let pool: WorkerPool
    private let memory: MemorySize
    private let solver: StateSolver
    private let checkpoints: StateCheckpoints
    private var analysis: StateAnalysis
    private var fragments: Fragmentation
    /// Scope of the search for other solutions.
    private var searchScope: StateSearch.Scope?
    /// The result in the folder that becomes part of this one.
    private var earlier: EarlierResult?
    /// Charges that the folder lacks for its solved states.
    private var missingCharges: ChargeInput?
    /// Any result that was in the folder.
    private var previous: ResultDocument?
    /// Wall time by phase.
    private let ledger: TimeLedger
    private let call: CallRecord
    private let monitor: CalculationMonitor

    /// Checks everything that can be checked before the first integral.
    ///
    /// - Parameters:
    ///   - folder: for the results; created if it does not exist. A result of the same molecule and model in it becomes part of the new
    ///     one, and only the missing parts are computed; unfinished states restart from their checkpoints.
    ///   - basis: replaces the basis sets that the input names.
    ///   - replaces: whether to replace the results of another calculation in the folder.
    ///   - isProfiled: whether `CalculationEvent.profiled` is reported.
    /// - Throws: `CalculationError`, `BasisSetError`, `InputFileError`, `RunFolderError`.
    public init(
        _ input: CalculationInput, folder path: String, basis prepared: ResolvedBasis? = nil, replaces: Bool = false,
        call: CallRecord = CallRecord(), isProfiled: Bool = false, monitor: CalculationMonitor = CalculationMonitor()
    ) throws {
        try self.init(
            input, folder: path, basis: prepared, replaces: replaces, call: call, isProfiled: isProfiled, monitor: monitor,
            isForReading: false)
    }

    /// The result of an input in a folder, if it is complete and every state is converged; nil if something remains to be done.
    ///
    /// The folder is neither written nor locked: any number of processes may read it at the same time, also while one computes there.
    package static func finishedResult(
        of input: CalculationInput, in path: String, call: CallRecord = CallRecord(),
        monitor: CalculationMonitor = CalculationMonitor()
    ) throws -> ResultDocument? {
        guard OutputFolder(existing: path).has(OutputFolder.resultName) else { return nil }
        let calculation = try Calculation(
            input, folder: path, basis: nil, replaces: true, call: call, isProfiled: false, monitor: monitor.silent,
            isForReading: true)
        guard calculation.isFinished, calculation.folderIsWhole else { return nil }
        let document = calculation.document(calculation.allRecords([], of: []), since: .now)
        return document.states.allSatisfy(\.converged) ? document : nil
    }

    private init(
        _ input: CalculationInput, folder path: String, basis prepared: ResolvedBasis?, replaces: Bool, call: CallRecord,
        isProfiled: Bool, monitor: CalculationMonitor, isForReading: Bool
    ) throws {
        var input = input
        self.call = call
        self.monitor = monitor
        file = try input.molecule.file()
        resolved = try prepared ?? input.model.resolved(for: file.molecule)
        let basis = resolved.basis
        if input.analyses.gradient { try file.refuseGhosts("--gradient") }
        if input.model.solvent != nil { try file.refuseGhosts("--solvent", because: "they have no sphere in its cavity") }
        statePlan = StatePlan(input.states, of: file, charges: try ChargeChoice(input.states, of: file).charges)
        states = try statePlan.states(
            protons: file.molecule.totalAtomicNumber,
            coreElectrons: resolved.coreElectrons)
        if input.model.solvent?.isNonequilibrium == true, input.model.solvent?.baseCharge == nil {
            input.model.solvent?.baseCharge = states.first?.charge
        }
        self.input = input
        for state in states {
            let alpha = (basis.electronCount(charge: state.charge) + state.multiplicity - 1) / 2
            guard alpha <= basis.functionCount else {
                throw CalculationError.badInput(
                    "charge \(signed(state.charge)) with multiplicity \(state.multiplicity) needs \(alpha) orbitals "
                        + "of one spin, but the basis has only \(basis.functionCount) functions. Take a larger basis set.")
            }
        }
        unsolved = states
        let plan = statePlan
        named = Set(states.map(\.charge).filter(plan.isNamed))
        fragments = try input.analyses.fragmentation(of: file.molecule)
        ledger = TimeLedger(isDetailed: isProfiled)
        pool = try input.resources.pool()
        memory = input.resources.memoryLimit
        solver = try StateSolver(
            states: input.states, model: input.model, convergence: input.convergence, pool: pool, memory: memory)
        try solver.check(functions: basis.functionCount, states: states)
        if input.analyses.gradient { try solver.checkGradients() }
        if input.analyses.checksFit, !solver.isFitted {
            throw CalculationError.usage(
                "--check-fit compares fitted with exact integrals, but the energies are exact. Add --integrals fitted, or leave it out."
            )
        }
        searchScope = SearchScope.scope(
            input.states, of: file, fragments: fragments, reference: solver.reference, named: Array(named))
        // Products of matrices run inside the pool's threads: OpenBLAS must not start more of its own.
        BLASThreads.limit(to: 1)
        analysis = try StateAnalysis(
            basis: basis,
            options: .init(
                input.analyses.charges, library: .inUse(option: input.model.basisFolder), memory: memory), pool: pool)
        // A folder that cannot take the results is reported before it is read.
        folder = isForReading ? OutputFolder(existing: path) : try OutputFolder(path: path)
        lock = isForReading ? nil : try FolderLock(folder)
        checkpoints = StateCheckpoints(
            folder: folder, molecule: file.molecule, basisFingerprint: resolved.fingerprint,
            functionCount: basis.functionCount, method: solver.methodName, grid: solver.gridName,
            conditions: solver.conditions)
        let found = try EarlierResult(in: path, replaces: replaces)
        previous = found?.document
        if let found { try adopt(found, replaces: replaces) }
        if let base = baseOfPolarisation, !states.contains(where: { $0.charge == base }) {
            throw CalculationError.badInput(
                "the base charge of non-equilibrium solvation, \(signed(base)), is not among the charges of the calculation. Add it to --charge."
            )
        }
        // Whether cubes fit is checked now; they are written at the end.
        _ = try cubeOutput(cubeStates(in: previousRecords).count)
    }

    /// Makes a result in the folder part of this one, so that only the missing parts remain to be computed.
    ///
    /// - Throws: `RunFolderError.occupied` if it is the result of another calculation.
    private mutating func adopt(_ found: EarlierResult, replaces: Bool) throws {
        let own = document([], since: .now)
        let conflicts =
            own.conflicts(with: found.document, namesSearch: input.states.search != nil)
            + found.conflicts(with: states, named: named)
        guard conflicts.isEmpty else {
            guard replaces || !found.isWorthKeeping else {
                throw found.refusal(folder.path, conflicts: conflicts, now: input.model)
            }
            monitor.note("\(folder.path) contains a different calculation (\(conflicts.joined(separator: "; "))): recomputing")
            return
        }
        let asked = Set(states.map(\.charge))
        let namedBefore = found.document.states.filter { $0.multiplicities?.named == true }.map(\.charge)
        for charge in asked.subtracting(named).intersection(namedBefore).sorted(by: >) {
            guard let multiplicity = found.record(charge: charge)?.multiplicity else { continue }
            monitor.note(
                "charge \(signed(charge)) keeps multiplicity \(multiplicity), which an earlier call named; name another folder to try others"
            )
        }
        states = found.states(with: states, named: named)
        if let old = found.document.input?.whole {
            if input.states.multiplicities != nil || old.states.multiplicities != nil {
                input.states.multiplicities = states.map(\.multiplicity)
            }
            input.analyses.keep(old.analyses)
        }
        named.formUnion(namedBefore)
        fragments = try input.analyses.fragmentation(of: file.molecule)
        searchScope?.fixedCharges = named
        let known = found.document.model.chargeSchemes ?? [:]
        missingCharges = input.analyses.charges.missing(
            known: Set(known.keys), before: found.document.input?.whole?.analyses.charges)
        input.analyses.charges.schemes += known.keys.filter { !input.analyses.charges.schemes.contains($0) }.sorted()
        analysis = try StateAnalysis(
            basis: resolved.basis,
            options: .init(
                input.analyses.charges, library: .inUse(option: input.model.basisFolder), memory: memory), pool: pool)
        let isEnough: Bool
        if let old = found.document.input?.record, let new = own.input?.record {
            isEnough = old.isConverged(asWellAs: new) && !new.isWider(than: old)
        } else {
            isEnough = false
        }
        let base = baseOfPolarisation
        // The search beside the base state ends before other states begin.
        let isPreliminary = found.document.preliminary == true
        let baseIsChosen = !isPreliminary || found.document.states.contains { $0.charge != base }
        let (guess, analyses, checkpoints) = (input.convergence.guess, input.analyses, checkpoints)
        var open = states.filter { state in
            let isAsked = asked.contains(state.charge)
            return !isEnough || isPreliminary && !(state.charge == base && baseIsChosen) || isAsked && guess == .atoms
                || !found.isSolved(state, by: checkpoints, having: isAsked ? analyses : nil)
        }
        // Orbitals of the chosen solutions are written after the result: a search that lacks one is restarted from all its starting
        // solutions.
        let baseIsOpen = open.contains { $0.charge == base }
        if found.hasSearch, !open.isEmpty { open = states.filter { $0.charge != base } }
        // All others depend on the base state of non-equilibrium solvation.
        if baseIsOpen { open = states }
        // The search for the position of an added electron starts from the state with one electron fewer.
        let parents = searchScope == nil ? [] : Set(open.map { $0.charge + 1 }.filter { $0 != base })
        unsolved = states.filter { open.contains($0) || parents.contains($0.charge) }
        input.states.charges = states.map(\.charge)
        earlier = found
    }

    /// Solves the states and writes all requested results.
    ///
    /// - Returns: the content of `result.json`, in which unconverged states are marked.
    @discardableResult
    public func run() throws -> ResultDocument {
        let start = ContinuousClock.now
        try monitor.report(.began(summary))
        if let named = input.resources.memory, named > Machine.freeMemory {
            monitor.note("--memory allows more than the \(MemorySize(bytes: Machine.freeMemory).description) that are free")
        }
        for state in states where statePlan.isNamedByFile(state.charge) {
            monitor.note(
                "\(input.molecule.name): its second line sets multiplicity \(state.multiplicity) for charge \(signed(state.charge)); "
                    + "no other is tried. Remove it from that line, or set another with --multiplicity.")
        }
        let symbols = Set(file.molecule.withGhostsAsAtoms.atoms.map(\.element.symbol))
        for (option, named) in [
            ("--basis-for", try input.model.assignment().elementSets.keys.map(\.symbol)),
            ("--chelpg-radius", Array(input.analyses.charges.chelpgRadii.keys)),
            ("--mk-radius", Array(input.analyses.charges.merzKollmanRadii.keys)),
            ("--cavity-radius", Array((input.model.solvent?.cavityRadii ?? [:]).keys)),
        ] {
            let absent = named.filter { !symbols.contains($0) }.sorted()
            if !absent.isEmpty {
                monitor.note("\(option) names \(absent.joined(separator: ", ")), which \(input.molecule.name) does not have")
            }
        }

        if let solvent = solver.solvent {
            for note in solvent.notes(for: Set(file.molecule.atoms.map(\.element))) { monitor.note(note) }
            if let base = baseOfPolarisation, states.count == 1 {
                monitor.note(
                    "non-equilibrium solvation is of the states beside charge \(signed(base)), of which there are none (--reduce adds electrons)"
                )
            }
        }
        if let text = PolarizationNote.text(file.molecule, resolved.bases, states: states) { monitor.note(text) }
        if let earlier, unsolved.count < states.count {
            monitor.note(earlier.note(solved: states.filter { !unsolved.contains($0) }, in: folder.path))
        }
        guard let base = unsolved.first(where: { $0.charge == baseOfPolarisation }), unsolved.count > 1 else {
            return try finish(unsolved.isEmpty ? [] : solveAll(since: start), since: start)
        }
        return try run(base: base, since: start)
    }

    /// The charge of the state at whose slow polarisation the solvent is frozen for the others; nil at equilibrium.
    private var baseOfPolarisation: Int? { solver.solvent?.nonequilibrium?.baseCharge }

    /// Solves and writes the base state as if only it were requested, then the others in the solvent that it polarised.
    private func run(base: ChargeState, since start: ContinuousClock.Instant) throws -> ResultDocument {
        var alone = self
        (alone.states, alone.unsolved, alone.input.states.charges) = ([base], [base], [base.charge])
        if input.states.multiplicities != nil { alone.input.states.multiplicities = [base.multiplicity] }
        let solved = try alone.solveAll(since: start)
        guard solved[0].result.isConverged else {
            monitor.note("charge \(signed(base.charge)) has not converged; the other states are in the solvent that it polarises")
            return try alone.finish(solved, since: start)
        }
        let fresh = try monitor.timed("charges and moments") { tell in
            try ledger.measure("charges and moments") { try analysis.records(of: solved, tell: tell) }
        }
        var document = alone.document(alone.allRecords(fresh, of: solved), since: start)
        try alone.write(&document)
        try alone.settleSearch(solved)
        var rest = self
        rest.previous = document
        if let found = try EarlierResult(in: folder.path, replaces: false) { try rest.adopt(found, replaces: false) }
        // Also if the guess asks to solve it again.
        rest.unsolved.removeAll { $0.charge == base.charge }
        return try rest.finish(rest.unsolved.isEmpty ? [] : rest.solveAll(since: start), since: start)
    }

    /// Analyses the states that were solved now and writes all requested results.
    private func finish(_ solved: [SolvedState], since start: ContinuousClock.Instant) throws -> ResultDocument {
        let finished = try finishedRun()
        try monitor.checkCancellation()
        let fresh =
            solved.isEmpty
            ? []
            : try monitor.timed("charges and moments") { tell in
                try ledger.measure("charges and moments") { try analysis.records(of: solved, tell: tell) }
            }
        var records = allRecords(fresh, of: solved)
        try addMissingCharges(to: &records, of: finished)
        var document = document(records, since: start)
        // Before anything is written, so that a full disk does not hide the numbers.
        try monitor.report(.analyzed(document, notes: analysis.notes))
        let isComplete = isComplete(document)
        if !isComplete { try write(&document) }
        records = document.states
        // After all other files: a call after a kill restarts the search. Other ends leave a complete folder.
        var isSettled = false
        defer { if !isSettled { try? settleSearch(solved) } }
        try monitor.checkCancellation()
        let wavefunctions = states.compactMap { state in
            solved.first { $0.result.wavefunction.state.charge == state.charge }?.result.wavefunction
                ?? finished?.wavefunctions.first { $0.state.charge == state.charge }
        }
        if wavefunctions.count == states.count { try writeFields(wavefunctions, to: &document, since: start) }
        if states.count > 1 {
            let account = try ElectronAccount(document)
            if !isComplete || !folder.has(OutputFolder.accountName) {
                try folder.write(Data(account.csv.utf8), name: OutputFolder.accountName)
            }
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

    /// The records of all states: those solved now, and those in the folder.
    private func allRecords(_ fresh: [StateRecord], of solved: [SolvedState]) -> [StateRecord] {
        var found: [Int: StateRecord] = [:]
        for (record, state) in zip(fresh, solved) {
            var record = record
            let charge = record.charge
            record.multiplicities = MultiplicityRecord(
                named: named.contains(charge), namedByFile: statePlan.isNamedByFile(charge),
                tried: state.search?.multiplicitiesTried ?? [state.first?.wavefunction.state.multiplicity ?? record.multiplicity],
                electrons: resolved.basis.electronCount(charge: charge), orbitals: resolved.basis.functionCount)
            record.search = state.search.map(SearchRecord.init)
            found[charge] = earlier?.merged(record, convergence: input.convergence.energyTolerance) ?? record
        }
        var records = states.compactMap { found[$0.charge] ?? earlier?.record(charge: $0.charge) }
        StateRecord.markUnbound(&records)
        return records
    }

    /// Charges by schemes that states in the folder lack.
    private func addMissingCharges(to records: inout [StateRecord], of run: FinishedRun?) throws {
        guard let missingCharges, let run else { return }
        let places = records.indices.filter { index in !unsolved.contains { $0.charge == records[index].charge } }
        guard !places.isEmpty else { return }
        let charges = try ChargeAnalysis(
            basis: run.basis,
            options: .init(
                missingCharges, library: .inUse(option: input.model.basisFolder), memory: memory, alwaysWithUsual: false),
            pool: pool)
        var part = places.map { records[$0] }
        let wavefunctions = part.compactMap { record in run.wavefunctions.first { $0.state.charge == record.charge } }
        try monitor.timed("charges") { tell in
            try ledger.measure("charges and moments") {
                try charges.add(charges.input(wavefunctions, tell: tell), to: &part)
            }
        }
        for (index, record) in zip(places, part) { records[index] = record }
    }

    /// The states in the folder with their orbitals, if something is to be computed from them.
    private func finishedRun() throws -> FinishedRun? {
        guard earlier != nil, unsolved.count < states.count else { return nil }
        let fields = !cubeStates(in: previousRecords).isEmpty || picturesAreMissing(previousRecords)
        let joins = !unsolved.isEmpty && !(input.analyses.cubes.isEmpty && input.analyses.pictures.isEmpty)
        guard missingCharges != nil || fields || joins else { return nil }
        return try FinishedRun(readingFrom: folder.path, memory: memory, checkCancellation: monitor.checkCancellation)
    }

    /// Whether the folder contains everything that is requested.
    private var isFinished: Bool { earlier != nil && unsolved.isEmpty && missingCharges == nil }

    /// Whether the call that wrote the result finished afterwards.
    private var folderIsWhole: Bool {
        earlier?.hasSearch != true && (states.count == 1 || folder.has(OutputFolder.accountName))
    }

    /// Whether the folder contains all files of a result.
    private func isComplete(_ document: ResultDocument) -> Bool {
        guard let earlier, unsolved.isEmpty, missingCharges == nil else { return false }
        return document.states == earlier.document.states && document.fragments == earlier.document.fragments
    }

    /// Writes a result and the basis; files derived from another result are removed.
    private func write(_ document: inout ResultDocument) throws {
        if let previous {
            if earlier == nil ? !previous.isOfSameStates(as: document) : !previous.states.allSatisfy(document.hasState) {
                folder.removeDerived()
                folder.removeCheckpoints(of: previous.states.map(\.state).filter { !document.states.map(\.state).contains($0) })
                for index in document.states.indices {
                    document.states[index].files = document.states[index].files.filter { $0.key == "checkpoint" }
                }
            } else if previous.states.map(\.charge) != document.states.map(\.charge) {
                folder.removeOfAllStates()
                let (before, now) = (previous.states.map(\.charge), document.states.map(\.charge))
                // The base state of the series, or the previous state, has changed.
                let hasOtherBase = previous.baseCharge != document.baseCharge
                let kinds: [AnalysisInput.Cube] = (hasOtherBase ? [.difference] : []) + (now.starts(with: before) ? [] : [.step])
                let removed = folder.removeDifferences(kinds)
                if !removed.isEmpty {
                    monitor.note(
                        "the base state or the state before is another one now; removed: \(removed.joined(separator: ", "))")
                }
                for index in document.states.indices {
                    for kind in kinds { document.states[index].files[kind.rawValue] = nil }
                }
            }
        }
        for index in resolved.classes.sets.indices {
            try folder.write(
                Data(Gaussian94.text(resolved.basisSet(ofClass: index)).utf8), name: OutputFolder.basisName(ofClass: index))
        }
        try folder.write(document.json(), name: OutputFolder.resultName)
    }

    // MARK: Cubes and pictures

    private var previousRecords: [StateRecord] { states.compactMap { earlier?.record(charge: $0.charge) } }

    private var baseCharge: Int? { ReductionBase.charge(of: states.map(\.charge), own: input.molecule.charge) }

    /// The cubes that a state lacks.
    private func missingCubes(_ record: StateRecord?) -> Set<AnalysisInput.Cube> {
        var wanted = Set(input.analyses.cubes)
        if record?.hasSpinDensity == false { wanted.remove(.spin) }
        if record?.charge == baseCharge { wanted.remove(.difference) }
        if record?.charge == states.first?.charge { wanted.remove(.step) }
        guard let record, input.analyses.cubeSpacing == earlier?.document.input?.whole?.analyses.cubeSpacing else {
            return wanted
        }
        return wanted.filter { record.files[$0.rawValue].map(folder.has) != true }
    }

    /// Charges of the states that lack cubes.
    private func cubeStates(in records: [StateRecord]) -> [Int] {
        states.map(\.charge).filter { charge in !missingCubes(records.first { $0.charge == charge }).isEmpty }
    }

    /// Nil if no cubes are requested.
    private func cubeOutput(_ count: Int) throws -> CubeOutput? {
        guard count > 0 else { return nil }
        return try CubeOutput(
            molecule: file.molecule, stateCount: count, choices: input.analyses.cubes, spacing: input.analyses.cubeSpacing,
            folder: folder, memory: memory, pool: pool)
    }

    private func picturesAreMissing(_ records: [StateRecord]) -> Bool {
        input.analyses.pictures.contains { !PictureOutput.isDrawn($0, of: records, base: baseCharge, in: folder) }
    }

    private func writeFields(
        _ wavefunctions: [Wavefunction], to document: inout ResultDocument, since start: ContinuousClock.Instant
    ) throws {
        if let cubes = try cubeOutput(cubeStates(in: document.states).count) {
            let cubeStates = zip(wavefunctions, document.states).map { wavefunction, record in
                CubeState(wavefunction: wavefunction, hasSpinDensity: record.hasSpinDensity, choices: missingCubes(record))
            }
            let names = try cubes.write(
                cubeStates, base: states.firstIndex { $0.charge == baseCharge } ?? 0, title: title(document.model), to: folder,
                monitor: monitor,
                ledger: ledger)
            for index in document.states.indices { document.states[index].files.merge(names[index]) { _, new in new } }
            document = self.document(document.states, since: start)
            try folder.write(document.json(), name: OutputFolder.resultName)
        }
        let choices = input.analyses.pictures.filter {
            !unsolved.isEmpty || !PictureOutput.isDrawn($0, of: document.states, base: baseCharge, in: folder)
        }
        guard !choices.isEmpty else { return }
        let pictures = PictureOutput(
            name: OutputFolder.stem(of: input.molecule.name), document: document, wavefunctions: wavefunctions, memory: memory,
            pool: pool, checkCancellation: monitor.checkCancellation)
        try monitor.timed("pictures") { tell in
            try ledger.measure("pictures") { try pictures.write(choices, to: folder, note: monitor.note, tell: tell) }
        }
    }

    private var summary: CalculationSummary {
        var sets: [String: [(symbol: String, hasPotential: Bool)]] = [:]
        for (element, name) in resolved.setNames.sorted(by: { $0.key < $1.key }) {
            sets[name, default: []].append((element.symbol, resolved.elementsWithPotential.contains(element)))
        }
        return CalculationSummary(
            name: input.molecule.name, symbols: input.molecule.symbols, ghosts: file.molecule.ghosts.map(\.symbol),
            method: solver.methodName, grid: solver.gridName,
            terms: solver.terms.map(\.line) + (solver.integralsTitle.map { [$0] } ?? []),
            basis: sets.sorted { $0.key < $1.key }.map { ($0.key, $0.value) },
            basisOfAtoms: basisOfAtoms, functionCount: resolved.basis.functionCount, functionKind: functionKind, states: states,
            threads: pool.threads, ranks: pool.communicator.size,
            memory: memory.bytes, folder: folder.path)
    }

    /// The basis sets of the atoms, for elements whose atoms have different ones.
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

    /// Solves the states together; the data that they share are released afterwards.
    private func solveAll(since start: ContinuousClock.Instant) throws -> [SolvedState] {
        var initial: [Int: StartingOrbitals] = [:]
        for (index, state) in unsolved.enumerated() {
            try monitor.report(.state(state, electrons: resolved.basis.electronCount(charge: state.charge)))
            initial[index] = try checkpoints.start(state, guess: input.convergence.guess, note: monitor.note)
        }
        let missing = unsolved.indices.filter { initial[$0] == nil }
        if let path = input.convergence.startFrom, !missing.isEmpty {
            let orbitals = try EarlierOrbitals.read(
                from: path, basis: resolved.basis, states: missing.map { unsolved[$0] }, note: monitor.note)
            for (index, found) in zip(missing, orbitals) { initial[index] = found.map { StartingOrbitals($0) } }
        }
        let frozen = try frozenState()
        if let frozen, input.convergence.guess != .atoms, initial[0] == nil {
            initial[0] = StartingOrbitals(frozen.orbitals)
        }
        let problem = try solver.problem(
            for: resolved.basis, states: unsolved, frozen: frozen?.totalDensity, ledger: ledger)
        try monitor.report(
            .prepared(
                integrals: problem.integrals.description, gridPoints: problem.gridPointCount,
                removedFunctions: problem.removedFunctionCount, seconds: start.secondsToNow))
        try monitor.checkCancellation()
        try monitor.report(.iterationsBegan)
        var followed = initial.mapValues(\.instabilitiesFollowed)
        var tests = StabilityTally()
        let results = try solver.solve(
            problem, states: unsolved, initial: initial,
            onIteration: { index, line, orbitals in
                try monitor.report(.iteration(line))
                try tests.take(line, of: index, monitor)
                if let orbitals {
                    followed[index] = orbitals.instabilitiesFollowed
                    try checkpoints.save(orbitals, state: unsolved[index], iteration: line.number, energy: line.energy)
                }
                try monitor.checkCancellation()
            },
            onInstability: { try checkpoints.saveUnstable($1) },
            onFinish: {
                try tests.finish($0, monitor)
                try checkpoints.save($1, instabilitiesFollowed: followed[$0] ?? 0)
            })
        let left = initial.mapValues(\.instabilitiesFollowed)
        return try chosen(results, left: left, of: problem, beside: frozen).map { state in
            try monitor.checkCancellation()
            var state = state
            state.integrals = problem.integrals
            if input.analyses.gradient, state.result.isConverged {
                let wavefunction = state.result.wavefunction
                state.gradient = try monitor.timed("gradient") { _ in
                    EnergyGradient(problem: problem, wavefunction: wavefunction)
                }
            }
            if input.analyses.checksFit, state.result.isConverged {
                let wavefunction = state.result.wavefunction
                state.fittingError = try monitor.timed("exact integrals at the fitted density") { _ in
                    problem.fittingError(of: wavefunction)
                }
            }
            return state
        }
    }

    /// The base state of non-equilibrium solvation if it is solved and others are not.
    private func frozenState() throws -> Wavefunction? {
        guard let charge = baseOfPolarisation, !unsolved.contains(where: { $0.charge == charge }) else { return nil }
        guard let state = states.first(where: { $0.charge == charge }),
            let orbitals = checkpoints.orbitals(OutputFolder.checkpointName(state), state)?.orbitals
        else {
            throw CalculationError.badInput(
                "\(folder.path) has no orbitals of charge \(signed(charge)), whose polarisation of the solvent the other states need. "
                    + "Take --force, or another folder.")
        }
        return Wavefunction(basis: resolved.basis, state: state, orbitals: orbitals)
    }

    /// The lowest solution of every charge, after a search for others.
    ///
    /// - Parameters:
    ///   - left: unstable solutions found by earlier calls, by the index of the state.
    ///   - base: of non-equilibrium solvation; nil if it is one of the states.
    private func chosen(
        _ results: [SCFResult], left: [Int: Int], of problem: ElectronicProblem, beside base: Wavefunction?
    ) throws -> [SolvedState] {
        let points = problem.gridPointCount
        // If a state did not converge, another multiplicity may.
        guard let searchScope else {
            return results.map { SolvedState(result: $0, gridPoints: points) }
        }
        var known = results
        for (index, count) in left where count > 0 {
            let unstable = checkpoints.unstable(unsolved[index], count: count)
            let examined = try solver.examined(problem, unsolved[index], unstable) { line in
                try monitor.report(.iteration(line))
                try monitor.checkCancellation()
            }
            known[index].unstableSolutions = examined + results[index].unstableSolutions
        }
        var search = SearchCheckpoints(
            known: known, scope: searchScope, conditions: solver.searchConditions, checkpoints: checkpoints)
        if input.convergence.guess == .atoms { SearchCheckpoints.remove(from: folder) }
        let saved = search.read(note: monitor.note)
        try announce(known, points: points)
        monitor.note(
            saved.isEmpty ? "searching for other SCF solutions" : "restarting the interrupted search for other SCF solutions")
        var tally = SearchTally()
        let outcomes = try monitor.timed("search for other solutions") { _ in
            let outcomes = try solver.search(
                problem, beside: known, parents: base.map { [$0] } ?? [], scope: searchScope, resuming: saved,
                onIteration: { line in
                    if let text = tally.news { monitor.note(text) }
                    try monitor.report(.iteration(line))
                    try monitor.report(.progress(tally.title, fraction: tally.fraction, parts: tally.parts))
                    try monitor.checkCancellation()
                },
                onProgress: {
                    tally.take($1, at: $0)
                    try search.write($1, at: $0)
                })
            if let text = tally.news { monitor.note(text) }
            return outcomes
        }
        return zip(known, outcomes).map { first, outcome in
            SolvedState(result: outcome.chosen.result, gridPoints: points, search: outcome, first: first)
        }
    }

    /// Reports and writes the first solutions before the search for others, so that an interruption does not lose them.
    private func announce(_ known: [SCFResult], points: Int) throws {
        // Charges that take time are computed only for the chosen solutions.
        var quick = input.analyses.charges
        quick.schemes = [ChargeScheme.mulliken, .lowdin].map(\.rawValue)
        let analysis = try StateAnalysis(
            basis: resolved.basis, options: .init(quick, library: nil, memory: memory, alwaysWithUsual: false), pool: pool)
        let solved = known.map { SolvedState(result: $0, gridPoints: points) }
        var document = document(allRecords(try analysis.records(of: solved), of: solved), since: .now, analysis: analysis)
        document.preliminary = true
        try write(&document)
        try monitor.report(.foundFirst(document))
    }

    /// Replaces the first solutions by the chosen ones, and removes the files of the search, once the result is written. A call before that
    /// restarts the search from the first solutions.
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
    private func title(_ model: ResultDocument.Model) -> String {
        let sets = Set(resolved.names).sorted().joined(separator: ", ")
        return ProgramVersion.title(input.molecule.name, model.method, sets, model.specialities)
    }

    /// - Parameter analysis: the source of the charges; nil for that of the input.
    private func document(
        _ records: [StateRecord], since start: ContinuousClock.Instant, analysis: StateAnalysis? = nil
    ) -> ResultDocument {
        var records = records
        for index in records.indices {
            records[index].files["checkpoint"] = OutputFolder.checkpointName(records[index].state)
        }
        var document = ResultDocument(
            provenance: call.provenance(input: input.molecule.name, since: start, pool: pool),
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
        document.model.integrals = solver.integralsTitle
        document.model.terms = solver.terms.isEmpty ? nil : solver.terms.map(TermRecord.init)
        document.model.solvent = solver.solvent.map { SolventRecord($0, of: file.molecule) }
        if let old = earlier?.document {
            (document.model.chargeSchemes, document.model.potentialFits) = (old.model.chargeSchemes, old.model.potentialFits)
            // Of the same solutions only.
            if old.states.filter(\.converged).allSatisfy(document.hasState) {
                (document.counterpoise, document.relaxedStates) = (old.counterpoise, old.relaxedStates)
            }
        }
        (analysis ?? self.analysis).describe(in: &document.model)
        document.fragments = fragments.fragments.map(FragmentRecord.init)
        document.input = .whole(input(of: document))
        return document
    }

    /// The input of a result; if vibrations are kept, more than that of its energy.
    private func input(of document: ResultDocument) -> CalculationInput {
        var result = settledInput
        guard let old = earlier?.document.input?.whole, old.task == .frequencies, document.states.count == 1,
            document.states[0].vibrations != nil
        else { return result }
        (result.task, result.frequencies) = (old.task, old.frequencies)
        return result
    }

    /// The input with all defaults filled in.
    private var settledInput: CalculationInput {
        var result = input
        result.model = input.model.settled
        result.states.charges = states.map(\.charge)
        result.states.reduction = nil
        result.resources = ResourceInput(threads: pool.threads, memory: memory)
        result.states.reference = .init(rawValue: solver.reference.rawValue)
        result.states.search = searchScope.map { $0.includesMultiplicities ? .full : .lowest } ?? StateInput.Search.none
        guard let old = earlier?.document.input?.whole else { return result }
        if input.states.search == nil, searchScope == nil, unsolved.isEmpty { result.states.search = old.states.search }
        // Of the least converged state.
        let (before, now) = (old.convergence.energyTolerance, result.convergence.energyTolerance)
        result.convergence.energyTolerance = unsolved.isEmpty ? before : unsolved.count == states.count ? now : max(before, now)
        result.analyses.cubes = AnalysisInput.Cube.allCases.filter {
            old.analyses.cubes.contains($0) || input.analyses.cubes.contains($0)
        }
        result.analyses.pictures = old.analyses.pictures + input.analyses.pictures.filter { !old.analyses.pictures.contains($0) }
        result.analyses.gradient = old.analyses.gradient || input.analyses.gradient
        result.analyses.checksFit = old.analyses.checksFit || input.analyses.checksFit
        return result
    }

    /// Whether a result has the same structure, method, basis, grid and added terms.
    package func isOfSameModel(as earlier: ResultDocument) -> Bool { document([], since: .now).isOfSameModel(as: earlier) }
}

extension ResultDocument {
    /// Whether this has a state with the same multiplicity and an energy within 1e-6 Eh.
    fileprivate func hasState(_ record: StateRecord) -> Bool { states.contains(where: record.isSameSolution) }

    /// Whether model and states are the same.
    fileprivate func isOfSameStates(as other: ResultDocument) -> Bool {
        isOfSameModel(as: other) && states.map(\.charge) == other.states.map(\.charge) && states.allSatisfy(other.hasState)
    }
}
