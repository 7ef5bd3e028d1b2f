import GaussianBasis
import LinearAlgebra

/// Densities over the monomials of two contractions, one from each of two shells.
struct MonomialDensityBlock {
    struct Term {
        /// Indices of the powers of x, y and z in one-dimensional tables: row i, column j.
        let x, y, z: Int32
        /// One value per matrix.
        let densities: SIMD2<Double>
    }
    let a: Int
    let b: Int
    let terms: [Term]

    /// - Parameter matrices: one or two.
    static func blocks(_ a: Shell, _ b: Shell, _ matrices: [Matrix]) -> [MonomialDensityBlock] {
        let columns = b.highestAngularMomentum + 1
        var result: [MonomialDensityBlock] = []
        var row = a.firstFunction
        for (ka, ca) in a.contractions.enumerated() {
            let ta = AngularTransformation.matrix(ca.angularMomentum, a.functionType)
            var column = b.firstFunction
            for (kb, cb) in b.contractions.enumerated() {
                let tb = AngularTransformation.matrix(cb.angularMomentum, b.functionType)
                let parts = matrices.map { matrix -> Matrix in
                    var block = Matrix(rows: ta.rows, columns: tb.rows)
                    for i in 0..<ta.rows { for j in 0..<tb.rows { block[i, j] = matrix[row + i, column + j] } }
                    return ta.times(block, transposed: true).times(tb)
                }
                var terms: [Term] = []
                for (m, p) in CartesianMonomials.powers(ca.angularMomentum).enumerated() {
                    for (n, q) in CartesianMonomials.powers(cb.angularMomentum).enumerated() {
                        terms.append(
                            Term(
                                x: Int32(p.x * columns + q.x), y: Int32(p.y * columns + q.y), z: Int32(p.z * columns + q.z),
                                densities: SIMD2(parts[0][m, n], parts.count > 1 ? parts[1][m, n] : 0)))
                    }
                }
                result.append(MonomialDensityBlock(a: ka, b: kb, terms: terms))
                column += tb.rows
            }
            row += ta.rows
        }
        return result
    }
}
