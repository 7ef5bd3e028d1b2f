import Foundation
import GaussianBasis
import MolecularStructure

/// Which element gets which basis set.
///
/// In this order: the set named for the element (`elementSets`), a user's file that defines the element (`files`), the
/// general set (`general`), and, where no general set is named, the default rule: 6-31G for elements lighter than K
/// other than Al, and LANL2MB with its core potential for Al and from K on.
public struct BasisAssignment: Sendable {
    public var general: String?
    public var elementSets: [Element: String]
    /// Files in Gaussian94 or NWChem form, or in the Basis Set Exchange's JSON form when the name ends in .json. A later file
    /// wins over an earlier one. A core potential without functions goes with the functions that the element has otherwise.
    public var files: [String]
    /// Overrides the convention for pure and Cartesian functions.
    public var functionType: AngularFunctionType?

    /// Highest angular momentum of basis functions and of the projectors of core potentials: g.
    public static let highestAngularMomentum = 4

    public init(
        general: String? = nil, elementSets: [Element: String] = [:], files: [String] = [],
        functionType: AngularFunctionType? = nil
    ) {
        self.general = general
        self.elementSets = elementSets
        self.files = files
        self.functionType = functionType
    }

    /// Elements and name of an argument such as `Nb,Al=LANL2MB`.
    public static func parse(_ argument: String) throws(BasisSetError) -> (elements: [Element], name: String) {
        guard let equals = argument.firstIndex(of: "=") else { throw .invalidAssignment(argument) }
        let name = argument[argument.index(after: equals)...].trimmingCharacters(in: .whitespaces)
        var elements: [Element] = []
        for part in argument[..<equals].split(separator: ",", omittingEmptySubsequences: false) {
            let label = part.trimmingCharacters(in: .whitespaces)
            guard let element = Element(symbol: label) else { throw .invalidAssignment(argument) }
            elements.append(element)
        }
        guard !elements.isEmpty, !name.isEmpty else { throw .invalidAssignment(argument) }
        return (elements, name)
    }

    /// The name of the default rule's set for an element.
    public static func defaultSetName(for element: Element) -> String {
        element.atomicNumber == 13 || element.atomicNumber >= 19 ? "LANL2MB" : "6-31G"
    }

    /// A single named set keeps the convention with which it was published, files of the user the one that they state;
    /// anything mixed, the default rule included, is pure throughout.
    var isSingleNamedSet: Bool { general != nil && elementSets.isEmpty && files.isEmpty }

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
        var elements: [Element: ElementBasis] = [:]
        var names: [Element: String] = [:]
        var references: [String] = []
        // The conventions of the user's files; nil for sets of the library.
        var usedTypes: [AngularFunctionType?] = []
        for element in Set(molecule.atoms.map(\.element)).sorted() {
            let set: BasisSet
            if let name = elementSets[element] {
                set = try named(name)
            } else if let own = userSets.last(where: { !($0.elements[element]?.shells.isEmpty ?? true) }) {
                set = own
            } else {
                set = try named(general ?? Self.defaultSetName(for: element))
            }
            guard var basis = set.elements[element] else {
                throw BasisSetError.elementMissing(
                    symbol: element.symbol, set: set.name, alternatives: Self.alternatives(for: element, in: library))
            }
            var name = set.name
            // A file with nothing but a potential for the element goes with the functions of another set.
            if let alone = userSets.last(where: { $0.elements[element].map { $0.shells.isEmpty } ?? false }) {
                basis.effectiveCorePotential = alone.elements[element]?.effectiveCorePotential
                name += " with the potential of \(alone.name)"
            }
            try Self.checkLimits(basis, element: element, set: set.name)
            if basis.effectiveCorePotential == nil, try CoreFunctions(basis.shells, of: element).lacksCore {
                throw BasisSetError.corePotentialMissing(
                    symbol: element.symbol, set: set.name,
                    alternatives: Self.alternatives(for: element, in: library).filter { $0 != set.name })
            }
            elements[element] = basis
            names[element] = name
            usedTypes.append(elementSets[element] == nil && userSets.contains { $0.name == set.name } ? set.functionType : nil)
            for reference in set.references where BasisReference.concerns(element, reference) && !references.contains(reference) {
                references.append(reference)
            }
        }
        // Names that no atom uses are looked up too: a misspelt one should not pass in silence.
        for name in Array(elementSets.values) + (general.map { [$0] } ?? []) { _ = try library.entry(named: name) }
        let ownConvention = isSingleNamedSet ? try general.map { try library.entry(named: $0).functionType } : nil
        // Files of the user that agree on one convention keep it, unless sets of the library are mixed in.
        let agreed = Set(usedTypes).count == 1 ? usedTypes.first.flatMap { $0 } : nil
        return ResolvedBasis(
            elements: elements, setNames: names, functionType: functionType ?? ownConvention ?? agreed ?? .pure, references: references,
            molecule: molecule)
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

/// The basis of a molecule, with the names of the sets it comes from.
public struct ResolvedBasis: Sendable {
    public let elements: [Element: ElementBasis]
    public let setNames: [Element: String]
    public let functionType: AngularFunctionType
    public let references: [String]
    public let basis: AtomicOrbitalBasis

    init(
        elements: [Element: ElementBasis], setNames: [Element: String], functionType: AngularFunctionType,
        references: [String], molecule: Molecule
    ) {
        self.elements = elements
        self.setNames = setNames
        self.functionType = functionType
        self.references = references
        basis = AtomicOrbitalBasis(
            molecule: molecule, elementBases: molecule.atoms.compactMap { elements[$0.element] }, functionType: functionType)
    }

    /// The chosen elements as one set, for example to write it to a file.
    public var basisSet: BasisSet {
        let names = Set(setNames.values).sorted().joined(separator: ", ")
        return BasisSet(name: names, functionType: functionType, references: references, elements: elements)
    }

    /// See `BasisFingerprint`.
    public var fingerprint: String {
        BasisFingerprint.text(elements.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }, functionType: functionType)
    }
}
