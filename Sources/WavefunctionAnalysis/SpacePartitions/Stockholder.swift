import MolecularQuadrature
import MolecularStructure

/// Atoms that share the density at every point in proportion to their proatoms: F. L. Hirshfeld, Theor. Chim. Acta 44, 129
/// (1977), doi 10.1007/BF00549096.
///
/// The total share of all atoms in a proatom is its known number of electrons. Quadrature is therefore needed only for the share of the
/// deformation density, which is smooth at the nuclei.
struct Stockholder: Sendable {
    /// One per atom.
    let proatoms: [SphericalDensity]
    /// Electrons of each proatom.
    let electrons: [Double]

    /// Charges, spins and dipole moments of all states.
    func charges(of sample: DensitySample) -> [AtomicCharges] {
        charges(of: sample, densities: sample.densities, spins: sample.spins)
    }

    /// Charges, spins and dipole moments of one state.
    func charges(of sample: DensitySample, state: Int) -> AtomicCharges {
        charges(of: sample, densities: [sample.densities[state]], spins: [sample.spins[state]])[0]
    }

    private func charges(of sample: DensitySample, densities: [[Double]], spins: [[Double]?]) -> [AtomicCharges] {
        let atoms = sample.molecule.atoms
        let shares = StockholderWeights.shares(
            proatoms, molecule: sample.molecule, grid: sample.grid, densities: densities, spins: spins, pool: sample.pool)
        return zip(shares, spins).map { shares, spin in
            AtomicCharges(
                charges: atoms.indices.map {
                    Double(atoms[$0].element.atomicNumber) - electrons[$0] - shares[$0].deformation
                },
                spinPopulations: spin == nil ? nil : shares.map(\.spin), dipoles: shares.map { -$0.moment })
        }
    }
}
