import GaussianBasis
import LinearAlgebra
import ParallelExecution

/// Nuclear derivatives of contracted overlap and kinetic integrals.
public enum OneElectronGradient {
    /// d/dR of sum_mn P_mn T_mn - sum_mn W_mn S_mn, one entry per atom. Basis functions move with their atoms.
    ///
    /// The result is bitwise identical for any number of threads. Cost: that of the integrals.
    /// - Parameters:
    ///   - density: P, symmetric, contracted with kinetic integrals.
    ///   - energyWeightedDensity: W, symmetric, contracted with overlap integrals.
    public static func gradient(
        basis: AtomicOrbitalBasis, density: Matrix, energyWeightedDensity: Matrix, pool: WorkerPool
    ) -> [SIMD3<Double>] {
        let shells = basis.shells
        let parts = pool.map(shells.count) { i -> [SIMD3<Double>] in
            var forces = [SIMD3<Double>](repeating: .zero, count: basis.molecule.atoms.count)
            for j in 0..<i where shells[j].atom != shells[i].atom {
                // Integrals over functions of two atoms depend only on their relative position.
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
