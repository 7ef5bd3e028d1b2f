import MolecularStructure

/// Hydrogen bonds by distance and angle.
public enum HydrogenBonds {
    /// Longest distance of the hydrogen atom from the acceptor over the sum of the covalent radii: 2.38 Angstrom for oxygen. The
    /// criterion is geometric, after the recommendations of IUPAC: E. Arunan et al., Pure Appl. Chem. 83, 1637 (2011),
    /// doi 10.1351/PAC-REC-10-01-02.
    public static let tolerance = 2.5
    /// Largest cosine of the angle at the hydrogen atom, corresponding to 120 degrees.
    private static let largestCosine = -0.5

    /// Elements whose hydrogen atoms form hydrogen bonds: N, O, F, S, Cl.
    static func isDonor(_ element: Element) -> Bool { [7, 8, 9, 16, 17].contains(element.atomicNumber) }

    /// N, O, F, S, Cl, Br with a lone pair: nitrogen with at most three neighbours.
    static func isAcceptor(_ element: Element, neighbors: Int) -> Bool {
        switch element.atomicNumber {
        case 7: neighbors <= 3
        case 8, 16: neighbors <= 2
        case 9, 17, 35: neighbors <= 1
        default: false
        }
    }

    /// Each hydrogen atom forms at most one hydrogen bond, with the nearest acceptor. Hydrogen bonds within a ring of fewer than
    /// five atoms do not count.
    static func find(in molecule: Molecule, _ graph: BondGraph) -> Set<BondGraph.Bond> {
        let atoms = molecule.atoms
        var result: Set<BondGraph.Bond> = []
        for hydrogen in atoms.indices where atoms[hydrogen].element == .hydrogen {
            guard graph.neighbors[hydrogen].count == 1, let donor = graph.neighbors[hydrogen].first,
                isDonor(atoms[donor].element)
            else { continue }
            let near = Set(graph.neighbors[donor] + graph.neighbors[donor].flatMap { graph.neighbors[$0] } + [donor])
            let found = atoms.indices.filter { acceptor in
                !near.contains(acceptor) && isAcceptor(atoms[acceptor].element, neighbors: graph.neighbors[acceptor].count)
                    && distance(atoms[hydrogen].position, atoms[acceptor].position)
                        <= tolerance * BondGraph.singleBondLength(atoms[hydrogen], atoms[acceptor])
                    && cosine(atoms[donor].position, atoms[hydrogen].position, atoms[acceptor].position) <= largestCosine
            }
            let nearest = found.min {
                distance(atoms[hydrogen].position, atoms[$0].position) < distance(atoms[hydrogen].position, atoms[$1].position)
            }
            if let nearest { result.insert(BondGraph.Bond(hydrogen, nearest)) }
        }
        return result
    }

    /// Cosine of the angle at the second of three points.
    static func cosine(_ a: SIMD3<Double>, _ b: SIMD3<Double>, _ c: SIMD3<Double>) -> Double {
        (a - b).direction.dot((c - b).direction)
    }
}
