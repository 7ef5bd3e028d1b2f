import FileFormats
import Foundation
import GaussianIntegrals
import IsomerSearch
import LinearAlgebra
import MachineLimits
import MolecularStructure
import ParallelExecution
import RunFolders
import WavefunctionAnalysis

/// Structures of a molecule with cations: starts at the minima of the electrostatic potential and at atoms with lone pairs are relaxed at a
/// cheap level, the lowest of them at a better one. A further ion is placed on the lowest structures of the ion before.
///
/// Everything is in one folder, with a subfolder for each relaxation: a later call with the same input continues from there.
public struct IonPlacement {
    private let input: LithiationInput
    private let folder: OutputFolder
    private let lock: FolderLock
    private let call: CallRecord
    private let monitor: CalculationMonitor
    private let replaces: Bool
    /// With 0, 1, 2, ... ions.
    private let states: [ChargeState]
    /// Nil if starts are relaxed directly at the better level.
    private let cheap: ModelInput?
    private let relaxed: ModelInput
    private let start: Molecule
    private let pool: WorkerPool

    private static let (tableName, textName) = ("lithiate.csv", "lithiate.txt")

    /// Checks everything that can be checked before the first integral.
    ///
    /// - Parameters:
    ///   - folder: for the results; created if it does not exist.
    ///   - replaces: whether to replace relaxations of another search in the folder.
    /// - Throws: `CalculationError`, `BasisSetError`, `RunFolderError`.
    public init(
        _ input: LithiationInput, folder path: String, replaces: Bool = false, call: CallRecord = CallRecord(),
        monitor: CalculationMonitor = CalculationMonitor()
    ) throws {
        self.input = input
        self.replaces = replaces
        self.call = call
        self.monitor = monitor
        let file = try input.molecule.file()
        try file.refuseGhosts("esp lithiate")
        start = file.molecule
        guard (1...8).contains(input.count) else { throw CalculationError.usage("-n must lie between 1 and 8.") }
        guard (0...input.ion.charge).contains(input.electronsPerIon) else {
            throw CalculationError.usage("--electrons must lie between 0 and the charge of the ion, \(input.ion.charge).")
        }
        if IonSites(file.molecule, ion: input.ion.element).donors.isEmpty {
            throw CalculationError.badInput(
                "\(input.molecule.name): no atom binds a cation; N, O, F, S, Cl, Se, Br or I with a lone pair is needed.")
        }
        if let multiplicities = input.multiplicities, multiplicities.count != input.count + 1 {
            throw CalculationError.usage(
                "--multiplicity names \(multiplicities.count) values; \(input.count + 1) are needed, for 0 to \(input.count) ions."
            )
        }
        relaxed = input.model.settled
        var level = input.cheap?.model(like: input.model)
        level?.solvent = input.model.solvent
        cheap = try level.map { try IsomerRelaxation.fitted($0, resources: input.resources) }
        if let cheap, cheap.levelName == relaxed.levelName {
            throw CalculationError.usage(
                "the cheap level is the level of --method and --basis. Name another one, or --cheap none.")
        }
        pool = try input.resources.pool()
        var states: [ChargeState] = []
        for ions in 0...input.count {
            let molecule = Self.molecule(file.molecule, with: Self.apart(file.molecule, input.ion.element, count: ions))
            for (index, model) in [relaxed, cheap].compactMap({ $0 }).enumerated() {
                let solver = try StateSolver(
                    states: StateInput(), model: model, convergence: ConvergenceInput(), pool: pool,
                    memory: input.resources.memoryLimit)
                let resolved = try model.resolved(for: molecule)
                var chosen = StateInput()
                chosen.multiplicities = input.multiplicities.map { [$0[ions]] }
                let known =
                    ions == 0
                    ? XYZFile(molecule: molecule, charge: file.charge, multiplicity: file.multiplicity)
                    : XYZFile(molecule: molecule)
                let state = try StatePlan(chosen, of: known, charges: [input.charge(ions: ions)]).states(
                    protons: molecule.totalAtomicNumber, coreElectrons: resolved.coreElectrons)[0]
                try solver.check(functions: resolved.basis.functionCount, states: [state])
                try solver.checkGradients()
                if index == 0 { states.append(state) }
            }
        }
        self.states = states
        BLASThreads.limit(to: 1)
        folder = try OutputFolder(path: path)
        lock = try FolderLock(folder)
    }

    private static func molecule(_ host: Molecule, with ions: [Atom]) -> Molecule { Molecule(atoms: host.atoms + ions) }

    /// Ions far from the molecule and from each other, to check the input with all elements.
    private static func apart(_ host: Molecule, _ element: Element, count: Int) -> [Atom] {
        let far = host.atoms.map { $0.position.length }.reduce(0, max) + 20
        return (0..<count).map { Atom(element: element, positionInBohr: SIMD3(far + 20 * Double($0), 0, 0)) }
    }

    // MARK: The search

    /// What has been found with one number of ions.
    private struct Findings {
        var cheap: [RelaxedIsomer] = []
        var relaxed: [RelaxedIsomer] = []
        var starts = 0
        var dissociated: [String] = []
        var failures: [String: String] = [:]
    }

    public func run() throws -> LithiationDocument {
        let begin = ContinuousClock.now
        let deadline = input.time.map { begin + .seconds($0 > 0 ? min($0, 1e9) : 0) }
        var document = LithiationDocument(
            provenance: call.provenance(input: input.molecule.name, since: begin, pool: pool),
            symbols: start.atoms.map(\.element.symbol), charge: states[0].charge, multiplicity: states[0].multiplicity,
            ion: .init(
                name: input.ion.name, symbol: input.ion.element.symbol, charge: input.ion.charge,
                electrons: input.electronsPerIon),
            levels: [cheap, relaxed].compactMap { $0?.levelName }, title: "", solvent: nil, hasMedium: relaxed.solvent != nil,
            reference: .init(), steps: [], finished: false)
        let earlier = LithiationDocument.isFolder(folder.path) && !replaces ? try LithiationDocument(inFolder: folder.path) : nil
        if let earlier { try keep(earlier, from: document) }
        /// A call that stops earlier, or asks for fewer ions, leaves the fuller result in its place.
        @discardableResult
        func write(_ document: inout LithiationDocument, since begin: ContinuousClock.Instant) throws -> LithiationDocument {
            if let earlier, document.steps.count < earlier.steps.count || document.structureCount < earlier.structureCount {
                return document
            }
            return try self.write(&document, since: begin)
        }
        try addReference(to: &document, until: deadline)
        if let earlier, !earlier.title.isEmpty, !document.title.isEmpty { try keep(earlier, from: document) }
        guard let host = document.reference.host[document.level] else { return try write(&document, since: begin) }
        monitor.note("molecule without an ion: \(column(host, 0, 6)) Eh")
        var hosts = [Self.molecule(start, at: document.reference.geometry)]
        for ions in 1...input.count {
            var findings = Findings()
            document.steps.append(try record(findings, ions: ions))
            var isComplete = true
            for (number, molecule) in hosts.enumerated() {
                try place(
                    on: molecule, host: number, ions: ions, &findings, isComplete: &isComplete, until: deadline)
                document.steps[ions - 1] = try record(findings, ions: ions)
                try write(&document, since: begin)
            }
            if cheap != nil {
                for isomer in try findings.cheap.withoutDuplicates().within(input.window) {
                    let outcome = try relaxations(ions).relax(
                        isomer.molecule, id: isomer.id, starts: isomer.starts, state: states[ions], model: relaxed,
                        isCheap: false,
                        replaces: true, energies: isomer.energies, until: deadline)
                    take(outcome, isomer.id, ions, &findings, to: \.relaxed, isComplete: &isComplete)
                    document.steps[ions - 1] = try record(findings, ions: ions)
                    try write(&document, since: begin)
                }
            }
            document.steps[ions - 1] = try record(findings, ions: ions)
            try write(&document, since: begin)
            hosts = try findings.relaxed.withoutDuplicates().filter(\.isConverged).prefix(input.hosts).map(\.molecule)
            guard isComplete, !hosts.isEmpty else { return try write(&document, since: begin) }
        }
        document.finished = true
        return try write(&document, since: begin)
    }

    /// Throws if the folder holds the result of another search.
    private func keep(_ earlier: LithiationDocument, from new: LithiationDocument) throws {
        let isSame =
            earlier.symbols == new.symbols && earlier.charge == new.charge && earlier.multiplicity == new.multiplicity
            && earlier.ion == new.ion && earlier.levels == new.levels && earlier.hasMedium == new.hasMedium
            && (earlier.title.isEmpty || new.title.isEmpty || earlier.title == new.title)
        guard isSame else {
            throw RunFolderError.occupied(
                path: folder.path, by: "another search (\(earlier.ion.name), \(earlier.levels.joined(separator: " and ")))")
        }
    }

    private static func molecule(_ like: Molecule, at geometry: [Double]) -> Molecule {
        Molecule(
            atoms: zip(like.atoms, OptimizationFiles.vectors(geometry)).map { Atom(element: $0.element, positionInBohr: $1) })
    }

    /// Relaxations with a number of ions.
    private func relaxations(_ ions: Int) -> IsomerRelaxation {
        var settings = IsomerInput(molecules: [input.molecule], charges: [states[ions].charge])
        settings.resources = input.resources
        return IsomerRelaxation(input: settings, folder: folder.url("ions-\(ions)").path, call: call, monitor: monitor)
    }

    private func isOver(_ deadline: ContinuousClock.Instant?) -> Bool { deadline.map { ContinuousClock.now >= $0 } ?? false }

    // MARK: Without ions

    /// The molecule at its own structure, the ion in the medium, and the free atom in vacuum.
    private func addReference(to document: inout LithiationDocument, until deadline: ContinuousClock.Instant?) throws {
        var molecule = start
        // A single atom has no structure.
        let isAtom = start.atoms.count == 1
        if isAtom {
            let file = XYZFile(molecule: start, charge: states[0].charge)
            let found = try single(
                MoleculeInput(file, name: "start"), charge: states[0].charge, multiplicity: states[0].multiplicity,
                model: relaxed,
                name: "start")
            document.reference.host[relaxed.levelName] = found.states.first { $0.converged }?.energy
        }
        for model in isAtom ? [] : [cheap, relaxed].compactMap({ $0 }) {
            let isCheap = cheap != nil && model.levelName == cheap?.levelName
            let outcome = try relaxations(0).relax(
                molecule, id: "start", starts: ["start"], state: states[0], model: model, isCheap: isCheap,
                replaces: replaces || !isCheap, energies: [:], until: deadline)
            switch outcome {
            case .found(let isomer):
                molecule = isomer.molecule
                guard isCheap || isomer.isConverged else {
                    throw CalculationError.notConverged(
                        "the molecule without an ion did not reach a stationary point. Optimise it with esp optimize, and start from the result."
                    )
                }
                if !isCheap { document.reference.host[model.levelName] = isomer.energy }
            case .unfinished: return
            case .dissociated:
                throw CalculationError.notConverged(
                    "the molecule dissociates without an ion, at \(model.levelName). Start from a bound structure, or take another level."
                )
            case .failed(let text): throw CalculationError.notConverged("the molecule without an ion: \(text)")
            }
        }
        document.reference.geometry = molecule.atoms.flatMap { [$0.position.x, $0.position.y, $0.position.z] }
        let ion = try energy(of: input.ion.element, charge: input.ion.charge, model: relaxed, name: "ion")
        document.reference.ion[document.level] = ion.energy
        (document.title, document.solvent) = (ion.document.model.title, ion.document.model.solvent?.name)
        var vacuum = relaxed
        vacuum.solvent = nil
        document.reference.atom[document.level] = try energy(of: input.ion.element, charge: 0, model: vacuum, name: "atom").energy
    }

    private func energy(
        of element: Element, charge: Int, model: ModelInput, name: String
    ) throws -> (energy: Double, document: ResultDocument) {
        let file = XYZFile(molecule: Molecule(atoms: [Atom(element: element, positionInBohr: SIMD3())]), charge: charge)
        let document = try single(MoleculeInput(file, name: name), charge: charge, multiplicity: nil, model: model, name: name)
        guard let found = document.states.first, found.converged, let energy = found.energy else {
            throw CalculationError.notConverged("the \(name) \(element.symbol) did not converge.")
        }
        return (energy, document)
    }

    /// One state at one structure, in a folder of its own.
    private func single(
        _ molecule: MoleculeInput, charge: Int, multiplicity: Int?, model: ModelInput, name: String
    ) throws -> ResultDocument {
        var calculation = CalculationInput(molecule: molecule)
        calculation.model = model
        calculation.states.charges = [charge]
        calculation.states.multiplicities = multiplicity.map { [$0] }
        calculation.states.addsElectrons = false
        calculation.states.search = StateInput.Search.none
        (calculation.analyses.cubes, calculation.analyses.pictures) = ([], [])
        calculation.resources = input.resources
        return try Calculation(
            calculation, folder: folder.url("\(name).esp").path, replaces: true, call: call, monitor: monitor.withNotesOnly
        ).run()
    }

    // MARK: With an ion more

    /// Starts with an ion more on one structure, relaxed at the first level.
    private func place(
        on host: Molecule, host number: Int, ions: Int, _ findings: inout Findings, isComplete: inout Bool,
        until deadline: ContinuousClock.Instant?
    ) throws {
        guard !isOver(deadline) else {
            isComplete = false
            return
        }
        let first = cheap ?? relaxed
        let prefix = input.count > 1 && ions > 1 ? "\(number + 1)-" : ""
        let starts = try starts(on: host, host: number, ions: ions, model: first)
        monitor.note(
            "\(ions) \(input.ion.name): \(IsomerResult.counted(starts.count, "start"))"
                + (ions > 1 ? " on structure \(number + 1)" : ""))
        for (index, molecule) in starts.enumerated() {
            let id = "\(prefix)\(String(format: "%02d", index + 1))"
            findings.starts += 1
            guard !isOver(deadline) else {
                isComplete = false
                continue
            }
            let outcome = try relaxations(ions).relax(
                molecule, id: id, starts: [id], state: states[ions], model: first, isCheap: cheap != nil, replaces: replaces,
                energies: [:], until: deadline)
            take(outcome, id, ions, &findings, to: cheap == nil ? \.relaxed : \.cheap, isComplete: &isComplete)
        }
    }

    private func take(
        _ outcome: IsomerRelaxation.Outcome, _ id: String, _ ions: Int, _ findings: inout Findings,
        to list: WritableKeyPath<Findings, [RelaxedIsomer]>, isComplete: inout Bool
    ) {
        let text: String
        switch outcome {
        case .found(let isomer):
            findings[keyPath: list].append(isomer)
            text =
                "\(column(isomer.energy, 0, 6)) Eh, \(IonSites.description(of: isomer.molecule, ions: ions))"
                + (isomer.isConverged ? "" : ", not converged")
        case .dissociated:
            findings.dissociated.append(id)
            text = "dissociated"
        case .unfinished:
            isComplete = false
            text = "unfinished: the time is up"
        case .failed(let reason):
            findings.failures[id] = reason
            text = "failed: \(reason)"
        }
        monitor.note("\(id): \(text)")
    }

    /// Structures with an ion more, the most favourable potential first: at the minima of the potential on the surface of the molecule that
    /// has the electrons of the ion already, and at the donors. Of the sites with the same contacts the best two remain.
    private func starts(on host: Molecule, host number: Int, ions: Int, model: ModelInput) throws -> [Molecule] {
        let element = input.ion.element
        let charge = states[ions - 1].charge - input.electronsPerIon
        let name = "host-\(ions)-\(number + 1)"
        let file = XYZFile(molecule: host, charge: charge)
        let document = try single(
            MoleculeInput(file, name: name), charge: charge,
            multiplicity: input.electronsPerIon == 0 ? states[ions - 1].multiplicity : nil,
            model: model, name: name)
        guard document.states.first?.converged == true else {
            throw CalculationError.notConverged(
                "the molecule with \(IsomerResult.counted(input.electronsPerIon, "added electron")) did not converge, so its potential is "
                    + "unknown. Take another --cheap level.")
        }
        let run = try FinishedRun(
            readingFrom: folder.url("\(name).esp").path, memory: input.resources.memoryLimit,
            checkCancellation: monitor.checkCancellation)
        let wavefunction = run.wavefunctions[0]
        let sites = IonSites(host, ion: element)
        let surface: SurfaceAnalysis
        do {
            surface = try SurfaceAnalysis(
                wavefunction, memoryLimitInBytes: pool.communicator.least(Machine.remaining(of: input.resources.memoryLimit)),
                pool: pool)
        } catch {
            throw CalculationError.badInput("the surface of the molecule: \(sentence(error))")
        }
        let minima = surface.extrema.filter { !$0.isMaximum }.compactMap { sites.site(atMinimum: $0.position) }
        let candidates = minima + sites.sites
        let evaluator = ElectrostaticPotentialEvaluator(
            basis: wavefunction.basis, densities: [wavefunction.totalDensity], pool: pool)
        let potentials = evaluator.values(at: candidates.map(\.position), pool: pool)[0]
        var counts: [[Int]: Int] = [:]
        var found: [Molecule] = []
        var shapes: [StructureComparison.Shape] = []
        let comparison = StructureComparison()
        // Minima of the potential count like other sites, and come first where they are equal.
        let order = candidates.indices.sorted { (potentials[$0], $0) < (potentials[$1], $1) }
        for index in order where found.count < input.starts {
            let site = candidates[index]
            guard counts[site.contacts, default: 0] < 2 else { continue }
            let molecule = Self.molecule(host, with: [Atom(element: element, positionInBohr: site.position)])
            let shape = StructureComparison.Shape(molecule)
            guard try !shapes.contains(where: { try comparison.areSame($0, shape) }) else { continue }
            counts[site.contacts, default: 0] += 1
            shapes.append(shape)
            found.append(molecule)
        }
        return found
    }

    // MARK: Results

    private func record(_ findings: Findings, ions: Int) throws -> LithiationDocument.Step {
        let relaxed = try findings.relaxed.withoutDuplicates()
        let done = Set(relaxed.flatMap(\.starts) + findings.dissociated)
        let dropped = try findings.cheap.withoutDuplicates().filter { !done.contains($0.id) }
        let structures = (relaxed + dropped).enumerated().map { index, isomer in
            LithiationDocument.Structure(
                id: isomer.id, contacts: IonSites.description(of: isomer.molecule, ions: ions), energies: isomer.energies,
                spinSquared: isomer.spinSquared, starts: isomer.starts.sorted(), converged: isomer.isConverged,
                geometry: isomer.molecule.atoms.flatMap { [$0.position.x, $0.position.y, $0.position.z] },
                file: "ions-\(ions)/structure-\(String(format: "%02d", index + 1)).xyz")
        }
        return .init(
            ions: ions, charge: states[ions].charge, multiplicity: states[ions].multiplicity, structures: structures,
            starts: findings.starts, dissociated: findings.dissociated, failures: findings.failures)
    }

    @discardableResult
    private func write(_ document: inout LithiationDocument, since begin: ContinuousClock.Instant) throws -> LithiationDocument {
        document.provenance = call.provenance(input: input.molecule.name, since: begin, pool: pool)
        for step in document.steps where !step.structures.isEmpty {
            let sub = try OutputFolder(path: folder.url("ions-\(step.ions)").path)
            let atoms = start.atoms.map(\.element) + Array(repeating: input.ion.element, count: step.ions)
            for structure in step.structures {
                let positions = OptimizationFiles.vectors(structure.geometry)
                let molecule = Molecule(atoms: zip(atoms, positions).map { Atom(element: $0, positionInBohr: $1) })
                let energies = document.levels.compactMap { level in
                    structure.energies[level].map { "\(level)=\(String(format: "%.8f", $0))" }
                }
                let xyz = XYZFile(
                    molecule: molecule,
                    comment: "id=\(structure.id) \(energies.joined(separator: " ")) \"\(structure.contacts)\"",
                    charge: step.charge, multiplicity: step.multiplicity)
                let name = URL(fileURLWithPath: structure.file).lastPathComponent
                try sub.write(Data(xyz.text.utf8), name: name)
            }
            // Those of an earlier table that was longer.
            sub.removeFiles(from: step.structures.count + 1) { "structure-\(String(format: "%02d", $0)).xyz" }
        }
        try folder.write(JSONLayout.encoded(document), name: LithiationDocument.fileName)
        try folder.write(Data(document.csv.utf8), name: Self.tableName)
        try folder.write(Data(document.text.utf8), name: Self.textName)
        return document
    }
}

extension LithiationDocument {
    /// Structures of all numbers of ions.
    fileprivate var structureCount: Int { steps.reduce(0) { $0 + $1.structures.count } }
}
