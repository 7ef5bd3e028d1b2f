import COpenBLAS

/// The factors of a square matrix A = P L U, for the solution of many systems of linear equations (LAPACK dgetrf and dgetrs).
public struct LUFactor: Sendable {
    private let size: Int
    /// Of the transposed matrix: column by column it is the matrix row by row.
    private let elements: [Double]
    private let pivots: [Int32]

    /// Cost: O(n^3).
    /// - Throws: `LinearAlgebraError` when the matrix is singular or not finite.
    public init(_ matrix: Matrix) throws {
        precondition(matrix.rows == matrix.columns)
        size = matrix.rows
        var a = matrix.elements
        var n = Int32(size)
        var pivots = [Int32](repeating: 0, count: size)
        var info: Int32 = 0
        if size > 0 { dgetrf_(&n, &n, &a, &n, &pivots, &info) }
        guard info == 0, a.allSatisfy(\.isFinite) else { throw LinearAlgebraError.singular }
        elements = a
        self.pivots = pivots
    }

    /// x with A x = b, or A^T x = b. Cost: O(n^2).
    public func solve(_ b: [Double], transposed isTransposed: Bool = false) -> [Double] {
        precondition(b.count == size)
        var x = b
        var n = Int32(size)
        var one: Int32 = 1
        var info: Int32 = 0
        var transposed = Int8(UInt8(ascii: isTransposed ? "N" : "T"))
        if size > 0 { dgetrs_(&transposed, &n, &one, elements, &n, pivots, &x, &n, &info) }
        return x
    }
}
