import Foundation
import GaussianBasis
import LinearAlgebra

/// A shell together with upper bounds of its functions, used to screen integrals.
struct BoundedShell: Sendable {
    let shell: Shell
    /// `AngularTransformation.matrix` of every contraction.
    let transformations: [Matrix]
    /// The magnitude of every function of the shell is at most the sum over k of
    /// `amplitudes[k] * exp(-bounding * exponents[k] * r^2)`, where r is the distance from the centre of the shell.
    let amplitudes: [Double]
    let totalAmplitude: Double
    let smallestExponent: Double
    let highestAngularMomentum: Int

    /// Fraction of an exponent that remains if r^l exp(-a r^2) is bounded by a simple Gaussian.
    static let bounding = 0.9

    init(_ shell: Shell) {
        self.shell = shell
        transformations = shell.contractions.map {
            AngularTransformation.matrix($0.angularMomentum, shell.functionType)
        }
        var amplitudes = [Double](repeating: 0, count: shell.exponents.count)
        for (contraction, transformation) in zip(shell.contractions, transformations) {
            let l = contraction.angularMomentum
            let angular =
                (0..<transformation.rows).map { row in
                    (0..<transformation.columns).reduce(0) { $0 + abs(transformation[row, $1]) }
                }.max() ?? 0
            for (k, a) in shell.exponents.enumerated() {
                // The maximum of r^l exp(-(1 - bounding) a r^2) is at r^2 = l / (2 (1 - bounding) a).
                let half = 0.5 * Double(l)
                let radial = l == 0 ? 1 : pow(half / (M_E * (1 - Self.bounding) * a), half)
                amplitudes[k] = max(amplitudes[k], abs(contraction.coefficients[k]) * angular * radial)
            }
        }
        self.amplitudes = amplitudes
        totalAmplitude = amplitudes.reduce(0, +)
        smallestExponent = shell.exponents.min() ?? 1
        highestAngularMomentum = shell.highestAngularMomentum
    }
}
