import Foundation
import TestSupport
import Testing

/// `esp lithiate`: structures, duplicates, energies against PySCF with geomeTRIC, resumption, potentials from its folder.
@Suite struct LithiateTests {
    private static let model = ["--method", "hf", "--basis", "STO-3G", "--threads", "1", "-q"]
    private static let hartree = 27.211386245981

    private func document(_ program: Program, _ folder: String) throws -> [String: Any] {
        let data = try Data(contentsOf: program.folder.appendingPathComponent("\(folder)/lithiate.json"))
        return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    }

    private func energies() throws -> [String: Double] {
        let data = try Data(contentsOf: Repository.references.appendingPathComponent("voltage.json"))
        let reference = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        return try #require((reference["energies"] as? [String: Any])?["RHF/STO-3G"] as? [String: Double])
    }

    /// The only minimum of Li+ and water, found from several starts; a second call changes nothing.
    @Test func oneMinimumOfWater() throws {
        let program = try Program()
        defer { program.remove() }
        try program.write(Program.water, to: "water.xyz")
        let arguments = ["lithiate", "water.xyz", "--electrons", "0", "--cheap", "none"] + Self.model
        let outcome = try program.run(arguments)
        #expect(outcome.status == 0, "\(outcome.error)")
        let found = try document(program, "water.lithiated")
        let steps = try #require(found["steps"] as? [[String: Any]])
        let structures = try #require(steps[0]["structures"] as? [[String: Any]])
        #expect(structures.count == 1 && steps[0]["charge"] as? Int == 1 && found["finished"] as? Bool == true)
        #expect((structures[0]["starts"] as? [String] ?? []).count > 1, "duplicates were listed once: \(structures)")
        #expect(structures[0]["contacts"] as? String == "Li on O1")
        let known = try energies()
        let energy = try #require((structures[0]["energies"] as? [String: Double])?.values.first)
        let expected = try #require(known["LiOH2+"])
        #expect(abs(energy - expected) < 2e-6)
        let reference = try #require(found["reference"] as? [String: Any])
        for (key, name) in [("host", "H2O"), ("ion", "Li+"), ("atom", "Li")] {
            let value = try #require((reference[key] as? [String: Double])?.values.first)
            let energy = try #require(known[name])
            #expect(abs(value - energy) < 2e-6, "\(key)")
        }
        #expect(program.names(in: "water.lithiated/ions-1").contains("structure-01.xyz"))
        let path = program.folder.appendingPathComponent("water.lithiated/ions-1/q1")
        func written() throws -> [Date] {
            let files = try #require(
                FileManager.default.enumerator(at: path, includingPropertiesForKeys: [.contentModificationDateKey]))
            return
                try files
                .compactMap { $0 as? URL }.filter { $0.lastPathComponent == "optimization.json" }.sorted { $0.path < $1.path }
                .compactMap { try $0.resourceValues(forKeys: [.contentModificationDateKey]).contentModificationDate }
        }
        let before = try written()
        #expect(!before.isEmpty)
        let again = try program.run(arguments)
        #expect(again.status == 0 && again.output == outcome.output)
        let after = try written()
        #expect(after == before)
        // Another level does not replace it.
        let other = try program.run(
            ["lithiate", "water.xyz", "--electrons", "0", "--cheap", "none", "--method", "hf", "--basis", "6-31G", "-q"])
        #expect(other.status == 73 && other.error.contains("another search (Li+, hf/STO-3G)"), "\(other.status) \(other.error)")
        let kept = try document(program, "water.lithiated")
        #expect(kept["levels"] as? [String] == ["hf/STO-3G"])
        // No electrons: no potential.
        let voltage = try program.run(["voltage", "water.lithiated"])
        #expect(voltage.status == 65 && voltage.error.contains("without electrons"), "\(voltage.error)")
    }

    /// Cl- + Li+: the energy of LiCl, whose potential follows from both cycles.
    @Test func chlorideAndItsPotential() throws {
        let program = try Program()
        defer { program.remove() }
        try program.write("1\n\nCl 0 0 0\n", to: "cl.xyz")
        let outcome = try program.run(["lithiate", "cl.xyz", "-c", "0", "--cheap", "none"] + Self.model)
        #expect(outcome.status == 0, "\(outcome.error)")
        let found = try document(program, "cl.lithiated")
        let step = try #require((found["steps"] as? [[String: Any]])?[0])
        let structure = try #require((step["structures"] as? [[String: Any]])?[0])
        let known = try energies()
        let energy = try #require((structure["energies"] as? [String: Double])?.values.first)
        let expected = try #require(known["LiCl"])
        #expect(step["charge"] as? Int == 0 && abs(energy - expected) < 2e-6)
        let host = try #require(((found["reference"] as? [String: Any])?["host"] as? [String: Double])?.values.first)
        for (cycle, source, zero) in [
            ("metal", (try #require(known["Li"])) - 157.735 / 2625.4996394799, 0.0),
            ("continuum", try #require(known["Li+"]), 1.241),
        ] {
            let run = try program.run(["voltage", "cl.lithiated", "--cycle", cycle, "--format", "json"])
            #expect(run.status == 0, "\(run.error)")
            let result = try #require(try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
            let molecule = try #require((result["molecules"] as? [[String: Any]])?[0])
            let first = try #require((molecule["steps"] as? [[String: Any]])?[0])
            let value = try #require((first["adiabatic"] as? [String: Any])?["value"] as? Double)
            #expect(abs(value - ((host + source - energy) * Self.hartree - zero)) < 1e-4, "\(cycle)")
        }
        // An absolute potential belongs to the continuum cycle; by way of the metal it would change nothing.
        let ignored = try program.run(["voltage", "cl.lithiated", "--absolute", "1.4"])
        #expect(
            ignored.status == 64 && ignored.error.contains("take --cycle continuum") && ignored.output.isEmpty, "\(ignored.error)"
        )
        let given = try program.run(["voltage", "cl.lithiated", "--absolute", "1.4", "--cycle", "continuum", "--format", "json"])
        #expect(given.status == 0 && given.output.contains("\"absolute_potential\" : 1.4"), "\(given.output) \(given.error)")
    }

    @Test(
        arguments: [
            (["--ion", "Li"], 64, "is no cation"), (["-n", "9"], 64, "-n must lie"),
            (["--electrons", "2"], 64, "--electrons must lie"),
            (["--cheap", "pbe"], 64, "is no level"), (["--time", "soon"], 64, "is no time"), (["-m", "1"], 64, "2 are needed"),
            (["-c", "0,1"], 64, "names 2 charges"),
        ] as [([String], Int32, String)]) func refusals(options: [String], status: Int32, text: String) throws
    {
        let program = try Program()
        defer { program.remove() }
        try program.write(Program.water, to: "water.xyz")
        let run = try program.run(["lithiate", "water.xyz"] + options + Self.model)
        #expect(run.status == status && run.error.contains(text), "\(run.status) \(run.error)")
        try program.write("2\n\nH 0 0 0\nH 0 0 0.74\n", to: "h2.xyz")
        let none = try program.run(["lithiate", "h2.xyz"] + Self.model)
        #expect(none.status == 65 && none.error.contains("no atom binds a cation"))
    }
}
