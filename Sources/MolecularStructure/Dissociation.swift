/// The extent of a dissociation: a group of atoms that was in contact with others and no longer is, or that was near others and has moved
/// away from them.
///
/// Atoms are in contact within `BondGraph.contactTolerance`, about the sum of their van der Waals radii (less for hydrogen), bonded or not,
/// so that an ion leaving its counter-ion is detected as well as a ligand leaving its metal.
public struct Dissociation: Sendable, Equatable {
    /// Beyond this distance (in bohr, 10 Angstrom) a group has dissociated.
    public static let dissociatedGap = 10 / PhysicalConstants.bohrInAngstrom

    /// Beyond this gap (in bohr, 5 Angstrom) no forces keep parts together: if a search ends there, the molecule has dissociated, and no
    /// stationary point was found.
    public static let restGap = 5 / PhysicalConstants.bohrInAngstrom
    /// Groups that were not in contact at first have moved away if the gap has grown by this (in bohr, 1 Angstrom), to more than `restGap`.
    private static let growth = 1 / PhysicalConstants.bohrInAngstrom

    /// The group that is farthest from its former contacts, in ascending order; of two parts, the smaller one.
    public let atoms: [Int]
    /// Distance to the nearest atom with which it was in contact, directly or through others, in bohr.
    public let gap: Double
    /// The same in the first structure.
    public let gapAtFirst: Double

    /// Nil if all initial contacts remain, and nothing that was near has moved away. Both structures have the same atoms in the same order.
    ///
    /// Cost: the square of the number of atoms.
    public init?(from first: Molecule, to last: Molecule) {
        let groups = BondGraph.aggregates(of: last)
        let touching = BondGraph.aggregates(of: first)
        func part(_ group: [Int], of whole: [Int]) -> Self? {
            let inside = group.filter(whole.contains)
            let outside = whole.filter { !group.contains($0) }
            return inside.isEmpty || outside.isEmpty
                ? nil
                : Self(
                    atoms: inside, gap: last.shortestDistance(inside, outside),
                    gapAtFirst: first.shortestDistance(inside, outside))
        }
        var parts = touching.flatMap { whole in groups.compactMap { part($0, of: whole) } }
        parts += groups.compactMap { part($0, of: Array(first.atoms.indices)) }.filter {
            $0.gapAtFirst < Self.dissociatedGap && $0.gap > max(Self.restGap, $0.gapAtFirst + Self.growth)
        }
        guard let farthest = parts.max(by: { ($0.gap, -$0.atoms.count) < ($1.gap, -$1.atoms.count) }) else { return nil }
        self = farthest
    }

    private init(atoms: [Int], gap: Double, gapAtFirst: Double) {
        self.atoms = atoms
        self.gap = gap
        self.gapAtFirst = gapAtFirst
    }

    public var hasDissociated: Bool { gap > Self.dissociatedGap }

    /// Whether nothing keeps the parts together once the forces have vanished.
    public var hasDissociatedAtRest: Bool { gap > Self.restGap }
}

extension Molecule {
    fileprivate func shortestDistance(_ some: [Int], _ others: [Int]) -> Double {
        some.flatMap { i in others.map { distance(atoms[i].position, atoms[$0].position) } }.min() ?? .infinity
    }
}
