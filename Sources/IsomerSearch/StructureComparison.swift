import GeometryOptimization
import MolecularStructure

/// Whether structures are the same in space, except for translations and rotations of the whole, mirror images, and the order of
/// equal atoms.
public struct StructureComparison: Sendable {
    /// Two structures are the same if, for some permutation of equal atoms and the corresponding least-squares alignment, no atom
    /// is farther than this from its image. In bohr.
    public let tolerance: Double
    /// 0.25 Angstrom.
    public static let defaultTolerance = 0.25 / PhysicalConstants.bohrInAngstrom
    /// Bonds are considered the same despite a contact at the limit of the bond criterion, if its two lengths differ by at most
    /// this. In bohr.
    static let borderline = 0.1 / PhysicalConstants.bohrInAngstrom
    /// Maximum number of partial permutations that are tried. Beyond it two structures count as different; no molecule so far has
    /// come close to it.
    static let mostTrials = 200_000

    public init(tolerance: Double = Self.defaultTolerance) { self.tolerance = tolerance }

    /// The data for the comparison of one structure, prepared once.
    public struct Shape: Sendable {
        public let molecule: Molecule
        public let graph: StructureGraph
        let distances: [[Double]]
        /// For each atom its distances to the others: by the other's atomic number, each list in ascending order.
        let profiles: [[[Double]]]
        let kinds: [Int]

        public init(_ molecule: Molecule) {
            self.init(molecule, graph: StructureGraph(molecule))
        }

        init(_ molecule: Molecule, graph: StructureGraph) {
            self.molecule = molecule
            self.graph = graph
            let atoms = molecule.atoms
            let distances = atoms.map { a in atoms.map { distance(a.position, $0.position) } }
            self.distances = distances
            let kinds = Set(atoms.map(\.element.atomicNumber)).sorted()
            self.kinds = kinds
            profiles = atoms.indices.map { a in
                kinds.map { kind in
                    atoms.indices.filter { $0 != a && atoms[$0].element.atomicNumber == kind }.map { distances[a][$0] }.sorted()
                }
            }
        }
    }

    public func areSame(_ a: Molecule, _ b: Molecule) throws -> Bool { try areSame(Shape(a), Shape(b)) }

    /// If every atom is within the tolerance of its image, distances differ by at most twice the tolerance; so do distances of
    /// one atom to all atoms of an element, with each list sorted. Permutations that contradict this are skipped.
    ///
    /// - Throws: `LinearAlgebraError`.
    public func areSame(_ a: Shape, _ b: Shape) throws -> Bool {
        let (atoms, others) = (a.molecule.atoms, b.molecule.atoms)
        guard atoms.count == others.count, a.kinds == b.kinds,
            atoms.map(\.element.atomicNumber).sorted() == others.map(\.element.atomicNumber).sorted()
        else { return false }
        guard atoms.count > 1 else { return true }
        let candidates = atoms.indices.map { i in
            others.indices.filter { j in
                atoms[i].element == others[j].element
                    && zip(a.profiles[i], b.profiles[j]).allSatisfy { mine, theirs in
                        zip(mine, theirs).allSatisfy { abs($0 - $1) <= 2 * tolerance }
                    }
            }
        }
        guard candidates.allSatisfy({ !$0.isEmpty }) else { return false }
        let order = StructureGraph.connectedOrder(candidates.map(\.count), a.graph.neighbors)
        var image = [Int](repeating: -1, count: atoms.count)
        var used = [Bool](repeating: false, count: atoms.count)
        var trials = 0
        func fits(_ atom: Int, _ target: Int, before depth: Int) -> Bool {
            order[..<depth].allSatisfy { other in
                let difference = abs(a.distances[atom][other] - b.distances[target][image[other]])
                guard difference <= 2 * tolerance else { return false }
                let isBonded = a.graph.bonds.contains(.init(atom, other))
                return difference <= Self.borderline || isBonded == b.graph.bonds.contains(.init(target, image[other]))
            }
        }
        func extend(_ depth: Int) throws -> Bool {
            guard depth < order.count else { return try deviation(atoms, image.map { others[$0] }) <= tolerance }
            let atom = order[depth]
            let choices = candidates[atom].filter { !used[$0] }
            for target in choices where fits(atom, target, before: depth) {
                trials += 1
                guard trials <= Self.mostTrials else { return false }
                image[atom] = target
                used[target] = true
                if try extend(depth + 1) { return true }
                image[atom] = -1
                used[target] = false
            }
            return false
        }
        return try extend(0)
    }

    /// Largest distance of an atom from its image after alignment, for the better of the two mirror images; in bohr.
    private func deviation(_ atoms: [Atom], _ images: [Atom]) throws -> Double {
        let target = images.map(\.position)
        return try [1.0, -1].map { sign in
            let points = atoms.map { SIMD3($0.position.x, $0.position.y, sign * $0.position.z) }
            let alignment = try RigidAlignment(points, upon: target)
            return zip(points, target).reduce(0) { max($0, distance(alignment.place($1.0), $1.1)) }
        }.reduce(.infinity, min)
    }
}
