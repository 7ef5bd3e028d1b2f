import Foundation
import TestSupport
import Testing

@Suite struct BadInputTests {
    private func withProgram(_ body: (Program) throws -> Void) throws {
        let program = try Program()
        defer { program.remove() }
        try program.write(Program.water, to: "water.xyz")
        try body(program)
    }

    @Test(arguments: [
        ([String](), 64, "missing argument"), (["water.xyz", "--bogus"], 64, "unknown option"),
        (["water.xyz", "-c", "x"], 64, "--charge -1"), (["water.xyz", "-c", "0,0"], 64, "twice"),
        (["water.xyz", "-m", "0"], 64, "multiplicity"), (["water.xyz", "--cube", "x"], 64, "none"),
        (["water.xyz", "--cube", "esp", "--cube-spacing", "0"], 64, "0.02"),
        (["water.xyz", "--cube-spacing", "0.3"], 64, "--cube"), (["water.xyz", "--memory", "much"], 64, "4GB"),
        (["water.xyz", "--threads", "0"], 64, "--threads"), (["water.xyz", "--grid", "1,2"], 64, "radial"),
        (["water.xyz", "--convergence", "nan"], 64, "--convergence"), (["water.xyz", "--damping", "1"], 64, "--damping"),
        (["water.xyz", "--smearing", "2"], 64, "--smearing"), (["water.xyz", "--search", "all"], 64, "lowest"),
        (["water.xyz", "--smearing", "0.01", "--reference", "restricted-open"], 64, "restricted-open"),
        (["water.xyz", "--chelpg-radius", "O=x"], 64, "--chelpg-radius"), (["water.xyz", "--pure", "--cartesian"], 64, "pure"),
        (["water.xyz", "-c", "0,1", "-m", "1,2,3"], 64, "3 values for 2 charges"),
        (["water.xyz", "-c", "0", "-m", "2"], 65, "lowest is 1"), (["water.xyz", "-c", "10"], 65, "0 electrons"),
        (["water.xyz", "-c", "0", "-m", "13"], 65, "unpaired"), (["water.xyz", "--basis", "6-32G"], 65, "6-31G"),
        (["water.xyz", "--basis-for", "O"], 65, "Nb,Al=LANL2MB"),
        (["water.xyz", "--basis-for", "Xq=STO-3G"], 65, "Nb,Al=LANL2MB"),
        (["water.xyz", "--basis-file", "water.xyz"], 65, "water.xyz, line"), (["water.xyz", "--method", "b3ly"], 65, "b3lyp"),
        (["water.xyz", "--method", "b2plyp"], 65, "double hybrids"), (["missing.xyz"], 66, "no such file"), (["/"], 66, "folder"),
        (["/dev/zero"], 66, "device"), (["water.xyz", "--basis-file", "missing.gbs"], 66, "no such file"),
        (["water.xyz", "--basis-folder", "missing"], 69, "ESP_BASIS_SETS"), (["water.xyz", "--memory", "1MB"], 71, "--memory"),
        (["water.xyz", "-o", "/proc/nowhere"], 73, "/proc/nowhere"), (["water.xyz", "-o", "water.xyz"], 73, "in the way"),
    ])
    func isRefused(arguments: [String], status: Int, text: String) throws {
        try withProgram { program in
            let run = try program.run(["compute"] + arguments)
            #expect(run.status == Int32(status), "\(run.error)")
            #expect(run.error.contains(text), "\(run.error)")
            #expect(run.output.isEmpty)
            #expect(program.names(in: "water.esp").isEmpty)
        }
    }

    @Test(arguments: [
        ("", "empty"), ("3\nwater\nO 0 0 0\n", "promises 3"), ("1\n\nXq 0 0 0\n", "line 3"), ("1\n\nH 0 nan 0\n", "not a finite"),
        ("2\n\nH 0 0 0\nH 0 0 0\n", "lies on atom"), ("1\n\u{0}\u{1}\nH 0 0 0\n", "not plain text"),
        ("1\n\nCe 0 0 0\n", "--basis-for Ce="),
        ("1\ncharge=a\nH 0 0 0\n", "charge=a"),
    ])
    func badMoleculeIsRefused(text: String, expected: String) throws {
        try withProgram { program in
            try program.write(text, to: "bad.xyz")
            let run = try program.run(["compute", "bad.xyz", "--preset", "paper"])
            #expect(run.status == 65, "\(run.error)")
            #expect(run.error.contains(expected), "\(run.error)")
            // One line says what is wrong, the other one the cure.
            let lines = run.error.split(separator: "\n")
            #expect(lines.first?.hasPrefix("esp: error: ") == true && lines.first?.hasSuffix(".") == false, "\(run.error)")
            #expect(lines.count == 2 && lines[1].hasPrefix("  "), "\(run.error)")
        }
    }

    @Test func pipeDoesNotHang() throws {
        try withProgram { program in
            #expect(mkfifo(program.folder.appendingPathComponent("pipe.xyz").path, 0o600) == 0)
            let run = try program.run(["compute", "pipe.xyz"])
            #expect(run.status == 66)
        }
    }

    @Test func fullOutputIsNoticed() throws {
        try withProgram { program in
            let run = try program.run(["compute", "water.xyz", "-c", "0"] + Program.quick, through: "exec >/dev/full")
            #expect(run.status == 74 && run.error.contains("standard output"), "\(run.error)")
        }
    }

    /// A limit on the size of files stands in for a full disk: writing fails midway.
    @Test func nothingIsLeftHalfWritten() throws {
        try withProgram { program in
            let run = try program.run(["compute", "water.xyz", "-c", "0", "-q"] + Program.quick, through: "ulimit -f 1")
            #expect(run.status == 74, "\(run.error)")
            #expect(run.error.contains("--output"))
            for name in program.names(in: "water.esp") { #expect(!name.hasPrefix("."), "\(name)") }
            #expect(!program.names(in: "water.esp").contains("result.json"))
        }
    }

    @Test(.enabled(if: geteuid() == 0 && FileManager.default.isExecutableFile(atPath: "/usr/bin/unshare")))
    func fullDiskIsNamed() throws {
        try withProgram { program in
            try FileManager.default.createDirectory(
                at: program.folder.appendingPathComponent("small"), withIntermediateDirectories: true)
            let script = "mount -t tmpfs -o size=4k none small && exec \"$0\" \"$@\""
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/usr/bin/unshare")
            process.arguments =
                ["-m", "/bin/sh", "-c", script, Program.executable.path, "compute", "water.xyz", "-o", "small"] + Program.quick
            process.currentDirectoryURL = program.folder
            let error = Pipe()
            process.standardError = error
            process.standardOutput = FileHandle.nullDevice
            try process.run()
            let message = String(decoding: error.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            process.waitUntilExit()
            // Where mounting is forbidden there is nothing to test.
            guard !message.contains("mount:"), !message.contains("unshare:") else { return }
            #expect(process.terminationStatus == 74, "\(message)")
            #expect(message.contains("disk is full"), "\(message)")
        }
    }

    /// A folder cannot be made below a file, whoever asks.
    @Test func unwritableFolderIsNamed() throws {
        try withProgram { program in
            try Data("not a folder".utf8).write(to: program.folder.appendingPathComponent("locked"))
            let run = try program.run(["compute", "water.xyz", "-o", "locked/inside"] + Program.quick)
            #expect(run.status == 73 && run.error.contains("locked"), "\(run.error)")
        }
    }

    @Test(arguments: [(SIGINT, Int32(130)), (SIGTERM, Int32(143))] as [(Int32, Int32)])
    func interruptKeepsTheCheckpoint(signal: Int32, status: Int32) throws {
        try withProgram { program in
            let molecule = Repository.molecules.appendingPathComponent("tcbq.xyz").path
            let arguments = [
                "compute", molecule, "-c", "0", "--preset", "paper", "--cube", "none", "--picture", "none", "--grid", "coarse",
                "-o", "out",
            ]
            let outcome = try program.run(arguments, signal: signal, whenThereIs: "out/q0_m1.checkpoint")
            #expect(outcome.status == status, "\(outcome.error)")
            func isHistory(_ name: String) -> Bool { name.hasPrefix("q0_m1.history-") && name.hasSuffix(".matrices") }
            #expect(program.names(in: "out").filter { !isHistory($0) } == ["q0_m1.checkpoint"])
            let again = try program.run(arguments + ["--max-iterations", "2"])
            #expect(again.error.contains("restarting from the"), "\(again.error)")
            // What iterations have gathered goes when they end.
            #expect(!program.names(in: "out").contains(where: isHistory))
        }
    }

    /// Orbitals that another calculation has left in the folder of a result are not taken for its own.
    @Test func checkpointOfAnotherCalculationIsRefused() throws {
        try withProgram { program in
            for (folder, method) in [("out", "hf"), ("other", "pbe")] {
                let arguments =
                    ["compute", "water.xyz", "-c", "0", "-o", folder, "--method", method] + Program.quick.dropFirst(2)
                #expect(try program.run(arguments).status == 0)
            }
            let name = "q0_m1.checkpoint"
            let own = program.folder.appendingPathComponent("out/\(name)")
            #expect(try program.run(["charges", "out", "--scheme", "npa"]).status == 0)
            try FileManager.default.removeItem(at: own)
            try FileManager.default.copyItem(at: program.folder.appendingPathComponent("other/\(name)"), to: own)
            let run = try program.run(["charges", "out", "--scheme", "npa"])
            #expect(run.status == 65 && run.error.contains(name) && run.error.contains("pbe instead of hf"), "\(run.error)")
        }
    }

    /// The folder is free again when the lock's holder has gone.
    @Test func oneCalculationAtATimeInAFolder() throws {
        try withProgram { program in
            let folder = program.folder.appendingPathComponent("out")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
            let arguments = ["compute", "water.xyz", "-c", "0", "-o", "out"] + Program.quick
            let descriptor = open(folder.path, O_RDONLY)
            try #require(flock(descriptor, LOCK_EX | LOCK_NB) == 0)
            let run = try program.run(arguments)
            #expect(run.status == 73 && run.error.contains("another esp"), "\(run.error)")
            #expect(program.names(in: "out").isEmpty)
            close(descriptor)
            #expect(try program.run(arguments).status == 0)
        }
    }
}
