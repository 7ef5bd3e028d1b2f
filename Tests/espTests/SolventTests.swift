import FileFormats
import Foundation
import HamiltonianTerms
import RunFolders
import TestSupport
import Testing

/// `--solvent`: what results say of the medium, and what refuses it.
@Suite struct SolventTests {
    private static let water = "3\n\nO 0 0 0.1174\nH 0.757 0 -0.4696\nH -0.757 0 -0.4696\n"

    private func result(_ program: Program, _ arguments: [String]) throws -> ResultDocument {
        let run = try program.run(arguments + ["--threads", "1", "--json", "-q"])
        try #require(run.status == 0, "\(run.error)")
        return try ResultDocument(json: Data(run.output.utf8))
    }

    @Test func theMediumIsPartOfModelAndResult() throws {
        let program = try Program()
        defer { program.remove() }
        try program.write(Self.water, to: "water.xyz")
        let base = ["compute", "water.xyz", "--method", "hf", "--basis", "STO-3G", "-c", "0"]
        let vacuum = try result(program, base + ["-o", "vacuum"])
        let medium = try result(program, base + ["-o", "medium", "--solvent", "MeCN", "--cavity-radius", "O=1.9"])
        #expect(vacuum.model.solvent == nil && vacuum.model.terms == nil)
        let record = try #require(medium.model.solvent)
        #expect(record.name == "acetonitrile" && record.dielectricConstant == 35.688 && record.model == "cpcm")
        #expect(record.radiiInAngstrom["O"] == 1.9 && abs((record.radiiInAngstrom["H"] ?? 0) - 1.32) < 1e-12)
        #expect(medium.model.title.contains("C-PCM(acetonitrile) (radius of O in Angstrom 1.9)"), "\(medium.model.title)")
        let components = try #require(medium.states[0].energyComponents)
        #expect((components["solvent"] ?? 0) < -1e-3)
        #expect(abs(components.total - (medium.states[0].energy ?? 0)) < 1e-9)
        #expect((medium.states[0].energy ?? 0) < (vacuum.states[0].energy ?? 0) - 1e-3)
        // Another medium is another model, and replaces nothing.
        let other = try program.run(base + ["-o", "medium", "--solvent", "water"])
        #expect(other.status == 73 && other.error.contains("C-PCM(acetonitrile)"), "\(other.error)")
        let none = try program.run(base + ["-o", "medium"])
        #expect(none.status == 73 && none.error.contains("C-PCM(acetonitrile)"), "\(none.error)")
        let again = try program.run(["rerun", "medium"])
        #expect(again.status == 0 && again.output.contains("the same to the last bit"), "\(again.output) \(again.error)")
        let runs = try program.run(["compare", "vacuum", "medium"])
        #expect(runs.status == 0 && runs.output.contains("C-PCM(acetonitrile)"), "\(runs.output) \(runs.error)")
    }

    @Test func inputFilesNameTheMediumInThreeWays() throws {
        for (text, expected) in [
            ("\"acetonitrile\"", SolventInput("acetonitrile")), ("20", SolventInput("20.0")),
            (
                "{\"name\": \"water\", \"model\": \"iefpcm\", \"cavity_radii\": {\"Al\": 2.2}, \"points_per_sphere\": 590}",
                SolventInput("water", model: .iefpcm, cavityRadii: ["Al": 2.2], pointsPerSphere: 590)
            ),
        ] {
            let model = try JSONDecoder().decode(ModelInput.self, from: Data("{\"solvent\": \(text)}".utf8))
            #expect(model.solvent == expected)
            #expect(try JSONDecoder().decode(ModelInput.self, from: JSONEncoder().encode(model)) == model)
        }
    }

    @Test func smdHasAComponentOfItsOwn() throws {
        let program = try Program()
        defer { program.remove() }
        try program.write(Self.water, to: "water.xyz")
        let base = ["compute", "water.xyz", "--method", "hf", "--basis", "STO-3G", "-c", "0"]
        let run = try result(program, base + ["--solvent", "toluene", "--solvent-model", "smd", "--gradient"])
        #expect(run.model.solvent?.model == "smd" && run.model.title.contains("SMD(toluene)"), "\(run.model.title)")
        #expect(run.model.solvent?.radiiInAngstrom["O"] == 1.52 + 1.8 * 0.43)
        let components = try #require(run.states[0].energyComponents)
        #expect(abs(components["solvent_cds"] ?? 0) > 1e-5)
        #expect(abs(components.total - (run.states[0].energy ?? 0)) < 1e-9)
        #expect(run.model.references.contains { $0.contains("10.1021/jp810292n") })
        let other = try program.run(base + ["-o", "water.esp", "--solvent", "toluene", "--solvent-model", "iefpcm"])
        #expect(other.status == 73 && other.error.contains("SMD(toluene)"), "\(other.error)")
        let text = try program.run(base + ["-o", "text.esp", "--solvent", "toluene", "--solvent-model", "smd"])
        #expect(text.output.contains("solvent (CDS)") && text.output.contains("SMD(toluene)"), "\(text.output)")
    }

    @Test func verticalStatesKeepTheSolventOfTheFirst() throws {
        let program = try Program()
        defer { program.remove() }
        try program.write(Self.water, to: "water.xyz")
        let model = ["compute", "water.xyz", "--method", "hf", "--basis", "6-31G", "--solvent", "water"]
        let equilibrium = try result(program, model + ["-c", "0,1", "-o", "equilibrium"])
        let vertical = try result(program, model + ["-c", "0,1", "-o", "vertical", "--nonequilibrium"])
        #expect(
            vertical.model.title.contains("C-PCM(water, non-equilibrium) (base charge 0, optical epsilon 1.77"),
            "\(vertical.model.title)")
        let record = try #require(vertical.model.solvent?.nonequilibrium)
        #expect(record.baseCharge == 0 && abs(record.opticalDielectricConstant - 1.3328 * 1.3328) < 1e-12)
        func energy(_ document: ResultDocument, _ charge: Int) -> Double {
            document.states.first { $0.charge == charge }?.energy ?? .nan
        }
        #expect(abs(energy(vertical, 0) - energy(equilibrium, 0)) < 1e-7)
        #expect(energy(vertical, 1) > energy(equilibrium, 1) + 0.01)
        // The base state first, the other in a second call.
        let first = try result(program, model + ["-c", "0", "-o", "steps", "--nonequilibrium"])
        #expect(energy(first, 0) == energy(vertical, 0))
        let both = try result(program, model + ["-c", "0,1", "-o", "steps", "--nonequilibrium"])
        #expect(energy(both, 1) == energy(vertical, 1))
        let again = try program.run(model + ["-c", "0,1", "-o", "steps", "--nonequilibrium"])
        #expect(again.status == 0 && !again.error.contains("iteration"), "\(again.error)")
        let rerun = try program.run(["rerun", "vertical"])
        #expect(rerun.status == 0 && rerun.output.contains("the same to the last bit"), "\(rerun.output) \(rerun.error)")
        // Another base state is another model.
        let other = try program.run(model + ["-c", "1,0", "-o", "vertical", "--nonequilibrium"])
        #expect(other.status == 73 && other.error.contains("base charge"), "\(other.error)")
        let bare = try program.run(model + ["-c", "0,1", "-o", "vertical"])
        #expect(bare.status == 73 && bare.error.contains("non-equilibrium"), "\(bare.error)")
        // The electrons of the solvent alone, and all of it.
        let full = try result(
            program, model + ["-c", "0,1", "-o", "full", "--nonequilibrium", "--optical-dielectric", "78.3553"])
        #expect(abs(energy(full, 1) - energy(equilibrium, 1)) < 1e-7)
        let none = try result(program, model + ["-c", "0,1", "-o", "none", "--nonequilibrium", "--optical-dielectric", "1"])
        #expect(energy(none, 1) > energy(vertical, 1) + 0.01)
    }

    /// A search starts from the base state, too, and a call that adds states searches only for these.
    @Test func verticalStatesAreSearched() throws {
        let program = try Program()
        defer { program.remove() }
        try program.write("2\n\nO 0 0 0\nO 0 0 1.25\n", to: "oxygen.xyz")
        let model = [
            "compute", "oxygen.xyz", "--method", "hf", "--basis", "STO-3G", "--solvent", "acetonitrile", "--nonequilibrium", "-c",
            "0,-1",
        ]
        let document = try result(program, model + ["--search", "full"])
        #expect(document.states.map(\.charge) == [0, -1] && document.states.allSatisfy(\.converged))
        // Found by the search: the triplet is the ground state.
        #expect(document.states[0].multiplicity == 3 && document.states.allSatisfy { $0.search != nil })
        #expect(document.preliminary != true)
    }

    @Test func structuresAreOptimisedInTheMedium() throws {
        let program = try Program()
        defer { program.remove() }
        try program.write("2\n\nH 0 0 0\nF 0 0 0.9\n", to: "hf.xyz")
        let base = ["optimize", "hf.xyz", "--method", "hf", "--basis", "STO-3G", "--threads", "1", "-q"]
        let run = try program.run(base + ["--solvent", "water", "--solvent-model", "iefpcm"])
        #expect(run.status == 0, "\(run.error)")
        // The points of a search belong to their medium.
        let vacuum = try program.run(base)
        #expect(vacuum.status != 0 && vacuum.error.contains("solvent"), "\(vacuum.error)")
        let result = try ResultDocument(json: Data(contentsOf: program.folder.appendingPathComponent("hf.opt/result.json")))
        #expect(result.model.title.contains("IEF-PCM(water)"), "\(result.model.title)")
    }

    @Test func refusals() throws {
        let program = try Program()
        defer { program.remove() }
        try program.write(Self.water, to: "water.xyz")
        let model = ["--method", "hf", "--basis", "STO-3G"]
        for (arguments, status, word) in [
            (["compute", "water.xyz", "--solvent", "phlogiston"], Int32(64), "acetonitrile"),
            (["compute", "water.xyz", "--solvent", "0.5"], 64, "dielectric constant"),
            (["compute", "water.xyz", "--solvent-model", "iefpcm"], 64, "--solvent"),
            (["compute", "water.xyz", "--solvent", "water", "--cavity-points", "300"], 64, "302"),
            (["compute", "water.xyz", "--solvent", "water", "--cavity-radius", "O=0"], 64, "Angstrom"),
            (["compute", "water.xyz", "--solvent", "water", "--cavity-radius", "O=2", "--cavity-radius", "o=3"], 64, "twice"),
            (["compute", "water.xyz", "--solvent", "water", "--counterpoise"] + model, 64, "--counterpoise"),
            (["frequencies", "water.xyz", "--solvent", "water", "--hessian", "analytic"] + model, 64, "--hessian differences"),
            (["compute", "water.xyz", "--solvent", "20", "--solvent-model", "smd"] + model, 64, "Minnesota"),
            (["compute", "water.xyz", "--solvent", "dme", "--solvent-model", "smd"] + model, 64, "iefpcm"),
            (["compute", "water.xyz", "--nonequilibrium"] + model, 64, "--solvent"),
            (["compute", "water.xyz", "--solvent", "water", "--optical-dielectric", "2"] + model, 64, "--nonequilibrium"),
            (["compute", "water.xyz", "--solvent", "20", "--nonequilibrium"] + model, 64, "--optical-dielectric"),
            (
                ["compute", "water.xyz", "--solvent", "water", "--nonequilibrium", "--optical-dielectric", "80"] + model, 64,
                "between 1"
            ),
            (["gradient", "water.xyz", "--solvent", "water", "--nonequilibrium"] + model, 64, "vertical"),
            (["optimize", "water.xyz", "--solvent", "water", "--nonequilibrium"] + model, 64, "vertical"),
            (["frequencies", "water.xyz", "--solvent", "water", "--nonequilibrium"] + model, 64, "vertical"),
        ] {
            let run = try program.run(arguments)
            #expect(run.status == status && run.error.contains(word), "\(arguments): \(run.status) \(run.error)")
        }
    }
}
