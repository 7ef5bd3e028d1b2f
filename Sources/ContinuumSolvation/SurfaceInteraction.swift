import Foundation

/// The Coulomb interaction of two Gaussian charges of the surface, erf(xi r) / r with xi^-2 = xi_1^-2 + xi_2^-2, and its
/// derivatives with respect to the distance.
struct SurfaceInteraction {
    let value: Double
    let slope: Double
    let curvature: Double

    /// Beyond this argument the error function is one and its derivatives are zero.
    private static let far = 6.0
    private static let twoByRootPi = 2 / Double.pi.squareRoot()

    @inline(__always)
    init(_ first: Double, _ second: Double, distance r: Double) {
        let xi = first * second / (first * first + second * second).squareRoot()
        self.init(width: xi, distance: r)
    }

    /// - Parameter width: xi; infinite for point charges.
    @inline(__always)
    init(width xi: Double, distance r: Double) {
        let x = xi * r
        let reciprocal = 1 / r
        if x > Self.far {
            value = reciprocal
            slope = -reciprocal * reciprocal
            curvature = 2 * reciprocal * reciprocal * reciprocal
        } else {
            let error = erf(x)
            let gaussian = Self.twoByRootPi * xi * exp(-x * x)
            value = error * reciprocal
            slope = (gaussian - value) * reciprocal
            curvature = 2 * (value - gaussian) * reciprocal * reciprocal - 2 * xi * xi * gaussian
        }
    }
}
