import BasisSets
import FileFormats
import Foundation
import GaussianBasis
import GaussianIntegrals
import LinearAlgebra
import MolecularStructure
import ParallelExecution
import RunFolders
import WavefunctionAnalysis

/// Selects a wavefunction in another program's file, and how to read it.
public struct ForeignInput: Sendable {
    /// A formatted checkpoint, Molden, .mwfn, .wfn or .wfx file.
    public var path: String
    /// Density of a formatted checkpoint with several; nil: that of the orbitals.
    public var density: WavefunctionChoice.Density?
    /// Number of the wavefunction in a Molden file with several, from 1.
    public var number: Int?
    public var cores: [CoreChoice] = []
    public var elements: [ElementChoice] = []
    /// The total charge that the file must have.
    public var expectedCharge: Int?
    public var analyses = AnalysisInput()
    public var resources = ResourceInput()

    public init(path: String) { self.path = path }
}

/// Reads another program's wavefunction and writes the folder of a finished run.
public struct ForeignAnalysis {
    private let input: ForeignInput
    private let path: String
    private let replaces: Bool
    private let call: CallRecord
    private let monitor: CalculationMonitor
    private let file: ForeignWavefunction
    private let imported: WavefunctionImport
    private let pool: WorkerPool

    private var basis: AtomicOrbitalBasis { imported.wavefunction.basis }
    private var state: ChargeState { imported.wavefunction.state }

    /// Reads the file.
    ///
    /// - Parameters:
    ///   - folder: for the results.
    ///   - replaces: whether to replace the results of another calculation or wavefunction in the folder.
    /// - Throws: `CalculationError`, `InputFileError`.
    public init(
        _ input: ForeignInput, folder: String, replaces: Bool = false, call: CallRecord = CallRecord(),
        monitor: CalculationMonitor = CalculationMonitor()
    ) throws {
        self.input = input
        path = folder
        self.replaces = replaces
        self.call = call
        self.monitor = monitor
        if let charge = input.expectedCharge, !ChargeState.allowedCharges.contains(charge) {
            throw CalculationError.usage(
                "a charge of \(charge) is not possible: write one from \(ChargeState.allowedCharges.lowerBound) to \(ChargeState.allowedCharges.upperBound)."
            )
        }
        var file = try ForeignWavefunction(
            readingFrom: input.path, choice: .init(density: input.density, number: input.number))
        if !input.elements.isEmpty {
            var elements: [Int: Element] = [:]
            for choice in input.elements {
                let indices = choice.indices(in: file.molecule)
                guard !indices.isEmpty else {
                    throw CalculationError.badInput("\(input.path): --element names no atom of the molecule. Correct it.")
                }
                for index in indices { elements[index] = choice.element }
            }
            try file.setElements(elements)
        }
        if !input.cores.isEmpty {
            var elements: [Element: Int] = [:]
            var convention: CoreConvention?
            for choice in input.cores {
                switch choice {
                case .all(let all): convention = all
                case .electrons(let element, let count): elements[element] = count
                }
            }
            try file.setCoreElectrons(convention, elements: elements)
        }
        file.expectedCharge = input.expectedCharge
        self.file = file
        BLASThreads.limit(to: 1)
        pool = try input.resources.pool()
        imported = try WavefunctionImport(file) { OneElectronIntegrals.overlap(basis: $0) }
    }

    @discardableResult
    public func run() throws -> ResultDocument {
        let start = ContinuousClock.now
        let memory = input.resources.memoryLimit
        let fragments = try input.analyses.fragmentation(of: file.molecule)
        // An existing folder is read before anything is written to it.
        let first = try FolderLock(path: path)
        defer { withExtendedLifetime(first) {} }
        let earlier = try earlierResult()
        var charges = input.analyses.charges
        charges.schemes += (earlier?.document.model.chargeSchemes ?? [:]).keys.filter { !charges.schemes.contains($0) }.sorted()
        let analysis = try StateAnalysis(
            basis: basis,
            options: .init(charges, library: try? .inUse(), memory: memory).restricted(to: file.format), pool: pool
        )
        let folder = try OutputFolder(path: path)
        let lock = try FolderLock(folder)
        defer { withExtendedLifetime(lock) {} }
        let cubes = try CubeOutput(
            molecule: file.molecule, stateCount: 1, choices: input.analyses.cubes, spacing: input.analyses.cubeSpacing,
            folder: folder, memory: memory, pool: pool)
        for note in imported.source.notes { monitor.note("\(input.path): \(note)") }
        monitor.note("conventions: \(imported.source.convention)")

        let wavefunction = imported.wavefunction
        let overlap = OneElectronIntegrals.overlap(basis: basis)
        let analyzed = AnalyzedState(
            wavefunction: wavefunction, energy: file.energy,
            spinSquared: wavefunction.isRestricted ? 0 : wavefunction.spinSquared(overlap: overlap))
        var record = try analysis.records(of: [analyzed])[0]
        let files = try writeBasis(to: folder)
        let checkpoint = Checkpoint(
            molecule: file.molecule, basisFingerprint: fingerprint, state: state, method: method, grid: "", iteration: 0,
            energy: file.energy ?? .nan, isConverged: true, orbitals: wavefunction.orbitals)
        let checkpointName = OutputFolder.checkpointName(state)
        try folder.write(checkpoint.data(), name: checkpointName)
        if let known = earlier?.document.states.first {
            record.files = known.files.filter { folder.has($0.value) }
        } else {
            folder.removeDerived()
        }
        record.files["checkpoint"] = checkpointName
        var document = document(record, files, fragments, analysis, since: start)
        try folder.write(document.json(), name: OutputFolder.resultName)
        try monitor.report(.analyzed(document, notes: analysis.notes))
        try PictureOutput(
            name: OutputFolder.stem(of: input.path), document: document, wavefunctions: [wavefunction], memory: memory,
            pool: pool, checkCancellation: monitor.checkCancellation
        ).write(input.analyses.pictures, to: folder, note: monitor.note)
        try monitor.checkCancellation()
        if let cubes {
            let names = try cubes.write(
                [CubeState(wavefunction: wavefunction, hasSpinDensity: record.hasSpinDensity)], base: 0,
                title: ProgramVersion.title(input.path, method), to: folder,
                monitor: monitor, ledger: TimeLedger(isDetailed: false))
            document.states[0].files.merge(names[0]) { _, new in new }
            try folder.write(document.json(), name: OutputFolder.resultName)
        }
        try monitor.report(.finished(document, folder: folder.path))
        return document
    }

    /// Existing results for the same wavefunction; nil if there are none or if they are replaced.
    private func earlierResult() throws -> EarlierResult? {
        guard let earlier = try EarlierResult(in: path, replaces: replaces) else { return nil }
        let conflicts = plainDocument(since: .now).conflicts(withFileOf: earlier.document, state: state, energy: file.energy)
        guard !conflicts.isEmpty else { return earlier }
        guard replaces else { throw earlier.refusal(path, conflicts: conflicts) }
        return nil
    }

    private var method: String { file.method.isEmpty ? "unknown" : file.method }

    private var entries: [(Element, ElementBasis)] {
        zip(file.molecule.withGhostsAsAtoms.atoms, basis.elementBases).map { ($0.element, $1) }
    }
    private var fingerprint: String { BasisFingerprint.text(entries, functionType: basis.functionType) }

    /// Writes the basis; further files contain the basis of atoms that differ from others of their element.
    ///
    /// - Returns: the name of each atom's file; nil if `basis.gbs` is used for all.
    private func writeBasis(to folder: OutputFolder) throws -> [String]? {
        let classes = BasisClasses(molecule: file.molecule, bases: basis.elementBases)
        for (index, elements) in classes.sets.enumerated() {
            let set = BasisSet(
                name: file.basisName.isEmpty ? OutputFolder.stem(of: input.path) : file.basisName,
                functionType: basis.functionType, elements: elements)
            try folder.write(Data(Gaussian94.text(set).utf8), name: OutputFolder.basisName(ofClass: index))
        }
        return classes.sets.count > 1 ? classes.places.map { OutputFolder.basisName(ofClass: $0) } : nil
    }

    private func document(
        _ record: StateRecord, _ files: [String]?, _ fragments: Fragmentation, _ analysis: StateAnalysis,
        since start: ContinuousClock.Instant
    ) -> ResultDocument {
        var document = plainDocument(since: start)
        document.states = [record]
        document.model.basisFiles = files
        analysis.describe(in: &document.model)
        document.fragments = fragments.fragments.map(FragmentRecord.init)
        return document
    }

    /// Molecule and model, without states.
    private func plainDocument(since start: ContinuousClock.Instant) -> ResultDocument {
        let atoms = file.molecule.atoms
        let name = file.basisName.isEmpty ? "that of the file" : file.basisName
        var document = ResultDocument(
            provenance: call.provenance(input: input.path, since: start, pool: pool),
            molecule: .init(
                file.molecule, comment: file.title, effectiveNuclearCharges: basis.effectiveNuclearCharges),
            model: .init(
                method: method, basis: Dictionary(atoms.map { ($0.element.symbol, name) }) { first, _ in first },
                functionType: basis.functionType.rawValue, basisFunctions: basis.functionCount, basisFingerprint: fingerprint,
                grid: nil, references: [], potentialFits: [:]),
            states: [])
        document.source = imported.source
        return document
    }
}
