/// A named group of atoms whose charges are added up.
public struct Fragment: Codable, Sendable, Equatable {
    /// The kind of a group of atoms, according to its bonds.
    public enum Kind: String, Codable, Sendable, CaseIterable {
        /// Carbon ring of a quinone.
        case quinoneRing = "quinone_ring"
        /// Oxygen on a quinone ring with no other neighbours except metals.
        case carbonylOxygen = "carbonyl_oxygen"
        /// Halogen on a quinone ring.
        case ringHalogen = "ring_halogen"
        case metal
        /// Halogen with one metal as its only neighbour.
        case terminalHalogen = "terminal_halogen"
        /// Halogen bonded to two or more metals.
        case bridgingHalogen = "bridging_halogen"
        /// Everything else: a ring with its hydrogen atoms, a functional group, a solvent molecule, a counter-ion, or a connected piece
        /// that is none of these.
        case other
        /// Defined by the user.
        case chosen
    }

    public let name: String
    public let kind: Kind
    /// Indices of the atoms, ascending.
    public let atoms: [Int]
    /// Indices of the metals bonded to the fragment (for a metal, the metal itself), ascending.
    public let metals: [Int]

    public init(name: String, kind: Kind, atoms: [Int], metals: [Int] = []) {
        self.name = name
        self.kind = kind
        self.atoms = atoms.sorted()
        self.metals = metals.sorted()
    }
}

extension Fragment {
    /// What follows the name of a fragment or of a class in tables: the number of its atoms, unless it is one.
    package static func atomCount(_ count: Int) -> String { count > 1 ? ", \(count) atoms" : "" }
}

/// The partition of a molecule into fragments: every atom is in exactly one.
public struct Fragmentation: Sendable, Equatable {
    public let fragments: [Fragment]

    /// - Parameter chosen: fragments defined by the user; their atoms are removed from the fragments derived from the bonds. An atom
    ///   outside the molecule, or in two chosen fragments, is an error.
    public init(_ molecule: Molecule, chosen: [Fragment] = []) throws(FragmentationError) {
        let taken = try Self.atoms(of: chosen, in: molecule)
        let own = Set(chosen.map(\.name))
        let automatic = FragmentClassifier(molecule).fragments.compactMap { fragment -> Fragment? in
            let left = fragment.atoms.filter { !taken.contains($0) }
            // What is left of a molecule or group no longer has its name; the user's name may be that of any fragment.
            let isPart = fragment.kind == .other && left.count < fragment.atoms.count
            let name = isPart || own.contains(fragment.name) ? "\(fragment.name), rest" : fragment.name
            return left.isEmpty
                ? nil : Fragment(name: name, kind: fragment.kind, atoms: left, metals: fragment.metals)
        }
        var names = Set<String>()
        for fragment in chosen + automatic where !names.insert(fragment.name).inserted {
            throw .nameTwice(fragment.name)
        }
        fragments = automatic + chosen
    }

    /// Atoms of fragments defined by the user. A fragment without atoms is an error, and so is an atom that does not exist or that is named
    /// twice.
    static func atoms(of chosen: [Fragment], in molecule: Molecule) throws(FragmentationError) -> Set<Int> {
        var taken = Set<Int>()
        for fragment in chosen {
            guard !fragment.atoms.isEmpty else { throw .empty(name: fragment.name) }
            for atom in fragment.atoms {
                guard molecule.atoms.indices.contains(atom) else {
                    throw .noSuchAtom(name: fragment.name, number: atom + 1, count: molecule.atoms.count)
                }
                guard taken.insert(atom).inserted else { throw .twice(name: fragment.name, number: atom + 1) }
            }
        }
        return taken
    }

    /// Sum of the values of each fragment's atoms, fragment by fragment.
    public func sums(_ values: [Double]) -> [Double] {
        fragments.map { $0.atoms.reduce(0) { $0 + values[$1] } }
    }
}

/// Why fragments cannot be constructed.
public enum FragmentationError: Error, Equatable, CustomStringConvertible {
    case empty(name: String)
    case noSuchAtom(name: String, number: Int, count: Int)
    case twice(name: String, number: Int)
    case nameTwice(String)

    public var description: String {
        switch self {
        case .empty(let name): "fragment '\(name)' has no atoms"
        case .noSuchAtom(let name, let number, let count):
            "fragment '\(name)' names atom \(number), but the molecule has atoms 1 to \(count)"
        case .twice(let name, let number): "atom \(number) of fragment '\(name)' is in a fragment already"
        case .nameTwice(let name): "there are two fragments with the name '\(name)'"
        }
    }
}
