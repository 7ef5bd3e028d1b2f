import BasisSets
import FileFormats
import Foundation
import GaussianBasis
import GaussianIntegrals
import LinearAlgebra
import MachineLimits
import MolecularStructure
import ParallelExecution
import RunFolders
import WavefunctionAnalysis

/// Atomic charges by all schemes asked for, as entries of result.json.
struct ChargeAnalysis {
    package struct Options {
        var schemes: [ChargeScheme]
        /// Radii in Angstrom that replace those of the methods.
        var chelpgRadii: [Element: Double] = [:]
        var mkRadii: [Element: Double] = [:]
        /// Equivalent atoms and constrained sums of RESP charges.
        var restraint = RestrainedPotentialFit.Options()
        /// Free atoms for the schemes that partition space; nil: the default of each scheme.
        var proatoms: ProatomSet?
        /// Provides the orbitals of free atoms for intrinsic atomic orbitals.
        var library: BasisSetLibrary?
        var memory = Machine.defaultMemory
        /// Pairs of atoms are listed if one of their bond orders reaches this value.
        var bondThreshold = 0.05
        /// Whether the functions are those of a basis set, as opposed to the bare primitives of a file.
        var hasBasisFunctions = true

        /// The same for a wavefunction read from a file.
        func restricted(to format: ForeignWavefunction.Format?) -> Options {
            var result = self
            result.hasBasisFunctions = format?.hasBasisFunctions ?? true
            return result
        }
    }

    /// Schemes that assign basis functions to atoms, in a way that depends on more than the space spanned by the functions of each atom.
    private static let schemesOfBasisFunctions: Set<ChargeScheme> = [.lowdin, .npa, .iao]

    private let basis: AtomicOrbitalBasis
    private let options: Options
    private let pool: WorkerPool
    private let fits: PotentialFitAnalyzer
    private let analyzers: [any ChargeAnalyzer]

    /// Prepares the points of fitted charges, so that unusable radii are found before the first integral.
    init(basis: AtomicOrbitalBasis, options: Options, pool: WorkerPool) throws {
        self.basis = basis
        self.options = options
        self.pool = pool
        fits = try Self.fits(basis.molecule, options)
        analyzers = [
            PopulationAnalyzer(),
            OrbitalChargeAnalyzer(molecule: basis.molecule, freeAtoms: try Self.freeAtoms(basis, options)),
            SpacePartitionAnalyzer(memoryLimitInBytes: options.memory.bytes, proatoms: options.proatoms), fits,
        ]
    }

    private static func fits(_ molecule: Molecule, _ options: Options) throws -> PotentialFitAnalyzer {
        func made<Points>(_ wanted: Bool, _ name: String, _ option: String, _ make: () throws -> Points) throws -> Points? {
            guard wanted else { return nil }
            do {
                return try make()
            } catch let error as PotentialFitError {
                throw CalculationError.badInput("\(name) charges: \(sentence(error)) Check \(option).")
            }
        }
        let count = molecule.atoms.count
        let frames = PointFrame.frames(of: molecule)
        let restrained = options.restraint.equivalentAtoms.joined() + options.restraint.constraints.flatMap(\.atoms)
        if let missing = restrained.first(where: { $0 >= count }) {
            throw CalculationError.badInput(
                "RESP charges: there is no atom \(missing + 1), the molecule has \(count). Check --resp-equivalent and "
                    + "--resp-constraint.")
        }
        return PotentialFitAnalyzer(
            chelpg: try made(options.schemes.contains(.chelpg), "CHELPG", "--chelpg-radius") {
                var own = CHELPG.Options()
                own.radiiInAngstrom = options.chelpgRadii
                own.frames = frames
                return try CHELPG(molecule: molecule, options: own)
            },
            merzKollman: try made(
                options.schemes.contains(.mk) || options.schemes.contains(.resp), "Merz-Kollman", "--mk-radius"
            ) {
                var own = MerzKollman.Options()
                own.radiiInAngstrom = options.mkRadii
                own.frames = frames
                return try MerzKollman(molecule: molecule, options: own)
            }, restraint: options.restraint, memoryLimitInBytes: options.memory.bytes)
    }

    /// A user's folder of basis sets may lack the minimal ones. Then there are no intrinsic orbitals, and the result says so.
    private static func freeAtoms(
        _ basis: AtomicOrbitalBasis, _ options: Options
    ) throws -> Result<[ElementBasis], IntrinsicOrbitalError> {
        guard options.schemes.contains(.iao) else { return .success([]) }
        let minimal = (try? options.library?.basisSet(named: "MINAO"))?.elements ?? [:]
        let valence = (try? options.library?.basisSet(named: "LANL2MB"))?.elements ?? [:]
        do {
            return .success(try IntrinsicAtomicOrbitals.reference(for: basis, allElectron: minimal, valence: valence))
        } catch let error as IntrinsicOrbitalError {
            return .failure(error)
        }
    }

    private func wanted(of analyzer: any ChargeAnalyzer) -> [ChargeScheme] {
        analyzer.schemes.filter {
            options.schemes.contains($0) && (options.hasBasisFunctions || !Self.schemesOfBasisFunctions.contains($0))
        }
    }

    /// Notes for readers of the charges.
    var notes: [String] { analyzers.flatMap { $0.notes(on: wanted(of: $0)) } }

    /// Matrices shared by the schemes.
    ///
    /// - Parameter tell: gets the completed fraction of the work, from 0 to 1, on any thread.
    func input(
        _ wavefunctions: [Wavefunction], tell: @escaping @Sendable (Double) -> Void = { _ in }
    ) throws -> ChargeAnalysisInput {
        let overlap = OneElectronIntegrals.overlap(basis: basis)
        let progress = ChargeProgress(analyzers.flatMap { wanted(of: $0) })
        return ChargeAnalysisInput(
            basis: basis, wavefunctions: wavefunctions, overlap: overlap,
            overlapRoot: try PopulationAnalysis.squareRoot(ofOverlap: overlap), pool: pool,
            onProgress: { tell(progress.take($0, $1)) })
    }

    /// Adds the charges and bond orders to the records of the same states.
    ///
    /// - Parameter onScheme: called when the schemes of one analyzer are done, with the elapsed seconds.
    func add(
        _ input: ChargeAnalysisInput, to records: inout [StateRecord],
        onSchemes: ([ChargeScheme], Double) throws -> Void = { _, _ in }
    ) throws {
        let listed = records.map { Set(($0.bondOrders ?? []).map(\.atoms)) }
        for (index, wavefunction) in input.wavefunctions.enumerated() {
            records[index].take(BondOrders(wavefunction, overlap: input.overlap, overlapRoot: input.overlapRoot))
        }
        defer {
            for index in records.indices { records[index].leaveOutBonds(below: options.bondThreshold, butFor: listed[index]) }
        }
        for analyzer in analyzers {
            let schemes = wanted(of: analyzer)
            guard !schemes.isEmpty else { continue }
            let start = ContinuousClock.now
            for (scheme, outcomes) in try analyzer.charges(schemes, of: input) {
                for (index, outcome) in outcomes.enumerated() { records[index].take(outcome, scheme: scheme.rawValue) }
            }
            for scheme in schemes { input.onProgress(scheme, 1) }
            try onSchemes(schemes, start.secondsToNow)
        }
        guard !options.hasBasisFunctions else { return }
        for scheme in options.schemes where Self.schemesOfBasisFunctions.contains(scheme) {
            for index in records.indices {
                records[index].take(
                    .unavailable(reason: "the file has primitive Gaussians only, not the basis functions"),
                    scheme: scheme.rawValue)
            }
        }
    }

    /// Records how the schemes were carried out, in addition to the entries of other schemes.
    func describe(in model: inout ResultDocument.Model) {
        var records = model.chargeSchemes ?? [:]
        for analyzer in analyzers {
            for scheme in wanted(of: analyzer) {
                records[scheme.rawValue] = ChargeSchemeRecord(
                    title: scheme.title, reference: scheme.literature, parameters: analyzer.parameters(of: scheme))
            }
        }
        model.chargeSchemes = records
        model.bondOrderThreshold = options.bondThreshold
        if let chelpg = fits.chelpg { model.potentialFits[ChargeScheme.chelpg.rawValue] = chelpgModel(chelpg) }
        if let merzKollman = fits.merzKollman {
            for scheme in [ChargeScheme.mk, .resp] where options.schemes.contains(scheme) {
                model.potentialFits[scheme.rawValue] = merzKollmanModel(merzKollman)
            }
        }
    }

    private func chelpgModel(_ chelpg: CHELPG) -> ResultDocument.PotentialFitModel {
        let (radii, sources) = radii(chelpg.radiiInAngstrom, own: options.chelpgRadii, source: PotentialFitRadii.source)
        return .init(
            points: chelpg.points.count, spacingInAngstrom: chelpg.options.spacingInAngstrom,
            marginInAngstrom: chelpg.options.marginInAngstrom, radiiInAngstrom: radii, radiusSources: sources,
            notes: chelpg.notes)
    }

    private func merzKollmanModel(_ scheme: MerzKollman) -> ResultDocument.PotentialFitModel {
        let (radii, sources) = radii(scheme.radiiInAngstrom, own: options.mkRadii, source: MerzKollmanRadii.source)
        return .init(
            points: scheme.points.count, radiiInAngstrom: radii, radiusSources: sources, notes: scheme.notes,
            layers: scheme.options.layers, pointsPerSquareAngstrom: scheme.options.pointsPerSquareAngstrom)
    }

    private func radii(
        _ values: [Double], own: [Element: Double], source: (Element) -> String
    ) -> (radii: [String: Double], sources: [String: String]) {
        var radii: [String: Double] = [:]
        var sources: [String: String] = [:]
        for (atom, radius) in zip(basis.molecule.atoms, values) {
            radii[atom.element.symbol] = radius
            sources[atom.element.symbol] = own[atom.element] == nil ? source(atom.element) : "given by the user"
        }
        return (radii, sources)
    }
}

extension RadiusSensitivityRecord {
    fileprivate init(_ sensitivity: RadiusSensitivity) {
        self.init(
            element: sensitivity.element.symbol, radiusInAngstrom: sensitivity.radiusInAngstrom,
            relativeStep: RadiusSensitivity.relativeStep, changesWithSmallerRadius: sensitivity.changesWithSmallerRadius,
            changesWithLargerRadius: sensitivity.changesWithLargerRadius)
    }
}

extension StateRecord {
    /// Stores the charges and the related data under the key of their scheme, or the reason why there are none.
    mutating func take(_ outcome: ChargeOutcome, scheme: String) {
        let result = outcome.charges
        charges[scheme] = result?.charges
        spinPopulations[scheme] = result?.spinPopulations
        if let electrons = result?.ghostPopulations {
            var all = ghostPopulations ?? [:]
            all[scheme] = electrons
            ghostPopulations = all
        }
        potentialFits[scheme] = result?.fit.map {
            .init(
                rootMeanSquareError: $0.rootMeanSquareError, relativeRootMeanSquareError: $0.relativeRootMeanSquareError,
                radiusSensitivity: $0.radiusSensitivities.isEmpty
                    ? nil : $0.radiusSensitivities.map(RadiusSensitivityRecord.init),
                orientationSensitivity: $0.orientationSensitivity.map {
                    OrientationSensitivityRecord(orientations: $0.orientations, spread: $0.spread)
                })
        }
        var dipoles = atomicDipoles ?? [:]
        dipoles[scheme] = result?.dipoles?.map { [$0.x, $0.y, $0.z] }
        atomicDipoles = dipoles.isEmpty ? nil : dipoles
        var checks = chargeChecks ?? [:]
        switch outcome {
        case .found(let charges):
            checks[scheme] = ChargeCheckRecord(rawSum: charges.sum, converged: true, iterations: charges.iterations)
        case .unavailable(let reason): checks[scheme] = ChargeCheckRecord(rawSum: nil, converged: false, note: reason)
        }
        chargeChecks = checks
        if let populations = result?.naturalPopulations {
            naturalPopulations = populations.map {
                NaturalPopulationRecord(core: $0.core, valence: $0.valence, rydberg: $0.rydberg)
            }
        }
        if let orders = result?.bondOrders { take(orders) }
    }

    /// Stores the bond orders of all pairs of atoms; those from other schemes are kept.
    fileprivate mutating func take(_ orders: BondOrders) {
        let known = Dictionary((bondOrders ?? []).map { ($0.atoms, $0) }) { first, _ in first }
        bondOrders = (0..<orders.mayer.rows).flatMap { first in
            ((first + 1)..<orders.mayer.rows).map { second in
                var record = BondOrderRecord(
                    atoms: [first, second], mayer: orders.mayer[first, second], wiberg: orders.wiberg[first, second])
                record.naturalWiberg = known[record.atoms]?.naturalWiberg
                record.fuzzy = known[record.atoms]?.fuzzy
                return record
            }
        }
    }

    /// Adds a further bond order to all pairs.
    private mutating func take(_ orders: SchemeBondOrders) {
        bondOrders = bondOrders?.map { record in
            var record = record
            let value = orders.values[record.atoms[0], record.atoms[1]]
            switch orders.kind {
            case .naturalWiberg: record.naturalWiberg = value
            case .fuzzy: record.fuzzy = value
            }
            return record
        }
    }

    /// - Parameter listed: pairs that are kept whatever their bond orders.
    fileprivate mutating func leaveOutBonds(below threshold: Double, butFor listed: Set<[Int]>) {
        bondOrders = bondOrders?.filter { bond in
            listed.contains(bond.atoms)
                || [bond.mayer, bond.wiberg, bond.naturalWiberg, bond.fuzzy].contains { abs($0 ?? 0) >= threshold }
        }
    }
}
