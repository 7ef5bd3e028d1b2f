import GaussianBasis
import LinearAlgebra

/// A term of the energy of one molecule in one basis: its energy, what it adds to the Fock matrices, and its gradient.
///
/// `ElectronicProblem` holds the terms of a calculation. Fock matrices, the orbital Hessian and the gradient loop over them
/// and know none by name, so a new term is a module with one type that conforms to this protocol. Coulomb and exchange
/// are no term in this sense: they have a protocol of their own, because they dominate the cost.
public protocol HamiltonianTerm: Sendable {
    /// How energy and matrices depend on the density. It decides what the orbital Hessian does with the term.
    var dependence: DensityDependence { get }

    /// Energies and Fock matrices of the term, for any number of states in one call.
    func evaluate(_ states: [StateDensity]) -> [[TermPart]]

    /// Changes of the Fock matrices of a `quadratic` term with changes of the densities; the energies are not used.
    func response(to changes: [StateDensity]) -> [[TermPart]]

    /// Memory in bytes that the term holds and that grows with the size of the molecule.
    var bytes: Int { get }

    /// Derivatives of the energy of the term by the positions of the nuclei, in hartree per bohr, one an atom. Basis functions
    /// move with their atoms.
    func gradient(of state: GradientDensity) -> [SIMD3<Double>]

    /// Second derivatives of the energy of the term by the positions of the nuclei at fixed density matrices, and first derivatives of what it
    /// adds to the Fock matrices; nil for a term without them. Overlap counts elsewhere.
    func skeletonDerivatives(of state: GradientDensity) throws -> SkeletonDerivatives?
}

extension HamiltonianTerm {
    public func response(to changes: [StateDensity]) -> [[TermPart]] { evaluate(changes) }
    public var bytes: Int { 0 }
    public func skeletonDerivatives(of state: GradientDensity) throws -> SkeletonDerivatives? { nil }
}

/// How the energy of a term depends on the density of the electrons.
public enum DensityDependence: Sendable {
    /// On the positions of the nuclei and the charge of the molecule only: no matrix.
    case none
    /// E = tr(h P): the matrix is the same for every density, and there is no response.
    case linear
    /// E = E_0 + tr(h P) + tr(V[P] P) / 2 with V linear in P: the response to a change of the density is V of the change. A term without E_0
    /// and h needs no `response` of its own.
    case quadratic
    /// Anything else. The orbital Hessian takes difference quotients of the matrices, evaluated with `QuadratureQuality.response`.
    case general
}

/// What a term adds to energy and Fock matrices under one key.
public struct TermPart: Sendable {
    /// Under which the energy is listed: small letters and underscores, as in result.json.
    public let key: String
    /// In hartree.
    public let energy: Double
    /// What is added to the Fock matrices: nothing, one matrix for both spins, or one for each spin.
    public let matrices: [Matrix]
    /// Electrons that a quadrature over space finds; nil without one.
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
    /// How good a quadrature over space has to be.
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

/// How good a quadrature over space has to be.
public enum QuadratureQuality: Sendable {
    /// That of the results.
    case full
    /// Good enough for iterations far from convergence.
    case coarse
    /// Good enough for difference quotients in products of the orbital Hessian.
    case response
}

/// The densities of a converged state, for gradients.
public struct GradientDensity: Sendable {
    public let wavefunction: Wavefunction
    public let total: Matrix
    /// W of the change of the overlap, sum of n e c c^T over the orbitals.
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
