import FileFormats
import Foundation
import MolecularStructure
import RunFolders
import Testing
import TestSupport

@Suite struct OptimizeTests {
    private static let bent = "3\n\nO 0 0 0.1\nH 0.9 0 -0.5\nH -0.8 0.1 -0.6\n"
    private static let options = ["--method", "hf", "--basis", "STO-3G", "--criteria", "tight"]

    private func withProgram(_ body: (Program) throws -> Void) throws {
        let program = try Program()
        defer { program.remove() }
        try program.write(Self.bent, to: "water.xyz")
        try body(program)
    }

    private func document(_ program: Program, _ folder: String) throws -> OptimizationDocument {
        try OptimizationDocument(
            json: Data(contentsOf: program.folder.appendingPathComponent(folder).appendingPathComponent("optimization.json")))
    }

    @Test func findsThePublishedMinimumAndGoesOn() throws {
        try withProgram { program in
            let whole = try program.run(["optimize", "water.xyz", "-o", "whole"] + Self.options)
            #expect(whole.status == 0, "\(whole.error)")
            let result = try document(program, "whole")
            let last = try #require(result.points.last)
            // J. Baker, J. Comput. Chem. 14, 1085 (1993): -74.96590.
            #expect(result.converged && abs(last.energy + 74.96590) < 1e-5)
            let minimum = try XYZFile(readingFrom: program.folder.appendingPathComponent("whole/optimized.xyz").path)
            let r = minimum.molecule.atoms.map(\.position)
            // HF/STO-3G: 0.989 Angstrom, 100.0 degrees (Hehre, Radom, Schleyer, Pople, Ab Initio Molecular Orbital Theory).
            #expect(abs(distance(r[0], r[1]) * PhysicalConstants.bohrInAngstrom - 0.989) < 1e-3)
            #expect(abs(distance(r[0], r[2]) - distance(r[0], r[1])) < 1e-4)

            let stopped = try program.run(["optimize", "water.xyz", "-o", "parts", "--max-steps", "2"] + Self.options)
            #expect(stopped.status == 2 && stopped.output.contains("NOT CONVERGED"))
            let resumed = try program.run(["optimize", "water.xyz", "-o", "parts"] + Self.options)
            #expect(resumed.status == 0 && resumed.error.contains("restarting after 2 structures"))
            let parts = try document(program, "parts")
            #expect(parts.points.count == result.points.count)
            #expect(abs((parts.points.last?.energy ?? 0) - last.energy) < 1e-9)
        }
    }

    @Test func holdsCoordinates() throws {
        try withProgram { program in
            let run = try program.run(
                ["optimize", "water.xyz", "--hold", "1-2=1.1", "--hold", "2-1-3=120", "-o", "held"] + Self.options)
            #expect(run.status == 0, "\(run.error)")
            let r = try XYZFile(readingFrom: program.folder.appendingPathComponent("held/optimized.xyz").path).molecule.atoms
                .map(\.position)
            #expect(abs(distance(r[0], r[1]) * PhysicalConstants.bohrInAngstrom - 1.1) < 1e-4)
            let (u, v) = (r[1] - r[0], r[2] - r[0])
            let cosine = (u * v).sum() / ((u * u).sum() * (v * v).sum()).squareRoot()
            #expect(abs(cosine + 0.5) < 1e-3)
        }
    }

    @Test func reportsDissociation() throws {
        try withProgram { program in
            // Two lithium cations.
            try program.write("2\n\nLi 0 0 0\nLi 0 0 3\n", to: "ions.xyz")
            let arguments = ["optimize", "ions.xyz", "-c", "2", "-o", "ions"] + Self.options
            let run = try program.run(arguments)
            #expect(
                run.status == 2 && run.error.contains("dissociates: at the end the distance between atom 1 and the other atoms"),
                "\(run.error)")
            #expect(run.output.contains("DISSOCIATION: the distance between atom 1 and"))
            let result = try document(program, "ions")
            let dissociation = try #require(result.dissociation)
            #expect(!result.converged && dissociation.hasDissociated && dissociation.atoms == [1])
            // Coulomb's law between the first and the last structure.
            let (first, last) = (try #require(result.points.first), try #require(result.points.last))
            #expect(abs(first.energy - last.energy - (1 / dissociation.gapAtFirst - 1 / dissociation.gap)) < 2e-3)
            // The same command finds nothing left to do.
            let again = try program.run(arguments)
            #expect(again.status == 2 && again.error.contains("dissociates"))
            #expect(try document(program, "ions").points.count == result.points.count)

            // Parts of several atoms, named as options name them; and a distance that is held is nobody's leaving.
            try program.write("4\n\nHe 0 0 0\nH 0 0 0.8\nH 0 0 2\nHe 0 0 2.8\n", to: "pairs.xyz")
            let pairs = try program.run(["optimize", "pairs.xyz", "-c", "2", "-o", "pairs"] + Self.options)
            #expect(pairs.status == 2)
            #expect(pairs.error.contains("between atoms 1-2 and the other atoms"), "\(pairs.error)")
            let held = try program.run(["optimize", "ions.xyz", "-c", "2", "-o", "held", "--hold", "1-2=12"] + Self.options)
            #expect(held.status == 0, "\(held.error)")
            #expect(try document(program, "held").dissociation == nil)
        }
    }

    @Test func refusesWhatMakesNoSense() throws {
        try withProgram { program in
            for (arguments, text) in [
                (["--hold", "1-9"], "not the number of an atom"), (["--hold", "1-2=x"], "not a number"),
                (["--freeze", "4"], "1 to 3"), (["-c", "0,-1"], "one at a time"), (["--criteria", "good"], "loose"),
            ] {
                let run = try program.run(["optimize", "water.xyz"] + Self.options.dropLast(2) + arguments)
                #expect(run.status == 64, "\(arguments)")
                #expect(run.error.contains(text), "\(arguments): \(run.error)")
            }
        }
    }
}
