import GaussianBasis
import LinearAlgebra
import ParallelExecution

/// Nuclear derivatives of contracted dipole integrals.
public enum DipoleGradient {
    /// d/dR of sum_mn P_mn <m| u . r |n>, one entry per atom. r is relative to the origin of the coordinates, and basis functions
    /// move with their atoms.
    ///
    /// The result is bitwise identical for any number of threads. Cost: that of the integrals.
    /// - Parameters:
    ///   - density: P, symmetric.
    ///   - direction: u, of any length.
    public static func gradient(
        basis: AtomicOrbitalBasis, density: Matrix, direction: SIMD3<Double>, pool: WorkerPool
    ) -> [SIMD3<Double>] {
        let shells = basis.shells
        let parts = pool.map(shells.count) { i -> [SIMD3<Double>] in
            var forces = [SIMD3<Double>](repeating: .zero, count: basis.molecule.atoms.count)
            for j in 0...i {
                // Both orders of the two shells together.
                let factor = j < i ? 2.0 : 1.0
                let pair = SeparableGradient(
                    shells[i], shells[j], densities: [density], operator: .position, weights: direction)
                // A displacement of both centres also displaces the charge.
                forces[shells[i].atom] += factor * pair.ofOperator
                forces[shells[j].atom] += factor * (pair.overlap * direction - pair.ofOperator)
            }
            return forces
        }
        var result = [SIMD3<Double>](repeating: .zero, count: basis.molecule.atoms.count)
        for part in parts { for atom in result.indices { result[atom] += part[atom] } }
        return result
    }
}
