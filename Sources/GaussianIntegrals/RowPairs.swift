/// The rows of a shell pair's transformation in pairs, for table-driven kernels. Hermite Gaussians that occur in both rows are
/// loaded only once.
struct RowPairs {
    struct Step {
        let hermite: Int32
        let entryA: Int32
        let entryB: Int32
    }

    /// Two rows and their steps: the shared ones, followed by those of A alone and those of B alone.
    struct Group {
        let rowA: Int32
        /// Equal to `rowA`, without steps, if an odd row remains.
        let rowB: Int32
        let firstStep: Int32
        let sharedEnd: Int32
        let endOfA: Int32
        let endOfB: Int32
    }

    let groups: [Group]
    let steps: [Step]

    /// `rows[r]` lists the Hermite Gaussians of row r in the order of its entries. Entries are numbered consecutively over all
    /// rows.
    init(rows: [[Int32]]) {
        var first = [0]
        for row in rows { first.append((first.last ?? 0) + row.count) }
        let places = rows.indices.map { r in
            Dictionary(uniqueKeysWithValues: rows[r].enumerated().map { ($1, Int32(first[r] + $0)) })
        }
        var left = Array(rows.indices).sorted { (-rows[$0].count, $0) < (-rows[$1].count, $1) }
        var groups: [Group] = []
        var steps: [Step] = []
        while !left.isEmpty {
            let a = left.removeFirst()
            func difference(_ r: Int) -> Int { Set(rows[a]).symmetricDifference(rows[r]).count }
            let partner = left.min { (difference($0), $0) < (difference($1), $1) }
            left.removeAll { $0 == partner }
            let start = steps.count
            let b = partner ?? a
            let inB = partner == nil ? [:] : places[b]
            for h in rows[a] {
                if let entry = inB[h] { steps.append(Step(hermite: h, entryA: places[a][h] ?? 0, entryB: entry)) }
            }
            let sharedEnd = steps.count
            for h in rows[a] where inB[h] == nil {
                steps.append(Step(hermite: h, entryA: places[a][h] ?? 0, entryB: 0))
            }
            let endOfA = steps.count
            if partner != nil {
                for h in rows[b] where places[a][h] == nil {
                    steps.append(Step(hermite: h, entryA: 0, entryB: inB[h] ?? 0))
                }
            }
            groups.append(
                Group(
                    rowA: Int32(a), rowB: Int32(b), firstStep: Int32(start), sharedEnd: Int32(sharedEnd),
                    endOfA: Int32(endOfA), endOfB: Int32(steps.count)))
        }
        self.groups = groups
        self.steps = steps
    }
}
