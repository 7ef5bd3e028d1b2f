import ArgumentParser
import Calculations
import RunFolders

struct PictureCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "picture",
        abstract: "Pictures of a finished run: potential, density differences, spin density, orbitals.",
        usage: "esp picture <run> [options]",
        discussion: """
            RUN is the folder of an esp computation. For every state a PNG file of 300 dots per inch is drawn, and one with all \
            states side by side: the electrostatic potential on a surface of the electron density, or surfaces of both signs \
            of the density difference relative to the base state or to the state before, of the spin density or of an orbital.

            EXAMPLES
              esp picture complex.esp
              esp picture complex.esp --show esp --view top --relative
              esp picture complex.esp --show homo-1,beta:lumo --state -1 --isovalue 0.02
              esp picture complex.esp --plane 1,2,7 --show esp,density,difference
              esp picture complex.esp --like nb-tcbq.esp
              esp picture archive/complex.esp --output pictures
              esp picture complex.esp --scale -0.05,0.05 --convention red-positive --width 2400
            """)

    @Argument(help: ArgumentHelp("Folder of a finished computation.", valueName: "run"), completion: .directory)
    var folder: String

    @Option(
        help: ArgumentHelp(
            "What to draw: esp, density, difference, step, spin, or orbitals: homo, lumo, homo-1, lumo+2, beta:homo, alpha:123.",
            valueName: "name[,name...]"),
        completion: .names(AnalysisInput.Picture.named.map(\.rawValue)),
        transform: { try AnalysisInput.Picture.parse($0) })
    var show: [AnalysisInput.Picture] = [.esp, .difference, .spin]

    @Option(
        parsing: .unconditionalSingleValue,
        help: ArgumentHelp("Charge of the state to draw; may be repeated (default: all).", valueName: "Q"))
    var state: [Int] = []

    @Option(
        help: ArgumentHelp(
            "Contours in the plane through three atoms, counted from 1, as PNG and SVG files, in place of surfaces.",
            valueName: "i,j,k"),
        transform: { text in
            guard let atoms = NumberList.values(text, count: 3)?.compactMap({ Int(exactly: $0) }), atoms.count == 3,
                atoms.allSatisfy({ $0 > 0 })
            else { throw ValidationError("write the numbers of three atoms, such as 1,2,7") }
            return atoms.map { $0 - 1 }
        })
    var plane: [Int]?

    @Option(
        help: ArgumentHelp(
            "Look from the same side as at the molecule of another run, with a ring that both share in the same place.",
            valueName: "run"), completion: .directory)
    var like: String?

    @Option(
        name: .shortAndLong, help: ArgumentHelp("Folder for the pictures (default: that of the run).", valueName: "dir"),
        completion: .directory)
    var output: String?

    @OptionGroup(title: "Drawing") var options: PictureOptions
    @OptionGroup(title: "Machine") var machine: MachineOptions

    func validate() throws {
        try OutputFolder.checkName(output)
        if like != nil, options.view != .named(.clear) {
            throw ValidationError("--view and --like both say from where to look; give one")
        }
        if like != nil, plane != nil { throw ValidationError("--like is for surfaces, and --plane draws contours in a plane") }
        if plane != nil, let name = options.optionOfSurfaces {
            throw ValidationError("\(name) is for surfaces, and --plane draws contours in a plane")
        }
        if !show.contains(.esp), let name = options.optionOfPotentials {
            throw ValidationError("\(name) is for pictures of the potential, and --show leaves esp out")
        }
    }

    func run() throws {
        try Failure.reporting {
            let pictures = RunPictures(
                show, charges: state.isEmpty ? nil : state, plane: plane, reference: like, folder: output,
                settings: options.settings)
            for path in try pictures.write(folder, resources: machine.resources, monitor: .ofFinishedRun) {
                try Console.output(path + "\n")
            }
        }
    }
}
