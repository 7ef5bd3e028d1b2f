import GaussianBasis
import LinearAlgebra
import MolecularQuadrature
import ParallelExecution

extension ExchangeCorrelationIntegrator {
    /// Derivatives of the exchange-correlation energy with respect to the nuclear positions, with basis functions that move with their
    /// atoms; hartree per bohr, one entry per atom.
    ///
    /// Without the response of the quadrature, points and weights are fixed, as in most programs: the derivatives are then not exactly
    /// those of the computed energy, and their sum is not exactly zero. With the response, they are. Cost: about that of two or three
    /// evaluations of the potential; the response costs the square of the number of atoms per point.
    /// - Parameter includesQuadratureResponse: whether points move with their atoms and weights follow.
    public func gradient(_ state: SpinDensityMatrices, includesQuadratureResponse: Bool = false) -> [SIMD3<Double>] {
        let atomCount = basis.molecule.atoms.count
        let wanted = 64
        let size = max(1, (plans.count + wanted - 1) / wanted)
        let groups = stride(from: 0, to: plans.count, by: size).map { $0..<min(plans.count, $0 + size) }
        let workspaces = (0..<pool.threads).map { _ in
            GradientWorkspace(
                basis: basis, plans: plans, blockSize: grid.blockSize, includesQuadratureResponse: includesQuadratureResponse)
        }
        let parts = UnsafeMutablePointer<[SIMD3<Double>]>.allocate(capacity: max(1, groups.count))
        parts.initialize(repeating: [], count: groups.count)
        defer {
            parts.deinitialize(count: groups.count)
            parts.deallocate()
        }
        let shared = SharedPointer(parts)
        pool.forEach(groups.count) { group, worker in
            var forces = [SIMD3<Double>](repeating: .zero, count: atomCount)
            for index in groups[group] {
                workspaces[worker].add(
                    plans[index], state: state, functional: functional, grid: grid, evaluator: evaluator, to: &forces)
            }
            shared[group] = forces
        }
        var result = [SIMD3<Double>](repeating: .zero, count: atomCount)
        for group in groups.indices { for atom in result.indices { result[atom] += parts[group][atom] } }
        return pool.communicator.sum(result)
    }
}
