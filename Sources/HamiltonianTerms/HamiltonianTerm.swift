import GaussianBasis
import LinearAlgebra

/// A term of the energy of one molecule in one basis: its energy, its contribution to the Fock matrices, and its gradient.
///
/// `ElectronicProblem` holds the terms of a calculation. Fock matrices, the orbital Hessian and the gradient loop over them
/// and know none by name, so a new term is a module with one type that conforms to this protocol. Coulomb and exchange
/// are no term in this sense: they have a protocol of their own, because they dominate the cost.
public protocol HamiltonianTerm: Sendable {
    /// How energy and matrices depend on the density. It determines how the orbital Hessian treats the term.
    var dependence: DensityDependence { get }

    /// Energies and Fock matrices of the term, for any number of states in one call.
    func evaluate(_ states: [StateDensity]) -> [[TermPart]]

    /// Changes of the Fock matrices of a `quadratic` term due to changes of the densities; the energies are not used.
    func response(to changes: [StateDensity]) -> [[TermPart]]

    /// Memory in bytes that the term holds and that grows with the size of the molecule.
    var bytes: Int { get }

    /// Derivatives of the energy of the term with respect to the nuclear positions, in hartree per bohr, one per atom. Basis functions move
    /// with their atoms.
    func gradient(of state: GradientDensity) -> [SIMD3<Double>]

    /// Second derivatives of the energy of the term with respect to the nuclear positions at fixed density matrices, and first derivatives
    /// of its contribution to the Fock matrices; nil for a term without them. The overlap is treated elsewhere.
    func skeletonDerivatives(of state: GradientDensity) throws -> SkeletonDerivatives?
}

extension HamiltonianTerm {
    public func response(to changes: [StateDensity]) -> [[TermPart]] { evaluate(changes) }
    public var bytes: Int { 0 }
    public func skeletonDerivatives(of state: GradientDensity) throws -> SkeletonDerivatives? { nil }
}

/// How the energy of a term depends on the electron density.
public enum DensityDependence: Sendable {
    /// Only on the nuclear positions and the charge of the molecule: no matrix.
    case none
    /// E = tr(h P): the matrix is the same for every density, and there is no response.
    case linear
    /// E = E_0 + tr(h P) + tr(V[P] P) / 2 with V linear in P: the response to a change of the density is V of the change. A term without E_0
    /// and h needs no `response` of its own.
    case quadratic
    /// Anything else. The orbital Hessian takes difference quotients of the matrices, evaluated with `QuadratureQuality.response`.
    case general
}

/// The contribution of a term to energy and Fock matrices under one key.
public struct TermPart: Sendable {
    /// The key of the energy: small letters and underscores, as in result.json.
    public let key: String
    /// In hartree.
    public let energy: Double
    /// The contribution to the Fock matrices: none, one matrix for both spins, or one per spin.
    public let matrices: [Matrix]
    /// Number of electrons integrated on a grid; nil without one.
    public let gridElectrons: Double?

    public init(key: String, energy: Double, matrices: [Matrix] = [], gridElectrons: Double? = nil) {
        self.key = key
        self.energy = energy
        self.matrices = matrices
        self.gridElectrons = gridElectrons
    }
}

/// The density of one state, for terms to evaluate.
public struct StateDensity: Sendable {
    /// Of the molecule.
    public let charge: Int
    /// The total density matrix of a restricted state, or those of alpha and beta electrons.
    public let matrices: [Matrix]
    /// Sum over the spins.
    public let total: Matrix
    /// The required quality of a quadrature over space.
    public let quality: QuadratureQuality

    public var isRestricted: Bool { matrices.count == 1 }

    public init(charge: Int, matrices: [Matrix], quality: QuadratureQuality = .full) {
        precondition(matrices.count == 1 || matrices.count == 2)
        self.charge = charge
        self.matrices = matrices
        self.quality = quality
        total = matrices.dropFirst().reduce(matrices[0], +)
    }
}

/// The required quality of a quadrature over space.
public enum QuadratureQuality: Sendable {
    /// That of the results.
    case full
    /// Good enough for iterations far from convergence.
    case coarse
    /// Good enough for finite differences in products of the orbital Hessian.
    case response
}

/// The densities of a converged state, for gradients.
public struct GradientDensity: Sendable {
    public let wavefunction: Wavefunction
    public let total: Matrix
    /// W for the overlap derivatives: sum of n e c c^T over the orbitals.
    public let energyWeighted: Matrix
    /// Whether points and weights of a quadrature over space move with the nuclei.
    public let includesQuadratureResponse: Bool

    public var charge: Int { wavefunction.state.charge }

    public init(wavefunction: Wavefunction, energyWeighted: Matrix, includesQuadratureResponse: Bool) {
        self.wavefunction = wavefunction
        self.energyWeighted = energyWeighted
        self.includesQuadratureResponse = includesQuadratureResponse
        total = wavefunction.totalDensity
    }
}
