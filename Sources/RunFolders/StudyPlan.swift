import FileFormats
import Foundation

/// The calculations of a study as tasks for a queue: plan.json in the folder of the study.
public struct StudyPlan: Codable, CheckedDocument, Sendable, Equatable {
    public static let title = "the plan of a study"
    public static let cure = "Make it again with esp study --plan"
    public static let currentSchema = "esp-plan-1"
    package static let fileName = "plan.json"

    public var schema = StudyPlan.currentSchema
    /// In the order of their numbers, which count from 1.
    public var tasks: [Task]

    /// One calculation. Paths are relative to the folder of the study.
    public struct Task: Codable, Sendable, Equatable {
        /// The `Checksum` of the input file, which is named after it. If the structures are relaxed by another task's method, also of that
        /// task's input.
        public var id: String
        public var complex: String
        public var method: String
        /// Name of the basis set, or `paper`.
        public var basis: String
        /// For the results; if the structures are relaxed, for those of the first state.
        public var folder: String
        /// If every state has its own relaxed structure, the ID of the task (this one or another) whose method and basis set relax them;
        /// nil if all states have the structure of the input.
        public var relaxation: String?

        public init(id: String, complex: String, method: String, basis: String, folder: String, relaxation: String? = nil) {
            (self.id, self.complex, self.method, self.basis, self.folder) = (id, complex, method, basis, folder)
            self.relaxation = relaxation
        }

        public var inputPath: String { "tasks/\(id).json" }
        public var lockPath: String { "tasks/\(id).lock" }
        /// Whether the structures are relaxed with another task's method.
        public var isRelaxedByAnother: Bool { relaxation != nil && relaxation != id }
    }

    public init(tasks: [Task]) { self.tasks = tasks }

    /// Checksum of the contents of input files.
    package static func identifier(of data: Data...) -> String {
        var checksum = Checksum()
        for data in data { checksum.add([UInt8](data)) }
        return checksum.hexadecimal
    }

    public func check() throws(DocumentFlaw) {
        let place = DocumentCheck()
        try place.at("schema").require(schema == Self.currentSchema, "it is not \(Self.currentSchema)")
        try place.at("tasks").require(!tasks.isEmpty, "there is no task")
        var (ids, folders): (Set<String>, Set<String>) = ([], [])
        for (index, task) in tasks.enumerated() {
            let own = place.at("tasks").at(index)
            try own.at("id").require(
                task.id.count == 16 && task.id.allSatisfy { $0.isASCII && $0.isHexDigit }, "it is not 16 hexadecimal digits")
            for (key, text) in [("complex", task.complex), ("method", task.method), ("basis", task.basis)] {
                try own.at(key).line(text)
            }
            let parts = task.folder.split(separator: "/", omittingEmptySubsequences: false)
            try own.at("folder").line(task.folder)
            try own.at("folder").require(
                !parts.isEmpty && parts.allSatisfy { !["", ".", ".."].contains($0) }, "it is not a path inside the study")
            try own.at("folder").require(parts.first != "tasks", "the folder 'tasks' is that of the inputs")
            try own.at("id").require(ids.insert(task.id).inserted, "two tasks have the same input")
            try own.at("folder").require(folders.insert(task.folder).inserted, "two tasks have the folder \(task.folder)")
        }
        let relaxing = tasks.filter { $0.relaxation == $0.id }
        for (index, task) in tasks.enumerated() where task.isRelaxedByAnother {
            try place.at("tasks").at(index).at("relaxation").require(
                relaxing.contains { $0.id == task.relaxation && $0.complex == task.complex },
                "no task relaxes this complex by that ID")
        }
    }
}
