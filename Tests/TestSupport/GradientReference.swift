/// A gradient of another program: an entry of gradients.json in Tests/References.
public struct GradientReference: ReferenceStructure, Decodable, Sendable {
    public let name: String
    public let basis: [String: String]
    public let cartesian: Bool
    public let charge: Int
    public let multiplicity: Int
    public let functional: [String]?
    public let atoms: [ReferenceAtom]
    /// Hartree.
    public let energy: Double
    /// A row of x, y, z an atom, hartree a bohr.
    public let gradient: [[Double]]

    public static func all() throws -> [GradientReference] { try ReferenceCases.all(in: "gradients.json") }
}
