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
        for method in ["pbe", "hf"] {
            let given = try program.run(
                ["gradient", "water.xyz", "--method", method, "--integrals", "fitted", "--json", "-o", method] + Self.quick)
            #expect(given.status == 0, "\(given.error)")
            let state = try #require(ResultDocument(json: Data(given.output.utf8)).states.first)
            #expect(state.integrals == .fitted && state.gradient?.count == 3)
        }
    }

    /// The difference of the energies at one density is that of two calculations, to second order.
    @Test func errorOfTheFit() throws {
        let program = try Program()
        defer { program.remove() }
        try program.write(Self.water, to: "water.xyz")
        let exact = try result(program, ["--method", "hf", "-o", "exact"])
        let fitted = try result(program, ["--method", "hf", "--integrals", "fitted", "-o", "fitted"])
        #expect(fitted.states[0].fittingError == nil)
        // A finished state gets it, too.
        let checked = try result(program, ["--method", "hf", "--integrals", "fitted", "--check-fit", "-o", "fitted"])
        let error = try #require(checked.states[0].fittingError)
        let difference = (checked.states[0].energy ?? 0) - (exact.states[0].energy ?? 0)
        #expect(abs(difference) > 1e-6 && abs(error - difference) < 2e-7, "\(error), \(difference)")
        let refused = try program.run(["compute", "water.xyz", "--method", "hf", "--check-fit"] + Self.quick)
        #expect(refused.status == 64 && refused.error.contains("--integrals fitted"), "\(refused.status) \(refused.error)")
    }

    /// Semi-numerical exchange is named, has energies only, and needs something to approximate.
    @Test func semiNumericalExchange() throws {
        let program = try Program()
        defer { program.remove() }
        try program.write(Self.water, to: "water.xyz")
        let choice = ["--integrals", "fitted", "--exchange", "semi-numerical"]
        let exact = try result(program, ["--method", "hf", "-o", "exact"])
        let other = try result(program, ["--method", "hf", "-o", "other"] + choice)
        #expect(other.states[0].integrals == .semiNumerical)
        #expect(other.model.title == "HF/def2-SVP, fitted integrals (def2-universal-jkfit), semi-numerical exchange")
        let difference = abs((exact.states[0].energy ?? 0) - (other.states[0].energy ?? 0))
        #expect(difference > 1e-9 && difference < 6e-5, "\(difference)")
        // Fitted exchange is another calculation.
        let mixed = try program.run(
            ["compute", "water.xyz", "--method", "hf", "--integrals", "fitted", "-o", "other", "--search", "none"] + Self.quick)
        #expect(mixed.status == 73 && mixed.error.contains("semi-numerical exchange"), "\(mixed.status) \(mixed.error)")
        let gradient = try program.run(["gradient", "water.xyz", "--method", "hf", "-o", "gradient"] + choice + Self.quick)
        #expect(gradient.status == 64 && gradient.error.contains("--exchange fitted"), "\(gradient.status) \(gradient.error)")
        let frequencies = try program.run(["frequencies", "other"])
        #expect(
            frequencies.status == 64 && frequencies.error.contains("--exchange fitted"),
            "\(frequencies.status) \(frequencies.error)")
        for (method, integrals) in [("hf", "exact"), ("pbe", "fitted")] {
            let refused = try program.run(
                ["compute", "water.xyz", "--method", method, "--integrals", integrals, "--exchange", "fitted"] + Self.quick)
            #expect(refused.status == 64 && refused.error.contains("Leave out --exchange"), "\(refused.status) \(refused.error)")
        }
    }
}
