import FileFormats
import Foundation
import GaussianBasis
import LinearAlgebra
import MolecularQuadrature
import MolecularStructure
import ParallelExecution
import WavefunctionAnalysis

/// Charges from natural and intrinsic orbitals and from fits on Merz-Kollman layers, natural and fuzzy bond orders, as
/// entries of result.json.
struct OrbitalAnalysis {
    private let basis: AtomicOrbitalBasis
    private let merzKollman: MerzKollman
    private let freeAtoms: Result<[ElementBasis], IntrinsicOrbitalError>
    private let pool: WorkerPool

    init(basis: AtomicOrbitalBasis, mkRadii: [Element: Double], library: BasisSetLibrary?, pool: WorkerPool) throws {
        self.basis = basis
        self.pool = pool
        var options = MerzKollman.Options()
        options.radiiInAngstrom = mkRadii
        merzKollman = try MerzKollman(molecule: basis.molecule, options: options)
        // A folder of the user's own may lack these sets; then there are no intrinsic orbitals, and a note says so.
        let minimal = (try? library?.basisSet(named: "MINAO"))?.elements ?? [:]
        let valence = (try? library?.basisSet(named: "LANL2MB"))?.elements ?? [:]
        do {
            freeAtoms = .success(
                try IntrinsicAtomicOrbitals.reference(for: basis, allElectron: minimal, valence: valence))
        } catch let error as IntrinsicOrbitalError {
            freeAtoms = .failure(error)
        }
    }

    /// What a reader of the charges has to know.
    var notes: [String] {
        var notes = NaturalAtomicOrbitals.notes(basis.molecule) + merzKollman.notes
        if case .failure(let error) = freeAtoms { notes.append(sentence(error)) }
        return notes
    }

    /// Conventions of the fitted charges, by scheme.
    var potentialFitModels: [String: ResultDocument.PotentialFitModel] {
        var radii: [String: Double] = [:]
        var sources: [String: String] = [:]
        for (atom, radius) in zip(basis.molecule.atoms, merzKollman.radiiInAngstrom) {
            radii[atom.element.symbol] = radius
            sources[atom.element.symbol] =
                merzKollman.options.radiiInAngstrom[atom.element] == nil
                ? MerzKollmanRadii.source(atom.element) : "given by the user"
        }
        let model = ResultDocument.PotentialFitModel(
            points: merzKollman.points.count, radiiInAngstrom: radii, radiusSources: sources, notes: merzKollman.notes,
            layers: merzKollman.options.layers, pointsPerSquareAngstrom: merzKollman.options.pointsPerSquareAngstrom)
        return [ChargeScheme.mk: model, ChargeScheme.resp: model]
    }

    /// Adds to the records of these states, in the same order.
    func extend(_ records: inout [StateRecord], _ wavefunctions: [Wavefunction], overlap: Matrix) throws {
        let potentials = merzKollman.potentials(of: wavefunctions, pool: pool)
        let grid = MolecularGrid(molecule: basis.molecule, specification: .medium, pool: pool)
        let fuzzy = FuzzyBondOrders.orders(wavefunctions, grid: grid, pool: pool)
        for (index, wavefunction) in wavefunctions.enumerated() {
            var natural: NaturalAtomicOrbitals?
            do {
                natural = try NaturalAtomicOrbitals(wavefunction, overlap: overlap)
            } catch LinearAlgebraError.singular {
                records[index].note(on: ChargeScheme.npa, "basis functions of the molecule are linearly dependent")
            }
            if let natural {
                records[index].charges[ChargeScheme.npa] = natural.charges
                records[index].spinPopulations[ChargeScheme.npa] = natural.spinPopulations
                records[index].naturalPopulations = basis.molecule.atoms.indices.map {
                    NaturalPopulationRecord(
                        core: natural.population(ofAtom: $0, .core), valence: natural.population(ofAtom: $0, .valence),
                        rydberg: natural.population(ofAtom: $0, .rydberg))
                }
            }
            if case .success(let reference) = freeAtoms {
                do {
                    let intrinsic = try IntrinsicAtomicOrbitals(wavefunction, reference: reference, overlap: overlap)
                    records[index].charges[ChargeScheme.iao] = intrinsic.charges
                    records[index].spinPopulations[ChargeScheme.iao] = intrinsic.spinPopulations
                } catch let error as IntrinsicOrbitalError {
                    records[index].note(on: ChargeScheme.iao, error.description)
                }
            }
            try addFits(to: &records[index], potentials[index], wavefunction)
            if let orders = records[index].bondOrders {
                records[index].bondOrders = orders.map { order in
                    var order = order
                    order.naturalWiberg = natural?.wiberg[order.atoms[0], order.atoms[1]]
                    order.fuzzy = fuzzy[index][order.atoms[0], order.atoms[1]]
                    return order
                }
            }
        }
    }

    private func addFits(to record: inout StateRecord, _ potential: [Double], _ wavefunction: Wavefunction) throws {
        let charge = Double(wavefunction.state.charge)
        func add(_ fit: PotentialFit, _ scheme: String) {
            record.charges[scheme] = fit.charges
            record.potentialFits[scheme] = .init(
                rootMeanSquareError: fit.rootMeanSquareError, relativeRootMeanSquareError: fit.relativeRootMeanSquareError)
        }
        add(merzKollman.fit(potential: potential, totalCharge: charge), ChargeScheme.mk)
        do {
            let stages = try RestrainedPotentialFit(merzKollman).fitInTwoStages(potential: potential, totalCharge: charge)
            add(stages.second, ChargeScheme.resp)
        } catch let error as PotentialFitError {
            record.note(on: ChargeScheme.resp, error.description)
        }
    }
}
