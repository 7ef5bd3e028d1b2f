import LinearAlgebra

/// The mode that a search for a saddle point follows uphill.
public enum UphillMode: Sendable, Equatable {
    /// The mode with the lowest curvature at the first structure.
    case lowest
    /// The mode with the largest overlap with these displacements of the atoms, at the structure of the given Hessian. While its
    /// curvature is positive, steps are in the direction of the displacements.
    case along([SIMD3<Double>])
}

/// A step towards a saddle point: uphill along one mode of a quadratic model, downhill along all others.
///
/// The step leads to the minimum of the image function of the model, in which the slope and the curvature of that mode have the
/// opposite sign: T. Helgaker, Chem. Phys. Lett. 182, 503 (1991), doi 10.1016/0009-2614(91)90115-P. At each new structure, the
/// mode is the one with the largest overlap with the previous one: J. Simons, P. Jorgensen, H. Taylor and J. Ozment, J. Phys.
/// Chem. 87, 2745 (1983), doi 10.1021/j100238a013.
struct UphillStep {
    let step: [Double]
    /// Change of the quadratic model due to the step.
    let predictedChange: Double
    let length: Double
    /// The normalised mode, and its curvature in the model.
    let mode: [Double]
    let curvature: Double

    /// Minimum slope, in hartree per bohr, that is assumed along a mode with positive curvature, so that the search can leave a
    /// minimum.
    private static let smallestSlope = 2e-3

    /// - Parameters:
    ///   - last: the previous mode, or displacements that the mode should resemble. If nil, the mode with the lowest curvature is
    ///     used.
    ///   - isDirected: whether steps along a mode with positive curvature are in the direction of `last` instead of the direction
    ///     in which the energy increases.
    ///   - radius: maximum length of the step.
    /// - Throws: `ConstraintError.nothingIsFree` if there is no coordinate; `LinearAlgebraError`.
    init(gradient: [Double], hessian: Matrix, radius: Double, following last: [Double]?, isDirected: Bool) throws {
        let n = gradient.count
        guard n > 0 else { throw ConstraintError.nothingIsFree }
        let modes = try SymmetricEigenproblem(hessian)
        let overlaps = last.map { last in
            (0..<n).map { mode in (0..<n).reduce(0) { $0 + modes.vectors[$1, mode] * last[$1] } }
        }
        let chosen = overlaps.map { found in found.indices.max { abs(found[$0]) < abs(found[$1]) } ?? 0 } ?? 0
        let sign = (overlaps?[chosen] ?? 1) < 0 ? -1.0 : 1.0
        let mode = (0..<n).map { sign * modes.vectors[$0, chosen] }
        let curvature = modes.values[chosen]
        let trueSlope = inner(mode, gradient)
        var slope = trueSlope
        if curvature > 0 {
            let size = max(abs(slope), Self.smallestSlope)
            slope = slope < 0 && !isDirected ? -size : size
        }
        let image = zip(gradient, mode).map { $0 - (trueSlope + slope) * $1 }
        var reversed = hessian
        for i in 0..<n {
            for j in 0..<n { reversed[i, j] -= 2 * curvature * mode[i] * mode[j] }
        }
        let found = try QuadraticStep(gradient: image, hessian: reversed, radius: radius)
        step = found.step
        length = found.length
        predictedChange = inner(gradient, step) + 0.5 * inner(step, hessian.times(step))
        self.mode = mode
        self.curvature = curvature
    }
}
