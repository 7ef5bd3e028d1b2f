import LinearAlgebra

/// Removes the orthonormality error due to the few digits in a file.
enum Orthonormalization {
    /// Symmetrically orthonormalised orbitals, with the smallest possible changes; those with more electrons first, the others against
    /// them, so that errors of empty orbitals do not affect the density.
    static func orthonormalized(_ coefficients: Matrix, occupations: [Double], overlap: Matrix) throws -> Matrix {
        var result = coefficients
        var done: [Int] = []
        for columns in groups(of: occupations) {
            var block = coefficients.columns(columns)
            if !done.isEmpty {
                let earlier = result.columns(done)
                // The second pass removes the rounding errors of the first.
                for _ in 0..<2 { block = block - earlier * earlier.times(overlap * block, transposed: true) }
            }
            result.replaceColumns(columns, by: try block.symmetricallyOrthonormalized(overlap: overlap, floor: 0.1))
            done += columns
        }
        return result
    }

    /// Orbitals whose occupations have the same order of magnitude, the largest first.
    private static func groups(of occupations: [Double]) -> [[Int]] {
        func rank(_ occupation: Double) -> Int {
            [0.5, 0.05, 0.005, 0.0005].firstIndex { abs(occupation) > $0 } ?? 4
        }
        return (0...4).map { wanted in occupations.indices.filter { rank(occupations[$0]) == wanted } }.filter { !$0.isEmpty }
    }
}
