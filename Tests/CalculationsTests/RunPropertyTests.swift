import Calculations
import FileFormats
import Foundation
import ReductionSeries
import RunFolders
import TestSupport
import Testing
import WavefunctionAnalysis

/// Properties of a finished run as a caller of the library has them, without the command line.
@Suite struct RunPropertyTests {
    /// Folder of HeH with charges 1 and 0, removed at the end.
    private func withRun(_ body: (_ folder: String) throws -> Void) throws {
        let root = FileManager.default.temporaryDirectory.appendingPathComponent("properties-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: root) }
        var input = CalculationInput(
            molecule: MoleculeInput(name: "heh", symbols: ["He", "H"], geometry: [0, 0, 0, 0, 0, 1.6]))
        input.model.method = "hf"
        input.model.basis = "STO-3G"
        input.model.basisFolder = Repository.basisSets.path
        input.states.charges = [1, 0]
        input.analyses.charges.schemes = ["mulliken"]
        input.analyses.cubes = []
        input.analyses.pictures = []
        input.resources.threads = 1
        let folder = root.appendingPathComponent("heh.esp").path
        try Calculation(input, folder: folder).run()
        try body(folder)
    }

    private func message(_ body: () throws -> Void) -> String? {
        do {
            try body()
            return nil
        } catch {
            return "\(error)"
        }
    }

    @Test func valuesFormsAndFiles() throws {
        try withRun { folder in
            func has(_ name: String) -> Bool { FileManager.default.fileExists(atPath: folder + "/" + name) }
            // The value alone leaves the folder as it is.
            let orbitals = PropertyCalculation(OrbitalsProperty(), folder: folder)
            _ = try orbitals.value()
            #expect(!has("orbitals.csv"))
            var shown: [String] = []
            try orbitals.run { shown.append($0) }
            #expect(shown.count == 2 && shown[0].hasPrefix("orbitals by fragment") && shown[1].contains("orbitals.csv"))
            #expect(has("orbitals.csv") && has("q1_m1.dos.svg"))
            // Both states have the same axes, and every line is in the legend.
            func texts(_ name: String, anchor: String) throws -> [Substring] {
                let svg = try String(contentsOfFile: folder + "/" + name, encoding: .utf8)
                return svg.split(separator: "\n").filter { $0.contains("text-anchor=\"\(anchor)\"") }
            }
            let axis = try texts("q1_m1.dos.svg", anchor: "middle")
            let (other, heights) = (try texts("q0_m2.dos.svg", anchor: "middle"), try texts("q1_m1.dos.svg", anchor: "end"))
            #expect(!axis.isEmpty && axis == Array(other.prefix(axis.count)))
            let otherHeights = try texts("q0_m2.dos.svg", anchor: "end")
            #expect(heights.count == 3 && heights == Array(otherHeights.prefix(3)))
            for name in ["total", "HOMO", "orbital energy"] {
                #expect(try texts("q1_m1.dos.svg", anchor: "start").contains { $0.contains(">\(name)<") })
            }

            // One electron was added, and all shares of it add up to one.
            let account = try PropertyCalculation(AccountProperty(), folder: folder).value().account
            #expect(account.states.map(\.charge) == [1, 0])
            for scheme in account.schemes { #expect(abs(scheme.totalShares[0].reduce(0, +) - 1) < 1e-9) }
            let fukui = try PropertyCalculation(FukuiProperty(charge: 0), folder: folder).value()
            #expect(fukui.schemes.allSatisfy { abs(($0.atoms.minus ?? []).reduce(0, +) - 1) < 1e-9 && $0.atoms.plus == nil })
        }
    }

    /// What is shown comes before the files, and files are announced in text only.
    @Test func surfaceInEveryForm() throws {
        try withRun { folder in
            let surface = PropertyCalculation(SurfaceProperty(spacing: 0.5), folder: folder)
            var shown: [String] = []
            for format in PropertyFormat.allCases { try surface.run(format: format) { shown.append($0) } }
            #expect(shown.count == 4 && shown[1].hasSuffix(": surface.json\n"))
            let stored = try String(contentsOfFile: folder + "/surface.json", encoding: .utf8)
            #expect(shown[3] == stored)
            // All states share the ranges of the histogram, and no area is lost.
            let document = try surface.value()
            for state in document.states {
                #expect(state.histogram.edges == document.states[0].histogram.edges)
                #expect(abs(state.histogram.areas.reduce(0, +) - state.whole.area) < 1e-6 * state.whole.area)
            }
            #expect(try shown[2] == String(contentsOfFile: folder + "/surface.csv", encoding: .utf8))
        }
    }

    @Test func refusals() throws {
        try withRun { folder in
            let fukui = PropertyCalculation(FukuiProperty(), folder: folder)
            #expect(message { try fukui.run(format: .csv) { _ in Issue.record("shown") } } == "esp fukui has no output as csv.")
            let account = PropertyCalculation(AccountProperty(schemes: ["npa"]), folder: folder)
            let unknown = message { _ = try account.value() }
            #expect(unknown?.hasPrefix("there are no 'npa' charges in \(folder), only ") == true, "\(unknown ?? "nil")")
            let export = RunExport(.molden, charges: [0, -1])
            let missing = message { try export.write(folder) { _ in Issue.record("written") } }
            #expect(missing == "\(folder) has no state of charge -1, only +1, 0.")
            var written: [String] = []
            try RunExport(.molden, charges: [0]).write(folder) { written.append($0) }
            #expect(written.map { ($0 as NSString).lastPathComponent } == ["q0_m2.molden"])
        }
        let nothing = NSTemporaryDirectory() + "no-such-run"
        #expect(
            message { _ = try PropertyCalculation(SurfaceProperty(), folder: nothing).value() }?.contains("is not the folder")
                == true)
    }
}
