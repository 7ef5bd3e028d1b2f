import Foundation
import RunFolders
import Testing

/// A singlet that is no closed shell is told as what it is.
@Suite struct BrokenSymmetryTests {
    private static let options = [
        "-c", "0", "--method", "hf", "--basis", "STO-3G", "--picture", "none", "--no-report", "--threads", "1",
    ]

    private func words(_ text: String) -> String { text.split { $0.isWhitespace }.joined(separator: " ") }

    /// H2 at 2 Angstrom: the closed shell is unstable.
    @Test func theClosedShellIsNamed() throws {
        let program = try Program()
        defer { program.remove() }
        try program.write("2\n\nH 0 0 0\nH 0 0 2\n", to: "h2.xyz")
        let run = try program.run(["compute", "h2.xyz"] + Self.options)
        #expect(run.status == 0, "\(run.error)")
        let state = try ResultDocument(readingFrom: program.folder.appendingPathComponent("h2.esp/result.json").path).states[0]
        let closed = try program.run(["compute", "h2.xyz", "--reference", "restricted", "-o", "closed"] + Self.options)
        let other = try ResultDocument(readingFrom: program.folder.appendingPathComponent("closed/result.json").path).states[0]
        #expect(closed.status == 0 && state.isBrokenSymmetrySinglet && !other.isBrokenSymmetrySinglet)
        let text = words(run.output)
        #expect(text.contains("BROKEN SYMMETRY spin-polarised singlet"), "\(run.output)")
        let (energy, above) = (try #require(other.energy), try #require(other.energy) - (try #require(state.energy)))
        #expect(above > 0.01)
        #expect(text.contains(String(format: "Closed shell %.8f Eh, %.2f mEh higher", energy, 1000 * above)), "\(run.output)")
        #expect(text.contains("--reference restricted") && !closed.output.contains("BROKEN"))
        // Where no others were looked for, the energy is not known.
        let alone = try program.run(["compute", "h2.xyz", "--search", "none", "-o", "alone"] + Self.options)
        #expect(
            alone.status == 0 && words(alone.output).contains("BROKEN SYMMETRY")
                && words(alone.output).contains("The closed shell was not computed"), "\(alone.output)")
        let relaxed = try program.run([
            "optimize", "h2.xyz", "--max-steps", "1", "-c", "0", "--method", "hf", "--basis", "STO-3G",
        ])
        #expect(relaxed.output.contains("BROKEN SYMMETRY"), "\(relaxed.output)")
    }

    /// The search says how far it has come, and an interrupt leaves the states.
    @Test func interruptedSearchKeepsTheStates() throws {
        let program = try Program()
        defer { program.remove() }
        try program.write("3\ncopper chloride\nCu 0 0 0\nCl 0 0 2.1\nCl 0 0 -2.1\n", to: "cucl2.xyz")
        let arguments = [
            "compute", "cucl2.xyz", "-c", "0", "--method", "hf", "--basis", "3-21G", "--picture", "none", "--no-report",
        ]
        let run = try program.run(arguments, signal: SIGINT, whenThereIs: "cucl2.esp/search.json")
        #expect(run.status == 130 && run.output.contains("preliminary"), "\(run.output) \(run.error)")
        let path = program.folder.appendingPathComponent("cucl2.esp/result.json").path
        let first = try ResultDocument(readingFrom: path)
        #expect(first.preliminary == true && first.states[0].converged && first.states[0].charges["mulliken"] != nil)
        #expect(try program.run(["charges", "cucl2.esp", "--scheme", "npa", "-q"]).status == 0)
        let again = try program.run(arguments)
        #expect(again.status == 0 && again.error.contains("restarting the interrupted search"), "\(again.error)")
        #expect(again.error.contains(/search for other solutions: \d+ of \d+ candidates done/), "\(again.error)")
        let whole = try ResultDocument(readingFrom: path)
        #expect(whole.preliminary == nil && whole.states[0].search != nil && whole.states[0].charges["npa"] != nil)
    }
}
