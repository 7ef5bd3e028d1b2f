/// How far a molecule has come apart: a group of atoms that was in touch with others and is no longer.
///
/// In touch are atoms within `BondGraph.contactTolerance`, about the sum of their van der Waals radii (less for hydrogen),
/// bonded or not, so that an ion that leaves its partner is found as well as a ligand that leaves its metal.
public struct Separation: Sendable, Equatable {
    /// What has moved off farther than this (in bohr, 10 Angstrom) has left.
    public static let partedGap = 10 / PhysicalConstants.bohrInAngstrom

    /// The group that is farthest from what it touched, in rising order; of two parts the smaller one.
    public let atoms: [Int]
    /// From there to the nearest atom that it was in touch with, directly or through others, in bohr.
    public let gap: Double
    /// The same at first.
    public let gapAtFirst: Double

    /// Nil where everything in touch at first is so at last. Both have the same atoms in the same order.
    ///
    /// Cost: the square of the number of atoms.
    public init?(from first: Molecule, to last: Molecule) {
        let groups = BondGraph.aggregates(of: last)
        let parts = BondGraph.aggregates(of: first).flatMap { whole in
            groups.compactMap { group -> Self? in
                let inside = group.filter(whole.contains)
                let outside = whole.filter { !group.contains($0) }
                return inside.isEmpty || outside.isEmpty
                    ? nil
                    : Self(
                        atoms: inside, gap: last.shortestDistance(inside, outside),
                        gapAtFirst: first.shortestDistance(inside, outside))
            }
        }
        guard let farthest = parts.max(by: { ($0.gap, -$0.atoms.count) < ($1.gap, -$1.atoms.count) }) else { return nil }
        self = farthest
    }

    private init(atoms: [Int], gap: Double, gapAtFirst: Double) {
        self.atoms = atoms
        self.gap = gap
        self.gapAtFirst = gapAtFirst
    }

    public var hasParted: Bool { gap > Self.partedGap }
}

extension Molecule {
    fileprivate func shortestDistance(_ some: [Int], _ others: [Int]) -> Double {
        some.flatMap { i in others.map { distance(atoms[i].position, atoms[$0].position) } }.min() ?? .infinity
    }
}
