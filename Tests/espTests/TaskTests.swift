import FileFormats
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

    /// Tasks that relax structures give the table of `esp study --relax`, in any order, and two that need the same structures at once.
    @Test func relaxedTasksMakeTheTableOfTheStudy() throws {
        let program = try Program()
        defer { program.remove() }
        try program.write("2\ncharge=1\nO 0 0 0\nH 0 0 1.0\n", to: "oh.xyz")
        try program.write("2\ncharge=1\nN 0 0 0\nH 0 0 1.1\n", to: "nh.xyz")
        let study = ["study", "oh.xyz", "nh.xyz", "--relax"] + Self.options
        let plan = try program.run(study + ["--plan"])
        #expect(plan.status == 0 && plan.output.contains("8 tasks"), "\(plan.error)")
        let tasks = try Self.plan(program).tasks
        #expect(tasks.map { $0.relaxation != nil } == [false, false, false, false, true, true, true, true])
        #expect(tasks[4...].map(\.relaxation) == [tasks[4].id, tasks[5].id, tasks[4].id, tasks[5].id])
        #expect(tasks[4...].map(\.isRelaxedByAnother) == [false, false, true, true])
        let elsewhere = try program.run(["task", "7", "--scratch", "local"])
        #expect(elsewhere.status == 64 && elsewhere.error.contains("--scratch"), "\(elsewhere.error)")
        let runs = try [7, 5].map { try program.process(["task", "\($0)"]) }
        for run in runs { try run.process.run() }
        for run in runs { run.process.waitUntilExit() }
        let outcomes = try runs.map { try program.finish($0.process, $0.outputs) }
        #expect(outcomes.allSatisfy { $0.status == 0 }, "\(outcomes.map(\.error))")
        #expect(outcomes.count { $0.error.contains("another task relaxes the structures") } <= 1)
        let early = try program.run(["study", "study", "--collect"])
        #expect(early.status == 2 && early.error.contains("6 calculations"), "\(early.error)")
        for number in [8, 1, 2, 3, 4, 6] { #expect(try program.run(["task", "\(number)"]).status == 0) }
        for number in 5...8 {
            let again = try program.run(["task", "\(number)"])
            #expect(again.status == 0 && again.error.contains("finished already"), "\(again.error)")
        }
        let collected = try program.run(["study", "study", "--collect"])
        #expect(collected.status == 0, "\(collected.error)")
        let whole = try program.run(study + ["--output", "whole"])
        #expect(whole.status == 0 && whole.output == collected.output, "\(whole.error)\n\(whole.output)\n\(collected.output)")
        let tables = try ["study", "whole"].map {
            try Data(contentsOf: program.folder.appendingPathComponent("\($0)/study.json"))
        }
        #expect(tables[0] == tables[1])
        // Another method would relax to other structures: other tasks.
        #expect(
            try program.run(["study", "oh.xyz", "--relax", "--methods", "pbe,hf", "--bases", "STO-3G", "--plan", "-o", "other"])
                .status == 0)
        let others = try StudyPlan(readingFrom: program.folder.appendingPathComponent("other/plan.json").path).tasks
        #expect(Set(others.map(\.id)).isDisjoint(with: tasks[4...].map(\.id)))
        try program.write("{}", to: "study/tasks/\(tasks[4].id).json")
        let changed = try program.run(["task", "7"])
        #expect(changed.status == 65 && changed.error.contains("has changed since it was planned"), "\(changed.error)")
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

    /// Who only looks at finished results neither waits for others nor keeps them out.
    @Test func finishedTasksAreLookedAtByManyAtOnce() throws {
        try withPlan { program in
            for number in 1...4 { #expect(try program.run(["task", "\(number)"]).status == 0) }
            let alone = try program.run(["study", "study", "--collect"])
            #expect(alone.status == 0, "\(alone.error)")
            let path = program.folder.appendingPathComponent("study/study.json")
            let table = try Data(contentsOf: path)
            for calls in [
                Array(repeating: ["study", "study", "--collect"], count: 4), [["study", "study", "--collect"], ["task", "1"]],
            ] {
                let runs = try calls.map { try program.process($0) }
                for run in runs { try run.process.run() }
                for run in runs { run.process.waitUntilExit() }
                for run in runs {
                    let outcome = try program.finish(run.process, run.outputs)
                    #expect(outcome.status == 0, "\(outcome.error)")
                    #expect(outcome.output.isEmpty || outcome.output == alone.output)
                }
                #expect(try Data(contentsOf: path) == table)
            }
            // What a kill after the result has left undone is made up for.
            let account = program.folder.appendingPathComponent("study/\(try Self.plan(program).tasks[0].folder)/account.csv")
            let text = try Data(contentsOf: account)
            try FileManager.default.removeItem(at: account)
            #expect(try program.run(["study", "study", "--collect"]).status == 2)
            #expect(try program.run(["task", "1"]).status == 0 && Data(contentsOf: account) == text)
            // Whatever another process does in the folder of a finished task.
            let folder = program.folder.appendingPathComponent("study/\(try Self.plan(program).tasks[0].folder)").path
            let lock = try FolderLock(path: folder)
            for arguments in [["study", "study", "--collect"], ["task", "1"]] {
                let run = try program.run(arguments)
                #expect(run.status == 0, "\(arguments) \(run.error)")
            }
            withExtendedLifetime(lock) {}
            #expect(try Data(contentsOf: path) == table)
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

    /// Of a task in a scratch folder.
    private static func scratchName(_ program: Program, _ task: StudyPlan.Task, study: String = "study") -> String {
        var checksum = Checksum()
        checksum.add(program.folder.appendingPathComponent(study).standardizedFileURL.resolvingSymlinksInPath().path)
        return "esp-task-\(task.id)-\(checksum.hexadecimal)"
    }

    @Test func equalTasksOfTwoStudiesShareNoScratchFolder() throws {
        try withPlan { program in
            #expect(try program.run(["study"] + Self.files + Self.options + ["--plan", "--output", "other"]).status == 0)
            let task = try Self.plan(program).tasks[0]
            // What the first study left in the scratch folder.
            let left = "local/\(Self.scratchName(program, task))"
            try FileManager.default.createDirectory(
                at: program.folder.appendingPathComponent(left), withIntermediateDirectories: true)
            try program.write("", to: left + "/mark")
            let other = try program.run(["task", "1", "--output", "other", "--scratch", "local"])
            #expect(other.status == 0, "\(other.error)")
            #expect(program.names(in: left) == ["mark"] && program.names(in: "local").count == 1)
            #expect(!program.names(in: "other/\(task.folder)").contains("mark"))
            // The same study by another path goes on there.
            let own = try program.run(["task", "1", "--output", "./other/../study", "--scratch", "local"])
            #expect(own.status == 0 && program.names(in: "local").isEmpty, "\(own.error)")
            #expect(program.names(in: "study/\(task.folder)").isSuperset(of: ["mark", "result.json"]))
        }
    }

    @Test func whatIsWrongWithAScratchFolderNamesItsOption() throws {
        try withPlan { program in
            let task = try Self.plan(program).tasks[0]
            try program.write("", to: "file")
            let blocked = try program.run(["task", "1", "--scratch", "file"])
            #expect(
                blocked.status == 73 && blocked.error.contains("--scratch") && !blocked.error.contains("--output"),
                "\(blocked.error)")
            let folder = program.folder.appendingPathComponent("local/\(Self.scratchName(program, task))")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            let lock = try FolderLock(path: folder.path)
            let used = try program.run(["task", "1", "--scratch", "local"])
            withExtendedLifetime(lock) {}
            #expect(
                used.status == 73 && used.error.contains("another esp process") && used.error.contains("--scratch")
                    && !used.error.contains("--output"), "\(used.error)")
        }
    }

    /// Whether this user may mount a small disk.
    private static let mayMount: Bool = {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/unshare")
        process.arguments = ["-m", "/bin/sh", "-c", "mount -t tmpfs -o size=16k tmpfs /mnt"]
        (process.standardOutput, process.standardError) = (FileHandle.nullDevice, FileHandle.nullDevice)
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }()

    /// On a disk of 16 kB of its own.
    @Test(.enabled(if: mayMount, "mounting is not allowed here")) func aFullScratchDiskNamesItsOption() throws {
        try withPlan { program in
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/usr/bin/unshare")
            process.arguments = [
                "-m", "/bin/sh", "-c",
                "mkdir small && mount -t tmpfs -o size=16k tmpfs small && exec \"$0\" task 1 --scratch small",
                Program.executable.path,
            ]
            process.currentDirectoryURL = program.folder
            let error = Pipe()
            process.standardError = error
            process.standardOutput = FileHandle.nullDevice
            try process.run()
            let message = String(decoding: error.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            process.waitUntilExit()
            #expect(process.terminationStatus == 74 && message.contains("disk is full"), "\(message)")
            #expect(message.contains("--scratch") && !message.contains("--output"), "\(message)")
        }
    }

    @Test func resultsOfAScratchFolderAreMovedWhole() throws {
        try withPlan { program in
            let task = try Self.plan(program).tasks[0]
            // Killed, it stays there, and goes on there.
            let checkpoint = "local/\(Self.scratchName(program, task))/q0_m1.checkpoint"
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
            let megabytes = try #require(log.firstMatch(of: /--mem=(\d+)M/).flatMap { Int($0.1) })
            let estimate = try program.run(["estimate", "study"]).output.split(separator: "\n")
            let largest = estimate.compactMap { line -> Int? in
                let fields = line.split(separator: " ")
                return fields.count == 9 && Int(fields[0]) != nil ? Int(fields[7]) : nil
            }.max()
            #expect(megabytes == Int(1.1 * Double(try #require(largest))) + 1)
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
                (["estimate", "none.json"], 66, "none.json"),
                (
                    ["study", "water.xyz", "--methods", "hf,hf", "--bases", "STO-3G", "--plan", "-o", "twice"], 64,
                    "the same input"
                ),
            ] as [([String], Int32, String)] {
                let run = try program.run(arguments)
                #expect(run.status == status && run.error.contains(word), "\(arguments) \(run.status) \(run.error)")
            }
            try program.write(
                #"{"schema": "esp-plan-1", "tasks": [{"id": "0123456789abcdef", "complex": "a", "method": "hf", "basis": "b", "folder": "../a"}]}"#,
                to: "study/plan.json")
            #expect(program.names(in: "twice").isDisjoint(with: ["plan.json", "tasks"]))
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
                    var all_integrals: Int
                    var memory_limit: Int?
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
            // The integrals of a molecule and basis set are computed once: the methods have their time from the same pass.
            #expect(
                estimate.tasks[0].seconds == estimate.tasks[2].seconds && estimate.tasks[1].seconds == estimate.tasks[3].seconds)
            #expect(estimate.tasks.allSatisfy { $0.memory_limit == 500 << 20 && $0.memory == min($0.all_integrals, 500 << 20) })
            // With the least memory that it names, and no less, a task runs.
            let least = estimate.tasks[0].least_memory
            let options = ["compute", "water.xyz", "-c", "0,-1,-2", "--search", "none"] + Program.quick
            #expect(try program.run(options + ["--memory", "\(least)", "-o", "enough"]).status == 0)
            #expect(try program.run(options + ["--memory", "\(least - 1000)", "-o", "less"]).status == 71)
            let table = try program.run(["estimate", "study"])
            #expect(table.status == 0 && table.output.contains("4 tasks"), "\(table.error)")
            // With a limit between, a task takes the limit; with one below the least, it is marked and refused.
            for (limit, status) in [((least + estimate.tasks[0].all_integrals) / 2, Int32(0)), (least - 1000, 71)] {
                let options = Self.options.dropLast() + ["\(limit)", "--plan", "--output", "limited"]
                #expect(try program.run(["study", "water.xyz"] + options).status == 0)
                let answer = try program.run(["estimate", "limited", "--json"])
                #expect(answer.status == status, "\(answer.error)")
                let limited = try JSONDecoder().decode(Estimate.self, from: Data(answer.output.utf8))
                #expect(
                    limited.tasks.allSatisfy { $0.memory == max(limit, least) && $0.memory_limit == limit }, "\(answer.output)")
                let table = try program.run(["estimate", "limited"])
                #expect(table.status == status && table.output.contains("TOO LITTLE MEMORY") == (status == 71), "\(table.output)")
                #expect(table.output.contains("fitted") == (status == 0), "\(table.output)")
                #expect(try program.run(["task", "1", "--output", "limited"]).status == status)
            }
            // The megabytes of the table are those of --memory, and enough.
            let column = try #require(
                table.output.split(separator: "\n").dropFirst().first?.split(separator: " ").dropFirst(5).first)
            #expect(try program.run(options + ["--memory", "\(column)MB", "-o", "megabytes"]).status == 0)
        }
    }
}
