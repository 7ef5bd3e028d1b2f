import BasisSets
import FileFormats
import GaussianBasis
import MolecularStructure

/// What one calculation of another program was made for: molecule, basis and method.
public protocol ReferenceStructure {
    var name: String { get }
    /// Names of basis sets by element, `default` for the others.
    var basis: [String: String] { get }
    var cartesian: Bool { get }
    var charge: Int { get }
    var functional: [String]? { get }
    var atoms: [ReferenceAtom] { get }
}

/// Symbol and position in bohr, an array of four in the files.
public struct ReferenceAtom: Decodable, Sendable {
    public let symbol: String
    public let position: SIMD3<Double>

    public init(symbol: String, position: SIMD3<Double>) {
        self.symbol = symbol
        self.position = position
    }

    public init(from decoder: Decoder) throws {
        var container = try decoder.unkeyedContainer()
        symbol = try container.decode(String.self)
        position = SIMD3(
            try container.decode(Double.self), try container.decode(Double.self), try container.decode(Double.self))
    }

    public func atom() throws -> Atom {
        guard let element = Element(symbol: symbol) else { throw ReferenceError.unknownElement(symbol) }
        return Atom(element: element, positionInBohr: position)
    }
}

extension ReferenceStructure {
    public var label: String {
        let sets = basis.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }.joined(separator: ", ")
        return "\(name) \(charge) [\(sets)] \(functional?.joined(separator: ",") ?? "HF")"
    }

    public func atomicOrbitalBasis() throws -> AtomicOrbitalBasis {
        let molecule = Molecule(atoms: try atoms.map { try $0.atom() })
        let library = try BasisSetLibrary(folder: Repository.basisSets.path)
        let elementBases = try molecule.atoms.map { atom -> ElementBasis in
            let set = try library.basisSet(named: basis[atom.element.symbol] ?? basis["default"] ?? "")
            guard let found = set.elements[atom.element] else { throw ReferenceError.unknownElement(atom.element.symbol) }
            return found
        }
        return AtomicOrbitalBasis(
            molecule: molecule, elementBases: elementBases, functionType: cartesian ? .cartesian : .pure)
    }
}

public enum ReferenceError: Error { case unknownElement(String) }
