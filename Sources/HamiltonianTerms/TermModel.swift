import GaussianBasis
import ParallelExecution

/// A term of the Hamiltonian before it is applied to a molecule: the user's choice, with its parameters and its literature.
public protocol TermModel: Sendable {
    /// The kind of term, such as `dispersion`; also the key of its energy.
    var key: String { get }
    /// As reports write it, such as `D3(BJ)`.
    var title: String { get }
    /// By name, in the order of reports, with the unit if it is not an atomic unit.
    var parameters: [(name: String, value: Double)] { get }
    /// Meaning of the parameters in words; nil if their names are sufficient or there are none.
    var units: String? { get }
    /// Literature of the model and of its parameters.
    var references: [String] { get }

    /// The term for a molecule in a basis.
    ///
    /// - Parameter memoryLimitInBytes: for the data of the term.
    /// - Throws: the reason why the term cannot be constructed for this molecule.
    func term(for basis: AtomicOrbitalBasis, pool: WorkerPool, memoryLimitInBytes: Int) throws -> any HamiltonianTerm
}

extension TermModel {
    public var units: String? { "atomic units" }
}
