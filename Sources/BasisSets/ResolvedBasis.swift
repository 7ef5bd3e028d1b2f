import FileFormats
import GaussianBasis
import MolecularStructure

/// The basis of a molecule, with the names of the sets it comes from.
public struct ResolvedBasis: Sendable {
    /// For every atom, then every ghost atom, what its set has for the element, core potentials of ghost atoms included.
    public let bases: [ElementBasis]
    /// In the same order.
    public let names: [String]
    public let functionType: AngularFunctionType
    public let references: [String]
    public let basis: AtomicOrbitalBasis
    /// The basis as sets that files can hold.
    public let classes: BasisClasses
    private let elements: [Element]

    /// - Parameters:
    ///   - bases: one entry an atom, then one a ghost atom.
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

    /// The sets of every element that occurs; several where its atoms have different ones.
    public var setNames: [Element: String] {
        Dictionary(grouping: elements.indices, by: { elements[$0] }).mapValues { indices in
            Set(indices.map { names[$0] }).sorted().joined(separator: " / ")
        }
    }

    /// One name an atom, then one a ghost atom, where atoms of one element have different sets; nil where elements tell.
    public var namesOfAtoms: [String]? {
        let perElement = Dictionary(grouping: elements.indices, by: { elements[$0] })
        return perElement.values.contains { indices in Set(indices.map { names[$0] }).count > 1 } ? names : nil
    }

    /// Electrons that core potentials replace.
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

/// The bases of a molecule's atoms, sorted into sets of one basis an element: atoms that differ from others of their element have
/// theirs in a further set.
public struct BasisClasses: Sendable {
    public let sets: [[Element: ElementBasis]]
    /// For every atom, then every ghost atom, the index of its set.
    public let places: [Int]

    /// - Parameter bases: one entry an atom, then one a ghost atom. A ghost atom of unknown element counts as hydrogen.
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
