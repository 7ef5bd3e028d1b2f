import FileFormats
import Foundation
import RunFolders
import Testing

/// Two processes never write into the folder of a run at the same time.
@Suite struct FolderLockTests {
    /// A finished series of three charges, and a file of another program for `esp analyze`.
    private func withRun(_ body: (Program) throws -> Void) throws {
        let program = try Program()
        defer { program.remove() }
        try program.write(Program.water, to: "water.xyz")
        let run = try program.run(["compute", "water.xyz", "-c", "1,0,-1", "-o", "run"] + Program.quick)
        #expect(run.status == 0, "\(run.error)")
        #expect(try program.run(["export", "run", "--format", "fchk", "-c", "0", "-o", "files"]).status == 0)
        try body(program)
    }

    /// What every writer says, and leaves alone, while another process has the folder.
    @Test func everyWriterIsKeptOut() throws {
        try withRun { program in
            let folder = program.folder.appendingPathComponent("run")
            let before = program.names(in: "run")
            let result = try Data(contentsOf: folder.appendingPathComponent("result.json"))
            let descriptor = open(folder.path, O_RDONLY)
            try #require(flock(descriptor, LOCK_EX | LOCK_NB) == 0)
            let quick = ["--method", "hf", "--basis", "STO-3G"]
            for arguments in [
                ["charges", "run", "--scheme", "npa"], ["surface", "run"], ["export", "run", "--format", "molden"],
                ["export", "run", "--format", "cube"], ["picture", "run", "--show", "homo"], ["orbitals", "run"],
                ["report", "run"],
                ["fukui", "run", "--cube"], ["optimize", "water.xyz", "-o", "run"] + quick,
                ["gradient", "water.xyz", "-o", "run"] + quick,
                ["compute", "water.xyz", "-o", "run", "--relax"] + quick, ["analyze", "files/q0_m1.fchk", "-o", "run"],
                ["study", "water.xyz", "-o", "run", "--methods", "hf", "--bases", "STO-3G"],
            ] {
                let run = try program.run(arguments)
                #expect(run.status == 73 && run.error.contains("another esp"), "\(arguments): \(run.status) \(run.error)")
            }
            #expect(program.names(in: "run") == before)
            #expect(try Data(contentsOf: folder.appendingPathComponent("result.json")) == result)
            // Readers are not kept out, nor those that write elsewhere.
            for arguments in [
                ["account", "run"], ["compare", "run", "run"], ["export", "run", "--format", "molden", "-o", "files"],
                ["fukui", "run"],
            ] {
                let run = try program.run(arguments)
                #expect(run.status == 0, "\(arguments): \(run.error)")
            }
            close(descriptor)
            #expect(try program.run(["charges", "run", "--scheme", "npa"]).status == 0)
        }
    }

    /// Whoever ends well has the result in the file; nobody's is lost.
    @Test func chargesAtTheSameTimeDoNotLoseEachOther() throws {
        try withRun { program in
            let schemes = ["npa", "hirshfeld", "becke", "vdd"]
            let started = try schemes.map { scheme in
                let entry = try program.process(["charges", "run", "--scheme", scheme, "--quiet", "--threads", "1"])
                try entry.process.run()
                return entry
            }
            var statuses: [Int32] = []
            for (process, outputs) in started {
                process.waitUntilExit()
                statuses.append(try program.finish(process, outputs).status)
            }
            #expect(statuses.allSatisfy { $0 == 0 || $0 == 73 } && statuses.contains(0), "\(statuses)")
            let document = try ResultDocument(
                json: Data(contentsOf: program.folder.appendingPathComponent("run/result.json")))
            for (scheme, status) in zip(schemes, statuses) {
                #expect(document.states.allSatisfy { ($0.charges[scheme] != nil) == (status == 0) }, "\(scheme): \(status)")
            }
        }
    }
}
