import ArgumentParser
import Calculations
import RunFolders

/// `esp task`: one calculation of a planned study, for queues.
struct TaskCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "task",
        abstract: "One task of a planned study, for Slurm, Snakemake and other queues.",
        usage: "esp task <number> [options]",
        discussion: """
            Computes a task of the plan that esp study --plan has written. A task that is finished returns at once, one that was killed \
            goes on from its checkpoints, and a second process with the same task waits for the first one. The exit code is 0 when \
            the task is finished.

            EXAMPLES
              esp study *.xyz --methods hf,b3lyp --bases def2-SVP --threads 2 --memory 4GB --plan
              esp task 1
              esp study study --collect
            """)

    @Argument(help: ArgumentHelp("Number of the task, from 1.", valueName: "number"))
    var number: Int

    @Option(name: .shortAndLong, help: ArgumentHelp("Folder of the study.", valueName: "dir"), completion: .directory)
    var output = "study"

    @Option(
        help: ArgumentHelp(
            "Compute in this folder, such as one on a local disk, and move the results when they are finished.", valueName: "dir"),
        completion: .directory)
    var scratch: String?

    @Flag(name: .shortAndLong, help: "No progress on standard error.")
    var quiet = false

    func run() throws {
        try Failure.reporting {
            Interruption.announceCheckpoints()
            try ProgramVersion.checkProcessor()
            let progress = ProgressReport(isQuiet: quiet, results: .none)
            let tasks = try StudyTasks(folder: output, call: .ofThisProcess, monitor: progress.monitor)
            do {
                try tasks.run(number, scratch: scratch)
            } catch {
                throw Failure(error, scratch: scratch)
            }
        }
    }
}
