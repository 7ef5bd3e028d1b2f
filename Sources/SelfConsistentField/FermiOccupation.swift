import Foundation
import GaussianBasis
import LinearAlgebra
import OrbitalResponse

/// Electrons distributed over orbitals near the highest occupied one, as at a finite temperature: useful for small gaps, where filling from
/// below makes electrons jump from iteration to iteration.
///
/// A. D. Rabuck and G. E. Scuseria, J. Chem. Phys. 110, 695 (1999), doi 10.1063/1.478177.
enum FermiOccupation {
    /// Occupations 1 / (1 + exp((e - mu) / width)) that add up to the number of electrons.
    static func occupations(energies: [Double], electrons: Int, width: Double) -> [Double] {
        guard let lowest = energies.min(), let highest = energies.max(), electrons > 0, electrons < energies.count else {
            return energies.indices.map { $0 < electrons ? 1 : 0 }
        }
        func occupations(_ mu: Double) -> [Double] { energies.map { 1 / (1 + exp(($0 - mu) / width)) } }
        var (below, above) = (lowest - 50 * width, highest + 50 * width)
        for _ in 0..<100 {
            let middle = 0.5 * (below + above)
            if occupations(middle).reduce(0, +) < Double(electrons) { below = middle } else { above = middle }
        }
        return occupations(0.5 * (below + above))
    }

    /// The densities of orbitals with such occupations, one set per spin.
    static func densities(_ orbitals: [MolecularOrbitals], occupation: OrbitalOccupation, width: Double) -> [Matrix] {
        orbitals.enumerated().map { spin, set in
            let each = occupation.isRestricted ? 2.0 : 1.0
            let spread = occupations(energies: set.energies, electrons: occupation.electrons[spin], width: width)
            return MolecularOrbitals(
                coefficients: set.coefficients, energies: set.energies, occupations: spread.map { each * $0 }
            ).density
        }
    }
}
