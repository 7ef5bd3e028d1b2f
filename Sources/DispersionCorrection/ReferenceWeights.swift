import Foundation

/// Shares of an element's reference systems in an atom: Gaussians of the difference of the coordination numbers, normalised.
///
/// In units of the largest one, so that nothing underflows where an atom has far more neighbours than any system.
struct ReferenceWeights {
    /// Row of the first system in the table of coefficients.
    let first: Int
    let values: [Double]
    /// By the coordination number.
    let derivatives: [Double]

    private static let exponent = 4.0

    init(_ entry: ReferenceSystems.Entry, coordinationNumber: Double) {
        first = entry.first
        let differences = entry.coordinationNumbers.map { $0 - coordinationNumber }
        let nearest = differences.reduce(Double.infinity) { min($0, $1 * $1) }
        let factors = differences.map { exp(-Self.exponent * ($0 * $0 - nearest)) }
        let sum = factors.reduce(0, +)
        let shares = factors.map { $0 / sum }
        let slopes = differences.map { 2 * Self.exponent * $0 }
        let mean = zip(shares, slopes).reduce(0) { $0 + $1.0 * $1.1 }
        values = shares
        derivatives = zip(shares, slopes).map { $0 * ($1 - mean) }
    }
}
