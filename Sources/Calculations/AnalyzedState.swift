import ElectronicStructure
import FileFormats
import GaussianBasis
import HamiltonianTerms
import NuclearDerivatives
import RunFolders
import SolutionSearch

/// A wavefunction to analyse, with what is known about how it was found.
struct AnalyzedState {
    let wavefunction: Wavefunction
    /// Nil if the file of another program does not contain it.
    let energy: Double?
    let spinSquared: Double
    var energyComponents: EnergyComponents?
    var isConverged = true
    /// Number of Fock matrices built; 0 if another program solved the state.
    var iterations = 0
    var gridPoints = 0
    var integrals: RepulsionSource?
    var gridElectrons: Double?
    var stability: StabilityRecord?
    var fittingError: Double?
    var gradient: EnergyGradient?
    /// How this solution was chosen, and other solutions of its charge; nil without a search.
    var search: StateSearch.Outcome?
    /// Wall time of the solution.
    var seconds = 0.0

    init(wavefunction: Wavefunction, energy: Double?, spinSquared: Double) {
        self.wavefunction = wavefunction
        self.energy = energy
        self.spinSquared = spinSquared
    }

    init(_ state: SolvedState) {
        let result = state.result
        self.init(wavefunction: result.wavefunction, energy: result.energy, spinSquared: result.spinSquared)
        energyComponents = result.components
        isConverged = result.isConverged
        iterations = result.iterations
        gridPoints = state.gridPoints
        integrals = state.integrals
        gridElectrons = result.gridElectrons
        stability = result.stability.map(StabilityRecord.init)
        fittingError = state.fittingError
        gradient = state.gradient
        search = state.search
        seconds = state.seconds
    }
}
