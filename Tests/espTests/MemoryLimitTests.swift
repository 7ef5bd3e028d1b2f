import Foundation
import TestSupport
import Testing

/// Little memory: a message and the documented exit code, never an abort and never a loop.
@Suite struct MemoryLimitTests {
    /// Runs with a limit on the address space in kilobytes; what spins is ended after a minute of processor time.
    private func run(_ program: Program, _ arguments: [String], kilobytes: Int) throws -> Program.Outcome {
        try program.run(arguments, through: "ulimit -t 60; ulimit -c 0; ulimit -v \(kilobytes)")
    }

    /// From where the program can just be loaded to where nothing is amiss.
    @Test(.timeLimit(.minutes(5)), arguments: [230_000, 330_000, 500_000, 8_000_000])
    func addressSpace(kilobytes: Int) throws {
        let program = try Program()
        defer { program.remove() }
        try program.write(Program.water, to: "water.xyz")
        var whole = Program.quick
        for option in ["--cube", "--picture", "--threads"] {
            let place = try #require(whole.firstIndex(of: option))
            whole.removeSubrange(place...(place + 1))
        }
        whole.removeAll { $0 == "--no-report" }
        #expect(try program.run(["compute", "water.xyz", "-o", "run", "-c", "0"] + Program.quick).status == 0)
        let commands = [
            ["--version"], ["basis", "list"],
            ["compute", "water.xyz", "-c", "0", "--cube", "esp", "--cube-spacing", "0.5"] + whole,
            ["optimize", "water.xyz", "--method", "hf", "--basis", "STO-3G"], ["charges", "run"], ["surface", "run"],
            ["picture", "run", "--width", "300"], ["report", "run"], ["orbitals", "run"],
            ["export", "run", "--format", "cube", "--cube-spacing", "0.5"], ["fukui", "run"], ["account", "run"],
        ]
        for command in commands {
            let outcome = try run(program, command, kilobytes: kilobytes)
            let name = command.prefix(2).joined(separator: " ")
            // 65: this run has one state, which fukui and account cannot do with.
            let hasOneState = ["fukui", "account"].contains(command[0]) && outcome.status == 65
            #expect(outcome.status == 0 || outcome.status == 71 || hasOneState, "\(name): \(outcome.status) \(outcome.error)")
            if outcome.status == 71 { #expect(outcome.error.contains("memory"), "\(name): \(outcome.error)") }
            if kilobytes == 8_000_000 { #expect(outcome.status == 0 || hasOneState, "\(name): \(outcome.error)") }
            #expect(outcome.status == 71 || !outcome.error.contains("OpenBLAS"), "\(name): \(outcome.error)")
        }
        for folder in ["run", "water.esp", "water.opt"] {
            #expect(
                program.names(in: folder).allSatisfy { !$0.hasPrefix(".") || $0.hasPrefix(".lock") },
                "\(program.names(in: folder))")
        }
    }

    /// Fitted charges whose points do not fit are left out with the reason; the tables of several states do without them.
    @Test func fittedChargesThatDoNotFit() throws {
        let program = try Program()
        defer { program.remove() }
        let atoms = (0..<100).map { "He \(20 * ($0 % 10)) \(20 * ($0 / 10)) 0\n" }.joined()
        try program.write("100\n\n\(atoms)", to: "he.xyz")
        let arguments = ["compute", "he.xyz", "-c", "0,1", "--search", "none", "--stability", "none", "--memory", "150MB"]
        let outcome = try program.run(arguments + Program.quick)
        #expect(outcome.status == 0, "\(outcome.status) \(outcome.error)")
        #expect(outcome.output.contains("no CHELPG charges") && !outcome.output.contains("CHELPG charges of the states"))
        #expect(try program.run(["account", "he.esp"]).status == 0)
    }

    /// Surfaces take memory for themselves, not for the space between them: two atoms 60 Angstrom apart within 200 MB.
    @Test func atomsFarApart() throws {
        let program = try Program()
        defer { program.remove() }
        try program.write("2\n\nHe 0 0 0\nNe 34.7 34.6 34.6\n", to: "pair.xyz")
        #expect(try program.run(["compute", "pair.xyz", "-c", "0", "-o", "run"] + Program.quick).status == 0)
        let commands = [
            ["picture", "run", "--show", "esp,homo", "--width", "300"], ["surface", "run", "--json"], ["report", "run"],
        ]
        for command in commands {
            let outcome = try run(program, command + ["--memory", "200MB", "--threads", "1"], kilobytes: 700_000)
            #expect(outcome.status == 0 && !outcome.error.contains("note"), "\(command): \(outcome.error)")
        }
        #expect(
            program.names(in: "run").isSuperset(of: [
                "q0_m1_esp_300px.png", "q0_m1_homo_300px.png", "surface.json", "report.html",
            ]))
    }

    /// Cubes are written slab by slab: the values of this one alone would take 70 MB and its text 120.
    @Test func cubesLargerThanTheMemory() throws {
        let program = try Program()
        defer { program.remove() }
        try program.write(Program.water, to: "water.xyz")
        #expect(try program.run(["compute", "water.xyz", "-c", "0", "-o", "run"] + Program.quick).status == 0)
        let arguments = [
            "export", "run", "--format", "cube", "--cube", "density", "--cube-spacing", "0.055", "--memory", "150MB", "--threads",
            "1",
        ]
        let outcome = try program.run(arguments, through: "ulimit -v 420000")
        #expect(outcome.status == 0, "\(outcome.error)")
        let size = try program.folder.appendingPathComponent("run/q0_m1_density.cube").resourceValues(forKeys: [.fileSizeKey])
            .fileSize
        #expect(try #require(size) > 100_000_000)
    }

    @Test(arguments: [
        ["picture", "run", "--width", "10000", "--memory", "300MB"], ["picture", "run", "--memory", "20MB"],
        ["surface", "run", "--memory", "20MB"], ["charges", "run", "--memory", "20MB"], ["report", "run", "--memory", "20MB"],
        ["orbitals", "run", "--memory", "20MB"],
    ])
    func refusals(arguments: [String]) throws {
        let program = try Program()
        defer { program.remove() }
        try program.write(Program.water, to: "water.xyz")
        #expect(try program.run(["compute", "water.xyz", "-c", "0", "-o", "run"] + Program.quick).status == 0)
        let names = program.names(in: "run")
        let outcome = try program.run(arguments)
        #expect(outcome.status == 71 && outcome.error.contains("--memory"), "\(outcome.status) \(outcome.error)")
        #expect(outcome.output.isEmpty && program.names(in: "run") == names)
    }

    /// More threads than processors never run at a time and take no memory.
    @Test func manyThreads() throws {
        let program = try Program()
        defer { program.remove() }
        try program.write(Program.water, to: "water.xyz")
        let arguments = ["compute", "water.xyz", "-c", "0", "--profile"] + Program.quick.dropLast(2)
        let peaks = try ["1", "1024"].map { threads in
            let outcome = try program.run(arguments + ["--threads", threads])
            #expect(outcome.status == 0, "\(outcome.error)")
            let line = try #require(outcome.error.split(separator: "\n").first { $0.contains("peak resident memory: ") })
            return try #require(line.split(separator: " ").dropLast().last.flatMap { Double($0) })
        }
        #expect(peaks[1] < peaks[0] + 100, "\(peaks)")
    }
}
