import FileFormats
import Foundation
import RunFolders
import GaussianBasis
import HamiltonianTerms
import LinearAlgebra
import MolecularStructure
import SolutionSearch
import WavefunctionAnalysis

extension WarningRecord {
    /// Warnings about a solution; nil if there are none.
    ///
    /// - Parameters:
    ///   - energies: components of the energy; nil if unknown.
    ///   - lowdin: populations, which exist for every wavefunction.
    static func all(
        _ wavefunction: Wavefunction, spinSquared: Double, energies: EnergyComponents?, mulliken: PopulationAnalysis,
        lowdin: PopulationAnalysis, overlap: Matrix
    ) throws -> [WarningRecord]? {
        let molecule = wavefunction.basis.molecule
        let pair = RadicalPair(
            molecule, spinPopulations: lowdin.spinPopulations, multiplicity: wavefunction.state.multiplicity,
            spinSquared: spinSquared)
        let artefacts = try BasisSetArtefacts(wavefunction, mulliken: mulliken.charges, overlap: overlap)
        let all =
            [pair.map { WarningRecord($0, in: molecule) }, energies.flatMap { VirialRatio($0)?.warning }]
            + [linearDependence(artefacts, of: wavefunction.basis), charges(artefacts, mulliken.charges, in: molecule)]
        let warnings = all.compactMap { $0 }
        return warnings.isEmpty ? nil : warnings
    }

    private static func linearDependence(_ artefacts: BasisSetArtefacts, of basis: AtomicOrbitalBasis) -> WarningRecord? {
        guard let smallest = artefacts.smallestOverlapEigenvalue else { return nil }
        let removed = artefacts.removedFunctions
        return WarningRecord(
            kind: "linear_dependence", atoms: [],
            message: "the basis set is linearly dependent: \(removed) combination\(removed == 1 ? "" : "s") of its "
                + "\(basis.functionCount) functions \(removed == 1 ? "was" : "were") removed (smallest eigenvalue of the overlap matrix "
                + "\(scientific(smallest)), limit \(scientific(AtomicOrbitalBasis.smallestOverlapEigenvalue))); at "
                + "other geometries the number of functions may differ, and Mulliken populations are not meaningful")
    }

    private static func charges(_ artefacts: BasisSetArtefacts, _ charges: [Double], in molecule: Molecule) -> WarningRecord? {
        let odd = artefacts.unreasonableCharges
        guard !odd.isEmpty else { return nil }
        let list = odd.map { "\(molecule.atoms[$0].element)\($0 + 1) \(signed(charges[$0], 2))" }.joined(separator: ", ")
        return WarningRecord(
            kind: "mulliken_charges", atoms: odd.map { $0 + 1 },
            message:
                "unphysical Mulliken charges (\(list)): functions of one atom, usually "
                + "diffuse ones, describe electrons of its neighbours; use another scheme, such as Hirshfeld, CM5 or CHELPG, or a basis set without diffuse "
                + "functions")
    }

    private static func scientific(_ value: Double) -> String { String(format: "%.1e", value) }

    /// That the search came to an energy clearly below that of a state, but to no stable, converged solution there; nil if it did
    /// not. Energies of preliminary solutions are of another grid and do not count.
    init?(lowerThan record: StateRecord) {
        func energy(_ other: StateRecord) -> Double { other.relativeEnergy ?? 0 }
        let below = record.alternatives.filter { $0.preliminary != true && energy($0) < energy(record) - StateSearch.margin }
        guard let lowest = below.min(by: { energy($0) < energy($1) }) else { return nil }
        let flaw = lowest.converged ? "but the solution there is unstable" : "but did not converge there"
        let isOther = lowest.multiplicity != record.multiplicity
        let cure =
            isOther
            ? "Compute it in another folder: --charge \(record.charge) --multiplicity \(lowest.multiplicity)"
                + (lowest.converged ? "" : ", with more iterations (--max-iterations)")
            : "Try --second-order" + (lowest.converged ? "" : " and more iterations (--max-iterations)") + " in another folder"
        self.init(
            kind: "lower_solution", atoms: [],
            message: "NOT THE LOWEST STATE: the search came to an energy that is "
                + "\(column(energy(record) - energy(lowest), 0, 6)) Eh lower, with 2S+1 = \(lowest.multiplicity), \(flaw). \(cure)"
        )
    }
}
