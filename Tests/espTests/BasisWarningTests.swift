import RunFolders
import FileFormats
import Foundation
import Testing

/// What the program says about basis sets that do not suit the molecule, and about multiplicities that a file states.
@Suite struct BasisWarningTests {
    private func run(_ xyz: String, basis: String? = nil, _ arguments: [String]) throws -> (Program.Outcome, StateRecord?) {
        let program = try Program()
        defer { program.remove() }
        try program.write(xyz, to: "molecule.xyz")
        if let basis { try program.write(basis, to: "own.gbs") }
        let common =
            ["--cube", "none", "--picture", "none", "--threads", "1"] + (basis == nil ? [] : ["--basis-file", "own.gbs"])
        let outcome = try program.run(["compute", "molecule.xyz"] + common + arguments)
        let result = program.folder.appendingPathComponent("molecule.esp/result.json")
        let state = try? ResultDocument(json: Data(contentsOf: result)).states.first
        let page = try? String(contentsOf: program.folder.appendingPathComponent("molecule.esp/report.html"), encoding: .utf8)
        for warning in state?.warnings ?? [] {
            let words = warning.message.prefix(40)
            #expect(page?.contains(words) == true, "\(words)")
            // Lines of the terminal break between words.
            let text = outcome.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
            #expect(text.contains(words), "\(words)")
        }
        return (outcome, state)
    }

    private static let helium = "2\nhelium\nHe 0 0 0\nHe 0 0 2.5\n"

    /// One function twice, but for the seventh digit of its exponent.
    @Test func linearDependence() throws {
        let basis = "He 0\nS 1 1.0\n 1.5 1.0\nS 1 1.0\n 0.3 1.0\nS 1 1.0\n 0.30000003 1.0\n****\n"
        let (outcome, state) = try run(Self.helium, basis: basis, ["-c", "0", "--method", "hf", "--search", "none"])
        #expect(outcome.status == 0, "\(outcome.error)")
        let warning = try #require(state?.warnings?.first { $0.kind == "linear_dependence" })
        #expect(warning.message.contains("2 combinations of its 6 functions were removed"), "\(warning.message)")
        let plain = try run(Self.helium, ["-c", "0", "--method", "hf", "--search", "none", "--basis", "6-31G"])
        #expect(plain.0.status == 0 && plain.1?.warnings == nil, "\(String(describing: plain.1?.warnings))")
    }

    /// Diffuse and polarisation functions on carbon only, one compact function on each hydrogen: the electrons of the C-H bonds are
    /// described by functions of carbon. Mulliken's charge leaves the range of the element, Hirshfeld's does not.
    @Test func unphysicalMullikenCharges() throws {
        let basis = """
            C 0
            S 3 1.0
             71.6168370 0.15432897
             13.0450960 0.53532814
             3.5305122 0.44463454
            SP 3 1.0
             2.9412494 -0.09996723 0.15591627
             0.6834831 0.39951283 0.60768372
             0.2222899 0.70011547 0.39195739
            S 1 1.0
             0.05 1.0
            P 1 1.0
             0.06 1.0
            D 1 1.0
             0.15 1.0
            D 1 1.0
             0.6 1.0
            ****
            H 0
            S 1 1.0
             3.4 1.0
            ****

            """
        let methane = "5\n\nC 0 0 0\nH .63 .63 .63\nH -.63 -.63 .63\nH -.63 .63 -.63\nH .63 -.63 -.63\n"
        let options = ["-c", "0", "-m", "1", "--method", "hf", "--search", "none", "--charges", "mulliken,hirshfeld"]
        let (outcome, state) = try run(methane, basis: basis, options)
        #expect(outcome.status == 0, "\(outcome.error)")
        let warning = try #require(state?.warnings?.first { $0.kind == "mulliken_charges" })
        #expect(warning.atoms == [1])
        let charges = try #require(state?.charges)
        let mulliken = try #require(charges["mulliken"]), hirshfeld = try #require(charges["hirshfeld"])
        #expect(mulliken[0] < -3.5 && abs(hirshfeld[0]) < 0.5, "\(mulliken), \(hirshfeld)")
        #expect(warning.message.contains("(C1 -3.6"), "\(warning.message)")
        let plain = try run(methane, options + ["--basis", "6-31G"])
        #expect(plain.0.status == 0 && plain.1?.warnings == nil, "\(String(describing: plain.1?.warnings))")
    }

    /// The functions next to the nucleus are missing.
    @Test func virialRatio() throws {
        let basis = "He 0\nS 1 1.0\n 0.3 1.0\nS 1 1.0\n 0.06 1.0\n****\n"
        let (outcome, state) = try run(Self.helium, basis: basis, ["-c", "0", "--method", "hf", "--search", "none"])
        #expect(outcome.status == 0, "\(outcome.error)")
        #expect(state?.warnings?.contains { $0.kind == "virial_ratio" } == true, "\(String(describing: state?.energyComponents))")
    }

    /// A multiplicity in the file is obeyed for its charge, and the output says so.
    @Test func statedMultiplicity() throws {
        let oxygen = "2\ncharge=0 spin=1\nO 0 0 0\nO 0 0 1.21\n"
        let arguments = ["--method", "hf", "--basis", "STO-3G"]
        let (outcome, state) = try run(oxygen, ["-c", "0"] + arguments)
        #expect(outcome.status == 0, "\(outcome.error)")
        #expect(state?.multiplicity == 1 && state?.multiplicities?.named == true && state?.multiplicities?.namedByFile == true)
        #expect(
            outcome.error.contains("its second line sets multiplicity 1 for charge 0; no other is tried"), "\(outcome.error)")
        #expect(outcome.output.contains("set by the second line of the input file"), "\(outcome.output)")
        // Of the command line, or of another charge: nothing is said, and for the other charge others are tried.
        let named = try run(oxygen, ["-c", "0", "-m", "1", "--search", "none"] + arguments)
        #expect(named.1?.multiplicities?.namedByFile == false && !named.0.error.contains("second line"))
        let cation = try run(oxygen, ["-c", "1"] + arguments)
        #expect(cation.1?.multiplicities?.named == false && cation.1?.multiplicities?.tried.contains(4) == true)
    }

    /// Options that an optimisation has no use for are refused by name.
    @Test(arguments: [(["--search", "full"], 64), (["--guess", "atoms"], 64), (["--search", "none"], 0)])
    func optionsOfOptimize(options: [String], status: Int) throws {
        let program = try Program()
        defer { program.remove() }
        try program.write("2\n\nH 0 0 0\nH 0 0 0.74\n", to: "h2.xyz")
        let outcome = try program.run(["optimize", "h2.xyz", "--method", "hf", "--basis", "STO-3G", "--threads", "1"] + options)
        #expect(outcome.status == status, "\(outcome.error)")
        if status != 0 { #expect(outcome.error.contains(options.joined(separator: " "))) }
    }
}
