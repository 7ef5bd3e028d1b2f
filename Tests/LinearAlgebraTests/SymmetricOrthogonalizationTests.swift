import LinearAlgebra
import Testing

@Suite struct SymmetricOrthogonalizationTests {
    private let overlap = Matrix(rows: 3, columns: 3, elements: [1, 0.4, 0.1, 0.4, 1.2, -0.3, 0.1, -0.3, 0.9])
    private let columns = Matrix(rows: 3, columns: 2, elements: [1, 0.2, -0.3, 1, 0.5, 0.1])

    private func largest(_ matrix: Matrix, _ wanted: Matrix) -> Double { (matrix - wanted).largestMagnitude }

    @Test func roots() throws {
        let problem = try SymmetricEigenproblem(overlap)
        #expect(largest(problem.squareRoot * problem.squareRoot, overlap) < 1e-14)
        #expect(largest(problem.inverseSquareRoot() * problem.squareRoot, .identity(3)) < 1e-14)
        // Of diag(4, 0.01), with everything below 0.25 counted as that: diag(1/2, 2).
        let floored = try SymmetricEigenproblem(Matrix.diagonal([4, 0.01])).inverseSquareRoot(floor: 0.25)
        #expect(largest(floored, .diagonal([0.5, 2])) < 1e-14)
    }

    /// Orthonormal, in the same space, and nearer to the given columns than any turned set (Carlson and Keller's property).
    @Test func nearestOrthonormalSet() throws {
        let found = try columns.symmetricallyOrthonormalized(overlap: overlap)
        #expect(largest(overlap.transformed(by: found), .identity(2)) < 1e-14)
        func distance(_ set: Matrix) -> Double { overlap.transformed(by: set - columns).trace }
        for angle in [-0.5, -0.01, 0.01, 0.5] {
            let (c, s) = ((1 - angle * angle).squareRoot(), angle)
            let turned = found * Matrix(rows: 2, columns: 2, elements: [c, s, -s, c])
            #expect(distance(turned) > distance(found), "\(angle)")
        }
    }

    @Test func someColumns() {
        let matrix = Matrix(rows: 2, columns: 3, elements: [1, 2, 3, 4, 5, 6])
        #expect(matrix.columns([2, 0]) == Matrix(rows: 2, columns: 2, elements: [3, 1, 6, 4]))
        #expect(matrix.columns([2, 0], times: [2, -1]) == Matrix(rows: 2, columns: 2, elements: [6, -1, 12, -4]))
        var changed = matrix
        changed.replaceColumns([2, 0], by: Matrix(rows: 2, columns: 2, elements: [7, 8, 9, 10]))
        #expect(changed == Matrix(rows: 2, columns: 3, elements: [8, 2, 7, 10, 5, 9]))
        #expect(matrix.columns([Int]()).columns == 0)
    }
}
