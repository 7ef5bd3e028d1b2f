import Calculations
import RunFolders
import TestSupport
import Testing

/// What `esp rerun` prints.
@Suite struct RepeatedCalculationTests {
    private static func document() throws -> ResultDocument {
        var result = try SeriesSample(molecule: "tcbq").document { _, charge in [Double(charge), 0] }
        for index in result.states.indices {
            result.states[index].orbitalEnergies = .init(alpha: [-1, -0.5], beta: [-1, -0.5])
            result.states[index].gradient = [[0, 0, 0.1], [0, 0, -0.1]]
        }
        return result
    }

    private static func text(_ first: ResultDocument, _ second: ResultDocument) -> String {
        RepeatedCalculation(first: .states(first), second: .states(second)).text
    }

    @Test func equalKindsAreNamed() throws {
        let document = try Self.document()
        let text = Self.text(document, document)
        // Of each state 4 orbital energies, 3 of the dipole moment, 2 schemes of 2 charges, <S^2> and 6 forces.
        #expect(
            text.contains(
                "all \(3 * (4 + 3 + 4 + 1 + 6)) other numbers (orbital energies, moments, charges, <S^2>, forces) are equal"))
        #expect(text.split(separator: "\n").count { $0.contains("the same to the last bit") } == 3)
    }

    @Test func whatDiffersIsNotNamedAsEqual() throws {
        let first = try Self.document()
        var second = first
        for index in second.states.indices { second.states[index].orbitalEnergies.alpha[0] += 0.25 }
        let text = Self.text(first, second)
        #expect(text.contains("differs by up to 2.5e-01: charge -1, orbital energies"))
        #expect(text.contains("  \(3 * (3 + 4 + 1 + 6)) other numbers (moments, charges, <S^2>, forces) are equal"), "\(text)")
    }

    @Test func whatOnlyOneOfTheTwoHasIsNamed() throws {
        let first = try Self.document()
        var second = first
        second.states[0].gradient = nil
        second.states[1].charges["made_up"] = nil
        second.states[1].charges["other"] = [1, 2]
        second.states.removeLast()
        let text = Self.text(first, second)
        for line in [
            "charge 0, forces: missing in the repetition", "charge -1, made_up charges: missing in the repetition",
            "charge -1, other charges: only in the repetition", "charge -2: missing in the repetition",
            "charge -2, orbital energies: missing in the repetition",
        ] { #expect(text.contains("  \(line)\n"), "\(text)") }
        #expect(!text.contains("all ") && text.contains("other numbers"))
        #expect(Self.text(second, first).contains("  charge -2: only in the repetition\n"))
    }
}
