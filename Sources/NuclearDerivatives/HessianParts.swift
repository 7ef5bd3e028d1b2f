import LinearAlgebra

/// A finished part of second derivatives.
public enum HessianPart: Sendable, Hashable {
    /// Derivatives at fixed orbitals.
    case skeleton
    /// Response of the orbitals to a range of perturbations: the coordinates, followed by the components of a field.
    case response(Range<Int>)
}

/// Where finished parts of second derivatives are kept, so that an interrupted calculation can continue.
public protocol HessianStore {
    /// The numbers of a part; nil if there is none.
    func numbers(of part: HessianPart) -> [Double]?
    func keep(_ numbers: [Double], of part: HessianPart) throws
}

/// Matrices in a row of numbers.
struct MatrixWriter {
    private(set) var numbers: [Double] = []

    mutating func add(_ matrix: Matrix) { numbers += matrix.elements }
    mutating func add(_ values: [Double]) { numbers += values }
}

/// The same matrices, read in the same order. The caller knows their shapes.
struct MatrixReader {
    private let numbers: [Double]
    private var next = 0

    /// Whether all numbers have been read, and no more.
    var isAtEnd: Bool { next == numbers.count }

    init(_ numbers: [Double]) { self.numbers = numbers }

    mutating func values(_ count: Int) -> [Double] {
        defer { next += count }
        return next + count <= numbers.count ? Array(numbers[next..<next + count]) : [Double](repeating: 0, count: count)
    }

    mutating func matrix(_ rows: Int, _ columns: Int) -> Matrix {
        Matrix(rows: rows, columns: columns, elements: values(rows * columns))
    }
}
