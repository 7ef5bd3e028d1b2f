import Foundation
import RunFolders
import Testing

/// Fragments of the user's own on a finished run: nothing is solved again, and charges that are known stay.
@Suite struct FragmentOptionTests {
    @Test func fragmentsOfAFinishedRun() throws {
        let program = try Program()
        defer { program.remove() }
        try program.write(Program.water, to: "water.xyz")
        #expect(try program.run(["compute", "water.xyz", "-c", "1,0,-1", "--search", "none"] + Program.quick).status == 0)
        #expect(try program.run(["charges", "water.esp", "--scheme", "npa", "-q"]).status == 0)
        let path = program.folder.appendingPathComponent("water.esp/result.json").path
        let before = try ResultDocument(readingFrom: path)
        let option = ["--fragment", "my hydroxyl=1,2"]
        for command in [["account"], ["orbitals"], ["fukui"], ["surface", "--spacing", "0.5", "--json"]] {
            let run = try program.run([command[0], "water.esp"] + command.dropFirst() + option)
            #expect(run.status == 0 && run.output.contains("my hydroxyl"), "\(command): \(run.error)")
        }
        #expect(try program.run(["report", "water.esp", "-o", "page.html"] + option).status == 0)
        #expect(
            try String(contentsOf: program.folder.appendingPathComponent("page.html"), encoding: .utf8).contains("my hydroxyl"))
        #expect(try ResultDocument(readingFrom: path) == before)
        let wrong = try program.run(["account", "water.esp", "--fragment", "a=9"])
        #expect(wrong.status == 65 && wrong.error.contains("--fragment"), "\(wrong.error)")

        // esp compute keeps them, with everything that was known.
        let kept = try program.run(["compute", "water.xyz", "-c", "0", "--search", "none"] + Program.quick + option)
        #expect(kept.status == 0 && !kept.error.contains("iteration"), "\(kept.error)")
        let after = try ResultDocument(readingFrom: path)
        #expect(after.fragments?.contains { $0.name == "my hydroxyl" && $0.atoms == [0, 1] } == true)
        #expect(after.states == before.states && after.states[0].charges["npa"] != nil)
        #expect(try program.run(["account", "water.esp"]).output.contains("my hydroxyl"))
    }
}
