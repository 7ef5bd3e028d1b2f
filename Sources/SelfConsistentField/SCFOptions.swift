import ElectronicStructure
import GaussianBasis
import HamiltonianTerms
import OrbitalResponse

/// Settings of the self-consistent field.
public struct SCFOptions: Sendable, Equatable {
    /// Convergence threshold for the change of the energy, in hartree. The largest element of the orbital gradient (FPS - SPF in an
    /// orthonormal basis) must also be below a tenth of its square root.
    public var energyTolerance = 1e-8
    /// Maximum number of energy evaluations per state. Products of the orbital Hessian are not counted; there are at most a few dozen of
    /// them per energy and per stability test.
    public var maximumIterations = 100
    /// Fraction of the previous density matrix in the next one, from 0 to below 1, while the gradient is large.
    public var damping = 0.0
    /// Added to the energies of empty orbitals while the gradient is large, in hartree.
    public var levelShift = 0.0
    /// Width of the smearing of occupations near the highest occupied orbital while the gradient is large, in hartree; the solution has
    /// integer occupations. Restricted open shells are never smeared.
    public var smearing = 0.0

    /// Whether both spins share orbitals.
    public var reference = Reference.automatic
    /// Whether solutions are tested for stability, and unstable ones followed to lower ones.
    public var followsInstabilities = true
    /// Maximum number of unstable solutions that are followed per state.
    var mostInstabilities = 6
    /// Whether Newton steps are used from the start, and not only when extrapolation stalls.
    public var isSecondOrder = false

    /// Whether the coarse grid and loose convergence are sufficient to the end, as in a search.
    package var isPreliminary = false
    /// Whether iterations may use approximate integrals if the problem has them; false if intermediate energies are compared with exact
    /// ones.
    package var usesApproximateIntegrals = true

    public enum Reference: String, Sendable, CaseIterable {
        /// Restricted singlets, which become unrestricted where that lowers the energy; everything else unrestricted.
        case automatic
        /// Singlets remain restricted.
        case restricted
        case unrestricted
        /// Alpha and beta electrons share orbitals, which hold two electrons, one, or none.
        case restrictedOpen = "restricted-open"
    }

    /// Convergence threshold for the largest element of the orbital gradient; nil: a tenth of the square root of the energy threshold.
    public var orbitalGradientTolerance: Double?
    public var gradientTolerance: Double { orbitalGradientTolerance ?? 0.1 * energyTolerance.squareRoot() }

    public init() {}
}

/// The result of a stability test: the lowest eigenvalues of the orbital Hessian, in hartree.
public struct Stability: Sendable, Equatable, Codable {
    /// Within the same kind of wavefunction; nil if there are no rotations.
    public let internalEigenvalue: Double?
    /// Of a restricted solution with respect to unrestricted ones; nil if not tested.
    public let externalEigenvalue: Double?
    /// Number of unstable solutions from which descents started before this one.
    public let instabilitiesFollowed: Int
    /// Why a solution with a negative eigenvalue was kept; nil for stable ones.
    public var undecided: Undecided?
    /// An eigenvalue below minus this is an instability, in hartree.
    var limit = StabilitySearch.limit

    /// Whether no eigenvalue is below the noise limit, which comes from the quadrature or from the remaining gradient.
    public var isStable: Bool { [internalEigenvalue, externalEigenvalue].allSatisfy { $0 ?? 0 > -limit } }

    /// Whether no lower solution was found: the solution is stable, or the descent along its negative eigenvalue returned to the same
    /// energy.
    public var isMinimum: Bool { isStable || undecided == .equalEnergy }

    /// Why a solution with a negative eigenvalue of the orbital Hessian was not followed, or not followed again.
    public enum Undecided: String, Sendable, CaseIterable, Codable {
        /// The descent along the eigenvector returned to the same energy: usually a rotation among degenerate orbitals, whose eigenvalue is
        /// zero except for quadrature errors.
        case equalEnergy = "equal_energy"
        /// The maximum number of instabilities had been followed.
        case instabilityLimit = "instability_limit"
        /// The maximum number of energies had been evaluated.
        case iterationLimit = "iteration_limit"
    }
}

/// Initial orbitals of a state, and their origin.
public struct StartingOrbitals: Sendable {
    /// Of the same basis.
    public var orbitals: Wavefunction.Orbitals
    /// Number of unstable solutions from which descents started before these orbitals.
    public var instabilitiesFollowed: Int
    /// Whether the orbitals come from Newton steps, which should be continued because extrapolation may lead elsewhere.
    public var isSecondOrder: Bool
    /// Whether they belong to a converged solution: it is evaluated as it is, without further iterations.
    public var isSolution: Bool
    /// The data of extrapolation before them; nil if unknown.
    public var history: ExtrapolationHistory?

    public init(
        _ orbitals: Wavefunction.Orbitals, instabilitiesFollowed: Int = 0, isSecondOrder: Bool = false, isSolution: Bool = false,
        history: ExtrapolationHistory? = nil
    ) {
        self.history = history
        self.orbitals = orbitals
        self.instabilitiesFollowed = instabilitiesFollowed
        self.isSecondOrder = isSecondOrder
        self.isSolution = isSolution
    }
}

/// Report on an iteration: a Fock build, or products of the orbital Hessian, which cost as much.
public struct IterationReport: Sendable {
    /// Fock builds and products so far.
    public let iteration: Int
    /// Energy of the orbitals; products leave it unchanged.
    public let energy: Double
    /// Change since the previous iteration; nil in the first one, and for products.
    public let energyChange: Double?
    /// `energyChange` of the previous iteration.
    public let previousChange: Double?
    /// Largest element of the orbital gradient.
    public let gradient: Double
    /// The extrapolation that gave this iteration's orbitals, or the purpose of the products.
    public let accelerator: String
    /// Whether products of the orbital Hessian were computed, and no Fock matrix.
    public let isProduct: Bool
    /// Whether these were for a stability test.
    public var isStabilityTest: Bool { isProduct && accelerator == Self.stabilityTest }
    /// The name of the products of a stability test in `accelerator`.
    static let stabilityTest = "stability"
    /// Where a later calculation can restart: the orbitals whose density gave this iteration's energy or, if the step to them was rejected,
    /// those before the step; nil while the density is the guess, and until a step has been taken from an unstable solution.
    public let start: StartingOrbitals?
}

/// A finished self-consistent field, converged or not.
public struct SCFResult: Sendable {
    public let wavefunction: Wavefunction
    public let energy: Double
    public let components: EnergyComponents
    public let isConverged: Bool
    /// Total number of Fock builds.
    public let iterations: Int
    /// Number of electrons integrated on the grid; nil for Hartree-Fock.
    public let gridElectrons: Double?
    /// Expectation value of S^2.
    public let spinSquared: Double
    /// Whether alpha and beta densities differ: always in open shells, and in broken-symmetry singlets.
    public var hasSpinDensity: Bool { wavefunction.state.multiplicity > 1 || spinSquared > 1e-6 }
    public let finalGradient: Double
    public let finalEnergyChange: Double
    /// Nil without a stability test.
    public let stability: Stability?
    /// Unstable solutions that were followed to lower ones on the way to this one.
    public var unstableSolutions: [SCFResult]
    /// For an unstable solution: orbitals on either side of it, unless the two differ only by the exchange of the spins.
    public internal(set) var sides: [Wavefunction.Orbitals] = []
    /// Wall time; Fock builds for several states at once are shared equally.
    public let seconds: Double
}

/// Why a calculation cannot start.
public enum SCFError: Error, Equatable, CustomStringConvertible {
    case impossibleMultiplicity(multiplicity: Int, electrons: Int)
    case tooManyElectrons(electrons: Int, functions: Int)
    case noElectrons
    case notFinite(iteration: Int)

    public var description: String {
        switch self {
        case .impossibleMultiplicity(let multiplicity, let electrons):
            "multiplicity \(multiplicity) is impossible with \(electrons) electrons: "
                + (electrons % 2 == 0 ? "an even count needs an odd multiplicity" : "an odd count needs an even multiplicity")
                + " of at most \(electrons + 1)"
        case .tooManyElectrons(let electrons, let functions):
            "\(electrons) electrons of one spin do not fit in \(functions) independent basis functions: take a larger basis set"
        case .noElectrons: "the molecule has no electrons: raise the number of electrons with a lower charge"
        case .notFinite(let iteration):
            "the energy is not a number in iteration \(iteration): check the geometry and the basis set"
        }
    }
}
