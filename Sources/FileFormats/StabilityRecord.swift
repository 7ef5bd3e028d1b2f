/// Whether a solution is a minimum with respect to its orbitals.
public struct StabilityRecord: Codable, Sendable, Equatable {
    /// Whether no instability was found.
    public var stable: Bool
    /// Lowest eigenvalue of the orbital Hessian within the same kind of wavefunction, in hartree.
    public var internalEigenvalue: Double?
    /// The same for rotations of a restricted wavefunction towards unrestricted ones.
    public var externalEigenvalue: Double?
    /// Unstable solutions that were left on the way.
    public var instabilitiesFollowed: Int

    public init(stable: Bool, internalEigenvalue: Double?, externalEigenvalue: Double?, instabilitiesFollowed: Int) {
        self.stable = stable
        self.internalEigenvalue = internalEigenvalue
        self.externalEigenvalue = externalEigenvalue
        self.instabilitiesFollowed = instabilitiesFollowed
    }

    enum CodingKeys: String, CodingKey {
        case stable
        case internalEigenvalue = "internal_eigenvalue"
        case externalEigenvalue = "external_eigenvalue"
        case instabilitiesFollowed = "instabilities_followed"
    }
}
