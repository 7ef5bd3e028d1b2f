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
        // Of the cation there are two panels, as they are and relative to the mean; of the neutral molecule one.
        func redrawn(_ arguments: [String]) throws -> [String] {
            let run = try program.run(["picture", "water.esp", "--width", "300", "--threads", "2"] + arguments)
            #expect(run.status == 0, "\(run.error)")
            return run.output.split(separator: "\n").map { String($0.split(separator: "/").last ?? "") }
        }
        #expect(
            try redrawn(["--show", "homo-1,beta:lumo,alpha:2", "--state", "1"]) == [
                "q1_m2_homo-1_300px.png", "q1_m2_beta-lumo_300px.png", "q1_m2_alpha-2_300px.png",
            ])
        #expect(
            try redrawn(["--show", "esp", "--no-relative", "--extrema", "--state", "0"]) == [
                "q0_m1_esp_absolute_extrema_own-scale_300px.png"
            ])
        #expect(
            try redrawn(["--plane", "1,2,3", "--show", "density,difference"]) == [
                "q0_m1_density_plane1-2-3_300px.png", "q0_m1_density_plane1-2-3_300px.svg", "q1_m2_density_plane1-2-3_300px.png",
                "q1_m2_density_plane1-2-3_300px.svg", "q1_m2_difference_plane1-2-3_300px.png",
                "q1_m2_difference_plane1-2-3_300px.svg",
            ])
        // Water has no ring that it could share.
        let alike = try program.run(["picture", "water.esp", "--like", "water.esp"])
        #expect(alike.status == 65 && alike.error.contains("share no ring"), "\(alike.error)")
        for limits in ["-1e308,1e308", "0,5e-324", "0.05,-0.05"] {
            let extreme = try program.run(["picture", "water.esp", "--scale=\(limits)", "--plane", "1,2,3"])
            #expect(extreme.status == 64 && extreme.error.contains("two limits"), "\(extreme.status) \(extreme.error)")
        }
        let svg = try String(
            contentsOf: folder.appendingPathComponent("q1_m2_density_plane1-2-3_300px.svg"), encoding: .utf8)
        #expect(svg.contains(">O1</text>") && svg.contains("charge +1, doublet, \u{27E8}S\u{B2}\u{27E9} = 0.7"))
        // Pictures that look otherwise do not take the place of the first.
        #expect(try Data(contentsOf: folder.appendingPathComponent("q0_m1_esp.png")) == first)
    }

    @Test(arguments: [
        (["picture", "nowhere"], 66), (["picture", "x", "--show", "y"], 64), (["picture", "x", "--view", "up"], 64),
        (["picture", "x", "--scale", "1"], 64), (["picture", "x", "--width", "1"], 64),
        (["picture", "x", "--isovalue", "0"], 64), (["picture", "x", "--show", "homo+1"], 64),
        (["picture", "x", "--show", "gamma:homo"], 64), (["picture", "x", "--plane", "1,2"], 64),
        (["picture", "x", "--plane", "1,2,0"], 64), (["picture", "x", "--like", "y", "--view", "top"], 64),
        (["picture", "x", "--plane", "1,2,3", "--extrema"], 64),
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
