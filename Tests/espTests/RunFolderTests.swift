import FileFormats
import Foundation
import RunFolders
import Testing

/// A folder of results knows what it is of: nothing is overwritten or mixed, and nothing is computed twice.
@Suite struct RunFolderTests {
    private static let model = ["--method", "hf", "--basis", "STO-3G", "--threads", "1"]
    private static let bare = model + ["--cube", "none", "--picture", "none", "--no-report"]

    private func withProgram(_ body: (Program) throws -> Void) throws {
        let program = try Program()
        defer { program.remove() }
        try program.write(Program.water, to: "water.xyz")
        try program.write("2\n\nH 0 0 0\nH 0 0 0.74\n", to: "h2.xyz")
        try body(program)
    }

    private func document(_ program: Program, _ folder: String) throws -> ResultDocument {
        try ResultDocument(readingFrom: program.folder.appendingPathComponent("\(folder)/result.json").path)
    }

    private func contents(_ program: Program, _ folder: String) throws -> [String: Data] {
        var result: [String: Data] = [:]
        for name in program.names(in: folder) {
            result[name] = try Data(contentsOf: program.folder.appendingPathComponent("\(folder)/\(name)"))
        }
        return result
    }

    /// Whatever decides the numbers is told, and neither results nor what was made of them changes.
    @Test func otherCalculationsAreRefused() throws {
        try withProgram { program in
            try FileManager.default.createDirectory(
                at: program.folder.appendingPathComponent("b"), withIntermediateDirectories: false)
            try program.write("2\n\nH 0 0 0\nH 0 0 0.8\n", to: "b/h2.xyz")
            let first = try program.run(["compute", "h2.xyz", "-c", "0", "--cube", "esp", "--picture", "none"] + Self.model)
            #expect(first.status == 0, "\(first.error)")
            let before = try contents(program, "h2.esp")
            for (arguments, text) in [
                (["h2.xyz", "--method", "pbe", "--basis", "STO-3G"], "method hf, now pbe"),
                (["h2.xyz", "--method", "hf", "--basis", "3-21G"], "another basis"),
                (["b/h2.xyz"] + Self.model, "(of h2.xyz): another structure"),
                (["h2.xyz", "-m", "3"] + Self.model, "charge 0 has multiplicity 1, now 3"),
                (["h2.xyz", "--reference", "unrestricted"] + Self.model, "reference automatic, now unrestricted"),
                (["h2.xyz", "--stability", "none"] + Self.model, "stability follow, now none"),
                (["h2.xyz", "--search", "none"] + Self.model, "search full, now none"),
                (["h2.xyz", "--field", "0,0,0.01"] + Self.model, "added terms none, now uniform electric field"),
            ] {
                let run = try program.run(["compute", "-c", "0"] + arguments)
                #expect(run.status == 73 && run.error.contains(text), "\(arguments): \(run.status) \(run.error)")
                #expect(run.error.contains("--force") && run.error.contains("--output"))
            }
            #expect(try contents(program, "h2.esp") == before)
            // What replaces it leaves nothing of the first behind.
            let forced = try program.run(["compute", "b/h2.xyz", "-c", "0", "--force"] + Self.bare)
            #expect(forced.status == 0, "\(forced.error)")
            #expect(program.names(in: "h2.esp") == ["basis.gbs", "q0_m1.checkpoint", "result.json"])
            // Nor is a wavefunction of another program mixed with it.
            #expect(try program.run(["export", "h2.esp", "--format", "molden"]).status == 0)
            let foreign = try program.run(["analyze", "h2.esp/q0_m1.molden", "-o", "h2.esp"])
            #expect(foreign.status == 73 && foreign.error.contains("a computation of esp"), "\(foreign.error)")
        }
    }

    /// The same call answers from the folder, another one computes what is missing.
    @Test func onlyWhatIsMissingIsComputed() throws {
        try withProgram { program in
            // The heading tells the memory to use, which is a part of what is free where none is named.
            let call = ["compute", "water.xyz", "-c", "0", "--memory", "2GB"] + Self.bare
            let first = try program.run(call)
            #expect(first.status == 0 && first.error.contains("iteration"), "\(first.error)")
            let before = try contents(program, "water.esp")
            let again = try program.run(call)
            #expect(again.status == 0 && again.error.contains("water.esp has charge 0 already"), "\(again.error)")
            #expect(
                !again.error.contains("iteration") && again.output == first.output.replacing(/\npreliminary.*\n.*\n/, with: ""))
            #expect(try contents(program, "water.esp") == before)

            // Further schemes, cubes and pictures of a finished state.
            let more = try program.run(
                ["compute", "water.xyz", "-c", "0", "--charges", "npa", "--cube", "density", "--picture", "homo", "--no-report"]
                    + Self.model)
            #expect(more.status == 0 && !more.error.contains("iteration"), "\(more.error)")
            let state = try document(program, "water.esp").states[0]
            #expect(state.charges["npa"] != nil && state.charges["chelpg"] != nil)
            #expect(state.energy == (try ResultDocument(json: #require(before["result.json"]))).states[0].energy)
            #expect(program.names(in: "water.esp").isSuperset(of: ["q0_m1_density.cube", "q0_m1_homo.png"]))

            // Forces of a finished state: no new search, and what was known stays.
            let gradient = try program.run(["gradient", "water.xyz", "-c", "0", "--quiet"] + Self.model)
            #expect(gradient.status == 0, "\(gradient.error)")
            let known = try document(program, "water.esp").states[0]
            #expect(known.gradient?.count == 3 && known.search == state.search)
            let (old, new) = (state.charges["npa"] ?? [], known.charges["npa"] ?? [])
            #expect(old.count == 3 && new.count == 3 && zip(old, new).allSatisfy { abs($0 - $1) < 1e-6 })
            #expect(known.files["density"] == "q0_m1_density.cube")
        }
    }

    /// A charge joins the series with all schemes that the others have, and comes to what one call comes to.
    @Test func chargesJoinTheSeries() throws {
        try withProgram { program in
            #expect(try program.run(["compute", "water.xyz", "-c", "0,-1", "-o", "whole"] + Self.bare).status == 0)
            #expect(
                try program.run(["compute", "water.xyz", "-c", "0", "--charges", "npa", "-o", "parts"] + Self.bare).status == 0)
            #expect(try program.run(["compute", "water.xyz", "-c", "-1", "-o", "parts"] + Self.bare).status == 0)
            let (whole, parts) = (try document(program, "whole"), try document(program, "parts"))
            #expect(parts.states.map(\.charge) == [0, -1] && parts.input?.whole?.states.charges == [0, -1])
            #expect(whole.states.map(\.charge) == [0, -1])
            for (a, b) in zip(whole.states, parts.states) {
                #expect(abs((a.energy ?? 0) - (b.energy ?? 1)) < 1e-8)
                #expect(b.charges["npa"] != nil && b.unbound == a.unbound && b.multiplicities?.tried == a.multiplicities?.tried)
                let (c, d) = (a.charges["chelpg"] ?? [], b.charges["chelpg"] ?? [])
                #expect(c.count == 3 && d.count == 3 && zip(c, d).allSatisfy { abs($0 - $1) < 1e-5 })
            }
            #expect(try program.run(["account", "parts"]).output.contains("q = -1"))
            // What differs is still found.
            let other = try program.run(
                ["compute", "water.xyz", "-c", "-2", "-o", "parts", "--method", "pbe"] + Array(Self.bare.dropFirst(2)))
            #expect(other.status == 73, "\(other.error)")
        }
    }

    /// A search for a structure of another charge has a folder of its own, and is refused in that of the first.
    @Test func optimizationsOfOtherChargesStayApart() throws {
        try withProgram { program in
            #expect(try program.run(["optimize", "h2.xyz"] + Self.model).status == 0)
            let before = try contents(program, "h2.opt")
            let cation = try program.run(["optimize", "h2.xyz", "-c", "1"] + Self.model)
            #expect(cation.status == 0 && program.names(in: "h2_q1.opt").contains("optimized.xyz"), "\(cation.error)")
            let other = try program.run(["optimize", "h2.xyz", "-c", "-1", "-o", "h2.opt"] + Self.model)
            #expect(other.status == 73 && other.error.contains("charge 0, now -1"), "\(other.error)")
            #expect(try contents(program, "h2.opt") == before)
            let again = try program.run(["optimize", "h2.xyz"] + Self.model)
            #expect(again.status == 0)
            let forced = try program.run(["optimize", "h2.xyz", "-c", "1", "-o", "h2.opt", "--force"] + Self.model)
            #expect(forced.status == 0 && program.names(in: "h2.opt").contains("optimization-1.json"), "\(forced.error)")
        }
    }

    /// A result that cannot be read, as of another version, is not taken for none.
    @Test func unreadableResultsAreKept() throws {
        try withProgram { program in
            try FileManager.default.createDirectory(
                at: program.folder.appendingPathComponent("h2.esp"), withIntermediateDirectories: false)
            try program.write(#"{"schema": "esp-result-9"}"#, to: "h2.esp/result.json")
            let run = try program.run(["compute", "h2.xyz", "-c", "0"] + Self.bare)
            #expect(run.status == 73 && run.error.contains("cannot be read"), "\(run.error)")
            #expect(try program.run(["compute", "h2.xyz", "-c", "0", "--force"] + Self.bare).status == 0)
        }
    }

    /// A search for a structure does not replace what was computed, and what was computed at its end stays.
    @Test func optimizationsKeepResults() throws {
        try withProgram { program in
            #expect(try program.run(["compute", "h2.xyz", "-c", "0,1", "-o", "p"] + Self.bare).status == 0)
            let before = try contents(program, "p")
            let refused = try program.run(["optimize", "h2.xyz", "-c", "0", "-o", "p"] + Self.model)
            #expect(refused.status == 73 && refused.error.contains("--force"), "\(refused.error)")
            #expect(try contents(program, "p") == before)
            let search = ["optimize", "h2.xyz", "-c", "0", "-o", "q"] + Self.model
            #expect(try program.run(search).status == 0)
            let added = try program.run(["compute", "q/optimized.xyz", "-c", "0,1", "-o", "q", "--force"] + Self.bare)
            #expect(added.status == 0, "\(added.error)")
            let series = try contents(program, "q")
            #expect(try program.run(search).status == 0)
            #expect(try document(program, "q").states.map(\.charge) == [0, 1])
            #expect(try contents(program, "q")["result.json"] == series["result.json"])
        }
    }

    /// Other charges in the folder are not taken for the one asked for.
    @Test func theStateAskedForAnswers() throws {
        try withProgram { program in
            func input(_ charge: Int, _ multiplicity: Int) -> String {
                """
                {"schema_name": "qcschema_input", "schema_version": 1, "driver": "energy", "model": {"method": "hf", "basis": "STO-3G"},
                 "molecule": {"symbols": ["H", "H"], "geometry": [0, 0, 0, 0, 0, 1.4], "molecular_charge": \(charge),
                  "molecular_multiplicity": \(multiplicity)}}
                """
            }
            for (charge, multiplicity) in [(0, 1), (1, 2)] {
                try program.write(input(charge, multiplicity), to: "q.json")
                let answers = try ["h2", "alone\(charge)"].map { folder in
                    try JSONDecoder().decode(
                        QCSchemaOutput.self, from: Data(try program.run(["run", "q.json", "-o", folder]).output.utf8))
                }
                #expect(answers.allSatisfy { $0.molecule.molecularCharge == Double(charge) })
                #expect(abs(answers[0].properties.energy - answers[1].properties.energy) < 1e-8)
            }
            try program.write("4\n\nH 0 0 0\nH 0 0 0.74\nH 0 3 0\nH 0 3 0.76\n", to: "d.xyz")
            var interactions: [Double] = []
            for folder in ["both", "alone"] {
                if folder == "both" {
                    #expect(try program.run(["compute", "d.xyz", "-c", "0", "-o", folder] + Self.bare).status == 0)
                }
                for charges in folder == "both" ? ["0,1", "1,0"] : ["1,0"] {
                    let run = try program.run(
                        ["compute", "d.xyz", "-c", "1", "--counterpoise", "--fragment-charge", charges, "-o", folder] + Self.bare)
                    #expect(run.status == 0, "\(run.error)")
                }
                let record = try #require(try document(program, folder).counterpoise)
                #expect(record.fragments.map(\.charge) == [1, 0])
                interactions.append(record.interaction)
            }
            #expect(abs(interactions[0] - interactions[1]) < 1e-8, "\(interactions)")
        }
    }

    /// What is recorded holds for every state: the loosest convergence, and a search only where all were searched.
    @Test func theLeastStateDecidesWhatIsRecorded() throws {
        try withProgram { program throws in
            let base = ["h2.xyz", "-o", "r"] + Self.bare
            #expect(try program.run(["compute", "-c", "0", "--convergence", "1e-10", "--search", "none"] + base).status == 0)
            #expect(try program.run(["compute", "-c", "1", "--convergence", "1e-4"] + base).status == 0)
            #expect(try document(program, "r").input?.record.convergence == 1e-4)
            #expect(try program.run(["compute", "-c", "1", "--convergence", "1e-10"] + base).status == 0)
            #expect(try document(program, "r").input?.record.convergence == 1e-10)
            #expect(try program.run(["compute", "-c", "0", "-o", "s", "h2.xyz"] + Self.bare).status == 0)
            #expect(try program.run(["gradient", "-c", "1", "-o", "s", "h2.xyz"] + Self.model).status == 0)
            #expect(try document(program, "s").input?.record.search == "none")
        }
    }

    /// Electrons that a cube of a density difference holds.
    private func electrons(_ program: Program, _ cube: String) throws -> Double {
        let lines = try String(contentsOf: program.folder.appendingPathComponent(cube), encoding: .utf8).split(separator: "\n")
        let atoms = try #require(Int(lines[2].split(separator: " ")[0]))
        let steps = try (3...5).map { row in try #require(Double(lines[row].split(separator: " ")[row - 2])) }
        let values = lines.dropFirst(6 + abs(atoms) + (atoms < 0 ? 1 : 0)).flatMap {
            $0.split(separator: " ").compactMap { Double($0) }
        }
        try #require(!values.isEmpty)
        return values.reduce(0, +) * steps.reduce(1, *)
    }

    /// A charge that comes between two others changes what the later one is compared with.
    @Test func aChargeBetweenOthersMovesTheSteps() throws {
        try withProgram { program in
            let cubes = ["--cube", "step", "--picture", "none", "--no-report", "--search", "none", "-o", "s"]
            #expect(try program.run(["compute", "h2.xyz", "-c", "1,-1"] + cubes + Self.model).status == 0)
            #expect(abs(try electrons(program, "s/q-1_m2_step.cube") - 2) < 0.1)
            let added = try program.run(["compute", "h2.xyz", "-c", "1,0,-1"] + cubes + Self.model)
            #expect(added.status == 0, "\(added.error)")
            #expect(try document(program, "s").states.map(\.charge) == [1, 0, -1])
            for name in ["q0_m1_step.cube", "q-1_m2_step.cube"] { #expect(abs(try electrons(program, "s/\(name)") - 1) < 0.1) }
        }
    }

    /// Radii hold for all charges of a result.
    @Test func chargesOfOneResultHaveTheSameRadii() throws {
        try withProgram { program in
            func charges(_ calls: [[String]], in folder: String) throws -> [Double] {
                for call in calls {
                    let run = try program.run(
                        ["compute", "water.xyz", "-c", "0", "--search", "none", "-o", folder] + call + Self.bare)
                    #expect(run.status == 0, "\(run.error)")
                }
                return try #require(try document(program, folder).states[0].charges["resp"])
            }
            let radius = ["--mk-radius", "O=2.2"]
            let later = try charges([["--charges", "resp"], ["--charges", "mk"] + radius], in: "later")
            let atOnce = try charges([["--charges", "resp,mk"] + radius], in: "at-once")
            let plain = try charges([["--charges", "resp"]], in: "plain")
            #expect(zip(later, atOnce).allSatisfy { abs($0 - $1) < 1e-6 } && zip(later, plain).contains { abs($0 - $1) > 1e-4 })
        }
    }
}
