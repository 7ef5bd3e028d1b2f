import Foundation
import GaussianBasis
import LinearAlgebra
import ParallelExecution

/// Coulomb and exchange matrices of any number of densities from exact repulsion integrals, over 1/r or another operator.
///
/// Integrals that fit in the memory limit are computed once, by the first build, and kept; the others are computed again
/// at every build. Quartets too small for every density of a build are omitted from it. The work is cut into groups that
/// depend on the input only and that are summed in fixed order: the result is the same to the last bit for any number of threads.
public final class CoulombExchangeBuilder: @unchecked Sendable {
    public let basis: AtomicOrbitalBasis
    /// Integrals whose Schwarz bound is below this are not computed.
    public let threshold: Double
    private let pool: WorkerPool
    private let plan: RepulsionPlan
    private let storePlace: [Int]
    private let store: IntegralStore?
    private var isStoreFilled = false
    private let accumulatorBudget: Int
    private let lock = NSLock()

    /// How many of the surviving integrals are kept in memory.
    public struct Storage: Sendable {
        public let storedBytes: Int
        public let neededBytes: Int
        /// Everything else: pairs of shells, and the densities and sums of a build.
        public let workingBytes: Int
        public var description: String {
            if storedBytes == neededBytes { return "in memory" }
            return storedBytes == 0 ? "direct" : "partly in memory"
        }

        /// Of two builders together.
        public static func + (a: Storage, b: Storage) -> Storage {
            Storage(
                storedBytes: a.storedBytes + b.storedBytes, neededBytes: a.neededBytes + b.neededBytes,
                workingBytes: a.workingBytes + b.workingBytes)
        }
    }
    public let storage: Storage

    /// Cost: the Schwarz bounds of all pairs, and a plan of what is stored; no memory of the store is touched yet, so
    /// that `storage` tells the need in time.
    /// - Parameters:
    ///   - interaction: the operator between the electrons.
    ///   - memoryLimitInBytes: bound on all memory of the builder, the stored integrals taking what the rest leaves; 0
    ///     recomputes everything (direct) with the least memory.
    public convenience init(
        basis: AtomicOrbitalBasis, interaction: RepulsionOperator = .coulomb, pool: WorkerPool, memoryLimitInBytes: Int,
        threshold: Double = 1e-12
    ) {
        self.init(
            RepulsionPlan(basis: basis, interaction: interaction, pool: pool, threshold: threshold), pool: pool,
            memoryLimitInBytes: memoryLimitInBytes)
    }

    /// The same with another limit. Cost: none but the plan of what is stored.
    public func limited(toBytes limit: Int) -> CoulombExchangeBuilder {
        CoulombExchangeBuilder(plan, pool: pool, memoryLimitInBytes: limit)
    }

    private init(_ plan: RepulsionPlan, pool: WorkerPool, memoryLimitInBytes: Int) {
        basis = plan.list.basis
        self.pool = pool
        threshold = plan.threshold
        self.plan = plan
        // A quarter of the limit, but enough for one matrix of each kind.
        let least = BuildMemory(plan: plan, size: basis.functionCount, coulombCount: 1, exchangeCount: 1).least
        accumulatorBudget = max(least, min(memoryLimitInBytes / 4, 1 << 28))
        // Threads' scratch as for three states together, the most that is usual.
        let scratch = CoulombExchangeWorker.byteCount(plan, basis: basis, coulombCount: 3, exchangeCount: 4)
        let working = plan.byteCount + accumulatorBudget + pool.threads * scratch

        // The most expensive bras (in time for a stored byte) are the ones with the deepest contractions.
        var place = [Int](repeating: -1, count: plan.list.pairs.count)
        var used = 0
        var needed = 0
        let limit = max(0, memoryLimitInBytes - working) / MemoryLayout<Lanes>.stride
        let order = plan.list.pairs.indices.sorted {
            (plan.list.pairs[$0].primitiveCount, $0) > (plan.list.pairs[$1].primitiveCount, $1)
        }
        for bra in order {
            let count = plan.integralVectorCount(of: bra)
            needed += count
            if used + count <= limit {
                place[bra] = used
                used += count
            }
        }
        let store = used > 0 ? IntegralStore(vectorCount: used) : nil
        self.store = store
        storePlace = store == nil ? [Int](repeating: -1, count: place.count) : place
        storage = Storage(
            storedBytes: store == nil ? 0 : used * MemoryLayout<Lanes>.stride,
            neededBytes: needed * MemoryLayout<Lanes>.stride, workingBytes: working)
    }

    /// Coulomb matrices J_mn = sum (mn|ls) D_ls of `coulomb` and exchange matrices K_mn = sum (ml|ns) D_ls of
    /// `exchange`; all densities symmetric, in the order given. One pass over the integrals serves all that fit in the
    /// memory limit together.
    public func build(coulomb: [Matrix], exchange: [Matrix]) -> (coulomb: [Matrix], exchange: [Matrix]) {
        lock.withLock { pass(coulomb: coulomb, exchange: exchange, profile: nil) }
    }

    /// The same, and where the time went.
    package func profiledBuild(
        coulomb: [Matrix], exchange: [Matrix]
    ) -> (coulomb: [Matrix], exchange: [Matrix], profile: CoulombExchangeProfile) {
        var profile = CoulombExchangeProfile()
        let result = lock.withLock { pass(coulomb: coulomb, exchange: exchange, profile: &profile) }
        return (result.coulomb, result.exchange, profile)
    }

    private func pass(
        coulomb: [Matrix], exchange: [Matrix], profile: UnsafeMutablePointer<CoulombExchangeProfile>?
    ) -> (coulomb: [Matrix], exchange: [Matrix]) {
        let memory = BuildMemory(
            plan: plan, size: basis.functionCount, coulombCount: coulomb.count, exchangeCount: exchange.count)
        if memory.least > accumulatorBudget, coulomb.count > 1 || exchange.count > 1 {
            let (j, k) = ((coulomb.count + 1) / 2, (exchange.count + 1) / 2)
            let first = pass(coulomb: Array(coulomb[..<j]), exchange: Array(exchange[..<k]), profile: profile)
            let second = pass(coulomb: Array(coulomb[j...]), exchange: Array(exchange[k...]), profile: profile)
            return (first.coulomb + second.coulomb, first.exchange + second.exchange)
        }
        guard !coulomb.isEmpty || !exchange.isEmpty else { return ([], []) }
        let groups = memory.groups(within: accumulatorBudget, bras: plan.list.pairs.count)
        let sums = CoulombExchangeSums(
            plan: plan, size: basis.functionCount, groupCount: groups, coulombCount: coulomb.count,
            exchangeCount: exchange.count)
        defer { sums.deallocate() }
        sums.setDensities(coulomb: coulomb, exchange: exchange)
        let task = CoulombExchangeTask(
            plan: plan, screen: DensityScreen(basis: basis, plan: plan, coulomb: coulomb, exchange: exchange),
            size: basis.functionCount, coulombCount: coulomb.count, exchangeCount: exchange.count,
            coulombDensities: sums.coulombDensities, exchangeDensities: sums.exchangeDensities, store: store?.base,
            storePlace: storePlace, fillsStore: !isStoreFilled, isProfiled: profile != nil)
        let workers = (0..<min(pool.threads, groups)).map { _ in CoulombExchangeWorker(task, basis: basis) }
        let braCount = plan.list.pairs.count
        pool.forEach(groups) { group, worker in
            sums.clear(group)
            // Neighbours in the list cost about the same; later ones meet more kets. Dealt out to and fro.
            var round = 0
            while round * groups < braCount {
                let bra = round * groups + (round % 2 == 0 ? group : groups - 1 - group)
                if bra < braCount {
                    workers[worker].process(
                        bra, coulombSums: sums.coulomb(group), exchangeSums: sums.exchange(group))
                }
                round += 1
            }
        }
        isStoreFilled = true
        if let profile { profile.pointee = workers.reduce(profile.pointee) { $0 + $1.profile } }
        return sums.matrices(pool: pool)
    }

    /// Memory of the densities, results and sums of one build, which has fewer groups where memory is short. It must not
    /// depend on the number of threads, since the groups decide the order of sums.
    private struct BuildMemory {
        private let fixed: Int
        private let perGroup: Int

        init(plan: RepulsionPlan, size n: Int, coulombCount: Int, exchangeCount: Int) {
            perGroup = CoulombExchangeSums.byteCount(
                plan: plan, size: n, coulombCount: coulombCount, exchangeCount: exchangeCount)
            fixed = perGroup + (coulombCount + exchangeCount) * n * n * MemoryLayout<Double>.stride
        }

        private static let fewestGroups = 8
        private static let mostGroups = 32

        var least: Int { fixed + Self.fewestGroups * perGroup }

        func groups(within budget: Int, bras: Int) -> Int {
            let affordable = (budget - fixed) / max(1, perGroup)
            return max(1, min(bras, min(Self.mostGroups, max(Self.fewestGroups, affordable))))
        }
    }
}
