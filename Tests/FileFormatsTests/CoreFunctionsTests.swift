import Foundation
import GaussianBasis
import MolecularStructure
import TestSupport
import Testing

@testable import BasisSets
@testable import FileFormats

/// Functions of a core potential that is lost, and functions for all electrons.
@Suite struct CoreFunctionsTests {
    /// The sets of the Basis Set Exchange that lie nearest to the limits, from both sides.
    private struct Scan: Decodable {
        struct Count: Decodable {
            let looked_at: Int
            let refused: Int
        }

        struct Example: Decodable {
            let set: String
            let z: Int
            let kind: String
            let steepness, share1s, share2p: Double
            let functions: String
        }

        let elements: [String: Count]
        let examples: [Example]
    }

    private func scan() throws -> Scan {
        try JSONDecoder().decode(
            Scan.self, from: Data(contentsOf: Repository.references.appendingPathComponent("core-functions.json")))
    }

    private func shells(_ text: String) throws -> [ShellDefinition] {
        try text.split(separator: "|").map { function in
            let numbers = try function.split(separator: " ").map { try #require(Double($0)) }
            let pairs = stride(from: 1, to: numbers.count - 1, by: 2)
            return ShellDefinition(
                exponents: pairs.map { numbers[$0] },
                contractions: [Contraction(angularMomentum: Int(numbers[0]), coefficients: pairs.map { numbers[$0 + 1] })])
        }
    }

    @Test func theScanFoundNoneOnTheWrongSide() throws {
        let scan = try scan()
        let electron = try #require(scan.elements["all_electron"])
        let potential = try #require(scan.elements["potential"])
        #expect(electron.looked_at > 15_000 && electron.refused == 0)
        #expect(potential.looked_at > 2_000 && potential.refused == potential.looked_at)
    }

    @Test func setsNearestToTheLimits() throws {
        let examples = try scan().examples
        #expect(examples.count > 20)
        for example in examples {
            let element = try #require(Element(atomicNumber: example.z))
            let found = try CoreFunctions(try shells(example.functions), of: element)
            let name = "\(example.set) \(element)"
            #expect(abs(found.steepness - example.steepness) < 1e-9 * max(1, example.steepness), "\(name)")
            #expect(abs(found.share1s - example.share1s) < 1e-6, "\(name) \(found.share1s)")
            #expect(abs(found.share2p - example.share2p) < 1e-6, "\(name) \(found.share2p)")
            #expect(found.lacksCore == (example.kind == "potential"), "\(name)")
        }
    }

    @Test func everySetOfTheLibrary() throws {
        let library = try BasisSetLibrary(folder: Repository.basisSets.path)
        var (allElectron, stripped) = (0, 0)
        for entry in library.entries {
            for (element, basis) in try library.basisSet(named: entry.name).elements {
                let lacksCore = try CoreFunctions(basis.shells, of: element).lacksCore
                let hasPotential = basis.effectiveCorePotential != nil
                #expect(lacksCore == hasPotential, "\(entry.name) \(element)")
                if hasPotential { stripped += 1 } else { allElectron += 1 }
            }
        }
        #expect(allElectron > 800 && stripped > 500, "\(allElectron) \(stripped)")
    }

    @Test func aLostPotentialIsRefusedWithTheCure() throws {
        let library = try BasisSetLibrary(folder: Repository.basisSets.path)
        let iodine = try #require(Element(symbol: "I"))
        let set = try library.basisSet(named: "LANL2DZ")
        let basis = try #require(set.elements[iodine])
        let text = Gaussian94.text(
            BasisSet(
                name: "stripped", functionType: .pure, references: [], elements: [iodine: ElementBasis(shells: basis.shells)]))
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("stripped-\(UUID().uuidString).gbs")
        defer { try? FileManager.default.removeItem(at: path) }
        try Data(text.utf8).write(to: path)
        let molecule = Molecule(atoms: [Atom(element: iodine, positionInBohr: SIMD3())])
        do {
            _ = try BasisAssignment(files: [path.path]).resolve(for: molecule, in: library)
            Issue.record("not refused")
        } catch let error as BasisSetError {
            #expect("\(error)".contains("I-ECP") && "\(error)".contains("--basis-for I="), "\(error)")
        }
    }

    /// J. Chem. Phys. 82, 284 (1985), table III; electronic copies have 0.9512915.
    @Test func thalliumAsPublished() throws {
        let library = try BasisSetLibrary(folder: Repository.basisSets.path)
        let thallium = try #require(Element(symbol: "Tl"))
        let potential = try #require(try library.basisSet(named: "LANL2DZ").elements[thallium]?.effectiveCorePotential)
        #expect(potential.projected[1].last?.exponent == 0.9812915)
    }

    @Test func numbersOfCentresAreNoElements() {
        let text = "  1 0\n S   3 1.00       0.000000000000\n 130.7 0.154\n 23.8 0.535\n 6.44 0.444\n ****\n"
        do {
            _ = try Gaussian94.basisSet(TextFile(path: "water.gbs", bytes: Array(text.utf8), expected: "a basis set"))
            Issue.record("not refused")
        } catch {
            #expect("\(error)".contains("water.gbs, line 1") && "\(error)".contains("gfinput"), "\(error)")
        }
    }
}
