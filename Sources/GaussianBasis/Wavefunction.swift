import LinearAlgebra
import MolecularStructure

/// Molecular orbitals of one spin (or of both, in a restricted wavefunction).
public struct MolecularOrbitals: Sendable {
    /// Basis functions by orbitals.
    public let coefficients: Matrix
    /// In hartree, ascending within the occupied and within the empty orbitals.
    public let energies: [Double]
    /// Electrons in each orbital: 0 to 1 for one spin, 0 to 2 for both.
    public let occupations: [Double]

    public init(coefficients: Matrix, energies: [Double], occupations: [Double]) {
        precondition(coefficients.columns == energies.count && energies.count == occupations.count)
        self.coefficients = coefficients
        self.energies = energies
        self.occupations = occupations
    }

    /// sum_i n_i c_mi c_ni.
    public var density: Matrix {
        let occupied = occupations.indices.filter { occupations[$0] != 0 }
        var scaled = Matrix(rows: coefficients.rows, columns: occupied.count)
        var plain = scaled
        for row in 0..<coefficients.rows {
            for (k, i) in occupied.enumerated() {
                plain[row, k] = coefficients[row, i]
                scaled[row, k] = coefficients[row, i] * occupations[i]
            }
        }
        return scaled.times(plain, otherTransposed: true)
    }
}

/// A one-determinant wavefunction in a Gaussian basis: all that the analysis needs, whichever program solved it.
public struct Wavefunction: Sendable {
    public enum Orbitals: Sendable {
        /// Both spins share orbitals; occupations run from 0 to 2.
        case restricted(MolecularOrbitals)
        /// A restricted open shell is held so, too: its two sets differ in the occupations alone.
        case unrestricted(alpha: MolecularOrbitals, beta: MolecularOrbitals)

        /// Whether both sets are the same orbitals with different occupations.
        public var areRestrictedOpen: Bool {
            guard case .unrestricted(let alpha, let beta) = self else { return false }
            return alpha.occupations != beta.occupations && alpha.coefficients.elements == beta.coefficients.elements
        }
    }

    public let basis: AtomicOrbitalBasis
    public let state: ChargeState
    public let orbitals: Orbitals
    /// One-particle density matrices over basis functions, derived from the orbitals.
    public let alphaDensity: Matrix
    public let betaDensity: Matrix

    public init(basis: AtomicOrbitalBasis, state: ChargeState, orbitals: Orbitals) {
        self.basis = basis
        self.state = state
        self.orbitals = orbitals
        switch orbitals {
        case .restricted(let both):
            alphaDensity = 0.5 * both.density
            betaDensity = alphaDensity
        case .unrestricted(let alpha, let beta):
            alphaDensity = alpha.density
            betaDensity = beta.density
        }
    }

    public var totalDensity: Matrix { alphaDensity + betaDensity }
    /// Alpha minus beta.
    public var spinDensity: Matrix { alphaDensity - betaDensity }
    public var isRestricted: Bool {
        if case .restricted = orbitals { true } else { false }
    }
    /// Whether alpha and beta electrons fill the same orbitals, some of them with one electron.
    public var isRestrictedOpen: Bool { orbitals.areRestrictedOpen }
}
