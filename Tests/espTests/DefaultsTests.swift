import FileFormats
import Foundation
import RunFolders
import Testing

/// The model and the charges that the program takes where none are named, and what it says about them.
@Suite struct DefaultsTests {
    private static let bare = ["--cube", "none", "--picture", "none", "--no-report", "--threads", "1"]

    private func withProgram(_ body: (Program) throws -> Void) throws {
        let program = try Program()
        defer { program.remove() }
        try program.write(Program.water, to: "water.xyz")
        try program.write("2\n\nH 0 0 0\nH 0 0 0.74\n", to: "h2.xyz")
        try body(program)
    }

    private func document(_ program: Program, _ folder: String) throws -> ResultDocument {
        try ResultDocument(readingFrom: program.folder.appendingPathComponent(folder).appendingPathComponent("result.json").path)
    }

    private func flat(_ text: String) -> String { text.split(whereSeparator: \.isWhitespace).joined(separator: " ") }

    /// Energies, forces and structures come from one model. The energy without dispersion is PySCF's (2.14, 99 radial and 590 angular
    /// points, no pruning).
    @Test func oneModelForEnergiesAndStructures() throws {
        try withProgram { program in
            let compute = try program.run(["compute", "water.xyz", "--grid", "99,590", "--search", "none"] + Self.bare)
            #expect(compute.status == 0, "\(compute.error)")
            #expect(
                flat(compute.error).contains("taken by default: method B3LYP-D4, basis def2-SVP, charge 0 (--reduce 2"),
                "\(compute.error)")
            let result = try document(program, "water.esp")
            #expect(result.model.method == "b3lyp-d4" && result.model.basis == ["O": "def2-SVP", "H": "def2-SVP"])
            #expect(result.states.map(\.charge) == [0])
            let whole = try #require(result.input?.whole)
            #expect(whole.model.method == "b3lyp-d4" && whole.model.basis == "def2-SVP" && whole.schema == "esp-input-2")
            let (energy, dispersion) = (
                try #require(result.states[0].energy), try #require(result.states[0].energyComponents?["dispersion"])
            )
            #expect(abs(energy - dispersion + 76.3581492993) < 1e-6, "\(energy - dispersion)")

            let gradient = try program.run(["gradient", "water.xyz", "--grid", "99,590", "--threads", "1", "-o", "forces"])
            #expect(gradient.status == 0 && gradient.error.contains("B3LYP-D4"), "\(gradient.error)")
            #expect(abs((try document(program, "forces").states[0].energy ?? 0) - energy) < 1e-8)
            let search = try program.run(
                ["optimize", "water.xyz", "--grid", "99,590", "--threads", "1", "--max-steps", "1", "--stability", "none"])
            #expect(search.status == 2 && search.error.contains("B3LYP-D4"), "\(search.error)")
            let points = try OptimizationDocument(
                readingFrom: program.folder.appendingPathComponent("water.opt/optimization.json").path)
            #expect(abs((points.points.first?.energy ?? 0) - energy) < 1e-7)
        }
    }

    /// A result that was written before inputs named their basis is repeated as it was.
    @Test func theOldDefaultIsRepeated() throws {
        try withProgram { program in
            let first = try program.run(
                ["compute", "h2.xyz", "-c", "0,-1", "--preset", "paper", "--grid", "coarse", "--search", "none"] + Self.bare)
            #expect(first.status == 0, "\(first.error)")
            #expect(flat(first.error).contains("taken from --preset paper: method B3LYP, basis 6-31G"), "\(first.error)")
            let result = try document(program, "h2.esp")
            #expect(result.model.method == "b3lyp" && result.model.basis == ["H": "6-31G"])
            #expect(result.input?.whole?.model.basis == "paper" && result.input?.whole?.model.preset == nil)
            let path = program.folder.appendingPathComponent("h2.esp/result.json")
            var json = try #require(try JSONSerialization.jsonObject(with: Data(contentsOf: path)) as? [String: Any])
            var input = try #require(json["input"] as? [String: Any])
            var model = try #require(input["model"] as? [String: Any])
            #expect(model.removeValue(forKey: "basis") as? String == "paper")
            (input["model"], input["schema"]) = (model, "esp-input-1")
            json["input"] = input
            try JSONSerialization.data(withJSONObject: json).write(to: path)
            let again = try program.run(["rerun", "h2.esp"])
            #expect(
                again.status == 0 && again.output.split(separator: "\n").count { $0.contains("the same to the last bit") } == 2,
                "\(again.output) \(again.error)")
            // The default model is another one, and the message names the way.
            let other = try program.run(["compute", "h2.xyz"] + Self.bare)
            #expect(other.status == 73 && other.error.contains("--preset paper"), "\(other.error)")
        }
    }

    /// Charges that a folder has stay, whatever a call without charges takes.
    @Test func aCallWithoutChargesKeepsThoseOfTheFolder() throws {
        try withProgram { program in
            let model = ["--method", "hf", "--basis", "STO-3G", "--search", "none"] + Self.bare
            #expect(try program.run(["compute", "h2.xyz", "-c", "1"] + model).status == 0)
            let first = try program.run(["compute", "h2.xyz"] + model)
            #expect(first.status == 0 && first.error.contains("charge +1 already"), "\(first.error)")
            #expect(try document(program, "h2.esp").states.map(\.charge) == [1, 0])
            let reduced = try program.run(["compute", "h2.xyz", "--reduce", "1"] + model)
            #expect(reduced.status == 0, "\(reduced.error)")
            #expect(try document(program, "h2.esp").states.map(\.charge) == [1, 0, -1])
            let again = try program.run(["compute", "h2.xyz"] + model)
            #expect(again.status == 0 && !again.error.contains("energy / Eh"), "\(again.error)")
            #expect(try document(program, "h2.esp").states.map(\.charge) == [1, 0, -1])
        }
    }

    @Test(arguments: [
        (["compute", "h2.xyz", "-c", "0,1", "--reduce", "1"], 64, "--charge names 2"),
        (["compute", "h2.xyz", "--reduce", "21"], 64, "between 0 and 20"),
        (["compute", "h2.xyz", "--reduce=-1"], 64, "between 0 and 20"),
        (["compute", "h2.xyz", "--reduce", "1", "--counterpoise"], 64, "Leave out --reduce"),
        (["compute", "h2.xyz", "--preset", "papers"], 64, "paper"),
        (["study", "h2.xyz", "--bases", "default"], 64, "--bases paper"),
        (["gradient", "h2.xyz", "--reduce", "1"], 64, "--reduce"), (["optimize", "h2.xyz", "--reduce", "1"], 64, "--reduce"),
    ])
    func wrongUseIsExplained(arguments: [String], status: Int, text: String) throws {
        try withProgram { program in
            let run = try program.run(arguments)
            #expect(run.status == Int32(status) && run.error.contains(text), "\(run.status) \(run.error)")
            #expect(program.names(in: "h2.esp").isEmpty)
        }
    }

    /// An input of the current form that names no model takes the default one and says so.
    @Test func inputFilesTakeTheSameDefaults() throws {
        try withProgram { program in
            let rest =
                #""molecule": {"symbols": ["H", "H"], "geometry": [0, 0, 0, 0, 0, 1.4]}, "analyses": {"cubes": [], "pictures": []}"#
            try program.write(#"{"schema": "esp-input-2", \#(rest)}"#, to: "new.json")
            try program.write(#"{"schema": "esp-input-1", "states": {"charges": [0]}, \#(rest)}"#, to: "old.json")
            let new = try program.run(["run", "new.json", "-o", "new.esp"])
            #expect(new.status == 0 && new.error.contains("taken by default: method B3LYP-D4, basis def2-SVP"), "\(new.error)")
            #expect(try document(program, "new.esp").model.basis == ["H": "def2-SVP"])
            let old = try program.run(["run", "old.json", "-o", "old.esp"])
            #expect(old.status == 0 && !old.error.contains("taken by default"), "\(old.error)")
            #expect(try document(program, "old.esp").model.basis == ["H": "6-31G"])
        }
    }

    /// Cells that earlier versions wrote under the name of the default are used.
    @Test func studiesOfEarlierVersionsAreUsed() throws {
        try withProgram { program in
            try program.write("2\n\nO 0 0 0\nH 0 0 0.97\n", to: "oh.xyz")
            let study = [
                "study", "oh.xyz", "--methods", "hf", "--bases", "paper", "--charges", "mulliken", "--search", "none",
                "--threads", "1",
            ]
            #expect(try program.run(study).status == 0)
            let folder = program.folder.appendingPathComponent("study/oh")
            try FileManager.default.moveItem(
                at: folder.appendingPathComponent("hf_paper"), to: folder.appendingPathComponent("hf_default"))
            let again = try program.run(study)
            #expect(again.status == 0, "\(again.error)")
            #expect(program.names(in: "study/oh") == ["hf_default"])
        }
    }

    /// An anion without polarisation functions gets one line.
    @Test func anAnionWithoutPolarisationIsNoted() throws {
        try withProgram { program in
            try program.write("2\n\nO 0 0 0\nH 0 0 0.97\n", to: "oh.xyz")
            let options =
                ["compute", "oh.xyz", "-c", "-1", "--grid", "coarse", "--search", "none", "--stability", "none"] + Self.bare
            let paper = try program.run(options + ["--preset", "paper"])
            let lines = paper.error.split(separator: "\n").filter { $0.contains("no polarisation functions") }
            #expect(
                paper.status == 0 && lines.count == 1 && lines[0].contains("on O: energies of the anions are rough"),
                "\(paper.error)")
            let plain = try program.run(options + ["-o", "plain"])
            #expect(plain.status == 0 && !plain.error.contains("polarisation"), "\(plain.error)")
        }
    }
}
