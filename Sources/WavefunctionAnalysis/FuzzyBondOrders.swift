import GaussianBasis
import LinearAlgebra
import MolecularQuadrature
import ParallelExecution

/// Bond orders from overlaps of the occupied orbitals within atoms with smooth boundaries, in Becke's partition.
///
/// B_AB = 2 sum over spins of sum over i, j of S^A_ij S^B_ij. Unlike Mayer's, they do not depend on the atom to which a basis function
/// belongs, and hardly on diffuse functions. I. Mayer and P. Salvador, Chem. Phys. Lett. 383, 368 (2004), doi 10.1016/j.cplett.2003.11.048.
/// The partition is that of the grid, which should have the boundaries of that work (`CellBoundaries.braggSlater`).
public enum FuzzyBondOrders {
    /// - Returns: for every state a matrix over atoms; the diagonal is zero.
    ///
    /// Cost: that of `AtomicOverlaps` over all points, then the square of the atoms times that of the occupied orbitals.
    public static func orders(_ wavefunctions: [Wavefunction], grid: MolecularGrid, pool: WorkerPool) -> [Matrix] {
        guard let basis = wavefunctions.first?.basis else { return [] }
        var sets: [Matrix] = []
        var weights: [(set: Int, state: Int, factor: Double)] = []
        for (state, wavefunction) in wavefunctions.enumerated() {
            switch wavefunction.orbitals {
            case .restricted(let both):
                weights.append((sets.count, state, 1))
                sets.append(scaled(both))
            case .unrestricted(let alpha, let beta):
                for spin in [alpha, beta] {
                    weights.append((sets.count, state, 2))
                    sets.append(scaled(spin))
                }
            }
        }
        let overlaps = AtomicOverlaps.matrices(basis: basis, orbitals: sets, grid: grid, pool: pool)
        let count = basis.molecule.atoms.count
        var result = [Matrix](repeating: Matrix(rows: count, columns: count), count: wavefunctions.count)
        for (set, state, factor) in weights {
            for a in 0..<count {
                for b in 0..<a {
                    let order = factor * overlaps[set][a].dot(overlaps[set][b])
                    result[state][a, b] += order
                    result[state][b, a] += order
                }
            }
        }
        return result
    }

    /// Occupied orbitals times the square roots of their occupations.
    private static func scaled(_ orbitals: MolecularOrbitals) -> Matrix {
        let occupied = orbitals.occupations.indices.filter { orbitals.occupations[$0] > 0 }
        return orbitals.coefficients.columns(occupied, times: occupied.map { orbitals.occupations[$0].squareRoot() })
    }
}
