import Testing

@testable import RunFolders

/// The tables of `esp compare`.
@Suite struct RunComparisonTextTests {
    private static func run(_ name: String, formula: String, classes: [String]) -> RunComparison.Run {
        RunComparison.Run(
            name: name, formula: formula, method: "a functional with a long name, D4",
            basis: "one set / another set / a third set",
            states: [
                RunComparison.State(
                    charge: 0, multiplicity: 1, converged: true, energy: -1, electronAffinity: nil, gap: nil, spinSquared: 0,
                    dipole: 0,
                    surfaceMinimum: nil, surfaceMaximum: nil)
            ],
            classes: classes.map {
                RunComparison.AtomClass(name: $0, atoms: [1, 2], charges: ["chelpg": [0.125]], shares: ["chelpg": []])
            }, surfaceLevel: nil)
    }

    /// Names that differ only at their ends can be told apart, and the numbers stay below each other.
    @Test func noNameIsCut() {
        let long = String(repeating: "terminal halogen on ", count: 3)
        let folders = ["a/folder/with/a/long/path/one.esp", "a/folder/with/a/long/path/two.esp"]
        let formula = "C24H12Al2Cl8Nb2O8Si2Zr2N4"
        let comparison = RunComparison(
            runs: folders.map { Self.run($0, formula: formula, classes: [long + "Al", "O", long + "Nb"]) })
        let lines = comparison.text().split(separator: "\n").map(String.init)
        for name in folders { #expect(lines.count { $0.contains(name) } == 3) }
        #expect(
            lines.count { $0.contains(formula + " a functional with a long name, D4, one set / another set / a third set") } == 2)
        for end in ["Al", "Nb"] { #expect(lines.count { $0.contains("  \(long)\(end), 2 atoms ") } == 2) }
        let charges = lines.filter { $0.hasSuffix("0.125") }
        #expect(charges.count == 6 && Set(charges.map(\.count)).count == 1)
        #expect(Set(lines.filter { $0.hasPrefix("chelpg: ") }.map(\.count)) == [charges[0].count])
    }
}
