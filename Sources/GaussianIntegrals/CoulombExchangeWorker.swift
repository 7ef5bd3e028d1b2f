import GaussianBasis

/// Data shared by all threads of one build.
struct CoulombExchangeTask: @unchecked Sendable {
    let plan: RepulsionPlan
    let screen: DensityScreen
    let size: Int
    let coulombCount: Int
    let exchangeCount: Int
    /// Twice the densities for Coulomb matrices, in the order of the ket batches, `plan.vectorCount` vectors each.
    let coulombDensities: UnsafePointer<Lanes>
    /// Densities for exchange matrices, row by row.
    let exchangeDensities: UnsafePointer<Double>
    /// Start of the stored integrals; nil without a store.
    let store: UnsafeMutablePointer<Lanes>?
    /// Offset of a bra's integrals in the store; negative if they are recomputed.
    let storePlace: [Int]
    /// Whether this build computes the stored integrals.
    let fillsStore: Bool
    /// Products of integrals and density elements with a bound below this are omitted.
    let limit: Double
    let isProfiled: Bool
}

/// One thread's part of a build. Processes bras sequentially and adds to the accumulators passed to it.
final class CoulombExchangeWorker: @unchecked Sendable {
    private let task: CoulombExchangeTask
    private let kernel: RepulsionKernel
    private let coulomb: CoulombDigestion
    private let exchange: ExchangeDigestion
    private let integrals: UnsafeMutablePointer<Lanes>
    // Copied from the plan to avoid a lookup of the class for every quartet.
    private let primitives: PrimitivePairs
    private let ketBatches: UnsafeBufferPointer<KetBatch>
    private let ketData: UnsafePointer<Lanes>
    private let ketSizes: UnsafePointer<Double>
    private let factors: UnsafePointer<Lanes>
    /// Maximum of |D_ac| and |D_bc| for every shell c.
    private let exchangeRow: UnsafeMutablePointer<Double>
    private(set) var profile = CoulombExchangeProfile()

    init(_ task: CoulombExchangeTask, basis: AtomicOrbitalBasis) {
        self.task = task
        let products = task.plan.largestProductCount
        kernel = RepulsionKernel(
            largestProductCount: products, largestHermiteCount: task.plan.largestHermiteCount, interaction: task.plan.interaction)
        coulomb = CoulombDigestion(largestProductCount: products, densityCount: task.coulombCount)
        exchange = ExchangeDigestion(
            size: task.size, largestShell: Self.largestShell(basis), densityCount: task.exchangeCount)
        integrals = .allocateAligned(capacity: products * products)
        primitives = task.plan.list.primitives
        ketBatches = task.plan.batches.batches
        ketData = UnsafePointer(task.plan.batches.data)
        ketSizes = task.plan.batches.sizes
        factors = task.plan.factors
        exchangeRow = .allocate(capacity: max(1, basis.shells.count))
    }

    deinit {
        kernel.deallocate()
        coulomb.deallocate()
        exchange.deallocate()
        integrals.deallocate()
        exchangeRow.deallocate()
    }

    /// Memory of one worker.
    static func byteCount(_ plan: RepulsionPlan, basis: AtomicOrbitalBasis, coulombCount: Int, exchangeCount: Int) -> Int {
        let products = plan.largestProductCount
        return CoulombDigestion.byteCount(largestProductCount: products, densityCount: coulombCount)
            + ExchangeDigestion.byteCount(
                size: basis.functionCount, largestShell: largestShell(basis), densityCount: exchangeCount)
            + products * (products + plan.largestHermiteCount) * MemoryLayout<Lanes>.stride + 8 * basis.shells.count
    }

    private static func largestShell(_ basis: AtomicOrbitalBasis) -> Int { basis.shells.map(\.functionCount).max() ?? 1 }

    /// Adds all quartets of a bra to the sums, which have the layout of the densities.
    func process(_ bra: Int, coulombSums: UnsafeMutablePointer<Lanes>, exchangeSums: UnsafeMutablePointer<Double>) {
        let plan = task.plan
        let pair = plan.list.pairs[bra]
        let braClass = plan.list.classes[pair.classIndex]
        let products = braClass.productCount
        let lastBatch = plan.batches.batchOfPair[bra]
        let lane = bra - plan.batches.batches[lastBatch].firstPair
        let vectors = task.coulombDensities + plan.vectors[lastBatch]
        for k in 0..<task.coulombCount {
            coulomb.begin(k, products: products, density: vectors + k * plan.vectorCount, lane: lane)
        }
        let braCoulomb = task.screen.coulomb(of: pair)
        let reach = max(
            task.screen.exchangeRow(of: pair, into: exchangeRow), max(braCoulomb, task.screen.largestCoulomb))
        let place = task.storePlace[bra]
        var slot = place >= 0 ? task.store.map { $0 + place } : nil
        let isFilling = slot != nil && task.fillsStore
        var hasBegunExchange = false

        for segment in plan.segments where segment.lowerBound <= lastBatch {
            let ketClass = plan.list.classes[plan.batches.batches[segment.lowerBound].classIndex]
            let count = products * ketClass.productCount
            let all = plan.kets(of: bra, in: segment, threshold: plan.threshold)
            let needed =
                isFilling || reach * plan.threshold >= task.limit
                ? all : plan.kets(of: bra, in: segment, threshold: reach > 0 ? task.limit / reach : .infinity)
            for index in needed {
                let bound = pair.bound * ketBatches[index].bound
                let needsCoulomb = bound * max(braCoulomb, task.screen.coulombOfBatch[index]) >= task.limit
                let needsExchange = bound * largestExchange(index) >= task.limit
                let values = slot.map { $0 + (index - all.lowerBound) * count } ?? integrals
                if isFilling || (slot == nil && (needsCoulomb || needsExchange)) {
                    compute(
                        bra, pair, braClass, index, ketClass, isOwnBatch: index == lastBatch, isStored: isFilling, into: values)
                }
                if needsCoulomb {
                    addCoulomb(values, products, ketClass.productCount, index, isStored: slot != nil, coulombSums)
                }
                if needsExchange {
                    if !hasBegunExchange {
                        exchange.begin(
                            pair, countA: braClass.functionCountA, countB: braClass.functionCountB,
                            densities: task.exchangeDensities)
                        hasBegunExchange = true
                    }
                    addExchange(values, braClass, ketClass, index)
                }
            }
            slot = slot.map { $0 + all.count * count }
        }
        for k in 0..<task.coulombCount {
            coulomb.end(
                k, products: products, lane: lane, into: coulombSums + k * plan.vectorCount + plan.vectors[lastBatch])
        }
        if hasBegunExchange {
            exchange.end(
                pair, countA: braClass.functionCountA, countB: braClass.functionCountB, into: exchangeSums)
        }
    }

    /// Largest density element by which the exchange part multiplies any integral of a batch.
    @inline(__always)
    private func largestExchange(_ index: Int) -> Double {
        let shells = task.plan.shells + 16 * index
        var largest = 0.0
        for k in 0..<16 { largest = max(largest, exchangeRow[Int(shells[k])]) }
        return largest
    }

    private func addCoulomb(
        _ values: UnsafePointer<Lanes>, _ products: Int, _ ketProducts: Int, _ index: Int, isStored: Bool,
        _ sums: UnsafeMutablePointer<Lanes>
    ) {
        let start = task.isProfiled ? CoulombExchangeProfile.now() : 0
        let first = task.plan.vectors[index]
        for k in 0..<task.coulombCount {
            let offset = k * task.plan.vectorCount + first
            coulomb.add(
                values, k, products: products, ketProducts: ketProducts, density: task.coulombDensities + offset,
                isStored: isStored, into: sums + offset)
        }
        if task.isProfiled {
            profile.coulombSeconds += CoulombExchangeProfile.now() - start
            profile.coulombBatches += 1
        }
    }

    private func addExchange(
        _ values: UnsafePointer<Lanes>, _ braClass: ShellPairClass, _ ketClass: ShellPairClass, _ index: Int
    ) {
        let start = task.isProfiled ? CoulombExchangeProfile.now() : 0
        exchange.add(
            values, countA: braClass.functionCountA, countB: braClass.functionCountB, countC: ketClass.functionCountA,
            countD: ketClass.functionCountB, columns: task.plan.columns + 16 * index)
        if task.isProfiled {
            profile.exchangeSeconds += CoulombExchangeProfile.now() - start
            profile.exchangeBatches += 1
        }
    }

    /// Integrals of a bra with a batch, scaled for coincidences. Lanes that belong to a different bra are zero; they occur only
    /// in the bra's own batch (`isOwnBatch`).
    private func compute(
        _ bra: Int, _ pair: ShellPair, _ braClass: ShellPairClass, _ index: Int, _ ketClass: ShellPairClass,
        isOwnBatch: Bool, isStored: Bool, into result: UnsafeMutablePointer<Lanes>
    ) {
        let start = task.isProfiled ? CoulombExchangeProfile.now() : 0
        let batch = ketBatches[index]
        kernel.evaluate(
            bra: pair, braClass: braClass, list: primitives, ket: batch, ketClass: ketClass, ketData: ketData,
            ketSizes: ketSizes, into: result)
        var factor = factors[index]
        if pair.shellA == pair.shellB { factor *= 0.5 }
        if isOwnBatch {
            for lane in 0..<8 where batch.firstPair + lane >= bra {
                factor[lane] *= batch.firstPair + lane == bra ? 0.5 : 0
            }
        }
        let count = braClass.productCount * ketClass.productCount
        if factor != Lanes(repeating: 1) {
            for i in 0..<count { result[i] *= factor }
        }
        if task.isProfiled {
            let seconds = CoulombExchangeProfile.now() - start
            if isStored { profile.storingSeconds += seconds } else { profile.directSeconds += seconds }
            profile.quartets += batch.laneCount
            profile.integrals += batch.laneCount * count
        }
    }
}
