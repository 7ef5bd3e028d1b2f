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

            EXAMPLE
              esp study nb-tcbq.xyz nb-al-tcbq.xyz al-tcbq.xyz --methods b3lyp,wb97x,hf --bases paper,def2-TZVP --relax
            """)

    @Argument(help: ArgumentHelp("Complexes in XYZ form.", valueName: "file"), completion: .file(extensions: ["xyz"]))
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

    @Flag(help: "Also compute every state at its own relaxed structure.")
    var relax = false

    @Option(name: .shortAndLong, help: ArgumentHelp("Folder for everything.", valueName: "dir"), completion: .directory)
    var output = "study"

    @Flag(help: "JSON with all verdicts instead of the table.")
    var json = false

    @Flag(name: .shortAndLong, help: "No progress on standard error.")
    var quiet = false

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
        let stems = files.map { OutputFolder.stem(of: $0) }
        guard Set(stems).count == stems.count else { throw ValidationError("two of the files have the same name") }
    }

    func run() throws {
        try Failure.reporting {
            Interruption.announceCheckpoints()
            try ProgramVersion.checkProcessor()
            let progress = ProgressReport(isQuiet: quiet)
            let study = try Study(input(), folder: output, call: .ofThisProcess, monitor: progress.monitor)
            let lock = try FolderLock(OutputFolder(path: output))
            defer { withExtendedLifetime(lock) {} }
            let (result, failures) = try study.run()
            let data = try JSONLayout.encoded(result)
            try AtomicFile.write(data, to: URL(fileURLWithPath: output).appendingPathComponent("study.json"))
            try Console.output(json ? String(decoding: data, as: UTF8.self) : result.text)
            let causes = failures.map { Failure($0) }
            guard let first = causes.first else { return }
            let isOneKind = causes.allSatisfy { $0.status == first.status }
            throw Failure(
                isOneKind ? first.status : .notConverged,
                "\(failures.count) calculation\(failures.count == 1 ? "" : "s") of this study gave no result (see the "
                    + "table). Run the same command to retry them.")
        }
    }

    private func input() throws -> StudyInput {
        let complexes = try files.map { MoleculeInput(try XYZFile(readingFrom: $0), name: $0) }
        var input = StudyInput(complexes: complexes, methods: methods, bases: bases)
        input.relaxes = relax
        let schemes = try ChargeSchemeChoice.parse(charges)
        input.charges.schemes = schemes.map(\.rawValue)
        input.search = search
        input.resources = machine.resources
        return input
    }
}
