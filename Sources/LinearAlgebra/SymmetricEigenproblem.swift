import COpenBLAS

/// An error of a dense linear-algebra routine.
public enum LinearAlgebraError: Error, CustomStringConvertible {
    case noConvergence(routine: String, info: Int)
    case notPositiveDefinite(order: Int)
    case singular

    public var description: String {
        switch self {
        case .noConvergence(let routine, let info):
            "the eigenvalue routine \(routine) did not converge (info = \(info)); the matrix may hold infinities or NaN"
        case .notPositiveDefinite(let order): "the matrix is not positive definite (leading minor \(order))"
        case .singular: "the system of linear equations is singular"
        }
    }
}

/// Eigenvalues in ascending order and orthonormal eigenvectors of a real symmetric matrix.
public struct SymmetricEigenproblem: Sendable {
    public let values: [Double]
    /// Column k belongs to `values[k]`.
    public let vectors: Matrix

    /// Solves A v = a v by divide and conquer (LAPACK dsyevd). Cost: O(n^3).
    public init(_ matrix: Matrix) throws {
        precondition(matrix.rows == matrix.columns)
        let n = matrix.rows
        guard n > 0 else {
            values = []
            vectors = matrix
            return
        }
        guard matrix.elements.allSatisfy(\.isFinite) else {
            throw LinearAlgebraError.noConvergence(routine: "dsyevd", info: -4)
        }
        var a = matrix.elements
        var w = [Double](repeating: 0, count: n)
        var order = Int32(n)
        var info: Int32 = 0
        var workSize: Double = 0
        var integerWorkSize: Int32 = 0
        var query: Int32 = -1
        dsyevd_("V", "U", &order, &a, &order, &w, &workSize, &query, &integerWorkSize, &query, &info)
        var lwork = Int32(workSize)
        var liwork = integerWorkSize
        var work = [Double](repeating: 0, count: Int(lwork))
        var integerWork = [Int32](repeating: 0, count: Int(liwork))
        dsyevd_("V", "U", &order, &a, &order, &w, &work, &lwork, &integerWork, &liwork, &info)
        guard info == 0 else { throw LinearAlgebraError.noConvergence(routine: "dsyevd", info: Int(info)) }
        values = w
        vectors = Matrix(rows: n, columns: n, elements: a).transposed()
    }

    /// V f(a) V^T.
    public func function(_ f: (Double) -> Double) -> Matrix {
        var scaled = vectors
        let factors = values.map(f)
        for i in 0..<scaled.rows { for j in 0..<scaled.columns { scaled[i, j] *= factors[j] } }
        return scaled.times(vectors, otherTransposed: true)
    }
}

extension Matrix {
    /// Solves A x = b for a general square A (LU with partial pivoting, LAPACK dgesv).
    public func solve(_ b: [Double]) throws -> [Double] {
        precondition(rows == columns && b.count == rows)
        var a = transposed().elements
        var x = b
        var n = Int32(rows)
        var one: Int32 = 1
        var info: Int32 = 0
        var pivots = [Int32](repeating: 0, count: rows)
        dgesv_(&n, &one, &a, &n, &pivots, &x, &n, &info)
        guard info == 0 else { throw LinearAlgebraError.singular }
        return x
    }
}

/// Control over the threads that OpenBLAS starts by itself.
public enum BLASThreads {
    /// Limits OpenBLAS's own threads. Use one inside our worker threads: threaded BLAS is slower for small matrices.
    public static func limit(to count: Int) { openblas_set_num_threads(Int32(count)) }
}
