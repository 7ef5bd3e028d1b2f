import Foundation

/// The potential of one primitive pair.
struct PairPotential: Sendable {
    let exponent: Double
    let center: SIMD3<Double>
    let order: Int
    /// Polynomial coefficients for each density.
    let coefficients: [[Double]]
    /// Coefficients of the Hermite Gaussians for each density.
    let hermite: [[Double]]
    /// Bound of the magnitude of the potential at any point, for the density for which it is largest.
    let bound: Double
    /// Minimum distance in bohr from the centre at which the potential is that of point multipoles.
    let nearDistance: Double

    init(_ element: HermiteDensity.Element, tolerance: Double) {
        exponent = element.exponent
        center = element.center
        // Trailing orders without coefficients are skipped.
        var order = element.order
        while order > 0, element.coefficients.allSatisfy({ $0[hermiteCount(order - 1)..<hermiteCount(order)].allSatisfy { $0 == 0 } }) {
            order -= 1
        }
        self.order = order
        hermite = element.coefficients.map { Array($0[..<hermiteCount(order)]) }
        let finalOrder = order
        coefficients = hermite.map {
            PotentialPolynomials.coefficients(hermite: $0, order: finalOrder, exponent: element.exponent)
        }
        let magnitudes = coefficients.map { PotentialPolynomials.magnitudes($0, order: finalOrder) }
        bound = magnitudes.reduce(0) { max($0, PotentialPolynomials.bound($1)) }
        let argument = magnitudes.reduce(0.0) {
            max($0, PotentialPolynomials.asymptoticArgument($1, tolerance: tolerance))
        }
        nearDistance = (argument / element.exponent).squareRoot()
    }
}
