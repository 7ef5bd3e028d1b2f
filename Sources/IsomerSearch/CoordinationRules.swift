import MolecularStructure

/// Preferred numbers of contacts of atoms. These rules order and limit proposals; energies decide about isomers.
enum CoordinationRules {
    /// Common coordination numbers of a centre, by element; every contact of a ligand counts. They are our own choice, wide
    /// enough for the usual oxidation states of an element.
    static func usual(_ element: Element) -> ClosedRange<Int> {
        switch element.atomicNumber {
        case 3: 2...5
        case 4: 2...4
        case 5: 3...4
        case 11, 19, 37, 55: 2...8
        case 12: 4...6
        case 20, 38, 56: 4...8
        case 13, 31, 49, 81: 4...6
        case 21, 22, 23: 4...7
        case 28, 46, 78, 79: 4...5
        case 29, 47: 2...5
        case 30, 48, 80: 2...6
        case 24...27: 4...6
        case 39, 57...71: 6...9
        case 40, 72: 5...8
        case 41, 73: 5...7
        case 42...45, 74...77: 4...7
        case 50, 82, 83: 2...7
        default: 2...6
        }
    }

    /// Number of halides that balance a centre, for elements that nearly always have one oxidation state; nil for others.
    static func valence(_ element: Element) -> Double? {
        switch element.atomicNumber {
        case 3, 11, 19, 37, 55: 1
        case 4, 12, 20, 30, 38, 48, 56: 2
        case 5, 13, 21, 31, 39, 49, 57...71: 3
        case 22, 40, 72: 4
        case 41, 73: 5
        default: nil
        }
    }

    /// Maximum number of centres to which an atom donates lone pairs.
    ///
    /// - Parameter others: neighbours that are not centres.
    static func mostCenters(_ element: Element, others: Int) -> Int {
        switch element.atomicNumber {
        // Halogen bonded to carbon is too weak a donor to be proposed.
        case 9, 17, 35, 53: others == 0 ? 2 : 0
        case 8, 16, 34: others < 2 ? 2 : others == 2 ? 1 : 0
        case 7, 15, 33: others == 0 ? 2 : others <= 3 ? 1 : 0
        default: 0
        }
    }

    /// Maximum number of neighbours of an atom that takes part in a hydrogen shift.
    static func mostNeighbors(_ element: Element) -> Int {
        switch element.atomicNumber {
        case 6, 14: 4
        case 7, 15: 3
        case 8, 16: 2
        case 9, 17, 35, 53: 1
        default: 0
        }
    }

    /// Maximum number of hydrogen bonds that an atom accepts.
    static func mostHydrogenBonds(_ element: Element) -> Int { [8, 16].contains(element.atomicNumber) ? 2 : 1 }
}

/// The roles of atoms according to their elements and bonds.
struct AtomRoles {
    let graph: StructureGraph
    let neighbors: [[Int]]
    /// Metals, and boron without a carbon neighbour: acceptors of lone pairs.
    let isCenter: [Bool]

    init(_ graph: StructureGraph) {
        self.graph = graph
        let neighbors = graph.neighbors
        self.neighbors = neighbors
        isCenter = graph.elements.indices.map { atom in
            let element = graph.elements[atom]
            return element.isMetal
                || element.atomicNumber == 5 && !neighbors[atom].contains { graph.elements[$0].atomicNumber == 6 }
        }
    }

    var centers: [Int] { isCenter.indices.filter { isCenter[$0] } }
    func centers(at atom: Int) -> [Int] { neighbors[atom].filter { isCenter[$0] } }
    func others(at atom: Int) -> [Int] { neighbors[atom].filter { !isCenter[$0] } }

    /// Carbon with three neighbours that are not centres.
    func isTrigonalCarbon(_ atom: Int) -> Bool { graph.elements[atom].atomicNumber == 6 && others(at: atom).count == 3 }

    /// Fragments that remain when the centres are removed, each in ascending order.
    var ligands: [[Int]] {
        BondGraph(atomCount: neighbors.count, bonds: graph.bonds.sorted())
            .components(of: Set(isCenter.indices.filter { !isCenter[$0] }))
    }

    /// Length of the shortest path from an atom to every other one; nil if there is no path.
    func steps(from start: Int) -> [Int?] {
        var result = [Int?](repeating: nil, count: neighbors.count)
        result[start] = 0
        var front = [start]
        var depth = 0
        while !front.isEmpty {
            depth += 1
            var next: [Int] = []
            for atom in front {
                for neighbor in neighbors[atom] where result[neighbor] == nil {
                    result[neighbor] = depth
                    next.append(neighbor)
                }
            }
            front = next
        }
        return result
    }
}

extension AtomRoles {
    /// Halides, and twice the oxides and sulfides, at each centre, minus its valence; a bridging ligand is divided equally among
    /// its centres. Sum of the absolute values over the centres. After L. Pauling's electrostatic valence rule, J. Am. Chem. Soc.
    /// 51, 1010 (1929), doi 10.1021/ja01379a006.
    var imbalance: Double {
        centers.reduce(0) { sum, center in
            guard let valence = CoordinationRules.valence(graph.elements[center]) else { return sum }
            let anions = neighbors[center].reduce(0.0) { count, ligand in
                guard !isCenter[ligand], others(at: ligand).isEmpty else { return count }
                let charge =
                    graph.elements[ligand].isHalogen ? 1.0 : [8, 16].contains(graph.elements[ligand].atomicNumber) ? 2 : 0
                return count + charge / Double(centers(at: ligand).count)
            }
            return sum + abs(anions - valence)
        }
    }
}

extension StructureGraph {
    /// Measures how unusual a graph is; 0 for a usual one. The value orders proposals and is not an energy.
    ///
    /// - Parameter start: the graph from which the search started.
    func oddity(comparedWith start: StructureGraph) -> Double {
        let (roles, old) = (AtomRoles(self), AtomRoles(start))
        // A hydrogen bond is weaker than a bond.
        let bonded = BondGraph(atomCount: elements.count, bonds: bonds.sorted()).pieces.count
        var result = 0.25 * Double(bonded - 1) + 0.25 * Double(pieces.count - 1)
        result += 0.2 * max(0, roles.imbalance - old.imbalance)
        var accepted = [Int](repeating: 0, count: elements.count)
        for bond in hydrogenBonds { accepted[elements[bond.first] == .hydrogen ? bond.second : bond.first] += 1 }
        for atom in elements.indices {
            let (centers, others) = (roles.centers(at: atom), roles.others(at: atom))
            if roles.isCenter[atom] {
                let (usual, count) = (CoordinationRules.usual(elements[atom]), roles.neighbors[atom].count)
                result += Double(max(usual.lowerBound - count, count - usual.upperBound, 0))
            } else if elements[atom].isHalogen {
                let isNew = { (other: Int) in !start.bonds.contains(Bond(atom, other)) }
                for other in others where isNew(other) {
                    result += elements[other].isHalogen ? 1 : elements[other].atomicNumber == 6 ? 0.5 : 2
                }
            } else if elements[atom] == .hydrogen {
                if others.contains(where: { !start.bonds.contains(Bond(atom, $0)) }) { result += 1 }
            } else if elements[atom].atomicNumber == 6 {
                if !centers.isEmpty, old.centers(at: atom).isEmpty { result += 0.75 }
            } else if centers.count > 1 {
                result += 0.5
            }
            // Two hydrogen bonds at one acceptor are less usual than one.
            if accepted[atom] > 1 { result += 0.3 * Double(accepted[atom] - 1) }
        }
        return result - 0.45 * Double(hydrogenBonds.count)
    }
}
