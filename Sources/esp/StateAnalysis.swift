import FileFormats
import Foundation
import GaussianBasis
import GaussianIntegrals
import LinearAlgebra
import MolecularStructure
import ParallelExecution
import WavefunctionAnalysis

/// Charges, populations and moments of solved states, as entries of result.json. What does not depend on the density is
/// worked out once for all states.
struct StateAnalysis {
    private let basis: AtomicOrbitalBasis
    private let chelpg: CHELPG
    private let overrides: [Element: Double]
    private let pool: WorkerPool
    private let schemes: [ChargeScheme]
    private let analyzers: [any ChargeAnalyzer]

    /// Lays out the points of the CHELPG fit: radii that cannot work are found before the first integral.
    ///
    /// - Parameter schemes: what is computed beside the Mulliken, Loewdin and CHELPG charges of every state.
    init(
        basis: AtomicOrbitalBasis, chelpgRadii: [Element: Double], schemes: [ChargeScheme] = ChargeScheme.defaults,
        pool: WorkerPool
    ) throws {
        self.basis = basis
        self.pool = pool
        self.schemes = schemes
        analyzers = ChargeAnalyzers.all
        overrides = chelpgRadii
        var options = CHELPG.Options()
        options.radiiInAngstrom = chelpgRadii
        do {
            chelpg = try CHELPG(molecule: basis.molecule, options: options)
        } catch let error as PotentialFitError {
            throw Failure(.badInput, "CHELPG charges: \(sentence(error)) Check --chelpg-radius.")
        }
    }

    /// What a reader of the charges has to know.
    var notes: [String] { chelpg.notes + analyzers.flatMap { $0.notes(on: wanted(of: $0)) } }

    private func wanted(of analyzer: any ChargeAnalyzer) -> [ChargeScheme] {
        analyzer.schemes.filter(schemes.contains)
    }

    /// How the schemes of `analyzers` were carried out.
    var chargeSchemeRecords: [String: ChargeSchemeRecord] {
        var result: [String: ChargeSchemeRecord] = [:]
        for analyzer in analyzers {
            for scheme in wanted(of: analyzer) {
                result[scheme.rawValue] = ChargeSchemeRecord(
                    title: scheme.title, reference: scheme.literature, parameters: analyzer.parameters(of: scheme))
            }
        }
        return result
    }

    /// Adds the charges of the analyzers to records of states.
    func addCharges(_ wavefunctions: [Wavefunction], to records: inout [StateRecord]) throws {
        let overlap = OneElectronIntegrals.overlap(basis: basis)
        let input = ChargeAnalysisInput(
            basis: basis, wavefunctions: wavefunctions, overlap: overlap,
            overlapRoot: try PopulationAnalysis.squareRoot(ofOverlap: overlap), pool: pool)
        for analyzer in analyzers where !wanted(of: analyzer).isEmpty {
            for (scheme, states) in try analyzer.charges(wanted(of: analyzer), of: input) {
                for (index, charges) in states.enumerated() { records[index].add(charges, scheme: scheme.rawValue) }
            }
        }
    }

    /// Conventions of the fitted charges.
    var potentialFitModel: ResultDocument.PotentialFitModel {
        var radii: [String: Double] = [:]
        var sources: [String: String] = [:]
        for (atom, radius) in zip(basis.molecule.atoms, chelpg.radiiInAngstrom) {
            radii[atom.element.symbol] = radius
            sources[atom.element.symbol] =
                overrides[atom.element] == nil ? PotentialFitRadii.source(atom.element) : "given by the user"
        }
        return .init(
            points: chelpg.points.count, spacingInAngstrom: chelpg.options.spacingInAngstrom,
            marginInAngstrom: chelpg.options.marginInAngstrom, radiiInAngstrom: radii, radiusSources: sources,
            notes: chelpg.notes)
    }

    /// One entry a state, without files.
    func records(of states: [SolvedState]) throws -> [StateRecord] { try records(of: states.map(AnalyzedState.init)) }

    /// One entry a state, whoever solved it, without files.
    func records(of states: [AnalyzedState]) throws -> [StateRecord] {
        let overlap = OneElectronIntegrals.overlap(basis: basis)
        let overlapRoot = try PopulationAnalysis.squareRoot(ofOverlap: overlap)
        let multipoles = MultipoleIntegrals(basis: basis)
        let fits = chelpg.fit(states.map(\.wavefunction), pool: pool)
        let potentials = NuclearPotentials(states.map(\.wavefunction), pool: pool).values
        var records = try zip(zip(states, fits), potentials).map { pair, potential in
            let (state, fit) = pair
            let wavefunction = state.wavefunction
            let populations = try PopulationScheme.allCases.map {
                try PopulationAnalysis(wavefunction, scheme: $0, overlap: overlap, overlapRoot: overlapRoot)
            }
            let orders = BondOrders(wavefunction, overlap: overlap, overlapRoot: overlapRoot)
            var record = record(state, populations, MultipoleMoments(wavefunction, integrals: multipoles), fit)
            record.bondOrders = Self.records(orders)
            record.potentialAtNuclei = potential
            return record
        }
        try addCharges(states.map(\.wavefunction), to: &records)
        return records
    }

    /// Smallest Mayer bond order, in size, that is worth a line.
    private static let smallestBondOrder = 0.05

    private static func records(_ orders: BondOrders) -> [BondOrderRecord] {
        (0..<orders.mayer.rows).flatMap { first in
            ((first + 1)..<orders.mayer.rows).filter { abs(orders.mayer[first, $0]) >= smallestBondOrder }.map {
                BondOrderRecord(atoms: [first, $0], mayer: orders.mayer[first, $0], wiberg: orders.wiberg[first, $0])
            }
        }
    }

    private func record(
        _ state: AnalyzedState, _ populations: [PopulationAnalysis], _ moments: MultipoleMoments, _ fit: CHELPG.Fit
    ) -> StateRecord {
        let charge = state.wavefunction.state
        let (alpha, beta) = Self.spins(state.wavefunction.orbitals)
        let occupied = SpinPair(alpha: alpha.occupations.count { $0 > 0 }, beta: beta.occupations.count { $0 > 0 })
        var charges = [ChargeScheme.chelpg.rawValue: fit.charges]
        var spins: [String: [Double]] = [:]
        for analysis in populations {
            charges[analysis.scheme.rawValue] = analysis.charges
            spins[analysis.scheme.rawValue] = analysis.spinPopulations
        }
        return StateRecord(
            charge: charge.charge, multiplicity: charge.multiplicity, energy: state.energy,
            gradient: state.gradient?.values.map { Self.list($0) },
            gradientSums: state.gradient.map {
                .init(translation: Self.list($0.translationalSum), rotation: Self.list($0.rotationalSum))
            }, converged: state.isConverged,
            iterations: state.iterations, gridPoints: state.gridPoints, gridElectrons: state.gridElectrons,
            electrons: basis.electronCount(charge: charge.charge), energyComponents: state.energyComponents,
            orbitalEnergies: SpinPair(alpha: alpha.energies, beta: beta.energies), occupiedOrbitals: occupied,
            gap: Self.gap(alpha, occupied.alpha, beta, occupied.beta), dipole: Self.list(moments.dipole),
            dipoleOrigin: Self.list(moments.origin), quadrupole: moments.secondMoments,
            tracelessQuadrupole: moments.tracelessQuadrupole, spinSquared: state.spinSquared,
            stability: state.stability, charges: charges,
            spinPopulations: spins, shellPopulations: populations.flatMap { shells($0) },
            potentialFits: [
                ChargeScheme.chelpg.rawValue: .init(
                    rootMeanSquareError: fit.rootMeanSquareError,
                    relativeRootMeanSquareError: fit.relativeRootMeanSquareError)
            ], files: [:], wallSeconds: state.seconds)
    }

    /// Single shells, then the sums over the shells of one angular momentum.
    private func shells(_ analysis: PopulationAnalysis) -> [ShellPopulationRecord] {
        (analysis.shells + analysis.angularMomenta).map { shell in
            ShellPopulationRecord(
                atom: shell.atom, symbol: basis.molecule.atoms[shell.atom].element.symbol, shell: shell.label,
                scheme: analysis.scheme.rawValue, population: shell.total, spin: shell.spin)
        }
    }

    private static func spins(_ orbitals: Wavefunction.Orbitals) -> (MolecularOrbitals, MolecularOrbitals) {
        switch orbitals {
        case .restricted(let both): (both, both)
        case .unrestricted(let alpha, let beta): (alpha, beta)
        }
    }

    private static func list(_ vector: SIMD3<Double>) -> [Double] { [vector.x, vector.y, vector.z] }

    /// Lowest empty less highest occupied orbital over both spins.
    private static func gap(
        _ alpha: MolecularOrbitals, _ alphaCount: Int, _ beta: MolecularOrbitals, _ betaCount: Int
    ) -> Double? {
        let pairs = [(alpha.energies, alphaCount), (beta.energies, betaCount)]
        guard let highest = pairs.compactMap({ $1 > 0 ? $0[$1 - 1] : nil }).max(),
            let lowest = pairs.compactMap({ $1 < $0.count ? $0[$1] : nil }).min()
        else { return nil }
        return lowest - highest
    }
}

extension StateRecord {
    /// Takes charges, and what comes with them, under the key of their scheme.
    mutating func add(_ result: AtomicCharges, scheme: String) {
        charges[scheme] = result.charges
        spinPopulations[scheme] = result.spinPopulations
        if let dipoles = result.dipoles {
            atomicDipoles = atomicDipoles ?? [:]
            atomicDipoles?[scheme] = dipoles.map { [$0.x, $0.y, $0.z] }
        }
        chargeChecks = chargeChecks ?? [:]
        chargeChecks?[scheme] = ChargeCheckRecord(
            rawSum: result.rawSum, converged: result.isConverged, iterations: result.iterations)
    }
}

/// The analyzers that the program has: the place to register another one.
enum ChargeAnalyzers {
    static let all: [any ChargeAnalyzer] = [SpacePartitionAnalyzer()]
}
