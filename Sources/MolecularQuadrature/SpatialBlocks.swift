import ParallelExecution

/// An order of points in which consecutive blocks of a given size are compact in space.
///
/// The set is bisected repeatedly across its longest extent, at a multiple of the block size, so that all blocks but one are full. Ties are
/// broken by the index: the order depends only on the points. Cost: O(n log n); memory: 36 bytes per point.
struct SpatialBlocks: Sendable {
    /// Element k is the index of the point that comes k-th.
    let order: [Int32]
    let blockSize: Int

    init(x: [Double], y: [Double], z: [Double], blockSize: Int, pool: WorkerPool) {
        self.blockSize = blockSize
        let records = AlignedDoubles(count: Sorter.stride * x.count)
        for k in x.indices {
            let record = records.base + Sorter.stride * k
            record[0] = x[k]
            record[1] = y[k]
            record[2] = z[k]
            record[3] = Double(k)
        }
        Sorter(records: records.base, blockSize: blockSize).sort(count: x.count, pool: pool)
        order = x.indices.map { Int32(records.base[Sorter.stride * $0 + 3]) }
    }
}

/// Works on records of the three coordinates and the index of a point, which are moved together: every pass reads memory in order.
private struct Sorter: @unchecked Sendable {
    /// Numbers of a record.
    static let stride = 4

    let records: UnsafeMutablePointer<Double>
    let blockSize: Int

    func sort(count: Int, pool: WorkerPool) {
        // The first few levels one after the other, then the branches in parallel.
        var branches = [0..<count]
        while branches.count < 8 * pool.threads, branches.contains(where: { $0.count > 32 * blockSize }) {
            branches = branches.flatMap { range -> [Range<Int>] in
                guard let middle = split(range) else { return [range] }
                return [range.lowerBound..<middle, middle..<range.upperBound]
            }
        }
        let pieces = branches
        pool.forEach(pieces.count) { piece, _ in sortBranch(pieces[piece]) }
    }

    private func sortBranch(_ range: Range<Int>) {
        guard let middle = split(range) else { return }
        sortBranch(range.lowerBound..<middle)
        sortBranch(middle..<range.upperBound)
    }

    /// Puts the smaller half of the points first; nil when the range is one block.
    private func split(_ range: Range<Int>) -> Int? {
        guard range.count > blockSize else { return nil }
        var (lowX, lowY, lowZ) = (Double.infinity, Double.infinity, Double.infinity)
        var (highX, highY, highZ) = (-lowX, -lowY, -lowZ)
        for k in range {
            let record = records + Self.stride * k
            let (x, y, z) = (record[0], record[1], record[2])
            lowX = x < lowX ? x : lowX
            lowY = y < lowY ? y : lowY
            lowZ = z < lowZ ? z : lowZ
            highX = x > highX ? x : highX
            highY = y > highY ? y : highY
            highZ = z > highZ ? z : highZ
        }
        let (dx, dy, dz) = (highX - lowX, highY - lowY, highZ - lowZ)
        let axis = dx >= dy && dx >= dz ? 0 : (dy >= dz ? 1 : 2)
        let blocks = (range.count + blockSize - 1) / blockSize
        let middle = range.lowerBound + (blocks + 1) / 2 * blockSize
        select(axis, range.lowerBound, range.upperBound - 1, middle)
        return middle
    }

    /// The sort keys of records: a coordinate, then the index.
    private struct Key {
        let coordinate, index: Double

        @inline(__always)
        func precedes(_ other: Key) -> Bool {
            coordinate < other.coordinate || (coordinate == other.coordinate && index < other.index)
        }
    }

    /// Hoare's selection: afterwards the records before `middle` precede those from it on.
    private func select(_ axis: Int, _ first: Int, _ last: Int, _ middle: Int) {
        let moved = UnsafeMutableRawPointer(records).assumingMemoryBound(to: SIMD4<Double>.self)
        func key(_ k: Int) -> Key { Key(coordinate: records[Self.stride * k + axis], index: records[Self.stride * k + 3]) }
        var low = first
        var high = last
        while low < high {
            let (a, b, c) = (key(low), key(low + (high - low) / 2), key(high))
            // Median of three.
            let pivot =
                a.precedes(b) ? (b.precedes(c) ? b : (a.precedes(c) ? c : a)) : (a.precedes(c) ? a : (b.precedes(c) ? c : b))
            var i = low
            var j = high
            while i <= j {
                while key(i).precedes(pivot) { i += 1 }
                while pivot.precedes(key(j)) { j -= 1 }
                if i <= j {
                    let held = moved[i]
                    moved[i] = moved[j]
                    moved[j] = held
                    i += 1
                    j -= 1
                }
            }
            if middle <= j { high = j } else if middle >= i { low = i } else { return }
        }
    }
}
