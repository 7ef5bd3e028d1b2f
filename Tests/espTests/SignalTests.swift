import Foundation
import TestSupport
import Testing

/// Signals, broken pipes and strays: the same for every command.
@Suite struct SignalTests {
    /// A program with the folder `out` of two states of water.
    private func withRun(_ body: (Program) throws -> Void) throws {
        let program = try Program()
        defer { program.remove() }
        try program.write(Program.water, to: "water.xyz")
        let run = try program.run(["compute", "water.xyz", "-c", "0,-1", "--search", "none", "-o", "out"] + Program.quick)
        try #require(run.status == 0, "\(run.error)")
        try body(program)
    }

    private static let readers: [[String]] = [
        ["account", "out"], ["compare", "out", "out"], ["fukui", "out"], ["orbitals", "out"],
        ["report", "out", "--threads", "1"],
        ["picture", "out", "--show", "spin", "--threads", "1"], ["basis", "list"],
        ["basis", "show", "STO-3G"],
    ]

    /// Starts the program with its standard output going nowhere, as after the end of `head`.
    private static func statusWithoutReader(_ program: Program, _ arguments: [String]) throws -> Int32 {
        let (process, outputs) = try program.process(arguments)
        let pipe = Pipe()
        process.standardOutput = pipe
        try pipe.fileHandleForReading.close()
        try process.run()
        process.waitUntilExit()
        return try program.finish(process, outputs).status
    }

    @Test func aBrokenPipeIsNoError() throws {
        try withRun { program in
            for arguments in Self.readers {
                let status = try Self.statusWithoutReader(program, arguments)
                #expect(status == 0, "\(arguments)")
            }
        }
    }

    @Test func theLimitOfFileSizesIsAnErrorOfWriting() throws {
        try withRun { program in
            for arguments in [
                ["report", "out", "--threads", "1"], ["picture", "out", "--threads", "1"], ["fukui", "out", "--cube"],
            ] {
                let run = try program.run(arguments, through: "ulimit -f 1")
                #expect(
                    run.status == 74 && (run.error.contains("--output") || run.error.contains("standard output")),
                    "\(arguments) \(run.error)")
            }
            for name in program.names(in: "out") { #expect(!name.hasPrefix("."), "\(name)") }
        }
    }

    /// The signal waits, blocked, before the program begins, and is taken as soon as it listens: whichever command it is.
    @Test(arguments: [(SIGINT, "INT", 130), (SIGTERM, "TERM", 143), (SIGHUP, "HUP", 143)] as [(Int32, String, Int32)])
    func everyCommandStopsOnRequest(signal: Int32, name: String, status: Int32) throws {
        try withRun { program in
            let others = [
                ["compute", "water.xyz", "-o", "new"] + Program.quick, ["surface", "out"], ["export", "out", "--format", "fchk"],
            ]
            for arguments in Self.readers + others {
                let run = try program.run(
                    arguments,
                    through:
                        "exec env --default-signal=\(name) --block-signal=\(name) bash -c 'kill -\(name) $$; exec \"$0\" \"$@\"' \"$0\" \"$@\""
                )
                #expect(run.status == status, "\(arguments) \(run.status) \(run.error)")
                #expect(run.error.contains("interrupted\n  Run the same command"), "\(arguments) \(run.error)")
            }
            #expect(!program.names(in: "out").contains { $0.hasPrefix(".") || $0.hasSuffix(".png") || $0 == "report.html" })
        }
    }

    @Test(arguments: [(SIGINT, "INT"), (SIGHUP, "HUP")] as [(Int32, String)])
    func whatTheParentIgnoresStaysIgnored(signal: Int32, name: String) throws {
        try withRun { program in
            let run = try program.run(
                ["compute", "water.xyz", "-c", "0", "-o", "new"] + Program.quick, signal: signal,
                whenThereIs: "new/q0_m1.checkpoint",
                through: "trap '' \(name)")
            #expect(run.status == 0 && !run.output.isEmpty, "\(run.error)")
        }
    }

    @Test func theNextRunRemovesTheStraysOfAKilledOne() throws {
        try withRun { program in
            try program.write("half", to: "out/.report.html.esp-aB3dE6")
            #expect(try program.run(["report", "out", "--threads", "1"]).status == 0)
            #expect(!program.names(in: "out").contains { $0.hasPrefix(".") })
        }
    }

    @Test func whatIsNoFileIsNotReplaced() throws {
        try withRun { program in
            #expect(mkfifo(program.folder.appendingPathComponent("pipe").path, 0o600) == 0)
            let pipe = try program.run(["report", "out", "--threads", "1", "-o", "pipe"])
            #expect(pipe.status == 73 && pipe.error.contains("nobody reads this pipe"), "\(pipe.error)")
            #expect(try program.run(["report", "out", "--threads", "1", "-o", "out"]).status == 73)
            #expect(try program.run(["report", "out", "--threads", "1", "-o", "/dev/null"]).status == 0)
            var information = stat()
            #expect(stat("/dev/null", &information) == 0 && information.st_mode & S_IFMT == S_IFCHR)
        }
    }

    /// Escape sequences of a file's name and of words of the command line do not reach the terminal.
    @Test func messagesDoNotControlTheTerminal() throws {
        try withRun { program in
            for arguments in [
                ["account", "no\u{1B}[31m.esp"], ["account", "--\u{1B}[31m"], ["compute", "x\u{9B}31m\u{202E}.xyz"],
            ] {
                let run = try program.run(arguments)
                #expect(run.status != 0 && !run.error.isEmpty)
                #expect(
                    !run.error.unicodeScalars.contains {
                        $0.value < 0x20 && $0 != "\n" || (0x7F..<0xA0).contains($0.value) || $0 == "\u{202E}"
                    })
            }
        }
    }
}
