import ElectronicStructure
import GaussianBasis
import OrbitalResponse

/// The data of extrapolation, kept while other methods are in use.
struct ExtrapolationState {
    var accelerator = ConvergenceAccelerator(capacity: 8)
    var progress = ProgressWatch()
}

/// The state of Newton's method, in addition to the steps of `TrustRegionNewton`.
struct NewtonState {
    /// The orbitals at its point for which the Fock matrices were built.
    var origin: [MolecularOrbitals] = []
    /// Whether Newton steps are used to the end, and not only until extrapolation can take over again.
    var isTrustedToTheEnd = false
    /// Whether Newton's method found the solution whose stability is being tested.
    var hasConverged = false
}

/// Unstable solutions from which descents to lower ones started.
struct FollowedInstabilities {
    /// The last one is not kept across an interruption.
    var count: Int
    /// Energy of the last one, in hartree.
    var energy: Double?
    /// Where the descent from the last one started.
    var descent: (seeds: [OrbitalRotation], point: OrbitalPoint)?
    /// Whether the whole descent from the last one used Newton's method: a return to its energy then means that there is no lower solution.
    var hasDescended = false
    /// Orbitals on either side of the last one along rotations of its own kind, because a descent follows only one side.
    var sides: [[MolecularOrbitals]] = []

    /// Norm of the rotation from an unstable solution to its sides.
    static let sideStep = 0.5
}

/// The origin of the initial orbitals.
struct IterationOpening {
    /// From an unfinished Newton iteration.
    let isSecondOrder: Bool
    /// From a converged solution.
    let isSolution: Bool
    /// Restart data of an earlier calculation.
    let record: ExtrapolationHistory.Record?
}

/// Whether the requested Fock matrices may come from approximate integrals, which is possible except for the last ones.
struct IntegralAccuracy {
    let hasApproximate: Bool
    /// Whether the last ones must be exact; false if solutions are only compared with each other.
    let endsExactly: Bool
    /// Whether the next ones must be exact.
    var wantsExact: Bool
    /// Whether the last ones were.
    private(set) var wasExact = false
    /// Whether some were exact, so that approximate ones can be corrected by them.
    private(set) var hasReference = false
    private var failures = 0
    private var staysExact = false

    /// Orbital gradient below which exact matrices are used to correct approximate ones: about the size of the error of the approximation.
    static let firstExactGradient = 1e-4

    /// Change of the energy, in hartree, below which they are used: small along soft modes, too, but above the noise of approximate
    /// energies, which are computed in single precision.
    static func firstExactChange(at energy: Double) -> Double { max(1e-6, 3e-9 * abs(energy)) }

    init(hasApproximate: Bool, isAtSolution: Bool, endsExactly: Bool) {
        self.hasApproximate = hasApproximate
        self.endsExactly = endsExactly
        wantsExact = !hasApproximate || isAtSolution && endsExactly
    }

    /// Whether the iterations may end with the last Fock matrices.
    var suffices: Bool { wasExact || !endsExactly }

    /// Whether the solution belongs to the approximate integrals, without any correction.
    var isApproximateForNow: Bool { hasApproximate && endsExactly && !hasReference }

    /// Whether the last matrices were approximate ones corrected by exact ones, and the iterations must end with exact ones.
    var isCorrected: Bool { endsExactly && hasReference && !wasExact }

    /// The integrals for the next Fock matrices.
    var wanted: FockBuilder.Request.Integrals {
        guard wantsExact else { return .approximate }
        return hasApproximate && !staysExact ? .exactReference : .exact
    }

    /// Records the Fock matrices just built; the next ones are approximate if approximate integrals exist.
    mutating func receive() {
        wasExact = wantsExact
        hasReference = hasReference || wasExact
        wantsExact = !hasApproximate || staysExact
    }

    /// A solution with corrected matrices was not a solution with exact ones. After the second time, only exact ones are used.
    mutating func fail() {
        failures += 1
        if failures > 1 { giveUp() }
    }

    /// From now on all matrices are exact.
    mutating func giveUp() {
        staysExact = true
        wantsExact = true
    }
}
