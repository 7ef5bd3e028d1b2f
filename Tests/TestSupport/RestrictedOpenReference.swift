/// A restricted open-shell calculation of another program: an entry of restricted-open.json in Tests/References.
public struct RestrictedOpenReference: ReferenceStructure, Decodable, Sendable {
    public let name: String
    public let basis: [String: String]
    public let cartesian: Bool
    public let charge: Int
    public let multiplicity: Int
    public let functional: [String]?
    public let atoms: [ReferenceAtom]
    /// Hartree.
    public let energy: Double
    /// A row of x, y, z an atom, hartree a bohr; nil where it was not made.
    public let gradient: [[Double]]?

    public static func all() throws -> [RestrictedOpenReference] { try ReferenceCases.all(in: "restricted-open.json") }
}
