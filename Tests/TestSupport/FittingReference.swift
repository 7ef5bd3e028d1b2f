/// Energies and gradients of another program with fitted integrals: an entry of density-fitting.json in Tests/References.
public struct FittingReference: ReferenceStructure, Decodable, Sendable {
    public let name: String
    public let basis: [String: String]
    public let cartesian: Bool
    public let charge: Int
    public let multiplicity: Int
    public let functional: [String]?
    /// Name of the auxiliary set.
    public let auxiliary: String
    public let atoms: [ReferenceAtom]
    /// Hartree; with fitted and with exact integrals.
    public let energy: Double
    public let exactEnergy: Double
    /// Of the fitted energy, in hartree per bohr.
    public let gradient: [[Double]]

    public static func all() throws -> [FittingReference] { try ReferenceCases.all(in: "density-fitting.json") }
}
