import FileFormats
import Foundation
import RunFolders
import Testing

/// The program on a file system without locks: a library that is loaded before the system's lets every `flock` fail.
@Suite struct LocklessFileSystemTests {
    private func withoutLocks(_ body: (Program, _ shell: String) throws -> Void) throws {
        let program = try Program()
        defer { program.remove() }
        try program.write("#include <errno.h>\nint flock(int file, int how) { errno = ENOLCK; return -1; }\n", to: "lockless.c")
        let compiler = Process()
        compiler.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        compiler.arguments = ["gcc", "-shared", "-fPIC", "-o", "lockless.so", "lockless.c"]
        compiler.currentDirectoryURL = program.folder
        try compiler.run()
        compiler.waitUntilExit()
        try #require(compiler.terminationStatus == 0)
        try program.write(Program.water, to: "water.xyz")
        try body(program, "export LD_PRELOAD=\(program.folder.path)/lockless.so")
    }

    private func count(_ words: String, in text: String) -> Int { text.components(separatedBy: words).count - 1 }

    @Test func aCalculationWarnsOnceAndGoesOn() throws {
        try withoutLocks { program, shell in
            let arguments = ["compute", "water.xyz", "-c", "0", "--quiet"] + Program.quick
            let run = try program.run(arguments + ["-o", "run"], through: shell)
            #expect(run.status == 0 && count("esp: warning:", in: run.error) == 1, "\(run.error)")
            #expect(run.error.contains("cannot lock: No locks available\n  If another esp writes"), "\(run.error)")
            let usual = try program.run(arguments + ["-o", "usual"])
            #expect(usual.status == 0 && usual.error.isEmpty)
            let energies = try ["run", "usual"].map {
                try ResultDocument(json: Data(contentsOf: program.folder.appendingPathComponent("\($0)/result.json"))).states[0]
                    .energy
            }
            #expect(energies[0] != nil && energies[0] == energies[1])
            #expect(program.names(in: "run") == program.names(in: "usual"))
        }
    }

    /// Both compute the task, and write the same.
    @Test func twoProcessesWithOneTaskDoNoHarm() throws {
        try withoutLocks { program, shell in
            let plan = ["study", "water.xyz", "--methods", "hf", "--bases", "STO-3G", "--charges", "mulliken", "--threads", "1"]
            #expect(try program.run(plan + ["--memory", "500MB", "--plan", "--quiet"], through: shell).status == 0)
            let runs = try (0..<2).map { _ in try program.process(["task", "1", "--quiet"], through: shell) }
            for run in runs { try run.process.run() }
            for run in runs { run.process.waitUntilExit() }
            for run in runs {
                let outcome = try program.finish(run.process, run.outputs)
                #expect(outcome.status == 0, "\(outcome.error)")
                #expect(outcome.error.contains("Two processes that get the same task both compute it"), "\(outcome.error)")
            }
            let table = try program.run(["study", "study", "--collect"], through: shell)
            #expect(table.status == 0, "\(table.error)")
            #expect(try program.run(["task", "1"]).status == 0)
        }
    }
}
