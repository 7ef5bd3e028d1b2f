import Foundation
import MolecularStructure
import TestSupport
import Testing

@testable import FileFormats

@Suite struct XYZFileTests {
    private func read(_ text: String, units: LengthUnit? = nil) throws -> XYZFile {
        try XYZFile(TextFile(path: "test.xyz", bytes: Array(text.utf8), expected: "a molecule in XYZ form"), units: units)
    }

    /// The message of the error that reading `text` must throw.
    private func message(_ text: String) -> String {
        do {
            _ = try read(text)
            return "no error"
        } catch { return "\(error)" }
    }

    @Test func readsPlainFile() throws {
        let file = try read("2\nhydrogen molecule\nH 0 0 0\nH 0.0 0.0 0.74\n")
        #expect(file.molecule.atoms.count == 2)
        #expect(abs(file.molecule.atoms[1].position.z - 0.74 / PhysicalConstants.bohrInAngstrom) < 1e-14)
        #expect(file.comment == "hydrogen molecule")
        #expect(file.charge == nil && file.multiplicity == nil && file.notes.isEmpty)
    }

    @Test func readsChargeAndMultiplicity() throws {
        for (comment, charge, multiplicity) in [
            ("charge=-1 spin=2", -1, 2), ("total_charge=+1 total_spin=2", 1, 2), ("Charge = -1, Multiplicity = 2;", -1, 2),
            ("name=\"a b=c\" charge=-1.0 multiplicity=2", -1, 2), ("charge=\"-1\" spin='2' pbc=\"F F F\"", -1, 2),
        ] {
            let file = try read("1\n\(comment)\nH 0 0 0\n")
            #expect(file.charge == charge, "\(comment)")
            #expect(file.multiplicity == multiplicity, "\(comment)")
        }
    }

    @Test func freeTextIsNoHeader() throws {
        let file = try read("1\n[NbCl5] = a \"half quote, E=-1.5 charge 3 = {x\nH 0 0 0\n")
        #expect(file.charge == nil && file.multiplicity == nil)
    }

    @Test(
        arguments: [
            ("charge: -1 mult: 2", -1, 2), ("charge:-1,mult:2", -1, 2), ("mult=4", nil, 4),
            ("Charge -1 Multiplicity 2", -1, 2), ("charge -1", -1, nil), ("chrg=1; spin_multiplicity=2", 1, 2),
            ("charge : 1", 1, nil),
            ("phenolate charge: -1", -1, nil), ("mult 2 charge 1 bohr", 1, 2), ("spin: 2", nil, 2), ("CHARGE=-1 MULT=2", -1, 2),
        ] as [(String, Int?, Int?)])
    func readsOtherForms(comment: String, charge: Int?, multiplicity: Int?) throws {
        let file = try read("1\n\(comment)\nCl 0 0 0\n")
        #expect(file.charge == charge && file.multiplicity == multiplicity && file.notes.isEmpty, "\(comment)")
    }

    @Test func twoIntegersAreChargeAndMultiplicityWhereTheyFit() throws {
        let anion = try read("2\n-1 1\nO 0 0 0\nH 0 0 1\n")
        #expect(anion.charge == -1 && anion.multiplicity == 1)
        #expect(anion.notes == ["'-1 1' in the second line was read as charge and multiplicity"])
        #expect(try read(anion.text).charge == -1)
        for comment in ["0 1", "12 4000", "3 0", "500 1"] {
            let file = try read("2\n\(comment)\nO 0 0 0\nH 0 0 1\n")
            #expect(file.charge == nil && file.multiplicity == nil, "\(comment)")
            #expect(file.notes.count == 1 && file.notes[0].contains("was not read"), "\(file.notes)")
        }
    }

    @Test(arguments: [
        "step 1 2", "-76.4264", "-76.4264 1", "1 2 3", "frame 12", "12", "energy: -76.4 gradient: 0.1", "1.0 2.0",
        "charge transfer",
        "E=-40.5", "spin density", "O=C=O", "unit cell 3", "water 0 1", "2022-03-01 12:30", "mult-reference", "[NbCl4]+",
    ])
    func leavesTitlesAlone(comment: String) throws {
        let file = try read("1\n\(comment)\nO 0 0 0\n")
        #expect(file.charge == nil && file.multiplicity == nil && file.notes.isEmpty, "\(comment) \(file.notes)")
        #expect(file.molecule.atoms[0].position == .zero)
    }

    @Test(arguments: [
        ("water, charge -1", "charge -1"), ("the triplet", "triplet"), ("radical anion", "anion"), ("-1", "-1"), ("+2", "+2"),
        ("minimum, mult 3", "mult 3"), ("coordinates in bohr", "bohr"), ("run 7 spin 2", "spin 2"),
    ])
    func saysWhatItDidNotRead(comment: String, part: String) throws {
        let file = try read("1\n\(comment)\nO 0 0 0\n")
        #expect(file.charge == nil && file.multiplicity == nil)
        #expect(file.notes.count == 1 && file.notes.first?.contains("'\(part)'") == true, "\(comment) \(file.notes)")
    }

    @Test func whatIsOverriddenMayBeWrong() throws {
        func read(_ text: String, _ overridden: Set<XYZFile.HeaderEntry>) throws -> XYZFile {
            try XYZFile(TextFile(path: "t.xyz", bytes: Array(text.utf8), expected: "x"), units: .bohr, overridden: overridden)
        }
        let bad = "1\ncharge=x spin=0 units=parsec\nO 0 0 0\n"
        let all = try read(bad, [.charge, .multiplicity])
        #expect(all.charge == nil && all.multiplicity == nil)
        #expect(throws: InputFileError.self) { try read(bad, [.charge]) }
        let kept = try read("1\ncharge=-1 spin=2\nO 0 0 0\n", [.charge, .multiplicity])
        #expect(kept.charge == -1 && kept.multiplicity == 2)
    }

    @Test func readsUnitsInOtherForms() throws {
        for comment in ["units: bohr", "units : bohr", "bohr", "unit bohr", "charge: 0 units: bohr"] {
            #expect(try read("1\n\(comment)\nH 1 0 0").molecule.atoms[0].position.x == 1, "\(comment)")
        }
    }

    @Test func readsUnits() throws {
        #expect(try read("1\nunits=bohr\nH 1 0 0").molecule.atoms[0].position.x == 1)
        #expect(try read("1\n\nH 1 0 0", units: .bohr).molecule.atoms[0].position.x == 1)
        #expect(try read("1\nunits=bohr\nH 1 0 0", units: .angstrom).molecule.atoms[0].position.x > 1.8)
    }

    @Test func readsPropertiesColumns() throws {
        let file = try read(
            "1\nLattice=\"9 0 0 0 9 0 0 0 9\" Properties=id:I:1:pos:R:3:species:S:1:tag:S:1 units=bohr\n7 1 2 3 Nb here\n")
        #expect(file.molecule.atoms[0].element.symbol == "Nb")
        #expect(file.molecule.atoms[0].position == SIMD3(1, 2, 3))
        #expect(file.notes.count == 1)
    }

    @Test func toleratesLineEndingsTabsAndFortranNumbers() throws {
        for ending in ["\n", "\r\n", "\r"] {
            let file = try read(["2", "c", "\tcl\t0.0D0\t-1.5d+00\t1E0  ", "41 3 0 0 0.25", "", " "].joined(separator: ending))
            #expect(file.molecule.atoms.map(\.element.symbol) == ["Cl", "Nb"])
            #expect(abs(file.molecule.atoms[0].position.y * PhysicalConstants.bohrInAngstrom + 1.5) < 1e-14)
        }
    }

    @Test func readsLabels() throws {
        let file = try read("4\n\nC1 0 0 0\nCl_12 2 0 0\nD 4 0 0\nNB 6 0 0\n")
        #expect(file.molecule.atoms.map(\.element.symbol) == ["C", "Cl", "H", "Nb"])
    }

    /// As Gaussian, Psi4, PySCF, ORCA and NWChem label them.
    @Test func readsGhostAtoms() throws {
        let labels = [
            "Cl-Bq", "Gh(Cl)", "gh(cl3)", "@CL", "Cl:", "Bq-Cl", "bqCl", "X-Cl", "X_Cl12", "GHOST-Cl", "ghost_cl", "Ghost:Cl",
        ]
        for label in labels {
            let file = try read("2\n\nXe 0 0 0\n\(label) 0 0 3\n")
            #expect(file.molecule.atoms.map(\.element.symbol) == ["Xe"], "\(label)")
            #expect(file.molecule.ghosts.map { $0.element?.symbol } == ["Cl"], "\(label)")
            #expect(abs(file.molecule.ghosts[0].position.z * PhysicalConstants.bohrInAngstrom - 3) < 1e-12)
            #expect(file.molecule.totalAtomicNumber == 54 && file.molecule.centerSymbols == ["Xe", "Cl-Bq"])
            #expect(try read(file.text).molecule == file.molecule)
        }
        for (text, expected) in [
            ("2\n\n@H 0 0 0\nH 0 0 1\n", "line 4: the atom H stands behind a ghost atom (line 3)"),
            ("1\n\nH-Bq 0 0 0\n", "all atoms are ghost"),
            ("2\n\nH 0 0 0\nBq 0 0 1\n", "as in Cl-Bq"), ("2\n\nH 0 0 0\nX-Qq 0 0 1\n", "not an element"),
            ("2\n\nH 0 0 0\n@He 0 0 0\n", "lies on atom 1"), ("2\n\nH 0 0 0\nXCl 0 0 1\n", "not an element"),
        ] { #expect(message(text).contains(expected), "\(message(text))") }
    }

    @Test(arguments: [
        ("", "empty"), ("\n \n", "empty"), ("x\n\nH 0 0 0", "line 1"), ("2\n\nH 0 0 0\n", "promises 2 atoms, but only 1"),
        ("2\n\nH 0 0 0\n\nH 0 0 1\n", "only 1"), ("99999999999999999999999\n", "too large"), ("-3\n", "is -3"), ("0\n\n", "is 0"),
        ("1000000000\n", "more than this program"), ("1", "only 0"), ("1\n\nQq 0 0 0", "'Qq' is not an element"),
        ("1\n\nU 0 0 0", "beyond radon"), ("1\n\n92 0 0 0", "beyond radon"), ("1\n\nX 0 0 0", "dummy"),
        ("1\n\nH nan 0 0", "not a finite number"), ("1\n\nH 0 inf 0", "not a finite number"),
        ("1\n\nH 0 1e999 0", "not a finite"),
        ("1\n\nH 0 0x1p3 0", "not a finite number"), ("1\n\nH 1,5 0 0", "point"), ("1\n\nH 0 0", "4 columns"),
        ("1\n\nH 0 0 1e9", "out of range"), ("2\n\nH 0 0 0\nC 0 0 0.01\n", "line 4: atom 2 (C) lies on atom 1"),
        ("1\n\nH 0 0 0\nmore", "line 4: there is text after"), ("1\n\nH 0 0 0\n1\n\nH 0 0 0\n", "second structure"),
        ("1\n\nH 0 0 0 word", "behind the coordinates"), ("1\ncharge=x\nH 0 0 0", "line 2: charge=x"),
        ("1\ncharge=0.5\nH 0 0 0", "charge=0.5"), ("1\nspin=0\nH 0 0 0", "spin=0"),
        ("1\ncharge=1 total_charge=2\nH 0 0 0", "contradict"), ("1\nunits=parsec\nH 0 0 0", "unit of length"),
        ("1\nProperties=pos:R:3\nH 0 0 0", "does not name"), ("1\nProperties=species:S:1:pos:R:x\nH 0 0 0", "does not name"),
        ("1\nProperties=species:S:1:pos:R:3:f:R:3\nH 0 0 0", "7 columns"),
    ])
    func refuses(text: String, expected: String) {
        let message = message(text)
        #expect(message.contains(expected), "\(message)")
        #expect(message.hasPrefix("test.xyz"), "\(message)")
    }

    @Test func refusesBinaryFile() {
        #expect(message("1\n\u{0}\u{1}H 0 0 0").contains("line 2"))
    }

    @Test func refusesWhatIsNoFile() {
        for (path, expected) in [("/tmp", "a folder"), ("/dev/zero", "a device"), ("/nowhere/x.xyz", "no such file")] {
            do {
                _ = try XYZFile(readingFrom: path)
                Issue.record("no error for \(path)")
            } catch { #expect("\(error)".contains(expected)) }
        }
    }

    /// Every prefix of a valid file and every single changed byte either reads or throws; none crashes.
    @Test func survivesDamage() throws {
        let text = Array("2\ncharge=-1 Properties=species:S:1:pos:R:3 x=\"a\"\nNb 0.0 1.0D0 2.0\nCl -1.25 0 1e1\n".utf8)
        var reached = 0
        for cut in 0...text.count {
            _ = try? XYZFile(TextFile(path: "t", bytes: Array(text[..<cut]), expected: "x"))
            reached += 1
        }
        for index in text.indices {
            for byte: UInt8 in [0, 9, 10, 13, 32, 34, 45, 48, 61, 65, 123, 128, 255] {
                var damaged = text
                damaged[index] = byte
                _ = try? XYZFile(TextFile(path: "t", bytes: damaged, expected: "x"))
                reached += 1
            }
        }
        #expect(reached == text.count * 14 + 1)
    }

    @Test func writesWhatItReads() throws {
        let file = try read("2\nnote charge=-1 spin=2\nNb 0.1234567891 0 0\nCl 0 0 2.5\n")
        let again = try read(file.text)
        #expect(again.charge == -1 && again.multiplicity == 2)
        for (a, b) in zip(file.molecule.atoms, again.molecule.atoms) {
            #expect(a.element == b.element)
            #expect(distance(a.position, b.position) < 1e-9)
        }
    }
}
