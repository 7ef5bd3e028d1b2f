import ArgumentParser
import Calculations
import FileFormats
import Foundation
import MachineLimits
import RunFolders

/// `esp estimate`: memory and time, for queues.
struct EstimateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "estimate",
        abstract: "Memory and time that a calculation or the tasks of a study are likely to need.",
        usage: "esp estimate <file> [options]",
        discussion: """
            FILE is an input of esp run, or the folder of a study with a plan. The integrals of each molecule are computed once on this \
            machine to take their time. The time is that of a usual calculation; a difficult SCF may take several times as long, so \
            request three times as much. With less memory than that for all integrals, SCF iterations use fitted \
            integrals.

            EXAMPLES
              esp estimate input.json
              esp estimate study --json
            """)

    @Argument(help: ArgumentHelp("Input in JSON, or the folder of a study.", valueName: "file"), completion: .file())
    var file: String

    @Flag(help: "JSON instead of the table.")
    var json = false

    /// For JSON.
    private struct Answer: Encodable {
        var tasks: [CostEstimate]
        var memory: Int
        var seconds: Double
        var longest: Double

        enum CodingKeys: String, CodingKey {
            case tasks, memory, seconds
            case longest = "longest_seconds"
        }
    }

    func run() throws {
        try Failure.reporting {
            try ProgramVersion.checkProcessor()
            var isFolder: ObjCBool = false
            let isPlan = FileManager.default.fileExists(atPath: file, isDirectory: &isFolder) && isFolder.boolValue
            var estimates: [CostEstimate] = []
            if isPlan {
                let tasks = try StudyTasks(folder: file)
                for number in 1...max(1, tasks.plan.tasks.count) {
                    try Interruption.check()
                    estimates.append(try CostEstimate(tasks.input(number)))
                }
            } else {
                estimates = [try CostEstimate(CalculationInput.reading(file).input)]
            }
            let answer = Answer(
                tasks: estimates, memory: estimates.map(\.memory).max() ?? 0, seconds: estimates.reduce(0) { $0 + $1.seconds },
                longest: estimates.map(\.seconds).max() ?? 0)
            guard !json else { return try Console.output(String(decoding: JSONLayout.encoded(answer), as: UTF8.self) + "\n") }
            var text = "  task   atoms  functions  states  threads  at least / MB   all integrals / MB      time / s\n"
            func megabytes(_ bytes: Int) -> Int { (bytes + 999_999) / 1_000_000 }
            for (index, estimate) in estimates.enumerated() {
                text +=
                    String(
                        format: "%6d%8d%11d%8d%9d%15d%21d%14.0f", index + 1, estimate.atoms, estimate.basisFunctions,
                        estimate.states,
                        estimate.threads, megabytes(estimate.leastMemory), megabytes(estimate.memory), estimate.seconds) + "\n"
            }
            if estimates.count > 1 {
                text +=
                    "\n\(estimates.count) tasks, together \(column(answer.seconds / 3600, 0, 2)) h; the longest "
                    + "\(column(answer.longest, 0, 0)) s, the most memory \(megabytes(answer.memory)) MB\n"
            }
            try Console.output(text)
        }
    }
}
