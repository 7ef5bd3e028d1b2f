import SelfConsistentField

/// A state whose self-consistent field is done.
struct SolvedState {
    let result: SCFResult
    /// Points of the integration grid; 0 without one.
    let gridPoints: Int
    /// Wall time, in seconds; of work for several states at once, an equal share.
    var seconds: Double { result.seconds }
}
