import ArgumentParser
import Calculations
import FileFormats
import Foundation
import IsomerSearch
import MolecularStructure
import RunFolders

/// `esp isomers`: possible structures of a molecule, or of several molecules together, ranked by energy.
struct IsomersCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "isomers",
        abstract: "Search for isomers from one structure or from several molecules.",
        usage: "esp isomers <file> [<file> ...] [options]",
        discussion: """
            Starting structures are proposed by changes of bonds and by new arrangements of the parts, relaxed at a cheap level \
            (--cheap), and ranked. What lies within a window of the lowest is relaxed at the level of --method and --basis \
            (default: \(ModelInput.defaultMethod.uppercased())/\(ModelInput.defaultBasis)); --final adds single points. Several \
            files are molecules to put together; the same file may be named several times.

            EXAMPLES
              esp isomers complex.xyz -c 0,-1,-2 --time 8h
              esp isomers alcl3.xyz alcl3.xyz --structures 20
              esp isomers complex.xyz --propose-only
                  the proposals in words, without any energy

            RESULTS go to the folder isomers in the working directory (or --output): isomers.txt, isomers.csv, isomers.json, the page \
            isomers.html, and the structures by charge and rank with their pictures. The same command continues an unfinished search.
            """)

    @Argument(
        help: ArgumentHelp("Molecules in XYZ or extended XYZ form.", valueName: "file"),
        completion: .file(extensions: ["xyz", "extxyz"]))
    var files: [String]

    @Option(
        name: .shortAndLong, parsing: .unconditional,
        help: ArgumentHelp("Total charges (default: the sum of those in the files, else 0).", valueName: "Q[,Q...]"),
        transform: { try IntegerList.charges($0) })
    var charge: [Int]?

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "Multiplicity 2S+1: one for all charges, or one for each (default: the lowest that the electrons allow).",
            valueName: "M[,M...]"),
        transform: IntegerList.multiplicities)
    var multiplicity: [Int]?

    @OptionGroup(title: "Model") var model: ModelOptions

    @Option(
        help: ArgumentHelp(
            "Level at which all proposals are relaxed, or none (default: \(IsomerLevel.defaultCheap.method)/\(IsomerLevel.defaultCheap.basis)).",
            valueName: "method/basis"))
    var cheap: String?

    @Option(
        name: .customLong("final"),
        help: ArgumentHelp("Level of single points at the lowest structures.", valueName: "method/basis"))
    var singlePoint: String?

    @Option(
        help: ArgumentHelp("What goes on from the cheap level lies at most this far above the lowest, in mEh.", valueName: "mEh"))
    var window = 30.0

    @Option(help: ArgumentHelp("What gets a single point lies at most this far above the lowest, in mEh.", valueName: "mEh"))
    var finalWindow = 10.0

    @Option(help: ArgumentHelp("Most proposals.", valueName: "n"))
    var structures = 200

    @Option(
        help: ArgumentHelp(
            "Most changes of bonds from the start (default: 3, and one more than there are molecules where that is more).",
            valueName: "n"))
    var depth: Int?

    @Option(help: ArgumentHelp("Most structures for one set of bonds, exchanges of ligands aside.", valueName: "n"))
    var conformers = 2

    @Option(help: ArgumentHelp("Seed of the random arrangements.", valueName: "n"))
    var seed = 1

    @Option(help: ArgumentHelp("Time for this call, such as 8h, 30min or 90s (default: no limit).", valueName: "time"))
    var time: String?

    @Flag(
        name: [.long, .customLong("dry-run")],
        help: "Compute nothing: print the proposals in words, and write them to --output where it is given.")
    var proposeOnly = false

    @OptionGroup(title: "Machine") var machine: MachineOptions

    @Option(
        name: .shortAndLong, help: ArgumentHelp("Folder for the results (default: isomers).", valueName: "dir"),
        completion: .directory)
    var output: String?

    @Flag(help: "Replace relaxations of another search in the folder; their optimization.json are kept under other names.")
    var force = false

    @Flag(help: "Print isomers.json to standard output instead of the tables.")
    var json = false

    @Flag(name: .shortAndLong, help: "No progress on standard error.")
    var quiet = false

    func validate() throws {
        try OutputFolder.checkName(output)
        guard (1...100_000).contains(structures) else { throw ValidationError("--structures must lie between 1 and 100000") }
        guard (0...20).contains(depth ?? 0) else { throw ValidationError("--depth must lie between 0 and 20") }
        guard (1...100).contains(conformers) else { throw ValidationError("--conformers must lie between 1 and 100") }
        guard window >= 0, window.isFinite, finalWindow >= 0, finalWindow.isFinite else {
            throw ValidationError("a window must not be negative")
        }
        if json, proposeOnly { throw ValidationError("--json prints results; --propose-only has none. Leave one of them out.") }
        _ = try seconds
        _ = try (IsomerLevel.option(cheap, "--cheap"), IsomerLevel.option(singlePoint, "--final"))
    }

    func run() throws {
        try Failure.reporting {
            Interruption.announceCheckpoints()
            try ProgramVersion.checkProcessor()
            let progress = ProgressReport(isQuiet: quiet)
            let input = try input(note: progress.note)
            if proposeOnly { return try propose(input) }
            let ladder = try IsomerLadder(
                input, folder: output ?? "isomers", replaces: force, call: .ofThisProcess, monitor: progress.monitor)
            let result = try ladder.run()
            try Console.output(json ? String(decoding: JSONLayout.encoded(result), as: UTF8.self) : result.text)
            guard result.charges.contains(where: { !$0.isomers.isEmpty }) else {
                throw Failure(
                    .notConverged, "no isomer was found: see isomers.json. Run the same command again, or give it more --time.")
            }
        }
    }

    private func propose(_ input: IsomerInput) throws {
        let found = try IsomerLadder.proposals(of: input, checkCancellation: Interruption.check)
        var text = ""
        for (index, proposal) in found.proposals.enumerated() {
            text += column("\(index + 1)", 4, right: true) + "  \(proposal.words)\n"
            if !proposal.changes.isEmpty { text += "      by: \(proposal.changes.joined(separator: "; "))\n" }
        }
        text += "\(found.proposals.count) proposals from \(found.graphCount) bond graphs"
        text += (found.isTruncated ? " (the list was cut: more graphs or structures could be made)" : "") + "\n"
        if let output {
            let folder = try OutputFolder(path: output)
            let lock = try FolderLock(folder)
            defer { withExtendedLifetime(lock) {} }
            try IsomerLadder.write(found, to: folder, replaces: force)
        }
        try Console.output(text)
    }

    private func input(note: (String) -> Void) throws -> IsomerInput {
        let molecules = try files.map { path in
            let file = try XYZFile(readingFrom: path, overridden: charge == nil ? [] : [.charge, .multiplicity])
            for text in file.notes { note("\(path): \(text)") }
            return MoleculeInput(file, name: path)
        }
        var input = IsomerInput(molecules: molecules, charges: charge ?? [molecules.reduce(0) { $0 + ($1.charge ?? 0) }])
        input.multiplicities = multiplicity
        if multiplicity == nil, molecules.count == 1, charge == nil {
            input.multiplicities = molecules[0].multiplicity.map { [$0] }
        }
        input.proposals.limit = structures
        input.proposals.depth = depth
        input.proposals.conformers = conformers
        input.proposals.seed = seed
        input.cheap = try IsomerLevel.option(cheap, "--cheap", default: .defaultCheap)
        input.singlePoint = try IsomerLevel.option(singlePoint, "--final")
        input.model = try model.model
        (input.cheapWindow, input.relaxedWindow) = (window / 1000, finalWindow / 1000)
        input.time = try seconds
        input.resources = machine.resources
        return input
    }

    private var seconds: Double? { get throws { try TimeText.limit(time) } }
}
