import GaussianBasis
import GaussianIntegrals
import LinearAlgebra
import ParallelExecution

/// Builds Coulomb and exchange matrices of densities.
public protocol CoulombExchange: Sendable {
    /// Matrices of symmetric density matrices, in the given order; exchange uses the operator of the method, without its factor.
    func build(coulomb: [DensityOperand], exchange: [DensityOperand]) -> (coulomb: [Matrix], exchange: [Matrix])

    /// Whether a build costs less for a small change of a density than for the density itself, so that accumulating changes pays.
    var isCheaperForChanges: Bool { get }
}

/// A symmetric density matrix and, if known, its orbitals: sum over orbitals of n c c^T.
public struct DensityOperand: Sendable {
    public let matrix: Matrix
    /// Nil for changes and mixtures of densities.
    public let orbitals: MolecularOrbitals?

    public init(_ matrix: Matrix, orbitals: MolecularOrbitals? = nil) {
        self.matrix = matrix
        self.orbitals = orbitals
    }
}

/// From the exact integrals, in one pass over those of each operator.
struct ExactCoulombExchange: CoulombExchange {
    /// Coulomb matrices, and exchange matrices unless exchange has another operator than 1/r.
    private let repulsion: CoulombExchangeBuilder
    /// Exchange matrices of range-separated functionals.
    private let separateExchange: CoulombExchangeBuilder?
    private let ledger: TimeLedger
    private let threads: Int

    /// - Parameter memoryLimitInBytes: bound on the memory for stored integrals of both operators together.
    init(basis: AtomicOrbitalBasis, method: ElectronicMethod, pool: WorkerPool, memoryLimitInBytes limit: Int, ledger: TimeLedger)
    {
        self.ledger = ledger
        threads = pool.threads
        guard method.exactExchange != 0, !method.exchangeOperator.isCoulomb else {
            repulsion = CoulombExchangeBuilder(basis: basis, pool: pool, memoryLimitInBytes: limit)
            separateExchange = nil
            return
        }
        // Memory that the first does not need is left to the second. Coulomb matrices alone are cheaper when integrals are recomputed, so
        // exchange comes first.
        let exchange = CoulombExchangeBuilder(
            basis: basis, interaction: method.exchangeOperator, pool: pool, memoryLimitInBytes: limit - limit / 8)
        let used = exchange.storage.storedBytesOfRank + exchange.storage.workingBytes
        repulsion = CoulombExchangeBuilder(basis: basis, pool: pool, memoryLimitInBytes: max(0, limit - used))
        separateExchange = exchange
    }

    private init(
        _ repulsion: CoulombExchangeBuilder, _ separateExchange: CoulombExchangeBuilder?, ledger: TimeLedger, threads: Int
    ) {
        self.repulsion = repulsion
        self.separateExchange = separateExchange
        self.ledger = ledger
        self.threads = threads
    }

    /// The same with another bound on the memory for stored integrals.
    func limited(toBytes limit: Int) -> ExactCoulombExchange {
        guard let separateExchange else {
            return ExactCoulombExchange(repulsion.limited(toBytes: limit), nil, ledger: ledger, threads: threads)
        }
        return ExactCoulombExchange(
            repulsion.limited(toBytes: limit / 2), separateExchange.limited(toBytes: limit / 2), ledger: ledger, threads: threads)
    }

    /// How repulsion integrals are stored, including those of a separate exchange operator.
    var storage: CoulombExchangeBuilder.Storage {
        separateExchange.map { repulsion.storage + $0.storage } ?? repulsion.storage
    }

    var isCheaperForChanges: Bool { storage.storedBytes < storage.neededBytes }

    func build(coulomb: [DensityOperand], exchange: [DensityOperand]) -> (coulomb: [Matrix], exchange: [Matrix]) {
        let (coulomb, exchange) = (coulomb.map(\.matrix), exchange.map(\.matrix))
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
        for (phase, seconds) in [
            (ElectronicProblem.Phase.integrals, result.profile.storingSeconds + result.profile.directSeconds),
            (ElectronicProblem.Phase.coulomb, result.profile.coulombSeconds),
            (ElectronicProblem.Phase.exchange, result.profile.exchangeSeconds),
        ] { ledger.add(phase, seconds: seconds / Double(threads)) }
        return (result.coulomb, result.exchange)
    }
}
