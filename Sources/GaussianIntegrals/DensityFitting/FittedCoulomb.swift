import CVectorShims
import GaussianBasis
import LinearAlgebra
import ParallelExecution

/// Coulomb matrices of densities fitted in an auxiliary basis: J_ab = (ab|P) (P|Q)^-1 (Q|cd) D_cd.
///
/// The fit minimises the self-repulsion of its error, so that the error of the energy is of second order: Dunlap, Connolly and
/// Sabin, J. Chem. Phys. 71, 3396 (1979), doi 10.1063/1.438728; Eichkorn, Treutler, Oehm, Haeser and Ahlrichs, Chem. Phys. Lett.
/// 240, 283 (1995), doi 10.1016/0009-2614(95)00621-A. Integrals that fit in memory are stored; the others are computed twice per
/// build. If several ranks share the work, each has its own pairs of functions, and the memory limit is that of one rank.
public final class FittedCoulomb: @unchecked Sendable {
    public let basis: AtomicOrbitalBasis
    public let auxiliary: AtomicOrbitalBasis
    let integrals: ThreeCenterIntegrals
    let metric: AuxiliaryMetric
    private let pool: WorkerPool
    /// The pairs of this rank.
    let own: [Int]
    /// Ranges of these with similar numbers of rows. The sums of a group do not depend on the number of threads.
    private let groups: [Range<Int>]
    /// First stored row of every pair; -1 if it is not stored.
    private let storedRow: [Int]
    private let store: IntegralStore?
    private let largestRows: Int

    /// Bytes of the stored integrals, of the rank that stores most.
    public let storedBytes: Int
    /// Bytes of all integrals.
    public let neededBytes: Int

    /// Integrals (ab|P) with a Schwarz bound below this are omitted, in hartree.
    public static let threshold = 1e-11
    private static let mostGroups = 64

    /// - Throws: `LinearAlgebraError` if the metric is not finite.
    public convenience init(basis: AtomicOrbitalBasis, auxiliary: AtomicOrbitalBasis, pool: WorkerPool, memoryLimitInBytes: Int)
        throws
    {
        try self.init(
            DensityFittingPlan(basis: basis, auxiliary: auxiliary, pool: pool), pool: pool, memoryLimitInBytes: memoryLimitInBytes
        )
    }

    /// Cost: the metric, and the integrals that are stored.
    /// - Throws: `LinearAlgebraError` if the metric is not finite.
    public init(_ plan: DensityFittingPlan, pool: WorkerPool, memoryLimitInBytes: Int) throws {
        basis = plan.basis
        auxiliary = plan.auxiliary
        self.pool = pool
        let integrals = plan.integrals
        self.integrals = integrals
        metric = try AuxiliaryMetric(integrals, pool: pool)
        let rowBytes = integrals.rowLength * MemoryLayout<Lanes>.stride
        neededBytes = integrals.rowCount * rowBytes
        let own = pool.communicator.own(integrals.pairs.pairs.count)
        let starts = integrals.starts(of: own)
        let affordable = memoryLimitInBytes / max(1, rowBytes)
        let last = starts.lastIndex { $0 <= affordable } ?? 0
        let rows = starts[last]
        let store = rows > 0 ? IntegralStore(vectorCount: rows * integrals.rowLength) : nil
        self.own = own
        self.store = store
        let stored = store == nil ? 0 : last
        var storedRow = [Int](repeating: -1, count: integrals.pairs.pairs.count)
        for place in 0..<stored { storedRow[own[place]] = starts[place] }
        self.storedRow = storedRow
        storedBytes = -pool.communicator.least(store == nil ? 0 : -rows * rowBytes)
        largestRows = integrals.pairs.classes.map(\.productCount).max() ?? 1
        let rowCount = starts[own.count]
        groups = ThreeCenterIntegrals.ranges(ofRows: max(1, (rowCount + Self.mostGroups - 1) / Self.mostGroups), starts: starts)
        if let store {
            let base = SharedPointer(store.base)
            let scratch = (0..<pool.threads).map { _ in integrals.scratch() }
            defer { for item in scratch { item.deallocate() } }
            // Deep contractions are the most expensive and are adjacent, so pairs are distributed one by one.
            pool.forEach((stored + 15) / 16) { piece, worker in
                for place in 16 * piece..<min(stored, 16 * piece + 16) {
                    integrals.evaluate(
                        pair: own[place], scratch[worker], into: base.base + starts[place] * integrals.rowLength)
                }
            }
        }
    }

    /// Coulomb matrices of symmetric densities. Cost: two passes over the integrals for any number of densities.
    public func build(_ densities: [Matrix]) -> [Matrix] {
        guard !densities.isEmpty else { return [] }
        return matrices(of: coefficients(densities))
    }

    /// The rows of a pair, from the store or computed into the workspace.
    func rows(_ pair: Int, _ workspace: Workspace) -> UnsafePointer<Lanes> {
        if storedRow[pair] >= 0, let store { return UnsafePointer(store.base + storedRow[pair] * integrals.rowLength) }
        return integrals.rows(pair, workspace)
    }

    /// Workspace of one thread for the computation of rows.
    final class Workspace: @unchecked Sendable {
        let scratch: ThreeCenterIntegrals.Scratch
        let rows: UnsafeMutablePointer<Lanes>

        init(_ integrals: ThreeCenterIntegrals, rows count: Int) {
            scratch = integrals.scratch()
            rows = .allocateAligned(capacity: count * integrals.rowLength)
        }

        deinit {
            scratch.deallocate()
            rows.deallocate()
        }
    }

    /// Fit coefficients of densities, in the order of the auxiliary functions.
    public func coefficients(_ densities: [Matrix]) -> [[Double]] {
        let length = integrals.rowLength
        let count = densities.count
        let sums = UnsafeMutablePointer<Lanes>.allocateAligned(capacity: groups.count * count * length)
        sums.initialize(repeating: .zero, count: groups.count * count * length)
        let lanes = Lanes.scalarCount
        defer { sums.deallocate() }
        let shared = SharedPointer(sums)
        let workers = (0..<pool.threads).map { _ in Workspace(integrals, rows: largestRows) }
        let list = integrals.pairs
        pool.forEach(groups.count) { group, worker in
            let target = shared.base + group * count * length
            for index in self.own[self.groups[group]] {
                let pair = list.pairs[index]
                let pairClass = list.classes[pair.classIndex]
                let (na, nb) = (pairClass.functionCountA, pairClass.functionCountB)
                let rows = self.rows(index, workers[worker])
                let twice = pair.shellA == pair.shellB ? 1.0 : 2.0
                for a in 0..<na {
                    for b in 0..<nb {
                        let row = rows + (a * nb + b) * length
                        for k in 0..<count {
                            let weight = Lanes(repeating: twice * densities[k][pair.firstA + a, pair.firstB + b])
                            let sum = target + k * length
                            for q in 0..<length { sum[q] = esp_fma8(weight, row[q], sum[q]) }
                        }
                    }
                }
            }
        }
        return (0..<count).map { k in
            var total = [Lanes](repeating: .zero, count: length)
            for group in groups.indices {
                let part = sums + (group * count + k) * length
                for q in 0..<length { total[q] += part[q] }
            }
            total.withUnsafeMutableBytes { bytes in
                guard let base = bytes.baseAddress else { return }
                pool.communicator.sum(base.assumingMemoryBound(to: Double.self), count: lanes * length)
            }
            return metric.solve(integrals.places.map { total[$0 / 8][$0 % 8] })
        }
    }

    /// Matrices of the potentials of charge distributions, given by their coefficients.
    private func matrices(of coefficients: [[Double]]) -> [Matrix] {
        let length = integrals.rowLength
        let count = coefficients.count
        let n = basis.functionCount
        let fits = UnsafeMutablePointer<Lanes>.allocateAligned(capacity: count * length)
        fits.initialize(repeating: .zero, count: count * length)
        defer { fits.deallocate() }
        for k in 0..<count {
            for (q, place) in integrals.places.enumerated() { fits[k * length + place / 8][place % 8] = coefficients[k][q] }
        }
        let results = UnsafeMutablePointer<Double>.allocate(capacity: max(1, count * n * n))
        results.initialize(repeating: 0, count: count * n * n)
        defer { results.deallocate() }
        let (source, target) = (SharedPointer(fits), SharedPointer(results))
        let workers = (0..<pool.threads).map { _ in Workspace(integrals, rows: largestRows) }
        let list = integrals.pairs
        pool.forEach(groups.count) { group, worker in
            for index in self.own[self.groups[group]] {
                let pair = list.pairs[index]
                let pairClass = list.classes[pair.classIndex]
                let (na, nb) = (pairClass.functionCountA, pairClass.functionCountB)
                let rows = self.rows(index, workers[worker])
                for a in 0..<na {
                    for b in 0..<nb {
                        let row = rows + (a * nb + b) * length
                        for k in 0..<count {
                            let fit = source.base + k * length
                            var (even, odd) = (Lanes.zero, Lanes.zero)
                            var q = 0
                            while q + 1 < length {
                                even = esp_fma8(row[q], fit[q], even)
                                odd = esp_fma8(row[q + 1], fit[q + 1], odd)
                                q += 2
                            }
                            if q < length { even = esp_fma8(row[q], fit[q], even) }
                            let value = (even + odd).sum()
                            let (i, j) = (pair.firstA + a, pair.firstB + b)
                            target[(k * n + i) * n + j] = value
                            target[(k * n + j) * n + i] = value
                        }
                    }
                }
            }
        }
        // Every pair of functions belongs to one rank.
        pool.communicator.sum(results, count: count * n * n)
        return (0..<count).map { k in
            Matrix(rows: n, columns: n, elements: Array(UnsafeBufferPointer(start: results + k * n * n, count: n * n)))
        }
    }
}

/// The significant three-centre integrals. The plan is made first, to determine their number.
public struct DensityFittingPlan: Sendable {
    public let basis: AtomicOrbitalBasis
    public let auxiliary: AtomicOrbitalBasis
    let integrals: ThreeCenterIntegrals

    /// Cost: the Schwarz bounds of all pairs of shells.
    /// - Parameter threshold: integrals (ab|P) with a Schwarz bound below this are omitted, in hartree.
    public init(
        basis: AtomicOrbitalBasis, auxiliary: AtomicOrbitalBasis, pool: WorkerPool, threshold: Double = FittedCoulomb.threshold
    ) {
        self.basis = basis
        self.auxiliary = auxiliary
        integrals = ThreeCenterIntegrals(
            basis: basis, auxiliary: auxiliary, interaction: .coulomb, pool: pool, threshold: threshold)
    }

    /// Bytes of all integrals, which `FittedCoulomb` stores if possible.
    public var coulombBytes: Int { integrals.rowCount * integrals.rowLength * MemoryLayout<Lanes>.stride }

    /// Bytes required for the construction of the repulsion matrix of the auxiliary functions and of its factor.
    public var metricBytes: Int { 3 * auxiliary.functionCount * auxiliary.functionCount * MemoryLayout<Double>.stride }

    /// Bytes of the table of `FittedExchange`, and of the workspace for builds with densities of the given number of orbitals.
    ///
    /// - Parameter scalar: the floating-point type of the arithmetic.
    public func exchangeBytes<Scalar: MatrixScalar>(orbitals: Int, pool: WorkerPool, in scalar: Scalar.Type) -> Int {
        FittedExchange.bytes(
            functions: basis.functionCount, rows: integrals.rowCount, auxiliary: auxiliary.functionCount, orbitals: orbitals,
            pool: pool, scalar: MemoryLayout<Scalar>.stride)
    }

    /// Bytes of the workspace for Coulomb matrices from the table of `FittedExchange`.
    public var coulombBytesOfTable: Int {
        FittedExchange.coulombBytes(rows: integrals.rowCount, auxiliary: auxiliary.functionCount)
    }

    /// Bytes of the table of `FittedExchange`, and of the workspace of `FittedExchangeGradient` for a set of orbitals.
    public func exchangeGradientBytes(orbitals: Int, pool: WorkerPool) -> Int {
        exchangeBytes(orbitals: orbitals, pool: pool, in: Double.self)
            + FittedExchangeGradient.bytes(
                functions: basis.functionCount, auxiliary: auxiliary.functionCount, orbitals: orbitals, pool: pool)
    }
}

extension ThreeCenterIntegrals {
    /// The rows of a pair, computed into a workspace.
    func rows(_ pair: Int, _ workspace: FittedCoulomb.Workspace) -> UnsafePointer<Lanes> {
        evaluate(pair: pair, workspace.scratch, into: workspace.rows)
        return UnsafePointer(workspace.rows)
    }
}
