import ArgumentParser
import Calculations
import FileFormats
import Foundation
import GaussianBasis
import GaussianIntegrals
import LinearAlgebra
import MolecularStructure
import MachineLimits
import ParallelExecution
import RunFolders

struct ExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "The states of a finished run as files for other programs.",
        usage: "esp export <run> --format <fchk|molden|mwfn|cube|qcschema> [options]",
        discussion: """
            RUN is the folder of an esp computation. fchk is Gaussian's formatted checkpoint (Multiwfn, GaussView), mwfn \
            is Multiwfn's own format, molden is read by Molden, Jmol, Avogadro and PySCF, qcschema is MolSSI's JSON, and cube writes the fields of 'esp compute'. \
            The files go to the folder itself, or to --output.

            EXAMPLES
              esp export complex.esp --format fchk
              esp export complex.esp --format molden --charge -1
              esp export complex.esp --format cube --cube density --cube-spacing 0.1
            """)

    enum Format: String, ExpressibleByArgument, CaseIterable { case fchk, molden, mwfn, cube, qcschema }

    @Argument(help: ArgumentHelp("Folder of a finished computation.", valueName: "run"), completion: .directory)
    var runFolder: String

    @Option(help: "fchk, molden, mwfn, cube or qcschema.")
    var format: Format

    @Option(
        name: .shortAndLong, parsing: .unconditional,
        help: ArgumentHelp("Charges of the states to write (default: all).", valueName: "Q[,Q...]"),
        transform: {
            try IntegerList(parsing: $0, what: "a charge; write --charge -1 or --charge 0,-1", allowed: -1000...1000).values
        })
    var charge: [Int]?

    @Option(
        name: .shortAndLong, help: ArgumentHelp("Folder for the files (default: that of the run).", valueName: "dir"),
        completion: .directory)
    var output: String?

    @Option(
        help: ArgumentHelp("Fields of the cube files.", valueName: "esp,density,spin"),
        transform: { try AnalysisInput.Cube.parse($0) })
    var cube: [AnalysisInput.Cube] = AnalysisInput().cubes

    @Option(help: ArgumentHelp("Distance of the cubes' points in bohr.", valueName: "bohr"))
    var cubeSpacing = 0.2

    @Flag(name: .shortAndLong, help: "No progress on standard error.")
    var quiet = false

    @OptionGroup(title: "Machine") var machine: MachineOptions

    func validate() throws {
        try OutputFolder.checkName(output)
        try FieldOptions.checkCubeSpacing(cubeSpacing)
        if cube.isEmpty { throw ValidationError("--cube needs esp, density or spin") }
    }

    func run() throws {
        try Failure.reporting {
            try ProgramVersion.checkProcessor()
            BLASThreads.limit(to: 1)
            let finished = try FinishedRun(
                readingFrom: runFolder, forWriting: output == nil, memory: machine.memoryLimit,
                checkCancellation: Interruption.check)
            let states = try chosenStates(finished.document)
            let folder = try output.map { try OutputFolder(path: $0) } ?? finished.folder
            let lock = try FolderLock(folder)
            defer { withExtendedLifetime(lock) {} }
            if format == .cube {
                try writeCubes(finished, states, to: folder)
            } else {
                let kinetic = OneElectronIntegrals.kinetic(basis: finished.basis)
                for index in states {
                    try Interruption.check()
                    let name = OutputFolder.exportName(finished.wavefunctions[index].state, extension: fileExtension)
                    try folder.write(try content(finished, index, kinetic: kinetic), name: name)
                    try Console.output("\(folder.url(name).relativePath)\n")
                }
            }
        }
    }

    private var fileExtension: String { format == .qcschema ? "qcschema.json" : format.rawValue }

    /// Indices of the states to write.
    private func chosenStates(_ document: ResultDocument) throws -> [Int] {
        guard let charge else { return Array(document.states.indices) }
        return try charge.flatMap { wanted in
            let found = document.states.indices.filter { document.states[$0].charge == wanted }
            guard !found.isEmpty else {
                let known = document.states.map { signed($0.charge) }.joined(separator: ", ")
                throw Failure(.badInput, "\(runFolder) has no state of charge \(signed(wanted)), only \(known).")
            }
            return found
        }
    }

    private func content(_ finished: FinishedRun, _ index: Int, kinetic: Matrix) throws -> Data {
        let document = finished.document
        let record = document.states[index]
        let wavefunction = finished.wavefunctions[index]
        if format == .qcschema {
            guard let schema = QCSchemaOutput(document, state: record) else {
                throw Failure(.badInput, "\(runFolder): the energy is not known, and qcschema has no state without one.")
            }
            return try schema.json()
        }
        let export = WavefunctionExport(
            title: title(finished, record), method: document.model.method, basisName: document.model.basisDescription,
            wavefunction: wavefunction, energy: record.energy, kineticEnergy: wavefunction.totalDensity.dot(kinetic))
        do {
            switch format {
            case .fchk: return Data(try FormattedCheckpoint.text(export).utf8)
            case .mwfn: return Data(try MWFN.text(export).utf8)
            default: return Data(try Molden.text(export).utf8)
            }
        } catch {
            throw Failure(.badInput, "\(runFolder): \(error)")
        }
    }

    private func title(_ finished: FinishedRun, _ record: StateRecord) -> String {
        "esp \(ProgramVersion.number): \(OutputFolder.stem(of: runFolder)), charge \(signed(record.charge)), "
            + "multiplicity \(record.multiplicity)"
    }

    private func writeCubes(_ finished: FinishedRun, _ states: [Int], to folder: OutputFolder) throws {
        let document = finished.document
        let pool = try machine.pool()
        guard
            let cubes = try CubeOutput(
                molecule: finished.basis.molecule, stateCount: states.count, choices: cube, spacing: cubeSpacing, folder: folder,
                memory: machine.memoryLimit, pool: pool)
        else { return }
        let entries = states.map {
            CubeState(wavefunction: finished.wavefunctions[$0], hasSpinDensity: document.states[$0].hasSpinDensity)
        }
        let names = try cubes.write(
            entries, title: "esp \(ProgramVersion.number): \(OutputFolder.stem(of: runFolder)), \(document.model.method)",
            to: folder,
            monitor: ProgressReport(isQuiet: quiet).monitor, ledger: TimeLedger(isDetailed: false))
        for name in names.flatMap({ $0.values.sorted() }) { try Console.output("\(folder.url(name).relativePath)\n") }
    }
}
