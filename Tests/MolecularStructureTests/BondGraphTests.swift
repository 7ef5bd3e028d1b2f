import MolecularStructure
import Testing

@Suite struct BondGraphTests {
    private func molecule(_ atoms: [(String, Double, Double, Double)]) throws -> Molecule {
        Molecule(
            atoms: try atoms.map {
                Atom(
                    element: try #require(Element(symbol: $0.0)),
                    positionInBohr: SIMD3($0.1, $0.2, $0.3) / PhysicalConstants.bohrInAngstrom)
            })
    }

    @Test func bondsAndPieces() throws {
        let graph = BondGraph(
            try molecule([
                ("O", 0, 0, 0), ("H", 0.96, 0, 0), ("H", -0.24, 0.93, 0), ("Nb", 0, 0, 5), ("Cl", 0, 2.3, 5), ("Cl", 0, -3.6, 5),
            ]))
        #expect(graph.bonds == [.init(0, 1), .init(2, 0), .init(3, 4)])
        #expect(graph.neighbors[0] == [1, 2])
        #expect(graph.pieces == [[0, 1, 2], [3, 4], [5]])
    }

    /// Two metals held near each other by a halogen are not bonded, two that are nearer than that are.
    @Test func bridgedMetals() throws {
        func pair(_ metal: String, apart: Double, bridge: String, _ height: Double) throws -> [BondGraph.Bond] {
            BondGraph(try molecule([(metal, 0, 0, 0), (metal, apart, 0, 0), (bridge, apart / 2, height, 0)])).bonds
        }
        #expect(try pair("Zr", apart: 3.71, bridge: "Cl", 1.7) == [.init(0, 2), .init(1, 2)])
        // As in W2Cl9 3-: 2.4 Angstrom.
        #expect(try pair("W", apart: 2.4, bridge: "Cl", 2.1) == [.init(0, 1), .init(0, 2), .init(1, 2)])
        // Without a bridge the distance alone decides.
        #expect(try pair("Zr", apart: 3.71, bridge: "Cl", 8) == [.init(0, 1)])
    }

    @Test func radiiOfAllElements() {
        for number in 1...86 { #expect((0.25...2.5).contains(Element(atomicNumber: number)!.covalentRadiusInAngstrom)) }
        #expect(Element(symbol: "Nb")?.covalentRadiusInAngstrom == 1.47)
        #expect(Element(symbol: "Rn")?.covalentRadiusInAngstrom == 1.42)
    }
}
