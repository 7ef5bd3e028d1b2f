import ArgumentParser
import Calculations
import FileFormats
import Foundation
import RunFolders

/// `esp rerun`: repeats a finished calculation from the input stored in its result.
struct RerunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rerun",
        abstract: "Repeat a finished calculation and compare the numbers.",
        usage: "esp rerun <run> [options]",
        discussion: """
            RUN is the folder of an esp computation or optimisation. The input in its result is carried out in a new folder, \
            with the same threads and memory, and energies, orbital energies, moments, charges, forces and vibrations are compared. On \
            the same machine and with the same build they are the same to the last bit, unless the first calculation was \
            interrupted and went on from a checkpoint.

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
            let ending = input.relaxesStructure ? ".rerun.opt" : ".rerun.esp"
            let target = output ?? OutputFolder.stem(of: folder) + ending
            guard !FileManager.default.fileExists(atPath: target) else {
                throw Failure(.outputNotCreated, "\(target) already exists. Remove it, or name another folder with --output.")
            }
            let second = try input.run(folder: target, call: .ofThisProcess, monitor: ProgressReport(isQuiet: quiet).monitor)
            let text = RepeatedCalculation(first: first.outcome, second: second).text
            try Console.output(text + "results written to \(target)\n")
            try Failure.throwUnlessConverged(second, of: input)
        }
    }
}
