import MolecularStructure

/// A group of atoms whose charges are added up, as stored in `result.json`.
public struct FragmentRecord: Codable, Sendable, Equatable {
    public var name: String
    /// Raw value of `Fragment.Kind`.
    public var kind: String
    /// Counted from 0, ascending.
    public var atoms: [Int]
    /// Metals bonded to the fragment, counted from 0.
    public var metals: [Int]

    public init(_ fragment: Fragment) {
        name = fragment.name
        kind = fragment.kind.rawValue
        atoms = fragment.atoms
        metals = fragment.metals
    }

    /// Nil if the kind is unknown.
    public var fragment: Fragment? {
        Fragment.Kind(rawValue: kind).map { Fragment(name: name, kind: $0, atoms: atoms, metals: metals) }
    }
}
