import ArgumentParser
import Calculations
import FileFormats
import Foundation
import RunFolders

/// `esp rerun`: repeats a finished calculation from the input that its result holds.
struct RerunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rerun",
        abstract: "Repeat a finished calculation and compare the energies.",
        usage: "esp rerun <run> [options]",
        discussion: """
            RUN is the folder of an esp computation or optimisation. The input in its result is carried out in a new folder, \
            with the same threads and memory, and the energies are compared. On the same machine and with the same build they are \
            the same to the last bit, unless the first calculation was interrupted and went on from a checkpoint.

            EXAMPLES
              esp rerun complex.esp
              esp rerun complex.esp -o again.esp
            """)

    @Argument(help: ArgumentHelp("Folder of a finished computation.", valueName: "run"), completion: .directory)
    var folder: String

    @Option(
        name: .shortAndLong, help: ArgumentHelp("Folder for the results (default: <stem>.rerun.esp or .opt).", valueName: "dir"),
        completion: .directory)
    var output: String?

    @Flag(name: .shortAndLong, help: "No progress on standard error.")
    var quiet = false

    func validate() throws { try OutputFolder.checkName(output) }

    func run() throws {
        try Failure.reporting {
            Interruption.announceCheckpoints()
            try ProgramVersion.checkProcessor()
            let first = try FinishedCalculation(readingFrom: folder)
            let input = first.input
            let ending = input.task == .optimization ? ".rerun.opt" : ".rerun.esp"
            let target = output ?? OutputFolder.stem(of: folder) + ending
            guard !FileManager.default.fileExists(atPath: target) else {
                throw Failure(.outputNotCreated, "\(target) already exists. Remove it, or name another folder with --output.")
            }
            let second = try input.run(folder: target, call: .ofThisProcess, monitor: ProgressReport(isQuiet: quiet).monitor)
            let pairs = zip(Self.energies(first.outcome), Self.energies(second)).map { ($0.name, $0.energy, $1.energy) }
            try Console.output(Self.comparison(pairs) + "results written to \(target)\n")
            try Failure.throwUnlessConverged(second, of: input)
        }
    }

    private static func energies(_ outcome: CalculationOutcome) -> [(name: String, energy: Double?)] {
        switch outcome {
        case .states(let document):
            document.states.map { ("charge \(signed($0.charge))", $0.energy) }
                + (document.counterpoise.map { [("interaction", $0.interaction)] } ?? [])
                + (document.relaxedStates ?? []).map { ("charge \(signed($0.charge)) relaxed", $0.energy) }
        case .structure(let document): [("structure \(document.points.count)", document.outcome?.energy)]
        }
    }

    private static func comparison(_ pairs: [(name: String, old: Double?, new: Double?)]) -> String {
        pairs.map { name, old, new in
            let verdict =
                old == new ? "the same to the last bit" : String(format: "differs by %.1e Eh", (new ?? .nan) - (old ?? .nan))
            return column("  " + name, 22) + column(new ?? .nan, 22, 10) + " Eh   \(verdict)\n"
        }.joined()
    }
}
