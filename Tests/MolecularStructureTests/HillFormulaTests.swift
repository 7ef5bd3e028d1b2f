import MolecularStructure
import Testing

@Suite struct HillFormulaTests {
    /// Examples of the rule as E. A. Hill states it: carbon, hydrogen, then the letters; without carbon the letters alone.
    @Test(arguments: [
        (["H", "O", "H"], "H2O"), (["O", "C", "C", "H", "H", "H", "H", "H", "H"], "C2H6O"),
        (["Br", "C", "H", "H", "H"], "CH3Br"),
        (["O", "C", "Cl", "Al"], "CAlClO"), (["Cl", "H"], "ClH"), ([], ""),
    ]) func order(symbols: [String], formula: String) {
        #expect(HillFormula(symbols).description == formula)
    }

    @Test func forms() {
        let formula = HillFormula(["O", "C", "O"] + [String](repeating: "H", count: 12))
        #expect(formula.text(separator: " ") == "C H12 O2")
        #expect(formula.text(subscripts: true) == "CH\u{2081}\u{2082}O\u{2082}")
    }
}

@Suite struct ElementClassesTests {
    /// The last element before a class begins, its first and last ones, and the one behind.
    @Test func bounds() throws {
        func element(_ symbol: String) throws -> Element { try #require(Element(symbol: symbol)) }
        for symbol in ["Sc", "Zn", "Y", "Cd", "La", "Lu", "Hg"] { #expect(try element(symbol).isTransitionMetal, "\(symbol)") }
        for symbol in ["Ca", "Ga", "Sr", "In", "Ba", "Tl", "Al"] { #expect(try !element(symbol).isTransitionMetal, "\(symbol)") }
        for symbol in ["La", "Lu"] { #expect(try element(symbol).isLanthanide) }
        for symbol in ["Ba", "Hf"] { #expect(try !element(symbol).isLanthanide) }
        #expect(
            (1...86).compactMap { Element(atomicNumber: $0) }.filter(\.isHalogen).map(\.symbol) == ["F", "Cl", "Br", "I", "At"])
        // Every transition metal is a metal, no halogen is.
        for element in (1...86).compactMap({ Element(atomicNumber: $0) }) {
            #expect(!element.isTransitionMetal || element.isMetal, "\(element)")
            #expect(!element.isHalogen || !element.isMetal, "\(element)")
        }
    }

    @Test(arguments: [("H", 0), ("He", 0), ("Li", 2), ("Ne", 2), ("Na", 10), ("Nb", 36), ("Xe", 36), ("Cs", 54), ("Rn", 54)])
    func nobleGasCore(symbol: String, electrons: Int) throws {
        #expect(try #require(Element(symbol: symbol)).nobleGasCoreElectrons == electrons)
    }
}
