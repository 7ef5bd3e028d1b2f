import FileFormats
import Foundation
import GaussianBasis
import MolecularStructure

/// One calculation of another program: an entry of hf-energies.json or dft-energies.json in Tests/References.
public struct EnergyReference: Decodable, Sendable {
    public struct Grid: Decodable, Sendable {
        public let radialPoints: Int
        public let angularPoints: Int
    }

    public let name: String
    public let basis: [String: String]
    public let cartesian: Bool
    public let charge: Int
    public let multiplicity: Int
    public let reference: String
    public let energy: Double
    public let spinSquared: Double?
    public let components: [String: Double]
    public let mullikenCharges: [Double]
    public let loewdinCharges: [Double]
    public let dipole: [Double]
    public let secondMoment: [[Double]]
    public let orientationArbitrary: Bool?
    public let functional: [String]?
    public let grid: Grid?
    public let electronsOnGrid: [Double]?
    public let search: [Start]
    private let atoms: [AtomEntry]

    /// What one start of the other program's search led to.
    public struct Start: Decodable, Sendable {
        public let instabilitiesFollowed: Int
    }

    private struct AtomEntry: Decodable, Sendable {
        let symbol: String
        let position: SIMD3<Double>

        init(from decoder: Decoder) throws {
            var container = try decoder.unkeyedContainer()
            symbol = try container.decode(String.self)
            position = SIMD3(
                try container.decode(Double.self), try container.decode(Double.self), try container.decode(Double.self))
        }
    }

    private struct File: Decodable { let cases: [EnergyReference] }

    public static func all(in fileName: String) throws -> [EnergyReference] {
        let data = try Data(contentsOf: Repository.references.appendingPathComponent(fileName))
        return try JSONDecoder().decode(File.self, from: data).cases
    }

    public var label: String {
        let sets = basis.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }.joined(separator: ", ")
        return "\(name) \(charge) [\(sets)] \(functional?.joined(separator: ",") ?? "HF")"
    }

    /// Whether every start of the other program led to the kept solution without an instability on the way.
    public var isPlainSolution: Bool { search.allSatisfy { $0.instabilitiesFollowed == 0 } }

    public func atomicOrbitalBasis() throws -> AtomicOrbitalBasis {
        let molecule = Molecule(
            atoms: try atoms.map {
                guard let element = Element(symbol: $0.symbol) else { throw ReferenceError.unknownElement($0.symbol) }
                return Atom(element: element, positionInBohr: $0.position)
            })
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
