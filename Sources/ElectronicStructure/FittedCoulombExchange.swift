import GaussianBasis
import GaussianIntegrals
import LinearAlgebra
import ParallelExecution

/// Whether and how densities and products of orbitals are fitted in an auxiliary basis.
public struct DensityFitting: Sendable {
    public let use: Use
    /// How exact exchange is approximated; nil: by the faster scheme.
    public let exchange: ExchangeScheme?
    /// The auxiliary basis, requested when needed; nil if there is none for the molecule, so that integrals are exact.
    public let auxiliary: @Sendable () throws -> AtomicOrbitalBasis?

    public enum Use: Sendable {
        /// If the exact integrals do not fit into memory, the iterations use fitted ones. The last Fock matrices, and therefore the
        /// energies, are exact.
        case iterations
        /// Throughout: energies come from the fit.
        case everything
    }

    public init(
        use: Use, exchange: ExchangeScheme? = nil, auxiliary: @escaping @Sendable () throws -> AtomicOrbitalBasis?
    ) {
        self.use = use
        self.exchange = exchange
        self.auxiliary = auxiliary
    }

    /// Whether exchange is computed by quadrature.
    func isSemiNumerical(_ basis: AtomicOrbitalBasis, _ method: ElectronicMethod) -> Bool {
        method.exactExchange != 0 && (exchange ?? .faster(for: basis)) == .semiNumerical
    }
}

/// Coulomb and exchange matrices from fitted integrals.
struct FittedCoulombExchange: CoulombExchange {
    let coulomb: FittedCoulomb
    /// Nil without exact exchange.
    let exchange: FittedExchange?
    /// Whether Coulomb matrices come from the table of the exchange.
    private let usesOneTable: Bool
    private let ledger: TimeLedger
    /// Whether exchange is multiplied in single precision.
    private(set) var isRounded = false

    /// Integrals of three centres with a Schwarz bound below this are omitted if energies do not come from the fit, in hartree.
    private static let thresholdOfIterations = 1e-8
    /// Eigenvalues of changes of densities below this are omitted from exchange, in electrons.
    private static let negligibleOfChanges = 3e-7

    /// Nil if the metric and the tables for exchange do not fit into memory.
    ///
    /// - Parameter isFinal: whether energies come from the fit. Otherwise the table of the exchange also serves Coulomb matrices, if the
    ///   operator is the same, and more integrals are negligible.
    /// - Throws: `LinearAlgebraError` when the metric of the auxiliary basis is not finite.
    init?(
        basis: AtomicOrbitalBasis, auxiliary: AtomicOrbitalBasis, method: ElectronicMethod, pool: WorkerPool,
        memoryLimitInBytes limit: Int,
        isFinal: Bool, ledger: TimeLedger
    ) throws {
        self.ledger = ledger
        let plan = DensityFittingPlan(
            basis: basis, auxiliary: auxiliary, pool: pool,
            threshold: isFinal ? FittedCoulomb.threshold : Self.thresholdOfIterations)
        let hasExchange = method.exactExchange != 0
        // A change of a density has twice as many orbitals as there are electron pairs; one without orbitals may have the maximum number.
        let orbitals = isFinal ? basis.functionCount : min(basis.functionCount, basis.electronCount(charge: -2) + 2)
        let metrics = hasExchange && !method.exchangeOperator.isCoulomb ? 2 : 1
        let exchangeBytes =
            isFinal
            ? max(
                plan.exchangeBytes(orbitals: orbitals, pool: pool, in: Double.self),
                plan.exchangeGradientBytes(
                    orbitals: min(basis.functionCount, basis.electronCount(charge: -2) / 2 + 2), pool: pool))
            : plan.exchangeBytes(orbitals: orbitals, pool: pool, in: Float.self)
        let usesOneTable = hasExchange && metrics == 1 && !isFinal
        self.usesOneTable = usesOneTable
        let needed =
            metrics * plan.metricBytes + (hasExchange ? exchangeBytes : 0) + (usesOneTable ? plan.coulombBytesOfTable : 0)
        guard needed <= limit else { return nil }
        coulomb = try ledger.measure(ElectronicProblem.Phase.fitting) {
            try FittedCoulomb(plan, pool: pool, memoryLimitInBytes: usesOneTable ? 0 : limit - needed)
        }
        exchange =
            hasExchange
            ? try ledger.measure(ElectronicProblem.Phase.fitting) { [coulomb] in
                try FittedExchange(coulomb: coulomb, interaction: method.exchangeOperator, pool: pool)
            } : nil
        bytes = needed + coulomb.storedBytes
    }

    /// Memory of the tables.
    let bytes: Int

    var isCheaperForChanges: Bool { false }

    /// The same in single precision: twice as fast, and accurate enough for changes of densities.
    var rounded: FittedCoulombExchange {
        var result = self
        result.isRounded = true
        return result
    }

    func build(
        coulomb densities: [DensityOperand], exchange exchanged: [DensityOperand], accuracy: BuildAccuracy
    ) -> (coulomb: [Matrix], exchange: [Matrix]) {
        let j = ledger.measure(ElectronicProblem.Phase.coulomb) {
            let matrices = densities.map(\.matrix)
            return (usesOneTable ? exchange?.coulombMatrices(matrices) : nil) ?? coulomb.build(matrices)
        }
        let k = ledger.measure(ElectronicProblem.Phase.exchange) { () -> [Matrix] in
            // Only a density that is not finite has no eigenvectors: its energy is not a number, which ends the iterations.
            let densities = exchanged.map { (matrix: $0.matrix, orbitals: $0.orbitals) }
            let negligible = accuracy == .ofChange ? Self.negligibleOfChanges : 0
            return
                (try? isRounded
                ? exchange?.build(densities, in: Float.self, negligible: negligible)
                : exchange?.build(densities, in: Double.self))
                ?? exchanged.map { Matrix(rows: $0.matrix.rows, columns: $0.matrix.columns, repeating: .nan) }
        }
        return (j, k)
    }
}
