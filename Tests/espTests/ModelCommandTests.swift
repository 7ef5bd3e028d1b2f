import Foundation
import Testing

/// `esp model`: curves, deviations, fits and a plot.
@Suite struct ModelCommandTests {
    @Test func curvesAndFits() throws {
        let program = try Program()
        defer { program.remove() }
        let curve = try program.run(["model", "--candidate", "0.125,0.25,0.5:8,4,2", "--plot", "gain.svg"])
        // 1 + 0.5 + 0.5 molecules.
        #expect(
            curve.status == 0 && curve.output.contains("0.1250    0.5000") && curve.output.contains("0.2500    0.7500"),
            "\(curve.output)")
        let plot = try String(contentsOf: program.folder.appendingPathComponent("gain.svg"), encoding: .utf8)
        #expect(plot.hasPrefix("<svg") && plot.contains("model 1"))
        try program.write("R,eta\n0,0\n0.1,0.4\n0.2,0.8\n0.3,0.9\n0.4,1\n0.5,1\n", to: "points.csv")
        let fit = try program.run(["model", "points.csv", "--candidate", "four and one=0.1,0.2:4,1", "--fit", "--json"])
        #expect(fit.status == 0, "\(fit.error)")
        let results = try #require(try JSONSerialization.jsonObject(with: Data(fit.output.utf8)) as? [[String: Any]])
        let ratios = try #require(results[0]["critical_ratios"] as? [Double])
        #expect(abs(ratios[0] - 0.2) < 1e-6 && abs(ratios[1] - 0.4) < 1e-6 && results[0]["name"] as? String == "four and one")
    }

    @Test(
        arguments: [
            ([], 64, "a model is needed"), (["--candidate", "1:2", "--fit"], 64, "--fit needs a file"),
            (["--candidate", "0.5,0.2:1,2"], 64, "must be positive and ascending"), (["--candidate", "x:1"], 64, "write u1,u2"),
            (["none.csv", "--candidate", "1:2"], 66, "none.csv"),
            (["few.csv", "--candidate", "1,2:2,1", "--fit"], 65, "do not determine 3 parameters"),
            (["few.csv", "--candidate", "1:2", "--voltages", "3,3"], 64, "two different voltages"),
        (["falling.csv", "--candidate", "1:2", "--fit"], 65, "do not rise"),
        (["falling.csv", "--candidate", "1,2:2,1,1", "--fit"], 64, "2 critical ratios, but 3"),
        (["comma.csv", "--candidate", "1:2"], 65, "decimal commas"),
        ] as [([String], Int32, String)]) func refusals(arguments: [String], status: Int32, text: String) throws
    {
        let program = try Program()
        defer { program.remove() }
        try program.write("0.5,0.4\n1,1\n", to: "few.csv")
        try program.write("0.2,-1\n0.4,-2\n0.6,-3\n0.8,-4\n", to: "falling.csv")
        try program.write("0,25;0,5\n", to: "comma.csv")
        let run = try program.run(["model"] + arguments)
        #expect(run.status == status && run.error.contains(text), "\(run.status) \(run.error)")
    }
}
