import Foundation
import RunFolders
import TestSupport
import Testing

/// `esp account`, `esp compare` and `--fragment`.
@Suite struct AccountTests {
    @Test func aFinishedRunIsAccountedFor() throws {
        let program = try Program()
        defer { program.remove() }
        try program.write(Program.water, to: "water.xyz")
        let run = try program.run(
            ["compute", "water.xyz", "--charge", "0,-1,-2", "--fragment", "left H=2"] + Program.quick)
        #expect(run.status == 0, "\(run.error)")
        let table = try program.run(["account", "water.esp", "--scheme", "mulliken"])
        #expect(table.status == 0 && table.output.contains("left H") && !table.output.contains("chelpg"))
        #expect(table.output.split(separator: "\n").allSatisfy { $0.count <= 100 })
        let csv = try program.run(["account", "water.esp", "--format", "csv"])
        #expect(csv.output.contains("\"mulliken\",fragment,\"left H\",\"2\",-2,1,"))
        let json = try program.run(["account", "water.esp", "--format", "json"])
        #expect(try JSONSerialization.jsonObject(with: Data(json.output.utf8)) is [String: Any])
        let compare = try program.run(["compare", "water.esp", "water.esp"])
        #expect(compare.status == 0 && !compare.output.contains("cannot be tested"), "\(compare.error)")
        let claims = try program.run(["compare", "water.esp", "water.esp", "--claims", "lmlct"])
        #expect(claims.status == 0 && claims.output.contains("cannot be tested") && claims.output.contains("Preliminary"))
    }

    @Test(arguments: [
        (["account", "nowhere"], 66), (["compare", "nowhere"], 66), (["compute", "water.xyz", "--fragment", "x=9"], 65),
        (["compute", "water.xyz", "--fragment", "x=1-0"], 64), (["compute", "water.xyz", "--fragment", "1,2"], 64),
    ])
    func badInputIsExplained(arguments: [String], status: Int) throws {
        let program = try Program()
        defer { program.remove() }
        try program.write(Program.water, to: "water.xyz")
        let outcome = try program.run(arguments)
        #expect(Int(outcome.status) == status && !outcome.error.isEmpty)
    }
}

/// `esp compute --relax` and `esp study`.
@Suite struct StudyTests {
    private static let hydroxyl = "2\nhydroxyl radical cation\nO 0 0 0\nH 0 0 1.05\n"

    @Test func relaxedStatesHaveTheirOwnStructures() throws {
        let program = try Program()
        defer { program.remove() }
        try program.write(Self.hydroxyl, to: "oh.xyz")
        let run = try program.run(["compute", "oh.xyz", "-c", "1,0", "--relax", "--json"] + Program.quick)
        #expect(run.status == 0, "\(run.error)")
        let document = try #require(try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
        let vertical = try #require(document["states"] as? [[String: Any]])
        let relaxed = try #require(document["relaxed_states"] as? [[String: Any]])
        func energy(_ state: [String: Any]) -> Double { state["energy"] as? Double ?? 0 }
        #expect(relaxed.count == 2 && abs(energy(relaxed[0]) - energy(vertical[0])) < 1e-8)
        #expect(energy(relaxed[1]) < energy(vertical[1]) - 1e-6)
        // An interrupted series goes on; one of another structure, or without --relax, is not mixed with it.
        let parts = ["compute", "oh.xyz", "-c", "1,0", "--relax", "-o", "parts"] + Program.quick
        #expect(try program.run(parts, signal: SIGKILL, whenThereIs: "parts/relaxed/q0.opt").status == -SIGKILL)
        let resumed = try program.run(parts + ["--json"])
        let whole = try #require(try JSONSerialization.jsonObject(with: Data(resumed.output.utf8)) as? [String: Any])
        let states = try #require(whole["relaxed_states"] as? [[String: Any]])
        #expect(states.count == 2 && zip(states, relaxed).allSatisfy { abs(energy($0) - energy($1)) < 1e-6 })
        #expect(try program.run(parts).status == 0)
        #expect(try program.run(["compute", "oh.xyz", "-c", "1,0", "-o", "parts"] + Program.quick).status == 73)
        #expect(relaxed.allSatisfy { ($0["geometry"] as? [Double])?.count == 6 } && vertical.allSatisfy { $0["geometry"] == nil })
    }

    @Test func finishedCellsAreNotComputedAgain() throws {
        let program = try Program()
        defer { program.remove() }
        try program.write(Self.hydroxyl, to: "oh.xyz")
        let arguments = ["study", "oh.xyz", "--methods", "hf", "--bases", "STO-3G"]
        let first = try program.run(arguments)
        #expect(first.status == 0 && first.output.contains("preliminary"), "\(first.error)")
        let result = program.folder.appendingPathComponent("study/oh/hf_STO-3G/vertical.esp/result.json")
        let written = try FileManager.default.attributesOfItem(atPath: result.path)[.modificationDate] as? Date
        let second = try program.run(arguments)
        #expect(second.output == first.output)
        #expect(try FileManager.default.attributesOfItem(atPath: result.path)[.modificationDate] as? Date == written)
    }

    /// A cell starts from the orbitals of the smaller basis set with the same method.
    @Test func cellsClimbFromTheSmallerBasis() throws {
        let program = try Program()
        defer { program.remove() }
        try program.write(Self.hydroxyl, to: "oh.xyz")
        let study = try program.run(
            ["study", "oh.xyz", "--methods", "hf,lda", "--bases", "STO-3G,6-31G", "--charges", "mulliken", "--search", "none"])
        #expect(study.status == 0, "\(study.error)")
        func start(_ cell: String) throws -> String? {
            let path = program.folder.appendingPathComponent("study/oh/\(cell)/vertical.esp/result.json")
            return try ResultDocument(json: Data(contentsOf: path)).input?.whole?.convergence.startFrom
        }
        for method in ["hf", "lda"] {
            #expect(try start("\(method)_STO-3G") == nil)
            let path = try #require(try start("\(method)_6-31G"))
            #expect(path.hasSuffix("study/oh/\(method)_STO-3G/vertical.esp"), "\(path)")
        }
        // The same energies as from the atoms.
        let alone = try program.run(
            ["compute", "oh.xyz", "-c", "0,-1,-2", "--method", "lda", "--basis", "6-31G", "--search", "none", "--json"]
                + ["--charges", "mulliken", "--picture", "none", "--no-report"])
        #expect(alone.status == 0, "\(alone.error)")
        let expected = try ResultDocument(json: Data(alone.output.utf8)).states
        let path = program.folder.appendingPathComponent("study/oh/lda_6-31G/vertical.esp/result.json")
        let found = try ResultDocument(json: Data(contentsOf: path)).states
        for (one, other) in zip(found, expected) {
            #expect(abs((one.energy ?? 0) - (other.energy ?? 1)) < 1e-6, "\(one.charge): \(String(describing: one.energy))")
        }
    }
}
