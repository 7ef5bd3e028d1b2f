import DensityFunctionals
import LinearAlgebra
import MolecularQuadrature
import ParallelExecution

/// The exchange-correlation kernel of a state: the change of the potential with the density, from the second derivatives of the functional,
/// which are stored for all points.
public final class ExchangeCorrelationKernel: @unchecked Sendable {
    private let integrator: ExchangeCorrelationIntegrator
    private let isPolarized: Bool
    private let rows: AlignedDoubles
    /// Of every block, the first double of its rows.
    private let places: [Int]

    /// - Precondition: `integrator.functional.hasSecondDerivatives`.
    public init(_ integrator: ExchangeCorrelationIntegrator, state: SpinDensityMatrices) {
        self.integrator = integrator
        let matrices = state.matrices
        isPolarized = matrices.count == 2
        let plans = integrator.plans
        let width = KernelRows.rowCount(isPolarized: isPolarized)
        var places: [Int] = []
        var total = 0
        for plan in plans {
            places.append(total)
            total += width * OrbitalMatrices.paddedPoints(plan.points.count)
        }
        self.places = places
        rows = AlignedDoubles(count: total)
        let workspaces = (0..<integrator.pool.threads).map { _ in
            BlockWorkspace(basisCount: integrator.basis.functionCount, plans: plans, blockSize: integrator.grid.blockSize)
        }
        let scratch = (0..<integrator.pool.threads).map { _ in
            AlignedDoubles(count: 29 * OrbitalMatrices.paddedPoints(integrator.grid.blockSize))
        }
        integrator.pool.forEach(plans.count) { [rows, isPolarized, places] index, worker in
            let plan = plans[index]
            let workspace = workspaces[worker]
            workspace.coordinates.load(integrator.grid, plan.points)
            let orbitals = workspace.orbitalMatrices(plan, evaluator: integrator.evaluator)
            for (spin, matrix) in matrices.enumerated() {
                workspace.fillDensity(plan, orbitals, matrix, spin: spin, uses: integrator.functional.kind)
            }
            KernelRows(
                base: rows.base + places[index], points: OrbitalMatrices.paddedPoints(plan.points.count), isPolarized: isPolarized
            ).fill(
                integrator.functional, densities: workspace.densities.base, weights: workspace.coordinates.weights,
                count: plan.points.count, scratch: scratch[worker].base)
        }
    }

    /// Changes of the potentials due to changes of the densities, in the forms of `SpinDensityMatrices`, any number in one pass over the
    /// grid.
    public func response(to changes: [SpinDensityMatrices]) -> [[Matrix]] {
        let n = integrator.basis.functionCount
        // Sums of eight groups of blocks in half a gigabyte.
        let chunk = max(1, (64 << 20) / max(1, 8 * n * n * (isPolarized ? 2 : 1)))
        return stride(from: 0, to: changes.count, by: chunk).flatMap {
            part(Array(changes[$0..<min(changes.count, $0 + chunk)]))
        }
    }

    private func part(_ changes: [SpinDensityMatrices]) -> [[Matrix]] {
        let n = integrator.basis.functionCount
        let plans = integrator.plans
        let spins = isPolarized ? 2 : 1
        let size = n * n * spins * changes.count
        let groups = ExchangeCorrelationIntegrator.groups(plans, matrixBytes: 8 * size)
        let potentials = groups.map { _ in AlignedDoubles(count: size) }
        let points = OrbitalMatrices.paddedPoints(integrator.grid.blockSize)
        let workspaces = (0..<integrator.pool.threads).map { _ in
            BlockWorkspace(basisCount: n, plans: plans, blockSize: integrator.grid.blockSize)
        }
        let coefficients = (0..<integrator.pool.threads).map { _ in
            AlignedDoubles(count: 2 * FunctionalArrays.rowCount * points)
        }
        let kind = integrator.functional.kind
        integrator.pool.forEach(groups.count) { [self] group, worker in
            potentials[group].base.initialize(repeating: 0, count: size)
            let workspace = workspaces[worker]
            for index in groups[group] where !plans[index].isEmpty {
                let plan = plans[index]
                workspace.coordinates.load(integrator.grid, plan.points)
                let orbitals = workspace.orbitalMatrices(plan, evaluator: integrator.evaluator)
                let padded = OrbitalMatrices.paddedPoints(plan.points.count)
                let kernel = KernelRows(base: rows.base + places[index], points: padded, isPolarized: isPolarized)
                let targets = (0..<spins).map { coefficients[worker].base + $0 * FunctionalArrays.rowCount * padded }
                var target = potentials[group].base
                for change in changes {
                    for (spin, matrix) in change.matrices.enumerated() {
                        workspace.fillDensity(plan, orbitals, matrix, spin: spin, uses: kind)
                    }
                    kernel.fillChanges(workspace.densities.base, usesGradient: kind != .localDensity, targets: targets)
                    for spin in 0..<spins {
                        workspace.addPotential(plan, orbitals, coefficients: targets[spin], uses: kind, to: target)
                        target += n * n
                    }
                }
            }
        }
        let matrices = integrator.symmetricSums(potentials, count: spins * changes.count)
        return changes.indices.map { Array(matrices[$0 * spins..<($0 + 1) * spins]) }
    }
}
