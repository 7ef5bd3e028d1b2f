import GaussianBasis
import GaussianIntegrals
import LinearAlgebra
import MolecularQuadrature
import ParallelExecution
import SemiNumericalExchange

/// Coulomb matrices from fitted integrals, and exchange matrices by quadrature over one electron.
struct SemiNumericalCoulombExchange: CoulombExchange {
    let coulomb: FittedCoulomb
    private let exchange: SemiNumericalExchange
    /// With fewer points, for changes of densities.
    private let coarseExchange: SemiNumericalExchange
    private let ledger: TimeLedger
    /// Whether exchange comes from the coarse grid.
    private var isCoarse = false
    /// Memory of the tables.
    let bytes: Int

    /// Nil if the metric and the matrices of the groups do not fit into memory.
    ///
    /// - Parameter isFinal: whether energies come from these matrices; otherwise there is only the coarse grid.
    /// - Throws: `LinearAlgebraError` when the metric of the auxiliary basis, or the overlap, is not finite.
    init?(
        basis: AtomicOrbitalBasis, auxiliary: AtomicOrbitalBasis, method: ElectronicMethod, overlap: Matrix, pool: WorkerPool,
        memoryLimitInBytes limit: Int, isFinal: Bool, ledger: TimeLedger
    ) throws {
        self.ledger = ledger
        let plan = DensityFittingPlan(basis: basis, auxiliary: auxiliary, pool: pool)
        let needed = plan.metricBytes + SemiNumericalExchange.bytes(basis: basis, pool: pool)
        guard needed <= limit else { return nil }
        coulomb = try ledger.measure(ElectronicProblem.Phase.fitting) {
            try FittedCoulomb(plan, pool: pool, memoryLimitInBytes: limit - needed)
        }
        func make(_ grid: GridSpecification, sharing other: SemiNumericalExchange?) throws -> SemiNumericalExchange {
            try ledger.measure(ElectronicProblem.Phase.grid) {
                try SemiNumericalExchange(
                    basis: basis, overlap: overlap, interaction: method.exchangeOperator, sharing: other, grid: grid, pool: pool)
            }
        }
        coarseExchange = try make(SemiNumericalExchange.iterationGrid, sharing: nil)
        exchange = isFinal ? try make(SemiNumericalExchange.energyGrid, sharing: coarseExchange) : coarseExchange
        bytes = needed + coulomb.storedBytes
    }

    var isCheaperForChanges: Bool { false }

    /// The same with fewer points: accurate enough for changes of densities.
    var coarse: SemiNumericalCoulombExchange {
        var result = self
        result.isCoarse = true
        return result
    }

    func build(
        coulomb densities: [DensityOperand], exchange exchanged: [DensityOperand], accuracy: BuildAccuracy
    ) -> (coulomb: [Matrix], exchange: [Matrix]) {
        let j = ledger.measure(ElectronicProblem.Phase.coulomb) { coulomb.build(densities.map(\.matrix)) }
        let k = ledger.measure(ElectronicProblem.Phase.exchange) {
            (isCoarse ? coarseExchange : exchange).build(exchanged.map(\.matrix))
        }
        return (j, k)
    }
}
