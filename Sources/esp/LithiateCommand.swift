import ArgumentParser
import Calculations
import FileFormats
import Foundation
import RunFolders

/// `esp lithiate`: structures of a molecule with counter-ions.
struct LithiateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lithiate",
        abstract: "Place Li+ or other cations on a molecule, with the electrons that come with them, and rank the structures.",
        usage: "esp lithiate <file> [options]",
        discussion: """
            The ion starts at the minima of the electrostatic potential of the molecule with the added electron, and at atoms with \
            lone pairs (N, O, F, S, Cl, Se, Br, I), one, two or three of them together, also at bridging ones. All starts are relaxed \
            at a cheap level (--cheap); what lies within --window of the lowest is relaxed at the level of --method and --basis. \
            Equal structures are listed once. With -n 2 and more, a further ion is placed on the lowest structures.

            Each ion brings as many electrons as its charge (--electrons), so that the charge of the molecule stays: M + Li+ + e-.

            EXAMPLES
              esp lithiate complex.xyz -n 1
              esp lithiate complex.xyz -n 2 --solvent acetonitrile --time 8h
              esp lithiate anion.xyz --charge -1 --ion Na+ --electrons 0
                  Na+ on an anion as it is

            RESULTS go to the folder <stem>.lithiated in the working directory (or --output): lithiate.txt, lithiate.csv, \
            lithiate.json, and the structures by number of ions and rank. The same command continues an unfinished search; \
            esp voltage reads the folder.
            """)

    @Argument(
        help: ArgumentHelp("Molecule in XYZ or extended XYZ form.", valueName: "file"),
        completion: .file(extensions: ["xyz", "extxyz"]))
    var file: String

    @Option(name: [.customShort("n"), .long], help: ArgumentHelp("Number of ions, placed one after the other.", valueName: "n"))
    var ions = 1

    @Option(help: ArgumentHelp("The cation.", valueName: "Li+"))
    var ion = "Li+"

    @Option(help: ArgumentHelp("Electrons that come with each ion (default: the charge of the ion).", valueName: "n"))
    var electrons: Int?

    @Option(
        name: .shortAndLong, parsing: .unconditional,
        help: ArgumentHelp("Charge of the molecule without ions (default: that of the file, else 0).", valueName: "Q"),
        transform: { try IntegerList.charges($0) })
    var charge: [Int]?

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "Multiplicities 2S+1 with 0, 1, 2, ... ions (default: the lowest that the electrons allow).", valueName: "M,M[,...]"),
        transform: IntegerList.multiplicities)
    var multiplicity: [Int]?

    @OptionGroup(title: "Model") var model: ModelOptions

    @Option(
        help: ArgumentHelp(
            "Level at which all starts are relaxed, or none (default: \(IsomerLevel.defaultCheap.method)/\(IsomerLevel.defaultCheap.basis)).",
            valueName: "method/basis"))
    var cheap: String?

    @Option(
        help: ArgumentHelp(
            "Structures at most this far above the lowest at the cheap level are relaxed further, in mEh.", valueName: "mEh"))
    var window = 20.0

    @Option(help: ArgumentHelp("Most starts for each structure that gets an ion.", valueName: "n"))
    var starts = 12

    @Option(help: ArgumentHelp("Structures that get a further ion.", valueName: "n"))
    var hosts = 2

    @Option(help: ArgumentHelp("Time for this call, such as 8h, 30min or 90s (default: no limit).", valueName: "time"))
    var time: String?

    @OptionGroup(title: "Machine") var machine: MachineOptions

    @Option(
        name: .shortAndLong, help: ArgumentHelp("Folder for the results (default: <stem>.lithiated).", valueName: "dir"),
        completion: .directory)
    var output: String?

    @Flag(help: "Replace relaxations of another search in the folder; their optimization.json are kept under other names.")
    var force = false

    @Flag(help: "Print lithiate.json to standard output instead of the tables.")
    var json = false

    @Flag(name: .shortAndLong, help: "No progress on standard error.")
    var quiet = false

    func validate() throws {
        try OutputFolder.checkName(output)
        guard (1...8).contains(ions) else { throw ValidationError("-n must lie between 1 and 8") }
        guard (1...100).contains(starts) else { throw ValidationError("--starts must lie between 1 and 100") }
        guard (1...20).contains(hosts) else { throw ValidationError("--hosts must lie between 1 and 20") }
        guard window >= 0, window.isFinite else { throw ValidationError("--window must not be negative") }
        if let charge, charge.count != 1 { throw ValidationError("--charge names \(charge.count) charges; name one") }
        _ = try (species, level, seconds)
    }

    func run() throws {
        try Failure.reporting {
            Interruption.announceCheckpoints()
            try ProgramVersion.checkProcessor()
            let progress = ProgressReport(isQuiet: quiet)
            let input = try input(note: progress.note)
            let placement = try IonPlacement(
                input, folder: output ?? OutputFolder.stem(of: file) + ".lithiated", replaces: force, call: .ofThisProcess,
                monitor: progress.monitor)
            let document = try placement.run()
            try Console.output(json ? String(decoding: JSONLayout.encoded(document), as: UTF8.self) : document.text)
            guard document.steps.contains(where: { !$0.structures.isEmpty }) else {
                let hasStarts = document.steps.contains { $0.starts > 0 }
                throw Failure(
                    .notConverged,
                    "no structure with \(input.ion.name) was found. "
                        + (hasStarts
                            ? "Run the same command again, or give it more --time."
                            : "There was no place to start from: no atom with a lone pair is free, and no minimum of the potential was found.")
                )
            }
        }
    }

    private func input(note: (String) -> Void) throws -> LithiationInput {
        let found = try XYZFile(readingFrom: file, overridden: charge == nil ? [] : [.charge, .multiplicity])
        for text in found.notes { note("\(file): \(text)") }
        let molecule = MoleculeInput(found, name: file)
        var input = LithiationInput(molecule: molecule, ion: try species, charge: charge?.first ?? molecule.charge ?? 0)
        input.count = ions
        input.electrons = electrons
        input.multiplicities = multiplicity
        input.cheap = try level
        input.model = try model.model
        (input.starts, input.hosts, input.window) = (starts, hosts, window / 1000)
        input.time = try seconds
        input.resources = machine.resources
        return input
    }

    private var species: IonSpecies {
        get throws {
            guard let species = IonSpecies(ion) else {
                throw ValidationError("--ion '\(ion)' is no cation; write Li+, Na+ or Mg2+")
            }
            return species
        }
    }

    private var level: IsomerLevel? { get throws { try IsomerLevel.option(cheap, "--cheap", default: .defaultCheap) } }

    private var seconds: Double? { get throws { try TimeText.limit(time) } }
}
