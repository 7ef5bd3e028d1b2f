import ElectronicStructure
import GaussianBasis
import HamiltonianTerms
import OrbitalResponse

/// Settings of the self-consistent field.
public struct SCFOptions: Sendable, Equatable {
    /// Largest change of the energy between iterations at convergence, in hartree. The largest element of the orbital
    /// gradient (FPS - SPF in an orthonormal basis) must be below a tenth of its square root, too.
    public var energyTolerance = 1e-8
    /// Most energies evaluated for one state. Products of the orbital Hessian are not counted; there are at most
    /// a few dozen of them for each energy and for each test of stability.
    public var maximumIterations = 100
    /// Share of the previous density matrix in the next one, 0 to below 1, while the gradient is large.
    public var damping = 0.0
    /// Added to the energies of empty orbitals while the gradient is large, in hartree.
    public var levelShift = 0.0
    /// Width, in hartree, over which electrons are spread near the highest occupied orbital while the gradient is large; the
    /// solution has whole occupations. Restricted open shells are never spread.
    public var smearing = 0.0

    /// Whether one orbital holds both spins.
    public var reference = Reference.automatic
    /// Whether solutions are tested for stability, and unstable ones followed to lower ones.
    public var followsInstabilities = true
    /// So many unstable solutions are left in one state; the next one is the end.
    var mostInstabilities = 6
    /// Whether Newton steps are taken from the start, and not only where extrapolation stalls.
    public var isSecondOrder = false

    /// Whether the coarse grid and loose convergence will do to the end: for looking around.
    package var isPreliminary = false
    /// Whether iterations may use approximate integrals where the problem has them; not where energies on the way are compared with
    /// those of exact ones.
    package var usesApproximateIntegrals = true

    public enum Reference: String, Sendable, CaseIterable {
        /// Restricted singlets, which become unrestricted where that lowers the energy; everything else unrestricted.
        case automatic
        /// Singlets stay restricted.
        case restricted
        case unrestricted
        /// Alpha and beta electrons share orbitals, which hold two electrons, one, or none.
        case restrictedOpen = "restricted-open"
    }

    /// Largest element of the orbital gradient at convergence; nil: a tenth of the square root of the energy's tolerance.
    public var orbitalGradientTolerance: Double?
    public var gradientTolerance: Double { orbitalGradientTolerance ?? 0.1 * energyTolerance.squareRoot() }

    public init() {}
}

/// What was found about the stability of a solution: the lowest eigenvalues of the orbital Hessian, in hartree.
public struct Stability: Sendable, Equatable, Codable {
    /// Within the same kind of wavefunction; nil where there are no rotations.
    public let internalEigenvalue: Double?
    /// Of a restricted solution towards unrestricted ones; nil where it was not tested.
    public let externalEigenvalue: Double?
    /// Unstable solutions that were left on the way.
    public let instabilitiesFollowed: Int
    /// Why a solution with a negative eigenvalue was kept; nil for stable ones.
    public var undecided: Undecided?
    /// An eigenvalue below minus this is an instability, in hartree.
    var limit = StabilitySearch.limit

    /// Whether no eigenvalue is below the limit that noise sets: of the quadrature, or of what is left of the gradient.
    public var isStable: Bool { [internalEigenvalue, externalEigenvalue].allSatisfy { $0 ?? 0 > -limit } }

    /// Whether nothing lower was found beside the solution: it is stable, or the descent along its negative eigenvalue returned to
    /// the same energy.
    public var isMinimum: Bool { isStable || undecided == .equalEnergy }

    /// Why a solution that has a negative eigenvalue of the orbital Hessian was not left, or not left again.
    public enum Undecided: String, Sendable, CaseIterable, Codable {
        /// Following the eigenvector downhill returned to the same energy: as a rule a rotation among degenerate orbitals, whose
        /// eigenvalue is zero but for the error of the quadrature.
        case equalEnergy = "equal_energy"
        /// As many instabilities had been followed as are allowed.
        case instabilityLimit = "instability_limit"
        /// As many energies had been evaluated as are allowed.
        case iterationLimit = "iteration_limit"
    }
}

/// Orbitals from which a state's iterations start, and how they were come by.
public struct StartingOrbitals: Sendable {
    /// Of the same basis.
    public var orbitals: Wavefunction.Orbitals
    /// Unstable solutions that were left on the way to these orbitals.
    public var instabilitiesFollowed: Int
    /// Whether Newton steps led here, and are to go on: extrapolation may lead elsewhere.
    public var isSecondOrder: Bool
    /// Whether they are those of a solution that had converged: it is evaluated as it is, and need not be found once more.
    public var isSolution: Bool
    /// What extrapolation had gathered before them; nil where that is not known.
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

/// What an iteration did: a Fock build, or products of the orbital Hessian, which cost as much.
public struct IterationReport: Sendable {
    /// Fock builds and products so far.
    public let iteration: Int
    /// Of the orbitals; products leave it as it was.
    public let energy: Double
    /// From the iteration before; nil in the first, and for products.
    public let energyChange: Double?
    /// `energyChange` of the iteration before this one.
    public let previousChange: Double?
    /// Largest element of the orbital gradient.
    public let gradient: Double
    /// The extrapolation that gave this iteration's orbitals, or what the products are for.
    public let accelerator: String
    /// Whether products of the orbital Hessian were computed, and no Fock matrix.
    public let isProduct: Bool
    /// Whether these were for a stability test.
    public var isStabilityTest: Bool { isProduct && accelerator == Self.stabilityTest }
    /// What the products of a stability test are called in `accelerator`.
    static let stabilityTest = "stability"
    /// What a later calculation may go on from: the orbitals whose density gave this iteration's energy or, where the step to them is
    /// taken back, those it was taken from; nil while the density is the guess, and until a step leads away from an unstable solution.
    public let start: StartingOrbitals?
}

/// A finished self-consistent field, converged or not.
public struct SCFResult: Sendable {
    public let wavefunction: Wavefunction
    public let energy: Double
    public let components: EnergyComponents
    public let isConverged: Bool
    /// Fock builds, every one counted.
    public let iterations: Int
    /// Electrons that the grid finds; nil for Hartree-Fock.
    public let gridElectrons: Double?
    /// Expectation value of S^2.
    public let spinSquared: Double
    /// Whether alpha and beta densities differ: always in open shells, and in singlets of broken spin symmetry.
    public var hasSpinDensity: Bool { wavefunction.state.multiplicity > 1 || spinSquared > 1e-6 }
    public let finalGradient: Double
    public let finalEnergyChange: Double
    /// Nil without a stability test.
    public let stability: Stability?
    /// Solutions that were found to be unstable, and left for lower ones on the way to this one.
    public var unstableSolutions: [SCFResult]
    /// Of an unstable solution: orbitals on either side of it, where these are not the same but for the names of the spins.
    public internal(set) var sides: [Wavefunction.Orbitals] = []
    /// Wall time; of Fock builds for several states at once, an equal share.
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
