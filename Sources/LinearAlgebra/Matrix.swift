import COpenBLAS

/// A dense matrix of doubles, stored row by row.
public struct Matrix: Sendable, Equatable {
    public let rows: Int
    public let columns: Int
    /// `rows * columns` values; element (i, j) is at `i * columns + j`.
    public var elements: [Double]

    public init(rows: Int, columns: Int, repeating value: Double = 0) {
        self.rows = rows
        self.columns = columns
        elements = [Double](repeating: value, count: rows * columns)
    }

    public init(rows: Int, columns: Int, elements: [Double]) {
        precondition(elements.count == rows * columns, "a matrix needs rows * columns elements")
        self.rows = rows
        self.columns = columns
        self.elements = elements
    }

    public static func identity(_ n: Int) -> Matrix {
        diagonal([Double](repeating: 1, count: n))
    }

    public static func diagonal(_ values: [Double]) -> Matrix {
        var result = Matrix(rows: values.count, columns: values.count)
        for (i, value) in values.enumerated() { result[i, i] = value }
        return result
    }

    @inlinable
    public subscript(row: Int, column: Int) -> Double {
        get { elements[row * columns + column] }
        set { elements[row * columns + column] = newValue }
    }

    public var diagonal: [Double] { (0..<Swift.min(rows, columns)).map { self[$0, $0] } }

    public var trace: Double { diagonal.reduce(0, +) }

    /// Largest absolute value of any element; 0 for an empty matrix.
    public var largestMagnitude: Double { elements.reduce(0) { Swift.max($0, Swift.abs($1)) } }

    public func transposed() -> Matrix {
        var result = Matrix(rows: columns, columns: rows)
        for i in 0..<rows { for j in 0..<columns { result.elements[j * rows + i] = elements[i * columns + j] } }
        return result
    }

    /// (A + A^T) / 2.
    public func symmetrized() -> Matrix {
        var result = self
        for i in 0..<rows {
            for j in 0..<i {
                let mean = 0.5 * (self[i, j] + self[j, i])
                result[i, j] = mean
                result[j, i] = mean
            }
        }
        return result
    }

    /// Columns `range` as a matrix of their own.
    public func columns(_ range: Range<Int>) -> Matrix {
        var result = Matrix(rows: rows, columns: range.count)
        for i in 0..<rows { for (k, j) in range.enumerated() { result[i, k] = self[i, j] } }
        return result
    }

    /// Some columns, in the order given, as a matrix of their own.
    public func columns(_ indices: [Int]) -> Matrix {
        var result = Matrix(rows: rows, columns: indices.count)
        for i in 0..<rows { for (k, j) in indices.enumerated() { result[i, k] = self[i, j] } }
        return result
    }

    /// The same, each column times its factor.
    public func columns(_ indices: [Int], times factors: [Double]) -> Matrix {
        precondition(factors.count == indices.count)
        var result = columns(indices)
        for i in 0..<rows { for k in indices.indices { result[i, k] *= factors[k] } }
        return result
    }

    /// Puts the columns of another matrix in the place of some columns of this one.
    public mutating func replaceColumns(_ indices: [Int], by other: Matrix) {
        precondition(other.rows == rows && other.columns == indices.count)
        for i in 0..<rows { for (k, j) in indices.enumerated() { self[i, j] = other[i, k] } }
    }

    /// Sum over all elements of the product of `self` and `other`: the trace of A^T B.
    public func dot(_ other: Matrix) -> Double {
        precondition(rows == other.rows && columns == other.columns)
        return cblas_ddot(Int32(elements.count), elements, 1, other.elements, 1)
    }

    /// The elements on and below the diagonal, row by row.
    public var lowerTriangle: [Double] { (0..<rows).flatMap { row in (0...row).map { self[row, $0] } } }

    /// The symmetric matrix whose elements on and below the diagonal are given row by row.
    public init(lowerTriangle values: [Double], rows: Int) {
        precondition(values.count == rows * (rows + 1) / 2)
        self.init(rows: rows, columns: rows)
        for row in 0..<rows {
            for column in 0...row {
                let value = values[row * (row + 1) / 2 + column]
                (self[row, column], self[column, row]) = (value, value)
            }
        }
    }

    /// Matrix times vector.
    public func times(_ v: [Double]) -> [Double] {
        (0..<rows).map { row in (0..<columns).reduce(0) { $0 + self[row, $1] * v[$1] } }
    }

    /// op(A) op(B), where op transposes when asked to. Cost: one dgemm.
    public func times(_ other: Matrix, transposed: Bool = false, otherTransposed: Bool = false) -> Matrix {
        let m = transposed ? columns : rows
        let k = transposed ? rows : columns
        let n = otherTransposed ? other.rows : other.columns
        precondition(k == (otherTransposed ? other.columns : other.rows), "shapes do not match")
        var result = Matrix(rows: m, columns: n)
        guard m > 0, n > 0, k > 0 else { return result }
        cblas_dgemm(
            CblasRowMajor, transposed ? CblasTrans : CblasNoTrans, otherTransposed ? CblasTrans : CblasNoTrans,
            Int32(m), Int32(n), Int32(k), 1, elements, Int32(columns), other.elements, Int32(other.columns), 0,
            &result.elements, Int32(n))
        return result
    }

    /// C^T A C.
    public func transformed(by c: Matrix) -> Matrix {
        c.times(self.times(c), transposed: true)
    }

    public static func * (a: Matrix, b: Matrix) -> Matrix { a.times(b) }

    public static func * (factor: Double, a: Matrix) -> Matrix {
        var result = a
        cblas_dscal(Int32(a.elements.count), factor, &result.elements, 1)
        return result
    }

    public static func + (a: Matrix, b: Matrix) -> Matrix {
        var result = a
        result += b
        return result
    }

    public static func - (a: Matrix, b: Matrix) -> Matrix {
        var result = a
        result.add(b, scaledBy: -1)
        return result
    }

    public static func += (a: inout Matrix, b: Matrix) { a.add(b, scaledBy: 1) }

    /// Adds `factor * other` in place.
    public mutating func add(_ other: Matrix, scaledBy factor: Double) {
        precondition(rows == other.rows && columns == other.columns)
        cblas_daxpy(Int32(elements.count), factor, other.elements, 1, &elements, 1)
    }
}
