import Foundation
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
        #expect(compare.status == 0 && compare.output.contains("not testable") && compare.output.contains("Preliminary"))
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
