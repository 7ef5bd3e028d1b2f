import LinearAlgebra

/// The minimum of a quadratic model within a distance, on the path of the rational function.
///
/// A. Banerjee et al., J. Phys. Chem. 89, 52 (1985), doi 10.1021/j100247a015.
struct QuadraticStep {
    let step: [Double]
    /// Of the quadratic model, for the step.
    let predictedChange: Double
    let length: Double

    /// - Parameters:
    ///   - gradient, hessian: of the model; the Hessian may have negative eigenvalues.
    ///   - radius: the maximum step.
    init(gradient: [Double], hessian: Matrix, radius: Double) throws {
        let n = gradient.count
        let modes = try SymmetricEigenproblem(hessian)
        let slopes = (0..<n).map { mode in (0..<n).reduce(0) { $0 + modes.vectors[$1, mode] * gradient[$1] } }
        func components(_ shift: Double) -> [Double] {
            (0..<n).map { slopes[$0] == 0 ? 0 : -slopes[$0] / (modes.values[$0] - shift) }
        }
        func size(_ v: [Double]) -> Double { v.reduce(0) { $0 + $1 * $1 }.squareRoot() }
        // The shift of the rational function: the lowest eigenvalue of the Hessian bordered by the gradient.
        var bordered = Matrix(rows: n + 1, columns: n + 1)
        for mode in 0..<n {
            bordered[mode, mode] = modes.values[mode]
            bordered[mode, n] = slopes[mode]
            bordered[n, mode] = slopes[mode]
        }
        var shift = try SymmetricEigenproblem(bordered).values[0]
        var result = components(shift)
        if size(result) > radius {
            var (low, high) = (shift - 1, shift)
            while size(components(low)) > radius { low = shift - 2 * (shift - low) }
            for _ in 0..<100 where high - low > 1e-14 * abs(low) {
                shift = 0.5 * (low + high)
                if size(components(shift)) > radius { high = shift } else { low = shift }
            }
            result = components(low)
        }
        var change = 0.0
        for mode in 0..<n { change += result[mode] * (slopes[mode] + 0.5 * modes.values[mode] * result[mode]) }
        predictedChange = change
        length = size(result)
        let found = result
        step = (0..<n).map { row in (0..<n).reduce(0) { $0 + modes.vectors[row, $1] * found[$1] } }
    }
}
