import Foundation
import TestSupport
import Testing

/// `esp picture`, and the pictures of `esp compute`.
@Suite struct PictureTests {
    @Test func aRunIsDrawnAndRedrawn() throws {
        let program = try Program()
        defer { program.remove() }
        try program.write(Program.water, to: "water.xyz")
        var arguments = ["compute", "water.xyz", "--charge", "0,1"] + Program.quick
        arguments[try #require(arguments.firstIndex(of: "--picture")) + 1] = "esp,difference"
        let run = try program.run(arguments)
        #expect(run.status == 0, "\(run.error)")
        let names = program.names(in: "water.esp").filter { $0.hasSuffix(".png") }
        #expect(Set(names) == ["q0_m1_esp.png", "q1_m2_esp.png", "states_esp.png", "q1_m2_difference.png"])
        let folder = program.folder.appendingPathComponent("water.esp")
        let first = try Data(contentsOf: folder.appendingPathComponent("q0_m1_esp.png"))
        // The width stands after the signature and the head of the first chunk.
        #expect(first[16..<20].reduce(0) { $0 << 8 | Int($1) } == 1600)
        let drawn = try program.run(
            [
                "picture", "water.esp", "--show", "esp,spin,homo", "--state", "1", "--width", "300", "--view", "top", "--threads",
                "2",
            ])
        #expect(drawn.status == 0, "\(drawn.error)")
        #expect(
            drawn.output.split(separator: "\n").map { $0.split(separator: "/").last } == [
                "q1_m2_esp_own-scale_top_300px.png", "q1_m2_spin_top_300px.png", "q1_m2_homo_top_300px.png",
            ])
        let other = try Data(contentsOf: folder.appendingPathComponent("q1_m2_esp_own-scale_top_300px.png"))
        #expect(other[16..<20].reduce(0) { $0 << 8 | Int($1) } == 300)
        // Pictures that look otherwise do not take the place of the first.
        #expect(try Data(contentsOf: folder.appendingPathComponent("q0_m1_esp.png")) == first)
    }

    @Test(arguments: [
        (["picture", "nowhere"], 66), (["picture", "x", "--show", "y"], 64), (["picture", "x", "--view", "up"], 64),
        (["picture", "x", "--scale", "1"], 64), (["picture", "x", "--width", "1"], 64),
        (["picture", "x", "--isovalue", "0"], 64),
        (["compute", "water.xyz", "--picture", "y"], 64),
    ])
    func badInputIsExplained(arguments: [String], status: Int) throws {
        let program = try Program()
        defer { program.remove() }
        try program.write(Program.water, to: "water.xyz")
        let outcome = try program.run(arguments)
        #expect(Int(outcome.status) == status && !outcome.error.isEmpty)
    }
}
