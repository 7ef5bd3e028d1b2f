/// Rows of a pair's transformation that are computed together because they use the same Hermite Gaussians. Each loaded value is
/// then used for several rows.
enum RowGroups {
    /// Groups of at most `largest` rows; each row is in exactly one group.
    static func make(_ shape: PairShape, largest: Int) -> [[Int]] {
        let sets = shape.rows.map { Set($0.map(\.hermite)) }
        var left = Set(sets.indices)
        var result: [[Int]] = []
        while let seed = left.min(by: { (-sets[$0].count, $0) < (-sets[$1].count, $1) }) {
            left.remove(seed)
            var group = [seed]
            var union = sets[seed]
            while group.count < largest, !left.isEmpty {
                // The number of shared loads minus the number of additional loads.
                func gain(_ row: Int) -> Int { 2 * sets[row].intersection(union).count - sets[row].count }
                guard let best = left.min(by: { (-gain($0), $0) < (-gain($1), $1) }), gain(best) >= 0 else { break }
                left.remove(best)
                group.append(best)
                union.formUnion(sets[best])
            }
            result.append(group.sorted())
        }
        return result
    }

    /// For each Hermite Gaussian of the group, in order, the rows that contain it and the indices of their coefficients.
    static func steps(_ shape: PairShape, _ group: [Int]) -> [(hermite: Hermite, uses: [(row: Int, place: Int)])] {
        var uses: [Hermite: [(row: Int, place: Int)]] = [:]
        for row in group {
            for entry in shape.rows[row] { uses[entry.hermite, default: []].append((row, entry.place)) }
        }
        return uses.keys.sorted().map { ($0, uses[$0] ?? []) }
    }
}
