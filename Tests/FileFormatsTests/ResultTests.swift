import RunFolders
import Foundation
import GaussianBasis
import LinearAlgebra
import MolecularStructure
import Testing

@testable import FileFormats
import HamiltonianTerms

@Suite struct ResultDocumentTests {
    private func document(energy: Double) -> ResultDocument {
        let state = StateRecord(
            charge: -2, multiplicity: 2, energy: energy, converged: true, iterations: 12, gridPoints: 1000,
            gridElectrons: 10.000_000_1, electrons: 11,
            energyComponents: EnergyComponents([
                "nuclear_repulsion": 9, "kinetic": 75, "nuclear_attraction": -199, "effective_core_potential": 0, "coulomb": 46,
                "exchange": -1, "exchange_correlation": -8, "dispersion": -0.25,
            ]),
            orbitalEnergies: SpinPair(alpha: [-1.0 / 3, 0.1], beta: [-0.25, 0.2]), occupiedOrbitals: SpinPair(alpha: 1, beta: 0),
            gap: nil, dipole: [0, 0, 0.7], dipoleOrigin: [0, 0, 0], quadrupole: [1, 2, 3, 4, 5, 6],
            tracelessQuadrupole: [1, 2, 3, 4, 5, 6], spinSquared: 0.75,
            stability: StabilityRecord(stable: true, internalEigenvalue: 0.1, externalEigenvalue: nil, instabilitiesFollowed: 1),
            charges: ["mulliken": [-0.5, 0.5]], spinPopulations: ["mulliken": [1, 0]], shellPopulations: [], potentialFits: [:],
            files: ["esp": "q-1_m2_esp.cube"], wallSeconds: 1.5)
        return ResultDocument(
            provenance: .init(
                creator: "esp", version: "0", instructionSet: "baseline", libraries: [:], input: "a \"b\" [c, d].xyz",
                arguments: ["x, y", "[z"], finished: "2026-01-01T00:00:00Z", wallSeconds: 2, threads: 2),
            molecule: .init(
                comment: "", symbols: ["O", "H"], atomicNumbers: [8, 1], effectiveNuclearCharges: [8, 1],
                geometry: [0, 0, 0, 0, 0, 1.8]),
            model: .init(
                method: "b3lyp", basis: ["O": "6-31G"], functionType: "pure", basisFunctions: 11, basisFingerprint: "0",
                grid: "fine", references: [], potentialFits: [:]),
            states: [state])
    }

    /// Hydrogen: the exact atom, and one exponential with the exponent z, whose kinetic energy is z^2 / 2 and whose attraction -z. Scaling
    /// takes that to the exact atom.
    @Test(arguments: [1, 1.02, 1.24, 0.8]) func virialRatio(exponent z: Double) throws {
        var energies = EnergyComponents(["kinetic": 0.5 * z * z, "nuclear_attraction": -z])
        let ratio = try #require(VirialRatio(energies))
        #expect(abs(ratio.value - 2 / z) < 1e-14)
        #expect(abs(ratio.energyOfScaling - (0.5 * z * z - z + 0.5)) < 1e-14)
        let message = ratio.warning?.message
        #expect((message == nil) == (abs(z - 1) < 0.025))
        if let message { #expect(message.contains(z > 1 ? "too compact" : "too diffuse"), "\(message)") }
        energies.add(0.1, to: "effective_core_potential")
        #expect(VirialRatio(energies) == nil)
    }

    /// In the order of tables, whatever the order in which terms were added or read.
    @Test func energyComponentsAreInOrder() throws {
        var energies = EnergyComponents()
        #expect(energies.total == 0 && energies.components.map(\.key) == EnergyComponents.Key.allCases.map(\.rawValue))
        for (key, value) in [("solvation", 4.0), ("kinetic", 1.0), ("dispersion", 3.0), ("coulomb", 2.0), ("kinetic", 0.5)] {
            energies.add(value, to: key)
        }
        #expect(energies.total == 10.5 && energies[.kinetic] == 1.5 && energies["dispersion"] == 3 && energies["field"] == nil)
        let names = energies.components.filter { $0.energy != 0 }.map(\.title)
        #expect(names == ["kinetic", "Coulomb", "dispersion", "solvation"])
        #expect(try JSONDecoder().decode(EnergyComponents.self, from: JSONEncoder().encode(energies)) == energies)
    }

    /// What a search left undecided is one sentence, with every origin once.
    @Test func undecidedCandidates() throws {
        let record = SearchRecord(rounds: 1, fockBuilds: 300, undecided: ["a", "b", "a"], cutShort: false)
        let sentence = try #require(record.undecidedSentence)
        #expect(sentence.contains("3 candidates undecided (a, b)"), "\(sentence)")
        #expect(try JSONDecoder().decode(SearchRecord.self, from: JSONEncoder().encode(record)) == record)
        let none = SearchRecord(rounds: 1, fockBuilds: 30, cutShort: false)
        #expect(none.undecidedSentence == nil && none.undecided == nil)
        // Results of earlier versions.
        let earlier = Data(#"{"rounds": 2, "fock_builds": 30, "cut_short": false}"#.utf8)
        #expect(try JSONDecoder().decode(SearchRecord.self, from: earlier).undecided == nil)
    }

    @Test func readsBackTheSameNumbers() throws {
        let original = document(energy: -76.026_760_737_428_11)
        let json = try original.json()
        #expect(try ResultDocument(json: json) == original)
        let text = String(decoding: json, as: UTF8.self)
        #expect(text.contains("\"energy\" : -76.0267607374281"))
        #expect(text.contains("[-0.5, 0.5]"))
        #expect(text.contains("\"spin_squared\"") && text.contains("\"grid_electrons\"") && text.contains("\"orbital_energies\""))
        #expect(text.hasSuffix("}\n"))
    }

    @Test func neverWritesNotANumber() {
        #expect(throws: ResultDocumentError.self) { try document(energy: .nan).json() }
        #expect(throws: ResultDocumentError.self) { try document(energy: .infinity).json() }
    }
}

@Suite struct CheckpointTests {
    private func checkpoint(unrestricted: Bool) throws -> Checkpoint {
        let hydrogen = try #require(Element(atomicNumber: 1))
        let orbitals = MolecularOrbitals(
            coefficients: Matrix(rows: 3, columns: 2, elements: [0.1, 0.2, 0.3, 0.4, 0.5, 0.6]), energies: [-0.5, 0.25],
            occupations: [unrestricted ? 1 : 2, 0])
        return Checkpoint(
            molecule: Molecule(atoms: [Atom(element: hydrogen, positionInBohr: SIMD3(0.1, 0.2, 0.3))]), basisFingerprint: "abc",
            state: ChargeState(charge: -1, multiplicity: 1), method: "b3lyp", grid: "fine", iteration: 7, energy: -1.0 / 3,
            isConverged: true, orbitals: unrestricted ? .unrestricted(alpha: orbitals, beta: orbitals) : .restricted(orbitals),
            instabilitiesFollowed: 2, isSecondOrder: true, details: Data("[1,2,3]".utf8))
    }

    @Test(arguments: [false, true])
    func readsWhatItWrites(unrestricted: Bool) throws {
        let original = try checkpoint(unrestricted: unrestricted)
        let again = try Checkpoint(bytes: Array(original.data()), path: "c")
        #expect(again.energy == original.energy && again.iteration == 7 && again.isConverged)
        #expect(again.state == original.state && again.molecule == original.molecule)
        #expect(again.instabilitiesFollowed == 2 && again.isSecondOrder && again.details == original.details)
        switch (again.orbitals, original.orbitals) {
        case (.restricted(let a), .restricted(let b)):
            #expect(!unrestricted)
            #expect(a.coefficients == b.coefficients && a.energies == b.energies && a.occupations == b.occupations)
        case (.unrestricted(let a, let b), .unrestricted):
            #expect(unrestricted)
            #expect(a.coefficients == b.coefficients)
        default: Issue.record("kinds of orbitals differ")
        }
    }

    @Test func noticesAnotherInput() throws {
        let checkpoint = try checkpoint(unrestricted: false)
        let moved = Molecule(
            atoms: checkpoint.molecule.atoms.map { Atom(element: $0.element, positionInBohr: $0.position + SIMD3(0.01, 0, 0)) })
        let state = checkpoint.state
        #expect(checkpoint.obstacle(molecule: checkpoint.molecule, basisFingerprint: "abc", state: state) == nil)
        #expect(checkpoint.obstacle(molecule: moved, basisFingerprint: "abc", state: state) != nil)
        #expect(checkpoint.obstacle(molecule: checkpoint.molecule, basisFingerprint: "abd", state: state) != nil)
        let other = ChargeState(charge: -1, multiplicity: 3)
        #expect(checkpoint.obstacle(molecule: checkpoint.molecule, basisFingerprint: "abc", state: other) != nil)
    }

    @Test func everyDamageIsFound() throws {
        let bytes = Array(try checkpoint(unrestricted: true).data())
        for cut in 0..<bytes.count {
            #expect(throws: CheckpointError.self) { try Checkpoint(bytes: Array(bytes[..<cut]), path: "c") }
        }
        for index in bytes.indices {
            var damaged = bytes
            damaged[index] ^= 0x40
            #expect(throws: CheckpointError.self) { try Checkpoint(bytes: damaged, path: "c") }
        }
    }
}

@Suite struct SymmetricMatrixFileTests {
    private let matrices = [
        Matrix(rows: 2, columns: 2, elements: [0.1, -1.0 / 3, -1.0 / 3, 4e-200]),
        Matrix(rows: 2, columns: 2, elements: [1, 2, 2, 3]),
    ]

    @Test func readsWhatItWrites() throws {
        #expect(try SymmetricMatrixFile(bytes: Array(SymmetricMatrixFile(matrices).data()), path: "m").matrices == matrices)
        #expect(try SymmetricMatrixFile(bytes: Array(SymmetricMatrixFile([]).data()), path: "m").matrices.isEmpty)
    }

    @Test func everyDamageIsFound() throws {
        let bytes = Array(try SymmetricMatrixFile(matrices).data())
        for cut in 0..<bytes.count {
            #expect(throws: CheckpointError.self) { try SymmetricMatrixFile(bytes: Array(bytes[..<cut]), path: "m") }
        }
        for index in bytes.indices {
            var damaged = bytes
            damaged[index] ^= 0x40
            #expect(throws: CheckpointError.self) { try SymmetricMatrixFile(bytes: damaged, path: "m") }
        }
    }
}

@Suite struct AtomicFileTests {
    private func temporaryFolder() throws -> URL {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("esp-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        return url
    }

    @Test func replacesAndLeavesNothingBehind() throws {
        let folder = try temporaryFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appendingPathComponent("a b.txt")
        try AtomicFile.write(Data("one".utf8), to: file)
        try AtomicFile.write(Data("two".utf8), to: file)
        #expect(try String(contentsOf: file, encoding: .utf8) == "two")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["a b.txt"])
    }

    @Test func failsWithNameAndCure() throws {
        let folder = try temporaryFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        try AtomicFile.createFolder(folder.appendingPathComponent("x/y/z"))
        try AtomicFile.createFolder(folder.appendingPathComponent("x/y/z"))
        #expect {
            try AtomicFile.write(Data("one".utf8), to: folder.appendingPathComponent("missing/file"))
        } throws: { "\($0)".contains("missing/file") && "\($0)".contains("--output") }
        #expect(throws: OutputFileError.self) {
            try AtomicFile.write(Data("one".utf8), to: folder.appendingPathComponent("x"))
        }
        try AtomicFile.write(Data("one".utf8), to: folder.appendingPathComponent("file"))
        #expect(throws: OutputFileError.self) { try AtomicFile.createFolder(folder.appendingPathComponent("file")) }
        #expect(throws: OutputFileError.self) { try AtomicFile.createFolder(folder.appendingPathComponent("file/below")) }
        #expect(throws: OutputFileError.self) { try AtomicFile.createFolder(URL(fileURLWithPath: "/proc/esp")) }
        #expect(Set(try FileManager.default.contentsOfDirectory(atPath: folder.path)) == ["x", "file"])
    }
}
