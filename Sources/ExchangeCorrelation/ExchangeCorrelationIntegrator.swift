import DensityFunctionals
import GaussianBasis
import LinearAlgebra
import MolecularQuadrature
import ParallelExecution

/// Exchange-correlation energies and potentials of densities in a Gaussian basis, by quadrature on a molecular grid.
///
/// The grid is processed in blocks. A block uses only the basis functions that reach it, in the order of their importance, and only those
/// pairs whose contribution to an integral can exceed a threshold. Values and gradients of the functions are recomputed in every
/// evaluation, while they are in the processor's cache, or kept on request. Results do not depend on the number of threads, to the last
/// bit. If several ranks share the work, each has its own blocks.
///
/// J. A. Pople, P. M. W. Gill and B. G. Johnson, Chem. Phys. Lett. 199, 557 (1992), doi 10.1016/0009-2614(92)85009-Y:
/// how the gradient enters the potential without second derivatives.
public final class ExchangeCorrelationIntegrator: Sendable {
    public let grid: MolecularGrid
    public let functional: DensityFunctional
    /// Bytes of stored orbital values.
    public let cachedBytes: Int
    package let basis: AtomicOrbitalBasis
    package let pool: WorkerPool
    let evaluator: BasisFunctionEvaluator
    let plans: [BlockPlan]

    /// Pairs of functions whose integral over a block is below this are omitted there.
    public static let defaultScreening = 2e-12

    /// Evaluates all basis functions once, to find those that are significant in each block.
    ///
    /// - Parameters:
    ///   - cacheLimitInBytes: limit on the memory for orbital values that are kept from one evaluation to the next. Reading them back
    ///     takes about as long as computing them, and the system's page faults on a gigabyte take longer than several evaluations: keep
    ///     them only for many evaluations with functions of high angular momentum.
    ///   - screening: pairs of functions whose integral over a block is below this are omitted; 0 keeps all.
    public init(
        basis: AtomicOrbitalBasis, grid: MolecularGrid, functional: DensityFunctional, pool: WorkerPool,
        cacheLimitInBytes: Int = 0, screening: Double = defaultScreening
    ) {
        self.basis = basis
        self.grid = grid
        self.functional = functional
        self.pool = pool
        evaluator = BasisFunctionEvaluator(basis: basis, negligible: screening * 1e-3)
        plans = BlockPlanner.plans(
            evaluator: evaluator, grid: grid, threshold: screening, cacheLimitInBytes: cacheLimitInBytes, pool: pool)
        cachedBytes = plans.reduce(0) { $0 + 8 * ($1.orbitals?.count ?? 0) }
    }

    /// Energies and potentials of several states at once, which share the orbital values.
    ///
    /// Cost of a state: about four operations a point and a pair of functions that matter in its block, for each spin.
    public func evaluate(_ densities: [SpinDensityMatrices]) -> [ExchangeCorrelationResult] {
        let n = basis.functionCount
        for matrix in densities.flatMap(\.matrices) { precondition(matrix.rows == n && matrix.columns == n) }
        guard !densities.isEmpty else { return [] }
        let matrixCount = densities.reduce(0) { $0 + $1.matrices.count }
        let groups = Self.groups(plans, matrixBytes: 8 * n * n)
        let size = n * n * matrixCount
        let sums = UnsafeMutablePointer<StateSums>.allocate(capacity: max(1, groups.count * densities.count))
        sums.initialize(repeating: StateSums(), count: groups.count * densities.count)
        defer { sums.deallocate() }
        let potentials = groups.map { _ in AlignedDoubles(count: size) }
        let workspaces = (0..<pool.threads).map { _ in
            BlockWorkspace(basisCount: n, plans: plans, blockSize: grid.blockSize)
        }
        let sharedSums = SharedPointer(sums)
        pool.forEach(groups.count) { group, worker in
            potentials[group].base.initialize(repeating: 0, count: size)
            for index in groups[group] {
                workspaces[worker].add(
                    plans[index], states: densities, functional: functional, grid: grid, evaluator: evaluator,
                    sums: sharedSums.base + group * densities.count, potentials: potentials[group].base)
            }
        }
        let matrices = symmetricSums(potentials, count: matrixCount)
        var next = 0
        return densities.indices.map { state in
            var total = StateSums()
            for group in groups.indices {
                let part = sums[group * densities.count + state]
                total.energy += part.energy
                total.alphaElectrons += part.alphaElectrons
                total.betaElectrons += part.betaElectrons
            }
            let spins = densities[state].matrices.count
            defer { next += spins }
            var numbers = [total.energy, total.alphaElectrons, total.betaElectrons]
            pool.communicator.sum(&numbers)
            return ExchangeCorrelationResult(
                energy: numbers[0], potentials: Array(matrices[next..<next + spins]),
                alphaElectrons: numbers[1], betaElectrons: numbers[2])
        }
    }

    /// Additions and multiplications in the density and potential products of a state, for computing the rate of operations.
    public func operationCount(of state: SpinDensityMatrices) -> Double {
        let perSpin = plans.reduce(0.0) { $0 + $1.productOperations(withGradient: functional.usesGradient) }
        return Double(state.matrices.count) * perSpin
    }

    /// Ranges of blocks of about equal cost. Their number depends only on the problem, so that sums are formed in the same order for any
    /// number of threads and states. Each has its own matrices, whose first use costs time.
    static func groups(_ plans: [BlockPlan], matrixBytes: Int) -> [Range<Int>] {
        let wanted = max(8, min(32, (64 << 20) / max(1, matrixBytes)))
        let total = plans.reduce(0) { $0 + $1.cost }
        var result: [Range<Int>] = []
        var start = 0
        var sum = 0
        for (index, plan) in plans.enumerated() {
            sum += plan.cost
            if sum * wanted >= total * (result.count + 1) || index == plans.count - 1 {
                result.append(start..<index + 1)
                start = index + 1
            }
        }
        return result
    }

    /// For every matrix, the sum over the groups of all ranks of M + M^T.
    func symmetricSums(_ parts: [AlignedDoubles], count: Int) -> [Matrix] {
        let n = basis.functionCount
        return (0..<count).map { index in
            var result = Matrix(rows: n, columns: n)
            result.elements.withUnsafeMutableBufferPointer { elements in
                guard let base = elements.baseAddress else { return }
                let target = SharedPointer(base)
                let offset = index * n * n
                pool.forEach(n) { i, _ in
                    let row = target.base + i * n
                    for part in parts {
                        let source = part.base + offset + i * n
                        for j in 0..<n { row[j] += source[j] }
                    }
                }
            }
            pool.communicator.sum(&result.elements)
            var symmetric = result
            for i in 0..<n { for j in 0..<n { symmetric[i, j] = result[i, j] + result[j, i] } }
            return symmetric
        }
    }
}
