import DensityFunctionals
import GaussianBasis
import LinearAlgebra
import MolecularQuadrature
import ParallelExecution

extension ExchangeCorrelationIntegrator {
    /// Second derivatives of the exchange-correlation energy with respect to the nuclear positions at fixed density matrices, and first
    /// derivatives of the potential's matrices, with basis functions that move with their atoms; points and weights are fixed.
    ///
    /// The energy derivatives lack the diagonal blocks of the atoms (see `SkeletonDerivatives`). The result is the same to the last bit for
    /// any number of threads. Cost: that of several potentials, and of one per coordinate.
    ///
    /// - Parameter memoryLimitInBytes: bound on the sums of the matrices beyond two sets.
    /// - Precondition: `functional.hasSecondDerivatives`.
    public func skeletonDerivatives(_ state: SpinDensityMatrices, memoryLimitInBytes: Int) -> SkeletonDerivatives {
        let n = basis.functionCount
        let spins = state.matrices.count
        let coordinates = 3 * basis.molecule.atoms.count
        let size = coordinates * spins * n * n
        let groupCount = max(2, min(16, memoryLimitInBytes / max(1, 8 * size)))
        let chunk = (plans.count + groupCount * 8 - 1) / (groupCount * 8)
        let potentials = (0..<groupCount).map { _ in AlignedDoubles(count: size) }
        let workspaces = (0..<pool.threads).map { _ in
            SecondDerivativeWorkspace(basis: basis, plans: plans, blockSize: grid.blockSize, isPolarized: spins == 2)
        }
        let energies = UnsafeMutablePointer<Matrix?>.allocate(capacity: groupCount)
        energies.initialize(repeating: nil, count: groupCount)
        defer {
            energies.deinitialize(count: groupCount)
            energies.deallocate()
        }
        let shared = SharedPointer(energies)
        pool.forEach(groupCount) { group, worker in
            potentials[group].base.initialize(repeating: 0, count: size)
            var energy = Matrix(rows: coordinates, columns: coordinates)
            // Distributed in short runs: neighbours cost about the same.
            for first in stride(from: group * chunk, to: plans.count, by: groupCount * chunk) {
                for index in first..<min(plans.count, first + chunk) where !plans[index].isEmpty {
                    workspaces[worker].add(
                        plans[index], state: state, functional: functional, grid: grid, evaluator: evaluator, to: &energy,
                        potentials: potentials[group].base)
                }
            }
            shared[group] = energy
        }
        var energy = Matrix(rows: coordinates, columns: coordinates)
        for group in 0..<groupCount { if let part = energies[group] { energy += part } }
        pool.communicator.sum(&energy.elements)
        let matrices = symmetricSums(potentials, count: coordinates * spins)
        return SkeletonDerivatives(
            energy: energy, fock: (0..<coordinates).map { Array(matrices[$0 * spins..<($0 + 1) * spins]) })
    }
}
