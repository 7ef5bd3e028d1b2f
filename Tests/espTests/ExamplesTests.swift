import Foundation
import Testing

/// The programs in Examples, which use the library as other packages do.
@Suite struct ExamplesTests {
    private func run(_ name: String, _ arguments: [String]) throws -> String {
        let process = Process()
        process.executableURL = Program.executable.deletingLastPathComponent().appendingPathComponent(name)
        process.arguments = arguments
        let output = FileManager.default.temporaryDirectory.appendingPathComponent("example-\(UUID().uuidString).out")
        try Data().write(to: output)
        defer { try? FileManager.default.removeItem(at: output) }
        process.standardOutput = try FileHandle(forWritingTo: output)
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        return String(decoding: try Data(contentsOf: output), as: UTF8.self)
    }

    private func number(after word: String, in text: String) throws -> Double {
        let words = text.split(whereSeparator: \.isWhitespace)
        let place = try #require(words.lastIndex(of: Substring(word)))
        return try #require(Double(words[place + 1]))
    }

    /// The energy is PySCF's.
    @Test func waterEnergy() throws {
        let program = try Program()
        defer { program.remove() }
        let text = try run("example-water-energy", [program.folder.appendingPathComponent("water.esp").path])
        #expect(abs(try number(after: "energy", in: text) + 76.01050382) < 1e-7)
        #expect(program.names(in: "water.esp").contains("result.json"))
    }

    @Test func chargesWhileElectronsAreAdded() throws {
        let program = try Program()
        defer { program.remove() }
        try program.write("2\n\nO 0 0 0\nO 0 0 1.21\n", to: "oxygen.xyz")
        let folder = program.folder.appendingPathComponent("oxygen.esp").path
        let text = try run("example-reduction-charges", [program.folder.appendingPathComponent("oxygen.xyz").path, folder])
        let rows = text.split(separator: "\n").filter { $0.hasPrefix("O ") }.map {
            $0.split(separator: " ").compactMap { Double($0) }
        }
        #expect(rows.count == 2 && rows.allSatisfy { $0.count == 3 && abs($0[0]) < 1e-4 && abs($0[1] + 0.5) < 1e-4 }, "\(text)")
    }

    /// The bond of H2 at which PySCF's energy is lowest.
    @Test func descent() throws {
        #expect(abs(try number(after: "distance", in: try run("example-steepest-descent", [])) - 1.34592) < 1e-4)
    }
}
