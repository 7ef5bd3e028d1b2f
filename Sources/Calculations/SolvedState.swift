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
        case .semiNumericalThenExact: self = .semiNumericalThenExact
        case .semiNumerical: self = .semiNumerical
        }
    }
}

/// A state whose self-consistent field is finished.
struct SolvedState {
    let result: SCFResult
    /// Points of the integration grid; 0 without one.
    let gridPoints: Int
    /// How the repulsion integrals were obtained.
    var integrals: RepulsionSource?
    /// The fitted energy minus the exact one at the same densities, in hartree, if requested.
    var fittingError: Double?
    /// Derivatives of the energy with respect to the nuclear positions, if requested.
    var gradient: EnergyGradient?
    /// How this solution was chosen, and other solutions of its charge; nil without a search.
    var search: StateSearch.Outcome?
    /// The solution from which the search for others started; nil without a search.
    var first: SCFResult?
    /// Wall time in seconds; work for several states at once is shared equally.
    var seconds: Double { result.seconds }
}
