import Foundation
import RunFolders
import TestSupport
import Testing

/// The plan of a study as a document that anyone may have edited, and the workflow that reads it.
@Suite struct StudyPlanTests {
    private static func task(_ number: Int, folder: String? = nil) -> StudyPlan.Task {
        StudyPlan.Task(
            id: StudyPlan.identifier(of: Data("\(number)".utf8)), complex: "a", method: "hf", basis: "b",
            folder: folder ?? "a/\(number)/vertical.esp")
    }

    private static func problem(_ tasks: [StudyPlan.Task]) throws -> String? {
        do {
            _ = try StudyPlan(json: JSONEncoder().encode(StudyPlan(tasks: tasks)))
            return nil
        } catch {
            return "\(error)"
        }
    }

    @Test func tasksAreDistinctAndApartFromTheirInputs() throws {
        let (one, two) = (Self.task(1), Self.task(2))
        #expect(try Self.problem([one, two]) == nil)
        #expect(try Self.problem([])?.contains("there is no task") == true)
        #expect(try Self.problem([one, Self.task(1, folder: "b")])?.contains("tasks/1/id") == true)
        #expect(try Self.problem([one, Self.task(2, folder: one.folder)])?.contains("tasks/1/folder") == true)
        for folder in ["tasks", "tasks/a"] {
            #expect(try Self.problem([Self.task(1, folder: folder)])?.contains("tasks/0/folder") == true)
        }
        #expect(try Self.problem([Self.task(1, folder: "a/tasks")]) == nil)
        var (relaxing, relaxed) = (Self.task(1), Self.task(2))
        (relaxing.relaxation, relaxed.relaxation) = (relaxing.id, relaxing.id)
        #expect(try Self.problem([relaxing, relaxed]) == nil)
        #expect(try Self.problem([one, relaxed])?.contains("tasks/1/relaxation") == true)
        relaxing.complex = "b"
        #expect(try Self.problem([relaxing, relaxed])?.contains("tasks/1/relaxation") == true)
        // FNV-1a of one byte, from the definition: (offset xor byte) times prime.
        let expected = (0xcbf2_9ce4_8422_2325 ^ UInt64(UInt8(ascii: "a"))) &* 0x100_0000_01b3
        #expect(StudyPlan.identifier(of: Data("a".utf8)) == String(expected, radix: 16))
    }

    /// The program's path and the study's may have spaces.
    @Test func theSnakefileQuotesWhatItGivesToTheShell() throws {
        let text = try String(contentsOf: Repository.root.appendingPathComponent("workflows/Snakefile"), encoding: .utf8)
        let parameters = text.matches(of: /\{params\.\w+(:\w+)?\}/)
        #expect(parameters.count == 5 && parameters.allSatisfy { $0.1 == ":q" })
    }
}
