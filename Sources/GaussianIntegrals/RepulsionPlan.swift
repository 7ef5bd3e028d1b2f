import GaussianBasis
import ParallelExecution

/// The unique quartets of shells of a basis that matter: for every pair of shells as bra, ranges of ket batches.
///
/// Pairs are sorted by class, depth of contraction and falling Schwarz bound; a run of batches alike in the first two
/// is a segment, in which a bra's kets end at the first batch whose bound is too small. A bra meets the kets up to its
/// own place in the list. Memory is linear in the pairs that overlap.
final class RepulsionPlan: @unchecked Sendable {
    let interaction: RepulsionOperator
    let list: ShellPairList
    let batches: KetBatchList
    /// Integrals whose Schwarz bound is below this are not computed.
    let threshold: Double
    /// Batches of one class and depth, with falling Schwarz bound.
    let segments: [Range<Int>]
    /// First vector of every batch in data that hold one vector for each product of functions, one pair a lane.
    let vectors: [Int]
    let vectorCount: Int
    /// Of every batch: the first functions of the eight shells C, then of the eight shells D. Lanes without a pair
    /// repeat lane 0.
    let columns: UnsafePointer<Int32>
    /// The same of the shells' indices.
    let shells: UnsafePointer<Int32>
    /// What the integrals of every batch are scaled with for c = d, one factor a lane; 0 in lanes without a pair.
    let factors: UnsafePointer<Lanes>

    /// Cost: the pairs that overlap, and one batch of integrals a pair for its Schwarz bound.
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

    /// The batches of a segment that a bra meets and whose bounds reach `threshold`. Cost: a binary search.
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

    /// Vectors that the integrals of a bra with all its kets take.
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

    /// Classes in the order in which pairs stand: a bra meets kets of its own class and of those before it.
    ///
    /// A primitive quartet costs (entries of the bra) x (Hermite Gaussians of the ket), so that of two classes the one with
    /// fewer entries for each of its Hermite Gaussians had better be the bra. The classes that go by tables come last, the
    /// largest at the end: as kets their coefficients, eight times as many numbers as a bra's, would not stay in the cache.
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

    /// Pairs of like depth share batches, so that few lanes are padded.
    private static func depth(_ primitives: Int) -> Int {
        [1, 2, 3, 4, 6, 8, 12, 16, 24, 36].firstIndex { primitives <= $0 } ?? 10
    }
}
