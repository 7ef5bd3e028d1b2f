import Foundation
import LinearAlgebra

/// Removes what the few digits of a file leave of the overlap of its orbitals.
enum Orthonormalization {
    /// Symmetrically orthonormalised orbitals (P.-O. Loewdin, J. Chem. Phys. 18, 365 (1950), doi:10.1063/1.1747632), which
    /// changes them least; those with more electrons first, the others against them, so that errors of empty orbitals do not
    /// reach the density.
    static func orthonormalized(_ coefficients: Matrix, occupations: [Double], overlap: Matrix) throws -> Matrix {
        var result = coefficients
        var done: [Int] = []
        for columns in groups(of: occupations) {
            var block = columns.map { column in (0..<coefficients.rows).map { coefficients[$0, column] } }.columnMatrix(
                rows: coefficients.rows)
            if !done.isEmpty {
                let earlier = done.map { column in (0..<result.rows).map { result[$0, column] } }.columnMatrix(rows: result.rows)
                // The second time removes what rounding left of the first.
                for _ in 0..<2 { block = block - earlier * earlier.times(overlap * block, transposed: true) }
            }
            let product = block.times(overlap * block, transposed: true).symmetrized()
            block = block * (try SymmetricEigenproblem(product).function { 1 / max($0, 0.1).squareRoot() })
            for (place, column) in columns.enumerated() {
                for row in 0..<result.rows { result[row, column] = block[row, place] }
            }
            done += columns
        }
        return result
    }

    /// Orbitals whose occupations are of one order of magnitude, the largest first.
    private static func groups(of occupations: [Double]) -> [[Int]] {
        func rank(_ occupation: Double) -> Int {
            [0.5, 0.05, 0.005, 0.0005].firstIndex { abs(occupation) > $0 } ?? 4
        }
        return (0...4).map { wanted in occupations.indices.filter { rank(occupations[$0]) == wanted } }.filter { !$0.isEmpty }
    }
}

extension [[Double]] {
    /// Each element is a column.
    fileprivate func columnMatrix(rows: Int) -> Matrix {
        Matrix(rows: count, columns: rows, elements: flatMap { $0 }).transposed()
    }
}
