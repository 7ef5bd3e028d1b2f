import MolecularStructure

/// Starting structures for a search for isomers, in order of priority.
///
/// They are built for the start and for the graphs reached by up to `depth` changes of bonds (`GraphMoves`): usual graphs before
/// unusual ones, near ones before far ones, and one structure per graph before further conformers and exchanges of two ligands at
/// a centre. The start comes first if it is a single structure; several molecules are combined without contacts. The same input
/// gives the same list.
public struct IsomerProposals: Sendable {
    public struct Settings: Sendable, Equatable, Codable {
        /// Maximum number of changes of bonds from the start; nil: three, or one more than the number of molecules if that is
        /// larger.
        public var depth: Int?
        /// Maximum number of structures.
        public var limit = 200
        /// Maximum number of structures per graph.
        public var conformers = 2
        /// Seed of the random arrangements.
        public var seed = 1

        public init() {}

        enum CodingKeys: String, CodingKey { case depth, limit, conformers, seed }
    }

    /// A starting structure.
    public struct Proposal: Sendable {
        public let molecule: Molecule
        /// Its bonds in words.
        public let words: String
        /// The changes that lead to it from the start.
        public let changes: [String]
        /// How unusual its bonds are; 0 for nothing unusual.
        public let oddity: Double
    }

    public let proposals: [Proposal]
    /// Number of graphs that were reached, and of those among them for which no structure could be built.
    public let graphCount: Int
    public let unbuiltCount: Int
    /// Whether graphs were omitted because too many were reached.
    public let isTruncated: Bool

    /// Maximum number of graphs that are processed at every depth.
    static let beam = 300
    /// Number of arrangements from which structures of a graph are built.
    static let trials = 15
    /// Penalty in rank for each further structure of a graph.
    static let conformerRank = 0.75
    /// Two conformers are different if an atom is farther than this from its image; in bohr.
    static let conformerTolerance = 0.6 / PhysicalConstants.bohrInAngstrom

    private struct Node {
        let graph: StructureGraph
        let changes: [String]
        let oddity: Double
        let key: UInt64

        /// Usual graphs before unusual ones, near graphs before far ones.
        var rank: Double { oddity + 0.25 * Double(changes.count) }
        var order: (Double, Int, UInt64) { (rank, changes.count, key) }
    }

    /// - Parameters:
    ///   - molecules: the start; several molecules are placed beside each other.
    ///   - checkCancellation: called before every graph; throws if the caller asks to stop.
    /// - Throws: `LinearAlgebraError`, and the errors of `checkCancellation`.
    public init(_ molecules: [Molecule], settings: Settings = Settings(), checkCancellation: () throws -> Void = {}) throws {
        let start = Self.sideBySide(molecules)
        let first = StructureGraph(start)
        let depth = settings.depth ?? max(3, first.pieces.count + 1)
        var (nodes, isTruncated) = try Self.nodes(from: first, depth: depth, checkCancellation)
        graphCount = nodes.count
        var collection = Collection()
        var unbuilt = 0
        let isGiven = molecules.count == 1
        // The first structure of each graph, in which ligands are exchanged.
        var firstOfNode: [Int: Molecule] = [:]
        for task in Self.tasks(nodes, isGiven: isGiven) {
            // Remaining candidates rank no better than this.
            guard collection.count(upTo: task.rank) < settings.limit else {
                isTruncated = true
                break
            }
            try checkCancellation()
            let node = nodes[task.node]
            if task.exchangesLigands {
                guard let molecule = firstOfNode[task.node] else { continue }
                for other in LigandExchange(molecule, node.graph).structures {
                    let builder = StructureBuilder(node.graph, reference: other, bonds: node.graph)
                    guard let found = builder.fromReference() else { continue }
                    try collection.add(found.molecule, node, ["two ligands exchanged"], rank: task.rank)
                }
                continue
            }
            var built = task.node == 0 && isGiven ? [start] : []
            let wanted = settings.conformers - built.count
            if wanted > 0 {
                var generator = SeededGenerator(seed: node.key ^ UInt64(bitPattern: Int64(settings.seed)))
                built += try StructureBuilder(node.graph, reference: start, bonds: first).structures(
                    trials: Self.trials, count: wanted,
                    comparison: StructureComparison(tolerance: Self.conformerTolerance), generator: &generator
                ).map(\.molecule)
            }
            if built.isEmpty { unbuilt += 1 }
            firstOfNode[task.node] = built.first
            for (number, molecule) in built.enumerated() {
                try collection.add(
                    molecule, node, number == 0 ? [] : ["another conformer"],
                    rank: task.rank + Double(number) * Self.conformerRank)
            }
        }
        self.isTruncated = isTruncated || collection.count(upTo: .infinity) > settings.limit
        unbuiltCount = unbuilt
        proposals = collection.sorted(settings.limit)
    }

    /// Proposals to be built from a graph.
    private struct Task {
        let rank: Double
        let node: Int
        /// Whether ligands are exchanged, which does not change the graph, instead of arranging the parts anew.
        let exchangesLigands: Bool
    }

    /// By rank. Ligands of a given structure are exchanged early.
    private static func tasks(_ nodes: [Node], isGiven: Bool) -> [Task] {
        let all = nodes.enumerated().flatMap { index, node in
            let delay = index == 0 && isGiven ? 0.25 : 2 * conformerRank
            return [
                Task(rank: node.rank, node: index, exchangesLigands: false),
                Task(rank: node.rank + delay, node: index, exchangesLigands: true),
            ]
        }
        return all.enumerated().sorted { ($0.element.rank, $0.offset) < ($1.element.rank, $1.offset) }.map(\.element)
    }

    /// Graphs that are not isomorphic: the start first, the others by rank.
    private static func nodes(
        from start: StructureGraph, depth: Int, _ checkCancellation: () throws -> Void
    ) rethrows -> (nodes: [Node], isTruncated: Bool) {
        let first = Node(graph: start, changes: [], oddity: start.oddity(comparedWith: start), key: start.key)
        var known = [first.key: [start]]
        var all: [Node] = []
        var front = [first]
        var isTruncated = false
        for _ in 0..<max(depth, 0) {
            var next: [Node] = []
            for node in front {
                try checkCancellation()
                for neighbor in GraphMoves(node.graph).all {
                    let key = neighbor.graph.key
                    if known[key]?.contains(where: { $0.isIsomorphic(to: neighbor.graph) }) == true { continue }
                    known[key, default: []].append(neighbor.graph)
                    next.append(
                        Node(
                            graph: neighbor.graph, changes: node.changes + [neighbor.words],
                            oddity: neighbor.graph.oddity(comparedWith: start), key: key))
                }
            }
            next.sort { $0.order < $1.order }
            if next.count > beam { isTruncated = true }
            front = Array(next.prefix(beam))
            all += front
        }
        return ([first] + all.sorted { $0.order < $1.order }, isTruncated)
    }

    /// Distance of molecules that are placed beside each other, in bohr: more than the longest bond (1.25 times the sum of the
    /// covalent radii of Cs and I is 8.6).
    private static let gap = 9.5

    /// Several molecules combined into one, too far apart for bonds between them.
    private static func sideBySide(_ molecules: [Molecule]) -> Molecule {
        var atoms: [Atom] = []
        var edge = 0.0
        for molecule in molecules {
            let left = molecule.atoms.map(\.position.x).min() ?? 0
            let shift = atoms.isEmpty ? SIMD3<Double>.zero : SIMD3(edge - left + gap, 0, 0)
            atoms += molecule.atoms.map { Atom(element: $0.element, positionInBohr: $0.position + shift) }
            edge = atoms.map(\.position.x).max() ?? 0
        }
        return Molecule(atoms: atoms)
    }

    /// Proposals without duplicates.
    private struct Collection {
        private var ranked: [(rank: Double, proposal: Proposal)] = []
        private var shapes: [UInt64: [StructureComparison.Shape]] = [:]
        private let comparison = StructureComparison()

        func count(upTo rank: Double) -> Int { ranked.count { $0.rank <= rank } }

        /// The best proposals; those of equal rank are in their order of creation.
        func sorted(_ limit: Int) -> [Proposal] {
            let order = ranked.indices.sorted { (ranked[$0].rank, $0) < (ranked[$1].rank, $1) }
            return order.prefix(max(limit, 0)).map { ranked[$0].proposal }
        }

        mutating func add(_ molecule: Molecule, _ node: Node, _ changes: [String], rank: Double) throws {
            let shape = StructureComparison.Shape(molecule)
            guard try !(shapes[node.key] ?? []).contains(where: { try comparison.areSame($0, shape) }) else { return }
            shapes[node.key, default: []].append(shape)
            ranked.append(
                (
                    rank,
                    Proposal(
                        molecule: molecule, words: IsomerDescription(molecule, shape.graph).description,
                        changes: node.changes + changes, oddity: node.oddity)
                ))
        }
    }
}

/// Structures in which two different ligands at a centre have been exchanged.
struct LigandExchange {
    let structures: [Molecule]

    init(_ molecule: Molecule, _ graph: StructureGraph) {
        let roles = AtomRoles(graph)
        let classes = graph.atomClasses
        var result: [Molecule] = []
        for center in roles.centers where roles.neighbors[center].count >= 4 {
            // The atoms that move with the bond.
            let parts = roles.neighbors[center].compactMap { donor -> (donor: Int, atoms: [Int])? in
                var cut = graph
                cut.bonds.remove(.init(donor, center))
                guard let part = cut.pieces.first(where: { $0.contains(donor) }), !part.contains(center) else { return nil }
                return (donor, part)
            }
            for (index, a) in parts.enumerated() {
                for b in parts[..<index] where classes[a.donor] != classes[b.donor] {
                    result.append(Self.exchanged(molecule, center, a, b))
                }
            }
        }
        structures = result
    }

    private static func exchanged(
        _ molecule: Molecule, _ center: Int, _ a: (donor: Int, atoms: [Int]), _ b: (donor: Int, atoms: [Int])
    ) -> Molecule {
        var x = molecule.atoms.map(\.position)
        let origin = x[center]
        let (p, q) = ((x[a.donor] - origin).direction, (x[b.donor] - origin).direction)
        // The rotation by 180 degrees about the bisector exchanges the two directions.
        let axis = (p + q).length > 1e-6 ? (p + q).direction : p.cross(abs(p.x) < 0.9 ? SIMD3(1, 0, 0) : SIMD3(0, 1, 0)).direction
        for atom in a.atoms + b.atoms {
            let r = x[atom] - origin
            x[atom] = origin + 2 * axis.dot(r) * axis - r
        }
        return Molecule(atoms: zip(molecule.atoms, x).map { Atom(element: $0.element, positionInBohr: $1) })
    }
}
