import MolecularStructure

/// The connectivity of a structure: elements, bonds and hydrogen bonds, without positions.
///
/// Two structures with graphs that differ only in the order of equal atoms are isomorphic: the same isomer according to the
/// bonds, although they may differ in space (conformers, cis and trans, mirror images).
public struct StructureGraph: Sendable, Equatable {
    public typealias Bond = BondGraph.Bond

    /// Atom by atom.
    public let elements: [Element]
    public var bonds: Set<Bond>
    /// Between a hydrogen atom and the atom that accepts it.
    public var hydrogenBonds: Set<Bond>

    public init(elements: [Element], bonds: Set<Bond>, hydrogenBonds: Set<Bond> = []) {
        self.elements = elements
        self.bonds = bonds
        self.hydrogenBonds = hydrogenBonds
    }

    /// Bonds and hydrogen bonds of a structure, from its distances and angles (`BondGraph`, `HydrogenBonds`).
    public init(_ molecule: Molecule) {
        let graph = BondGraph(molecule)
        self.init(
            elements: molecule.atoms.map(\.element), bonds: Set(graph.bonds),
            hydrogenBonds: HydrogenBonds.find(in: molecule, graph))
    }

    /// For each atom the atoms bonded to it, in ascending order.
    public var neighbors: [[Int]] { BondGraph(atomCount: elements.count, bonds: bonds.sorted()).neighbors }

    /// Connected pieces, hydrogen bonds included.
    public var pieces: [[Int]] { BondGraph(atomCount: elements.count, bonds: bonds.union(hydrogenBonds).sorted()).pieces }

    /// Neighbours of each atom with the kind of the contact: 1 for a bond, 2 for a hydrogen bond.
    private var contacts: [[(atom: Int, kind: UInt64)]] {
        var result = [[(atom: Int, kind: UInt64)]](repeating: [], count: elements.count)
        for (set, kind) in [(bonds, UInt64(1)), (hydrogenBonds, 2)] {
            for bond in set {
                result[bond.first].append((bond.second, kind))
                result[bond.second].append((bond.first, kind))
            }
        }
        return result
    }

    /// A number for each atom that does not depend on the order of the atoms: atoms that a permutation can exchange have the same
    /// number. The refinement is that of B. Yu. Weisfeiler and A. A. Leman (1968): each atom incorporates the numbers of its
    /// neighbours until the number of classes no longer grows.
    public var atomClasses: [UInt64] {
        let contacts = contacts
        var classes = elements.map { Self.mixed(UInt64($0.atomicNumber)) }
        var count = Set(classes).count
        while true {
            let next = classes.indices.map { atom in
                contacts[atom].map { Self.mixed(classes[$0.atom] &+ Self.mixed($0.kind)) }.sorted().reduce(classes[atom]) {
                    Self.mixed($0 &* 3 &+ $1)
                }
            }
            let found = Set(next).count
            classes = next
            if found == count { return classes }
            count = found
        }
    }

    /// The same for all graphs that differ only in the order of equal atoms, and almost always different for others.
    public var key: UInt64 { atomClasses.sorted().reduce(UInt64(elements.count)) { Self.mixed($0 &* 3 &+ $1) } }

    /// Whether a permutation of equal atoms maps one graph to the other.
    public func isIsomorphic(to other: StructureGraph) -> Bool {
        guard elements.count == other.elements.count, bonds.count == other.bonds.count,
            hydrogenBonds.count == other.hydrogenBonds.count
        else { return false }
        let (mine, theirs) = (atomClasses, other.atomClasses)
        guard mine.sorted() == theirs.sorted() else { return false }
        let (own, opposite) = (contacts, other.contacts)
        var sizes: [UInt64: Int] = [:]
        for value in mine { sizes[value, default: 0] += 1 }
        let order = Self.connectedOrder(mine.indices.map { sizes[mine[$0]] ?? 0 }, own.map { $0.map(\.atom) })
        let candidates = Dictionary(grouping: theirs.indices) { theirs[$0] }
        var image = [Int](repeating: -1, count: mine.count)
        var used = [Bool](repeating: false, count: mine.count)
        func extend(_ depth: Int) -> Bool {
            guard depth < order.count else { return true }
            let atom = order[depth]
            for target in candidates[mine[atom]] ?? [] where !used[target] {
                // The numbers of contacts agree by class, so it is sufficient that none of this graph is missing in the other.
                let fits = own[atom].allSatisfy { contact in
                    image[contact.atom] < 0
                        || opposite[target].contains { $0.atom == image[contact.atom] && $0.kind == contact.kind }
                }
                guard fits else { continue }
                image[atom] = target
                used[target] = true
                if extend(depth + 1) { return true }
                image[atom] = -1
                used[target] = false
            }
            return false
        }
        return extend(0)
    }

    /// Atoms in an order in which each follows a neighbour if possible, those with few equals first.
    static func connectedOrder(_ equals: [Int], _ neighbors: [[Int]]) -> [Int] {
        var order: [Int] = []
        var taken = [Bool](repeating: false, count: equals.count)
        var reached = Set<Int>()
        while order.count < equals.count {
            let open = reached.isEmpty ? equals.indices.filter { !taken[$0] } : reached.sorted()
            guard let next = open.min(by: { (equals[$0], $0) < (equals[$1], $1) }) else { break }
            order.append(next)
            taken[next] = true
            reached.remove(next)
            reached.formUnion(neighbors[next].filter { !taken[$0] })
        }
        return order
    }

    private static func mixed(_ value: UInt64) -> UInt64 { SeededGenerator.mixed(value) }
}

extension SeededGenerator {
    /// A vector whose components are normally distributed with a variance of 1.
    mutating func normal() -> SIMD3<Double> {
        // Sums of twelve uniform numbers are close enough to normal ones here.
        SIMD3((0..<3).map { _ in (0..<12).reduce(-6.0) { sum, _ in sum + unit() } })
    }
}
