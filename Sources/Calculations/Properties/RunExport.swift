import FileFormats
import Foundation
import GaussianIntegrals
import LinearAlgebra
import ParallelExecution
import RunFolders

/// States of a finished run as files for other programs.
public struct RunExport: Sendable {
    public enum Format: String, Sendable, CaseIterable {
        case fchk, molden, mwfn, cube, qcschema

        fileprivate var fileExtension: String { self == .qcschema ? "qcschema.json" : rawValue }
    }

    /// The default fields of cube files.
    public static let usualCubes: [AnalysisInput.Cube] = [.esp, .density, .spin]

    public var format: Format
    /// Of the states to write; nil for all.
    public var charges: [Int]?
    /// For the files; nil for that of the run.
    public var folder: String?
    /// Fields of the cube files.
    public var cubes: [AnalysisInput.Cube]
    /// Spacing of the cubes' points, in bohr.
    public var cubeSpacing: Double

    public init(
        _ format: Format, charges: [Int]? = nil, folder: String? = nil, cubes: [AnalysisInput.Cube] = RunExport.usualCubes,
        cubeSpacing: Double = AnalysisInput().cubeSpacing
    ) {
        self.format = format
        self.charges = charges
        self.folder = folder
        self.cubes = cubes
        self.cubeSpacing = cubeSpacing
    }

    /// - Parameter announce: gets the path of each file, once it is written.
    public func write(
        _ run: String, resources: ResourceInput = ResourceInput(), monitor: CalculationMonitor = CalculationMonitor(),
        announce: (String) throws -> Void
    ) throws {
        let opened = OpenedRun(run, resources: resources, monitor: monitor)
        let finished = try opened.finished(forWriting: folder == nil)
        let states = try finished.document.stateIndices(charges: charges, in: run)
        let target = try folder.map { try OutputFolder(path: $0) } ?? finished.folder
        let lock = try FolderLock(target)
        defer { withExtendedLifetime(lock) {} }
        if format == .cube { return try writeCubes(opened, finished, states, to: target, announce: announce) }
        let kinetic = OneElectronIntegrals.kinetic(basis: finished.basis)
        for index in states {
            try monitor.checkCancellation()
            let name = OutputFolder.exportName(finished.wavefunctions[index].state, extension: format.fileExtension)
            try target.write(try content(finished, index, kinetic: kinetic, run: run), name: name)
            try announce(target.url(name).relativePath)
        }
    }

    private func content(_ finished: FinishedRun, _ index: Int, kinetic: Matrix, run: String) throws -> Data {
        let document = finished.document
        let record = document.states[index]
        let wavefunction = finished.wavefunctions[index]
        if format == .qcschema {
            guard let schema = QCSchemaOutput(document, state: record) else {
                throw CalculationError.badInput("\(run): the energy is not known, and qcschema has no state without one.")
            }
            return try schema.json()
        }
        let title =
            ProgramVersion.title(
                run, "charge \(signed(record.charge))", "multiplicity \(record.multiplicity)", document.model.specialities)
        var export = WavefunctionExport(
            title: title, method: document.model.method, basisName: document.model.basisDescription,
            wavefunction: wavefunction, energy: record.energy, kineticEnergy: wavefunction.totalDensity.dot(kinetic))
        export.vibrations = record.vibrations.map {
            VibrationExport(
                gradient: $0.gradient.flatMap { $0 }, hessian: $0.hessian, dipoleDerivatives: $0.dipoleDerivatives,
                masses: $0.masses,
                frequencies: $0.frequencies, modes: $0.normalModes, intensities: $0.irIntensities)
        }
        do {
            switch format {
            case .fchk: return Data(try FormattedCheckpoint.text(export).utf8)
            case .mwfn: return Data(try MWFN.text(export).utf8)
            default: return Data(try Molden.text(export).utf8)
            }
        } catch {
            throw CalculationError.badInput("\(run): \(error)")
        }
    }

    private func writeCubes(
        _ opened: OpenedRun, _ finished: FinishedRun, _ states: [Int], to target: OutputFolder, announce: (String) throws -> Void
    ) throws {
        let document = finished.document
        guard
            let output = try CubeOutput(
                molecule: finished.basis.molecule, stateCount: states.count, choices: cubes, spacing: cubeSpacing, folder: target,
                memory: opened.resources.memoryLimit, pool: opened.resources.pool())
        else { return }
        // Differences need the states that they are relative to.
        let entries = finished.wavefunctions.indices.map {
            CubeState(
                wavefunction: finished.wavefunctions[$0], hasSpinDensity: document.states[$0].hasSpinDensity,
                choices: states.contains($0) ? Set(AnalysisInput.Cube.allCases) : [])
        }
        let base = finished.wavefunctions.firstIndex { $0.state.charge == document.baseCharge } ?? 0
        let names = try output.write(
            entries, base: base, title: ProgramVersion.title(opened.path, document.model.method, document.model.specialities),
            to: target, monitor: opened.monitor, ledger: TimeLedger(isDetailed: false))
        for name in names.flatMap({ $0.values.sorted() }) { try announce(target.url(name).relativePath) }
    }
}
