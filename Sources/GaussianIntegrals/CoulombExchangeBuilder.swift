import CVectorShims
import Foundation
import GaussianBasis
import LinearAlgebra
import ParallelExecution

/// Coulomb and exchange matrices of any number of densities from exact repulsion integrals.
///
/// Integrals that fit in the memory limit are computed once and kept; the others are computed again at every call,
/// with the density in the screening. The work is cut into groups that depend on the input only and that are summed
/// in fixed order: the same bits come out for any number of threads.
public final class CoulombExchangeBuilder: @unchecked Sendable {
    public let basis: AtomicOrbitalBasis
    /// Integrals whose Schwarz bound is below this are not computed.
    public let threshold: Double
    private let pool: WorkerPool
    private let list: ShellPairList
    private let batches: KetBatchList
    private let segments: [Segment]
    private let groups: [[Int]]
    /// Place of a bra's integrals in the store; negative where they are recomputed.
    private let storePlace: [Int]
    private let store: IntegralStore?
    private var isStoreFilled = false
    private let largestShell: Int

    /// Batches of one class and depth, with falling Schwarz bound.
    private struct Segment {
        let batches: Range<Int>
    }

    /// How many of the surviving integrals are kept in memory.
    public struct Storage: Sendable {
        public let storedBytes: Int
        public let neededBytes: Int
        public var description: String {
            if storedBytes == neededBytes { return "in memory" }
            return storedBytes == 0 ? "direct" : "partly in memory"
        }
    }
    public let storage: Storage

    /// Cost: the Schwarz bounds of all pairs, and a plan of what is stored.
    /// - Parameter memoryLimitInBytes: bound on the memory for stored integrals; 0 recomputes everything (direct).
    public init(basis: AtomicOrbitalBasis, pool: WorkerPool, memoryLimitInBytes: Int, threshold: Double = 1e-12) {
        self.basis = basis
        self.pool = pool
        self.threshold = threshold
        let list = ShellPairList(basis: basis)
        self.list = list
        largestShell = basis.shells.map(\.functionCount).max() ?? 1
        list.sortPairs(by: { $0.classIndex < $1.classIndex }, keeping: { _ in true })
        list.setBounds(Self.schwarzBounds(list, pool: pool, largestShell: largestShell))
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
        // A batch must not straddle segments: the search for batches above the threshold stops at the first below it.
        let batches = KetBatchList(list, areAlike: { key($0) == key($1) })
        self.batches = batches

        var segments: [Segment] = []
        var start = 0
        for index in batches.batches.indices {
            let next = index + 1
            let isLast = next == batches.batches.count
            if isLast || key(list.pairs[batches.batches[index].firstPair]) != key(list.pairs[batches.batches[next].firstPair]) {
                segments.append(Segment(batches: start..<next))
                start = next
            }
        }
        self.segments = segments

        let groupCount = basis.functionCount <= 400 ? 16 : 8
        var groups = [[Int]](repeating: [], count: groupCount)
        for pair in list.pairs.indices { groups[pair % groupCount].append(pair) }
        self.groups = groups

        // The most expensive bras (in time for a stored byte) are the ones whose depth is greatest: these stand last.
        var place = [Int](repeating: -1, count: list.pairs.count)
        var used = 0
        var needed = 0
        let limit = memoryLimitInBytes / MemoryLayout<Lanes>.stride
        let order = list.pairs.indices.sorted {
            (list.pairs[$0].primitiveCount, $0) > (list.pairs[$1].primitiveCount, $1)
        }
        for bra in order {
            let count = Self.vectorCount(ofBra: bra, list: list, batches: batches, segments: segments, threshold: threshold)
            needed += count
            if used + count <= limit {
                place[bra] = used
                used += count
            }
        }
        let store = used > 0 ? IntegralStore(vectorCount: used) : nil
        self.store = store
        storePlace = store == nil ? [Int](repeating: -1, count: list.pairs.count) : place
        storage = Storage(
            storedBytes: store == nil ? 0 : used * MemoryLayout<Lanes>.stride,
            neededBytes: needed * MemoryLayout<Lanes>.stride)
    }

    /// Coulomb matrices J_mn = sum (mn|ls) D_ls of `coulomb` and exchange matrices K_mn = sum (ml|ns) D_ls of
    /// `exchange`; all densities symmetric, in the order given.
    public func build(coulomb: [Matrix], exchange: [Matrix]) -> (coulomb: [Matrix], exchange: [Matrix]) {
        let n = basis.functionCount
        let matrixCount = coulomb.count + exchange.count
        let densities = UnsafeMutablePointer<Double>.allocate(capacity: max(1, matrixCount * n * n))
        let sums = UnsafeMutablePointer<Double>.allocate(capacity: max(1, groups.count * matrixCount * n * n))
        defer {
            densities.deallocate()
            sums.deallocate()
        }
        for (k, density) in (coulomb + exchange).enumerated() {
            (densities + k * n * n).initialize(from: density.elements, count: n * n)
        }
        let work = DigestionWork(
            densities: densities, sums: sums, size: n, coulombCount: coulomb.count, exchangeCount: exchange.count,
            shellMaxima: shellMaxima(coulomb: coulomb, exchange: exchange))
        let scratch = (0..<pool.threads).map { _ in WorkerScratch(list: list, largestShell: largestShell) }
        let fill = !isStoreFilled
        pool.forEach(groups.count) { group, worker in
            (work.sums + group * matrixCount * n * n).initialize(repeating: 0, count: matrixCount * n * n)
            for bra in groups[group] { process(bra, group: group, work: work, scratch: scratch[worker], fill: fill) }
        }
        isStoreFilled = true
        for item in scratch { item.deallocate() }
        var results: [Matrix] = []
        for k in 0..<matrixCount {
            var half = Matrix(rows: n, columns: n)
            for group in groups.indices {
                let from = sums + (group * matrixCount + k) * n * n
                for i in 0..<(n * n) { half.elements[i] += from[i] }
            }
            results.append(half + half.transposed())
        }
        return (Array(results.prefix(coulomb.count)), Array(results.suffix(exchange.count)))
    }

    private struct DigestionWork: @unchecked Sendable {
        let densities: UnsafeMutablePointer<Double>
        let sums: UnsafeMutablePointer<Double>
        let size: Int
        let coulombCount: Int
        let exchangeCount: Int
        /// Largest |D| of each block of shells, over all densities that need it.
        let shellMaxima: ShellMaxima
    }

    private struct ShellMaxima {
        let coulomb: [Double]
        let exchange: [Double]
        let largest: Double
    }

    /// What one thread needs.
    private struct WorkerScratch: @unchecked Sendable {
        let kernel: RepulsionKernel
        let digestion: CoulombExchangeDigestion
        let integrals: UnsafeMutablePointer<Lanes>

        init(list: ShellPairList, largestShell: Int) {
            let products = list.classes.map(\.productCount).max() ?? 1
            kernel = RepulsionKernel(
                largestProductCount: products, largestHermiteCount: list.classes.map(\.hermiteCount).max() ?? 1)
            digestion = CoulombExchangeDigestion(largestShell: largestShell)
            integrals = .allocate(capacity: products * products)
        }

        func deallocate() {
            kernel.deallocate()
            digestion.deallocate()
            integrals.deallocate()
        }
    }

    private func process(_ bra: Int, group: Int, work: DigestionWork, scratch: WorkerScratch, fill: Bool) {
        let pair = list.pairs[bra]
        let braClass = list.classes[pair.classIndex]
        let lastBatch = batches.batchOfPair[bra]
        let place = storePlace[bra]
        var stored = place >= 0 ? (store?.base).map { $0 + place } : nil
        for segment in segments {
            if segment.batches.lowerBound > lastBatch { break }
            for index in segment.batches where index <= lastBatch {
                let batch = batches.batches[index]
                let bound = pair.bound * batch.bound
                if bound < threshold { break }
                let ketClass = list.classes[batch.classIndex]
                let count = braClass.productCount * ketClass.productCount
                let integrals: UnsafeMutablePointer<Lanes>
                if let slot = stored {
                    if fill { compute(bra, pair, braClass, batch, ketClass, scratch, into: slot) }
                    integrals = slot
                    stored = slot + count
                } else {
                    if !isNeeded(pair, batch, bound: bound, work.shellMaxima) { continue }
                    compute(bra, pair, braClass, batch, ketClass, scratch, into: scratch.integrals)
                    integrals = scratch.integrals
                }
                digest(integrals, pair, braClass, batch, ketClass, group: group, work: work, scratch: scratch)
            }
        }
    }

    /// Integrals of a bra with a batch, scaled for coincidences; lanes that another bra covers are zero.
    private func compute(
        _ bra: Int, _ pair: ShellPair, _ braClass: ShellPairClass, _ batch: KetBatch, _ ketClass: ShellPairClass,
        _ scratch: WorkerScratch, into result: UnsafeMutablePointer<Lanes>
    ) {
        batches.sizes.withUnsafeBufferPointer { sizes in
            guard let base = sizes.baseAddress else { return }
            scratch.kernel.evaluate(
                bra: pair, braClass: braClass, list: list.primitives, ket: batch, ketClass: ketClass,
                ketData: batches.data, ketSizes: base, into: result)
        }
        var factor = Lanes(repeating: pair.shellA == pair.shellB ? 0.5 : 1)
        for lane in 0..<8 {
            let ket = batch.firstPair + lane
            guard lane < batch.laneCount, ket <= bra else {
                factor[lane] = 0
                continue
            }
            if list.pairs[ket].shellA == list.pairs[ket].shellB { factor[lane] *= 0.5 }
            if ket == bra { factor[lane] *= 0.5 }
        }
        if factor != Lanes(repeating: 1) {
            for i in 0..<(braClass.productCount * ketClass.productCount) { result[i] *= factor }
        }
    }

    private func digest(
        _ integrals: UnsafePointer<Lanes>, _ pair: ShellPair, _ braClass: ShellPairClass, _ batch: KetBatch,
        _ ketClass: ShellPairClass, group: Int, work: DigestionWork, scratch: WorkerScratch
    ) {
        let n = work.size
        let place = CoulombExchangeDigestion.Place(
            firstA: pair.firstA, firstB: pair.firstB, countA: braClass.functionCountA, countB: braClass.functionCountB,
            countC: ketClass.functionCountA, countD: ketClass.functionCountB, firstC: batch.firstC,
            firstD: batch.firstD, laneCount: batch.laneCount)
        let sums = work.sums + group * (work.coulombCount + work.exchangeCount) * n * n
        for k in 0..<work.coulombCount {
            scratch.digestion.addCoulomb(
                integrals, place, size: n, density: work.densities + k * n * n, coulomb: sums + k * n * n)
        }
        for k in work.coulombCount..<(work.coulombCount + work.exchangeCount) {
            scratch.digestion.addExchange(
                integrals, place, size: n, density: work.densities + k * n * n, exchange: sums + k * n * n)
        }
    }

    /// Whether any density is large enough for a recomputed batch to matter.
    private func isNeeded(_ pair: ShellPair, _ batch: KetBatch, bound: Double, _ maxima: ShellMaxima) -> Bool {
        if bound * maxima.largest < threshold { return false }
        let count = basis.shells.count
        let limit = threshold / bound
        if maxima.coulomb[pair.shellA * count + pair.shellB] >= limit { return true }
        for lane in 0..<batch.laneCount {
            let ket = list.pairs[batch.firstPair + lane]
            if maxima.coulomb[ket.shellA * count + ket.shellB] >= limit
                || maxima.exchange[pair.shellA * count + ket.shellA] >= limit
                || maxima.exchange[pair.shellA * count + ket.shellB] >= limit
                || maxima.exchange[pair.shellB * count + ket.shellA] >= limit
                || maxima.exchange[pair.shellB * count + ket.shellB] >= limit
            {
                return true
            }
        }
        return false
    }

    private func shellMaxima(coulomb: [Matrix], exchange: [Matrix]) -> ShellMaxima {
        let shells = basis.shells
        func maxima(_ matrices: [Matrix], factor: Double) -> [Double] {
            var result = [Double](repeating: 0, count: shells.count * shells.count)
            for matrix in matrices {
                for i in shells.indices {
                    for j in shells.indices {
                        var largest = 0.0
                        for m in shells[i].functions {
                            for l in shells[j].functions { largest = max(largest, abs(matrix.elements[m * matrix.columns + l])) }
                        }
                        result[i * shells.count + j] = max(result[i * shells.count + j], factor * largest)
                    }
                }
            }
            return result
        }
        let c = maxima(coulomb, factor: 2)
        let x = maxima(exchange, factor: 1)
        return ShellMaxima(coulomb: c, exchange: x, largest: max(c.max() ?? 0, x.max() ?? 0))
    }

    private static func vectorCount(
        ofBra bra: Int, list: ShellPairList, batches: KetBatchList, segments: [Segment], threshold: Double
    ) -> Int {
        let pair = list.pairs[bra]
        let products = list.classes[pair.classIndex].productCount
        let lastBatch = batches.batchOfPair[bra]
        var count = 0
        for segment in segments {
            if segment.batches.lowerBound > lastBatch { break }
            for index in segment.batches where index <= lastBatch {
                let batch = batches.batches[index]
                if pair.bound * batch.bound < threshold { break }
                count += products * list.classes[batch.classIndex].productCount
            }
        }
        return count
    }

    /// Classes in the order in which pairs stand: a bra meets kets of its own class and of those before it.
    static func ranks(of classes: [ShellPairClass]) -> [Int] {
        let order = classes.indices.sorted {
            (classes[$0].entryCount, $0) < (classes[$1].entryCount, $1)
        }
        var rank = [Int](repeating: 0, count: classes.count)
        for (position, index) in order.enumerated() { rank[index] = position }
        return rank
    }

    /// Pairs of like depth share batches, so that few lanes are padded.
    static func depth(_ primitives: Int) -> Int {
        [1, 2, 3, 4, 6, 8, 12, 16, 24, 36].firstIndex { primitives <= $0 } ?? 10
    }

    /// sqrt of the largest (ab|ab) over the functions of each pair.
    static func schwarzBounds(_ list: ShellPairList, pool: WorkerPool, largestShell: Int) -> [Double] {
        let batches = KetBatchList(list)
        let scratch = (0..<pool.threads).map { _ in WorkerScratch(list: list, largestShell: largestShell) }
        defer { for item in scratch { item.deallocate() } }
        let bounds = UnsafeMutablePointer<Double>.allocate(capacity: max(1, list.pairs.count))
        defer { bounds.deallocate() }
        let shared = SharedPointer(bounds)
        pool.forEach(list.pairs.count) { index, worker in
            let pair = list.pairs[index]
            let batch = batches.batches[batches.batchOfPair[index]]
            let pairClass = list.classes[pair.classIndex]
            batches.sizes.withUnsafeBufferPointer { sizes in
                guard let base = sizes.baseAddress else { return }
                scratch[worker].kernel.evaluate(
                    bra: pair, braClass: pairClass, list: list.primitives, ket: batch, ketClass: pairClass,
                    ketData: batches.data, ketSizes: base, into: scratch[worker].integrals)
            }
            var largest = 0.0
            for ab in 0..<pairClass.productCount {
                let value = scratch[worker].integrals[ab * pairClass.productCount + ab][index - batch.firstPair]
                largest = max(largest, abs(value))
            }
            shared[index] = largest.squareRoot()
        }
        return (0..<list.pairs.count).map { bounds[$0] }
    }
}
