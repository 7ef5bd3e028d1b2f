import FileFormats
import GaussianBasis
import LinearAlgebra
import MolecularStructure
import WavefunctionAnalysis

extension WarningRecord {
    /// What is to be said of a solution; nil for nothing. Spin populations are Loewdin's, which every wavefunction has.
    static func all(_ wavefunction: Wavefunction, spinSquared: Double, spinPopulations: [Double]) -> [WarningRecord]? {
        let molecule = wavefunction.basis.molecule
        return RadicalPair(
            molecule, spinPopulations: spinPopulations, multiplicity: wavefunction.state.multiplicity, spinSquared: spinSquared
        ).map { [WarningRecord($0, in: molecule)] }
    }

    /// The same, where no populations are known yet; they are worked out only where they can matter.
    static func all(_ wavefunction: Wavefunction, spinSquared: Double, overlap: Matrix) throws -> [WarningRecord]? {
        guard wavefunction.state.multiplicity == 1, spinSquared >= RadicalPair.lowestSpinSquared else { return nil }
        let populations = try PopulationAnalysis(wavefunction, scheme: .lowdin, overlap: overlap)
        return all(wavefunction, spinSquared: spinSquared, spinPopulations: populations.spinPopulations)
    }
}
