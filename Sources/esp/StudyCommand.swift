import ChargeFlow
import ArgumentParser
import Calculations
import FileFormats
import Foundation
import MachineLimits
import ReductionSeries
import RunFolders

struct StudyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "study",
        abstract: "The claims about the flow of added electrons over complexes, methods, basis sets and structures.",
        usage: "esp study <file> <file> ... [options]",
        discussion: """
            Every complex is reduced by one and two electrons with every method and basis set, at the given structure and, with \
            --relax, with every state at its own relaxed structure (found with the first method and basis set); the claims of esp compare \
            are decided in each cell of the matrix. Finished calculations are not repeated, so a study can be stopped \
            and restarted. A structure that is known already may be put into the folder as <complex>/q-1.xyz.

            Complexes with the same molecular formula are isomers: the study gives their Boltzmann weights in each state, and the mean \
            over them of where the electrons go. The folder of an esp isomers search stands for its isomers of the first charge within \
            --window of the lowest. Weights follow from energies, or from Gibbs energies if esp frequencies has added them to the runs \
            of all isomers at --temperature.

            EXAMPLE
              esp study nb-tcbq.xyz nb-al-tcbq.xyz al-tcbq.xyz --methods b3lyp,wb97x,hf --bases paper,def2-TZVP --relax
              esp study *.xyz --methods hf --bases def2-SVP --threads 2 --memory 4GB --plan
                  the calculations as tasks for a queue (esp task)
              esp study study --collect
                  the table of the tasks that are finished
              esp study isomers --window 5 --methods b3lyp --bases def2-SVP
                  the isomers of a search, with their weights
            """)

    @Argument(
        help: ArgumentHelp(
            "Complexes in XYZ form, or folders of esp isomers; with --collect the folder of the study.", valueName: "file"),
        completion: .file(extensions: ["xyz"]))
    var files: [String]

    @Option(help: ArgumentHelp("Methods, separated by commas.", valueName: "name,..."), transform: Self.list)
    var methods = ["b3lyp", "wb97x", "hf"]

    @Option(
        help: ArgumentHelp(
            "Basis sets, separated by commas; paper is 6-31G, with LANL2MB on Al and from K on.", valueName: "name,..."),
        transform: Self.list)
    var bases = ["paper", "def2-TZVP"]

    @Option(help: ArgumentHelp("Schemes of atomic charges, as in esp compute.", valueName: "all|key,..."))
    var charges = "all"

    @Option(help: ArgumentHelp("Search for other solutions, as in esp compute.", valueName: "full|lowest|none"))
    var search: StateInput.Search?

    @Option(help: ArgumentHelp("Isomers of a search lie at most this far above the lowest, in mEh.", valueName: "mEh"))
    var window = 10.0

    @Option(help: ArgumentHelp("Temperature for the weights of isomers, in kelvin.", valueName: "K"))
    var temperature = 298.15

    @Flag(help: "Also compute every state at its own relaxed structure.")
    var relax = false

    @Flag(help: "Compute nothing: write the calculations as tasks for esp task.")
    var plan = false

    @Flag(help: "Compute nothing: make the table of the finished tasks.")
    var collect = false

    @Option(name: .shortAndLong, help: ArgumentHelp("Folder for everything.", valueName: "dir"), completion: .directory)
    var output = "study"

    @Flag(help: "JSON with all verdicts instead of the table.")
    var json = false

    @Flag(name: .shortAndLong, help: "No progress on standard error.")
    var quiet = false

    @OptionGroup var medium: SolventOptions
    @OptionGroup(title: "Machine") var machine: MachineOptions

    private static func list(_ text: String) throws -> [String] {
        let names = text.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
        guard !names.isEmpty else { throw ValidationError("write names separated by commas") }
        return names
    }

    func validate() throws {
        try OutputFolder.checkName(output)
        _ = try ChargeSchemeChoice.parse(charges)
        if bases.contains(where: { $0.lowercased() == "default" }) {
            throw ValidationError("the basis sets that earlier versions called 'default' are called 'paper': write --bases paper")
        }
        guard !plan || !collect else {
            throw ValidationError("--plan comes before the tasks, --collect after them: give one of the two")
        }
        guard !collect || files.count == 1 else { throw ValidationError("--collect takes the folder of one study") }
        guard window >= 0, window.isFinite else { throw ValidationError("a window must not be negative") }
        guard temperature > 0, temperature <= 100_000 else {
            throw ValidationError("--temperature must lie between 0 and 100000 kelvin")
        }
    }

    func run() throws {
        try Failure.reporting {
            Interruption.announceCheckpoints()
            try ProgramVersion.checkProcessor()
            let progress = ProgressReport(isQuiet: quiet)
            if collect {
                return try report(
                    StudyTasks(folder: files[0], call: .ofThisProcess, monitor: progress.monitor).collected(
                        temperature: temperature),
                    in: files[0],
                    cure: "Run their tasks (esp task).")
            }
            let study = try Study(input(), folder: output, call: .ofThisProcess, monitor: progress.monitor)
            let lock = try FolderLock(OutputFolder(path: output))
            defer { withExtendedLifetime(lock) {} }
            if plan {
                let count = try study.plan().tasks.count
                return try Console.output(
                    "\(count == 1 ? "1 task" : "\(count) tasks"): run esp task 1\(count > 1 ? " to esp task \(count)" : ""), each with --output \(output), then "
                        + "esp study \(output) --collect\n")
            }
            try report(study.run(temperature: temperature), in: output, cure: "Run the same command to retry them.")
        }
    }

    private func report(_ outcome: (result: StudyResult, failures: [any Error]), in folder: String, cure: String) throws {
        let (result, failures) = outcome
        let data = try JSONLayout.encoded(result)
        try AtomicFile.write(data, to: URL(fileURLWithPath: folder).appendingPathComponent("study.json"))
        try Console.output(json ? String(decoding: data, as: UTF8.self) : result.text)
        let causes = failures.map { Failure($0) }
        guard let first = causes.first else { return }
        let isOneKind = causes.allSatisfy { $0.status == first.status }
        throw Failure(
            isOneKind ? first.status : .notConverged,
            "\(failures.count) calculation\(failures.count == 1 ? "" : "s") of this study gave no result (see the table). \(cure)"
        )
    }

    /// A file itself, or the structures of a search for isomers.
    private func structures(_ path: String) throws -> [String] {
        let folder = URL(fileURLWithPath: path)
        let list = folder.appendingPathComponent(IsomerList.name)
        guard FileManager.default.fileExists(atPath: list.path) else { return [path] }
        let files = try IsomerList(readingFrom: list.path).files(within: window / 1000)
        guard !files.isEmpty else {
            throw Failure(
                .badInput, "\(list.path): the search has no converged isomer yet. Run it to the end, or name structures.")
        }
        return files.map { folder.appendingPathComponent($0).path }
    }

    private func input() throws -> StudyInput {
        let paths = try files.flatMap(structures)
        let stems = paths.map { OutputFolder.stem(of: $0) }
        guard Set(stems).count == stems.count else {
            throw Failure(.usage, "two of the files have the same name. Copy them to files with names of their own.")
        }
        let complexes = try paths.map { MoleculeInput(try XYZFile(readingFrom: $0), name: $0) }
        var input = StudyInput(complexes: complexes, methods: methods, bases: bases)
        input.relaxes = relax
        let schemes = try ChargeSchemeChoice.parse(charges)
        input.charges.schemes = schemes.map(\.rawValue)
        input.search = search
        input.solvent = medium.input
        input.resources = machine.resources
        return input
    }
}
