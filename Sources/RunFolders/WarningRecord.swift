import MolecularStructure

/// Something that readers should know before they trust a state or a structure.
public struct WarningRecord: Codable, Sendable, Equatable {
    /// What it is about, for programs: `radical_pair`, `lower_solution`, `linear_dependence`, `mulliken_charges` or
    /// `virial_ratio`.
    public var kind: String
    /// Numbers of the atoms concerned, from 1.
    public var atoms: [Int]
    /// The same for people, in one sentence.
    public var message: String

    public init(kind: String, atoms: [Int], message: String) {
        self.kind = kind
        self.atoms = atoms
        self.message = message
    }

    public init(_ pair: RadicalPair, in molecule: Molecule) {
        self.init(kind: "radical_pair", atoms: pair.halogens.map { $0 + 1 }, message: pair.description(in: molecule))
    }
}
