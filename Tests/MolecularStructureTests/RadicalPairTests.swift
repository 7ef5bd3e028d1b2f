import MolecularStructure
import Testing

/// Lengths in Angstrom.
@Suite struct RadicalPairTests {
    private func molecule(_ atoms: [(String, Double, Double, Double)]) throws -> Molecule {
        Molecule(
            atoms: try atoms.map {
                Atom(
                    element: try #require(Element(symbol: $0.0)),
                    positionInBohr: SIMD3($0.1, $0.2, $0.3) / PhysicalConstants.bohrInAngstrom)
            })
    }

    /// AlCl3 with bonds of 2.10, one of them of the given length, and a hydrogen atom far away.
    private func chloride(_ length: Double) throws -> Molecule {
        let (c, s) = (-0.5, 0.75.squareRoot())
        return try molecule([
            ("Al", 0, 0, 0), ("Cl", length, 0, 0), ("Cl", 2.1 * c, 2.1 * s, 0), ("Cl", 2.1 * c, -2.1 * s, 0), ("H", 0, 0, 9),
        ])
    }

    @Test(arguments: [(2.59, true), (2.4, true), (2.25, false), (2.1, false)])
    func aHalogenIsNamedWhereItsBondIsStretched(length: Double, fires: Bool) throws {
        let found = RadicalPair(
            try chloride(length), spinPopulations: [0, -0.95, -0.03, -0.02, 1], multiplicity: 1, spinSquared: 1.01)
        #expect((found != nil) == fires)
        if let found { #expect(found.halogens == [1] && abs(found.spin - 0.95) < 1e-12) }
    }

    @Test func saysWhatItIs() throws {
        let molecule = try chloride(2.59)
        let found = RadicalPair(molecule, spinPopulations: [0, -0.95, 0, 0, 0.95], multiplicity: 1, spinSquared: 1)
        #expect(
            found?.description(in: molecule)
                == "looks like a radical pair (0.95 unpaired electrons on Cl2, 2.59 Angstrom from Al1); the recombined isomer was not tried")
    }

    /// A closed shell, a triplet, a weak contamination, spin on a metal or hydrogen, and lists that do not fit.
    @Test(arguments: [
        ([0.0, 0, 0, 0, 0], 1, 0.0), ([0, 0.95, 0.05, 0, 1], 3, 2.01), ([0, -0.95, 0, 0, 0.95], 2, 1.0), ([0, -0.3, 0, 0, 0.3], 1, 0.17),
        ([-0.8, -0.2, 0, 0, 1], 1, 1.0), ([0, -0.95, 0, 0, 0.95], 1, 0.5), ([], 1, 1.0),
    ])
    func othersAreLeftAlone(spins: [Double], multiplicity: Int, spinSquared: Double) throws {
        #expect(
            RadicalPair(try chloride(2.59), spinPopulations: spins, multiplicity: multiplicity, spinSquared: spinSquared) == nil)
    }

    /// Two chlorines of different bonds share the hole; as far apart as in a closed shell they do not.
    @Test(arguments: [(2.66, true), (3.5, false)])
    func twoHalogensInTouchAreOne(distance: Double, fires: Bool) throws {
        // Both 2.15 from the metal, as in the third chloride.
        let x = (2.15 * 2.15 - distance * distance / 4).squareRoot()
        let molecule = try molecule([
            ("Al", 0, 0, 0), ("Cl", x, distance / 2, 0), ("Cl", x, -distance / 2, 0), ("Cl", -2.1, 0, 0), ("H", 0, 0, 9),
        ])
        let found = RadicalPair(molecule, spinPopulations: [0, -0.42, -0.57, 0, 1], multiplicity: 1, spinSquared: 1.008)
        #expect((found != nil) == fires)
        if let found { #expect(found.halogens == [1, 2] && abs(found.spin - 0.99) < 1e-12) }
        // Opposite spins are no shared electron.
        #expect(RadicalPair(molecule, spinPopulations: [0, -0.42, 0.57, 0, -0.15], multiplicity: 1, spinSquared: 1) == nil)
    }

    @Test(arguments: [("F", 1.41, false), ("F", 2.2, true), ("Cl", 1.99, false), ("Cl", 3.2, true), ("I", 2.67, false)])
    func halogenMolecules(symbol: String, length: Double, fires: Bool) throws {
        let molecule = try molecule([(symbol, 0, 0, 0), (symbol, 0, 0, length)])
        #expect((RadicalPair(molecule, spinPopulations: [0.99, -0.99], multiplicity: 1, spinSquared: 0.99) != nil) == fires)
    }
}
