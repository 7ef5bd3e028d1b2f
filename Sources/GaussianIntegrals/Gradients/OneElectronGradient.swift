import GaussianBasis
import LinearAlgebra
import ParallelExecution

/// Derivatives with respect to the nuclear positions of sums over overlap and kinetic integrals.
public enum OneElectronGradient {
    /// d/dR of sum_mn P_mn T_mn - sum_mn W_mn S_mn, with basis functions that move with their atoms; one entry per atom.
    ///
    /// The result is the same to the last bit for any number of threads. Cost: that of the integrals.
    /// - Parameters:
    ///   - density: P, symmetric, multiplied with kinetic integrals.
    ///   - energyWeightedDensity: W, symmetric, multiplied with overlap integrals.
    public static func gradient(
        basis: AtomicOrbitalBasis, density: Matrix, energyWeightedDensity: Matrix, pool: WorkerPool
    ) -> [SIMD3<Double>] {
        let shells = basis.shells
        let parts = pool.map(shells.count) { i -> [SIMD3<Double>] in
            var forces = [SIMD3<Double>](repeating: .zero, count: basis.molecule.atoms.count)
            for j in 0..<i where shells[j].atom != shells[i].atom {
                // Functions of two atoms depend on the distance alone.
                let pair = SeparableGradient(
                    shells[i], shells[j], densities: [density, energyWeightedDensity], operator: .kinetic, weights: .one)
                // Both orders of the functions together.
                let force = 2 * (pair.ofOperator - pair.ofOverlap)
                forces[shells[i].atom] += force
                forces[shells[j].atom] -= force
            }
            return forces
        }
        var result = [SIMD3<Double>](repeating: .zero, count: basis.molecule.atoms.count)
        for part in parts { for atom in result.indices { result[atom] += part[atom] } }
        return result
    }
}
