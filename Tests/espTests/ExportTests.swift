import FileFormats
import Foundation
import RunFolders
import Testing
import TestSupport

/// `esp export` and `esp analyze`.
@Suite struct ExportTests {
    /// What is exported and analysed again has the same charges, moments and energy as the run it came from.
    @Test func aRunComesBackThroughOtherFormats() throws {
        let program = try Program()
        defer { program.remove() }
        try program.write(Program.water, to: "water.xyz")
        let run = try program.run(["compute", "water.xyz", "--charge", "0,1", "--basis-for", "O=LANL2DZ"] + Program.quick)
        #expect(run.status == 0, "\(run.error)")
        let original = try document(program, "water.esp")
        for format in ["fchk", "molden", "mwfn"] {
            let export = try program.run(["export", "water.esp", "--format", format, "--charge", "1", "-o", "other"])
            #expect(export.status == 0 && export.output.contains("q1_m2.\(format)"), "\(export.error)")
            let analysis = try program.run(["analyze", "other/q1_m2.\(format)", "--cube", "none", "-o", format])
            #expect(analysis.status == 0 && analysis.output.contains("read as"), "\(analysis.error)")
            let again = try document(program, format)
            let (old, new) = (original.states[1], again.states[0])
            #expect(new.charge == 1 && new.multiplicity == 2 && again.source?.format == format)
            #expect(
                (new.energy == nil) == (format == "molden")
                    && abs((new.energy ?? 0) - (format == "molden" ? 0 : old.energy ?? 1)) < 1e-7)
            for scheme in ["mulliken", "lowdin", "chelpg"] {
                for (a, b) in zip(old.charges[scheme] ?? [], new.charges[scheme] ?? [9]) { #expect(abs(a - b) < 1e-5) }
            }
            for (a, b) in zip(old.dipole, new.dipole) { #expect(abs(a - b) < 1e-5) }
            #expect(abs(old.spinSquared - new.spinSquared) < 1e-6)
            // The folder serves the other commands.
            #expect(try program.run(["account", format]).status == 0)
            #expect(try program.run(["export", format, "--format", "fchk"]).status == 0)
        }
    }

    @Test func qcschemaAndCubesAreWritten() throws {
        let program = try Program()
        defer { program.remove() }
        try program.write(Program.water, to: "water.xyz")
        _ = try program.run(["compute", "water.xyz", "--charge", "0"] + Program.quick)
        #expect(try program.run(["export", "water.esp", "--format", "qcschema"]).status == 0)
        let path = program.folder.appendingPathComponent("water.esp/q0_m1.qcschema.json").path
        let schema = try QCSchemaOutput(readingFrom: path)
        let state = try document(program, "water.esp").states[0]
        #expect(schema.returnResult == .scalar(try #require(state.energy)) && schema.success && schema.driver == "energy")
        let parts = schema.properties
        let sum = (parts.nuclearRepulsion ?? 0) + (parts.oneElectronEnergy ?? 0) + (parts.twoElectronEnergy ?? 0)
        #expect(abs(sum + (parts.exchangeCorrelationEnergy ?? 0) - parts.energy) < 1e-9)
        let again = try JSONDecoder().decode(QCSchemaOutput.self, from: schema.json())
        #expect(again == schema)
        let cubes = try program.run(
            ["export", "water.esp", "--format", "cube", "--cube", "density", "--cube-spacing", "0.8", "-q", "-o", "cubes"])
        #expect(cubes.status == 0 && program.names(in: "cubes") == ["q0_m1_density.cube"])
    }

    /// Atoms of one element with different functions: the folder keeps them apart.
    @Test func atomsOfOneElementMayDiffer() throws {
        let program = try Program()
        defer { program.remove() }
        let hydrogen = """
            [Molden Format]
            [Atoms] AU
            H 1 1 0 0 0
            H 2 1 0 0 40.0
            [GTO]
            1 0
            s 1 1.0
            0.8 1.0

            2 0
            s 1 1.0
            0.4 1.0

            [MO]
            Ene= -0.4
            Spin= Alpha
            Occup= 2.0
            2 1.0
            Ene= 0.4
            Spin= Alpha
            Occup= 0.0
            1 1.0

            """
        try program.write(hydrogen, to: "h2.molden")
        let run = try program.run(["analyze", "h2.molden", "--cube", "none"])
        #expect(run.status == 0, "\(run.error)")
        let first = try document(program, "h2.esp")
        #expect(first.model.basisFiles == ["basis.gbs", "basis-2.gbs"])
        for (found, value) in zip(first.states[0].charges["mulliken"] ?? [], [1.0, -1.0]) { #expect(abs(found - value) < 1e-9) }
        #expect(try program.run(["export", "h2.esp", "--format", "molden", "-o", "."]).status == 0)
        let again = try program.run(["analyze", "q0_m1.molden", "--cube", "none"])
        #expect(again.status == 0, "\(again.error)")
        #expect(try document(program, "q0_m1.esp").model.basisFiles == first.model.basisFiles)
    }

    @Test(arguments: [
        (["analyze", "missing.fchk"], 66, "no such file"), (["analyze", "water.xyz"], 65, "water.xyz"),
        (["analyze", "water.xyz", "--core", "Nb"], 64, "--core Nb=28"),
        (["export", "nowhere", "--format", "fchk"], 66, "nowhere"),
        (["analyze", "water.xyz"], 65, "this is a structure in XYZ form"),
        (["analyze", "water.xyz", "--element", "2"], 64, "--element Mn=I"),
        (["analyze", "water.xyz", "--density", "X"], 64, "MP2"),
        (["analyze", "water.xyz", "--charge=-9223372036854775808"], 64, "is not possible"),
        (["analyze", "water.xyz", "--wavefunction", "0"], 64, "--wavefunction"),
        (["export", "water.esp"], 64, "--format"), (["analyze", "water.xyz", "--gradient"], 64, "--gradient"),
    ])
    func badInputIsExplained(arguments: [String], status: Int, text: String) throws {
        let program = try Program()
        defer { program.remove() }
        try program.write(Program.water, to: "water.xyz")
        let outcome = try program.run(arguments)
        #expect(Int(outcome.status) == status && outcome.error.contains(text), "\(outcome.error)")
    }

    /// Standard input, compressed files, and the options that say what a file leaves out.
    @Test func filesAreTakenAsTheyCome() throws {
        let program = try Program()
        defer { program.remove() }
        let path = WavefunctionReference.path("xtb-cores.molden")
        let compressed = try program.run(["analyze", path + ".gz", "--charge", "-1", "--cube", "none", "--picture", "none"])
        #expect(compressed.status == 0 && compressed.error.contains("xtb"), "\(compressed.error)")
        let input = try program.run(
            ["analyze", "-", "--core", "xtb", "--cube", "none", "--picture", "none"], through: "exec < '\(path)'")
        #expect(input.status == 0, "\(input.error)")
        #expect(try document(program, "molecule.esp").states[0].charges == document(program, "xtb-cores.esp").states[0].charges)
        let wrong = try program.run(["analyze", path, "--charge", "0", "-o", "wrong"])
        #expect(wrong.status == 65 && wrong.error.contains("--charge says 0"), "\(wrong.error)")
        let hydride = WavefunctionReference.path("psi4-effective-charge.fchk")
        #expect(try program.run(["analyze", hydride]).error.contains("--element Mn="))
        let iodide = try program.run(["analyze", hydride, "--element", "Mn=I", "--cube", "none", "--picture", "none"])
        #expect(iodide.status == 0 && iodide.output.contains("H I"), "\(iodide.error)")
        try program.write("1\n\nH 0 0 0\n" + Program.water, to: "two.xyz")
        let frame = try program.run(
            ["compute", "-", "--frame", "last", "-c", "0", "--force"] + Program.quick, through: "exec < two.xyz")
        #expect(frame.status == 0 && frame.output.contains("H2 O"), "\(frame.error)")
    }

    /// Schemes that need the basis functions are left out where a file has primitives only, also when asked for later.
    @Test func primitivesHaveNoBasisFunctions() throws {
        let program = try Program()
        defer { program.remove() }
        let path = WavefunctionReference.path("iodata.wfn")
        let run = try program.run(["analyze", path, "--cube", "none", "--picture", "none", "--threads", "1"])
        #expect(run.status == 0, "\(run.error)")
        let first = try document(program, "iodata.esp").states[0]
        #expect(first.charges["lowdin"] == nil && first.charges["mulliken"] != nil && first.charges["chelpg"] != nil)
        #expect(first.chargeChecks?["lowdin"]?.note?.contains("primitive") ?? false)
        let later = try program.run(["charges", "iodata.esp", "--scheme", "npa,iao,becke"])
        #expect(later.status == 0, "\(later.error)")
        let second = try document(program, "iodata.esp").states[0]
        #expect(second.charges["npa"] == nil && second.charges["iao"] == nil && second.charges["becke"] != nil)
    }

    private func document(_ program: Program, _ folder: String) throws -> ResultDocument {
        try ResultDocument(json: Data(contentsOf: program.folder.appendingPathComponent("\(folder)/result.json")))
    }
}
