import FileFormats
import Foundation
import RunFolders
import Testing

/// `esp run` and `esp rerun`: every result holds the input that it came from.
@Suite struct InputTests {
    private func document(_ program: Program, _ name: String) throws -> ResultDocument {
        try ResultDocument(readingFrom: program.folder.appendingPathComponent(name).path)
    }

    @Test func aResultIsRepeatedFromItsInput() throws {
        let program = try Program()
        defer { program.remove() }
        try program.write(Program.water, to: "water.xyz")
        let first = try program.run(
            ["compute", "water.xyz", "-c", "0,-1", "--charges", "hirshfeld", "--fragment", "left=2"]
                + Program.quick)
        #expect(first.status == 0, "\(first.error)")
        // The structure's own file is not asked again.
        try FileManager.default.removeItem(at: program.folder.appendingPathComponent("water.xyz"))
        let again = try program.run(["rerun", "water.esp"])
        #expect(
            again.status == 0 && again.output.split(separator: "\n").count { $0.contains("the same to the last bit") } == 2,
            "\(again.output) \(again.error)")
        let (old, new) = (try document(program, "water.esp/result.json"), try document(program, "water.rerun.esp/result.json"))
        #expect(old.states.map(\.energy) == new.states.map(\.energy) && old.states.map(\.charges) == new.states.map(\.charges))
        #expect(old.fragments == new.fragments && old.input?.whole != nil && old.input == new.input)
        #expect(try program.run(["rerun", "water.esp"]).status == 73)
    }

    /// The structure that was given, not the relaxed one, is where a series of relaxed states begins again.
    @Test func relaxedStatesAreRepeated() throws {
        let program = try Program()
        defer { program.remove() }
        try program.write("2\n\nO 0 0 0\nH 0 0 1.05\n", to: "oh.xyz")
        let first = try program.run(["compute", "oh.xyz", "-c", "1,0", "--relax"] + Program.quick)
        #expect(first.status == 0, "\(first.error)")
        let again = try program.run(["rerun", "oh.esp"])
        #expect(
            again.status == 0 && again.output.split(separator: "\n").count { $0.contains("the same to the last bit") } == 4,
            "\(again.output) \(again.error)")
    }

    /// A basis set of the user's that has changed is noticed before anything is computed.
    @Test func changedBasisSetsAreNoticed() throws {
        let program = try Program()
        defer { program.remove() }
        try program.write("1\n\nHe 0 0 0\n", to: "he.xyz")
        try program.write("He 0\nS 1 1.0\n 0.8 1.0\n****\n", to: "own.gbs")
        let options = [
            "--method", "hf", "--basis-file", "own.gbs", "-c", "0", "--cube", "none", "--picture", "none", "--no-report",
        ]
        #expect(try program.run(["compute", "he.xyz"] + options).status == 0)
        try program.write("He 0\nS 1 1.0\n 0.9 1.0\n****\n", to: "own.gbs")
        let again = try program.run(["rerun", "he.esp"])
        #expect(
            again.status == 65 && again.error.contains("have changed") && program.names(in: "he.rerun.esp").isEmpty,
            "\(again.error)")
    }

    @Test func anInputThatIsWrittenByHandNeedsLittle() throws {
        let program = try Program()
        defer { program.remove() }
        try program.write(
            """
            {"schema": "esp-input-1", "molecule": {"symbols": ["H", "H"], "geometry": [0, 0, 0, 0, 0, 1.4]},
             "model": {"method": "hf", "basis": "STO-3G"}, "states": {"adds_electrons": false, "charges": [0]},
             "analyses": {"cubes": [], "pictures": []}}
            """, to: "h2.json")
        let run = try program.run(["run", "h2.json", "-o", "h2.esp", "--json"])
        #expect(run.status == 0, "\(run.error)")
        let result = try ResultDocument(json: Data(run.output.utf8))
        // Szabo and Ostlund, Modern Quantum Chemistry, table 3.11.
        #expect(abs((result.states[0].energy ?? 0) + 1.1167) < 1e-4)
        try program.write(
            #"{"schema": "esp-input-1", "task": "optimization", "molecule": {"symbols": ["H", "H"], "geometry": [0, 0, 0, 0, 0, 1.5]}, "model": {"method": "hf", "basis": "STO-3G"}}"#,
            to: "opt.json")
        let search = try program.run(["run", "opt.json", "-o", "h2.opt"])
        #expect(search.status == 0 && search.output.contains("stationary point"), "\(search.error)")
        let repeated = try program.run(["rerun", "h2.opt"])
        #expect(
            repeated.status == 0 && repeated.output.contains("the same to the last bit"), "\(repeated.output) \(repeated.error)")
    }

    private static func schema(_ driver: String, keywords: String = "{}") -> String {
        """
        {"schema_name": "qcschema_input", "schema_version": 1, "driver": "\(driver)", "keywords": \(keywords),
         "molecule": {"symbols": ["H", "F"], "geometry": [0, 0, 0, 0, 0, 1.8]}, "model": {"method": "hf", "basis": "STO-3G"}}
        """
    }

    @Test func aQCSchemaInputIsAnswered() throws {
        let program = try Program()
        defer { program.remove() }
        try program.write(Self.schema("gradient"), to: "hf.json")
        let run = try program.run(["run", "hf.json"])
        #expect(run.status == 0, "\(run.error)")
        let answer = try JSONDecoder().decode(QCSchemaOutput.self, from: Data(run.output.utf8))
        // PySCF 2.14 (reference_qcschema.py).
        #expect(answer.success && answer.driver == "gradient" && abs(answer.properties.energy + 98.57283613245072) < 1e-9)
        let gradient = try #require(answer.properties.gradient)
        try #require(gradient.count == 6)
        for (value, expected) in zip(gradient, [0, 0, 4.06955428e-3, 0, 0, -4.06955428e-3]) {
            #expect(abs(value - expected) < 1e-6)
        }
        // The cation: UHF.
        try program.write(
            Self.schema("energy").replacingOccurrences(
                of: "\"symbols\"", with: "\"molecular_charge\": 1, \"molecular_multiplicity\": 2, \"symbols\""), to: "cation.json"
        )
        let cation = try JSONDecoder().decode(
            QCSchemaOutput.self, from: Data(try program.run(["run", "cation.json"]).output.utf8))
        #expect(cation.driver == "energy" && abs(cation.properties.energy + 98.1853005013551) < 1e-8)
    }

    @Test func aQCSchemaInputMayAskForTheHessian() throws {
        let program = try Program()
        defer { program.remove() }
        try program.write(Self.schema("hessian"), to: "hf.json")
        let run = try program.run(["run", "hf.json", "-o", "out"])
        #expect(run.status == 0, "\(run.error)")
        let answer = try JSONDecoder().decode(QCSchemaOutput.self, from: Data(run.output.utf8))
        let hessian = try #require(answer.properties.hessian)
        #expect(answer.driver == "hessian" && answer.returnResult == .list(hessian))
        try #require(hessian.count == 36)
        // PySCF 2.14 (reference_qcschema.py): analytic.
        let (perpendicular, along) = (-0.00226086718653451, 0.7378838763659177)
        for row in 0..<6 {
            for column in 0..<6 {
                let sign = row / 3 == column / 3 ? 1.0 : -1.0
                let expected = row % 3 != column % 3 ? 0 : sign * (row % 3 == 2 ? along : perpendicular)
                #expect(abs(hessian[6 * row + column] - expected) < 2e-6, "\(row) \(column)")
            }
        }
        #expect(abs(try #require(answer.properties.gradient)[2] - 4.06955428e-3) < 1e-6)
    }

    @Test func keywordsOfAQCSchemaInputArePartsOfAnInput() throws {
        let program = try Program()
        defer { program.remove() }
        try program.write(
            Self.schema(
                "energy",
                keywords:
                    #"{"states": {"reference": "unrestricted"}, "model": {"field": [0, 0, 0.01]}, "resources": {"threads": 1}}"#),
            to: "field.json")
        let run = try program.run(["run", "field.json", "-o", "out"])
        #expect(run.status == 0, "\(run.error)")
        let answer = try JSONDecoder().decode(QCSchemaOutput.self, from: Data(run.output.utf8))
        // The field by options.
        try program.write("2\nHF\nH 0 0 0\nF 0 0 \(1.8 * 0.529177210544)\n", to: "hf.xyz")
        let same = try program.run(["compute", "hf.xyz", "--field", "0,0,0.01", "--search", "none", "--json"] + Program.quick)
        let document = try ResultDocument(json: Data(same.output.utf8))
        #expect(abs(answer.properties.energy - (document.states[0].energy ?? 0)) < 1e-8)
        #expect(abs(answer.properties.energy + 98.57283613245072) > 1e-3)
        let stored = try ResultDocument(readingFrom: program.folder.appendingPathComponent("out/result.json").path)
        #expect(stored.states[0].reference == "unrestricted" && stored.input?.whole?.resources.threads == 1)
        for (driver, keywords, word) in [
            ("energy", #"{"maxiter": 3}"#, "keywords/maxiter"), ("energy", #"{"model": {"method": "pbe"}}"#, "keywords/model"),
            ("energy", #"{"states": {"charges": [1]}}"#, "keywords/states"), ("properties", "{}", "properties"),
        ] {
            try program.write(Self.schema(driver, keywords: keywords), to: "wrong.json")
            let refused = try program.run(["run", "wrong.json", "-o", "wrong"])
            #expect(refused.status == 65 && refused.error.contains(word), "\(refused.error)")
            #expect(program.names(in: "wrong").isEmpty)
        }
    }

    @Test(arguments: [
        (#"{"schema": "esp-input-0"}"#, "schema"), (#"{"molecule": 3}"#, "schema"), ("[", "JSON"),
        (#"{"schema": "esp-input-1", "molecule": {"symbols": ["Xx"], "geometry": [0, 0, 0]}}"#, "molecule/symbols"),
        (#"{"schema": "esp-input-1", "molecule": {"symbols": ["H"], "geometry": [0, 0]}}"#, "molecule/geometry"),
        (
            #"{"schema": "esp-input-1", "molecule": {"symbols": ["H"], "geometry": [0, 0, 0]}, "resources": {"threads": 0}}"#,
            "threads"
        ),
        (
            #"{"schema": "esp-input-1", "molecule": {"symbols": ["H"], "geometry": [0, 0, 0]}, "states": {"search": "often"}}"#,
            "search"
        ),
        (
            #"{"schema": "esp-input-1", "molecule": {"symbols": ["H"], "geometry": [0, 0, 0]}, "model": {"bassis": "STO-3G"}}"#,
            "model/bassis"
        ),
        (#"{"schema": "esp-input-1", "molecule": {"symbols": ["H"], "geometry": [0, 0, 0]}, "resource": {}}"#, "only analyses"),
        (
            #"{"schema": "esp-input-1", "molecule": {"symbols": ["H"], "geometry": [0, 0, 0]}, "analyses": {"fragments": [{"nam": "a"}]}}"#,
            "only atoms, name"
        ),
    ])
    func aWrongInputIsExplained(text: String, place: String) throws {
        let program = try Program()
        defer { program.remove() }
        try program.write(text, to: "input.json")
        let run = try program.run(["run", "input.json"])
        #expect(run.status == 65 && run.error.contains(place), "\(run.status) \(run.error)")
    }
}
