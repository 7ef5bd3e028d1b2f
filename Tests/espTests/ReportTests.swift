import Foundation
import Testing

/// `report.html` from `esp compute` and `esp report`.
@Suite struct ReportTests {
    @Test func everyComputationHasItsPage() throws {
        let program = try Program()
        defer { program.remove() }
        let harm = "<script>alert('harm')</script>"
        try program.write(Program.water.replacingOccurrences(of: "\nwater\n", with: "\n\(harm)\n"), to: "water.xyz")
        let arguments = ["compute", "water.xyz", "--charge", "0,-1"] + Program.quick.filter { $0 != "--no-report" }
        let run = try program.run(arguments)
        #expect(run.status == 0 && run.output.contains("water.esp/report.html"), "\(run.error)")
        let page = try text("water.esp/report.html", program)
        #expect(!page.contains(harm) && page.contains("&lt;script&gt;alert"))
        // Potentials of both states, and what the electron adds to the first.
        #expect(page.components(separatedBy: "\"potential\":{\"surfaces\":[{").count - 1 == 2)
        #expect(page.contains("\"difference\":{\"surfaces\":[{") && page.contains("density difference relative to q = 0"))
        #expect(page.contains("\"spin\":{\"surfaces\":[{") && page.contains("src=\"data:image/png;base64,iVBOR"))
        #expect(page.utf8.count < 3_000_000)

        let both = try program.run(["report", "water.esp", "water.esp", "-o", "both.html", "--threads", "1"])
        #expect(both.status == 0 && both.output == "both.html\n", "\(both.error)")
        #expect(try text("both.html", program).contains("id=\"state-1-1\""))
    }

    @Test func whatIsNoRunIsNamed() throws {
        let program = try Program()
        defer { program.remove() }
        let outcome = try program.run(["report", "nowhere.esp"])
        #expect(outcome.status == 66 && outcome.error.contains("nowhere.esp"))
        #expect(!program.names(in: "").contains("nowhere.esp"))
    }

    private func text(_ name: String, _ program: Program) throws -> String {
        try String(contentsOf: program.folder.appendingPathComponent(name), encoding: .utf8)
    }
}
