import FileFormats
import Foundation
import GaussianBasis
import GaussianIntegrals
import LinearAlgebra
import MolecularStructure
import ParallelExecution
import WavefunctionAnalysis

/// One call of `esp analyze`: reads another program's wavefunction and writes the folder of a finished run.
struct ForeignAnalysis {
    let command: AnalyzeCommand
    let arguments: [String]
    private let file: ForeignWavefunction
    private let imported: WavefunctionImport
    private let pool: WorkerPool

    private var basis: AtomicOrbitalBasis { imported.wavefunction.basis }
    private var state: ChargeState { imported.wavefunction.state }

    init(command: AnalyzeCommand, arguments: [String]) throws {
        self.command = command
        self.arguments = arguments
        var file = try ForeignWavefunction(
            readingFrom: command.file, choice: .init(density: command.density, number: command.wavefunction))
        if !command.element.isEmpty {
            var elements: [Int: Element] = [:]
            for choice in command.element {
                let indices = choice.indices(in: file.molecule)
                guard !indices.isEmpty else {
                    throw Failure(.badInput, "\(command.file): --element names no atom of the molecule. Correct it.")
                }
                for index in indices { elements[index] = choice.element }
            }
            try file.setElements(elements)
        }
        if !command.core.isEmpty {
            var elements: [Element: Int] = [:]
            var convention: CoreConvention?
            for choice in command.core {
                switch choice {
                case .all(let all): convention = all
                case .electrons(let element, let count): elements[element] = count
                }
            }
            try file.setCoreElectrons(convention, elements: elements)
        }
        file.expectedCharge = command.charge
        self.file = file
        BLASThreads.limit(to: 1)
        pool = try command.machine.pool()
        imported = try WavefunctionImport(file) { OneElectronIntegrals.overlap(basis: $0) }
    }

    func run() throws -> ResultDocument {
        let start = ContinuousClock.now
        let progress = ProgressReport(isQuiet: command.output.quiet)
        let fragments = try command.output.fragmentation(of: file.molecule)
        let analysis = try StateAnalysis(
            basis: basis,
            options: command.output.charges.options(
                library: try? BasisSetLibrary.inUse(), memory: command.machine.memoryLimit).restricted(to: file.format), pool: pool)
        let folder = try OutputFolder(path: command.output.output ?? OutputFolder.defaultName(for: command.file))
        let lock = try FolderLock(folder)
        defer { withExtendedLifetime(lock) {} }
        let cubes = try CubeOutput(
            molecule: file.molecule, stateCount: 1, choices: command.fields.cube, spacing: command.fields.cubeSpacing,
            folder: folder, memory: command.machine.memoryLimit, pool: pool)
        for note in imported.source.notes { progress.note("\(command.file): \(note)") }
        progress.note("conventions: \(imported.source.convention)")

        let wavefunction = imported.wavefunction
        let overlap = OneElectronIntegrals.overlap(basis: basis)
        let analyzed = AnalyzedState(
            wavefunction: wavefunction, energy: file.energy,
            spinSquared: wavefunction.isRestricted ? 0 : SpinContamination.spinSquared(wavefunction, overlap: overlap))
        var record = try analysis.records(of: [analyzed])[0]
        let files = try writeBasis(to: folder)
        let checkpoint = Checkpoint(
            molecule: file.molecule, basisFingerprint: fingerprint, state: state, method: method, grid: "", iteration: 0,
            energy: file.energy ?? .nan, isConverged: true, orbitals: wavefunction.orbitals)
        let checkpointName = OutputFolder.checkpointName(state)
        try folder.write(checkpoint.data(), name: checkpointName)
        record.files["checkpoint"] = checkpointName
        var document = document(record, files, fragments, analysis, since: start)
        try folder.write(document.json(), name: OutputFolder.resultName)
        if !command.output.json {
            try Console.output(TextReport.heading(document, path: command.file, folder: folder.path))
            try Console.output(TextReport.state(
                    record, symbols: document.molecule.symbols, ghosts: file.molecule.ghosts.map(\.symbol)))
            try Console.output(TextReport.comparison(document, notes: analysis.notes))
        }
        try PictureOutput(
            name: OutputFolder.stem(of: command.file), wavefunctions: [wavefunction], memory: command.machine.memoryLimit,
            pool: pool
        ).write(command.fields.picture, to: folder, progress: progress)
        try Interruption.check()
        if let cubes {
            let names = try cubes.write(
                [CubeState(wavefunction: wavefunction, hasSpinDensity: record.hasSpinDensity)],
                title: "esp \(ProgramVersion.number): \(OutputFolder.stem(of: command.file)), \(method)", to: folder,
                progress: progress, ledger: TimeLedger(isDetailed: false))
            document.states[0].files.merge(names[0]) { _, new in new }
            try folder.write(document.json(), name: OutputFolder.resultName)
        }
        if !command.output.json { try Console.output(TextReport.files(document, folder: folder.path)) }
        return document
    }

    private var method: String { file.method.isEmpty ? "unknown" : file.method }

    private var entries: [(Element, ElementBasis)] {
        zip(file.molecule.withGhostsAsAtoms.atoms, basis.elementBases).map { ($0.element, $1) }
    }
    private var fingerprint: String { BasisFingerprint.text(entries, functionType: basis.functionType) }

    /// Writes the basis; atoms that differ from others of their element have theirs in further files.
    ///
    /// - Returns: the name of each atom's file; nil when `basis.gbs` serves all.
    private func writeBasis(to folder: OutputFolder) throws -> [String]? {
        let classes = BasisClasses(molecule: file.molecule, bases: basis.elementBases)
        for (index, elements) in classes.sets.enumerated() {
            let set = BasisSet(
                name: file.basisName.isEmpty ? OutputFolder.stem(of: command.file) : file.basisName,
                functionType: basis.functionType, elements: elements)
            try folder.write(Data(Gaussian94.text(set).utf8), name: OutputFolder.basisName(ofClass: index))
        }
        return classes.sets.count > 1 ? classes.places.map { OutputFolder.basisName(ofClass: $0) } : nil
    }

    private func document(
        _ record: StateRecord, _ files: [String]?, _ fragments: Fragmentation, _ analysis: StateAnalysis,
        since start: ContinuousClock.Instant
    ) -> ResultDocument {
        let atoms = file.molecule.atoms
        let name = file.basisName.isEmpty ? "that of the file" : file.basisName
        var document = ResultDocument(
            provenance: .init(
                creator: "esp", version: ProgramVersion.number, instructionSet: ProgramVersion.instructionSet,
                libraries: ProgramVersion.libraries, input: command.file, arguments: arguments,
                finished: ISO8601DateFormatter().string(from: Date()), wallSeconds: start.secondsToNow,
                threads: pool.threads),
            molecule: .init(file.molecule, comment: file.title, effectiveNuclearCharges: basis.effectiveNuclearCharges),
            model: .init(
                method: method, basis: Dictionary(atoms.map { ($0.element.symbol, name) }) { first, _ in first },
                functionType: basis.functionType.rawValue, basisFunctions: basis.functionCount, basisFingerprint: fingerprint,
                grid: nil, references: [], potentialFits: [:]),
            states: [record])
        document.model.basisFiles = files
        analysis.describe(in: &document.model)
        document.fragments = fragments.fragments.map(FragmentRecord.init)
        document.source = imported.source
        return document
    }
}

extension TextReport {
    /// The head of a report on another program's wavefunction.
    static func heading(_ document: ResultDocument, path: String, folder: String) -> String {
        var lines = [
            ("molecule", "\(path): \(formula(document.molecule.symbols)), \(document.molecule.symbols.count) atoms"),
            ("method", document.model.method),
            ("basis", "\(document.model.basisFunctions) functions (\(document.model.functionType))"),
        ]
        let cores = zip(document.molecule.atomicNumbers, document.molecule.effectiveNuclearCharges)
            .reduce(0) { $0 + Double($1.0) - $1.1 }
        if cores > 0 { lines.append(("cores", "\(Int(cores)) electrons replaced or left out")) }
        let ghosts = (document.molecule.ghosts ?? []).map(\.symbol)
        if !ghosts.isEmpty { lines.append(("ghosts", "\(ghosts.count) centres of basis functions without nucleus: \(formula(ghosts))")) }
        if let source = document.source { lines.append(("read as", source.convention)) }
        lines.append(("output", folder))
        return "esp \(ProgramVersion.number)\n" + lines.map { line($0.0, $0.1) }.joined()
    }
}
