import FileFormats
import GaussianBasis
import MolecularStructure

/// The basis of a molecule, with the names of its sets.
public struct ResolvedBasis: Sendable {
    /// For every atom, then every ghost atom, the entry of its set for the element, including core potentials of ghost atoms.
    public let bases: [ElementBasis]
    /// In the same order.
    public let names: [String]
    public let functionType: AngularFunctionType
    public let references: [String]
    public let basis: AtomicOrbitalBasis
    /// The basis as sets that can be written to files.
    public let classes: BasisClasses
    private let elements: [Element]

    /// - Parameters:
    ///   - bases: one entry per atom, then one per ghost atom.
    ///   - names: of the sets, in the same order.
    public init(
        molecule: Molecule, bases: [ElementBasis], names: [String], functionType: AngularFunctionType, references: [String]
    ) {
        self.bases = bases
        self.names = names
        self.functionType = functionType
        self.references = references
        basis = AtomicOrbitalBasis(molecule: molecule, elementBases: bases, functionType: functionType)
        classes = BasisClasses(molecule: molecule, bases: bases)
        elements = molecule.withGhostsAsAtoms.atoms.map(\.element)
    }

    /// The sets of every element in the molecule; several if its atoms have different ones.
    public var setNames: [Element: String] {
        Dictionary(grouping: elements.indices, by: { elements[$0] }).mapValues { indices in
            Set(indices.map { names[$0] }).sorted().joined(separator: " / ")
        }
    }

    /// One name per atom, then one per ghost atom, if atoms of one element have different sets; nil if the element determines the set.
    public var namesOfAtoms: [String]? {
        let perElement = Dictionary(grouping: elements.indices, by: { elements[$0] })
        return perElement.values.contains { indices in Set(indices.map { names[$0] }).count > 1 } ? names : nil
    }

    /// Number of electrons replaced by core potentials.
    public var coreElectrons: Int { basis.effectiveCorePotentials.reduce(0) { $0 + ($1?.coreElectrons ?? 0) } }

    /// Elements of which atoms have core potentials.
    public var elementsWithPotential: Set<Element> {
        Set(zip(basis.molecule.atoms, basis.effectiveCorePotentials).filter { $0.1 != nil }.map(\.0.element))
    }

    /// One of the classes as a set.
    public func basisSet(ofClass index: Int) -> BasisSet {
        let members = names.indices.filter { classes.places[$0] == index }.map { names[$0] }
        return BasisSet(
            name: Set(members).sorted().joined(separator: ", "), functionType: functionType, references: references,
            elements: classes.sets[index])
    }

    /// See `BasisFingerprint`.
    public var fingerprint: String {
        if classes.sets.count == 1 {
            return BasisFingerprint.text(
                classes.sets[0].sorted { $0.key < $1.key }.map { ($0.key, $0.value) }, functionType: functionType)
        }
        return BasisFingerprint.text(Array(zip(elements, bases)), functionType: functionType)
    }
}

/// The bases of a molecule's atoms, sorted into sets with one basis per element: atoms that differ from others of their element are in a
/// further set.
public struct BasisClasses: Sendable {
    public let sets: [[Element: ElementBasis]]
    /// For every atom, then every ghost atom, the index of its set.
    public let places: [Int]

    /// - Parameter bases: one entry per atom, then one per ghost atom. A ghost atom of unknown element counts as hydrogen.
    public init(molecule: Molecule, bases: [ElementBasis]) {
        var sets: [[Element: ElementBasis]] = []
        places = zip(molecule.withGhostsAsAtoms.atoms, bases).map { atom, own in
            if let known = sets.firstIndex(where: { $0[atom.element] == own }) { return known }
            let open = sets.firstIndex { $0[atom.element] == nil } ?? sets.count
            if open == sets.count { sets.append([:]) }
            sets[open][atom.element] = own
            return open
        }
        self.sets = sets
    }
}
