/// How far a molecule has dissociated: a group of atoms that was in touch with others and is no longer, or that was near others
/// and has moved away from them.
///
/// In touch are atoms within `BondGraph.contactTolerance`, about the sum of their van der Waals radii (less for hydrogen),
/// bonded or not, so that an ion that leaves its partner is found as well as a ligand that leaves its metal.
public struct Dissociation: Sendable, Equatable {
    /// What has moved off farther than this (in bohr, 10 Angstrom) has left.
    public static let dissociatedGap = 10 / PhysicalConstants.bohrInAngstrom

    /// No forces that hold parts together are left beyond this gap (in bohr, 5 Angstrom): where a search ends there, the parts
    /// have left each other, and no stationary point was found.
    public static let restGap = 5 / PhysicalConstants.bohrInAngstrom
    /// What was not in touch at first has moved away when the gap grew by this (in bohr, 1 Angstrom), to more than `restGap`.
    private static let growth = 1 / PhysicalConstants.bohrInAngstrom

    /// The group that is farthest from what it touched, in rising order; of two parts the smaller one.
    public let atoms: [Int]
    /// From there to the nearest atom that it was in touch with, directly or through others, in bohr.
    public let gap: Double
    /// The same at first.
    public let gapAtFirst: Double

    /// Nil where everything in touch at first is so at last, and nothing near at first has moved away. Both have the same atoms in the same order.
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

    /// Whether nothing holds the parts any more where forces have vanished.
    public var hasDissociatedAtRest: Bool { gap > Self.restGap }
}

extension Molecule {
    fileprivate func shortestDistance(_ some: [Int], _ others: [Int]) -> Double {
        some.flatMap { i in others.map { distance(atoms[i].position, atoms[$0].position) } }.min() ?? .infinity
    }
}
