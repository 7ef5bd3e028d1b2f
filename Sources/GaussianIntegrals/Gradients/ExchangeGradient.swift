import GaussianBasis
import LinearAlgebra
import ParallelExecution

/// Nuclear derivatives of the exact exchange energy.
///
/// The two-particle density of a bra pair and eight ket pairs is transformed to Hermite form for the ket, and contracted with
/// R_(g+h) and its derivatives. Derivative integrals are never formed (`ExchangeGradientKernel`). Every quartet is processed
/// twice, with each of its pairs as the bra, for the derivative of the bra. The forces on a bra are therefore computed by a
/// single thread, and no sums are shared.
public enum ExchangeGradient {
    /// Contributions are omitted if their bound, the Schwarz bound of an integral times its two-particle density, is below this.
    public static let defaultThreshold = 1e-10

    /// d/dR of -factor / 2 sum over matrices of P_mn P_ls (ml|ns), in hartree per bohr, one entry per atom.
    ///
    /// The result is bitwise identical for any number of threads. Cost: twice that of the significant integrals, each with about
    /// three times the operations of its evaluation.
    /// - Parameters:
    ///   - densities: symmetric; those of alpha and beta electrons, or the total density of a restricted state with half the
    ///     factor.
    ///   - factor: fraction of exact exchange.
    ///   - interaction: the two-electron operator of the exchange.
    public static func gradient(
        basis: AtomicOrbitalBasis, densities: [Matrix], factor: Double, interaction: RepulsionOperator = .coulomb,
        pool: WorkerPool, threshold: Double = defaultThreshold
    ) -> [SIMD3<Double>] {
        var result = [SIMD3<Double>](repeating: .zero, count: basis.molecule.atoms.count)
        guard factor != 0, !densities.isEmpty else { return result }
        let task = ExchangeGradientTask(
            basis: basis, densities: densities, factor: factor, interaction: interaction, threshold: threshold, pool: pool)
        let workers = (0..<pool.threads).map { _ in ExchangeGradientWorker(task) }
        let bras = task.plan.list.pairs
        // Deep contractions first: they are the most expensive.
        let order = bras.indices.sorted { (bras[$0].primitiveCount, $0) > (bras[$1].primitiveCount, $1) }
        let own = pool.communicator.own(order.count).map { order[$0] }
        let forces = pool.mapWithWorkers(own.count) { piece, worker in workers[worker].process(own[piece]) }
        for (bra, force) in zip(own, forces) {
            result[basis.shells[bras[bra].shellA].atom] += force.a
            result[basis.shells[bras[bra].shellB].atom] += force.b
        }
        return pool.communicator.sum(result)
    }
}

extension WorkerPool {
    /// Calls `body(piece, worker)` for every piece in this order; see `forEach`.
    fileprivate func mapWithWorkers<Element: Sendable>(
        _ count: Int, _ body: @Sendable (_ piece: Int, _ worker: Int) -> Element
    ) -> [Element] {
        Array(unsafeUninitializedCapacity: count) { buffer, initialized in
            defer { initialized = count }
            guard let base = buffer.baseAddress else { return }
            let shared = SharedPointer(base)
            forEach(count) { piece, worker in (shared.base + piece).initialize(to: body(piece, worker)) }
        }
    }
}

/// Data shared by all threads.
final class ExchangeGradientTask: @unchecked Sendable {
    let plan: RepulsionPlan
    let rows: [HermiteRows]
    let threshold: Double
    /// Matrices, stored consecutively and row by row.
    let densities: UnsafeMutablePointer<Double>
    let densityCount: Int
    let size: Int
    /// Factor of P_mn P_ls for each visit of a quartet of four different shells.
    let weight: Double
    /// Maximum of |P| for pairs of shells over the densities, row by row.
    let largest: [Double]
    let shellCount: Int

    init(
        basis: AtomicOrbitalBasis, densities matrices: [Matrix], factor: Double, interaction: RepulsionOperator,
        threshold: Double, pool: WorkerPool
    ) {
        plan = RepulsionPlan(basis: basis, interaction: interaction, pool: pool, threshold: threshold)
        rows = plan.list.classes.map(HermiteRows.init)
        self.threshold = threshold
        size = basis.functionCount
        shellCount = basis.shells.count
        densityCount = matrices.count
        densities = .allocate(capacity: max(1, matrices.count * size * size))
        for (k, matrix) in matrices.enumerated() {
            (densities + k * size * size).initialize(from: matrix.elements, count: size * size)
        }
        // -1/2 sum P_mn P_ls (ml|ns) is -1/4 sum (mn|ls) (P_ml P_ns + P_ms P_nl). A quartet of shells occurs four times in the
        // sum for each order of its pairs, and the derivative of the bra alone counts twice.
        weight = -2 * factor
        largest = DensityScreen(basis: basis, plan: plan, coulomb: [], exchange: matrices).exchange
    }

    deinit { densities.deallocate() }
}

/// One thread's part: the forces on its bras, which are processed sequentially.
final class ExchangeGradientWorker: @unchecked Sendable {
    private let task: ExchangeGradientTask
    private let kernel: ExchangeGradientKernel
    private let density: TwoParticleDensity
    private var derivatives = ExpansionDerivatives()

    init(_ task: ExchangeGradientTask) {
        self.task = task
        kernel = ExchangeGradientKernel(task.plan)
        density = TwoParticleDensity(task)
    }

    deinit {
        kernel.deallocate()
        density.deallocate()
    }

    /// Derivatives of the energy with respect to the positions of a bra's shells A and B.
    func process(_ bra: Int) -> (a: SIMD3<Double>, b: SIMD3<Double>) {
        let plan = task.plan
        let pair = plan.list.pairs[bra]
        let braClass = plan.list.classes[pair.classIndex]
        let needsSeparation = plan.list.basis.shells[pair.shellA].atom != plan.list.basis.shells[pair.shellB].atom
        kernel.begin(pair, braClass, needsSeparation: needsSeparation)
        let rowA = pair.shellA * task.shellCount
        let rowB = pair.shellB * task.shellCount
        var (reachA, reachB) = (0.0, 0.0)
        for c in 0..<task.shellCount {
            reachA = max(reachA, task.largest[rowA + c])
            reachB = max(reachB, task.largest[rowB + c])
        }
        let scale = abs(task.weight) * pair.bound
        let reach = 2 * scale * reachA * reachB * Double(task.densityCount)
        task.largest.withUnsafeBufferPointer { largest in
            for segment in plan.segments {
                let ketClass = plan.list.classes[plan.batches.batches[segment.lowerBound].classIndex]
                let ketRows = task.rows[plan.batches.batches[segment.lowerBound].classIndex]
                for index in segment {
                    let batch = plan.batches.batches[index]
                    if reach * batch.bound < task.threshold { break }
                    var product = 0.0
                    let shells = plan.shells + 16 * index
                    for lane in 0..<batch.laneCount {
                        let (c, d) = (Int(shells[lane]), Int(shells[8 + lane]))
                        product = max(
                            product, largest[rowA + c] * largest[rowB + d] + largest[rowA + d] * largest[rowB + c])
                    }
                    product *= abs(task.weight) * Double(task.densityCount)
                    if product * pair.bound * batch.bound < task.threshold { continue }
                    let values = density.fill(pair, braClass, ketClass, batch, index)
                    kernel.add(
                        pair, braClass, braRows: task.rows[pair.classIndex], batch, ketClass, ketRows: ketRows,
                        density: values, least: 0.01 * task.threshold / product)
                }
            }
        }
        var (a, b) = (SIMD3<Double>.zero, SIMD3<Double>.zero)
        for k in 0..<pair.primitiveCount {
            let center = kernel.center(k)
            guard needsSeparation else {
                a += center
                continue
            }
            derivatives.fill(plan.list, pair, primitive: pair.firstPrimitive + k)
            let separation = kernel.separation(k, braClass, derivatives.values)
            a += derivatives.fraction * center + separation
            b += (1 - derivatives.fraction) * center - separation
        }
        return (a, b)
    }
}
