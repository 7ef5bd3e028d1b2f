import Foundation
import GaussianBasis
import MolecularStructure
import TestSupport
import Testing

@testable import BasisSets
@testable import FileFormats

@Suite struct Gaussian94Tests {
    private let sample = """
        ! Basis set: Test
        ! Aliases: T1, T2*
        ! Function type: cartesian
        ! Reference: somebody
        ****
        -C     0
        S   2   1.00
              2.0D+00   0.5
              1.0       0.75  ! comment
        SP   1   2.00
              0.25      1.0   1.0
        D   1   1.00
              0.8       1.0
        ****
        Nb 0
        F 1 1.0
          1.5 1.0
        ****

        NB     0
        NB-ECP     2     28
        d-ul potential
          1
        1 10.5 -2.0
        s-d potential
          2
        0 3.0 4.0
        2 5.0 6.0D0
        p-d potential
          0
        """

    private func read(_ text: String) throws -> BasisSet {
        try Gaussian94.basisSet(TextFile(path: "test.gbs", bytes: Array(text.utf8), expected: "a basis set"))
    }

    private func element(_ symbol: String) throws -> Element { try #require(Element(symbol: symbol)) }

    @Test func readsShellsAndPotentials() throws {
        let set = try read(sample)
        #expect(set.name == "Test" && set.aliases == ["T1", "T2*"] && set.functionType == .cartesianD)
        #expect(set.references == ["somebody"])
        let symbol = try element("C")
        let carbon = try #require(set.elements[symbol])
        #expect(carbon.shells.count == 3)
        #expect(carbon.shells[0].exponents == [2, 1])
        #expect(carbon.shells[1].exponents == [1.0])  // 0.25 times the square of the scale factor
        #expect(carbon.shells[1].contractions.map(\.angularMomentum) == [0, 1])
        let niobium = try element("Nb")
        let potential = try #require(set.elements[niobium]?.effectiveCorePotential)
        #expect(potential.coreElectrons == 28)
        #expect(potential.local == [.init(power: 1, exponent: 10.5, coefficient: -2)])
        #expect(potential.projected.count == 2)
        #expect(
            potential.projected[0] == [
                .init(power: 0, exponent: 3, coefficient: 4), .init(power: 2, exponent: 5, coefficient: 6),
            ])
        #expect(potential.projected[1].isEmpty)
    }

    @Test func writesWhatItReads() throws {
        for set in [try read(sample), try Gaussian94.basisSet(readingFrom: Repository.basisSets.path + "/lanl2mb.gbs")] {
            let again = try read(Gaussian94.text(set))
            #expect(again.elements == set.elements)
            #expect(again.name == set.name && again.functionType == set.functionType && again.aliases == set.aliases)
        }
    }

    @Test(arguments: [
        ("", "empty"), ("hello world", "not an element"), ("C 0", "last of the file"), ("C 0\n****", "no functions"),
        ("C 0\nS 1 1.0\n1.0 1.0\n", "****"), ("C 0\nS 2 1.0\n1.0 1.0\n****", "not a finite number"),
        ("C 0\nS x 1.0\n", "primitives"), ("C 0\nS 999999999 1.0\n1 1\n", "primitives"), ("C 0\nQ 1 1.0\n1 1\n", "shell type"),
        ("C 0\nS 1 0.0\n1 1\n", "scale factor"), ("C 0\nS 1 1.0\n-1 1\n****", "not positive"),
        ("C 0\nS 1 1.0\n1 0\n****", "normalised"), ("C 0\nS 1 1.0\n1 1 1\n****", "3 numbers instead of 2"),
        ("C 0\nS 1 1.0\nnan 1\n****", "not a finite"), ("C 0\nS 1 1.\n1 1\n****\nC 0\nS 1 1.\n1 1\n****", "second time"),
        ("C 0\nC-ECP 2 2\n", "incomplete"), ("C 0\nC-ECP 1 2\np\n1\n1 1 1\ns-p\n1\n1 1 1\n", "no basis functions"),
        ("C 0\nC-ECP 1 20\np\n1\n1 1 1\ns-p\n1\n1 1 1\n", "more than C has"),
        ("C 0\nC-ECP 1 2\ns-p\n1\n1 1 1\np\n1\n1 1 1\n", "stands where"), ("C 0\nC-ECP 1 2\np\nx\n", "number of terms"),
        ("C 0\nC-ECP 1 2\np\n1\n1.5 1 1\n", "power"), ("C 0\nC-ECP 99 2\np\n1\n1 1 1\n", "out of range"),
    ])
    func refuses(text: String, expected: String) {
        do {
            _ = try read(text)
            Issue.record("no error")
        } catch {
            #expect("\(error)".contains(expected), "\(error)")
            #expect("\(error)".hasPrefix("test.gbs"), "\(error)")
        }
    }

    @Test func survivesDamage() throws {
        let bytes = Array(sample.utf8)
        for cut in 0...bytes.count {
            _ = try? Gaussian94.basisSet(TextFile(path: "t", bytes: Array(bytes[..<cut]), expected: "x"))
        }
        for index in bytes.indices {
            for byte: UInt8 in [9, 10, 32, 42, 45, 48, 57, 83, 200] {
                var damaged = bytes
                damaged[index] = byte
                _ = try? Gaussian94.basisSet(TextFile(path: "t", bytes: damaged, expected: "x"))
            }
        }
    }
}

@Suite struct BasisSetExchangeJSONTests {
    private let sample = """
        {"molssi_bse_schema": {"schema_type": "complete"}, "name": "T",
         "elements": {"41": {"electron_shells": [
            {"function_type": "gto", "region": "", "angular_momentum": [0, 1], "exponents": ["2.0", "1.0D0"],
             "coefficients": [["0.5", "0.75"], ["0.25", "1"]]},
            {"function_type": "gto_spherical", "angular_momentum": [2], "exponents": ["1.5", "0.5"],
             "coefficients": [["1.0", "0.5"], ["0.0", "1.0"]]}],
           "ecp_potentials": [
            {"angular_momentum": [1], "ecp_type": "scalar_ecp", "r_exponents": [2], "gaussian_exponents": ["3.0"], "coefficients": [["-4.0"]]},
            {"angular_momentum": [0], "ecp_type": "scalar_ecp", "r_exponents": [0, 1], "gaussian_exponents": ["5.0", 6], "coefficients": [["7.0", 8.5]]}],
           "ecp_electrons": 28, "references": [{"reference_keys": ["a", "b"]}]}}}
        """

    private func read(_ text: String) throws -> BasisSet {
        try BasisSetExchangeJSON.basisSet(Array(text.utf8), path: "test.json")
    }

    @Test func readsShellsAndPotentials() throws {
        let set = try read(sample)
        let symbol = try #require(Element(symbol: "Nb"))
        let niobium = try #require(set.elements[symbol])
        #expect(set.functionType == .pure && set.references == ["a", "b"])
        #expect(niobium.shells.map { $0.contractions.map(\.angularMomentum) } == [[0, 1], [2], [2]])
        #expect(niobium.shells[0].exponents == [2, 1])
        let potential = try #require(niobium.effectiveCorePotential)
        #expect(potential.local == [.init(power: 2, exponent: 3, coefficient: -4)])
        #expect(
            potential.projected == [
                [.init(power: 0, exponent: 5, coefficient: 7), .init(power: 1, exponent: 6, coefficient: 8.5)]
            ])
    }

    @Test func refusesDamage() {
        for (from, to) in [
            ("\"28\"", "28"), ("[0, 1], \"exp", "[0, 1, 2], \"exp"), ("scalar_ecp", "spinorbit_ecp"), ("\"2.0\"", "\"x\""),
            ("28,", "99,"),
            ("\"41\"", "\"Nb\""), ("}}}", ""), ("elements", "atoms"), ("\"2.0\"", "\"-2.0\""), ("[0.5", "[1e999"),
        ] where sample.contains(from) {
            do {
                _ = try read(sample.replacingOccurrences(of: from, with: to))
                Issue.record("no error for \(to)")
            } catch { #expect("\(error)".hasPrefix("test.json"), "\(error)") }
        }
        let bytes = Array(sample.utf8)
        for cut in stride(from: 0, to: bytes.count - 1, by: 3) {
            #expect(throws: InputFileError.self) { try BasisSetExchangeJSON.basisSet(Array(bytes[..<cut]), path: "t") }
        }
    }
}

@Suite struct BasisAssignmentTests {
    private func library() throws -> BasisSetLibrary { try BasisSetLibrary(folder: Repository.basisSets.path) }

    @Test("a file that cannot be read matters where its set is asked for, and nowhere else")
    func unreadableFile() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("esp-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let good = try #require(try library().entries.first { $0.name == "STO-3G" })
        try FileManager.default.copyItem(atPath: good.path, toPath: folder.appendingPathComponent("sto-3g.gbs").path)
        try Data([0, 1, 2, 0xFF]).write(to: folder.appendingPathComponent("binary.gbs"))
        try FileManager.default.createDirectory(
            at: folder.appendingPathComponent("folder.gbs"), withIntermediateDirectories: true)
        let library = try BasisSetLibrary(folder: folder.path)
        #expect(library.entries.map(\.name).sorted() == ["STO-3G", "binary", "folder"])
        #expect(
            try library.basisSet(named: "sto-3g").elements.count == (try self.library().basisSet(named: "STO-3G")).elements.count)
        for name in ["binary", "folder"] { #expect(throws: InputFileError.self) { try library.basisSet(named: name) } }
    }

    private func molecule(_ symbols: String...) throws -> Molecule {
        Molecule(
            atoms: try symbols.enumerated().map {
                Atom(element: try #require(Element(symbol: $0.element)), positionInBohr: SIMD3(Double(3 * $0.offset), 0, 0))
            })
    }

    @Test func defaultRule() throws {
        let resolved = try BasisAssignment(general: "paper").resolve(
            for: molecule("C", "O", "Cl", "Al", "Nb", "Zr"), in: library())
        let names = Dictionary(uniqueKeysWithValues: resolved.setNames.map { ($0.key.symbol, $0.value) })
        #expect(names == ["C": "6-31G", "O": "6-31G", "Cl": "6-31G", "Al": "LANL2MB", "Nb": "LANL2MB", "Zr": "LANL2MB"])
        #expect(resolved.functionType == .pure)
        #expect(resolved.basis.effectiveNuclearCharges == [6, 8, 17, 3, 13, 12])
    }

    @Test func complexHasTheExpectedSize() throws {
        let file = try XYZFile(readingFrom: Repository.molecules.path + "/nb-al-tcbq.xyz")
        let resolved = try BasisAssignment(general: "paper").resolve(for: file.molecule, in: library())
        #expect(resolved.basis.functionCount == 245)
    }

    @Test func missingElementNamesTheCure() throws {
        #expect {
            try BasisAssignment(general: "paper").resolve(for: molecule("C", "Ce"), in: library())
        } throws: { "\($0)".contains("--basis-for Ce=def2-SVP") }
    }

    @Test func namesAndAliases() throws {
        let library = try library()
        for (name, expected) in [
            ("sto-3g", "STO-3G"), ("6-31G*", "6-31G(d)"), ("6-31g(D,p)", "6-31G(d,p)"), ("def2svp", "def2-SVP"),
            ("CC-PVTZ", "cc-pVTZ"), ("6-31+G**", "6-31+G(d,p)"), ("6-31++g**", "6-31++G(d,p)"), ("6-31+G*", "6-31+G(d)"),
            ("6-311++G(d,p)", "6-311++G(d,p)"), ("6-311+G(2d,p)", "6-311+G(2d,p)"), ("sdd", "SDD"), ("def2-TZVPP", "def2-TZVPP"),
            ("ma-def2-tzvp", "ma-def2-TZVP"), ("PCSEG-2", "pcseg-2"), ("cc-pVTZ-PP", "cc-pVTZ-PP"), ("lanl2tz", "LANL2TZ"),
        ] { #expect(try library.entry(named: name).name == expected) }
        #expect { try library.entry(named: "def2-TZVPX") } throws: { "\($0)".contains("def2-TZVP") }
        #expect(throws: BasisSetError.self) { try library.entry(named: String(repeating: "x", count: 100_000)) }
    }

    @Test func everySetOfTheLibraryReads() throws {
        let library = try library()
        #expect(library.entries.count >= 30)
        for entry in library.entries {
            let set = try library.basisSet(named: entry.name)
            #expect(!set.elements.isEmpty && !set.references.isEmpty, "\(entry.name)")
        }
        let minimal = try library.basisSet(named: "LANL2MB")
        // Every element that LANL2DZ has a core potential for.
        let large = try library.basisSet(named: "LANL2DZ").elements.filter { $0.value.effectiveCorePotential != nil }
        for (element, basis) in large {
            #expect(minimal.elements[element]?.effectiveCorePotential == basis.effectiveCorePotential, "\(element.symbol)")
        }
        let carbon = try #require(Element(symbol: "C"))
        #expect(minimal.elements[carbon] == (try library.basisSet(named: "STO-3G")).elements[carbon])
    }

    @Test func conventionOfFunctions() throws {
        let water = try molecule("O", "H", "H")
        let library = try library()
        #expect(try BasisAssignment(general: "6-31G*").resolve(for: water, in: library).functionType == .cartesianD)
        #expect(
            try BasisAssignment(general: "6-31G*", functionType: .pure).resolve(for: water, in: library).functionType == .pure)
        let oxygen = try #require(Element(symbol: "O"))
        let mixed = BasisAssignment(general: "6-31G*", elementSets: [oxygen: "cc-pVDZ"])
        #expect(try mixed.resolve(for: water, in: library).functionType == .pure)
    }

    @Test func parsesAssignments() throws {
        let choice = try BasisAssignment.parse("Nb, al=LANL2MB")
        #expect(choice.elements.map(\.symbol) == ["Nb", "Al"] && choice.name == "LANL2MB" && choice.atoms.isEmpty)
        let atoms = try BasisAssignment.parse("Cl1,cl5, 7-9,H=STO-3G")
        #expect(
            atoms.atoms.map(\.index) == [0, 4, 6, 7, 8] && atoms.atoms.map { $0.element?.symbol } == ["Cl", "Cl", nil, nil, nil])
        #expect(atoms.elements.map(\.symbol) == ["H"])
        for text in [
            "", "=", "Nb", "Nb=", "Qq=STO-3G", "Nb,=STO-3G", "=STO-3G", "Cl0=STO-3G", "5-3=STO-3G", "Cl1-3=STO-3G", "1-=STO-3G",
        ] {
            #expect(throws: BasisSetError.self) { try BasisAssignment.parse(text) }
        }
    }

    @Test func keepsReferencesOfTheElementsThatOccur() throws {
        let resolved = try BasisAssignment(general: "6-31G").resolve(for: molecule("O", "H"), in: library())
        #expect(resolved.references.contains { $0.hasPrefix("H [") } && resolved.references.contains { $0.hasPrefix("C-F [") })
        #expect(!resolved.references.contains { $0.hasPrefix("He [") || $0.hasPrefix("Na-Ar [") })
        let oxygen = try #require(Element(symbol: "O"))
        #expect(BasisReference.concerns(oxygen, "Someone: A title") && BasisReference.concerns(oxygen, "Li, N-F: x"))
    }

    @Test func refusesHighAngularMomenta() throws {
        #expect { try BasisAssignment(general: "cc-pVQZ").resolve(for: molecule("Ti"), in: library()) } throws: {
            "\($0)".contains("h functions")
        }
    }

    @Test func fingerprintFollowsTheBasis() throws {
        let water = try molecule("O", "H", "H")
        let library = try library()
        let a = try BasisAssignment(general: "STO-3G").resolve(for: water, in: library).fingerprint
        let b = try BasisAssignment(general: "STO-3G").resolve(for: water, in: library).fingerprint
        let c = try BasisAssignment(general: "6-31G").resolve(for: water, in: library).fingerprint
        #expect(a == b && a != c && a.count == 16)
    }
}
