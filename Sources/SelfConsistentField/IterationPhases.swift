import ElectronicStructure
import GaussianBasis
import OrbitalResponse

/// What extrapolation has gathered, kept while other methods are at work.
struct ExtrapolationState {
    var accelerator = ConvergenceAccelerator(capacity: 8)
    var progress = ProgressWatch()
}

/// What is known about Newton's method beside the steps of `TrustRegionNewton`.
struct NewtonState {
    /// The orbitals of its point as their Fock matrices were built.
    var origin: [MolecularOrbitals] = []
    /// Whether its steps are trusted to the end, and not only until extrapolation can go on.
    var isTrustedToTheEnd = false
    /// Whether the solution whose stability is examined is one of its own.
    var hasConverged = false
}

/// Unstable solutions that were left for lower ones.
struct FollowedInstabilities {
    /// An interruption does not outlive the last.
    var count: Int
    /// Of the last one, in hartree.
    var energy: Double?
    /// Where the descent from the last one began.
    var descent: (seeds: [OrbitalRotation], point: OrbitalPoint)?
    /// Whether Newton's method has gone down from the last one all the way: to come back to its energy then means that nothing
    /// lower lies there.
    var hasDescended = false
    /// Orbitals on either side of the last one along rotations of its own kind: one descent takes one side only.
    var sides: [[MolecularOrbitals]] = []

    /// Norm of the rotation from an unstable solution to its sides.
    static let sideStep = 0.5
}

/// How the first orbitals of the iterations were found.
struct IterationOpening {
    /// On the way of Newton's method.
    let isSecondOrder: Bool
    /// They are those of a solution that had converged.
    let isSolution: Bool
    /// What an earlier calculation has handed over to go on with.
    let record: ExtrapolationHistory.Record?
}

/// Whether the Fock matrices that are wanted may come from approximate integrals. They may until the last ones.
struct IntegralAccuracy {
    let hasApproximate: Bool
    /// Whether the last ones must be exact; false where solutions are only compared with each other.
    let endsExactly: Bool
    /// Whether the next ones are to be exact.
    var wantsExact: Bool
    /// Whether the last ones were.
    private(set) var wasExact = false
    /// Whether some were, so that approximate ones are corrected by them.
    private(set) var hasReference = false
    private var failures = 0
    private var staysExact = false

    /// Orbital gradient below which exact matrices correct approximate ones: about what the error of these makes it.
    static let firstExactGradient = 3e-4

    init(hasApproximate: Bool, isAtSolution: Bool, endsExactly: Bool) {
        self.hasApproximate = hasApproximate
        self.endsExactly = endsExactly
        wantsExact = !hasApproximate || isAtSolution && endsExactly
    }

    /// Whether the iterations may end with the last Fock matrices.
    var suffices: Bool { wasExact || !endsExactly }

    /// Whether the solution is one of the approximate integrals, without any correction.
    var isApproximateForNow: Bool { hasApproximate && endsExactly && !hasReference }

    /// Those of the next Fock matrices.
    var wanted: FockBuilder.Request.Integrals {
        guard wantsExact else { return .approximate }
        return hasApproximate && !staysExact ? .exactReference : .exact
    }

    /// Takes note of Fock matrices as they were wanted; the next ones are approximate where there are such.
    mutating func receive() {
        wasExact = wantsExact
        hasReference = hasReference || wasExact
        wantsExact = !hasApproximate || staysExact
    }

    /// A solution of corrected matrices was none of exact ones. The second time is the last.
    mutating func fail() {
        failures += 1
        if failures > 1 { giveUp() }
    }

    /// From now on all are exact.
    mutating func giveUp() {
        staysExact = true
        wantsExact = true
    }
}
