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
    public let overlap: Matrix
    /// Repulsion of the nuclei with their effective charges, in hartree.
    public let nuclearRepulsion: Double
    /// How repulsion integrals are kept.
    public var integralStorage: CoulombExchangeBuilder.Storage { repulsion.storage }
    /// Points of the quadrature grid; 0 for Hartree-Fock.
    public var gridPointCount: Int { exchangeCorrelation?.grid.count ?? 0 }
    /// Combinations of basis functions that were removed as linearly dependent.
    public var removedFunctionCount: Int { orthogonalizer.removedCount }

    let core: CoreHamiltonian
    let orthogonalizer: Orthogonalizer
    let repulsion: CoulombExchangeBuilder
    let exchangeCorrelation: ExchangeCorrelationIntegrator?
    /// On a smaller grid, for early iterations; nil where that has not far fewer points.
    let coarseExchangeCorrelation: ExchangeCorrelationIntegrator?
    let guessDensity: Matrix
    /// Nil when its tables would take too much memory.
    let responseModel: ResponseModel?

    /// - Parameter memoryLimitInBytes: bound on the memory for stored integrals.
    /// - Throws: `LinearAlgebraError` when a matrix is not finite, `EffectiveCorePotentialError` for a potential beyond
    ///   what the integrals are made for.
    public init(
        basis: AtomicOrbitalBasis, method: ElectronicMethod, pool: WorkerPool, memoryLimitInBytes: Int
    ) throws {
        try EffectiveCorePotentialIntegrals.validate(basis)
        self.basis = basis
        self.method = method
        self.pool = pool
        overlap = OneElectronIntegrals.overlap(basis: basis)
        nuclearRepulsion = basis.molecule.nuclearRepulsion(charges: basis.effectiveNuclearCharges)
        core = CoreHamiltonian.matrices(basis: basis, pool: pool)
        orthogonalizer = try Orthogonalizer(overlap: overlap)
        guessDensity = try AtomicDensityGuess.density(basis: basis, pool: pool)
        responseModel = try ResponseModel(basis: basis, pool: pool, memoryLimitInBytes: memoryLimitInBytes / 4)
        repulsion = CoulombExchangeBuilder(basis: basis, pool: pool, memoryLimitInBytes: memoryLimitInBytes)
        guard case .kohnSham(let functional, let specification) = method else {
            exchangeCorrelation = nil
            coarseExchangeCorrelation = nil
            return
        }
        func integrator(_ grid: MolecularGrid) -> ExchangeCorrelationIntegrator {
            // Orbital values are as fast computed as fetched, so that memory is for the integrals.
            ExchangeCorrelationIntegrator(basis: basis, grid: grid, functional: functional, pool: pool, cacheLimitInBytes: 0)
        }
        let grid = MolecularGrid(molecule: basis.molecule, specification: specification, pool: pool)
        exchangeCorrelation = integrator(grid)
        let coarse = MolecularGrid(molecule: basis.molecule, specification: .coarse, pool: pool)
        coarseExchangeCorrelation = 2 * coarse.count < grid.count ? integrator(coarse) : nil
    }
}
