import GaussianBasis
import LinearAlgebra
import MolecularStructure
import Testing

@testable import WavefunctionAnalysis

@Suite struct BasisSetArtefactTests {
    @Test(arguments: [
        ("H", 1, -1.5, 1.5), ("He", 2, -0.5, 2.5), ("C", 4, -3.5, 4.5), ("O", 6, -2.5, 4.5), ("Cl", 7, -1.5, 4.5),
        ("Ar", 8, -0.5, 4.5),
        ("Na", 1, -3.5, 1.5), ("Nb", 5, -3.5, 4.5), ("Zn", 12, -3.5, 4.5), ("Br", 7, -1.5, 4.5), ("I", 7, -1.5, 4.5),
        ("Ce", 4, -3.5, 4.5),
        ("Lu", 17, -3.5, 4.5), ("Hf", 4, -3.5, 4.5), ("Hg", 12, -3.5, 4.5), ("Tl", 3, -3.5, 3.5), ("Rn", 8, -0.5, 4.5),
    ])
    func rangesOfCharges(symbol: String, valence: Int, lower: Double, upper: Double) throws {
        let element = try #require(Element(symbol: symbol))
        #expect(element.valenceElectrons == valence)
        let range = BasisSetArtefacts.reasonableCharges(of: element)
        #expect(range.lowerBound == lower && range.upperBound == upper, "\(range)")
    }
}
