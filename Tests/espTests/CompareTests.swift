import FileFormats
import Foundation
import MolecularStructure
import RunFolders
import Testing

/// `esp compare` sets the runs of any molecules side by side.
@Suite struct CompareTests {
    /// What the tables and files hold is what the results hold.
    @Test func anyMoleculesSideBySide() throws {
        let program = try Program()
        defer { program.remove() }
        try program.write(Program.water, to: "water.xyz")
        try program.write("2\n\nH 0 0 0\nH 0 0 0.74\n", to: "h2.xyz")
        for arguments in [["water.xyz", "-c", "1,0,-1"], ["h2.xyz", "-c", "0"]] {
            #expect(try program.run(["compute"] + arguments + ["--search", "none"] + Program.quick).status == 0)
        }
        #expect(try program.run(["surface", "water.esp", "--spacing", "0.5"]).status == 0)
        func document(_ name: String) throws -> ResultDocument {
            try ResultDocument(readingFrom: program.folder.appendingPathComponent("\(name)/result.json").path)
        }
        let (water, hydrogen) = (try document("water.esp"), try document("h2.esp"))
        let table = try program.run(["compare", "water.esp", "h2.esp"])
        #expect(table.status == 0, "\(table.error)")
        #expect(table.output.split(separator: "\n").allSatisfy { $0.count <= 100 }, "\(table.output)")
        let energies = try (water.states + hydrogen.states).map { try #require($0.energy) }
        for energy in energies { #expect(table.output.contains(String(format: "%.8f", energy)), "\(energy)") }
        // The affinity of the cation is the ionisation energy of the molecule.
        let affinity = (energies[0] - energies[1]) * PhysicalConstants.hartreeInElectronvolt
        #expect(
            table.output.contains(String(format: "%.3f", affinity)) && table.output.contains("H2O")
                && table.output.contains("chelpg"))
        #expect(!table.output.contains("claim"))
        // Extrema of the surface, at the oxygen and at a hydrogen of the neutral molecule.
        let surface = table.output.split(separator: "\n").drop { !$0.hasPrefix("potential on the surface") }
        #expect(surface.contains { $0.contains(" O1") && $0.contains(" H") }, "\(table.output)")

        let csv = try program.run(["compare", "water.esp", "h2.esp", "--format", "csv"]).output
        #expect(csv.contains("\"water\",\"H2O\",0,1,energy,,\"\",\"\",\(energies[1])\n"))
        let sum = csv.split(separator: "\n").filter { $0.hasPrefix("\"water\"") && $0.contains(",-1,2,charge,mulliken,") }
            .compactMap { Double($0.split(separator: ",").last ?? "") }.reduce(0, +)
        #expect(abs(sum + 1) < 1e-6, "\(csv)")
        let json = try program.run(["compare", "water.esp", "h2.esp", "--format", "json"]).output
        let object = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
        #expect((object["runs"] as? [[String: Any]])?.count == 2 && object["claims"] == nil)

        // The page has the same figures, and no claims where none can be tested.
        let both = try program.run(["compare", "water.esp", "h2.esp", "--page", "both.html", "--claims", "lmlct"])
        #expect(both.status == 0 && both.output.contains("page: both.html"), "\(both.error)")
        let page = try String(contentsOf: program.folder.appendingPathComponent("both.html"), encoding: .utf8)
        #expect(page.contains("Side by side") && page.contains("Extrema of the potential") && !page.contains("Criteria"))
        for energy in energies {
            #expect(page.contains(String(format: "%.8f", energy).replacingOccurrences(of: "-", with: "\u{2212}")))
        }
        #expect(page.contains(">\(String(format: "%.3f", affinity))</td>"))

        for (arguments, status, text) in [
            (["--scheme", "npa"], 64, "not all runs have 'npa' charges"), (["--claims", "all"], 64, "lmlct"),
            (["--format", "csv", "--claims", "lmlct"], 64, "--format json"),
        ] {
            let run = try program.run(["compare", "water.esp", "h2.esp"] + arguments)
            #expect(run.status == Int32(status) && run.error.contains(text), "\(run.error)")
        }
    }
}
