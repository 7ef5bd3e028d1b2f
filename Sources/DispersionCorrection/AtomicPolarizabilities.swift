import Foundation
import LinearAlgebra
import MolecularStructure

/// Polarizabilities of the atoms of a molecule at imaginary frequencies, from those in model systems: weighted by Gaussians of
/// the difference of coordination numbers, and scaled by charge.
///
/// E. Caldeweyher, S. Ehlert, A. Hansen, H. Neugebauer, S. Spicher, C. Bannwarth and S. Grimme, J. Chem. Phys. 150, 154122
/// (2019), doi 10.1063/1.5090222.
struct AtomicPolarizabilities {
    /// Atoms by frequencies, in bohr^3.
    let values: Matrix
    private let byCoordinationNumber: Matrix
    private let byCharge: Matrix
    /// With the weights of the integral of Casimir and Polder.
    private let weighted: Matrix

    private static let exponent = 6.0

    /// - Parameter charges: of the atoms, in units of the elementary charge; zeros for the three-body term.
    init(_ molecule: Molecule, coordinationNumbers: [Double], charges: [Double]) {
        let weights = D4ReferenceSystems.integrationWeights
        var values = Matrix(rows: molecule.atoms.count, columns: weights.count)
        var (byCoordinationNumber, byCharge, weighted) = (values, values, values)
        for (atom, place) in molecule.atoms.enumerated() {
            let entry = D4ReferenceSystems.published.entry(place.element)
            let shares = Self.shares(entry, coordinationNumber: coordinationNumbers[atom])
            for (system, share) in zip(entry.systems, shares) {
                let scaling = entry.chargeScaling(from: system.charge, to: charges[atom])
                for k in weights.indices {
                    let polarizability = system.polarizability[k]
                    values[atom, k] += share.value * scaling.value * polarizability
                    byCoordinationNumber[atom, k] += share.slope * scaling.value * polarizability
                    byCharge[atom, k] += share.value * scaling.slope * polarizability
                }
            }
            for k in weights.indices { weighted[atom, k] = weights[k] * values[atom, k] }
        }
        self.values = values
        self.byCoordinationNumber = byCoordinationNumber
        self.byCharge = byCharge
        self.weighted = weighted
    }

    /// C6 of all pairs, in hartree bohr^6.
    var coefficients: Matrix { weighted.times(values, otherTransposed: true) }

    /// Derivatives by coordination numbers and charges of an energy.
    ///
    /// - Parameter slopes: its derivatives by C6 of every pair, atoms by atoms and symmetric, where each pair is in the energy
    ///   once; the diagonal is zero.
    func derivatives(byCoefficients slopes: Matrix) -> (byCoordinationNumber: [Double], byCharge: [Double]) {
        let byPolarizability = slopes.times(weighted)
        func sums(_ factors: Matrix) -> [Double] {
            (0..<values.rows).map { atom in
                (0..<values.columns).reduce(0) { $0 + byPolarizability[atom, $1] * factors[atom, $1] }
            }
        }
        return (sums(byCoordinationNumber), sums(byCharge))
    }

    /// Shares of the model systems in an atom, which sum to one, and their derivatives by the coordination number.
    ///
    /// In units of the largest Gaussian, so that nothing underflows where an atom has far more neighbours than any system.
    private static func shares(
        _ entry: D4ReferenceSystems.Entry, coordinationNumber: Double
    ) -> [(value: Double, slope: Double)] {
        let differences = entry.systems.map { coordinationNumber - $0.coordinationNumber }
        let nearest = differences.reduce(Double.infinity) { min($0, $1 * $1) }
        let terms = zip(entry.systems, differences).map { system, difference in
            (1...system.gaussians).reduce(into: (value: 0.0, slope: 0.0)) { sum, k in
                let gaussian = exp(-exponent * (Double(k) * difference * difference - nearest))
                sum.value += gaussian
                sum.slope -= 2 * exponent * Double(k) * difference * gaussian
            }
        }
        let total = terms.reduce(0) { $0 + $1.value }
        let slope = terms.reduce(0) { $0 + $1.slope } / total
        return terms.map { ($0.value / total, $0.slope / total - $0.value / total * slope) }
    }
}
