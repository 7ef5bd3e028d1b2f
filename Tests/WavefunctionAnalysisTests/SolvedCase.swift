import BasisSets
import ElectronicStructure
import FileFormats
import Foundation
import GaussianBasis
import LinearAlgebra
import MolecularStructure
import ParallelExecution
import SelfConsistentField
import TestSupport

/// What the files of Tests/References say of one molecule, solved here once more.
struct SolvedCase: Decodable {
    let name: String
    let charge: Int
    let multiplicity: Int
    let basis: [String: String]
    let cartesian: Bool
    let atoms: [PlacedSymbol]
    let energy: Double
    let reference: String?
    // hf-energies.json
    let dipole: [Double]?
    let secondMoment: [[Double]]?
    let mullikenCharges: [Double]?
    let loewdinCharges: [Double]?
    let mullikenSpins: [Double]?
    let loewdinSpins: [Double]?
    let spinSquared: Double?
    // charges.json
    let radiiInAngstrom: [Double]?
    let numberOfPoints: Int?
    let equal: [[Int]]?
    let charges: [Double]?
    let rootMeanSquareError: Double?
    let relativeError: Double?
    // orbital-charges.json
    let npaCoresFirst: [Double]?
    let npaSpins: [Double]?
    let wibergNatural: [[Double]]?
    let iao: [Double]?
    let iaoSpins: [Double]?
    let fuzzy: [[Double]]?
    let mk: [Double]?
    let resp: [Double]?
    let npa: [String: Double]?
    let resp1: [Double]?
    let resp2: [Double]?
    // restrained-fits.json
    let pointsPerSquareAngstrom: Double?
    let constraints: [GivenSum]?
    let rootMeanSquareErrors: [Double]?
    let unscaled: Bool?
    // space-partitions.json, dipole-corrections.json
    let hirshfeld: [Double]?
    let hirshfeldSpins: [Double]?
    let hirshfeldDipoles: [[Double]]?
    let hirshfeldI: [Double]?
    let hirshfeldISpins: [Double]?
    let mbis: [Double]?
    let mbisSpins: [Double]?
    let adch: [Double]?
    let becke: [Double]?
    let beckeSpins: [Double]?
    let publishedHirshfeld: [Double]?
    let vdd: [Double]?
    // atoms-in-molecules.json
    let qtaim: [Double]?
    let qtaimSpins: [Double]?
    let qtaimDipoles: [[Double]]?
    /// Electrons of the replaced cores in the basins of the atoms.
    let qtaimCores: [Double]?
    // esp-points.json
    let points: [[Double]]?

    struct PlacedSymbol: Decodable {
        let symbol: String
        let position: SIMD3<Double>

        init(from decoder: any Decoder) throws {
            var list = try decoder.unkeyedContainer()
            symbol = try list.decode(String.self)
            position = SIMD3(try list.decode(Double.self), try list.decode(Double.self), try list.decode(Double.self))
        }
    }

    struct GivenSum: Decodable {
        let atoms: [Int]
        let charge: Double
    }

    static let pool = WorkerPool(threads: 2)

    static func read(_ file: String, key: String = "cases") throws -> [SolvedCase] {
        struct AnyKey: CodingKey {
            let stringValue: String
            var intValue: Int? { nil }
            init(stringValue: String) { self.stringValue = stringValue }
            init?(intValue: Int) { return nil }
        }
        struct File: Decodable {
            let cases: [SolvedCase]
            static let key = CodingUserInfoKey(rawValue: "cases")
            init(from decoder: any Decoder) throws {
                let container = try decoder.container(keyedBy: AnyKey.self)
                let name = Self.key.flatMap { decoder.userInfo[$0] as? String } ?? "cases"
                cases = try container.decode([SolvedCase].self, forKey: AnyKey(stringValue: name))
            }
        }
        let decoder = JSONDecoder()
        if let place = File.key { decoder.userInfo[place] = key }
        return try decoder.decode(File.self, from: Data(contentsOf: Repository.references.appendingPathComponent(file))).cases
    }

    var molecule: Molecule {
        get throws {
            Molecule(
                atoms: try atoms.map { atom in
                    guard let element = Element(symbol: atom.symbol) else { throw CocoaError(.coderInvalidValue) }
                    return Atom(element: element, positionInBohr: atom.position)
                })
        }
    }

    /// Tightly converged.
    func solve(_ method: ElectronicMethod = .hartreeFock) throws -> Wavefunction {
        BLASThreads.limit(to: 1)
        let library = try BasisSetLibrary(folder: Repository.basisSets.path)
        let molecule = try molecule
        var bases: [ElementBasis] = []
        for atom in molecule.atoms {
            let set = try library.basisSet(named: basis[atom.element.symbol] ?? basis["default"] ?? "")
            guard let definition = set.elements[atom.element] else { throw CocoaError(.coderValueNotFound) }
            bases.append(definition)
        }
        let orbitals = AtomicOrbitalBasis(
            molecule: molecule, elementBases: bases, functionType: cartesian ? .cartesian : .pure)
        return try Self.solve(orbitals, ChargeState(charge: charge, multiplicity: multiplicity), method)
    }

    /// Tightly converged.
    static func solve(
        _ orbitals: AtomicOrbitalBasis, _ state: ChargeState, _ method: ElectronicMethod = .hartreeFock
    ) throws -> Wavefunction {
        BLASThreads.limit(to: 1)
        let problem = try ElectronicProblem(
            basis: orbitals, method: method, pool: pool, memoryLimitInBytes: 1 << 30)
        var options = SCFOptions()
        // Down to a gradient of 1e-9: nitrogen dioxide has a soft mode.
        options.energyTolerance = 1e-16
        let scf = try SelfConsistentField(
            problem: problem, state: state, options: options)
        return try scf.solve().wavefunction
    }
}
