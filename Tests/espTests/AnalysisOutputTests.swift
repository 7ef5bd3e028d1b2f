import RunFolders
import FileFormats
import Foundation
import Testing

/// What analyses write about bonds, natural orbitals and densities without cores.
@Suite struct AnalysisOutputTests {
    private static let quick = ["--picture", "none", "--threads", "1", "-q"]

    private func document(_ program: Program, _ folder: String) throws -> ResultDocument {
        try ResultDocument(json: Data(contentsOf: program.folder.appendingPathComponent(folder + "/result.json")))
    }

    @Test func bondsBelowTheThresholdAreListedOnRequest() throws {
        let program = try Program()
        defer { program.remove() }
        try program.write(Program.water, to: "water.xyz")
        let model = ["-c", "0", "--method", "hf", "--basis", "6-31G", "--cube", "none", "--no-report"] + Self.quick
        #expect(try program.run(["compute", "water.xyz", "--bond-threshold", "0.5"] + model).status == 0)
        let strong = try document(program, "water.esp")
        #expect(strong.model.bondOrderThreshold == 0.5)
        #expect(strong.states[0].bondOrders?.map(\.atoms) == [[0, 1], [0, 2]])
        // The hydrogens' order in Becke's cells is above 0.01, Mayer's and Wiberg's below.
        let becke = ["charges", "water.esp", "--scheme", "becke", "--bond-threshold", "0.01", "--threads", "1", "-q"]
        #expect(try program.run(becke).status == 0)
        let all = try #require(try document(program, "water.esp").states[0].bondOrders)
        #expect(all.map(\.atoms) == [[0, 1], [0, 2], [1, 2]])
        let weak = try #require(all.last)
        #expect(abs(weak.mayer) < 0.01 && (weak.fuzzy ?? 0) > 0.01, "\(weak)")
        // What is listed stays, with what other schemes found.
        #expect(try program.run(["charges", "water.esp", "--scheme", "npa", "--threads", "1", "-q"]).status == 0)
        let later = try #require(try document(program, "water.esp").states[0].bondOrders)
        #expect(later.map(\.atoms) == all.map(\.atoms) && later.map(\.fuzzy) == all.map(\.fuzzy))
        #expect(later.allSatisfy { $0.naturalWiberg != nil })
        let wrong = try program.run(["charges", "water.esp", "--bond-threshold", "-1"])
        #expect(wrong.status == 64 && wrong.error.contains("--bond-threshold"), "\(wrong.error)")
    }

    /// Fractions of electrons: no orbital is the highest occupied one, whatever its energy.
    @Test func naturalOrbitalsHaveNoFrontier() throws {
        let program = try Program()
        defer { program.remove() }
        let orbitals = [(-0.5, 1.9, "1.0"), (0.6, 0.1, "-1.0")].map { energy, electrons, sign in
            let norm = sign == "1.0" ? 0.5490 : 1.2115
            return "Ene= \(energy)\nSpin= Alpha\nOccup= \(electrons)\n1 \(norm)\n2 \(sign == "1.0" ? norm : -norm)\n"
        }.joined()
        let text = """
            [Molden Format]
            [Atoms] AU
            H 1 1 0.0 0.0 0.0
            H 2 1 0.0 0.0 1.4
            [GTO]
            1 0
            s 3 1.00
            3.425250914 0.1543289673
            0.6239137298 0.5353281423
            0.1688554040 0.4446345422

            2 0
            s 3 1.00
            3.425250914 0.1543289673
            0.6239137298 0.5353281423
            0.1688554040 0.4446345422

            [MO]

            """
        try program.write(text + orbitals, to: "h2.molden")
        let run = try program.run([
            "analyze", "h2.molden", "--cube", "homo,density", "--cube-spacing", "0.5", "--picture", "none",
        ])
        #expect(run.status == 0, "\(run.error)")
        #expect(!run.output.contains("HOMO") && !run.output.contains("UNBOUND") && !run.output.contains("gap"), "\(run.output)")
        #expect(run.output.contains("occupations in the middle: 1.9000  0.1000"), "\(run.output)")
        #expect(run.error.contains("no homo and lumo cubes"), "\(run.error)")
        #expect(program.names(in: "h2.esp").filter { $0.hasSuffix(".cube") }.count == 1)
        let state = try #require(try document(program, "h2.esp").states.first)
        #expect(state.naturalOccupations?.alpha == [1.9, 0.1] && state.gap == nil && state.unbound == nil)
        let table = try program.run(["orbitals", "h2.esp"])
        #expect(
            table.status == 0 && table.output.contains("1.9000") && table.output.contains("no density of states"),
            "\(table.output)")
        #expect(!program.names(in: "h2.esp").contains { $0.hasSuffix(".dos.svg") })
        let picture = try program.run(["picture", "h2.esp", "--show", "homo"])
        #expect(picture.status == 65 && picture.error.contains("natural orbitals"), "\(picture.error)")
        let report = try program.run(["report", "h2.esp"])
        #expect(report.status == 0, "\(report.error)")
    }

    @Test func densityCubesNameTheCoresThatTheyLack() throws {
        let program = try Program()
        defer { program.remove() }
        try program.write("2\n\nAl 0 0 0\nH 0 0 1.65\n", to: "alh.xyz")
        let model = ["-c", "0", "--method", "hf", "--basis", "paper", "--search", "none", "--no-report"]
        let run = try program.run(
            ["compute", "alh.xyz", "--cube", "esp,density", "--cube-spacing", "0.6"] + model + Self.quick)
        #expect(run.status == 0, "\(run.error)")
        func title(_ name: String) throws -> String {
            let text = try String(contentsOf: program.folder.appendingPathComponent("alh.esp/\(name)"), encoding: .utf8)
            return text.split(separator: "\n", maxSplits: 2, omittingEmptySubsequences: false).prefix(2).joined(separator: "\n")
        }
        #expect(try title("q0_m1_density.cube").contains("without the cores that potentials replace (Al 10 electrons)"))
        #expect(try !title("q0_m1_esp.cube").contains("cores"))
    }

    /// Options that do not apply are not offered.
    @Test(arguments: [
        ("analyze", "--gradient"), ("analyze", "--relax"), ("analyze", "--profile"), ("analyze", "--no-report"),
        ("gradient", "--relax"),
        ("gradient", "--gradient"), ("gradient", "--cube"), ("gradient", "--picture"), ("gradient", "--no-report"),
    ])
    func optionsThatDoNotApplyAreUnknown(command: String, option: String) throws {
        let program = try Program()
        defer { program.remove() }
        let help = try program.run(["help", command])
        #expect(help.status == 0 && !help.output.contains("  \(option)"), "\(help.output)")
        let outcome = try program.run([command, "water.xyz", option])
        #expect(outcome.status == 64 && outcome.error.contains("unknown option '\(option)'"), "\(outcome.error)")
    }
}
