import ParallelExecution

/// An order of points in which consecutive blocks of a given size are compact in space.
///
/// The set is halved again and again across its longest extent, at a multiple of the block size, so that all blocks but
/// one are full. Ties are broken by the index: the order depends on the points alone.
/// Cost: O(n log n).
struct SpatialBlocks: Sendable {
    /// Element k is the index of the point that comes k-th.
    let order: [Int32]
    let blockSize: Int

    init(x: [Double], y: [Double], z: [Double], blockSize: Int, pool: WorkerPool) {
        self.blockSize = blockSize
        var order = (0..<Int32(x.count)).map { $0 }
        x.withUnsafeBufferPointer { x in
            y.withUnsafeBufferPointer { y in
                z.withUnsafeBufferPointer { z in
                    order.withUnsafeMutableBufferPointer { order in
                        let sorter = Sorter(
                            x: x.baseAddress, y: y.baseAddress, z: z.baseAddress, order: order.baseAddress,
                            blockSize: blockSize)
                        sorter.sort(count: x.count, pool: pool)
                    }
                }
            }
        }
        self.order = order
    }
}

private struct Sorter: @unchecked Sendable {
    let x, y, z: UnsafePointer<Double>?
    let order: UnsafeMutablePointer<Int32>?
    let blockSize: Int

    func sort(count: Int, pool: WorkerPool) {
        // A few levels one after the other, then the branches side by side.
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
        guard range.count > blockSize, let x, let y, let z, let order else { return nil }
        var low = SIMD3(repeating: Double.infinity)
        var high = -low
        for k in range {
            let i = Int(order[k])
            let p = SIMD3(x[i], y[i], z[i])
            low.replace(with: p, where: p .< low)
            high.replace(with: p, where: p .> high)
        }
        let extent = high - low
        let key = extent.x >= extent.y && extent.x >= extent.z ? x : (extent.y >= extent.z ? y : z)
        let blocks = (range.count + blockSize - 1) / blockSize
        let middle = range.lowerBound + (blocks + 1) / 2 * blockSize
        select(order, key, range.lowerBound, range.upperBound - 1, middle)
        return middle
    }

    /// Hoare's selection: afterwards the elements before `middle` precede those from it on.
    private func select(
        _ order: UnsafeMutablePointer<Int32>, _ key: UnsafePointer<Double>, _ first: Int, _ last: Int, _ middle: Int
    ) {
        func precedes(_ a: Int32, _ b: Int32) -> Bool {
            let (p, q) = (key[Int(a)], key[Int(b)])
            return p < q || (p == q && a < b)
        }
        var low = first
        var high = last
        while low < high {
            let (a, b, c) = (order[low], order[low + (high - low) / 2], order[high])
            // Median of three.
            let pivot =
                precedes(a, b) ? (precedes(b, c) ? b : (precedes(a, c) ? c : a)) : (precedes(a, c) ? a : (precedes(b, c) ? c : b))
            var i = low
            var j = high
            while i <= j {
                while precedes(order[i], pivot) { i += 1 }
                while precedes(pivot, order[j]) { j -= 1 }
                if i <= j {
                    let held = order[i]
                    order[i] = order[j]
                    order[j] = held
                    i += 1
                    j -= 1
                }
            }
            if middle <= j { high = j } else if middle >= i { low = i } else { return }
        }
    }
}
