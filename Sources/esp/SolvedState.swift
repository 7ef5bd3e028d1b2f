import SelfConsistentField

/// A state whose self-consistent field is done.
struct SolvedState {
    let result: SCFResult
    /// Points of the integration grid; 0 without one.
    let gridPoints: Int
    /// Derivatives of the energy by the positions of the nuclei, when they were asked for.
    var gradient: EnergyGradient?
    /// What this solution started from, and other solutions of its charge, when they were looked for.
    var origin: String?
    var alternatives: [StateSearch.Solution] = []
    /// Wall time, in seconds; of work for several states at once, an equal share.
    var seconds: Double { result.seconds }
}
