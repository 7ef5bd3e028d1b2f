import GaussianBasis
import LinearAlgebra

/// The shares of the atoms in each orbital.
///
/// In Loewdin's scheme the share of atom A in orbital i is the sum over its functions of (S^(1/2) C)_mi^2, which is never negative. In
/// Mulliken's it is the sum of C_mi (S C)_mi, which may be negative. Both sum to one over the atoms; weighted with the occupations they sum
/// to the number of electrons that `PopulationAnalysis` finds on the atom.
public struct OrbitalComposition: Sendable {
    /// In hartree, one per orbital.
    public let energies: [Double]
    public let occupations: [Double]
    /// Whether the orbitals have no order by energy: natural orbitals.
    public let areNatural: Bool
    /// By orbital, then by atom, ghost atoms last; without unit.
    public let shares: [[Double]]

    /// - Parameters:
    ///   - basis: the functions that the coefficients belong to.
    ///   - weight: the overlap matrix S for Mulliken's shares, its square root for Loewdin's (`PopulationScheme`).
    ///
    /// Cost: one matrix product.
    public init(_ orbitals: MolecularOrbitals, basis: AtomicOrbitalBasis, scheme: PopulationScheme, weight: Matrix) {
        energies = orbitals.energies
        occupations = orbitals.occupations
        areNatural = orbitals.areNatural
        let product = weight * orbitals.coefficients
        let factor = scheme == .lowdin ? product : orbitals.coefficients
        var atoms = [Int](repeating: 0, count: basis.functionCount)
        for shell in basis.shells {
            for function in shell.functions { atoms[function] = shell.atom }
        }
        let atomCount = basis.molecule.centerCount
        shares = orbitals.energies.indices.map { orbital in
            var result = [Double](repeating: 0, count: atomCount)
            for row in 0..<product.rows { result[atoms[row]] += factor[row, orbital] * product[row, orbital] }
            return result
        }
    }

    /// Shares of groups of atoms: by orbital, then by group.
    public func shares(of groups: [[Int]]) -> [[Double]] {
        shares.map { list in groups.map { group in group.reduce(0) { $0 + list[$1] } } }
    }
}
