import GaussianBasis
import ParallelExecution

/// The significant unique quartets of shells of a basis: for every pair of shells as bra, ranges of ket batches.
///
/// Pairs are sorted by class, depth of contraction and descending Schwarz bound. A run of batches with the same class and depth
/// is a segment; the kets of a bra end at the first batch of a segment with a negligible bound. A bra is combined with the kets
/// up to its own position in the list. The required memory is linear in the number of overlapping pairs.
final class RepulsionPlan: @unchecked Sendable {
    let interaction: RepulsionOperator
    let list: ShellPairList
    let batches: KetBatchList
    /// Integrals with a Schwarz bound below this are not computed.
    let threshold: Double
    /// Batches of one class and depth, in descending order of the Schwarz bound.
    let segments: [Range<Int>]
    /// Index of the first vector of every batch, in arrays with one vector per product of functions and one pair per lane.
    let vectors: [Int]
    let vectorCount: Int
    /// For every batch: the first functions of the eight shells C, followed by those of the eight shells D. Empty lanes repeat
    /// lane 0.
    let columns: UnsafePointer<Int32>
    /// The corresponding shell indices.
    let shells: UnsafePointer<Int32>
    /// Scaling factors of the integrals of every batch for c = d, one per lane; 0 in empty lanes.
    let factors: UnsafePointer<Lanes>

    /// Cost: proportional to the overlapping pairs, with one batch of integrals per pair for its Schwarz bound.
    init(basis: AtomicOrbitalBasis, interaction: RepulsionOperator = .coulomb, pool: WorkerPool, threshold: Double) {
        self.interaction = interaction
        self.threshold = threshold
        let list = ShellPairList(basis: basis)
        self.list = list
        list.sortPairs(by: { $0.classIndex < $1.classIndex }, keeping: { _ in true })
        list.setBounds(SchwarzBounds.bounds(of: list, interaction: interaction, pool: pool))
        let largest = list.pairs.map(\.bound).max() ?? 0
        let classOrder = Self.ranks(of: list.classes)
        func key(_ pair: ShellPair) -> (Int, Int) { (classOrder[pair.classIndex], Self.depth(pair.primitiveCount)) }
        list.sortPairs(
            by: { a, b in
                let (ka, kb) = (key(a), key(b))
                if ka != kb { return ka < kb }
                if a.bound != b.bound { return a.bound > b.bound }
                return (a.shellA, a.shellB) < (b.shellA, b.shellB)
            },
            keeping: { $0.bound * largest >= threshold })
        let batches = KetBatchList(list, areAlike: { key($0) == key($1) })
        self.batches = batches

        let columns = UnsafeMutablePointer<Int32>.allocate(capacity: max(1, 16 * batches.batches.count))
        let shells = UnsafeMutablePointer<Int32>.allocate(capacity: max(1, 16 * batches.batches.count))
        let factors = UnsafeMutablePointer<Lanes>.allocateAligned(capacity: max(1, batches.batches.count))
        var segments: [Range<Int>] = []
        var vectors: [Int] = []
        var total = 0
        var start = 0
        for (index, batch) in batches.batches.enumerated() {
            vectors.append(total)
            total += list.classes[batch.classIndex].productCount
            for lane in 0..<8 {
                let pair = list.pairs[batch.firstPair + (lane < batch.laneCount ? lane : 0)]
                columns[16 * index + lane] = Int32(pair.firstA)
                columns[16 * index + 8 + lane] = Int32(pair.firstB)
                shells[16 * index + lane] = Int32(pair.shellA)
                shells[16 * index + 8 + lane] = Int32(pair.shellB)
                factors[index][lane] = lane >= batch.laneCount ? 0 : pair.shellA == pair.shellB ? 0.5 : 1
            }
            let next = index + 1
            let isLast = next == batches.batches.count
            if isLast || key(list.pairs[batch.firstPair]) != key(list.pairs[batches.batches[next].firstPair]) {
                segments.append(start..<next)
                start = next
            }
        }
        self.columns = UnsafePointer(columns)
        self.shells = UnsafePointer(shells)
        self.factors = UnsafePointer(factors)
        self.segments = segments
        self.vectors = vectors
        vectorCount = total
    }

    deinit {
        columns.deallocate()
        shells.deallocate()
        factors.deallocate()
    }

    /// The batches of a segment that are combined with a bra and have bounds of at least `threshold`. Cost: a binary search.
    func kets(of bra: Int, in segment: Range<Int>, threshold: Double) -> Range<Int> {
        let bound = list.pairs[bra].bound
        var low = segment.lowerBound
        var high = max(low, min(segment.upperBound, batches.batchOfPair[bra] + 1))
        while low < high {
            let middle = (low + high) / 2
            if bound * batches.batches[middle].bound < threshold { high = middle } else { low = middle + 1 }
        }
        return segment.lowerBound..<low
    }

    /// Number of vectors required for the integrals of a bra with all its kets.
    func integralVectorCount(of bra: Int) -> Int {
        let products = list.classes[list.pairs[bra].classIndex].productCount
        return segments.reduce(0) { sum, segment in
            let count = kets(of: bra, in: segment, threshold: threshold).count
            return sum + count * products * list.classes[batches.batches[segment.lowerBound].classIndex].productCount
        }
    }

    /// Memory of the pairs, their primitives and their batches.
    var byteCount: Int {
        var doubles = 0
        for pair in list.pairs { doubles += pair.primitiveCount * (5 + list.classes[pair.classIndex].entryCount) }
        var lanes = 0
        for batch in batches.batches {
            lanes += batch.primitiveCount * (KetBatchList.headerCount + list.classes[batch.classIndex].entryCount)
        }
        return doubles * MemoryLayout<Double>.stride + lanes * MemoryLayout<Lanes>.stride
            + list.pairs.count * (MemoryLayout<ShellPair>.stride + 8)
            + batches.batches.count * (MemoryLayout<KetBatch>.stride + 8 + 128 + MemoryLayout<Lanes>.stride)
    }

    var largestProductCount: Int { list.classes.map(\.productCount).max() ?? 1 }
    var largestHermiteCount: Int { list.classes.map(\.hermiteCount).max() ?? 1 }

    /// Classes in the order of their pairs: a bra is combined with kets of its own class and of preceding ones.
    ///
    /// The cost of a primitive quartet is (entries of the bra) x (Hermite Gaussians of the ket). Of two classes, the one with
    /// fewer entries per Hermite Gaussian should therefore be the bra. Classes with table-driven kernels come last, in ascending
    /// order of size: as kets, their coefficients, which need eight times the memory of a bra's, would not fit in the cache.
    private static func ranks(of classes: [ShellPairClass]) -> [Int] {
        func key(_ k: Int) -> (Int, Double, Int) {
            let (pair, entries) = (classes[k], Double(classes[k].entryCount))
            return pair.straightLine == nil ? (1, entries, k) : (0, -entries / Double(pair.hermiteCount), k)
        }
        let order = classes.indices.sorted { key($0) < key($1) }
        var rank = [Int](repeating: 0, count: classes.count)
        for (position, index) in order.enumerated() { rank[index] = position }
        return rank
    }

    /// Pairs of similar depth share batches, which minimises padding of lanes.
    private static func depth(_ primitives: Int) -> Int {
        [1, 2, 3, 4, 6, 8, 12, 16, 24, 36].firstIndex { primitives <= $0 } ?? 10
    }
}
