import MolecularStructure

/// A group of atoms whose charges are added up, as `result.json` holds it.
public struct FragmentRecord: Codable, Sendable, Equatable {
    public var name: String
    /// Raw value of `Fragment.Kind`.
    public var kind: String
    /// Counted from 0, rising.
    public var atoms: [Int]
    /// Metals that hold the fragment, counted from 0.
    public var metals: [Int]

    public init(_ fragment: Fragment) {
        name = fragment.name
        kind = fragment.kind.rawValue
        atoms = fragment.atoms
        metals = fragment.metals
    }

    /// Nil when the kind is unknown.
    public var fragment: Fragment? {
        Fragment.Kind(rawValue: kind).map { Fragment(name: name, kind: $0, atoms: atoms, metals: metals) }
    }
}
