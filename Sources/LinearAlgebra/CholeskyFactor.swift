import COpenBLAS

/// The factor L of a symmetric positive definite matrix A = L L^T.
public struct CholeskyFactor: Sendable {
    private let size: Int
    /// Column by column, as LAPACK keeps it; only the lower triangle counts.
    private let elements: [Double]

    /// - Throws: `LinearAlgebraError` when the matrix is not positive definite.
    public init(_ matrix: Matrix) throws {
        precondition(matrix.rows == matrix.columns)
        size = matrix.rows
        var a = matrix.elements
        var n = Int32(size)
        var info: Int32 = 0
        var triangle = Int8(UInt8(ascii: "L"))
        if size > 0 { dpotrf_(&triangle, &n, &a, &n, &info) }
        guard info == 0 else { throw LinearAlgebraError.notPositiveDefinite(order: Int(info)) }
        elements = a
    }

    /// x with A x = b.
    public func solve(_ b: [Double]) -> [Double] {
        precondition(b.count == size)
        var x = b
        let n = Int32(size)
        if size > 0 {
            cblas_dtrsv(CblasColMajor, CblasLower, CblasNoTrans, CblasNonUnit, n, elements, n, &x, 1)
            cblas_dtrsv(CblasColMajor, CblasLower, CblasTrans, CblasNonUnit, n, elements, n, &x, 1)
        }
        return x
    }

    /// L row by row, zero above the diagonal.
    public var lowerTriangle: Matrix {
        var result = Matrix(rows: size, columns: size)
        for j in 0..<size { for i in j..<size { result[i, j] = elements[j * size + i] } }
        return result
    }
}
