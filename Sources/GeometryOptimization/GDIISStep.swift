import LinearAlgebra

/// Geometry optimisation by DIIS (GDIIS), a step from several points at once: to the point where the interpolated steps of a quadratic
/// model from all of them are shortest. In long valleys it knows the curvature along the last steps better than the model does.
///
/// P. Csaszar and P. Pulay, J. Mol. Struct. 114, 31 (1984), doi 10.1016/S0022-2860(84)87198-7, with the conditions of
/// O. Farkas and H. B. Schlegel, Phys. Chem. Chem. Phys. 4, 11 (2002), doi 10.1039/B108658H.
struct GDIISStep {
    /// From the newest point.
    let step: [Double]
    let length: Double
    /// Half of the step down the newest point's gradient, since the final gradient vanishes.
    let predictedChange: Double

    struct Sample {
        /// From the newest point.
        let displacement: [Double]
        let gradient: [Double]
    }

    /// Smallest cosine between this step and the model's own, by the number of points.
    private static let cosines = [1, 1, 0.97, 0.84, 0.71, 0.67, 0.62, 0.56, 0.49, 0.41]
    private static let largestCoefficients = 15.0
    private static let longestRatio = 10.0
    /// Eigenvalues of the overlaps of the steps below this, relative to that of the newest, count as zero.
    private static let dependence = 1e-10

    /// Nil if no two points satisfy the conditions.
    ///
    /// - Parameters:
    ///   - samples: the newest point first, the others by age.
    ///   - hessian: of the model, positive definite.
    ///   - radius: the maximum step.
    init?(_ samples: [Sample], hessian: Matrix, radius: Double) throws {
        guard samples.count > 1 else { return nil }
        let modes = try SymmetricEigenproblem(hessian)
        guard let softest = modes.values.first, softest > 1e-6 else { return nil }
        let inverse = modes.function { 1 / $0 }
        let errors = samples.map { inverse.times($0.gradient).map { -$0 } }
        let newest = errors[0]
        let reference = inner(newest, newest).squareRoot()
        var best: [Double]?
        for count in 2...min(samples.count, Self.cosines.count - 1) {
            guard let coefficients = Self.coefficients(Array(errors[..<count])) else { break }
            guard coefficients.reduce(0, { $0 + abs($1) }) < 2 * Self.largestCoefficients else { break }
            var step = [Double](repeating: 0, count: newest.count)
            for (c, (sample, error)) in zip(coefficients, zip(samples, errors)) {
                for k in step.indices { step[k] += c * (sample.displacement[k] + error[k]) }
            }
            let length = inner(step, step).squareRoot()
            guard inner(step, newest) > Self.cosines[count] * length * reference, length < Self.longestRatio * reference else {
                break
            }
            best = step
        }
        guard let best else { return nil }
        let size = inner(best, best).squareRoot()
        let scale = min(1, radius / size)
        let step = best.map { scale * $0 }
        let slope = inner(samples[0].gradient, step)
        guard slope < 0 else { return nil }
        self.step = step
        length = scale * size
        predictedChange = slope * (1 - 0.5 * scale)
    }

    /// Weights that sum to one and minimise the length of the combined vector.
    private static func coefficients(_ vectors: [[Double]]) -> [Double]? {
        let n = vectors.count
        var overlaps = Matrix(rows: n, columns: n)
        for i in 0..<n { for j in 0..<n { overlaps[i, j] = inner(vectors[i], vectors[j]) } }
        let scale = overlaps[0, 0]
        guard scale > 0 else { return nil }
        for i in 0..<n {
            for j in 0..<n { overlaps[i, j] /= scale }
            // Two points on a line: the overlaps alone do not show where, between or beyond them, the sum vanishes.
            overlaps[i, i] += Self.dependence
        }
        // More points than independent steps add no information.
        guard let problem = try? SymmetricEigenproblem(overlaps), let least = problem.values.first,
            least > (n == 2 ? 0.5 : 2) * Self.dependence
        else { return nil }
        let solution = problem.function { 1 / $0 }.times([Double](repeating: 1, count: n))
        let sum = solution.reduce(0, +)
        guard sum != 0 else { return nil }
        return solution.map { $0 / sum }
    }
}
