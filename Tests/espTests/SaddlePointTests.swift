import FileFormats
import Foundation
import MolecularStructure
import RunFolders
import TestSupport
import Testing

/// `esp optimize --saddle`: transition structures of another program, and both sides of them.
@Suite struct SaddlePointTests {
    private struct Reference: Decodable {
        struct Case: Decodable, CustomStringConvertible {
            var name: String
            var energy, wavenumber: Double
            var distances: [Double]
            var description: String { name }
        }

        var cases: [Case]
    }

    private static let options = ["--method", "hf", "--basis", "6-31G*", "--units", "bohr", "--threads", "1", "-q"]
    /// Of the reference, in bohr.
    private static let starts = [
        "hcn": "3\n\nC 0 0 0\nN 0 0 2.2\nH 2.1 0 0.6\n",
        "ammonia": "4\n\nN 0 0 0.2\nH 1.8 0 0\nH -0.9 1.56 0\nH -0.9 -1.56 0\n",
        "pyramid": "4\n\nN 0 0 0.719\nH 1.776 0 0\nH -0.888 1.538 0\nH -0.888 -1.538 0\n",
    ]

    private func reference(_ name: String) throws -> Reference.Case {
        let data = try Data(contentsOf: Repository.references.appendingPathComponent("saddle_points.json"))
        return try #require(try JSONDecoder().decode(Reference.self, from: data).cases.first { $0.name == name })
    }

    private func optimization(_ program: Program, _ folder: String) throws -> OptimizationDocument {
        try OptimizationDocument(readingFrom: program.folder.appendingPathComponent("\(folder)/optimization.json").path)
    }

    private func distances(_ document: OptimizationDocument) throws -> [Double] {
        let geometry = try #require(document.outcome).geometry
        let places = (0..<geometry.count / 3).map { SIMD3(geometry[3 * $0], geometry[3 * $0 + 1], geometry[3 * $0 + 2]) }
        return places.indices.flatMap { i in (0..<i).map { distance(places[i], places[$0]) } }
    }

    @Test(arguments: ["hcn", "ammonia"]) func transitionStructures(name: String) throws {
        let program = try Program()
        defer { program.remove() }
        let known = try reference(name)
        try program.write(try #require(Self.starts[name]), to: "start.xyz")
        let run = try program.run(["optimize", "start.xyz", "--saddle", "--criteria", "tight"] + Self.options)
        try #require(run.status == 0, "\(run.error)")
        #expect(run.output.contains("it may be a minimum, or a saddle point of higher order"))
        let found = try optimization(program, "start.opt")
        #expect(found.seeksSaddle == true && found.symmetryBreaking == nil)
        #expect(abs(try #require(found.outcome).energy - known.energy) < 1e-8)
        for (a, b) in zip(try distances(found), known.distances) { #expect(abs(a - b) < 2e-4, "\(a), not \(b)") }
        // Its curvature, and where both sides lead.
        let down = try program.run(["frequencies", "start.opt", "--follow", "--threads", "1", "-q"])
        try #require(down.status == 0, "\(down.error)")
        let path = program.folder.appendingPathComponent("start.opt/result.json").path
        let vibrations = try #require(try ResultDocument(readingFrom: path).states[0].vibrations)
        #expect(vibrations.verdict == .saddlePoint && vibrations.imaginaryModes == 1)
        #expect(abs(vibrations.frequencies[0] - known.wavenumber) < 0.2)
        let sides = try ["plus", "minus"].map { try optimization(program, "start.opt/q0_m1.follow-\($0)") }
        for side in sides { #expect(try #require(side.outcome).energy < known.energy - 1e-3) }
        let lengths = try sides.map(distances)
        if name == "hcn" {
            // H is bound to C on one side and to N on the other: distances N-C, H-C, H-N.
            #expect(lengths.contains { $0[1] < 2.1 && $0[2] > 4 } && lengths.contains { $0[2] < 2 && $0[1] > 4 })
        } else {
            for (a, b) in zip(lengths[0], lengths[1]) { #expect(abs(a - b) < 1e-2) }
        }
    }

    /// From a minimum, along a mode in the sense that is asked for; interrupted, too.
    @Test func climbsFromAMinimum() throws {
        let program = try Program()
        defer { program.remove() }
        let known = try reference("ammonia")
        try program.write(try #require(Self.starts["pyramid"]), to: "nh3.xyz")
        let options = ["optimize", "nh3.xyz", "--saddle", "--criteria", "tight"] + Self.options
        let first = try program.run(options + ["--mode", "1", "--max-steps", "3"])
        #expect(first.status == 2 && first.error.contains("did not converge within 3 structures"), "\(first.error)")
        // One sense flattens the pyramid, the other one does not.
        let lengths = try distances(try optimization(program, "nh3.opt"))
        let sense = lengths[2] > 3.08 ? "1" : "-1"
        let folder = sense == "1" ? [] : ["-o", "other.opt"]
        let refused = try program.run(options + ["--mode", "-1"])
        #expect(refused.status == 73 && refused.error.contains("aim a saddle point along mode 1"), "\(refused.error)")
        let run = try program.run(options + ["--mode", sense] + folder)
        try #require(run.status == 0, "\(run.error)")
        let found = try optimization(program, folder.last ?? "nh3.opt")
        #expect(abs(try #require(found.outcome).energy - known.energy) < 1e-8)
        // The same without the interruption.
        let whole = try program.run(options + ["--mode", sense, "-o", "whole.opt"])
        try #require(whole.status == 0, "\(whole.error)")
        let points = try optimization(program, "whole.opt").points
        #expect(points.map(\.geometry) == found.points.map(\.geometry))
    }

    @Test(
        arguments: [
            (["--mode", "2"], 64, "--mode belongs to --saddle"), (["--saddle", "--mode", "0"], 64, "counts from 1"),
            (["--saddle", "--mode", "13"], 64, "there is no mode 13"), (["--saddle", "--mode", "7"], 64, "has 6 modes"),
            (["--saddle", "--hessian", "none.esp"], 66, "none.esp"),
        ] as [([String], Int32, String)]) func refusals(options: [String], status: Int32, text: String) throws
    {
        let program = try Program()
        defer { program.remove() }
        try program.write(try #require(Self.starts["ammonia"]), to: "nh3.xyz")
        let run = try program.run(["optimize", "nh3.xyz"] + options + Self.options)
        #expect(run.status == status && run.error.contains(text), "\(run.status) \(run.error)")
    }
}
