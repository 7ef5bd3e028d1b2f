import GaussianBasis
import GaussianIntegrals
import LinearAlgebra
import ParallelExecution

/// Builds Coulomb and exchange matrices of densities.
public protocol CoulombExchange: Sendable {
    /// Matrices of symmetric density matrices, in the given order; exchange uses the operator of the method, without its factor.
    func build(
        coulomb: [DensityOperand], exchange: [DensityOperand], accuracy: BuildAccuracy
    ) -> (coulomb: [Matrix], exchange: [Matrix])

    /// Whether a build costs less for a small change of a density than for the density itself, so that accumulating changes pays.
    var isCheaperForChanges: Bool { get }
}

extension CoulombExchange {
    public func build(coulomb: [DensityOperand], exchange: [DensityOperand]) -> (coulomb: [Matrix], exchange: [Matrix]) {
        build(coulomb: coulomb, exchange: exchange, accuracy: .full)
    }
}

/// What matrices are used for.
public enum BuildAccuracy: Sendable {
    /// For energies, in iterations of any length.
    case full
    /// For an energy, and for changes of the density to be added to it, once or a few times.
    case reference
    /// For a small change of a density, whose matrices are added to known ones: they are needed for orbital gradients only, and determine
    /// energies to second order.
    case ofChange
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

    /// Products of integrals and density elements with a bound below this are omitted, in hartree; nil: that of the integrals.
    ///
    /// In o-TCBQ with def2-TZVP, the energy changed by less than 1e-11 hartree with the limit of a reference, and the orbital gradient by
    /// less than 1e-7 with that of a change (by 1e-6 with ten times as much).
    private static func limit(_ accuracy: BuildAccuracy) -> Double? {
        switch accuracy {
        case .full: nil
        case .reference: 1e-11
        case .ofChange: 1e-10
        }
    }

    func build(
        coulomb: [DensityOperand], exchange: [DensityOperand], accuracy: BuildAccuracy
    ) -> (coulomb: [Matrix], exchange: [Matrix]) {
        let (coulomb, exchange) = (coulomb.map(\.matrix), exchange.map(\.matrix))
        let limit = Self.limit(accuracy)
        guard let separateExchange else { return build(with: repulsion, coulomb: coulomb, exchange: exchange, limit) }
        return (
            build(with: repulsion, coulomb: coulomb, exchange: [], limit).coulomb,
            build(with: separateExchange, coulomb: [], exchange: exchange, limit).exchange
        )
    }

    private func build(
        with builder: CoulombExchangeBuilder, coulomb: [Matrix], exchange: [Matrix], _ limit: Double?
    ) -> (coulomb: [Matrix], exchange: [Matrix]) {
        guard ledger.isDetailed else { return builder.build(coulomb: coulomb, exchange: exchange, omitting: limit) }
        let result = builder.profiledBuild(coulomb: coulomb, exchange: exchange, omitting: limit)
        for (phase, seconds) in [
            (ElectronicProblem.Phase.integrals, result.profile.storingSeconds + result.profile.directSeconds),
            (ElectronicProblem.Phase.coulomb, result.profile.coulombSeconds),
            (ElectronicProblem.Phase.exchange, result.profile.exchangeSeconds),
        ] { ledger.add(phase, seconds: seconds / Double(threads)) }
        return (result.coulomb, result.exchange)
    }
}
