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

    /// Whether some orbital has a fractional occupation, beyond the rounding of files.
    public var hasFractionalOccupations: Bool { occupations.contains { abs($0 - $0.rounded()) > 1e-4 } }

    /// Whether orbitals have fractional occupations or no energies, like the natural orbitals of a density.
    public var areNatural: Bool { hasFractionalOccupations || (!energies.isEmpty && energies.allSatisfy { $0 == 0 }) }

    /// sum_i n_i c_mi c_ni.
    public var density: Matrix {
        let occupied = occupations.indices.filter { occupations[$0] != 0 }
        return coefficients.columns(occupied, times: occupied.map { occupations[$0] })
            .times(coefficients.columns(occupied), otherTransposed: true)
    }
}

/// A one-determinant wavefunction in a Gaussian basis: all that the analysis needs, whichever program computed it.
public struct Wavefunction: Sendable {
    public enum Orbitals: Sendable {
        /// Both spins share orbitals; occupations run from 0 to 2.
        case restricted(MolecularOrbitals)
        case unrestricted(alpha: MolecularOrbitals, beta: MolecularOrbitals)
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

    public var hasFractionalOccupations: Bool { orbitalsBySpin.contains(where: \.hasFractionalOccupations) }

    /// Whether none of the orbitals is the highest occupied one: natural orbitals.
    public var hasNaturalOrbitals: Bool { orbitalsBySpin.contains(where: \.areNatural) }

    private var orbitalsBySpin: [MolecularOrbitals] {
        switch orbitals {
        case .restricted(let both): [both]
        case .unrestricted(let alpha, let beta): [alpha, beta]
        }
    }

    /// Alpha minus beta.
    public var spinDensity: Matrix { alphaDensity - betaDensity }
    public var isRestricted: Bool {
        if case .restricted = orbitals { true } else { false }
    }
}
