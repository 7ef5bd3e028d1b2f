import Foundation
import TestSupport
import Testing

/// Folders that may only be read, and names that are none.
@Suite struct ReadOnlyTests {
    /// As a user to whom the folder does not belong: the superuser may write everywhere.
    private func run(_ program: Program, _ arguments: [String]) throws -> Program.Outcome {
        guard geteuid() == 0 else { return try program.run(arguments) }
        let (process, outputs) = try program.process(arguments)
        process.executableURL = URL(fileURLWithPath: "/usr/bin/setpriv")
        process.arguments =
            ["--reuid", "65534", "--regid", "65534", "--clear-groups", Program.executable.path] + arguments
        try process.run()
        process.waitUntilExit()
        return try program.finish(process, outputs)
    }

    private func withRun(_ body: (Program) throws -> Void) throws {
        let program = try Program()
        defer { program.remove() }
        try program.write(Program.water, to: "water.xyz")
        #expect(try program.run(["compute", "water.xyz", "-c", "0,1", "-o", "run"] + Program.quick).status == 0)
        let path = program.folder.appendingPathComponent("run").path
        chmod(path, 0o555)
        defer { chmod(path, 0o755) }
        let open = program.folder.appendingPathComponent("open").path
        try FileManager.default.createDirectory(atPath: open, withIntermediateDirectories: true)
        chmod(open, 0o777)
        try body(program)
    }

    @Test(.enabled(if: geteuid() != 0 || FileManager.default.isExecutableFile(atPath: "/usr/bin/setpriv")))
    func aRunIsRead() throws {
        try withRun { program in
            // The program's own folder may be closed to other users.
            guard try run(program, ["--version"]).status == 0 else { return }
            let before = program.names(in: "run")
            for arguments in [
                ["account", "run"], ["compare", "run", "run"], ["fukui", "run", "--charge", "0"],
                ["export", "run", "--format", "fchk", "-o", "open"], ["report", "run", "-o", "open/page.html"],
                ["picture", "run", "--show", "esp", "--width", "300", "-o", "open"],
            ] {
                let outcome = try run(program, arguments)
                #expect(outcome.status == 0, "\(arguments): \(outcome.status) \(outcome.error)")
            }
            #expect(program.names(in: "open").isSuperset(of: ["page.html", "q0_m1.fchk", "q0_m1_esp_300px.png"]))
            // What belongs into the folder is printed, and the program says that it is not kept.
            for arguments in [
                ["charges", "run", "--scheme", "hirshfeld", "-q"], ["charges", "run", "--scheme", "mulliken", "--json", "-q"],
                ["surface", "run"], ["orbitals", "run"], ["frequencies", "run", "--charge", "0", "-q"],
            ] {
                let outcome = try run(program, arguments)
                #expect(outcome.status == 73, "\(arguments): \(outcome.status) \(outcome.error)")
                #expect(outcome.output.count > 200 && outcome.error.contains("run/"), "\(arguments): \(outcome.error)")
                // These commands have no option for another folder.
                #expect(outcome.error.contains("Copy run to a folder") && !outcome.error.contains("--output"), "\(outcome.error)")
                #expect(!outcome.output.contains("results written"), "\(arguments): \(outcome.output)")
            }
            #expect(program.names(in: "run") == before)
        }
    }

    @Test(arguments: [
        ["compute", "water.xyz"], ["optimize", "water.xyz"], ["gradient", "water.xyz"], ["study", "water.xyz"],
        ["analyze", "water.molden"], ["export", "run", "--format", "fchk"], ["report", "run"], ["picture", "run"],
    ])
    func anEmptyNameIsNone(arguments: [String]) throws {
        let program = try Program()
        defer { program.remove() }
        for option in [["-o", ""], ["--output", ""]] {
            let outcome = try program.run(arguments + option)
            #expect(outcome.status == 64 && outcome.error.contains("--output needs a name"), "\(outcome.error)")
        }
    }

    @Test(arguments: ["0", "-1", "nan", "inf", "1e5", "1e308", "1e-300"])
    func spacingOfFukuiCubes(value: String) throws {
        let program = try Program()
        defer { program.remove() }
        let outcome = try program.run(["fukui", "run", "--cube", "--cube-spacing=\(value)"])
        #expect(outcome.status == 64 && outcome.error.contains("--cube-spacing"), "\(outcome.error)")
    }
}
