import GaussianBasis
import LinearAlgebra
import ParallelExecution

/// What all charge schemes of a molecule's states share.
public struct ChargeAnalysisInput: Sendable {
    public let basis: AtomicOrbitalBasis
    /// States of one molecule in one basis.
    public let wavefunctions: [Wavefunction]
    /// Over basis functions, and its symmetric square root.
    public let overlap: Matrix
    public let overlapRoot: Matrix
    public let pool: WorkerPool
    /// Called with the part of a scheme's work that is done (0 to 1), from any thread.
    public let onProgress: @Sendable (ChargeScheme, Double) -> Void

    public init(
        basis: AtomicOrbitalBasis, wavefunctions: [Wavefunction], overlap: Matrix, overlapRoot: Matrix, pool: WorkerPool,
        onProgress: @escaping @Sendable (ChargeScheme, Double) -> Void = { _, _ in }
    ) {
        self.onProgress = onProgress
        self.basis = basis
        self.wavefunctions = wavefunctions
        self.overlap = overlap
        self.overlapRoot = overlapRoot
        self.pool = pool
    }
}

/// Computes one charge scheme, or several that share work.
public protocol ChargeAnalyzer: Sendable {
    /// Schemes that this analyzer knows.
    var schemes: [ChargeScheme] { get }

    /// Charges by the wanted ones of `schemes`, for every scheme one entry a state. What a scheme cannot do is an outcome;
    /// errors are left for what should not happen (`LinearAlgebraError`).
    func charges(_ wanted: [ChargeScheme], of input: ChargeAnalysisInput) throws -> [ChargeScheme: [ChargeOutcome]]

    /// Versions and parameters by which the charges of a scheme can be had again elsewhere: radii, proatoms, grid.
    func parameters(of scheme: ChargeScheme) -> [String: String]

    /// What a reader of the charges has to know.
    func notes(on schemes: [ChargeScheme]) -> [String]
}

extension ChargeAnalyzer {
    public func notes(on schemes: [ChargeScheme]) -> [String] { [] }
}
