import ArgumentParser
import Calculations
import WavefunctionAnalysis

struct FukuiCommand: PropertyCommand {
    static let configuration = CommandConfiguration(
        commandName: "fukui",
        abstract: "Fukui functions and the dual descriptor: where a molecule accepts or donates electrons.",
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

    @Option(
        help: ArgumentHelp("Spacing of the points of --cube, in bohr (default: \(CubeGrid.defaultSpacing)).", valueName: "bohr"))
    var cubeSpacing: Double?

    @Flag(help: "JSON instead of the table.")
    var json = false

    @OptionGroup var fragments: FragmentOptions
    @OptionGroup(title: "Machine") var machine: MachineOptions

    func validate() throws {
        if let cubeSpacing {
            try FieldOptions.checkCubeSpacing(cubeSpacing)
            if !cube { throw ValidationError("--cube-spacing belongs to --cube") }
        }
    }

    func run() throws {
        try show(
            FukuiProperty(charge: charge, writesCubes: cube, cubeSpacing: cubeSpacing ?? CubeGrid.defaultSpacing), of: [folder],
            format: json ? .json : .text, fragments: fragments.fragment, resources: machine.resources)
    }
}
