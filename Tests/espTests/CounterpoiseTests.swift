import RunFolders
import FileFormats
import Foundation
import TestSupport
import Testing

/// `esp compute --counterpoise`, and ghost atoms in files.
@Suite struct CounterpoiseTests {
    private struct Reference: Decodable {
        struct Pair: Decodable {
            struct Part: Decodable {
                let charge, multiplicity: Int
                let energyOwnBasis, energyWholeBasis: Double
            }

            let name: String
            let charge: Int
            let atoms: [Place]
            let energyComplex: Double
            let fragments: [Part]
        }

        struct Place: Decodable {
            let text: String

            init(from decoder: any Decoder) throws {
                var list = try decoder.unkeyedContainer()
                let symbol = try list.decode(String.self)
                text = "\(symbol) \(try list.decode(Double.self)) \(try list.decode(Double.self)) \(try list.decode(Double.self))"
            }
        }

        let counterpoise: [Pair]

        static func pairs() throws -> [Pair] {
            try JSONDecoder().decode(
                Reference.self, from: Data(contentsOf: Repository.root.appendingPathComponent("Tests/References/ghosts.json"))
            ).counterpoise
        }
    }

    private static let settings = [
        "--method", "hf", "--basis", "6-31G", "--units", "bohr", "--cube", "none", "--picture", "none", "--no-report",
        "--threads", "1",
        "--convergence", "1e-10",
    ]

    private func document(_ program: Program, _ folder: String) throws -> ResultDocument {
        try ResultDocument(readingFrom: program.folder.appendingPathComponent("\(folder)/result.json").path)
    }

    @Test func interactionEnergiesAreThoseOfAnotherProgram() throws {
        let pairs = try Reference.pairs()
        try #require(pairs.count == 2)
        for (pair, options) in zip(pairs, [[], ["--charge", "-1", "--fragment-charge", "0,-1"]]) {
            let program = try Program()
            defer { program.remove() }
            try program.write("\(pair.atoms.count)\n\n" + pair.atoms.map(\.text).joined(separator: "\n") + "\n", to: "pair.xyz")
            let command = ["compute", "pair.xyz", "--counterpoise"] + options + Self.settings
            let run = try program.run(command)
            #expect(run.status == 0 && run.output.contains("interaction energy, corrected"), "\(run.output)\(run.error)")
            let record = try #require(try document(program, "pair.esp").counterpoise)
            #expect(abs(record.complexEnergy - pair.energyComplex) < 1e-8)
            #expect(record.fragments.count == pair.fragments.count)
            for (found, expected) in zip(record.fragments, pair.fragments) {
                #expect(found.charge == expected.charge && found.multiplicity == expected.multiplicity)
                #expect(abs(found.energyInOwnBasis - expected.energyOwnBasis) < 1e-8)
                #expect(abs(found.energyInWholeBasis - expected.energyWholeBasis) < 1e-8)
            }
            let whole = pair.fragments.reduce(0) { $0 + $1.energyWholeBasis }
            let own = pair.fragments.reduce(0) { $0 + $1.energyOwnBasis }
            #expect(abs(record.interaction - (pair.energyComplex - whole)) < 1e-8)
            #expect(abs(record.correction - (own - whole)) < 1e-8 && record.correction > 0)
            // Its input repeats the whole of it.
            if options.isEmpty {
                let repeated = try program.run(["rerun", "pair.esp", "-q"])
                #expect(repeated.status == 0 && repeated.output.contains("interaction"), "\(repeated.output)\(repeated.error)")
                #expect(try document(program, "pair.rerun.esp").counterpoise == record)
            }
            // What is finished is not computed again.
            let first = try Data(
                contentsOf: program.folder.appendingPathComponent("pair.esp/fragment-1-whole-basis.esp/result.json"))
            #expect(try program.run(command).status == 0)
            #expect(
                try first
                    == Data(contentsOf: program.folder.appendingPathComponent("pair.esp/fragment-1-whole-basis.esp/result.json")))
            let again = try #require(try document(program, "pair.esp").counterpoise)
            #expect(abs(again.interaction - record.interaction) < 1e-9 && again.fragments == record.fragments)
        }
    }

    @Test func whatIsNotDefinedIsRefused() throws {
        let program = try Program()
        defer { program.remove() }
        try program.write(Program.water, to: "water.xyz")
        try program.write(
            "6\n\nO 0 0 0\nH 0 0.757 0.587\nH 0 -0.757 0.587\nO 0 0 9\nH 0 0.757 9.587\nH 0 -0.757 9.587\n", to: "two.xyz")
        try program.write("4\n\nO 0 0 0\nH 0 0.757 0.587\nH 0 -0.757 0.587\n@He 0 0 5\n", to: "ghost.xyz")
        for (arguments, status, text) in [
            (["water.xyz", "--counterpoise"], 65, "one fragment only"),
            (["ghost.xyz", "--counterpoise"], 65, "ghost atoms already"),
            (["two.xyz", "--counterpoise", "--charge", "0,1"], 64, "names 2"),
            (["two.xyz", "--counterpoise", "--charge", "1"], 65, "--fragment-charge"),
            (
                ["two.xyz", "--counterpoise", "--fragment-charge", "0"], 64,
                "2 fragments (H2O (1): atoms 1-3; H2O (2): atoms 4-6)"
            ),
            (["two.xyz", "--counterpoise", "--fragment-charge", "1,0"], 64, "together +1"),
            (["two.xyz", "--counterpoise", "--gradient"], 64, "--gradient"),
            (["two.xyz", "--fragment-charge", "1,-1"], 64, "belong to"),
            (["two.xyz", "--counterpoise", "--fragment", "a=1-3", "--fragment", "b=3-6"], 65, "in a fragment already"),
            (["ghost.xyz", "--gradient"], 65, "ghost atoms"),
        ] {
            let run = try program.run(["compute"] + arguments + Program.quick)
            #expect(run.status == Int32(status) && run.error.contains(text), "\(arguments) \(run.status) \(run.error)")
        }
        let optimization = try program.run(["optimize", "ghost.xyz", "--method", "hf", "--basis", "STO-3G"])
        #expect(optimization.status == 65 && optimization.error.contains("ghost atoms"), "\(optimization.error)")
        #expect(program.names(in: ".").filter { $0.hasSuffix(".esp") || $0.hasSuffix(".opt") }.isEmpty)
    }

    /// A ghost atom keeps its functions through every format, and the schemes that divide space do not see it.
    @Test func ghostsComeBackThroughOtherFormats() throws {
        let program = try Program()
        defer { program.remove() }
        try program.write("5\n\nO 0 0 0\nH 0 0.757 0.587\nH 0 -0.757 0.587\nGh(Cl) 0 0 -2.4\nH-Bq 0 0 2.2\n", to: "water.xyz")
        let run = try program.run(
            [
                "compute", "water.xyz", "--charge", "0", "--charges", "hirshfeld,becke,mbis,npa,iao,mk", "--basis-for",
                "Cl=LANL2DZ",
            ] + Program.quick)
        #expect(
            run.status == 0 && run.output.contains("2 ghost atoms") && run.output.contains("Cl-Bq"), "\(run.output) \(run.error)")
        let original = try document(program, "water.esp")
        let state = original.states[0]
        #expect(original.molecule.symbols == ["O", "H", "H"] && original.molecule.ghosts?.map(\.symbol) == ["Cl-Bq", "H-Bq"])
        #expect(state.electrons == 10 && state.charges.values.allSatisfy { $0.count == 3 })
        for scheme in ["hirshfeld", "becke", "mbis", "npa", "iao", "mk", "mulliken", "lowdin", "chelpg"] {
            let check = try #require(state.chargeChecks?[scheme])
            #expect(check.converged && abs(check.rawSum ?? 9) < 1e-3, "\(scheme)")
        }
        let electrons = try #require(state.ghostPopulations?["mulliken"])
        #expect(electrons.count == 2 && electrons.allSatisfy { (0..<0.3).contains(abs($0)) && $0 != 0 })
        for format in ["fchk", "molden", "mwfn"] {
            #expect(try program.run(["export", "water.esp", "--format", format, "-o", "other"]).status == 0)
            let analysis = try program.run([
                "analyze", "other/q0_m1.\(format)", "--cube", "none", "--picture", "none", "-o", format,
            ])
            #expect(analysis.status == 0, "\(analysis.error)")
            let again = try document(program, format)
            #expect(again.molecule.ghosts?.map(\.symbol) == ["Cl-Bq", "H-Bq"] && again.states[0].charge == 0)
            for key in ["mulliken", "chelpg"] {
                let (old, new) = (try #require(state.charges[key]), try #require(again.states[0].charges[key]))
                #expect(!old.isEmpty && old.count == new.count)
                for (a, b) in zip(old, new) { #expect(abs(a - b) < 1e-5, "\(format) \(key)") }
            }
            let ghosts = try #require(again.states[0].ghostPopulations?["mulliken"])
            #expect(!electrons.isEmpty && ghosts.count == electrons.count)
            for (a, b) in zip(electrons, ghosts) { #expect(abs(a - b) < 1e-5) }
            #expect(try program.run(["orbitals", format]).status == 0)
            #expect(try program.run(["export", format, "--format", "molden"]).status == 0)
        }
        #expect(try program.run(["export", "water.esp", "--format", "qcschema"]).status == 0)
        let schema = try QCSchemaOutput(readingFrom: program.folder.appendingPathComponent("water.esp/q0_m1.qcschema.json").path)
        #expect(schema.molecule.real == [true, true, true, false, false] && schema.molecule.symbols.count == 5)
    }

    /// `--basis-for` by atom: two atoms of one element differ, and the folder keeps them apart.
    @Test func basisSetsByAtom() throws {
        let program = try Program()
        defer { program.remove() }
        try program.write(Program.water, to: "water.xyz")
        let run = try program.run(["compute", "water.xyz", "--charge", "0", "--basis-for", "H3=6-31G"] + Program.quick)
        #expect(run.status == 0 && run.output.contains("H 3: 6-31G"), "\(run.output) \(run.error)")
        let document = try document(program, "water.esp")
        #expect(document.model.basisFunctions == 8 && document.model.basisOfAtoms == ["STO-3G", "STO-3G", "6-31G"])
        #expect(document.model.basis["H"] == "6-31G / STO-3G" && document.model.basisFiles?.count == 3)
        let state = document.states[0]
        for format in ["fchk", "molden"] {
            #expect(try program.run(["export", "water.esp", "--format", format, "-o", "other"]).status == 0)
            #expect(
                try program.run(["analyze", "other/q0_m1.\(format)", "--cube", "none", "--picture", "none", "-o", format]).status
                    == 0)
            let again = try self.document(program, format).states[0]
            let (old, new) = (try #require(state.charges["mulliken"]), try #require(again.charges["mulliken"]))
            #expect(!old.isEmpty && old.count == new.count)
            for (a, b) in zip(old, new) { #expect(abs(a - b) < 1e-5) }
        }
        // By number alone it is the same calculation.
        let again = try program.run(["compute", "water.xyz", "--charge", "0", "--basis-for", "3=6-31G"] + Program.quick)
        #expect(again.status == 0)
        #expect(try self.document(program, "water.esp").model.basisFingerprint == document.model.basisFingerprint)
        for (choice, text) in [
            ("O3=6-31G", "atom 3 of the file is H"), ("4=6-31G", "atoms 1 to 3"), ("H3-4=6-31G", "does not assign"),
        ] {
            let refused = try program.run(["compute", "water.xyz", "--basis-for", choice] + Program.quick)
            #expect(refused.status == 65 && refused.error.contains(text), "\(refused.error)")
        }
    }

    /// Multiplicities are searched for, of the complex and of its fragments.
    @Test func oxygenStaysATriplet() throws {
        let program = try Program()
        defer { program.remove() }
        try program.write("3\n\nO 0 0 0\nO 0 0 1.21\nHe 3.2 0 0.6\n", to: "oxygen.xyz")
        let run = try program.run(["compute", "oxygen.xyz", "--counterpoise", "--json"] + Program.quick)
        #expect(run.status == 0, "\(run.error)")
        let record = try #require(try ResultDocument(json: Data(run.output.utf8)).counterpoise)
        #expect(record.fragments.map(\.multiplicity).sorted() == [1, 3])
        #expect(abs(record.interaction) < 1e-3)
    }
}
