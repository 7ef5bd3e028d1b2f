import Foundation
import RunFolders
import TestSupport
import Testing

/// `--integrals` through the program.
@Suite struct IntegralsTests {
    private static let water = "3\n\nO 0 0 0.117\nH 0 0.757 -0.471\nH 0 -0.757 -0.471\n"
    private static let quick = ["--basis", "def2-SVP", "--threads", "1", "--quiet", "-c", "0"]

    private func result(_ program: Program, _ arguments: [String]) throws -> ResultDocument {
        let run = try program.run(
            ["compute", "water.xyz", "--json", "--picture", "none", "--search", "none", "--no-report"] + Self.quick + arguments)
        #expect(run.status == 0, "\(run.error)")
        return try ResultDocument(json: Data(run.output.utf8))
    }

    @Test func whatWasUsedIsSaid() throws {
        let program = try Program()
        defer { program.remove() }
        try program.write(Self.water, to: "water.xyz")
        let exact = try result(program, ["--method", "hf", "-o", "exact"])
        let fitted = try result(program, ["--method", "hf", "--integrals", "fitted", "-o", "fitted"])
        #expect(exact.states[0].integrals == .exact && fitted.states[0].integrals == .fitted)
        let difference = abs((exact.states[0].energy ?? 0) - (fitted.states[0].energy ?? 0))
        #expect(difference > 1e-6 && difference < 1e-4, "\(difference)")
        #expect(exact.model.integrals == nil && fitted.model.title == "HF/def2-SVP, fitted integrals (def2-universal-jkfit)")
        let beside = try program.run(["compare", "exact", "fitted"])
        #expect(beside.status == 0 && beside.output.contains("fitted integrals"), "\(beside.output)\(beside.error)")
        // A fitted energy is another calculation.
        let other = try program.run(["compute", "water.xyz", "--method", "hf", "-o", "fitted", "--search", "none"] + Self.quick)
        #expect(other.status == 73 && other.error.contains("integrals"), "\(other.status) \(other.error)")
    }

    @Test func gradientsOfFittedEnergies() throws {
        let program = try Program()
        defer { program.remove() }
        try program.write(Self.water, to: "water.xyz")
        let refused = try program.run(["gradient", "water.xyz", "--method", "hf", "--integrals", "fitted"] + Self.quick)
        #expect(refused.status == 64 && refused.error.contains("--integrals auto"), "\(refused.status) \(refused.error)")
        let given = try program.run(["gradient", "water.xyz", "--method", "pbe", "--integrals", "fitted", "--json"] + Self.quick)
        #expect(given.status == 0, "\(given.error)")
        let state = try #require(ResultDocument(json: Data(given.output.utf8)).states.first)
        #expect(state.integrals == .fitted && state.gradient?.count == 3)
    }
}
