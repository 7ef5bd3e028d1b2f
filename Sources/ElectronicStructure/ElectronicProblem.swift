import GaussianBasis
import GaussianIntegrals
import HamiltonianTerms
import LinearAlgebra
import MolecularStructure
import ParallelExecution
import Synchronization

/// The data shared by all states of one geometry, basis and method: one-electron matrices, repulsion integrals, grid.
public final class ElectronicProblem: Sendable {
    public let basis: AtomicOrbitalBasis
    public let method: ElectronicMethod
    public let pool: WorkerPool
    /// Wall time by phase.
    public let ledger: TimeLedger
    public let overlap: Matrix
    /// How repulsion integrals are obtained.
    public let integrals: RepulsionSource
    /// Points of the quadrature grid; 0 for Hartree-Fock.
    public var gridPointCount: Int { exchangeCorrelation?.gridPointCount ?? 0 }
    /// Number of combinations of basis functions that were removed as linearly dependent.
    public var removedFunctionCount: Int { orthogonalizer.removedCount }

    package let core: CoreHamiltonian
    /// All terms of the Hamiltonian except Coulomb and exact exchange, `core` first.
    package let terms: [any HamiltonianTerm]
    package let orthogonalizer: Orthogonalizer
    /// The builder for energies.
    package let coulombExchange: any CoulombExchange
    /// The fit of the Coulomb repulsion if energies come from a fit.
    package let coulombFit: FittedCoulomb?
    /// Likewise of the exact exchange; nil without one, and with semi-numerical exchange.
    package let exchangeFit: FittedExchange?
    /// A cheaper builder that the iterations may use as long as their last Fock matrices come from `coulombExchange`; nil if there is none.
    package let approximateCoulombExchange: (any CoulombExchange)?
    /// Whether the energy has a gradient: that of semi-numerical exchange is not implemented.
    package var hasGradient: Bool {
        if case .semiNumerical = integrals { return false }
        return true
    }
    /// Nil for Hartree-Fock.
    package let exchangeCorrelation: ExchangeCorrelationTerm?
    /// The sum of spherical atomic densities, computed when first needed: a calculation that starts from orbitals does not need it.
    package var guessDensity: Matrix {
        get throws {
            try guess.withLock { density in
                let made = try density ?? ledger.measure(Phase.guess) { try AtomicDensityGuess.density(basis: basis, pool: pool) }
                density = made
                return made
            }
        }
    }
    private let guess = Mutex<Matrix?>(nil)
    /// Nil if its tables would take too much memory.
    package let responseModel: ResponseModel?

    /// - Parameters:
    ///   - models: further terms of the Hamiltonian, such as a dispersion correction or an external field.
    ///   - fitting: nil for exact integrals throughout.
    ///   - memoryLimitInBytes: limit on the memory for stored integrals, including fitted ones, and the response model.
    /// - Throws: `LinearAlgebraError` if a matrix is not finite, `EffectiveCorePotentialError` for a potential that the integrals do not
    ///   cover, and the error of a term that cannot be constructed for the molecule.
    public init(
        basis: AtomicOrbitalBasis, method: ElectronicMethod, adding models: [any TermModel] = [],
        fitting: DensityFitting? = nil, pool: WorkerPool, memoryLimitInBytes: Int, ledger: TimeLedger = TimeLedger()
    ) throws {
        try EffectiveCorePotentialIntegrals.validate(basis)
        self.basis = basis
        self.method = method
        self.pool = pool
        self.ledger = ledger
        overlap = ledger.measure(Phase.oneElectron) { OneElectronIntegrals.overlap(basis: basis) }
        var left = memoryLimitInBytes
        let added = try models.map { model in
            let term = try ledger.measure(Phase.terms) { try model.term(for: basis, pool: pool, memoryLimitInBytes: left) }
            left -= term.bytes
            return term
        }
        let remaining = left
        core = ledger.measure(Phase.oneElectron) { CoreHamiltonian(basis: basis, pool: pool, ledger: ledger) }
        orthogonalizer = try ledger.measure(Phase.diagonalization) { [overlap] in try Orthogonalizer(overlap: overlap) }
        responseModel = try ledger.measure(Phase.model) {
            try ResponseModel(basis: basis, pool: pool, memoryLimitInBytes: remaining / 4)
        }
        let limit = remaining - (responseModel?.bytes ?? 0)
        func fitted(_ fitting: DensityFitting, within bytes: Int) throws -> FittedCoulombExchange? {
            guard let auxiliary = try fitting.auxiliary() else { return nil }
            return try FittedCoulombExchange(
                basis: basis, auxiliary: auxiliary, method: method, pool: pool, memoryLimitInBytes: bytes,
                isFinal: fitting.use == .everything, ledger: ledger)
        }
        let metric = overlap
        func semiNumerical(_ fitting: DensityFitting, within bytes: Int) throws -> SemiNumericalCoulombExchange? {
            guard let auxiliary = try fitting.auxiliary() else { return nil }
            return try SemiNumericalCoulombExchange(
                basis: basis, auxiliary: auxiliary, method: method, overlap: metric, pool: pool, memoryLimitInBytes: bytes,
                isFinal: fitting.use == .everything, ledger: ledger)
        }
        if let fitting, fitting.use == .everything, fitting.isSemiNumerical(basis, method) {
            guard let only = try semiNumerical(fitting, within: limit) else { throw ElectronicProblemError.noMemoryForFitting }
            coulombExchange = only
            coulombFit = only.coulomb
            exchangeFit = nil
            approximateCoulombExchange = only.coarse
            integrals = .semiNumerical
        } else if let fitting, fitting.use == .everything {
            guard let only = try fitted(fitting, within: limit) else { throw ElectronicProblemError.noMemoryForFitting }
            coulombExchange = only
            coulombFit = only.coulomb
            exchangeFit = only.exchange
            approximateCoulombExchange = method.exactExchange == 0 ? nil : only.rounded
            integrals = .fitted
        } else {
            let exact = ledger.measure(Phase.pairs) {
                ExactCoulombExchange(basis: basis, method: method, pool: pool, memoryLimitInBytes: limit, ledger: ledger)
            }
            // Integrals in memory are as cheap as fitted ones.
            let helper = exact.isCheaperForChanges ? fitting : nil
            let left = limit - exact.storage.workingBytes
            coulombFit = nil
            exchangeFit = nil
            if let helper, helper.isSemiNumerical(basis, method), let approximate = try semiNumerical(helper, within: left) {
                coulombExchange = exact.limited(toBytes: limit - approximate.bytes)
                approximateCoulombExchange = approximate.coarse
                integrals = .semiNumericalThenExact
            } else {
                let approximate = try helper.flatMap { try fitted($0, within: left) }
                coulombExchange = approximate.map { exact.limited(toBytes: limit - $0.bytes) } ?? exact
                approximateCoulombExchange = approximate?.rounded
                integrals = approximate == nil ? .exact(exact.storage) : .fittedThenExact
            }
        }
        if case .kohnSham(let functional, let grid) = method {
            exchangeCorrelation = ledger.measure(Phase.grid) {
                ExchangeCorrelationTerm(basis: basis, functional: functional, grid: grid, pool: pool, ledger: ledger)
            }
        } else {
            exchangeCorrelation = nil
        }
        terms = [core] + (exchangeCorrelation.map { [$0] } ?? []) + added
    }

    /// Phases of the ledger.
    package enum Phase {
        /// Messages only; its time is that of its parts.
        static let fock = "Fock builds"
        static let oneElectron = "one-electron integrals"
        static let terms = "added terms"
        static let guess = "atomic densities"
        static let pairs = "shell pairs and bounds"
        static let grid = "grid"
        static let fitting = "integrals of three centres"
        static let integrals = "repulsion integrals"
        static let coulomb = "Coulomb digestion"
        static let exchange = "exchange digestion"
        static let quadrature = "exchange-correlation quadrature"
        package static let model = "response model"
        package static let diagonalization = "diagonalisation"
    }
}

/// How the repulsion integrals of a problem are obtained.
public enum RepulsionSource: Sendable {
    case exact(CoulombExchangeBuilder.Storage)
    /// Fitted in the iterations; the last Fock matrices are exact.
    case fittedThenExact
    case fitted
    /// Fitted Coulomb matrices, and exchange by quadrature over one electron; the last Fock matrices are exact.
    case semiNumericalThenExact
    /// The same throughout.
    case semiNumerical

    public var description: String {
        switch self {
        case .exact(let storage): storage.description
        case .fittedThenExact: "fitted, exact at the end"
        case .fitted: "fitted"
        case .semiNumericalThenExact: "fitted with semi-numerical exchange, exact at the end"
        case .semiNumerical: "fitted, semi-numerical exchange"
        }
    }
}

public enum ElectronicProblemError: Error, CustomStringConvertible {
    case noMemoryForFitting

    public var description: String {
        "the memory does not hold the tables of approximate exchange. Raise --memory, or take --integrals exact."
    }
}
