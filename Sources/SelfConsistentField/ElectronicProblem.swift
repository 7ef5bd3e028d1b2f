import DispersionCorrection
import ExchangeCorrelation
import GaussianBasis
import GaussianIntegrals
import LinearAlgebra
import MolecularQuadrature
import MolecularStructure
import ParallelExecution

/// All that the states of one geometry, basis and method share: one-electron matrices, repulsion integrals, grid.
public final class ElectronicProblem: Sendable {
    public let basis: AtomicOrbitalBasis
    public let method: ElectronicMethod
    public let pool: WorkerPool
    /// Where the time goes.
    public let ledger: TimeLedger
    public let overlap: Matrix
    /// Repulsion of the nuclei with their effective charges, in hartree.
    public let nuclearRepulsion: Double
    /// What is added to the energy for dispersion, by the positions of the nuclei and, with D4, by the total charge. Nil without
    /// a correction.
    public let dispersion: MolecularDispersion?
    /// How repulsion integrals are kept, those of a separate operator for exchange included.
    public var integralStorage: CoulombExchangeBuilder.Storage {
        separateExchange.map { repulsion.storage + $0.storage } ?? repulsion.storage
    }
    /// Points of the quadrature grid; 0 for Hartree-Fock.
    public var gridPointCount: Int { exchangeCorrelation?.grid.count ?? 0 }
    /// Combinations of basis functions that were removed as linearly dependent.
    public var removedFunctionCount: Int { orthogonalizer.removedCount }

    let core: CoreHamiltonian
    let orthogonalizer: Orthogonalizer
    /// Coulomb matrices, and exchange matrices unless electrons are exchanged by another operator than 1/r.
    let repulsion: CoulombExchangeBuilder
    /// Exchange matrices of functionals that separate its ranges.
    let separateExchange: CoulombExchangeBuilder?
    let exchangeCorrelation: ExchangeCorrelationIntegrator?
    /// On a smaller grid, for early iterations; nil where that has not far fewer points.
    let coarseExchangeCorrelation: ExchangeCorrelationIntegrator?
    /// On a grid still smaller, for products of the orbital Hessian, where only small differences of valence orbitals count.
    let hessianExchangeCorrelation: ExchangeCorrelationIntegrator?
    let guessDensity: Matrix
    /// Nil when its tables would take too much memory.
    let responseModel: ResponseModel?

    private static let hessianGrid = GridSpecification(.unpruned(radial: 25, angular: 86))

    /// - Parameters:
    ///   - dispersion: a correction that belongs to the method.
    ///   - memoryLimitInBytes: bound on the memory for stored integrals and the response model.
    /// - Throws: `LinearAlgebraError` when a matrix is not finite or D4 finds no charges, `EffectiveCorePotentialError` for a
    ///   potential beyond what the integrals are made for.
    public init(
        basis: AtomicOrbitalBasis, method: ElectronicMethod, dispersion: DispersionModel? = nil, pool: WorkerPool,
        memoryLimitInBytes: Int, ledger: TimeLedger = TimeLedger()
    ) throws {
        try EffectiveCorePotentialIntegrals.validate(basis)
        self.basis = basis
        self.method = method
        self.pool = pool
        self.ledger = ledger
        overlap = ledger.measure(Phase.oneElectron) { OneElectronIntegrals.overlap(basis: basis) }
        nuclearRepulsion = basis.molecule.nuclearRepulsion(charges: basis.effectiveNuclearCharges)
        self.dispersion = try dispersion.map { try MolecularDispersion($0, of: basis.molecule) }
        core = ledger.measure(Phase.oneElectron) { CoreHamiltonian.matrices(basis: basis, pool: pool) }
        orthogonalizer = try ledger.measure(Phase.diagonalization) { [overlap] in try Orthogonalizer(overlap: overlap) }
        guessDensity = try ledger.measure(Phase.guess) { try AtomicDensityGuess.density(basis: basis, pool: pool) }
        responseModel = try ledger.measure(Phase.model) {
            try ResponseModel(basis: basis, pool: pool, memoryLimitInBytes: memoryLimitInBytes / 4)
        }
        (repulsion, separateExchange) = ledger.measure(Phase.pairs) { [responseModel] in
            Self.builders(basis, method, pool: pool, memoryLimitInBytes: memoryLimitInBytes - (responseModel?.bytes ?? 0))
        }
        guard case .kohnSham(let functional, let specification) = method else {
            exchangeCorrelation = nil
            coarseExchangeCorrelation = nil
            hessianExchangeCorrelation = nil
            return
        }
        func integrator(_ grid: MolecularGrid) -> ExchangeCorrelationIntegrator {
            // Orbital values are as fast computed as fetched, so that memory is for the integrals.
            ExchangeCorrelationIntegrator(basis: basis, grid: grid, functional: functional, pool: pool, cacheLimitInBytes: 0)
        }
        (exchangeCorrelation, coarseExchangeCorrelation, hessianExchangeCorrelation) = ledger.measure(Phase.grid) {
            // Ghost atoms carry points as atoms do, so that a fragment has the points of the whole.
            let centers = basis.molecule.withGhostsAsAtoms
            let grid = MolecularGrid(molecule: centers, specification: specification, pool: pool)
            let coarse = MolecularGrid(molecule: centers, specification: .coarse, pool: pool)
            let small = MolecularGrid(molecule: centers, specification: Self.hessianGrid, pool: pool)
            return (integrator(grid), 2 * coarse.count < grid.count ? integrator(coarse) : nil, integrator(small))
        }
    }

    /// What builds Coulomb matrices, and what builds exchange matrices if that is another one: together within the limit.
    private static func builders(
        _ basis: AtomicOrbitalBasis, _ method: ElectronicMethod, pool: WorkerPool, memoryLimitInBytes limit: Int
    ) -> (CoulombExchangeBuilder, CoulombExchangeBuilder?) {
        guard method.exactExchange != 0, !method.exchangeOperator.isCoulomb else {
            return (CoulombExchangeBuilder(basis: basis, pool: pool, memoryLimitInBytes: limit), nil)
        }
        // What the first does not need is left to the second. Coulomb matrices alone take less work when integrals are
        // computed anew, hence exchange has the first choice.
        let exchange = CoulombExchangeBuilder(
            basis: basis, interaction: method.exchangeOperator, pool: pool, memoryLimitInBytes: limit - limit / 8)
        let used = exchange.storage.storedBytes + exchange.storage.workingBytes
        return (CoulombExchangeBuilder(basis: basis, pool: pool, memoryLimitInBytes: max(0, limit - used)), exchange)
    }

    /// Coulomb and exchange matrices of symmetric density matrices, exchange by the operator of the method: in one pass over
    /// the integrals of each operator.
    func coulombAndExchange(coulomb: [Matrix], exchange: [Matrix]) -> (coulomb: [Matrix], exchange: [Matrix]) {
        guard let separateExchange else { return build(with: repulsion, coulomb: coulomb, exchange: exchange) }
        return (
            build(with: repulsion, coulomb: coulomb, exchange: []).coulomb,
            build(with: separateExchange, coulomb: [], exchange: exchange).exchange
        )
    }

    private func build(
        with builder: CoulombExchangeBuilder, coulomb: [Matrix], exchange: [Matrix]
    ) -> (coulomb: [Matrix], exchange: [Matrix]) {
        guard ledger.isDetailed else { return builder.build(coulomb: coulomb, exchange: exchange) }
        let result = builder.profiledBuild(coulomb: coulomb, exchange: exchange)
        let threads = Double(pool.threads)
        for (phase, seconds) in [
            (Phase.integrals, result.profile.storingSeconds + result.profile.directSeconds),
            (Phase.coulomb, result.profile.coulombSeconds),
            (Phase.exchange, result.profile.exchangeSeconds),
        ] { ledger.add(phase, seconds: seconds / threads) }
        return (result.coulomb, result.exchange)
    }

    /// Phases of the ledger.
    enum Phase {
        static let oneElectron = "one-electron integrals"
        static let guess = "atomic densities"
        static let pairs = "shell pairs and bounds"
        static let grid = "grid"
        static let integrals = "repulsion integrals"
        static let coulomb = "Coulomb digestion"
        static let exchange = "exchange digestion"
        static let quadrature = "exchange-correlation quadrature"
        static let model = "response model"
        static let diagonalization = "diagonalisation"
    }
}
