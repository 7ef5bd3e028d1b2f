import COpenBLAS

/// Numbers that OpenBLAS multiplies matrices of: products over raw memory, row by row. Each call is one of OpenBLAS.
public protocol MatrixScalar: BinaryFloatingPoint, Sendable {
    /// C = A^T B, with A of `inner` rows and `rows` columns and B of `inner` rows and `columns` columns, all rows one after the other.
    static func product(
        transposed a: UnsafePointer<Self>, _ b: UnsafePointer<Self>, into c: UnsafeMutablePointer<Self>, rows: Int, columns: Int,
        inner: Int
    )

    /// Lower triangle of C = factor A A^T + keep C, with A of `rows` rows of `columns` elements, `stride` apart.
    static func square(
        of a: UnsafePointer<Self>, rows: Int, columns: Int, stride: Int, factor: Self, keeping keep: Self,
        into c: UnsafeMutablePointer<Self>
    )
}

extension Float: MatrixScalar {
    public static func product(
        transposed a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, into c: UnsafeMutablePointer<Float>, rows: Int,
        columns: Int,
        inner: Int
    ) {
        cblas_sgemm(
            CblasRowMajor, CblasTrans, CblasNoTrans, Int32(rows), Int32(columns), Int32(inner), 1, a, Int32(rows), b,
            Int32(columns), 0,
            c, Int32(columns))
    }

    public static func square(
        of a: UnsafePointer<Float>, rows: Int, columns: Int, stride: Int, factor: Float, keeping keep: Float,
        into c: UnsafeMutablePointer<Float>
    ) {
        cblas_ssyrk(
            CblasRowMajor, CblasLower, CblasNoTrans, Int32(rows), Int32(columns), factor, a, Int32(stride), keep, c, Int32(rows))
    }
}

extension Double: MatrixScalar {
    public static func product(
        transposed a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, into c: UnsafeMutablePointer<Double>, rows: Int,
        columns: Int,
        inner: Int
    ) {
        cblas_dgemm(
            CblasRowMajor, CblasTrans, CblasNoTrans, Int32(rows), Int32(columns), Int32(inner), 1, a, Int32(rows), b,
            Int32(columns), 0,
            c, Int32(columns))
    }

    public static func square(
        of a: UnsafePointer<Double>, rows: Int, columns: Int, stride: Int, factor: Double, keeping keep: Double,
        into c: UnsafeMutablePointer<Double>
    ) {
        cblas_dsyrk(
            CblasRowMajor, CblasLower, CblasNoTrans, Int32(rows), Int32(columns), factor, a, Int32(stride), keep, c, Int32(rows))
    }

    /// X with X L^T = B, or X L = B, in place of B, for a lower triangle L of `columns` rows.
    public static func solve(
        lowerTriangle l: UnsafePointer<Double>, transposed: Bool = true, _ b: UnsafeMutablePointer<Double>, rows: Int, columns: Int
    ) {
        cblas_dtrsm(
            CblasRowMajor, CblasRight, CblasLower, transposed ? CblasTrans : CblasNoTrans, CblasNonUnit, Int32(rows),
            Int32(columns), 1, l, Int32(columns), b, Int32(columns))
    }
}
