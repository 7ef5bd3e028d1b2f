/// Which atoms are bonded: those closer than 1.25 times the sum of their covalent radii.
public struct BondGraph: Sendable, Equatable {
    /// An unordered pair of atoms, the smaller index first.
    public struct Bond: Hashable, Comparable, Sendable {
        public let first: Int
        public let second: Int

        public init(_ a: Int, _ b: Int) {
            first = min(a, b)
            second = max(a, b)
        }

        public static func < (a: Bond, b: Bond) -> Bool { (a.first, a.second) < (b.first, b.second) }
    }

    /// Largest distance of bonded atoms, in units of the sum of their covalent radii.
    public static let reach = 1.25

    /// Sorted.
    public private(set) var bonds: [Bond]
    /// Bonded atoms of every atom, ascending.
    public private(set) var neighbors: [[Int]]

    public init(atomCount: Int, bonds: [Bond]) {
        self.bonds = Set(bonds).sorted()
        neighbors = Array(repeating: [], count: atomCount)
        for bond in self.bonds {
            neighbors[bond.first].append(bond.second)
            neighbors[bond.second].append(bond.first)
        }
        for atom in neighbors.indices { neighbors[atom].sort() }
    }

    /// Bonds by distance. Cost: O(atoms^2).
    public init(_ molecule: Molecule) {
        let atoms = molecule.atoms
        var found: [Bond] = []
        for i in atoms.indices {
            for j in 0..<i where distance(atoms[i].position, atoms[j].position) < Self.reach * Self.length(atoms[i], atoms[j]) {
                found.append(Bond(i, j))
            }
        }
        self.init(atomCount: atoms.count, bonds: found)
    }

    /// Sum of the covalent radii, in bohr.
    public static func length(_ a: Atom, _ b: Atom) -> Double {
        (a.element.covalentRadiusInAngstrom + b.element.covalentRadiusInAngstrom) / PhysicalConstants.bohrInAngstrom
    }

    /// Connected pieces, each ascending, in the order of their first atoms.
    public var pieces: [[Int]] {
        var piece = [Int?](repeating: nil, count: neighbors.count)
        var result: [[Int]] = []
        for start in neighbors.indices where piece[start] == nil {
            var members = [start]
            piece[start] = result.count
            var next = 0
            while next < members.count {
                for other in neighbors[members[next]] where piece[other] == nil {
                    piece[other] = result.count
                    members.append(other)
                }
                next += 1
            }
            result.append(members.sorted())
        }
        return result
    }
}
