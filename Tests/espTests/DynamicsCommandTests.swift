import FileFormats
import Foundation
import MolecularStructure
import RunFolders
import Testing

/// `esp dynamics`, `esp trajectory` and `esp pack`.
@Suite struct DynamicsCommandTests {
    private static let options = ["--method", "hf", "--basis", "STO-3G", "--threads", "1", "--quiet"]

    private func withProgram(_ body: (Program) throws -> Void) throws {
        let program = try Program()
        defer { program.remove() }
        try program.write(Program.water, to: "water.xyz")
        try body(program)
    }

    private func data(_ program: Program, _ name: String) throws -> Data {
        try Data(contentsOf: program.folder.appendingPathComponent(name))
    }

    @Test func killedRunGoesOnToTheSameBytes() throws {
        try withProgram { program in
            let arguments = ["dynamics", "water.xyz", "--steps", "80", "--thermostat", "bussi"] + Self.options
            let whole = try program.run(arguments + ["-o", "whole"])
            #expect(
                whole.status == 0 && whole.output.contains("80 steps of 0.5 fs, thermostat of Bussi at 300 K"), "\(whole.error)")
            let killed = try program.run(arguments + ["-o", "parts"], signal: SIGKILL, whenThereIs: "parts/dynamics.state")
            #expect(killed.status == -SIGKILL)
            let stopped = try program.run(arguments + ["-o", "stopped"], signal: SIGTERM, whenThereIs: "stopped/dynamics.svg")
            #expect(stopped.status == 143 && stopped.error.contains("Run the same command to restart"), "\(stopped.error)")
            #expect(try program.run(arguments + ["-o", "stopped"]).status == 0)
            let resumed = try program.run(arguments + ["-o", "parts", "--json"])
            #expect(resumed.status == 0, "\(resumed.error)")
            let document = try DynamicsDocument(json: Data(resumed.output.utf8))
            #expect(document.finished && document.steps == 80)
            for name in ["trajectory.xyz", "energies.csv", "dynamics.state"] {
                #expect(try data(program, "whole/\(name)") == data(program, "parts/\(name)"), "\(name)")
                #expect(try data(program, "whole/\(name)") == data(program, "stopped/\(name)"), "\(name)")
            }
            // The same command finds nothing left to do; another one is refused.
            #expect(try program.run(arguments + ["-o", "parts"]).status == 0)
            let other = try program.run(arguments + ["-o", "parts", "--timestep", "1"])
            #expect(other.status == 73 && other.error.contains("time step 0.5 fs, now 1.0 fs"), "\(other.error)")
            #expect(try data(program, "whole/trajectory.xyz") == data(program, "parts/trajectory.xyz"))
        }
    }

    @Test func trajectoriesAreAnalysed() throws {
        try withProgram { program in
            let run = try program.run(["dynamics", "water.xyz", "--steps", "60", "--wall", "4"] + Self.options)
            #expect(run.status == 0, "\(run.error)")
            let analysis = try program.run(
                ["trajectory", "water.dynamics", "--pair", "O-H", "--within", "1.3", "--angle", "H-O-H", "--spectrum"])
            #expect(analysis.status == 0, "\(analysis.error)")
            #expect(analysis.output.contains("O-H: 2.000 within 1.3 Angstrom on average"), "\(analysis.output)")
            #expect(analysis.output.contains("in a sphere of 4 Angstrom") && analysis.output.contains("H-O-H: "))
            let names = program.names(in: "water.dynamics")
            let expected = [
                "trajectory.json", "bonds.csv", "coordination.csv", "coordination.svg", "radial.csv", "radial.svg", "angles.csv",
                "angle-histogram.csv", "angles.svg", "spectrum.csv", "spectrum.svg",
            ]
            #expect(names.isSuperset(of: expected), "\(names)")
            // A frame is an input like any other.
            let frame = try program.run(
                ["gradient", "water.dynamics/trajectory.xyz", "--frame", "last", "-o", "last"] + Self.options)
            #expect(frame.status == 0, "\(frame.error)")
            let absent = try program.run(["trajectory", "water.dynamics", "--pair", "Zr-O"])
            #expect(absent.status == 64 && absent.error.contains("no atom of Zr"), "\(absent.error)")
            #expect(try program.run(["trajectory", "nowhere"]).status == 66)
        }
    }

    @Test func otherTrajectoriesNeedTimes() throws {
        try withProgram { program in
            try program.write(Program.water + Program.water + "3\nwat", to: "other.xyz")
            let silent = try program.run(["trajectory", "other.xyz"])
            #expect(silent.status == 64 && silent.error.contains("--interval"), "\(silent.error)")
            let given = try program.run(["trajectory", "other.xyz", "--interval", "2", "--pair", "1-H"])
            #expect(given.status == 0 && given.error.contains("not complete and was left out"), "\(given.error)")
            #expect(
                given.output.contains("2 structures, one every 2 fs")
                    && program.names(in: "other.analysis").contains("radial.csv"))
            let spectrum = try program.run(["trajectory", "other.xyz", "--interval", "2", "--spectrum"])
            #expect(spectrum.status == 65 && spectrum.error.contains("no velocities"), "\(spectrum.error)")
        }
    }

    @Test func moleculesArePacked() throws {
        try withProgram { program in
            let run = try program.run(["pack", "water.xyz*6", "--density", "0.7", "-o", "drop.xyz"])
            #expect(run.status == 0 && run.error.contains("18 atoms in a sphere"), "\(run.error)")
            let drop = try XYZFile(readingFrom: program.folder.appendingPathComponent("drop.xyz").path)
            let positions = drop.molecule.atoms.map(\.position)
            #expect(positions.count == 18)
            for i in positions.indices {
                for j in 0..<i where i / 3 != j / 3 {
                    #expect(distance(positions[i], positions[j]) * PhysicalConstants.bohrInAngstrom > 1.999)
                }
            }
            #expect(try program.run(["pack", "water.xyz*6", "--density", "0.7", "-o", "drop.xyz"]).status == 73)
            let printed = try program.run(["pack", "water.xyz*6", "--density", "0.7"])
            #expect(printed.output == String(decoding: try data(program, "drop.xyz"), as: UTF8.self))
            let dense = try program.run(["pack", "water.xyz*20", "--radius", "2"])
            #expect(dense.status == 65 && dense.error.contains("--density"), "\(dense.error)")
            #expect(try program.run(["pack", "water.xyz*x"]).status == 64)
        }
    }

    /// What another run does to the files of the first: nothing before it can begin.
    @Test func aRunThatCannotBeginLeavesTheOther() throws {
        try withProgram { program in
            let model = ["--method", "hf", "--threads", "1", "--quiet"]
            let run = ["dynamics", "water.xyz", "--basis", "STO-3G"] + model
            #expect(try program.run(run + ["--steps", "3"]).status == 0)
            let other = try program.run(
                ["dynamics", "water.xyz", "--basis", "6-31G", "--steps", "3", "--force", "--max-iterations", "1"] + model)
            #expect(other.status == 2, "\(other.status) \(other.error)")
            let longer = try program.run(run + ["--steps", "5", "--json"])
            #expect(longer.status == 0, "\(longer.error)")
            #expect(try program.run(run + ["--steps", "5", "-o", "whole"]).status == 0)
            #expect(try data(program, "whole/energies.csv") == data(program, "water.dynamics/energies.csv"))
            // A smaller number of steps computes nothing, and says what there is.
            let fewer = try program.run(run + ["--steps", "2", "--json"])
            let document = try DynamicsDocument(json: Data(fewer.output.utf8))
            #expect(fewer.status == 0 && document.steps == 5 && document.dynamics.steps == 5, "\(fewer.error)")
            // Damaged files: named, and replaced only on demand.
            try FileManager.default.removeItem(at: program.folder.appendingPathComponent("whole/dynamics.state"))
            let damaged = try program.run(run + ["--steps", "5", "-o", "whole"])
            #expect(damaged.status == 65 && damaged.error.contains("--force"), "\(damaged.status) \(damaged.error)")
            let again = try program.run(run + ["--steps", "5", "-o", "whole", "--force"])
            #expect(again.status == 0, "\(again.error)")
            #expect(try data(program, "whole/energies.csv") == data(program, "water.dynamics/energies.csv"))
        }
    }

    @Test func hostileValues() throws {
        try withProgram { program in
            let twice = try program.run(
                ["dynamics", "water.xyz", "--fix-bond", "1-2", "--fix-bond", "2-1", "--steps", "1"] + Self.options)
            #expect(twice.status == 64 && twice.error.contains("twice"), "\(twice.error)")
            try program.write("2\n\nH -3000 -2000 -2000\nH -3000 -2000 -2000.74\n", to: "far.xyz")
            #expect(try program.run(["dynamics", "far.xyz", "--steps", "3"] + Self.options).status == 0)
            let analysis = try program.run(["trajectory", "far.dynamics", "--pair", "H-H"])
            #expect(analysis.status == 0, "\(analysis.error)")
            for option in ["--window", "--skip", "--persistence", "--lag", "--interval"] {
                for value in ["1e30", "-1", "nan"] {
                    let run = try program.run(["trajectory", "far.dynamics", "--spectrum", "\(option)=\(value)"])
                    #expect(run.status == 64 && run.error.contains(option), "\(option) \(value): \(run.status) \(run.error)")
                }
            }
            try program.write(Program.water + Program.water + "1", to: "torn.xyz")
            let torn = try program.run(["trajectory", "torn.xyz", "--interval", "2"])
            #expect(torn.status == 0 && torn.error.contains("not complete and was left out"), "\(torn.error)")
            let thin = try program.run(["pack", "water.xyz*2", "--density", "1e-300"])
            #expect(thin.status == 64 && thin.error.contains("--density"), "\(thin.error)")
        }
    }
}
