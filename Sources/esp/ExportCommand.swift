import ArgumentParser
import Calculations
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

    @Argument(help: ArgumentHelp("Folder of a finished computation.", valueName: "run"), completion: .directory)
    var runFolder: String

    @Option(help: "fchk, molden, mwfn, cube or qcschema.")
    var format: RunExport.Format

    @Option(
        name: .shortAndLong, parsing: .unconditional,
        help: ArgumentHelp("Charges of the states to write (default: all).", valueName: "Q[,Q...]"),
        transform: {
            try IntegerList.charges($0, example: "--charge -1 or --charge 0,-1")
        })
    var charge: [Int]?

    @Option(
        name: .shortAndLong, help: ArgumentHelp("Folder for the files (default: that of the run).", valueName: "dir"),
        completion: .directory)
    var output: String?

    @Option(
        help: ArgumentHelp(
            "Fields of --format cube: esp, density, spin, difference, step, homo, lumo (default: esp,density,spin).",
            valueName: "esp,density,spin"),
        completion: .names(AnalysisInput.Cube.allCases.map(\.rawValue)),
        transform: { try AnalysisInput.Cube.parse($0) })
    var cube: [AnalysisInput.Cube]?

    @Option(
        help: ArgumentHelp(
            "Distance of the points of --format cube in bohr (default: \(AnalysisInput().cubeSpacing)).", valueName: "bohr"))
    var cubeSpacing: Double?

    @Flag(name: .shortAndLong, help: "No progress on standard error.")
    var quiet = false

    @OptionGroup(title: "Machine") var machine: MachineOptions

    func validate() throws {
        try OutputFolder.checkName(output)
        if let cubeSpacing { try FieldOptions.checkCubeSpacing(cubeSpacing) }
        if format != .cube, cube != nil || cubeSpacing != nil {
            throw ValidationError("--cube and --cube-spacing belong to --format cube")
        }
        if cube?.isEmpty == true { throw ValidationError("--cube none leaves nothing to write; name a field such as esp") }
    }

    func run() throws {
        try Failure.reporting {
            try RunExport(
                format, charges: charge, folder: output, cubes: cube ?? RunExport.usualCubes,
                cubeSpacing: cubeSpacing ?? AnalysisInput().cubeSpacing
            )
            .write(runFolder, resources: machine.resources, monitor: ProgressReport(isQuiet: quiet).monitor) {
                try Console.output($0 + "\n")
            }
        }
    }
}

extension RunExport.Format: ExpressibleByArgument {}
