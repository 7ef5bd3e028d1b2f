import FileFormats
import RunFolders
import Foundation
import GaussianBasis
import GaussianIntegrals
import LinearAlgebra
import MolecularStructure
import ParallelExecution
import WavefunctionAnalysis

/// Charges, populations and moments of solved states, as entries of result.json. Quantities that do not depend on the density are computed
/// once for all states.
struct StateAnalysis {
    private let basis: AtomicOrbitalBasis
    private let pool: WorkerPool
    private let charges: ChargeAnalysis

    /// Prepares the points of fitted charges, so that unusable radii are found before the first integral.
    init(basis: AtomicOrbitalBasis, options: ChargeAnalysis.Options, pool: WorkerPool) throws {
        self.basis = basis
        self.pool = pool
        charges = try ChargeAnalysis(basis: basis, options: options, pool: pool)
    }

    /// Notes for readers of the charges.
    var notes: [String] { charges.notes }

    /// Records how charges were computed.
    func describe(in model: inout ResultDocument.Model) { charges.describe(in: &model) }

    /// One entry per state, without files.
    func records(
        of states: [SolvedState], tell: @escaping @Sendable (Double) -> Void = { _ in }
    ) throws -> [StateRecord] {
        try records(of: states.map(AnalyzedState.init), tell: tell)
    }

    /// One entry per state, without files.
    ///
    /// - Parameter tell: gets the completed fraction of the work, from 0 to 1, on any thread.
    func records(
        of states: [AnalyzedState], tell: @escaping @Sendable (Double) -> Void = { _ in }
    ) throws -> [StateRecord] {
        let wavefunctions = states.map(\.wavefunction)
        let input = try charges.input(wavefunctions, tell: tell)
        let multipoles = MultipoleIntegrals(basis: basis)
        let potentials = NuclearPotentials(wavefunctions, pool: pool).values
        func populations(_ wavefunction: Wavefunction) throws -> [PopulationAnalysis] {
            try PopulationScheme.allCases.map {
                try PopulationAnalysis(wavefunction, scheme: $0, overlap: input.overlap, overlapRoot: input.overlapRoot)
            }
        }
        func moments(_ wavefunction: Wavefunction) -> MultipoleMoments { MultipoleMoments(wavefunction, integrals: multipoles) }
        var records = try zip(states, potentials).map { state, potential in
            let wavefunction = state.wavefunction
            let found = try populations(wavefunction)
            var record = record(state, found, moments(wavefunction))
            record.warnings = try warnings(of: state, found, overlap: input.overlap)
            record.origin = state.search?.chosen.origin
            record.relativeEnergy = state.search?.chosen.relativeEnergy
            record.alternatives = try (state.search?.alternatives ?? []).map { other in
                let wavefunction = other.result.wavefunction
                let solution = AnalyzedState(
                    SolvedState(result: other.result, gridPoints: other.isPreliminary ? 0 : state.gridPoints))
                let populations = try populations(wavefunction)
                var entry = self.record(solution, populations, moments(wavefunction))
                for analysis in populations {
                    entry.charges[analysis.scheme.rawValue] = analysis.charges
                    entry.spinPopulations[analysis.scheme.rawValue] = analysis.spinPopulations
                }
                entry.warnings = try warnings(of: solution, populations, overlap: input.overlap)
                entry.origin = other.origin
                entry.preliminary = other.isPreliminary ? true : nil
                entry.relativeEnergy = other.relativeEnergy
                return entry
            }
            if let lower = WarningRecord(lowerThan: record) { record.warnings = [lower] + (record.warnings ?? []) }
            record.potentialAtNuclei = potential
            return record
        }
        try charges.add(input, to: &records)
        StateRecord.markUnbound(&records)
        return records
    }

    private func record(
        _ state: AnalyzedState, _ populations: [PopulationAnalysis], _ moments: MultipoleMoments
    ) -> StateRecord {
        let charge = state.wavefunction.state
        let (alpha, beta) = Self.spins(state.wavefunction.orbitals)
        let occupied = SpinPair(alpha: alpha.occupations.count { $0 > 0 }, beta: beta.occupations.count { $0 > 0 })
        var record = StateRecord(
            charge: charge.charge, multiplicity: charge.multiplicity, energy: state.energy,
            gradient: state.gradient?.values.map { Self.list($0) },
            gradientSums: state.gradient.map {
                .init(translation: Self.list($0.translationalSum), rotation: Self.list($0.rotationalSum))
            }, converged: state.isConverged,
            iterations: state.iterations, gridPoints: state.gridPoints, gridElectrons: state.gridElectrons,
            electrons: basis.electronCount(charge: charge.charge), energyComponents: state.energyComponents,
            orbitalEnergies: SpinPair(alpha: alpha.energies, beta: beta.energies), occupiedOrbitals: occupied,
            gap: state.wavefunction.hasNaturalOrbitals ? nil : Self.gap(alpha, occupied.alpha, beta, occupied.beta),
            dipole: Self.list(moments.dipole),
            dipoleOrigin: Self.list(moments.origin), quadrupole: moments.secondMoments,
            tracelessQuadrupole: moments.tracelessQuadrupole, spinSquared: state.spinSquared,
            stability: state.stability, charges: [:],
            spinPopulations: [:], shellPopulations: populations.flatMap { shells($0) },
            potentialFits: [:], files: [:], wallSeconds: state.seconds)
        record.integrals = state.integrals.map(StateRecord.Integrals.init)
        record.fittingError = state.fittingError
        let wavefunction = state.wavefunction
        if wavefunction.hasNaturalOrbitals {
            record.naturalOccupations = SpinPair(alpha: alpha.occupations, beta: beta.occupations)
        }
        record.reference =
            wavefunction.isRestricted ? "restricted" : wavefunction.isRestrictedOpen ? "restricted-open" : "unrestricted"
        return record
    }

    private func warnings(
        of state: AnalyzedState, _ populations: [PopulationAnalysis], overlap: Matrix
    ) throws -> [WarningRecord]? {
        guard let mulliken = populations.first(where: { $0.scheme == .mulliken }),
            let lowdin = populations.first(where: { $0.scheme == .lowdin })
        else { return nil }
        return try WarningRecord.all(
            state.wavefunction, spinSquared: state.spinSquared, energies: state.energyComponents, mulliken: mulliken,
            lowdin: lowdin,
            overlap: overlap)
    }

    /// Single shells, then the sums over the shells of one angular momentum.
    private func shells(_ analysis: PopulationAnalysis) -> [ShellPopulationRecord] {
        (analysis.shells + analysis.angularMomenta).filter { basis.molecule.atoms.indices.contains($0.atom) }.map { shell in
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

    /// Lowest empty orbital energy minus highest occupied one, over both spins.
    private static func gap(
        _ alpha: MolecularOrbitals, _ alphaCount: Int, _ beta: MolecularOrbitals, _ betaCount: Int
    ) -> Double? {
        // Singly occupied orbitals have the same energy for both spins: the gap is to the orbital above them.
        let isShared = alphaCount != betaCount && alpha.energies == beta.energies
        let pairs = [(alpha.energies, alphaCount)] + (isShared ? [] : [(beta.energies, betaCount)])
        guard let highest = pairs.compactMap({ $1 > 0 ? $0[$1 - 1] : nil }).max(),
            let lowest = pairs.compactMap({ $1 < $0.count ? $0[$1] : nil }).min()
        else { return nil }
        return lowest - highest
    }
}
