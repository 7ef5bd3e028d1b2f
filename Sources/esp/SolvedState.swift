import SelfConsistentField

/// A state whose self-consistent field is done.
struct SolvedState {
    let result: SCFResult
    /// Points of the integration grid; 0 without one.
    let gridPoints: Int
    let seconds: Double
}
