import FileFormats
import Foundation
import RunFolders
import Testing

@Suite struct StartFromTests {
    private static let options = [
        "--method", "hf", "--charge", "0,1", "--search", "none", "--charges", "mulliken", "--cube", "none", "--picture", "none",
        "--no-report",
    ]

    private func energies(_ program: Program, _ folder: String) throws -> [Double] {
        let url = program.folder.appendingPathComponent(folder).appendingPathComponent("result.json")
        return try ResultDocument(json: Data(contentsOf: url)).states.compactMap(\.energy)
    }

    @Test func orbitalsOfAnotherBasis() throws {
        let program = try Program()
        defer { program.remove() }
        try program.write("3\n\nO 0 0 0.1\nH 0.9 0 -0.5\nH -0.8 0.1 -0.6\n", to: "water.xyz")
        try program.write("2\n\nO 0 0 0\nO 0 0 1.2\n", to: "oxygen.xyz")
        let small = try program.run(["compute", "water.xyz", "--basis", "def2-SVP", "-o", "small"] + Self.options)
        #expect(small.status == 0, "\(small.error)")
        let plain = try program.run(["compute", "water.xyz", "--basis", "def2-TZVP", "-o", "plain"] + Self.options)
        #expect(plain.status == 0, "\(plain.error)")
        let large = ["compute", "water.xyz", "--basis", "def2-TZVP", "--start-from", "small", "-o", "large"] + Self.options
        let started = try program.run(large)
        #expect(started.status == 0 && started.error.contains("starting from the orbitals of small"), "\(started.error)")
        let (expected, found) = (try energies(program, "plain"), try energies(program, "large"))
        #expect(found.count == 2 && zip(expected, found).allSatisfy { abs($0 - $1) < 1e-8 })
        // A checkpoint of its own comes first, and the other result need not be there any more.
        try FileManager.default.removeItem(at: program.folder.appendingPathComponent("small"))
        let again = try program.run(large)
        #expect(again.status == 0 && again.error.contains("large has charge 0, +1 already"), "\(again.error)")

        let other = try program.run(["compute", "oxygen.xyz", "--basis", "def2-SVP", "--start-from", "large"] + Self.options)
        #expect(other.status == 65 && other.error.contains("large cannot be used with --start-from"), "\(other.error)")
        let none = try program.run(["compute", "oxygen.xyz", "--start-from", "small"] + Self.options)
        #expect(none.status != 0 && none.error.contains("small is not the folder of an esp computation"), "\(none.error)")
    }

    /// A call that fails leaves no empty folder behind, also not those above the one that it names.
    @Test(arguments: [["compute"], ["gradient"], ["optimize"], ["frequencies"]])
    func nothingIsLeftOfACallThatFails(command: [String]) throws {
        let program = try Program()
        defer { program.remove() }
        try program.write(Program.water, to: "water.xyz")
        let model = ["--method", "hf", "--basis", "STO-3G", "--threads", "1"]
        let run = try program.run(command + ["water.xyz", "--start-from", "nowhere", "-o", "new/run"] + model)
        #expect(run.status == 66, "\(run.status) \(run.error)")
        #expect(program.names(in: ".") == ["water.xyz"])
        // A folder that was there stays.
        try FileManager.default.createDirectory(
            at: program.folder.appendingPathComponent("mine"), withIntermediateDirectories: false)
        #expect(try program.run(command + ["water.xyz", "--start-from", "nowhere", "-o", "mine"] + model).status == 66)
        #expect(program.names(in: ".") == ["water.xyz", "mine"])
    }
}
