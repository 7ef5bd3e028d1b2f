import GaussianBasis
import LinearAlgebra
import ParallelExecution

/// The data shared by all charge schemes for the states of a molecule.
public struct ChargeAnalysisInput: Sendable {
    public let basis: AtomicOrbitalBasis
    /// States of one molecule in one basis.
    public let wavefunctions: [Wavefunction]
    /// Over basis functions, and its symmetric square root.
    public let overlap: Matrix
    public let overlapRoot: Matrix
    public let pool: WorkerPool
    /// Called with the completed fraction of a scheme's work (0 to 1), from any thread.
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
    /// Schemes of this analyzer.
    var schemes: [ChargeScheme] { get }

    /// Charges by the requested `schemes`, with one entry per state for every scheme. A scheme that fails reports it in its outcome; errors
    /// are reserved for unexpected failures (`LinearAlgebraError`).
    func charges(_ wanted: [ChargeScheme], of input: ChargeAnalysisInput) throws -> [ChargeScheme: [ChargeOutcome]]

    /// Versions and parameters needed to reproduce the charges of a scheme elsewhere: radii, proatoms, grid.
    func parameters(of scheme: ChargeScheme) -> [String: String]

    /// Notes for readers of the charges.
    func notes(on schemes: [ChargeScheme]) -> [String]
}

extension ChargeAnalyzer {
    public func notes(on schemes: [ChargeScheme]) -> [String] { [] }
}
