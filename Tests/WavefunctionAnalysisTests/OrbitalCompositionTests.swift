import FileFormats
import GaussianBasis
import GaussianIntegrals
import LinearAlgebra
import TestSupport
import Testing

@testable import WavefunctionAnalysis

@Suite struct OrbitalCompositionTests {
    /// Occupied orbitals together hold the electrons that the population analysis finds; every orbital is shared out whole.
    @Test(arguments: PopulationScheme.allCases, ["pyscf-pure.molden", "pyscf-cartesian.molden", "pyscf-core-potential.molden"])
    func sharesAddUpToPopulations(scheme: PopulationScheme, file: String) throws {
        let foreign = try ForeignWavefunction(readingFrom: WavefunctionReference.path(file))
        let wavefunction = try WavefunctionImport(foreign) { OneElectronIntegrals.overlap(basis: $0) }.wavefunction
        let basis = wavefunction.basis
        let overlap = OneElectronIntegrals.overlap(basis: basis)
        let weight = scheme == .lowdin ? try PopulationAnalysis.squareRoot(ofOverlap: overlap) : overlap
        let sets: [MolecularOrbitals]
        switch wavefunction.orbitals {
        case .restricted(let both): sets = [both]
        case .unrestricted(let alpha, let beta): sets = [alpha, beta]
        }
        var electrons = [Double](repeating: 0, count: basis.molecule.atoms.count)
        for orbitals in sets {
            let composition = OrbitalComposition(orbitals, basis: basis, scheme: scheme, weight: weight)
            for (occupation, shares) in zip(composition.occupations, composition.shares) {
                // Orbitals in the file have a finite number of decimals.
                #expect(abs(shares.reduce(0, +) - 1) < 1e-6)
                if scheme == .lowdin { #expect(shares.allSatisfy { $0 >= 0 }) }
                for atom in shares.indices { electrons[atom] += occupation * shares[atom] }
            }
            let groups = composition.shares(of: [[0], Array(1..<basis.molecule.atoms.count)])
            #expect(
                zip(groups, composition.shares).allSatisfy {
                    abs($0[0] - $1[0]) < 1e-12 && abs($0[0] + $0[1] - $1.reduce(0, +)) < 1e-12
                })
        }
        let analysis = try PopulationAnalysis(wavefunction, scheme: scheme, overlap: overlap)
        for atom in electrons.indices {
            #expect(abs(basis.effectiveNuclearCharges[atom] - electrons[atom] - analysis.charges[atom]) < 1e-8)
        }
    }

    /// Every orbital within the range counts as one, its parts as the shares say.
    @Test func densityOfStatesIntegratesToOrbitals() {
        let density = DensityOfStates(
            levels: [-0.5, -0.2, 3], shares: [[0.25, 0.75], [1, 0], [0, 1]], range: -1...1, width: 0.02, count: 4001)
        let step = density.energies[1] - density.energies[0]
        func integral(_ values: [Double]) -> Double { values.reduce(0, +) * step }
        #expect(abs(integral(density.total) - 2) < 1e-9)
        #expect(abs(integral(density.partial[0]) - 1.25) < 1e-9 && abs(integral(density.partial[1]) - 0.75) < 1e-9)
        // Half of the height at half of the width.
        let peak = density.total[1600]
        #expect(abs(density.energies[1600] + 0.2) < 1e-12 && abs(density.total[1620] / peak - 0.5) < 1e-9)
    }
}
