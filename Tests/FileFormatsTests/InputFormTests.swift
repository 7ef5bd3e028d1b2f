import Foundation
import GaussianBasis
import MolecularStructure
import TestSupport
import Testing

@testable import BasisSets
@testable import FileFormats

/// Structures and basis sets in the forms in which people have them.
@Suite struct InputFormTests {
    private func text(_ text: String, _ path: String = "file") throws -> TextFile {
        try TextFile(path: path, bytes: Array(text.utf8), expected: "a file")
    }

    private func written(_ text: String, _ name: String) throws -> String {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("esp-\(UUID().uuidString)-\(name)")
        try Data(text.utf8).write(to: url)
        return url.path
    }

    @Test func framesOfATrajectory() throws {
        let file = try text("1\nfirst\nH 0 0 0\n2\nsecond\nH 0 0 0\nCl 0 0 1.3\n\n1\ncharge=-1\nF 0 0 0\n")
        #expect(try XYZFile(file, frame: .number(2)).molecule.atoms.map(\.element.symbol) == ["H", "Cl"])
        let last = try XYZFile(file, frame: .last)
        #expect(last.molecule.atoms.map(\.element.symbol) == ["F"] && last.charge == -1)
        let several = #expect(throws: InputFileError.self) { _ = try XYZFile(file) }
        #expect(several?.description.contains("--frame last") ?? false)
        let missing = #expect(throws: InputFileError.self) { _ = try XYZFile(file, frame: .number(4)) }
        #expect(missing?.description.contains("3 structures") ?? false, "\(missing?.description ?? "")")
        // Lines keep their numbers in the whole file, and an incomplete end matters only to those who need it.
        let damaged = try text("1\n\nH 0 0 0\n1\n\nXq 0 0 0\n2\n\nH 0 0 0\n")
        let line = #expect(throws: InputFileError.self) { _ = try XYZFile(damaged, frame: .number(2)) }
        #expect(line?.description.contains("line 6") ?? false, "\(line?.description ?? "")")
        #expect(try XYZFile(damaged, frame: .number(1)).molecule.atoms.count == 1)
        #expect(throws: InputFileError.self) { _ = try XYZFile(damaged, frame: .last) }
        let twice = try text("1\n\nH 0 0 0\n2\n\nH 0 0 0\nH 0 0 0\n")
        let both = #expect(throws: InputFileError.self) { _ = try XYZFile(twice, frame: .number(2)) }
        #expect(
            both?.description.contains("line 7") == true && both?.description.contains("(H, line 6)") == true,
            "\(both?.description ?? "")")
    }

    /// A molecule in the form of QM9, with Mathematica's exponents.
    @Test func moleculesOfQM9() throws {
        let properties = Array(repeating: "1.0", count: 15).joined(separator: "\t")
        let file = try text(
            "3\ngdb 3\t\(properties)\nO\t-0.03\t0.97\t1.5*^-2\t-0.58\nH\t0.06\t0.02\t2.*^-3\t0.29\nH\t0.87\t1.3\t7.*^-4\t0.29\n"
                + "1671.4\t3803.6\t3907.7\nO\tO\nInChI=1S/H2O/h1H2\tInChI=1S/H2O/h1H2\n")
        let molecule = try XYZFile(file)
        #expect(molecule.molecule.atoms.count == 3 && molecule.notes.contains { $0.contains("QM9") })
        #expect(abs(molecule.molecule.atoms[0].position.z * PhysicalConstants.bohrInAngstrom - 0.015) < 1e-12)
        #expect(NumberParsing.double("1*5") == nil && NumberParsing.double("1^5") == nil && NumberParsing.double("2*^3") == 2000)
    }

    private static let hydrogen = "H 0\nS 1 1.0\n 0.5 1.0\nD 1 1.0\n 0.9 1.0\n****\n"

    @Test(arguments: [
        ("", AngularFunctionType.pure), ("spherical\n\n", .pure), ("cartesian\n****\n", .cartesian),
        ("! comment\nCartesian\n", .cartesian),
    ])
    func filesOfPsi4SayTheKindOfFunctions(head: String, type: AngularFunctionType) throws {
        #expect(try Gaussian94.basisSet(text(head + Self.hydrogen)).functionType == type)
        let path = try written(head + Self.hydrogen, "own.gbs")
        defer { try? FileManager.default.removeItem(atPath: path) }
        let molecule = try XYZFile(text("1\n\nH 0 0 0\n")).molecule
        let library = try BasisSetLibrary(folder: Repository.root.appendingPathComponent("BasisSets").path)
        #expect(try BasisAssignment(files: [path]).resolve(for: molecule, in: library).functionType == type)
        // Beside a set of the library, and against the user's word, the file's does not count.
        let two = try XYZFile(text("2\n\nH 0 0 0\nF 0 0 1\n")).molecule
        #expect(try BasisAssignment(general: "STO-3G", files: [path]).resolve(for: two, in: library).functionType == .pure)
        #expect(try BasisAssignment(files: [path], functionType: .pure).resolve(for: molecule, in: library).functionType == .pure)
    }

    @Test(arguments: [
        ([("gto_cartesian", 2)], AngularFunctionType.cartesian), ([("gto_spherical", 2)], .pure), ([("gto", 1)], .pure),
        ([("gto_cartesian", 2), ("gto_spherical", 3)], .cartesianD),
    ])
    func basisSetExchangeSaysTheKindOfFunctions(shells: [(String, Int)], type: AngularFunctionType) throws {
        let list = shells.map {
            "{\"function_type\": \"\($0.0)\", \"angular_momentum\": [\($0.1)], \"exponents\": [\"0.5\"], \"coefficients\": [[\"1.0\"]]}"
        }
        let json = "{\"name\": \"x\", \"elements\": {\"1\": {\"electron_shells\": [\(list.joined(separator: ", "))]}}}"
        #expect(try BasisSetExchangeJSON.basisSet(Array(json.utf8), path: "x").functionType == type)
    }

    private static let silver = """
        #BASIS SET: (2s,1p) -> [2s,1p]
        BASIS "ao basis" SPHERICAL PRINT
        Ag    S
              2.50            -0.30          0.0
              1.10             0.90          1.0
        Ag    SP
              0.05             1.00          0.5
        END
        ECP
        Ag nelec 28
        Ag ul
        2      1.0       0.0
        Ag s
        2      2.3      10.5
        1      0.9       1.5
        Ag p
        2      2.0       8.25
        END
        """

    @Test func basisSetsOfNWChem() throws {
        let set = try NWChemBasis.basisSet(text(Self.silver))
        let silver = try #require(Element(symbol: "Ag"))
        let basis = try #require(set.elements[silver])
        #expect(set.functionType == .pure && basis.shells.count == 3)
        #expect(basis.shells[1].contractions == [Contraction(angularMomentum: 0, coefficients: [0, 1])])
        #expect(basis.shells[2].contractions.map(\.angularMomentum) == [0, 1])
        let potential = try #require(basis.effectiveCorePotential)
        #expect(potential.coreElectrons == 28 && potential.projected.count == 2 && potential.local.count == 1)
        #expect(potential.projected[0][1] == .init(power: 1, exponent: 0.9, coefficient: 1.5))
        let cartesian = try NWChemBasis.basisSet(text(Self.silver.replacingOccurrences(of: "SPHERICAL", with: "")))
        #expect(cartesian.functionType == .cartesian)
        for (old, new, line) in [
            ("Ag nelec 28", "Ag nelec x", "line 10"), ("Ag p", "Ag s", "line 16"), ("END\nECP", "ECP", "line 8"),
            ("0.05 ", "0.05 x", "line 7"), ("Ag ul", "Ag d", "ul"),
        ] {
            let error = #expect(throws: InputFileError.self) {
                _ = try NWChemBasis.basisSet(text(Self.silver.replacingOccurrences(of: old, with: new)))
            }
            #expect(error?.description.contains(line) ?? false, "\(old): \(error?.description ?? "")")
        }
    }

    /// The library's set and the same set in NWChem's form, functions and potential apart, are one basis.
    @Test func functionsAndPotentialsFromDifferentFiles() throws {
        let library = try BasisSetLibrary(folder: Repository.root.appendingPathComponent("BasisSets").path)
        let zinc = try #require(Element(symbol: "Zn"))
        let whole = try #require(try library.basisSet(named: "LANL2DZ").elements[zinc])
        let potential = try #require(whole.effectiveCorePotential)
        let functions = BasisSet(name: "f", functionType: .pure, elements: [zinc: ElementBasis(shells: whole.shells)])
        var lines = ["ECP", "Zn nelec \(potential.coreElectrons)"]
        for (title, part) in zip(["ul", "s", "p", "d", "f"], [potential.local] + potential.projected) {
            lines.append("Zn \(title)")
            lines += part.map { "\($0.power) \($0.exponent) \($0.coefficient)" }
        }
        lines.append("END")
        let paths = [try written(Gaussian94.text(functions), "f.gbs"), try written(lines.joined(separator: "\n"), "p.nw")]
        defer { for path in paths { try? FileManager.default.removeItem(atPath: path) } }
        let molecule = try XYZFile(text("1\n\nZn 0 0 0\n")).molecule
        for order in [paths, paths.reversed()] {
            let resolved = try BasisAssignment(files: order).resolve(for: molecule, in: library)
            #expect(resolved.bases == [whole])
        }
        // A potential alone goes with the functions of a named set, too.
        let named = try BasisAssignment(general: "LANL2DZ", files: [paths[1]]).resolve(for: molecule, in: library)
        #expect(named.bases == [whole] && named.setNames[zinc]?.contains("potential of") == true)
    }
}
