import LinearAlgebra
import Testing

@Suite struct MatrixTests {
    private let a = Matrix(rows: 2, columns: 3, elements: [1, 2, 3, 4, 5, 6])
    private let b = Matrix(rows: 3, columns: 2, elements: [7, 8, 9, 10, 11, 12])

    @Test func productsOfRectangularMatrices() {
        #expect((a * b).elements == [58, 64, 139, 154])
        #expect(a.times(a, otherTransposed: true).elements == [14, 32, 32, 77])
        #expect(a.times(a, transposed: true).elements == [17, 22, 27, 22, 29, 36, 27, 36, 45])
    }

    @Test func sumsAndTraces() {
        let square = a * b
        #expect(square.trace == 212)
        #expect((square - square).largestMagnitude == 0)
        #expect((2 * square).elements == [116, 128, 278, 308])
        #expect(square.symmetrized().elements == [58, 101.5, 101.5, 154])
        #expect(a.dot(a) == 91)
        #expect(a.columns(1..<3).elements == [2, 3, 5, 6])
    }

    @Test func eigenvectorsRebuildTheMatrix() throws {
        let m = Matrix(rows: 3, columns: 3, elements: [2, -1, 0.3, -1, 1, 0.5, 0.3, 0.5, -4])
        let problem = try SymmetricEigenproblem(m)
        #expect(problem.values == problem.values.sorted())
        #expect((problem.function { $0 } - m).largestMagnitude < 1e-14)
        let unit = problem.vectors.times(problem.vectors, transposed: true)
        #expect((unit - .identity(3)).largestMagnitude < 1e-14)
    }

    @Test func matricesThatAreNotNumbersAreRefused() {
        let m = Matrix(rows: 2, columns: 2, elements: [1, .nan, .nan, 1])
        #expect(throws: LinearAlgebraError.self) { _ = try SymmetricEigenproblem(m) }
    }

    @Test func linearEquations() throws {
        let m = Matrix(rows: 2, columns: 2, elements: [3, 1, 1, 2])
        let x = try m.solve([9, 8])
        #expect(abs(x[0] - 2) < 1e-14 && abs(x[1] - 3) < 1e-14)
        #expect(throws: LinearAlgebraError.self) {
            _ = try Matrix(rows: 2, columns: 2, elements: [1, 2, 2, 4]).solve([1, 2])
        }
    }

    @Test func manyLinearEquations() throws {
        // Neither symmetric nor with a pivot in place.
        let m = Matrix(rows: 3, columns: 3, elements: [0, 2, -1, 1, 1, 3, 4, -2, 0.5])
        let factor = try LUFactor(m)
        for right in [[1.0, 0, 0], [3, -2, 7]] {
            let x = factor.solve(right)
            for row in 0..<3 {
                let product = (0..<3).reduce(0) { $0 + m[row, $1] * x[$1] }
                #expect(abs(product - right[row]) < 1e-14)
            }
        }
        #expect(throws: LinearAlgebraError.self) { try LUFactor(Matrix(rows: 2, columns: 2, elements: [1, 2, 2, 4])) }
    }
}
