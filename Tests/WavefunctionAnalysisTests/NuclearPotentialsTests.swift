import GaussianBasis
import GaussianIntegrals
import LinearAlgebra
import MolecularStructure
import Testing
import WavefunctionAnalysis

@Suite struct NuclearPotentialsTests {
    /// Nuclei times the potential at them are the attraction of the electrons and twice the repulsion of the nuclei.
    @Test(arguments: ["hydroxyl", "titanium-chloride"])
    func potentialsGiveTheAttraction(name: String) throws {
        let reference = try #require(try SolvedCase.read("hf-energies.json").first { $0.name == name })
        let wavefunction = try reference.solve()
        let basis = wavefunction.basis
        let charges = basis.effectiveNuclearCharges
        let potential = try #require(NuclearPotentials([wavefunction], pool: SolvedCase.pool).values.first)
        let attraction = OneElectronIntegrals.nuclearAttraction(
            basis: basis, charges: charges, positions: basis.molecule.atoms.map(\.position), pool: SolvedCase.pool
        ).dot(
            wavefunction.totalDensity)
        let sum = zip(charges, potential).reduce(0) { $0 + $1.0 * $1.1 }
        #expect(abs(sum - attraction - 2 * basis.molecule.nuclearRepulsion(charges: charges)) < 1e-7)
    }
}
