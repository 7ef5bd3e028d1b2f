import FileFormats
import Foundation
import IsomerSearch
import MolecularStructure
import RunFolders

/// A search for isomers: proposals are relaxed at a cheap level, low-lying structures at a better one, and the lowest of those get single
/// points.
///
/// Every isomer that the cheap level finds for one charge is a starting structure for the other charges. Everything is in one folder, with
/// a subfolder for each relaxation: a later call with the same input continues from there.
public struct IsomerLadder {
    private let input: IsomerInput
    private let folder: OutputFolder
    private let lock: FolderLock
    private let call: CallRecord
    private let monitor: CalculationMonitor
    private let replaces: Bool
    private let states: [ChargeState]
    /// Nil if proposals are relaxed directly at the better level.
    private let cheap: ModelInput?
    private let relaxed: ModelInput
    private let singlePoint: ModelInput?
    private let runs: IsomerRelaxation
    public let proposals: IsomerProposals
    private let recorder: IsomerRecorder

    /// Fractions of the time limit after which the first two levels end.
    private static let shares = (cheap: 0.5, relaxed: 0.9)
    static let proposalsName = "proposals.xyz"
    /// Marks the names of starts that were found for another charge.
    static let crossing = "-from-q"

    /// Makes the proposals, and checks everything that can be checked before the first integral.
    ///
    /// - Parameters:
    ///   - folder: for the results; created if it does not exist.
    ///   - replaces: whether to replace relaxations of another search in the folder; each keeps its `optimization.json` under another
    ///     name.
    /// - Throws: `CalculationError`, `BasisSetError`, `RunFolderError`.
    public init(
        _ input: IsomerInput, folder path: String, replaces: Bool = false, call: CallRecord = CallRecord(),
        monitor: CalculationMonitor = CalculationMonitor()
    ) throws {
        self.input = input
        self.replaces = replaces
        self.call = call
        self.monitor = monitor
        proposals = try Self.proposals(of: input, checkCancellation: monitor.checkCancellation)
        monitor.note(
            "\(IsomerResult.counted(proposals.proposals.count, "proposal")) from \(IsomerResult.counted(proposals.graphCount, "bond graph"))"
        )
        let molecule = proposals.proposals[0].molecule
        let cheap = try input.cheap.map {
            try IsomerRelaxation.fitted($0.model(like: input.model), resources: input.resources)
        }
        (self.cheap, relaxed, singlePoint) = (cheap, input.model.settled, input.singlePoint?.model(like: input.model))
        if let cheap, cheap.levelName == relaxed.levelName {
            throw CalculationError.usage("the cheap level is the level of the relaxation. Name another one, or --cheap none.")
        }
        if let singlePoint, singlePoint.levelName == relaxed.levelName || singlePoint.levelName == cheap?.levelName {
            throw CalculationError.usage("--final is the level of a relaxation. Name another one, or leave it out.")
        }
        let pool = try input.resources.pool()
        var states: [ChargeState] = []
        for (index, model) in [relaxed, cheap, singlePoint].compactMap({ $0 }).enumerated() {
            let solver = try StateSolver(
                states: StateInput(), model: model, convergence: ConvergenceInput(), pool: pool,
                memory: input.resources.memoryLimit)
            let resolved = try model.resolved(for: molecule)
            var chosen = StateInput()
            chosen.multiplicities = input.multiplicities
            let found = try StatePlan(chosen, of: XYZFile(molecule: molecule), charges: input.charges).states(
                protons: molecule.totalAtomicNumber, coreElectrons: resolved.coreElectrons)
            try solver.check(functions: resolved.basis.functionCount, states: found)
            try solver.checkGradients()
            if index == 0 { states = found }
        }
        self.states = states
        folder = try OutputFolder(path: path)
        lock = try FolderLock(folder)
        runs = IsomerRelaxation(input: input, folder: folder.path, call: call, monitor: monitor)
        recorder = IsomerRecorder(
            input: input, proposals: proposals, cheap: cheap, relaxed: relaxed, singlePoint: singlePoint, folder: folder,
            call: call,
            pool: pool)
    }

    /// The proposals alone.
    ///
    /// - Parameter checkCancellation: throws if the caller asks to stop.
    /// - Throws: the errors of `checkCancellation`, and `CalculationError` if there is nothing to start from.
    public static func proposals(of input: IsomerInput, checkCancellation: () throws -> Void = {}) throws -> IsomerProposals {
        let molecules = try input.molecules.map { molecule in
            let file = try molecule.file()
            try file.refuseGhosts("esp isomers")
            return file.molecule
        }
        guard input.model.solvent == nil else {
            throw CalculationError.usage(
                "esp isomers does not work with --solvent: the levels of the search are those in vacuum. Leave it out, and relax the isomers in "
                    + "the solvent with esp optimize.")
        }
        guard molecules.reduce(0, { $0 + $1.atoms.count }) > 1 else {
            throw CalculationError.usage("one atom has no isomers. Name a molecule, or several.")
        }
        let found = try IsomerProposals(molecules, settings: input.proposals, checkCancellation: checkCancellation)
        guard !found.proposals.isEmpty else {
            throw CalculationError.badInput(
                "no structure could be built from these molecules. Put them together in one file, and give that one.")
        }
        return found
    }

    /// Structures of the proposals, each with its bonds in the comment line.
    static func xyz(_ proposals: IsomerProposals) -> String {
        proposals.proposals.enumerated().map { index, proposal in
            XYZFile(molecule: proposal.molecule, comment: "id=\(name(index)) \"\(proposal.words)\"").text
        }.joined()
    }

    static func name(_ index: Int) -> String { String(format: "%03d", index + 1) }

    // MARK: The search

    /// Runs all levels.
    public func run() throws -> IsomerResult {
        let start = ContinuousClock.now
        func deadline(_ share: Double) -> ContinuousClock.Instant? {
            input.time.map { start + .seconds($0 > 0 ? share * min($0, 1e9) : 0) }
        }
        try Self.write(proposals, to: folder, replaces: replaces)
        recorder.removePage()
        var findings = states.map { IsomerFindings(state: $0) }
        let first = cheap ?? relaxed
        let list: WritableKeyPath<IsomerFindings, [RelaxedIsomer]> = cheap == nil ? \.relaxed : \.cheap
        try relaxProposals(
            &findings, model: first, to: list, until: deadline(cheap == nil ? Self.shares.relaxed : Self.shares.cheap))
        try relaxAcrossCharges(
            &findings, model: first, to: list, until: deadline(cheap == nil ? Self.shares.relaxed : Self.shares.cheap))
        try recorder.write(findings, since: start)
        if cheap != nil { try relaxLowest(&findings, until: deadline(Self.shares.relaxed), since: start) }
        try addSinglePoints(&findings, until: deadline(1))
        let result = try recorder.write(findings, since: start)
        try recorder.writePage(result)
        return result
    }

    /// Writes the list of proposals. A list that extends the existing one replaces it; a shorter one does not.
    ///
    /// - Throws: `RunFolderError.occupied` if the folder contains other proposals and `replaces` is false.
    package static func write(_ proposals: IsomerProposals, to folder: OutputFolder, replaces: Bool) throws {
        let text = xyz(proposals)
        if let earlier = try? String(contentsOf: folder.url(proposalsName), encoding: .utf8), !replaces {
            if earlier.hasPrefix(text) { return }
            guard text.hasPrefix(earlier) else {
                throw RunFolderError.occupied(path: folder.path, by: "a search with other proposals")
            }
        }
        try folder.write(Data(text.utf8), name: proposalsName)
    }

    private func relaxProposals(
        _ findings: inout [IsomerFindings], model: ModelInput, to list: WritableKeyPath<IsomerFindings, [RelaxedIsomer]>,
        until deadline: ContinuousClock.Instant?
    ) throws {
        var meter = IsomerMeter(count: proposals.proposals.count * findings.count)
        for (index, proposal) in proposals.proposals.enumerated() {
            for place in findings.indices {
                findings[place].starts += 1
                guard !isOver(deadline) else {
                    findings[place].untried += 1
                    findings[place].isComplete = false
                    continue
                }
                try relax(
                    proposal.molecule, id: Self.name(index), of: proposal.words, &findings[place], model: model, to: list,
                    until: deadline, &meter, replaces: replaces)
            }
        }
    }

    /// Structures found for one charge are starts for the others, unless they are starts already.
    private func relaxAcrossCharges(
        _ findings: inout [IsomerFindings], model: ModelInput, to list: WritableKeyPath<IsomerFindings, [RelaxedIsomer]>,
        until deadline: ContinuousClock.Instant?
    ) throws {
        let found = try findings.map { try $0[keyPath: list].withoutDuplicates().filter(\.isConverged) }
        let comparison = StructureComparison()
        for place in findings.indices {
            var known = found[place].map(\.shape)
            var starts: [(id: String, isomer: RelaxedIsomer)] = []
            for (other, isomers) in found.enumerated() where other != place {
                for isomer in isomers.within(input.cheapWindow)
                where try !known.contains(where: { try comparison.areSame($0, isomer.shape) }) {
                    known.append(isomer.shape)
                    starts.append(("\(isomer.id)\(Self.crossing)\(findings[other].state.charge)", isomer))
                }
            }
            var meter = IsomerMeter(count: starts.count)
            for (id, isomer) in starts {
                findings[place].starts += 1
                guard !isOver(deadline) else {
                    findings[place].untried += 1
                    findings[place].isComplete = false
                    continue
                }
                try relax(
                    isomer.molecule, id: id, of: IsomerDescription(isomer.molecule, isomer.shape.graph).description,
                    &findings[place], model: model, to: list, until: deadline, &meter, replaces: true)
            }
        }
    }

    private func relax(
        _ molecule: Molecule, id: String, of words: String, _ findings: inout IsomerFindings, model: ModelInput,
        to list: WritableKeyPath<IsomerFindings, [RelaxedIsomer]>, until deadline: ContinuousClock.Instant?,
        _ meter: inout IsomerMeter,
        replaces: Bool
    ) throws {
        let outcome = try runs.relax(
            molecule, id: id, starts: [id], state: findings.state, model: model, isCheap: cheap != nil, replaces: replaces,
            energies: [:], until: deadline)
        findings.take(outcome, id: id, to: list)
        tell(outcome, id: id, from: words, findings, among: findings[keyPath: list], meter: &meter)
    }

    /// Relaxes the structures within the window of the cheap level at the better level.
    private func relaxLowest(
        _ findings: inout [IsomerFindings], until deadline: ContinuousClock.Instant?, since start: ContinuousClock.Instant
    ) throws {
        let plan = try findings.map { try $0.cheap.withoutDuplicates().within(input.cheapWindow) }
        var meter = IsomerMeter(count: plan.reduce(0) { $0 + $1.count })
        // The lowest of every charge first.
        for rank in 0..<(plan.map(\.count).max() ?? 0) {
            for place in findings.indices where plan[place].indices.contains(rank) {
                guard !isOver(deadline) else {
                    findings[place].isComplete = false
                    continue
                }
                let isomer = plan[place][rank]
                let outcome = try runs.relax(
                    isomer.molecule, id: isomer.id, starts: isomer.starts, state: findings[place].state, model: relaxed,
                    isCheap: false, replaces: true, energies: isomer.energies, until: deadline)
                if case .failed(let text) = outcome { findings[place].failures["\(isomer.id) (\(relaxed.levelName))"] = text }
                if case .found(let found) = outcome { findings[place].relaxed.append(found) }
                if case .dissociated = outcome { findings[place].dissociated += isomer.starts }
                if case .unfinished = outcome { findings[place].isComplete = false }
                tell(
                    outcome, id: isomer.id, from: IsomerDescription(isomer.molecule, isomer.shape.graph).description,
                    findings[place], among: findings[place].relaxed, meter: &meter)
                try recorder.write(findings, since: start)
            }
        }
    }

    private func addSinglePoints(_ findings: inout [IsomerFindings], until deadline: ContinuousClock.Instant?) throws {
        guard let singlePoint else { return }
        for place in findings.indices {
            let chosen = try findings[place].relaxed.withoutDuplicates().within(input.relaxedWindow)
            for isomer in chosen {
                guard !isOver(deadline) else {
                    findings[place].isComplete = false
                    continue
                }
                let energy: Double
                switch try runs.singlePoint(isomer, state: findings[place].state, model: singlePoint, until: deadline) {
                case .found(let found): energy = found
                case .failed(let text):
                    findings[place].failures["\(isomer.id) (\(singlePoint.levelName))"] = text
                    continue
                case .unfinished:
                    findings[place].isComplete = false
                    continue
                }
                monitor.note(
                    "\(isomer.id), charge \(signed(findings[place].state.charge)): \(singlePoint.levelName) \(column(energy, 0, 6)) Eh"
                )
                for index in findings[place].relaxed.indices where findings[place].relaxed[index].id == isomer.id {
                    findings[place].relaxed[index].energies[singlePoint.levelName] = energy
                }
            }
        }
    }

    private func isOver(_ deadline: ContinuousClock.Instant?) -> Bool { deadline.map { ContinuousClock.now >= $0 } ?? false }

    // MARK: Progress

    private func tell(
        _ outcome: IsomerRelaxation.Outcome, id: String, from words: String, _ findings: IsomerFindings,
        among list: [RelaxedIsomer],
        meter: inout IsomerMeter
    ) {
        let result: String
        switch outcome {
        case .found(let isomer):
            let lowest = list.map(\.energy).min() ?? isomer.energy
            let now = IsomerDescription(isomer.molecule, isomer.shape.graph).description
            result =
                "\(column(isomer.energy, 0, 6)) Eh (\(signed(1000 * (isomer.energy - lowest), 1)) mEh)"
                + (isomer.isConverged ? "" : ", not converged") + (now == words ? "" : ", became \(now)")
        case .dissociated: result = "dissociated"
        case .unfinished: result = "unfinished: the time is up"
        case .failed(let text): result = "failed: \(text)"
        }
        monitor.note("[\(meter.step())] \(id), charge \(signed(findings.state.charge)): \(words): \(result)")
    }
}
