import FileFormats
import Foundation
import GaussianBasis
import GaussianIntegrals
import LinearAlgebra
import MolecularStructure
import ParallelExecution
import SelfConsistentField
import WavefunctionAnalysis

/// Everything that is asked of a solved state: charges, populations, moments, cubes.
struct StateAnalysis {
    let output: OutputOptions
    let pool: WorkerPool

    init(output: OutputOptions, pool: WorkerPool) {
        self.output = output
        self.pool = pool
    }

    /// The state's entry of result.json, without its files.
    func record(of solved: SCFResult, gridPoints: Int, progress: ProgressReport) throws -> StateRecord {
        let wavefunction = solved.wavefunction
        let basis = wavefunction.basis
        let (alpha, beta) = Self.spins(wavefunction.orbitals)
        let occupied = SpinPair(
            alpha: alpha.occupations.count { $0 > 0 }, beta: beta.occupations.count { $0 > 0 })
        let origin = basis.molecule.center(ofCharges: basis.effectiveNuclearCharges)
        return StateRecord(
            charge: wavefunction.state.charge, multiplicity: wavefunction.state.multiplicity, energy: solved.energy,
            converged: solved.isConverged, iterations: solved.iterations, gridPoints: gridPoints,
            gridElectrons: solved.gridElectrons, electrons: basis.electronCount(charge: wavefunction.state.charge),
            energyComponents: EnergyComponentRecord(solved.components),
            orbitalEnergies: SpinPair(alpha: alpha.energies, beta: beta.energies), occupiedOrbitals: occupied,
            gap: Self.gap(alpha, occupied.alpha, beta, occupied.beta), dipole: [], dipoleOrigin: [origin.x, origin.y, origin.z],
            quadrupole: [], spinSquared: solved.spinSquared, charges: [:], spinPopulations: [:], shellPopulations: [], files: [:],
            wallSeconds: 0)
    }

    func writeCubes(of solved: SCFResult, to folder: OutputFolder, progress: ProgressReport) throws -> [String: String] { [:] }

    private static func spins(_ orbitals: Wavefunction.Orbitals) -> (MolecularOrbitals, MolecularOrbitals) {
        switch orbitals {
        case .restricted(let both): (both, both)
        case .unrestricted(let alpha, let beta): (alpha, beta)
        }
    }

    /// Lowest empty less highest occupied orbital over both spins.
    private static func gap(_ alpha: MolecularOrbitals, _ alphaCount: Int, _ beta: MolecularOrbitals, _ betaCount: Int) -> Double? {
        let pairs = [(alpha.energies, alphaCount), (beta.energies, betaCount)]
        guard let highest = pairs.compactMap({ $1 > 0 ? $0[$1 - 1] : nil }).max(),
            let lowest = pairs.compactMap({ $1 < $0.count ? $0[$1] : nil }).min()
        else { return nil }
        return lowest - highest
    }
}
