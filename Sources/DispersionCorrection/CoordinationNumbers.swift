import Foundation
import MolecularStructure

/// Fractional coordination numbers of D3: every other atom counts with 1 / (1 + exp(-16 (R / r - 1))), where r is its distance
/// and R is 4/3 of the sum of the covalent radii.
///
/// S. Grimme, J. Antony, S. Ehrlich and H. Krieg, J. Chem. Phys. 132, 154104 (2010), doi 10.1063/1.3382344, equation 15.
struct CoordinationNumbers {
    /// One an atom.
    let values: [Double]
    private let positions: [SIMD3<Double>]
    private let radii: [Double]

    private static let steepness = 16.0

    init(_ molecule: Molecule) {
        positions = molecule.atoms.map(\.position)
        radii = molecule.atoms.map { ReferenceSystems.published.entry($0.element).scaledRadius }
        var sums = [Double](repeating: 0, count: positions.count)
        for i in positions.indices {
            for j in 0..<i {
                let count = Self.count(distance(positions[i], positions[j]), radius: radii[i] + radii[j]).value
                sums[i] += count
                sums[j] += count
            }
        }
        values = sums
    }

    /// Adds the sum over atoms of `factors` times the derivative of their coordination number by all positions.
    func addDerivatives(of factors: [Double], to gradient: inout [SIMD3<Double>]) {
        for i in positions.indices {
            for j in 0..<i {
                let separation = positions[i] - positions[j]
                let r = separation.length
                let slope = Self.count(r, radius: radii[i] + radii[j]).slope
                let force = (factors[i] + factors[j]) * slope / r * separation
                gradient[i] += force
                gradient[j] -= force
            }
        }
    }

    /// What an atom at distance `r` counts, and the derivative by `r`.
    private static func count(_ r: Double, radius: Double) -> (value: Double, slope: Double) {
        let exponential = exp(-steepness * (radius / r - 1))
        let value = 1 / (1 + exponential)
        return (value, -steepness * radius / (r * r) * exponential * value * value)
    }
}

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
