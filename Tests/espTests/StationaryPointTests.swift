import FileFormats
import Foundation
import MolecularStructure
import RunFolders
import Testing
import TestSupport

/// Symmetric structures that are saddle points are left; those that are minima are come back to.
@Suite struct StationaryPointTests {
    private static let options = ["--method", "hf", "--basis", "STO-3G", "--reference", "restricted", "--threads", "1"]

    private func optimize(
        _ structure: String, _ options: [String] = []
    ) throws -> (document: OptimizationDocument, outcome: Program.Outcome, comment: String) {
        let program = try Program()
        defer { program.remove() }
        try program.write(structure, to: "m.xyz")
        let run = try program.run(["optimize", "m.xyz", "-o", "out"] + Self.options + options)
        #expect(run.status == 0, "\(run.error)")
        let folder = program.folder.appendingPathComponent("out")
        let document = try OptimizationDocument(json: Data(contentsOf: folder.appendingPathComponent("optimization.json")))
        let xyz = try String(contentsOf: folder.appendingPathComponent("optimized.xyz"), encoding: .utf8)
        return (document, run, xyz.split(separator: "\n")[1].description)
    }

    private static func ring(_ symbol: String, _ count: Int, _ radius: Double, _ height: Double = 0) -> String {
        (0..<count).map { k in
            let phase = 2 * Double.pi * Double(k) / Double(count)
            return "\(symbol) \(radius * cos(phase)) \(radius * sin(phase)) \(height)\n"
        }.joined()
    }

    /// Energies that PySCF and scipy come to from structures without symmetry.
    private struct Reference: Decodable {
        struct Minimum: Decodable {
            let name: String
            let energy: Double
        }
        let minima: [Minimum]
    }

    @Test(arguments: [
        // On a line, in a plane, eclipsed, and planar and trans.
        ("water", "3\n\nO 0 0 0\nH 0 0 0.99\nH 0 0 -0.99\n"), ("ammonia", "4\n\nN 0 0 0\n" + ring("H", 3, 1.0)),
        ("ethane", "8\n\nC 0 0 0.77\nC 0 0 -0.77\n" + ring("H", 3, 1.02, 1.16) + ring("H", 3, 1.02, -1.16)),
        ("hydrogen peroxide", "4\n\nO 0 0.7 0\nO 0 -0.7 0\nH 0.95 0.95 0\nH -0.95 -0.95 0\n"),
    ])
    func saddlePointsAreLeft(name: String, structure: String) throws {
        let file = Repository.references.appendingPathComponent("stationary-points.json")
        let reference = try JSONDecoder().decode(Reference.self, from: Data(contentsOf: file))
        let minimum = try #require(reference.minima.first { $0.name == name }?.energy)
        let (document, outcome, comment) = try optimize(structure, ["--criteria", "tight"])
        let push = try #require(document.symmetryBreaking, "\(name)")
        let last = try #require(document.points.last)
        #expect(push.outcome == "left" && document.finalPoint == document.points.count)
        #expect(abs(last.energy - minimum) < 1e-6, "\(name): \(last.energy)")
        #expect(document.points[push.point - 1].energy > last.energy + 1e-5)
        #expect(abs((push.energyChange ?? 0) - (last.energy - document.points[push.point - 1].energy)) < 1e-12)
        #expect(outcome.output.contains("did not return") && outcome.output.contains("curvature was not tested"))
        #expect(outcome.output.contains("esp frequencies "))
        #expect(!outcome.output.contains("minimum found") && comment.contains("stationary point"))
    }

    /// Every symmetric minimum ends where the search that stays in the symmetry ends.
    @Test(arguments: [
        ("carbon dioxide", "3\n\nC 0 0 0\nO 0 0 1.17\nO 0 0 -1.17\n", true),
        ("acetylene", "4\n\nC 0 0 0.6\nC 0 0 -0.6\nH 0 0 1.66\nH 0 0 -1.66\n", true),
        ("ethene", "6\n\nC 0 0 0.66\nC 0 0 -0.66\nH 0 0.92 1.23\nH 0 -0.92 1.23\nH 0 0.92 -1.23\nH 0 -0.92 -1.23\n", false),
        ("boron trifluoride", "4\n\nB 0 0 0\n" + ring("F", 3, 1.31), false),
        ("benzene", "12\n\n" + ring("C", 6, 1.39) + ring("H", 6, 2.47), false),
    ])
    func minimaAreComeBackTo(name: String, structure: String, isLinear: Bool) throws {
        let (document, outcome, _) = try optimize(structure)
        let (kept, _, _) = try optimize(structure, ["--keep-symmetry"])
        let push = try #require(document.symmetryBreaking, "\(name)")
        #expect(push.outcome == "returned" && push.isLinear == isLinear && push.isPlanar)
        #expect(outcome.output.contains("and returned to it"))
        let energy = try #require(document.outcome?.energy)
        let keptEnergy = try #require(kept.points.last?.energy)
        #expect(kept.symmetryBreaking == nil && kept.points.count == push.point)
        #expect(abs(energy - keptEnergy) < 1e-6 && energy <= keptEnergy, "\(name)")
        #expect(document.points.count - push.point <= 8, "\(name)")
    }

    @Test func heldAnglesMayBeStraight() throws {
        let structure = "3\n\nO 0 0 0\nH 0 0 0.99\nH 0 0 -0.99\n"
        for (hold, degrees) in [("2-1-3", 180.0), ("2-1-3=110", 110)] {
            let (document, _, _) = try optimize(structure, ["--hold", hold, "--criteria", "tight"])
            let r = (0..<3).map { k in (0..<3).map { document.outcome?.geometry[3 * k + $0] ?? 0 } }
            let (u, v) = (zip(r[1], r[0]).map { $0 - $1 }, zip(r[2], r[0]).map { $0 - $1 })
            func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
            let cosine = dot(u, v) / (dot(u, u) * dot(v, v)).squareRoot()
            #expect(abs(acos(max(-1, cosine)) * 180 / .pi - degrees) < 0.02, "\(hold)")
        }
    }

    @Test func holdsThatContradictEachOtherAreRefused() throws {
        let program = try Program()
        defer { program.remove() }
        try program.write("3\n\nO 0 0 0\nH 0 0 0.99\nH 0 0 -0.99\n", to: "water.xyz")
        try program.write("4\n\nH 0 1 -0.2\nC 0 0 0\nC 0 0 1.2\nH 0 0 2.26\n", to: "chain.xyz")
        for (file, holds, text) in [
            ("water.xyz", ["--hold", "1-2=1", "--hold", "1-3=1", "--hold", "2-3=3"], "misses --hold 1-2=1"),
            ("water.xyz", ["--hold", "1-2=1", "--hold", "2-1=1.2"], "--hold 2-1=1.2"),
            ("water.xyz", ["--freeze", "1,2", "--hold", "1-2=2"], "misses --hold 1-2=2\n  Leave out"),
            ("chain.xyz", ["--hold", "1-2-3-4"], "--hold 1-2-3-4 has no value"),
        ] {
            let run = try program.run(["optimize", file, "-o", "out"] + Self.options + holds)
            #expect(run.status == 64 && run.error.contains(text), "\(holds): \(run.error)")
            #expect(program.names(in: "out").isEmpty)
        }
    }

    /// As long as the holds are not fulfilled the structure that is nearest to them is shown, not the lowest one.
    @Test func unmetHoldsShowTheLastStructure() throws {
        let program = try Program()
        defer { program.remove() }
        try program.write("3\n\nO 0 0 0\nH 0.94 0 -0.3\nH -0.94 0.1 -0.3\n", to: "water.xyz")
        let run = try program.run(["optimize", "water.xyz", "-o", "out", "--hold", "1-2=2.5", "--max-steps", "3"] + Self.options)
        #expect(run.status == 2 && run.error.contains("did not converge within 3 structures"), "\(run.error)")
        let r = try XYZFile(readingFrom: program.folder.appendingPathComponent("out/optimized.xyz").path).molecule.atoms.map(
            \.position)
        #expect(distance(r[0], r[1]) * PhysicalConstants.bohrInAngstrom > 1.1)
    }

    /// Forces vanish at a distance, too.
    @Test func moleculesThatRepelEachOtherAreNoStationaryPoint() throws {
        let program = try Program()
        defer { program.remove() }
        try program.write(
            "6\n\nO 0 0 0\nH -0.6 0.76 0\nH -0.6 -0.76 0\nO 2.6 0 0\nH 3.2 0.76 0\nH 3.2 -0.76 0\n", to: "waters.xyz")
        for options in [[], ["--criteria", "loose"], ["--hold", "2-1-4-5", "--criteria", "loose"]] {
            let arguments = ["optimize", "waters.xyz", "-o", "out\(options.count)"] + Self.options + options
            for _ in 0..<2 {
                let run = try program.run(arguments)
                #expect(
                    run.status == 2
                        && run.error.contains("dissociates: at the end the distance between atoms 1-3 and the other atoms"),
                    "\(run.error)")
                #expect(!run.output.contains("stationary point found"))
            }
        }
    }
}
