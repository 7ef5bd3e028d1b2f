import GaussianBasis
import LinearAlgebra
import ParallelExecution

/// The repulsion (P|Q) between the functions of an auxiliary basis, scaled to a unit diagonal and factorised.
///
/// The factorisation is L L^T. If the functions are so nearly linearly dependent that it loses accuracy, the matrix is first
/// rebuilt from its eigenvectors, with the smallest eigenvalues raised to the limit. Their contributions to a fit are then
/// damped.
struct AuxiliaryMetric: Sendable {
    let factor: CholeskyFactor
    /// 1 / sqrt((P|P)).
    let scale: [Double]

    /// Eigenvalues of the scaled matrix below this are replaced by it.
    private static let smallestEigenvalue = 1e-11
    /// Eigenvalues are computed if the square of a pivot is below this.
    private static let smallestPivot = 1e-9

    /// Cost: O(n^3) for n auxiliary functions.
    /// - Throws: `LinearAlgebraError` if the matrix is not finite.
    init(_ integrals: ThreeCenterIntegrals, pool: WorkerPool) throws {
        let n = integrals.functionCount
        var matrix = Matrix(rows: n, columns: n)
        let length = 8 * integrals.rowLength
        let largest = integrals.auxiliary.classes.map(\.productCount).max() ?? 1
        let rows = UnsafeMutablePointer<Lanes>.allocateAligned(capacity: largest * integrals.rowLength)
        let scratch = integrals.scratch()
        defer {
            rows.deallocate()
            scratch.deallocate()
        }
        let values = UnsafeMutableRawPointer(rows).assumingMemoryBound(to: Double.self)
        for (index, shell) in integrals.auxiliary.pairs.enumerated() {
            integrals.evaluate(auxiliaryShell: index, scratch, into: rows)
            let count = integrals.auxiliary.classes[shell.classIndex].productCount
            for c in 0..<count {
                for (q, place) in integrals.places.enumerated() { matrix[shell.firstA + c, q] = values[c * length + place] }
            }
        }
        let scale = matrix.diagonal.map { 1 / $0.squareRoot() }
        for i in 0..<n {
            for j in 0...i {
                let value = 0.5 * (matrix[i, j] + matrix[j, i]) * scale[i] * scale[j]
                (matrix[i, j], matrix[j, i]) = (value, value)
            }
        }
        self.scale = scale
        if let factor = try? CholeskyFactor(matrix),
            factor.lowerTriangle.diagonal.allSatisfy({ $0 * $0 >= Self.smallestPivot })
        {
            self.factor = factor
        } else {
            let eigen = try SymmetricEigenproblem(matrix)
            factor = try CholeskyFactor(eigen.function { max($0, Self.smallestEigenvalue) }.symmetrized())
        }
    }

    /// Coefficients V^-1 d of a fit, from its integrals d with the auxiliary functions.
    func solve(_ projections: [Double]) -> [Double] {
        zip(factor.solve(zip(projections, scale).map { $0 * $1 }), scale).map { $0 * $1 }
    }
}
