import BasisSets
import FileFormats
import Foundation
import RunFolders
import TestSupport
import Testing

@Suite struct CommandLineTests {
    private func withProgram(_ body: (Program) throws -> Void) throws {
        let program = try Program()
        defer { program.remove() }
        try program.write(Program.water, to: "water.xyz")
        try body(program)
    }

    @Test func helpTeaches() throws {
        try withProgram { program in
            let help = try program.run(["--help"])
            #expect(help.status == 0)
            for text in ["compute", "basis", "EXIT CODES", "130"] { #expect(help.output.contains(text), "\(text)") }
            let compute = try program.run(["help", "compute"])
            #expect(compute.status == 0)
            for option in [
                "--charge", "--multiplicity", "--method", "--basis ", "--basis-for", "--basis-file", "--grid", "--threads",
                "--memory",
                "--output", "--cube ", "--cube-spacing", "--json", "EXAMPLES",
            ] { #expect(compute.output.contains(option), "\(option)") }
            #expect(compute.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
        }
    }

    @Test func versionNamesTheLibraries() throws {
        try withProgram { program in
            let version = try program.run(["--version"])
            #expect(version.status == 0)
            for text in ["esp ", "instruction set", "libxc", "OpenBLAS"] { #expect(version.output.contains(text), "\(text)") }
        }
    }

    @Test(arguments: ["bash", "zsh", "fish"])
    func completesInShells(shell: String) throws {
        try withProgram { program in
            let script = try program.run(["--generate-completion-script", shell])
            #expect(script.status == 0 && script.output.contains("basis-for"))
        }
    }

    @Test func listsAndShowsBasisSets() throws {
        try withProgram { program in
            let list = try program.run(["basis", "list"])
            #expect(list.status == 0 && list.output.contains("LANL2MB") && list.output.contains("6-31G*"))
            let show = try program.run(["basis", "show", "lanl2mb", "--elements", "Nb,al"])
            #expect(show.status == 0 && show.output.contains("NB-ECP") && !show.output.contains("ZR-ECP"))
            let text = Array(show.output.utf8)
            let set = try Gaussian94.basisSet(TextFile(path: "shown", bytes: text, expected: "a basis set"))
            #expect(set.elements.count == 2)
            #expect(try program.run(["basis", "show", "no-such-set"]).status == 65)
        }
    }

    @Test func reductionSeriesOnRequest() throws {
        try withProgram { program in
            let run = try program.run(["compute", "water.xyz", "--reduce", "2", "--json", "--quiet"] + Program.quick)
            #expect(run.status == 0, "\(run.error)")
            #expect(run.error.isEmpty, "\(run.error)")
            let document = try ResultDocument(json: Data(run.output.utf8))
            #expect(document.states.map(\.charge) == [0, -1, -2])
            #expect(document.states.map(\.multiplicity) == [1, 2, 1])
            #expect(document.schema == ResultDocument.currentSchema)
            let file = try Data(contentsOf: program.folder.appendingPathComponent("water.esp/result.json"))
            #expect(try ResultDocument(json: file).states == document.states)
        }
    }

    @Test func fileNamesTheBaseChargeAndTheCommandLineWins() throws {
        try withProgram { program in
            try program.write(Program.water.replacingOccurrences(of: "water", with: "charge=1 spin=4"), to: "ion.xyz")
            func states(_ arguments: [String]) throws -> [[Int]] {
                let run = try program.run(
                    ["compute", "ion.xyz", "--json", "-q", "--max-iterations", "2"] + Program.quick + arguments)
                return try ResultDocument(json: Data(run.output.utf8)).states.map { [$0.charge, $0.multiplicity] }
            }
            #expect(try states([]) == [[1, 4]])
            #expect(try states(["--reduce", "2", "-o", "series"]) == [[1, 4], [0, 1], [-1, 2]])
            #expect(try states(["--charge", "-1"]) == [[-1, 2]])
            #expect(try states(["--charge", "-1,0", "-m", "4,3"]) == [[-1, 4], [0, 3]])
            #expect(try states(["-c", "1", "-m", "2"]) == [[1, 2]])
        }
    }

    @Test func goesOnFromTheCheckpoint() throws {
        try withProgram { program in
            let arguments = ["compute", "water.xyz", "-c", "0"] + Program.quick
            let first = try program.run(arguments + ["--max-iterations", "3"])
            #expect(first.status == 2)
            #expect(first.output.contains("NOT CONVERGED"))
            #expect(first.error.contains("SCF not converged"))
            #expect(program.names(in: "water.esp") == ["basis.gbs", "result.json", "q0_m1.checkpoint"])
            let second = try program.run(arguments)
            #expect(second.status == 0)
            #expect(second.error.contains("restarting from the"))
            // Another basis: the checkpoint does not fit, and the program says so.
            let third = try program.run(arguments.map { $0 == "STO-3G" ? "6-31G" : $0 } + ["--force"])
            #expect(third.status == 0)
            #expect(third.error.contains("the basis set has changed"))
            let damaged = program.folder.appendingPathComponent("water.esp/q0_m1.checkpoint")
            try Data("esp-checkpoint 1\n garbage".utf8).write(to: damaged)
            let fourth = try program.run(arguments + ["--force"])
            #expect(fourth.status == 0 && fourth.error.contains("damaged"))
            #expect(try program.run(arguments + ["--guess", "checkpoint", "-o", "new"]).status == 65)
        }
    }

    /// What was made of a result goes when another one takes its place, and only then.
    @Test func derivedFilesGoWithTheirResult() throws {
        try withProgram { program in
            let arguments = ["compute", "water.xyz", "-o", "out"] + Program.quick
            #expect(try program.run(arguments + ["-c", "0,-1"]).status == 0)
            try program.write("{}", to: "out/surface.json")
            #expect(program.names(in: "out").isSuperset(of: ["account.csv", "surface.json"]))
            #expect(try program.run(arguments + ["-c", "0,-1"]).status == 0)
            #expect(program.names(in: "out").isSuperset(of: ["account.csv", "surface.json"]))
            let other = try program.run(
                arguments + ["-c", "0", "--basis-for", "Nb=LANL2DZ", "--basis-for", "O=6-31G", "--force"])
            #expect(other.status == 0 && other.error.contains("--basis-for names Nb"), "\(other.error)")
            #expect(program.names(in: "out").isDisjoint(with: ["account.csv", "surface.json"]))
        }
    }

    @Test func sameBitsFromRunToRun() throws {
        try withProgram { program in
            func energies(_ folder: String) throws -> [UInt64] {
                let arguments = [
                    "--preset", "paper", "--reduce", "2", "--cube", "none", "--picture", "none", "--grid", "coarse", "--threads",
                    "2", "--memory",
                    "1GB",
                ]
                let run = try program.run(["compute", "water.xyz", "--json", "-q", "-o", folder] + arguments)
                return try ResultDocument(json: Data(run.output.utf8)).states.compactMap(\.energy?.bitPattern)
            }
            let (first, second) = (try energies("a"), try energies("b"))
            #expect(first == second && first.count == 3)
        }
    }

    /// With fitted integrals in the iterations, and with exact ones of which a part is stored.
    @Test(arguments: [("auto", "fitted, exact at the end"), ("exact", "partly in memory")])
    func memoryLimitIsObeyed(integrals: String, expected: String) throws {
        try withProgram { program in
            try program.write(
                String(contentsOf: Repository.root.appendingPathComponent("Molecules/tcbq.xyz"), encoding: .utf8), to: "tcbq.xyz")
            let run = try program.run(
                [
                    "compute", "tcbq.xyz", "--preset", "paper", "--memory", "300MB", "--grid", "coarse", "--cube", "none",
                    "--picture", "none",
                    "--threads", "2", "--profile", "--integrals", integrals,
                ])
            #expect(run.status == 0, "\(run.error)")
            #expect(run.error.contains("integrals: \(expected)"), "\(run.error)")
            let line = try #require(run.error.split(separator: "\n").first { $0.contains("peak resident memory: ") })
            let words = line.split(separator: " ")
            let peak = try #require(words.dropLast().last.flatMap { Double($0) })
            #expect(words.last == "MB" && peak < 300, "\(line)")
        }
    }

    @Test func profileTellsWhereTheTimeWent() throws {
        try withProgram { program in
            let run = try program.run(["compute", "water.xyz", "-c", "0", "--profile"] + Program.quick)
            #expect(run.status == 0)
            for phase in ["repulsion integrals", "exchange digestion", "diagonalisation", "(SP SP|SP SP)"] {
                #expect(run.error.contains(phase), "\(run.error)")
            }
        }
    }
}
