import GaussianBasis
import ParallelExecution

/// A term of the Hamiltonian before it belongs to a molecule: what a user asks for, with its parameters and its literature.
public protocol TermModel: Sendable {
    /// What kind of term it is, such as `dispersion`; the key of its energy, too.
    var key: String { get }
    /// As reports write it, such as `D3(BJ)`.
    var title: String { get }
    /// By name, in the order in which reports list them, with the unit where it is not that of atomic units.
    var parameters: [(name: String, value: Double)] { get }
    /// Of the parameters, in words; nil where their names tell or they have none.
    var units: String? { get }
    /// Literature of the model and of its parameters.
    var references: [String] { get }

    /// The term of a molecule in a basis.
    ///
    /// - Parameter memoryLimitInBytes: for what the term holds.
    /// - Throws: what keeps the term from being made for this molecule.
    func term(for basis: AtomicOrbitalBasis, pool: WorkerPool, memoryLimitInBytes: Int) throws -> any HamiltonianTerm
}

extension TermModel {
    public var units: String? { "atomic units" }
}
