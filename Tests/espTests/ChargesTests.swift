import FileFormats
import Foundation
import RunFolders
import Testing

@Suite struct ChargesTests {
    private static let schemes = [
        "mulliken", "lowdin", "npa", "iao", "hirshfeld", "hirshfeld_i", "cm5", "adch", "vdd", "becke", "mbis", "qtaim", "chelpg",
        "mk", "resp",
    ]

    private func document(_ program: Program, _ folder: String) throws -> ResultDocument {
        try ResultDocument(json: Data(contentsOf: program.folder.appendingPathComponent(folder + "/result.json")))
    }

    @Test func furtherSchemesOfAFinishedRun() throws {
        let program = try Program()
        defer { program.remove() }
        try program.write(Program.water, to: "water.xyz")
        let compute = try program.run([
            "compute", "water.xyz", "-c", "0,-1", "--method", "hf", "--basis", "6-31G", "--cube", "none", "--picture", "none",
            "--no-report", "--charges", "hirshfeld",
        ])
        #expect(compute.status == 0, "\(compute.error)")
        let before = try document(program, "water.esp")
        #expect(Set(before.states[0].charges.keys) == ["mulliken", "lowdin", "chelpg", "hirshfeld"])
        let charges = try program.run(["charges", "water.esp"])
        #expect(charges.status == 0, "\(charges.error)")
        for title in ["Hirshfeld-I", "MBIS", "RESP", "ADCH", "NPA"] { #expect(charges.output.contains(title), "\(title)") }
        #expect(charges.output.split(separator: "\n").allSatisfy { $0.count <= 100 })

        let after = try document(program, "water.esp")
        #expect(Set(after.model.chargeSchemes?.keys.map { $0 } ?? []) == Set(Self.schemes))
        for (state, old) in zip(after.states, before.states) {
            #expect(Set(state.charges.keys) == Set(Self.schemes))
            #expect(state.charges["hirshfeld"] == old.charges["hirshfeld"] && state.charges["chelpg"] == old.charges["chelpg"])
            for scheme in Self.schemes {
                let check = try #require(state.chargeChecks?[scheme])
                #expect(check.converged && abs((check.rawSum ?? .nan) - Double(state.charge)) < 2e-4, "\(scheme) \(check)")
            }
            #expect(state.bondOrders?.allSatisfy { $0.fuzzy != nil && $0.naturalWiberg != nil } == true)
            #expect(state.potentialFits.count == 3 && state.atomicDipoles?["mbis"]?.count == 3)
        }
        #expect(after.states[1].spinPopulations["hirshfeld_i"]?.count == 3)
        let account = try program.run(["account", "water.esp", "--scheme", "mbis"])
        #expect(account.status == 0 && account.output.contains("mbis"))

        // Another radius changes the fit and is recorded; what is not asked for stays.
        #expect(try program.run(["charges", "water.esp", "--scheme", "chelpg", "--chelpg-radius", "O=1.4", "-q"]).status == 0)
        let other = try document(program, "water.esp")
        #expect(other.model.potentialFits["chelpg"]?.radiiInAngstrom["O"] == 1.4)
        #expect(other.states[0].charges["chelpg"] != after.states[0].charges["chelpg"])
        #expect(other.states[0].charges["mbis"] == after.states[0].charges["mbis"])

        // Both hydrogens equal, and the sum of one bond given.
        let restrained = try program.run([
            "charges", "water.esp", "--scheme", "resp", "--resp-equivalent", "2,3", "--resp-constraint", "1,2=-0.3", "-q",
        ])
        #expect(restrained.status == 0, "\(restrained.error)")
        let resp = try #require(try document(program, "water.esp").states[0].charges["resp"])
        #expect(resp[1] == resp[2] && abs(resp[0] + resp[1] + 0.3) < 1e-6, "\(resp)")
        for (option, value) in [
            ("--resp-equivalent", "2"), ("--resp-equivalent", "2,9"), ("--resp-constraint", "1,1=0"), ("--resp-constraint", "1"),
        ] {
            let wrong = try program.run(["charges", "water.esp", "--scheme", "resp", option, value])
            #expect(wrong.status != 0 && wrong.error.contains(option), "\(option) \(value): \(wrong.error)")
        }
    }

    /// Merz and Kollman give no radius for lithium.
    @Test func chargesThatDependOnAChosenRadius() throws {
        let program = try Program()
        defer { program.remove() }
        try program.write("2\nlithium hydride\nLi 0 0 0\nH 0 0 1.6\n", to: "lih.xyz")
        let compute = try program.run([
            "compute", "lih.xyz", "-c", "0", "--method", "hf", "--basis", "STO-3G", "--cube", "none", "--picture", "none",
            "--no-report", "--charges", "mk",
        ])
        #expect(compute.status == 0, "\(compute.error)")
        #expect(compute.output.contains("MK, Li radius 1.370 A -10 %, +10 %: charge Li1 "), "\(compute.output)")
        let fits = try document(program, "lih.esp").states[0].potentialFits
        #expect(fits["chelpg"]?.radiusSensitivity == nil)
        let sensitivity = try #require(fits["mk"]?.radiusSensitivity)
        #expect(sensitivity.map(\.element) == ["Li"] && sensitivity[0].radiusInAngstrom == 1.37)
        for changes in [sensitivity[0].changesWithSmallerRadius, sensitivity[0].changesWithLargerRadius] {
            let changes = try #require(changes)
            #expect(changes.count == 2 && abs(changes[0] + changes[1]) < 1e-9 && abs(changes[0]) > 1e-4, "\(changes)")
        }
    }

    @Test func mistakesAreNamed() throws {
        let program = try Program()
        defer { program.remove() }
        let unknown = try program.run(["charges", "water.esp", "--scheme", "politzer"])
        #expect(unknown.status == 64 && unknown.error.contains("hirshfeld_i"))
        let missing = try program.run(["charges", "nowhere.esp"])
        #expect(missing.status == 66 && missing.error.contains("nowhere.esp"))
        let help = try program.run(["help", "charges"])
        #expect(help.status == 0 && help.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
    }

    /// One electron is missing in the e' shell of D3h: which component the SCF converges to may change when the molecule is turned, the charges
    /// must not but for that, in schemes with and without points.
    @Test func chargesOfDegenerateStatesInOtherOrientations() throws {
        let program = try Program()
        defer { program.remove() }
        var sorted: [[String: [Double]]] = []
        for (number, turn) in [(0.0, 0.0, 0.0), (0.7, 0.4, 0.2), (3.3, 1.4, 0.5)].enumerated() {
            let atoms = [("B", 0.0, 0.0)] + (0..<3).map { ("H", 1.19, 2 * Double.pi / 3 * Double($0)) }
            let lines = atoms.map { symbol, radius, angle in
                var (x, y, z) = (radius * cos(angle + turn.0), radius * sin(angle + turn.0), 0.0)
                (y, z) = (y * cos(turn.1) - z * sin(turn.1), y * sin(turn.1) + z * cos(turn.1))
                (x, y) = (x * cos(turn.2) - y * sin(turn.2), x * sin(turn.2) + y * cos(turn.2))
                return "\(symbol) \(x) \(y) \(z)\n"
            }
            try program.write("4\n\n" + lines.joined(), to: "bh3.xyz")
            let outcome = try program.run([
                "compute", "bh3.xyz", "-c", "1", "-m", "2", "--method", "b3lyp", "--basis", "6-31G", "--charges",
                "chelpg,hirshfeld,mulliken",
                "--search", "none", "--threads", "1", "--picture", "none", "--no-report", "-o", "turn\(number)",
            ])
            #expect(outcome.status == 0, "\(outcome.error)")
            let result = program.folder.appendingPathComponent("turn\(number)/result.json")
            let charges = try #require(try ResultDocument(json: Data(contentsOf: result)).states.first).charges
            sorted.append(charges.mapValues { [$0[0]] + $0.dropFirst().sorted() })
        }
        for scheme in ["chelpg", "hirshfeld", "mulliken"] {
            let reference = try #require(sorted[0][scheme])
            #expect(reference[3] - reference[1] > 0.08 && abs(reference[2] - reference[1]) < 1e-3, "\(reference)")
            for other in sorted.dropFirst() {
                let differences = zip(reference, try #require(other[scheme])).map { abs($0 - $1) }
                #expect(differences.allSatisfy { $0 < 3e-4 }, "\(scheme): \(differences)")
            }
        }
    }
}
