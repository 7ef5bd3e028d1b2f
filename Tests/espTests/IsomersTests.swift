import Foundation
import TestSupport
import Testing

@Suite struct IsomersTests {
    @Test func listsProposalsWithoutEnergies() throws {
        let program = try Program()
        defer { program.remove() }
        try program.write("3\n\nH 0 0 0\nC 0 0 1.07\nN 0 0 2.22\n", to: "hcn.xyz")
        let outcome = try program.run(["isomers", "hcn.xyz", "--propose-only"])
        #expect(outcome.status == 0)
        #expect(outcome.output.contains("CHN (C-N, H-N)"))
        #expect(outcome.output.contains("H from C to N"))
    }

    @Test(arguments: [
        (["--cheap", "pbe"], "--cheap: 'pbe' is no level"),
        (["--time", "soon"], "--time: 'soon' is no time"),
        (["--time", "1e308h"], "--time: '1e308h' is no time"),
        (["--time", "nan"], "--time: 'nan' is no time"),
        (["--structures", "0"], "--structures must lie"),
        (["--solvent", "water"], "does not work with --solvent"),
        (["--cheap", "b3lyp-d4/def2-SVP"], "the cheap level is the level of the relaxation"),
    ]) func refusesWrongOptions(options: [String], message: String) throws {
        let program = try Program()
        defer { program.remove() }
        try program.write("3\n\nH 0 0 0\nC 0 0 1.07\nN 0 0 2.22\n", to: "hcn.xyz")
        let outcome = try program.run(["isomers", "hcn.xyz"] + options)
        #expect(outcome.status == 64)
        #expect(outcome.error.contains(message))
    }
}
