import MolecularStructure

/// Bonds that are made and broken in a trajectory, by the rules of `BondGraph`.
///
/// A bond that vibrates across the limit is neither: a change counts only if it lasts.
public struct BondHistory: Sendable {
    public struct Event: Sendable, Equatable {
        /// Index of the first structure after the change.
        public let frame: Int
        public let bond: BondGraph.Bond
        public let isMade: Bool
    }

    /// In the order of time.
    public let events: [Event]
    /// Of the first structure.
    public let firstBonds: Set<BondGraph.Bond>
    /// After all events.
    public let lastBonds: Set<BondGraph.Bond>

    /// - Parameter persistence: number of successive structures for which a change must last.
    public init(_ trajectory: Trajectory, persistence: Int) {
        var current = Set<BondGraph.Bond>()
        var first = current
        // Changes that have not lasted long enough: their first structure.
        var pending: [BondGraph.Bond: Int] = [:]
        var events: [Event] = []
        for frame in trajectory.positions.indices {
            let bonds = Set(BondGraph(trajectory.molecule(frame)).bonds)
            if frame == 0 {
                (current, first) = (bonds, bonds)
                continue
            }
            let changed = bonds.symmetricDifference(current)
            pending = pending.filter { changed.contains($0.key) }
            for bond in changed.sorted() {
                let start = pending[bond] ?? frame
                pending[bond] = start
                guard frame - start + 1 >= persistence else { continue }
                pending[bond] = nil
                events.append(Event(frame: start, bond: bond, isMade: bonds.contains(bond)))
                if bonds.contains(bond) { current.insert(bond) } else { current.remove(bond) }
            }
        }
        self.events = events.sorted { ($0.frame, $0.bond) < ($1.frame, $1.bond) }
        (firstBonds, lastBonds) = (first, current)
    }
}
