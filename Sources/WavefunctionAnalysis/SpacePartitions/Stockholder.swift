import MolecularStructure

/// Atoms that share the density at every point in proportion to their proatoms: F. L. Hirshfeld, Theor. Chim. Acta 44, 129
/// (1977), doi 10.1007/BF00549096.
///
/// A proatom holds a known number of electrons, of which its share of the proatoms' sum is all. So the quadrature is left
/// with the share of the deformation, which is smooth at the nuclei.
struct Stockholder: Sendable {
    /// Sums of proatoms below this, in electrons per bohr^3, are not shared out.
    static let vacuum = 1e-200

    /// Densities of the proatoms, by atom and point, and their sum.
    let proatoms: [[Double]]
    let sum: [Double]
    /// Electrons of each proatom.
    let electrons: [Double]

    init(proatoms: [[Double]], electrons: [Double]) {
        self.proatoms = proatoms
        self.electrons = electrons
        var sum = [Double](repeating: 0, count: proatoms.first?.count ?? 0)
        for values in proatoms { for k in sum.indices { sum[k] += values[k] } }
        self.sum = sum
    }

    /// Charges, spins and dipole moments of one state.
    func charges(of sample: DensitySample, state: Int) -> AtomicCharges {
        let atoms = sample.molecule.atoms
        let (grid, density, spin) = (sample.grid, sample.densities[state], sample.spins[state])
        // Five sums an atom: deformation, its three moments, spin.
        let sums = sample.sums(5 * atoms.count) { range, sums in
            for (a, atom) in atoms.enumerated() {
                var part = SIMD4<Double>(repeating: 0)
                var spins = 0.0
                for k in range where sum[k] > Self.vacuum {
                    let share = grid.weights[k] * proatoms[a][k] / sum[k]
                    let value = share * (density[k] - sum[k])
                    part +=
                        value * SIMD4(1, grid.x[k] - atom.position.x, grid.y[k] - atom.position.y, grid.z[k] - atom.position.z)
                    if let spin { spins += share * spin[k] }
                }
                for i in 0..<4 { sums[5 * a + i] = part[i] }
                sums[5 * a + 4] = spins
            }
        }
        return AtomicCharges(
            charges: atoms.indices.map { Double(atoms[$0].element.atomicNumber) - electrons[$0] - sums[5 * $0] },
            spinPopulations: spin == nil ? nil : atoms.indices.map { sums[5 * $0 + 4] },
            dipoles: atoms.indices.map { SIMD3(-sums[5 * $0 + 1], -sums[5 * $0 + 2], -sums[5 * $0 + 3]) })
    }
}
