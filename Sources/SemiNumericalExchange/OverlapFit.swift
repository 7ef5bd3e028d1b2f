import GaussianBasis
import LinearAlgebra

/// Corrects a quadrature so that it reproduces the overlap matrix: R with R N R^T = S, where N is the overlap by quadrature.
enum OverlapFit {
    /// R = S^(1/2) (S^(-1/2) N S^(-1/2))^(-1/2) S^(-1/2), of all solutions the one nearest to the unit matrix. Combinations of functions
    /// that are almost linearly dependent, whose quadrature errors S^(-1/2) would magnify, are not corrected. Cost: O(n^3).
    ///
    /// - Throws: `LinearAlgebraError` if a matrix is not finite.
    static func matrix(overlap: Matrix, quadrature: Matrix) throws -> Matrix {
        let n = overlap.rows
        let eigen = try SymmetricEigenproblem(overlap)
        let kept = eigen.values.indices.filter { eigen.values[$0] > smallestEigenvalue }
        let roots = kept.map { eigen.values[$0].squareRoot() }
        let down = eigen.vectors.columns(kept, times: roots.map { 1 / $0 })
        let up = eigen.vectors.columns(kept, times: roots)
        // Of an orthonormal set.
        let metric = quadrature.transformed(by: down).symmetrized()
        var correction = try SymmetricEigenproblem(metric).function { 1 / min(max($0, 0.5), 2).squareRoot() }
        for k in kept.indices { correction[k, k] -= 1 }
        return Matrix.identity(n) + up.times(correction).times(down, otherTransposed: true)
    }

    private static let smallestEigenvalue = 1e-4
}
