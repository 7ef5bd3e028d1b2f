import Foundation
import RunFolders
import TestSupport
import Testing

/// `esp study --plan`, `esp task`, `esp study --collect` and `esp estimate`.
@Suite struct TaskTests {
    private static let options = [
        "--methods", "hf,pbe", "--bases", "STO-3G", "--charges", "mulliken", "--threads", "1", "--memory", "500MB",
    ]
    private static let files = ["water.xyz", "hf.xyz"]

    private func withPlan(_ body: (Program) throws -> Void) throws {
        let program = try Program()
        defer { program.remove() }
        try program.write(Program.water, to: "water.xyz")
        try program.write("2\n\nH 0 0 0\nF 0 0 0.92\n", to: "hf.xyz")
        let plan = try program.run(["study"] + Self.files + Self.options + ["--plan"])
        #expect(plan.status == 0 && plan.output.contains("4 tasks"), "\(plan.error)")
        try body(program)
    }

    private static func plan(_ program: Program) throws -> StudyPlan {
        try StudyPlan(readingFrom: program.folder.appendingPathComponent("study/plan.json").path)
    }

    /// Of a finished task, without what differs from run to run.
    private static func states(_ program: Program, _ task: StudyPlan.Task, in study: String = "study") throws -> [StateRecord] {
        let document = try ResultDocument(
            readingFrom: program.folder.appendingPathComponent("\(study)/\(task.folder)/result.json").path)
        return document.states.map { state in
            var state = state
            state.wallSeconds = 0
            return state
        }
    }

    @Test func tasksMakeTheTableOfTheStudy() throws {
        try withPlan { program in
            let tasks = try Self.plan(program).tasks
            #expect(tasks.map(\.complex) == ["water", "hf", "water", "hf"] && Set(tasks.map(\.id)).count == 4)
            // Planned again, the same tasks.
            #expect(try program.run(["study"] + Self.files + Self.options + ["--plan"]).status == 0)
            #expect(try Self.plan(program).tasks == tasks)
            let early = try program.run(["study", "study", "--collect"])
            #expect(early.status == 2 && early.error.contains("4 calculations"), "\(early.error)")
            for number in [3, 1, 2, 4] {
                let run = try program.run(["task", "\(number)"])
                #expect(run.status == 0 && run.output.isEmpty, "\(run.error)")
            }
            let result = program.folder.appendingPathComponent("study/\(tasks[0].folder)/result.json")
            let before = try Data(contentsOf: result)
            let again = try program.run(["task", "1"])
            #expect(again.status == 0 && again.error.contains("finished already"), "\(again.error)")
            #expect(try Data(contentsOf: result) == before)
            let collected = try program.run(["study", "study", "--collect"])
            #expect(collected.status == 0, "\(collected.error)")
            let table = try Data(contentsOf: program.folder.appendingPathComponent("study/study.json"))
            let whole = try program.run(["study"] + Self.files + Self.options + ["--output", "whole"])
            #expect(whole.status == 0 && whole.output == collected.output, "\(whole.error)")
            #expect(try Data(contentsOf: program.folder.appendingPathComponent("whole/study.json")) == table)
            for task in tasks {
                #expect(try Self.states(program, task) == Self.states(program, task, in: "whole"))
                #expect(try Self.states(program, task).map(\.charge) == [0, -1, -2])
            }
        }
    }

    @Test func twoProcessesWithOneTaskComputeItOnce() throws {
        try withPlan { program in
            let runs = try (0..<3).map { _ in try program.process(["task", "3"]) }
            for run in runs { try run.process.run() }
            for run in runs { run.process.waitUntilExit() }
            let outcomes = try runs.map { try program.finish($0.process, $0.outputs) }
            #expect(outcomes.allSatisfy { $0.status == 0 }, "\(outcomes.map(\.error))")
            #expect(outcomes.count { $0.error.contains("finished already") } == 2)
        }
    }

    @Test func aKilledTaskGoesOn() throws {
        try withPlan { program in
            let tasks = try Self.plan(program).tasks
            let folder = "study/\(tasks[2].folder)"
            let killed = try program.run(["task", "3"], signal: SIGKILL, whenThereIs: "\(folder)/q0_m1.checkpoint")
            #expect(killed.status == -SIGKILL || killed.status == 0)
            #expect(try program.run(["task", "3"]).status == 0)
            #expect(try program.run(["study"] + Self.files + Self.options + ["--plan", "--output", "alone"]).status == 0)
            #expect(try program.run(["task", "3", "--output", "alone"]).status == 0)
            let (resumed, alone) = (try Self.states(program, tasks[2]), try Self.states(program, tasks[2], in: "alone"))
            try #require(resumed.map(\.charge) == alone.map(\.charge) && resumed.allSatisfy(\.converged))
            for (one, other) in zip(resumed, alone) {
                #expect(abs((one.energy ?? 0) - (other.energy ?? 1)) < 1e-9)
            }
        }
    }

    @Test func resultsOfAScratchFolderAreMovedWhole() throws {
        try withPlan { program in
            let task = try Self.plan(program).tasks[0]
            // Killed, it stays there, and goes on there.
            let checkpoint = "local/esp-task-\(task.id)/q0_m1.checkpoint"
            let killed = try program.run(["task", "1", "--scratch", "local"], signal: SIGKILL, whenThereIs: checkpoint)
            #expect(killed.status == -SIGKILL || killed.status == 0)
            if killed.status != 0 { #expect(program.names(in: "study/\(task.folder)").isEmpty) }
            let run = try program.run(["task", "1", "--scratch", "local"])
            #expect(run.status == 0, "\(run.error)")
            #expect(program.names(in: "local").isEmpty && program.names(in: "study/water/hf_STO-3G") == ["vertical.esp"])
            let again = try program.run(["task", "1", "--scratch", "local"])
            #expect(again.status == 0 && again.error.contains("finished already") && program.names(in: "local").isEmpty)
            // The third begins in place, is killed, and goes on in the scratch folder: it has the same checkpoints.
            let third = try Self.plan(program).tasks[2]
            _ = try program.run(["task", "3"], signal: SIGKILL, whenThereIs: "study/\(third.folder)/q0_m1.checkpoint")
            #expect(try program.run(["task", "3", "--scratch", "local"]).status == 0)
            #expect(program.names(in: "local").isEmpty && program.names(in: "study/water/pbe_STO-3G") == ["vertical.esp"])
            #expect(try program.run(["task", "2"]).status == 0 && program.run(["task", "4"]).status == 0)
            #expect(try program.run(["study", "study", "--collect"]).status == 0)
        }
    }

    @Test func aFolderInTheWayIsFoundOutBeforeTheCalculation() throws {
        try withPlan { program in
            let task = try Self.plan(program).tasks[1]
            // A file is in the way of the folder.
            try program.write("", to: "study/hf")
            let run = try program.run(["task", "2", "--scratch", "local"])
            #expect(run.status == 73 && run.error.contains("study/hf"), "\(run.status) \(run.error)")
            #expect(program.names(in: "local").isEmpty)
            try FileManager.default.removeItem(at: program.folder.appendingPathComponent("study/hf"))
            #expect(try program.run(["task", "2", "--scratch", "local"]).status == 0)
            #expect(program.names(in: "study/\(task.folder)").contains("result.json") && program.names(in: "local").isEmpty)
        }
    }

    /// Without Slurm: in the place of sbatch stands a script that runs the job of each element at once.
    @Test func theJobArrayOfSlurmRunsEveryTask() throws {
        try withPlan { program in
            let workflows = Repository.root.appendingPathComponent("workflows").path
            try program.write(
                """
                #!/usr/bin/env bash
                echo "$@" > sbatch.log
                while [ "${1#--}" != "$1" ]; do shift; done
                for SLURM_ARRAY_TASK_ID in 1 2 3 4; do export SLURM_ARRAY_TASK_ID; bash "$@" || exit; done
                """, to: "sbatch")
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
            process.arguments = [
                "ESP=\(Program.executable.path)", "PATH=\(program.folder.path):/usr/local/bin:/usr/bin:/bin", "bash", "-c",
                "chmod +x sbatch && bash '\(workflows)/submit-slurm.sh' study --partition=main",
            ]
            process.currentDirectoryURL = program.folder
            try process.run()
            process.waitUntilExit()
            #expect(process.terminationStatus == 0)
            let log = try String(contentsOf: program.folder.appendingPathComponent("sbatch.log"), encoding: .utf8)
            #expect(log.contains("--array=1-4 --cpus-per-task=1 --mem=") && log.contains("--partition=main"), "\(log)")
            #expect(try program.run(["study", "study", "--collect"]).status == 0)
        }
    }

    @Test func whatIsWrongIsSaid() throws {
        try withPlan { program in
            let task = try Self.plan(program).tasks[1]
            let path = program.folder.appendingPathComponent("study/\(task.inputPath)")
            var text = try String(contentsOf: path, encoding: .utf8)
            text += " "
            try Data(text.utf8).write(to: path)
            for (arguments, status, word) in [
                (["task", "2"], 65, "has changed since it was planned"), (["task", "5"], 64, "1 to 4"),
                (["task", "0"], 64, "1 to 4"),
                (["task", "1", "--output", "none"], 66, "--plan"), (["study", "none", "--collect"], 66, "--plan"),
                (["study", "study", "--collect", "--plan"], 64, "one of the two"),
                (["study", "water.xyz", "--relax", "--plan"], 64, "--relax"), (["estimate", "none.json"], 66, "none.json"),
            ] as [([String], Int32, String)] {
                let run = try program.run(arguments)
                #expect(run.status == status && run.error.contains(word), "\(arguments) \(run.status) \(run.error)")
            }
            try program.write(
                #"{"schema": "esp-plan-1", "tasks": [{"id": "0123456789abcdef", "complex": "a", "method": "hf", "basis": "b", "folder": "../a"}]}"#,
                to: "study/plan.json")
            let outside = try program.run(["task", "1"])
            #expect(outside.status == 65 && outside.error.contains("tasks/0/folder"), "\(outside.error)")
        }
    }

    @Test func estimatesCoverWhatTheTasksTake() throws {
        try withPlan { program in
            struct Estimate: Decodable {
                struct Task: Decodable {
                    var basis_functions: Int
                    var states: Int
                    var threads: Int
                    var least_memory: Int
                    var memory: Int
                    var seconds: Double
                }
                var tasks: [Task]
                var memory: Int
            }
            let run = try program.run(["estimate", "study", "--json"])
            #expect(run.status == 0, "\(run.error)")
            let estimate = try JSONDecoder().decode(Estimate.self, from: Data(run.output.utf8))
            #expect(
                estimate.tasks.map(\.basis_functions) == [7, 6, 7, 6]
                    && estimate.tasks.allSatisfy { $0.states == 3 && $0.threads == 1 })
            #expect(estimate.tasks.allSatisfy { $0.least_memory <= $0.memory && $0.seconds >= 1 && $0.seconds < 60 })
            #expect(estimate.memory == estimate.tasks.map(\.memory).max())
            // With the least memory that it names, and no less, a task runs.
            let least = estimate.tasks[0].least_memory
            let options = ["compute", "water.xyz", "-c", "0,-1,-2", "--search", "none"] + Program.quick
            #expect(try program.run(options + ["--memory", "\(least)", "-o", "enough"]).status == 0)
            #expect(try program.run(options + ["--memory", "\(least - 1000)", "-o", "less"]).status == 71)
            let table = try program.run(["estimate", "study"])
            #expect(table.status == 0 && table.output.contains("4 tasks"), "\(table.error)")
        }
    }
}
