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

    @Test func radiiOfAllElements() {
        for number in 1...86 { #expect((0.25...2.5).contains(Element(atomicNumber: number)!.covalentRadiusInAngstrom)) }
        #expect(Element(symbol: "Nb")?.covalentRadiusInAngstrom == 1.47)
        #expect(Element(symbol: "Rn")?.covalentRadiusInAngstrom == 1.42)
    }
}
