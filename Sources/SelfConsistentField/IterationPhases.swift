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
