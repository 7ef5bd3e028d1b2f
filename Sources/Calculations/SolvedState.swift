import ElectronicStructure
import NuclearDerivatives
import RunFolders
import SelfConsistentField
import SolutionSearch

extension StateRecord.Integrals {
    init(_ source: RepulsionSource) {
        switch source {
        case .exact: self = .exact
        case .fittedThenExact: self = .fittedThenExact
        case .fitted: self = .fitted
        }
    }
}

/// A state whose self-consistent field is done.
struct SolvedState {
    let result: SCFResult
    /// Points of the integration grid; 0 without one.
    let gridPoints: Int
    /// How the repulsion integrals came about.
    var integrals: RepulsionSource?
    /// Derivatives of the energy by the positions of the nuclei, when they were asked for.
    var gradient: EnergyGradient?
    /// How this solution was chosen, and other solutions of its charge; nil without a search.
    var search: StateSearch.Outcome?
    /// The solution that the search for others started from; nil without a search.
    var first: SCFResult?
    /// Wall time, in seconds; of work for several states at once, an equal share.
    var seconds: Double { result.seconds }
}
