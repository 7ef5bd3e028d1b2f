import FileFormats
import Foundation
import RunFolders
import Testing

/// Several files in one call.
@Suite struct SeveralFilesTests {
    private func withProgram(_ body: (Program) throws -> Void) throws {
        let program = try Program()
        defer { program.remove() }
        try program.write("2\n\nH 0 0 0\nH 0 0 0.74\n", to: "h2.xyz")
        try program.write("1\n\nHe 0 0 0\n", to: "he.xyz")
        try program.write("2\n\nH 0 0 0\nXx 0 0 0.74\n", to: "bad.xyz")
        try body(program)
    }

    private func energy(_ program: Program, _ folder: String) throws -> Double? {
        try ResultDocument(readingFrom: program.folder.appendingPathComponent("\(folder)/result.json").path).states.first?.energy
    }

    /// A wrong file between two sound ones costs neither of them its result.
    @Test func oneThatFailsDoesNotStopTheOthers() throws {
        try withProgram { program in
            let run = try program.run(["compute", "h2.xyz", "bad.xyz", "he.xyz"] + Program.quick)
            #expect(run.status == 65, "\(run.error)")
            #expect(run.error.contains("2 of 3: bad.xyz") && run.error.contains("esp: error: bad.xyz"), "\(run.error)")
            #expect(
                run.output.hasSuffix(
                    "\n3 files, 1 not finished\n  h2.xyz: done\n  bad.xyz: failed (exit code 65)\n  he.xyz: done\n"),
                "\(run.output)")
            #expect(program.names(in: "bad.esp").isEmpty)
            // The same numbers as by itself.
            let alone = try program.run(["compute", "he.xyz", "-o", "alone"] + Program.quick)
            #expect(alone.status == 0)
            #expect(try energy(program, "he.esp") == energy(program, "alone"))
            #expect(try energy(program, "h2.esp") != nil)

            let surfaces = try program.run(["surface", "h2.esp", "nowhere", "he.esp"])
            #expect(surfaces.status == 66 && surfaces.output.contains("3 files, 1 not finished"), "\(surfaces.error)")
            for folder in ["h2.esp", "he.esp"] { #expect(program.names(in: folder).contains("surface.json")) }
            let charges = try program.run(["charges", "h2.esp", "he.esp", "--scheme", "hirshfeld", "-q"])
            #expect(
                charges.status == 0 && charges.output.hasSuffix("2 files, all done\n  h2.esp: done\n  he.esp: done\n"),
                "\(charges.error)")
        }
    }

    /// The greatest code of all, here of a search that was cut short and of a file that is not there.
    @Test func theExitCodeIsThatOfTheWorst() throws {
        try withProgram { program in
            try program.write("2\n\nH 0 0 0\nH 0 0 0.9\n", to: "long.xyz")
            let search = ["--method", "hf", "--basis", "STO-3G", "--threads", "1", "--max-steps", "1"]
            let run = try program.run(["optimize", "long.xyz", "missing.xyz"] + search)
            #expect(run.status == 66, "\(run.error)")
            #expect(
                run.output.contains("long.xyz: not converged (exit code 2)\n  missing.xyz: failed (exit code 66)"),
                "\(run.output)")
            #expect(program.names(in: "long.opt").contains("optimization.json"))
            let open = try program.run(["gradient", "h2.xyz", "he.xyz", "--max-iterations", "1"] + Array(search.prefix(6)))
            #expect(
                open.status == 2 && open.output.contains("h2.xyz: not converged (exit code 2)"), "\(open.output) \(open.error)")
        }
    }

    @Test(arguments: [
        (["compute", "h2.xyz", "he.xyz", "-o", "x"], "--output names the folder of one file"),
        (["optimize", "h2.xyz", "he.xyz", "--json"], "--json prints one document"),
        (["compute", "h2.xyz", "b/h2.xyz"], "same folder for results"), (["gradient", "h2.xyz", "h2.xyz"], "named twice"),
        (["surface", "h2.esp", "./h2.esp"], "same folder"), (["charges", "h2.esp", "he.esp", "--json"], "--json"),
        (["analyze", "a.fchk", "a.molden"], "same folder"),
        (["compute", "h2.xyz", "--proatoms", "restricted"], "--proatoms has no effect"),
        (["compute", "h2.xyz", "--method", "uhf", "--grid", "fine"], "--grid has no effect"),
        (["compute", "h2.xyz", "--preset", "paper", "--method", "hf", "--basis", "STO-3G"], "--preset paper has no effect"),
        (["charges", "h2.esp", "--scheme", "cm5", "--bond-threshold", "0.3"], "--bond-threshold has no effect"),
    ])
    func whatDoesNotGoTogetherIsRefused(arguments: [String], text: String) throws {
        try withProgram { program in
            let run = try program.run(arguments)
            #expect(run.status == 64 && run.error.contains(text) && run.output.isEmpty, "\(run.status) \(run.error)")
            #expect(program.names(in: "h2.esp").isEmpty)
        }
    }

    /// One page for each command that the help lists, without a sign that roff would take for its own.
    @Test func manualPagesOfAllCommands() throws {
        try withProgram { program in
            #expect(try program.run(["manual", "man"]).status == 0)
            let names = program.names(in: "man")
            #expect(names.isSuperset(of: ["esp.1", "esp-compute.1", "esp-optimize.1", "esp-basis-list.1", "esp-report.1"]))
            #expect(!names.contains("esp-manual.1") && names.count >= 18)
            for name in names {
                let text = try String(contentsOf: program.folder.appendingPathComponent("man/\(name)"), encoding: .utf8)
                let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
                #expect(lines.first?.hasPrefix(".TH ESP") == true && text.contains(".SH NAME\nesp"), "\(name)")
                #expect(text.contains(".SH SYNOPSIS\n.nf\nesp"), "\(name)")
                let requests = lines.filter { $0.hasPrefix(".") || $0.hasPrefix("'") }
                #expect(
                    requests.allSatisfy { $0.hasPrefix(".TH ") || $0.hasPrefix(".SH ") || $0 == ".nf" || $0 == ".fi" }, "\(name)")
                #expect(lines.count { $0 == ".nf" } == lines.count { $0 == ".fi" }, "\(name)")
            }
            let compute = try String(contentsOf: program.folder.appendingPathComponent("man/esp-compute.1"), encoding: .utf8)
            #expect(compute.contains("\\-\\-multiplicity"))
        }
    }
}
