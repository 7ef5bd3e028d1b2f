import FileFormats
import Foundation
import HamiltonianTerms
import RunFolders
import TestSupport
import Testing

/// `--field`: energies of another program, the dipole moment as derivative of the energy, and what refuses it.
@Suite struct FieldTests {
    private struct References: Decodable {
        struct Case: Decodable {
            struct Atom: Decodable {
                let line: String

                init(from decoder: any Decoder) throws {
                    var values = try decoder.unkeyedContainer()
                    let symbol = try values.decode(String.self)
                    line =
                        "\(symbol) \(try values.decode(Double.self)) \(try values.decode(Double.self)) \(try values.decode(Double.self))"
                }
            }
            let name: String
            let atoms: [Atom]
            let charge: Int
            let multiplicity: Int
            let energy: Double

            var xyz: String { "\(atoms.count)\n\n" + atoms.map(\.line).joined(separator: "\n") + "\n" }
        }
        let basis: String
        let field: [Double]
        let cases: [Case]
    }

    private func references() throws -> References {
        try JSONDecoder().decode(
            References.self, from: Data(contentsOf: Repository.references.appendingPathComponent("field.json")))
    }

    private func result(_ program: Program, _ arguments: [String]) throws -> ResultDocument {
        let run = try program.run(arguments + ["--threads", "1", "--search", "none", "--json", "-q"])
        try #require(run.status == 0, "\(run.error)")
        return try ResultDocument(json: Data(run.output.utf8))
    }

    @Test func energiesAreThoseOfAnotherProgram() throws {
        let program = try Program()
        defer { program.remove() }
        let references = try references()
        let field = references.field.map { "\($0)" }.joined(separator: ",")
        for test in references.cases {
            try program.write(test.xyz, to: "\(test.name).xyz")
            let state = try result(
                program,
                [
                    "gradient", "\(test.name).xyz", "--method", "hf", "--basis", references.basis, "--field", field,
                    "-c", "\(test.charge)", "-m", "\(test.multiplicity)", "--convergence", "1e-10",
                ]
            ).states[0]
            #expect(abs((state.energy ?? 0) - test.energy) < 1e-8, "\(test.name): \(state.energy ?? 0)")
            let components = try #require(state.energyComponents)
            #expect(abs(components.total - test.energy) < 1e-8 && abs(components["electric_field"] ?? 0) > 1e-4)
            // What the field does to the whole: nothing but to drive an ion.
            let sums = try #require(state.gradientSums?.translation)
            for axis in 0..<3 { #expect(abs(sums[axis] + Double(test.charge) * references.field[axis]) < 1e-8, "\(sums)") }
        }
    }

    /// dE/dF = -mu, for an ion about the origin of the coordinates.
    @Test func theDipoleMomentIsTheDerivative() throws {
        let program = try Program()
        defer { program.remove() }
        let test = try references().cases[1]
        try program.write(test.xyz, to: "ion.xyz")
        func state(_ field: String) throws -> StateRecord {
            try result(
                program,
                [
                    "compute", "ion.xyz", "--method", "pbe", "--basis", "6-31G", "--field", field, "-c", "-1", "-o",
                    "ion \(field)",
                    "--convergence", "1e-11", "--stability", "none",
                ]
            ).states[0]
        }
        let (plus, minus) = (try state("0,0,0.0005").energy ?? 0, try state("0,0,-0.0005").energy ?? 0)
        let free = try state("0,0,0")
        // The reported moment is about the centre of nuclear charge.
        let moment = free.dipole[2] - free.dipoleOrigin[2]
        #expect(abs(-(plus - minus) / 0.001 - moment) < 1e-5, "\(-(plus - minus) / 0.001) \(moment)")
    }

    @Test func theFieldIsPartOfTheInput() throws {
        let program = try Program()
        defer { program.remove() }
        try program.write("2\n\nH 0 0 0\nF 0 0 0.9\n", to: "hf.xyz")
        let base = ["compute", "hf.xyz", "--method", "hf", "--basis", "STO-3G", "-c", "0"]
        let inField = try result(program, base + ["--field=0,0,0.01"])
        #expect(
            inField.model.terms == [
                TermRecord(key: "electric_field", name: "uniform electric field", parameters: ["x": 0, "y": 0, "z": 0.01])
            ])
        #expect(inField.input?.whole?.model.field == [0, 0, 0.01])
        let again = try program.run(["rerun", "hf.esp"])
        #expect(again.status == 0 && again.output.contains("the same to the last bit"), "\(again.output) \(again.error)")
        for (arguments, status, word) in [
            (["optimize", "hf.xyz", "--field", "0,0,0.01"], Int32(64), "--field"),
            (["gradient", "hf.xyz", "--field", "0,0"], 64, "three numbers"),
            (["gradient", "hf.xyz", "--field", "0,0,nan"], 64, "three numbers"),
            (["gradient", "hf.xyz", "--field", "0,0,1e308"], 64, "at most 10 atomic units"),
        ] {
            let run = try program.run(arguments)
            #expect(run.status == status && run.error.contains(word), "\(arguments): \(run.status) \(run.error)")
        }
    }
}
