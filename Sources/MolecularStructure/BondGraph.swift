/// Which atoms of a molecule are bonded, from distances alone.
///
/// Two atoms are bonded if their distance is at most `BondGraph.tolerance` times the sum of their single-bond covalent radii. There are two
/// exceptions. A contact of a metal and a carbon does not count if the carbon carries a ligand atom other than carbon that is bonded to the
/// same metal: a chelate brings its carbons close to the metal without a bond. A contact of two metals with a bridging non-metal does not
/// count unless they are as close as the sum of their radii.
public struct BondGraph: Sendable, Equatable {
    /// Longest bond over the sum of the covalent radii. In the molecules that come with the program the longest bond has
    /// 1.18 and the shortest contact of atoms without a bond 1.34, chelated carbons aside.
    public static let tolerance = 1.25

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

    /// For each atom the atoms bonded to it, in ascending order.
    public let neighbors: [[Int]]

    /// In ascending order.
    public var bonds: [Bond] {
        neighbors.enumerated().flatMap { atom, list in list.filter { $0 > atom }.map { Bond(atom, $0) } }
    }

    /// Connected pieces of all atoms.
    public var pieces: [[Int]] { components(of: Set(neighbors.indices)) }

    /// Bonds that are known from other sources than distances.
    public init(atomCount: Int, bonds: [Bond]) {
        var lists = [[Int]](repeating: [], count: atomCount)
        for bond in Set(bonds) {
            lists[bond.first].append(bond.second)
            lists[bond.second].append(bond.first)
        }
        neighbors = lists.map { $0.sorted() }
    }

    /// Cost: the square of the number of atoms.
    public init(_ molecule: Molecule) {
        let atoms = molecule.atoms
        let contacts = Self(molecule, within: Self.tolerance).neighbors
        func isChelateContact(_ metal: Int, _ carbon: Int) -> Bool {
            atoms[metal].element.isMetal && atoms[carbon].element.atomicNumber == 6
                && contacts[carbon].contains { ligand in
                    ligand != metal && atoms[ligand].element.atomicNumber != 6 && contacts[ligand].contains(metal)
                }
        }
        func isBridgeContact(_ a: Int, _ b: Int) -> Bool {
            atoms[a].element.isMetal && atoms[b].element.isMetal
                && distance(atoms[a].position, atoms[b].position) > Self.singleBondLength(atoms[a], atoms[b])
                && contacts[a].contains { !atoms[$0].element.isMetal && contacts[b].contains($0) }
        }
        neighbors = contacts.enumerated().map { i, list in
            list.filter { !isChelateContact(i, $0) && !isChelateContact($0, i) && !isBridgeContact(i, $0) }.sorted()
        }
    }

    /// All pairs of atoms whose distance is at most `factor` times the sum of their covalent radii.
    private init(_ molecule: Molecule, within factor: Double) {
        let atoms = molecule.atoms
        let pairs = atoms.indices.flatMap { i in
            (0..<i).filter { j in
                distance(atoms[i].position, atoms[j].position) <= factor * Self.singleBondLength(atoms[i], atoms[j])
            }.map { Bond(i, $0) }
        }
        self.init(atomCount: atoms.count, bonds: pairs)
    }

    /// Longest contact over the sum of the covalent radii: about the sum of van der Waals radii, 4.0 Angstrom for two
    /// chlorine atoms.
    public static let contactTolerance = 2.0

    /// Atoms in contact, bonded or not, each group in ascending order: an ion pair is one group, separate molecules are several.
    public static func aggregates(of molecule: Molecule) -> [[Int]] { Self(molecule, within: contactTolerance).pieces }

    /// Sum of the covalent radii, in bohr.
    public static func singleBondLength(_ a: Atom, _ b: Atom) -> Double {
        (a.element.covalentRadiusInAngstrom + b.element.covalentRadiusInAngstrom) / PhysicalConstants.bohrInAngstrom
    }

    /// Connected pieces of a set of atoms, each in ascending order, sorted by their first atom.
    public func components(of atoms: Set<Int>) -> [[Int]] {
        var open = atoms
        var result: [[Int]] = []
        for start in atoms.sorted() where open.contains(start) {
            var piece: [Int] = []
            var stack = [start]
            open.remove(start)
            while let atom = stack.popLast() {
                piece.append(atom)
                for next in neighbors[atom] where open.remove(next) != nil { stack.append(next) }
            }
            result.append(piece.sorted())
        }
        return result
    }

    /// Rings of `size` atoms that all satisfy `isMember`, each once, in ascending order of their atoms.
    public func rings(of size: Int, where isMember: (Int) -> Bool) -> [[Int]] {
        var found = Set<[Int]>()
        func extend(_ path: [Int]) {
            guard let first = path.first, let last = path.last else { return }
            if path.count == size {
                if neighbors[last].contains(first) { found.insert(path.sorted()) }
                return
            }
            for next in neighbors[last] where next > first && isMember(next) && !path.contains(next) { extend(path + [next]) }
        }
        for atom in neighbors.indices where isMember(atom) { extend([atom]) }
        return found.sorted { $0.lexicographicallyPrecedes($1) }
    }
}
