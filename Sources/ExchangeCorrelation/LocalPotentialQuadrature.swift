import DensityFunctionals
import GaussianBasis
import LinearAlgebra
import MolecularQuadrature
import ParallelExecution

/// Densities at the points of a grid, and matrices of local potentials given there.
public final class LocalPotentialQuadrature: Sendable {
    public let grid: MolecularGrid
    private let functionCount: Int
    private let pool: WorkerPool
    private let evaluator: BasisFunctionEvaluator
    private let plans: [BlockPlan]
    private let groups: [Range<Int>]

    /// - Parameter screening: pairs of functions whose integral over a block is below this are omitted.
    public init(basis: AtomicOrbitalBasis, grid: MolecularGrid, pool: WorkerPool, screening: Double) {
        self.grid = grid
        self.pool = pool
        functionCount = basis.functionCount
        evaluator = BasisFunctionEvaluator(basis: basis, negligible: screening * 1e-3)
        plans = BlockPlanner.plans(
            evaluator: evaluator, grid: grid, threshold: screening, cacheLimitInBytes: 0, pool: pool)
        let size = (plans.count + 7) / 8
        groups = stride(from: 0, to: plans.count, by: max(1, size)).map { [count = plans.count] in
            $0..<min(count, $0 + size)
        }
    }

    private func workspaces() -> [BlockWorkspace] {
        (0..<pool.threads).map { _ in
            BlockWorkspace(basisCount: functionCount, plans: plans, blockSize: grid.blockSize)
        }
    }

    /// The densities sum_ij D_ij phi_i phi_j of symmetric matrices, at all points; zero where all functions vanish.
    public func densities(_ matrices: [Matrix]) -> [[Double]] {
        let count = grid.count
        let storage = AlignedDoubles(count: max(1, matrices.count * count))
        storage.base.initialize(repeating: 0, count: max(1, matrices.count * count))
        let target = SharedPointer(storage.base)
        let workspaces = workspaces()
        pool.forEach(plans.count) { index, worker in
            let plan = plans[index]
            let workspace = workspaces[worker]
            workspace.coordinates.load(grid, plan.points)
            let orbitals = workspace.orbitalMatrices(plan, evaluator: evaluator)
            for (k, matrix) in matrices.enumerated() {
                workspace.fillDensity(plan, orbitals, matrix, spin: 0, uses: .localDensity)
                let row = target.base + k * count + plan.points.lowerBound
                for p in 0..<plan.points.count { row[p] = workspace.densities.base[p] }
            }
        }
        // Every point belongs to a block of one rank.
        pool.communicator.sum(storage.base, count: matrices.count * count)
        return matrices.indices.map { k in
            Array(UnsafeBufferPointer(start: storage.base + k * count, count: count))
        }
    }

    /// The matrices of integrals phi_i v phi_j for potentials given at all points.
    public func matrices(of potentials: [[Double]]) -> [Matrix] {
        let n = functionCount
        let square = n * n
        let sums = groups.map { _ in AlignedDoubles(count: square * potentials.count) }
        let workspaces = workspaces()
        pool.forEach(groups.count) { group, worker in
            let workspace = workspaces[worker]
            sums[group].base.initialize(repeating: 0, count: square * potentials.count)
            for index in groups[group] {
                let plan = plans[index]
                workspace.coordinates.load(grid, plan.points)
                let orbitals = workspace.orbitalMatrices(plan, evaluator: evaluator)
                let padded = OrbitalMatrices.paddedPoints(plan.points.count)
                for (k, potential) in potentials.enumerated() {
                    let target = workspace.coefficients.base
                    for p in 0..<padded {
                        target[p] =
                            p < plan.points.count
                            ? 0.5 * workspace.coordinates.weights[p] * potential[plan.points.lowerBound + p] : 0
                    }
                    workspace.addPotential(plan, orbitals, uses: .localDensity, to: sums[group].base + k * square)
                }
            }
        }
        return potentials.indices.map { k in
            var half = Matrix(rows: n, columns: n)
            for part in sums { for i in 0..<square { half.elements[i] += part.base[k * square + i] } }
            pool.communicator.sum(&half.elements)
            return half + half.transposed()
        }
    }
}
