import ArgumentParser
import FileFormats
import Foundation
import GaussianBasis
import LinearAlgebra
import ParallelExecution
import ReductionSeries
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

    func validate() throws { try OutputOptions.checkCubeSpacing(cubeSpacing) }

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
        let run = try FinishedRun(readingFrom: folder, forWriting: true, memory: machine.memoryLimit)
        func density(_ charge: Int) -> Matrix? { run.wavefunctions.first { $0.state.charge == charge }?.totalDensity }
        guard let middle = density(charge) else { return [] }
        let more = density(charge - 1).map { $0 - middle }
        let less = density(charge + 1).map { middle - $0 }
        let grid = try CubeOutput.grid(
            around: run.basis.molecule, files: 4, spacing: cubeSpacing, folder: run.folder,
            memory: machine.memoryLimit)
        let pool = try machine.pool()
        func values(_ matrix: Matrix) throws -> [Double] {
            try Interruption.check()
            return ScalarField.density(matrix, basis: run.basis).values(on: grid, pool: pool)
        }
        let (plus, minus) = try (more.map(values), less.map(values))
        var fields: [(name: String, title: String, values: [Double])] = []
        if let plus { fields.append(("plus", "Fukui function f+", plus)) }
        if let minus { fields.append(("minus", "Fukui function f-", minus)) }
        if let plus, let minus {
            fields.append(("zero", "Fukui function f0", zip(plus, minus).map { 0.5 * ($0 + $1) }))
            fields.append(("dual", "dual descriptor f+ - f-", zip(plus, minus).map { $0 - $1 }))
        }
        return try fields.map { field in
            try Interruption.check()
            let file = CubeFile(
                title: OutputFolder.stem(of: folder), subtitle: "\(field.title) of charge \(signed(charge)) in 1/bohr^3",
                basis: run.basis, grid: grid, values: field.values)
            let name = "fukui_\(field.name).cube"
            try run.folder.write(file.encoded(), name: name)
            return run.folder.url(name).relativePath
        }
    }
}
