import Foundation

/// The potential of one primitive pair.
struct PairPotential: Sendable {
    let exponent: Double
    let center: SIMD3<Double>
    let order: Int
    /// For each density the polynomials' coefficients.
    let coefficients: [[Double]]
    /// For each density the coefficients of the Hermite Gaussians.
    let hermite: [[Double]]
    /// Bound of the potential's magnitude anywhere, for the density where it is largest.
    let bound: Double
    /// Distance in bohr from the centre from which on the potential is that of point multipoles.
    let nearDistance: Double

    init(_ element: HermiteDensity.Element, tolerance: Double) {
        exponent = element.exponent
        center = element.center
        // Trailing orders without coefficients need not be worked on.
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
