import ArgumentParser
import Calculations
import FileFormats
import Foundation
import GaussianBasis
import LinearAlgebra
import MachineLimits
import ReductionSeries
import RunFolders
import WavefunctionAnalysis

struct FukuiCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fukui",
        abstract: "Where a molecule takes or gives electrons first: Fukui functions and the dual descriptor.",
        usage: "esp fukui <run> [options]",
        discussion: """
            RUN is the folder of an esp computation with several charges at one structure. f+ needs the state with one electron \
            more, f- the one with one electron less; with both there are f0, their mean, and the dual descriptor f+ - f-. They are \
            condensed to atoms and fragments with every charge scheme of the run.

            EXAMPLES
              esp compute molecule.xyz --charge 1,0,-1
              esp fukui molecule.esp
              esp fukui molecule.esp --cube          as cube files in the folder, too
            """)

    @Argument(help: ArgumentHelp("Folder of a finished computation.", valueName: "run"), completion: .directory)
    var folder: String

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Charge of the state (default: the one nearest to 0).", valueName: "Q"))
    var charge: Int?

    @Flag(help: "Write fukui_plus.cube, fukui_minus.cube, fukui_zero.cube and fukui_dual.cube, too.")
    var cube = false

    @Option(help: ArgumentHelp("Distance of the cubes' points, in bohr.", valueName: "bohr"))
    var cubeSpacing = CubeGrid.defaultSpacing

    @Flag(help: "JSON instead of the table.")
    var json = false

    @OptionGroup(title: "Machine") var machine: MachineOptions

    func validate() throws { try FieldOptions.checkCubeSpacing(cubeSpacing) }

    func run() throws {
        try Failure.reporting {
            let document = try FinishedRun.document(in: folder)
            let charges = document.states.map(\.charge)
            let chosen = charge ?? charges.min { (abs($0), -$0) < (abs($1), -$1) } ?? 0
            let indices: FukuiIndices
            do {
                indices = try FukuiIndices(try ElectronAccount(document), charge: chosen)
            } catch {
                throw Failure(.badInput, "\(folder): \(sentence(error))")
            }
            // Before anything is written: a folder that is read-only must not keep the numbers from being seen.
            try Console.output(json ? String(decoding: indices.json(), as: UTF8.self) : indices.text)
            let files = cube ? try writeCubes(charge: chosen) : []
            if !json { for file in files { try Console.output(file + "\n") } }
        }
    }

    /// - Returns: the paths of the files.
    private func writeCubes(charge: Int) throws -> [String] {
        try ProgramVersion.checkProcessor()
        BLASThreads.limit(to: 1)
        let run = try FinishedRun(
            readingFrom: folder, forWriting: true, memory: machine.memoryLimit, checkCancellation: Interruption.check)
        func density(_ charge: Int) -> Matrix? { run.wavefunctions.first { $0.state.charge == charge }?.totalDensity }
        guard let middle = density(charge) else { return [] }
        let more = density(charge - 1).map { ScalarField.density($0 - middle, basis: run.basis) }
        let less = density(charge + 1).map { ScalarField.density(middle - $0, basis: run.basis) }
        let grid = try CubeOutput.grid(
            around: run.basis.molecule, files: 4, spacing: cubeSpacing, folder: run.folder,
            memory: machine.memoryLimit)
        let pool = try machine.pool()
        var names: [String] = []
        func file(_ kind: String, _ title: String, isWanted: Bool) throws -> CubeFileWriter? {
            guard isWanted else { return nil }
            let head = CubeFile(
                title: OutputFolder.stem(of: folder), subtitle: "\(title) of charge \(signed(charge)) in 1/bohr^3",
                basis: run.basis,
                grid: grid)
            names.append("fukui_\(kind).cube")
            return try CubeFileWriter(head, to: run.folder.url("fukui_\(kind).cube"))
        }
        let files = [
            try file("plus", "Fukui function f+", isWanted: more != nil),
            try file("minus", "Fukui function f-", isWanted: less != nil),
            try file("zero", "Fukui function f0", isWanted: more != nil && less != nil),
            try file("dual", "dual descriptor f+ - f-", isWanted: more != nil && less != nil),
        ]
        for slab in grid.slabs {
            try Interruption.check()
            let points = grid.points(slab)
            let plus = more?.values(at: points, pool: pool) ?? []
            let minus = less?.values(at: points, pool: pool) ?? []
            try files[0]?.append(plus)
            try files[1]?.append(minus)
            try files[2]?.append(zip(plus, minus).map { 0.5 * ($0 + $1) })
            try files[3]?.append(zip(plus, minus).map { $0 - $1 })
        }
        for file in files { try file?.finish() }
        return names.map { run.folder.url($0).relativePath }
    }
}
