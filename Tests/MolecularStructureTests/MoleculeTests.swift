import MolecularStructure
import Testing

@Suite struct MoleculeTests {
    @Test func symbolsAndNumbersAgreeForAllElements() {
        for number in 1...86 {
            let element = Element(atomicNumber: number)
            #expect(element?.symbol.isEmpty == false)
            #expect(element.flatMap { Element(symbol: $0.symbol) } == element)
            #expect(element.flatMap { Element(symbol: $0.symbol.uppercased()) } == element)
        }
        #expect(Element(atomicNumber: 0) == nil && Element(atomicNumber: 87) == nil && Element(symbol: "Xx") == nil)
        #expect(Element(symbol: "Nb")?.atomicNumber == 41 && Element(symbol: "Rn")?.atomicNumber == 86)
        #expect([1, 3, 11, 19, 37, 55].map { Element(atomicNumber: $0)?.period } == [1, 2, 3, 4, 5, 6])
    }

    @Test func repulsionOfPointCharges() throws {
        let hydrogen = try #require(Element(symbol: "H"))
        let molecule = Molecule(atoms: [
            Atom(element: hydrogen, positionInBohr: SIMD3(0, 0, 0)),
            Atom(element: hydrogen, positionInBohr: SIMD3(3, 0, 4)),
        ])
        #expect(abs(molecule.nuclearRepulsion(charges: [2, 3]) - 1.2) < 1e-15)
        #expect(molecule.center(ofCharges: [1, 3]) == SIMD3(2.25, 0, 3))
    }

    /// Relations among the constants, from their definitions.
    @Test func constantsAreConsistent() {
        // The elementary charge and the Avogadro constant are exact.
        let joule = PhysicalConstants.hartreeInElectronvolt * 1.602176634e-19
        #expect(abs(joule * 6.02214076e23 / 1000 / PhysicalConstants.hartreeInKilojoulePerMole - 1) < 1e-11)
        // 1 debye is 1e-21 / c C m.
        let dipole = 1.602176634e-19 * PhysicalConstants.bohrInAngstrom * 1e-10
        #expect(abs(dipole / (1e-21 / 299_792_458) / PhysicalConstants.atomicDipoleInDebye - 1) < 1e-9)
    }
}
