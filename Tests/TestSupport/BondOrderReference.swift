/// Bond orders from another program's density: an entry of bond-orders.json in Tests/References.
public struct BondOrderReference: ReferenceStructure, Decodable, Sendable {
    public let name: String
    public let basis: [String: String]
    public let cartesian: Bool
    public let charge: Int
    public let multiplicity: Int
    public let functional: [String]?
    public let atoms: [ReferenceAtom]
    /// Hartree.
    public let energy: Double
    /// Atoms by atoms.
    public let mayer: [[Double]]
    public let wiberg: [[Double]]

    public static func all() throws -> [BondOrderReference] { try ReferenceCases.all(in: "bond-orders.json") }
}
