import Foundation
import GaussianBasis
import LinearAlgebra
import ParallelExecution

/// Coulomb and exchange matrices of any number of densities from exact repulsion integrals, for 1/r or another operator.
///
/// Integrals that fit in the memory limit are computed once, by the first build, and stored. All others are recomputed in every
/// build. A build omits quartets that are negligible for all its densities. The work is divided into groups that depend on the
/// input only, and the groups are summed in fixed order: the result is bitwise identical for any number of threads.
///
/// If several ranks share the work, each has its own bras, groups and part of the store, and the memory limit is that of one rank. The sums
/// of the ranks are added in fixed order: all ranks get the same bits, which depend on the number of ranks.
public final class CoulombExchangeBuilder: @unchecked Sendable {
    public let basis: AtomicOrbitalBasis
    /// Integrals with a Schwarz bound below this are not computed.
    public let threshold: Double
    private let pool: WorkerPool
    private let plan: RepulsionPlan
    /// The bras of this rank, in ascending order.
    private let bras: [Int]
    private let storePlace: [Int]
    private let storedVectors: Int
    /// Mapped by the first build: a builder may be made for its `storage` alone. Nil if the system refuses.
    private lazy var store = storedVectors > 0 ? IntegralStore(vectorCount: storedVectors) : nil
    private var isStoreFilled = false
    private let accumulatorBudget: Int
    private let lock = NSLock()

    /// Memory requirement, and the part of the significant integrals that is stored. Stored integrals are those of all ranks together.
    public struct Storage: Sendable {
        public let storedBytes: Int
        public let neededBytes: Int
        /// The stored part of the rank that stores most.
        public let storedBytesOfRank: Int
        /// All other memory of a rank: pairs of shells, and the densities and sums of a build.
        public let workingBytes: Int
        public var description: String {
            if storedBytes == neededBytes { return "in memory" }
            return storedBytes == 0 ? "direct" : "partly in memory"
        }

        /// The sum for two builders.
        public static func + (a: Storage, b: Storage) -> Storage {
            Storage(
                storedBytes: a.storedBytes + b.storedBytes, neededBytes: a.neededBytes + b.neededBytes,
                storedBytesOfRank: a.storedBytesOfRank + b.storedBytesOfRank,
                workingBytes: a.workingBytes + b.workingBytes)
        }
    }
    public let storage: Storage

    /// Cost: the Schwarz bounds of all pairs, and a plan of the stored integrals. Memory of the store is not touched yet, so
    /// `storage` reports the requirement in advance.
    /// - Parameters:
    ///   - interaction: the two-electron operator.
    ///   - memoryLimitInBytes: bound on the total memory of the builder. Stored integrals use the memory that remains. With 0,
    ///     everything is recomputed (direct) with the least memory.
    public convenience init(
        basis: AtomicOrbitalBasis, interaction: RepulsionOperator = .coulomb, pool: WorkerPool, memoryLimitInBytes: Int,
        threshold: Double = 1e-12
    ) {
        self.init(
            RepulsionPlan(basis: basis, interaction: interaction, pool: pool, threshold: threshold), pool: pool,
            memoryLimitInBytes: memoryLimitInBytes)
    }

    /// A builder with a different memory limit. Cost: only the plan of the stored integrals.
    public func limited(toBytes limit: Int) -> CoulombExchangeBuilder {
        CoulombExchangeBuilder(plan, pool: pool, memoryLimitInBytes: limit)
    }

    private init(_ plan: RepulsionPlan, pool: WorkerPool, memoryLimitInBytes: Int) {
        basis = plan.list.basis
        self.pool = pool
        threshold = plan.threshold
        self.plan = plan
        // A quarter of the limit, but at least one matrix of each kind.
        let least = BuildMemory(plan: plan, size: basis.functionCount, coulombCount: 1, exchangeCount: 1).least
        accumulatorBudget = max(least, min(memoryLimitInBytes / 4, 1 << 28))
        // The scratch memory of the threads is estimated for three states together, the usual maximum.
        let scratch = CoulombExchangeWorker.byteCount(plan, basis: basis, coulombCount: 3, exchangeCount: 4)
        let working = plan.byteCount + accumulatorBudget + pool.threads * scratch

        // The bras that are most expensive (in time per stored byte) are those with the deepest contractions.
        var place = [Int](repeating: -1, count: plan.list.pairs.count)
        var used = 0
        var needed = 0
        let limit = max(0, memoryLimitInBytes - working) / MemoryLayout<Lanes>.stride
        bras = pool.communicator.own(plan.list.pairs.count)
        let order = bras.sorted {
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
        storedVectors = used
        storePlace = place
        let storedBytes = used * MemoryLayout<Lanes>.stride
        storage = Storage(
            storedBytes: pool.communicator.sum(storedBytes),
            neededBytes: pool.communicator.sum(needed * MemoryLayout<Lanes>.stride),
            storedBytesOfRank: -pool.communicator.least(-storedBytes), workingBytes: working)
    }

    /// Coulomb matrices J_mn = sum (mn|ls) D_ls of `coulomb` and exchange matrices K_mn = sum (ml|ns) D_ls of `exchange`, in the
    /// given order. All densities must be symmetric. One pass over the integrals processes all densities that fit in the memory
    /// limit together.
    ///
    /// - Parameter limit: products of integrals and density elements with a bound below this are omitted, in hartree; nil: `threshold`.
    public func build(
        coulomb: [Matrix], exchange: [Matrix], omitting limit: Double? = nil
    ) -> (coulomb: [Matrix], exchange: [Matrix]) {
        lock.withLock { pass(coulomb: coulomb, exchange: exchange, limit: limit ?? threshold, profile: nil) }
    }

    /// Coulomb and exchange matrices as above, with a profile of the time spent.
    package func profiledBuild(
        coulomb: [Matrix], exchange: [Matrix], omitting limit: Double? = nil
    ) -> (coulomb: [Matrix], exchange: [Matrix], profile: CoulombExchangeProfile) {
        var profile = CoulombExchangeProfile()
        let result = lock.withLock {
            pass(coulomb: coulomb, exchange: exchange, limit: limit ?? threshold, profile: &profile)
        }
        return (result.coulomb, result.exchange, profile)
    }

    private func pass(
        coulomb: [Matrix], exchange: [Matrix], limit: Double, profile: UnsafeMutablePointer<CoulombExchangeProfile>?
    ) -> (coulomb: [Matrix], exchange: [Matrix]) {
        if !isStoreFilled, storedVectors == 0 { IntegralStore.removeSpares() }
        let memory = BuildMemory(
            plan: plan, size: basis.functionCount, coulombCount: coulomb.count, exchangeCount: exchange.count)
        if memory.least > accumulatorBudget, coulomb.count > 1 || exchange.count > 1 {
            let (j, k) = ((coulomb.count + 1) / 2, (exchange.count + 1) / 2)
            let first = pass(coulomb: Array(coulomb[..<j]), exchange: Array(exchange[..<k]), limit: limit, profile: profile)
            let second = pass(coulomb: Array(coulomb[j...]), exchange: Array(exchange[k...]), limit: limit, profile: profile)
            return (first.coulomb + second.coulomb, first.exchange + second.exchange)
        }
        guard !coulomb.isEmpty || !exchange.isEmpty else { return ([], []) }
        // The number of groups of a rank is the same for all.
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
            storePlace: store == nil ? [Int](repeating: -1, count: storePlace.count) : storePlace, fillsStore: !isStoreFilled,
            limit: limit, isProfiled: profile != nil)
        let workers = (0..<min(pool.threads, groups)).map { _ in CoulombExchangeWorker(task, basis: basis) }
        let (bras, braCount) = (self.bras, self.bras.count)
        pool.forEach(groups) { group, worker in
            sums.clear(group)
            // Neighbouring bras in the list have similar costs, and later ones are combined with more kets. They are dealt out in
            // alternating order.
            var round = 0
            while round * groups < braCount {
                let place = round * groups + (round % 2 == 0 ? group : groups - 1 - group)
                if place < braCount {
                    workers[worker].process(
                        bras[place], coulombSums: sums.coulomb(group), exchangeSums: sums.exchange(group))
                }
                round += 1
            }
        }
        isStoreFilled = true
        if let profile { profile.pointee = workers.reduce(profile.pointee) { $0 + $1.profile } }
        return sums.matrices(pool: pool)
    }

    /// Memory of the densities, results and sums of one build. The build uses fewer groups if memory is short. The value must not
    /// depend on the number of threads, because the groups determine the order of summation.
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
