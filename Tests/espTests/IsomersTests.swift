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

    /// The study takes the isomers of a search and weighs them: at room temperature hydrogen cyanide alone is left.
    @Test func aStudyWeighsTheIsomersOfASearch() throws {
        let program = try Program()
        defer { program.remove() }
        try program.write("3\n\nH 0 0 0\nC 0 0 1.07\nN 0 0 2.22\n", to: "hcn.xyz")
        let model = ["--cheap", "none", "--method", "hf", "--basis", "STO-3G", "--threads", "1"]
        let search = try program.run(["isomers", "hcn.xyz"] + model)
        #expect(search.status == 0, "\(search.error)")
        let study = ["study", "isomers", "--methods", "hf", "--bases", "STO-3G", "--charges", "hirshfeld", "--search", "none"]
        let both = try program.run(study + ["--window", "100"])
        #expect(both.status == 0, "\(both.error)")
        let lines = both.output.split(separator: "\n")
        #expect(lines.contains { $0.contains("isomers of CHN at 298.15 K") })
        // 30.77 mEh are 80.8 kJ/mol.
        let numbers = lines.first { $0.hasPrefix("  isomer-002") }?.split(separator: " ").dropFirst() ?? []
        #expect(numbers.prefix(2) == ["80.8", "0.000"], "\(both.output)")
        let lowest = try program.run(study + ["--window", "1", "-o", "lowest"])
        #expect(lowest.status == 0 && !lowest.output.contains("isomers of CHN"))

        let list = program.folder.appendingPathComponent("isomers/isomers.json")
        let text = try String(contentsOf: list, encoding: .utf8)
        try text.replacing("q0/isomer-001.xyz", with: "../hcn.xyz").write(to: list, atomically: true, encoding: .utf8)
        let edited = try program.run(study)
        #expect(edited.status == 65 && edited.error.contains("it is not a name in the folder"), "\(edited.error)")
    }
}
