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
            FILE is an input of esp run, a molecule in XYZ form (with the defaults of esp compute), or the folder of a study with a plan. The integrals of each molecule and basis set are computed once on \
            this machine to take their time. The time is that of a usual calculation; a difficult SCF may take several times as long, so \
            request three times as much. The memory is that for all integrals, or what the input allows (--memory of the study) if that is \
            less; then SCF iterations use fitted integrals, and the time is not known so well. 1 MB is 2^20 bytes, as in --memory.

            EXAMPLES
              esp estimate input.json
              esp estimate complex.xyz
              esp estimate study --json
            """)

    @Argument(
        help: ArgumentHelp("Input in JSON, molecule in XYZ form, or the folder of a study.", valueName: "file"),
        completion: .file())
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
            var (estimator, estimates) = (CostEstimator(), [CostEstimate]())
            if isPlan {
                let tasks = try StudyTasks(folder: file)
                for number in 1...tasks.plan.tasks.count {
                    try Interruption.check()
                    estimates.append(try estimator.estimate(tasks.input(number)))
                }
            } else {
                estimates = [try estimator.estimate(input())]
            }
            let answer = Answer(
                tasks: estimates, memory: estimates.map(\.memory).max() ?? 0, seconds: estimates.reduce(0) { $0 + $1.seconds },
                longest: estimates.map(\.seconds).max() ?? 0)
            try Console.output(json ? String(decoding: JSONLayout.encoded(answer), as: UTF8.self) + "\n" : Self.table(answer))
            try Self.check(estimates, isPlan: isPlan)
        }
    }

    /// For an input file, or for a molecule with the defaults of `esp compute`.
    private func input() throws -> CalculationInput {
        guard ["xyz", "extxyz"].contains(URL(fileURLWithPath: file).pathExtension.lowercased()) else {
            return try CalculationInput.reading(file).input
        }
        let note = ProgressReport(isQuiet: false, results: .none).note
        guard let command = try ComputeCommand.parseAsRoot([file]) as? ComputeCommand else { throw CleanExit.helpRequest(self) }
        let input = try command.input(file, addsElectrons: true, note: note)
        if let text = try input.takenByDefault() { note(text) }
        return input
    }

    /// In the form of --memory, rounded up: with this much, a calculation is not refused.
    private static func megabytes(_ bytes: Int) -> Int { (bytes + (1 << 20) - 1) >> 20 }

    private static func table(_ answer: Answer) -> String {
        let estimates = answer.tasks
        var text =
            "  task   atoms  functions  states  threads  at least / MB  all integrals / MB  memory / MB    time / s\n"
        for (index, estimate) in estimates.enumerated() {
            text +=
                String(
                    format: "%6d%8d%11d%8d%9d%15d%20d%13d%12.0f", index + 1, estimate.atoms, estimate.basisFunctions,
                    estimate.states,
                    estimate.threads, megabytes(estimate.leastMemory), megabytes(estimate.allIntegrals),
                    megabytes(estimate.memory), estimate.seconds) + (estimate.isRefused ? "  TOO LITTLE MEMORY" : "") + "\n"
        }
        if estimates.contains(where: { $0.memory < $0.allIntegrals && !$0.isRefused }) {
            text += "\nWith less memory than for all integrals, SCF iterations use fitted ones. The time is that of exact ones.\n"
        }
        if estimates.count > 1 {
            text +=
                "\n\(estimates.count) tasks, together \(DurationText.rounded(answer.seconds)); the longest "
                + "\(DurationText.rounded(answer.longest)), the most memory \(megabytes(answer.memory)) MB\n"
        }
        return text
    }

    /// Throws if a calculation will be refused because of the memory that its input allows.
    private static func check(_ estimates: [CostEstimate], isPlan: Bool) throws {
        let refused = estimates.indices.filter { estimates[$0].isRefused }
        guard let first = refused.first else { return }
        let allowed = estimates[first].memoryLimit.map { MemorySize(bytes: $0).description } ?? ""
        let needed = refused.map { estimates[$0].leastMemory }.max() ?? 0
        let cure = "at least \(megabytes(needed))MB"
        throw Failure(
            .outOfMemory,
            isPlan
                ? "\(refused.count == 1 ? "1 task" : "\(refused.count) tasks") (the first is task \(first + 1)) would be refused: the input "
                    + "allows \(allowed) of memory. Plan again with --memory of \(cure)."
                : "\(allowed) of memory, which the input allows, is too little. Allow \(cure) (resources, memory, in bytes).")
    }
}
