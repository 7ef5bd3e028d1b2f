import Foundation
import GaussianBasis
import LinearAlgebra

/// The primitive pairs of one total order, ready for `PotentialKernel`.
final class PotentialTerms: @unchecked Sendable {
    let order: Int
    let count: Int
    let stride: Int
    /// `count` records; see `PotentialKernel`.
    let records: UnsafeMutablePointer<Double>
    /// Centres in bohr: x of all pairs, then y, then z; then the squared distance from which on the asymptotic forms
    /// of the Boys functions do.
    let places: UnsafeMutablePointer<Double>

    var kernel: PotentialKernel { PotentialKernel(order: order, records: records, stride: stride) }

    init(order: Int, pairs: [PairPotential], densities: Int) {
        self.order = order
        count = pairs.count
        stride = PotentialKernel.headerCount + densities * PotentialPolynomials.count(order: order)
        records = .allocate(capacity: max(1, count * stride))
        places = .allocate(capacity: max(1, 4 * count))
        for (k, pair) in pairs.enumerated() {
            let scale = pair.exponent.squareRoot()
            let record = records + k * stride
            record[0] = scale
            for axis in 0..<3 {
                record[1 + axis] = scale * pair.center[axis]
                places[axis * count + k] = pair.center[axis]
            }
            places[3 * count + k] = pair.nearDistance * pair.nearDistance
            for (i, c) in pair.coefficients.joined().enumerated() { record[PotentialKernel.headerCount + i] = c }
        }
    }

    deinit {
        records.deallocate()
        places.deallocate()
    }
}

/// The potential of one primitive pair.
struct PairPotential {
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
