import GaussianBasis
import LinearAlgebra

/// A basis of orthonormal combinations of the atomic orbitals, without combinations that are nearly linearly dependent.
package struct Orthogonalizer: Sendable {
    /// Functions by orthonormal combinations: X with X^T S X = 1.
    package let transformation: Matrix
    /// S X, which takes coefficients to the orthonormal basis: X^T S C.
    package let overlapTimesTransformation: Matrix
    let removedCount: Int

    package init(overlap: Matrix) throws {
        let problem = try SymmetricEigenproblem(overlap)
        let kept = problem.values.firstIndex { $0 > AtomicOrbitalBasis.smallestOverlapEigenvalue } ?? problem.values.count
        removedCount = kept
        var x = problem.vectors.columns(kept..<problem.values.count)
        for j in 0..<x.columns {
            let scale = 1 / problem.values[kept + j].squareRoot()
            for i in 0..<x.rows { x[i, j] *= scale }
        }
        transformation = x
        overlapTimesTransformation = overlap.times(x)
    }

    /// Orbitals that diagonalise a Fock matrix, with energies in ascending order.
    package func diagonalize(_ fock: Matrix) throws -> (coefficients: Matrix, energies: [Double]) {
        let problem = try SymmetricEigenproblem(fock.transformed(by: transformation))
        return (transformation.times(problem.vectors), problem.values)
    }

    /// X^T (F P S - S P F) X: zero at convergence, and antisymmetric.
    package func commutator(fock: Matrix, density: Matrix) -> Matrix {
        let product = transformation.times(fock.times(density).times(overlapTimesTransformation), transposed: true)
        return product - product.transposed()
    }
}
