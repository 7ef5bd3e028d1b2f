import ElectronicStructure
import LinearAlgebra
import MolecularStructure

/// The one-electron Hamiltonian of the exact two-component theory, without spin-orbit coupling (sf-X2C-1e).
///
/// Dirac's equation of one electron in the field of the nucleus, without its spin-dependent terms, is solved in the basis; the
/// relation X of small to large components of its electronic solutions, and the renormalisation R of the large ones, give a
/// Hamiltonian with the same energies for electrons alone. W. Kutzelnigg and W. Liu, J. Chem. Phys. 123, 241102 (2005),
/// doi 10.1063/1.2137315; K. G. Dyall, J. Chem. Phys. 115, 9136 (2001), doi 10.1063/1.1413512.
enum ExactTwoComponent {
    /// - Parameters:
    ///   - slopesOfAttraction: <grad i|V|grad j> / 4 c^2.
    ///   - orthogonalizer: of the functions that all matrices are over.
    static func hamiltonian(
        kinetic: Matrix, attraction: Matrix, slopesOfAttraction: Matrix, orthogonalizer: Orthogonalizer
    ) throws -> Matrix {
        let x = orthogonalizer.transformation
        let (t, v, w) = (kinetic.transformed(by: x), attraction.transformed(by: x), slopesOfAttraction.transformed(by: x))
        let n = t.rows
        let c = PhysicalConstants.speedOfLight
        // The metric of the small components is T / 2 c^2.
        let root = try SymmetricEigenproblem(t).function { (2 * c * c / $0).squareRoot() }
        let coupling = t.times(root)
        let lower = (w - t).transformed(by: root)
        var dirac = Matrix(rows: 2 * n, columns: 2 * n)
        for i in 0..<n {
            for j in 0..<n {
                dirac[i, j] = v[i, j]
                dirac[i, n + j] = coupling[i, j]
                dirac[n + j, i] = coupling[i, j]
                dirac[n + i, n + j] = lower[i, j]
            }
        }
        let solutions = try SymmetricEigenproblem(dirac).vectors
        var large = Matrix(rows: n, columns: n)
        var small = large
        for i in 0..<n {
            for j in 0..<n {
                large[i, j] = solutions[i, n + j]
                small[i, j] = solutions[n + i, n + j]
            }
        }
        small = root.times(small)
        // X A = B, row by row of X: A^T X^T = B^T.
        let factor = try LUFactor(large.transposed())
        var relation = Matrix(rows: n, columns: n)
        for i in 0..<n {
            let row = factor.solve((0..<n).map { small[i, $0] })
            for j in 0..<n { relation[i, j] = row[j] }
        }
        let tx = t.times(relation)
        let electronic = v + tx + tx.transposed() + (w - t).transformed(by: relation)
        let metric = Matrix.identity(n) + (1 / (2 * c * c)) * t.transformed(by: relation)
        let renormalization = try SymmetricEigenproblem(metric.symmetrized()).function { 1 / $0.squareRoot() }
        let hamiltonian = electronic.symmetrized().transformed(by: renormalization)
        return hamiltonian.transformed(by: orthogonalizer.overlapTimesTransformation.transposed()).symmetrized()
    }
}
