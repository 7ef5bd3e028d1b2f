/// Whether a solution is a minimum with respect to its orbitals.
public struct StabilityRecord: Codable, Sendable, Equatable {
    /// Whether no instability was found.
    public var stable: Bool
    /// Lowest eigenvalue of the orbital Hessian within the same kind of wavefunction, in hartree.
    public var internalEigenvalue: Double?
    /// The same for rotations of a restricted wavefunction to unrestricted ones.
    public var externalEigenvalue: Double?
    /// Number of unstable solutions from which descents started.
    public var instabilitiesFollowed: Int
    /// Why a solution that is not stable was kept: `equal_energy` (the descent returned to the same energy), `instability_limit` or
    /// `iteration_limit`; nil for stable solutions, for unstable ones that were followed, and in results of earlier versions.
    public var undecided: String?

    public init(
        stable: Bool, internalEigenvalue: Double?, externalEigenvalue: Double?, instabilitiesFollowed: Int,
        undecided: String? = nil
    ) {
        self.undecided = undecided
        self.stable = stable
        self.internalEigenvalue = internalEigenvalue
        self.externalEigenvalue = externalEigenvalue
        self.instabilitiesFollowed = instabilitiesFollowed
    }

    /// `undecided` for a solution to whose energy the descent returned: it counts as a minimum.
    public static let equalEnergy = "equal_energy"

    enum CodingKeys: String, CodingKey {
        case stable, undecided
        case internalEigenvalue = "internal_eigenvalue"
        case externalEigenvalue = "external_eigenvalue"
        case instabilitiesFollowed = "instabilities_followed"
    }
}
