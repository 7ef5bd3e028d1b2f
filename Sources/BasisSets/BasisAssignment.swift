import FileFormats
import Foundation
import GaussianBasis
import MolecularStructure

/// The assignment of basis sets to elements.
///
/// In this order: the set named for the atom (`atomSets`), the set named for the element (`elementSets`), a user's file that defines the
/// element (`files`), and the general set (`general`).
public struct BasisAssignment: Sendable {
    /// The name of a set, or `paperRule`.
    public var general: String
    public var elementSets: [Element: String]
    /// By atom index, with ghost atoms counted after the atoms.
    public var atomSets: [Int: AtomSet] = [:]
    /// Files in Gaussian94 or NWChem form, or in the Basis Set Exchange's JSON form when the name ends in .json. A later file
    /// wins over an earlier one. A core potential without functions goes with the functions that the element has otherwise.
    public var files: [String]
    /// Overrides the convention for pure and Cartesian functions.
    public var functionType: AngularFunctionType?

    /// The basis set of one atom.
    public struct AtomSet: Sendable, Equatable {
        public var name: String
        /// The required element of the atom; nil if only its number was given.
        public var element: Element?

        public init(name: String, element: Element?) {
            self.name = name
            self.element = element
        }
    }

    /// Highest angular momentum of basis functions and of the projectors of core potentials: g.
    public static let highestAngularMomentum = 4

    public init(
        general: String = BasisAssignment.defaultSet, elementSets: [Element: String] = [:], files: [String] = [],
        functionType: AngularFunctionType? = nil
    ) {
        self.general = general
        self.elementSets = elementSets
        self.files = files
        self.functionType = functionType
    }

    /// The elements or atoms in an argument such as `Nb,Al=LANL2MB`, `Cl1,Cl5=def2-SVP` or `3,7-9=6-31G*`: elements, and atoms by their
    /// numbers from 1 in the file, with the required element of each.
    public struct Choice: Sendable, Equatable {
        public var elements: [Element] = []
        /// From 0; the element is nil if the argument contains only the number.
        public var atoms: [AtomChoice] = []
        public var name: String

        public struct AtomChoice: Sendable, Equatable {
            public var index: Int
            public var element: Element?
        }
    }

    /// Reads such an argument.
    public static func parse(_ argument: String) throws(BasisSetError) -> Choice {
        guard let equals = argument.firstIndex(of: "=") else { throw .invalidAssignment(argument) }
        var choice = Choice(name: argument[argument.index(after: equals)...].trimmingCharacters(in: .whitespaces))
        for part in argument[..<equals].split(separator: ",", omittingEmptySubsequences: false) {
            let label = part.trimmingCharacters(in: .whitespaces)
            let symbol = label.prefix { $0.isASCII && $0.isLetter }
            let numbers = label.dropFirst(symbol.count)
            let element = Element(symbol: String(symbol))
            guard element != nil || symbol.isEmpty else { throw .invalidAssignment(argument) }
            if numbers.isEmpty, let element {
                choice.elements.append(element)
                continue
            }
            // A range has no symbol: `3-5`.
            guard element == nil || !numbers.contains("-"),
                let range = AtomList.range(numbers, atomCount: XYZFile.largestAtomCount)
            else { throw .invalidAssignment(argument) }
            choice.atoms += range.map { .init(index: $0 - 1, element: element) }
        }
        guard !choice.elements.isEmpty || !choice.atoms.isEmpty, !choice.name.isEmpty else { throw .invalidAssignment(argument) }
        return choice
    }

    /// Split valence with polarisation functions, and core potentials from Rb on, for H to Rn.
    public static let defaultSet = "def2-SVP"

    /// Replaces the name of a set: 6-31G for elements lighter than K except Al, and LANL2MB with its core potential for Al and from K on.
    public static let paperRule = "paper"

    private var isPaperRule: Bool { BasisSetLibrary.normalized(general) == Self.paperRule }

    /// The name of the general set for an element.
    func generalSetName(for element: Element) -> String {
        guard isPaperRule else { return general }
        return element.atomicNumber == 13 || element.atomicNumber >= 19 ? "LANL2MB" : "6-31G"
    }

    /// A single named set keeps its published convention, and files of the user the one that they state; any mixture, including
    /// `paperRule`, is pure.
    var isSingleNamedSet: Bool { !isPaperRule && elementSets.isEmpty && atomSets.isEmpty && files.isEmpty }

    /// Looks the sets up and builds the basis of a molecule.
    ///
    /// - Throws: `BasisSetError` or `InputFileError`.
    public func resolve(for molecule: Molecule, in library: BasisSetLibrary) throws -> ResolvedBasis {
        var loaded: [String: BasisSet] = [:]
        func named(_ name: String) throws -> BasisSet {
            let key = BasisSetLibrary.normalized(name)
            if let set = loaded[key] { return set }
            let set = try library.basisSet(named: name)
            loaded[key] = set
            return set
        }
        let userSets = try files.map { try Self.userSet(readingFrom: $0) }
        if let index = atomSets.keys.filter({ !(0..<molecule.centerCount).contains($0) }).min() {
            throw BasisSetError.noSuchAtom(number: index + 1, count: molecule.centerCount)
        }
        let atoms = molecule.withGhostsAsAtoms.atoms
        for (index, set) in atomSets.sorted(by: { $0.key < $1.key }) {
            guard let element = set.element, element != atoms[index].element else { continue }
            throw BasisSetError.otherElement(stated: element.symbol, number: index + 1, found: atoms[index].element.symbol)
        }
        var known: [Center: (basis: ElementBasis, name: String)] = [:]
        var references: [String] = []
        // The conventions of the user's files; nil for sets of the library.
        var usedTypes: [AngularFunctionType?] = []
        // Elements in order, so that the references are.
        let centers = atoms.enumerated().map { Center(element: $1.element, named: atomSets[$0]?.name) }
        for center in Set(centers).sorted(by: { ($0.element, $0.named ?? "") < ($1.element, $1.named ?? "") }) {
            let element = center.element
            let chosen = center.named ?? elementSets[element]
            let set: BasisSet
            if let chosen {
                set = try named(chosen)
            } else if let own = userSets.last(where: { !($0.elements[element]?.shells.isEmpty ?? true) }) {
                set = own
            } else {
                set = try named(generalSetName(for: element))
            }
            guard var basis = set.elements[element] else {
                throw BasisSetError.elementMissing(
                    symbol: element.symbol, set: set.name, alternatives: Self.alternatives(for: element, in: library))
            }
            var name = set.name
            // A file that contains only a potential for the element is combined with the functions of another set.
            if center.named == nil, let alone = userSets.last(where: { $0.elements[element].map { $0.shells.isEmpty } ?? false })
            {
                basis.effectiveCorePotential = alone.elements[element]?.effectiveCorePotential
                name += " with the potential of \(alone.name)"
            }
            try Self.checkLimits(basis, element: element, set: set.name)
            if basis.effectiveCorePotential == nil, try CoreFunctions(basis.shells, of: element).lacksCore {
                throw BasisSetError.corePotentialMissing(
                    symbol: element.symbol, set: set.name,
                    alternatives: Self.alternatives(for: element, in: library).filter { $0 != set.name })
            }
            known[center] = (basis, name)
            usedTypes.append(chosen == nil && userSets.contains { $0.name == set.name } ? set.functionType : nil)
            for reference in set.references where BasisReference.concerns(element, reference) && !references.contains(reference) {
                references.append(reference)
            }
        }
        // Names that no atom uses are looked up too, so that a misspelt one does not go unnoticed.
        for name in Array(elementSets.values) + atomSets.values.map(\.name) + (isPaperRule ? [] : [general]) {
            _ = try library.entry(named: name)
        }
        let ownConvention = isSingleNamedSet ? try library.entry(named: general).functionType : nil
        // Files of the user that agree on one convention keep it, unless sets of the library are mixed in.
        let agreed = Set(usedTypes).count == 1 ? usedTypes.first.flatMap { $0 } : nil
        return ResolvedBasis(
            molecule: molecule, bases: centers.compactMap { known[$0]?.basis }, names: centers.compactMap { known[$0]?.name },
            functionType: functionType ?? ownConvention ?? agreed ?? .pure, references: references)
    }

    /// The origin of an atom's basis.
    private struct Center: Hashable {
        let element: Element
        /// The set that is named for this atom.
        let named: String?
    }

    /// A file of the user's own: the Basis Set Exchange's JSON, NWChem's form or Gaussian's, as its name and content tell.
    static func userSet(readingFrom path: String) throws(InputFileError) -> BasisSet {
        if path.lowercased().hasSuffix(".json") { return try BasisSetExchangeJSON.basisSet(readingFrom: path) }
        let file = try TextFile(readingFrom: path, expected: "a basis set in Gaussian94 or NWChem form")
        return NWChemBasis.isForm(of: file)
            ? try NWChemBasis.basisSet(file) : try Gaussian94.basisSet(file, allowsPotentialsAlone: true)
    }

    private static func checkLimits(_ basis: ElementBasis, element: Element, set: String) throws(BasisSetError) {
        let highest = basis.shells.flatMap(\.contractions).map(\.angularMomentum).max() ?? 0
        guard highest <= highestAngularMomentum else {
            throw .angularMomentumTooHigh(
                symbol: element.symbol, set: set, letter: AngularMomentumLetter.letter(highest))
        }
        let projectors = basis.effectiveCorePotential?.projected.count ?? 0
        guard projectors <= highestAngularMomentum + 1 else {
            throw .projectorTooHigh(
                symbol: element.symbol, set: set, letter: AngularMomentumLetter.letter(projectors - 1))
        }
    }

    private static func alternatives(for element: Element, in library: BasisSetLibrary) -> [String] {
        let preferred = ["LANL2DZ", "def2-SVP", "6-31G", "STO-3G"]
        return preferred.filter { name in
            (try? library.basisSet(named: name))?.elements[element] != nil
        }
    }
}
