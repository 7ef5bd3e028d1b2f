import LinearAlgebra

/// The mode along which a search for a saddle point goes up.
public enum UphillMode: Sendable, Equatable {
    /// That of the lowest curvature at the first structure.
    case lowest
    /// The one that is most like these displacements of the atoms at the structure of the given Hessian. Where its curvature is positive,
    /// steps have the sense of the displacements.
    case along([SIMD3<Double>])
}

/// A step towards a saddle point: up along one mode of a quadratic model, down along all others.
///
/// It is the step to the minimum of the image of the model, in which slope and curvature of that mode have the opposite sign. T. Helgaker,
/// Chem. Phys. Lett. 182, 503 (1991), doi 10.1016/0009-2614(91)90115-P. From one structure to the next, the mode is the one that overlaps
/// most with the last one: J. Simons, P. Jorgensen, H. Taylor and J. Ozment, J. Phys. Chem. 87, 2745 (1983), doi 10.1021/j100238a013.
struct UphillStep {
    let step: [Double]
    /// Of the quadratic model, for the step.
    let predictedChange: Double
    let length: Double
    /// Normalised, and its curvature in the model.
    let mode: [Double]
    let curvature: Double

    /// Slope in hartree per bohr that is assumed along a mode with positive curvature, so that a minimum is left.
    private static let smallestSlope = 2e-3

    /// - Parameters:
    ///   - last: the mode of the last step, or displacements that it is to be like; nil: the mode of lowest curvature.
    ///   - isDirected: whether steps along a mode with positive curvature have the sense of the last mode, not that in which the energy rises.
    ///   - radius: the longest step.
    init(gradient: [Double], hessian: Matrix, radius: Double, following last: [Double]?, isDirected: Bool) throws {
        let n = gradient.count
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
