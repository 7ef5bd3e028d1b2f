import ArgumentParser
import Calculations
import FileFormats
import LinearAlgebra
import MachineLimits
import RunFolders

struct PictureCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "picture",
        abstract: "Pictures of a finished run: potential, density differences, spin density, orbitals.",
        usage: "esp picture <run> [options]",
        discussion: """
            RUN is the folder of an esp computation. For every state a PNG file of 300 dots per inch is drawn, and one with all \
            states side by side: the electrostatic potential on a surface of the electron density, or surfaces of both signs \
            of the difference to the first state, of the last step, of the spin density or of a frontier orbital.

            EXAMPLES
              esp picture complex.esp
              esp picture complex.esp --show esp --view top --relative
              esp picture complex.esp --show homo,lumo --state -1 --isovalue 0.02
              esp picture archive/complex.esp --output pictures
              esp picture complex.esp --scale -0.05,0.05 --convention red-positive --width 2400
            """)

    @Argument(help: ArgumentHelp("Folder of a finished computation.", valueName: "run"), completion: .directory)
    var folder: String

    @Option(
        help: ArgumentHelp(
            "What to draw: esp, difference, step, spin, homo, lumo.", valueName: "name[,name...]"),
        completion: .list(AnalysisInput.Picture.allCases.map(\.rawValue)),
        transform: { try AnalysisInput.Picture.parse($0) })
    var show: [AnalysisInput.Picture] = [.esp, .difference, .spin]

    @Option(
        parsing: .unconditionalSingleValue,
        help: ArgumentHelp("Charge of the state to draw; may be repeated (default: all).", valueName: "Q"))
    var state: [Int] = []

    @Option(
        name: .shortAndLong, help: ArgumentHelp("Folder for the pictures (default: that of the run).", valueName: "dir"),
        completion: .directory)
    var output: String?

    @OptionGroup(title: "Drawing") var options: PictureOptions
    @OptionGroup(title: "Machine") var machine: MachineOptions

    func validate() throws {
        try OutputFolder.checkName(output)
        if !show.contains(.esp), let name = options.optionOfPotentials {
            throw ValidationError("\(name) is for pictures of the potential, and --show leaves esp out")
        }
    }

    func run() throws {
        try Failure.reporting {
            try ProgramVersion.checkProcessor()
            BLASThreads.limit(to: 1)
            let run = try FinishedRun(
                readingFrom: folder, forWriting: output == nil, memory: machine.memoryLimit, checkCancellation: Interruption.check
            )
            let target = try OutputFolder(path: output ?? folder)
            let lock = try FolderLock(target)
            defer { withExtendedLifetime(lock) {} }
            let wanted =
                state.isEmpty ? nil : try run.document.stateIndices(charges: Set(state).sorted(by: >), in: folder).sorted()
            let drawing = PictureOutput(
                name: OutputFolder.stem(of: folder), wavefunctions: run.wavefunctions, options: options.settings,
                memory: machine.memoryLimit, pool: try machine.pool(), checkCancellation: Interruption.check)
            var files: [String] = []
            for choice in show { files += try drawing.write(choice, states: wanted, to: target) }
            guard !files.isEmpty else {
                throw Failure(
                    .badInput,
                    "there is nothing to draw: a singlet has no spin density, the first state no difference, and natural orbitals "
                        + "have no highest occupied one.")
            }
            for file in files { try Console.output(target.url(file).relativePath + "\n") }
        }
    }
}
