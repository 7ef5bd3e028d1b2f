import Foundation
import Testing

/// Runs the built program in a folder of its own.
struct Program {
    struct Outcome {
        let status: Int32
        let output: String
        let error: String
    }

    /// Working folder; removed by `remove()`.
    let folder: URL

    /// The program stands beside the tests' own executable.
    static let executable = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        .deletingLastPathComponent().appendingPathComponent("esp")

    init() throws {
        try #require(FileManager.default.isExecutableFile(atPath: Self.executable.path))
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("esp-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    func remove() { try? FileManager.default.removeItem(at: folder) }

    func write(_ text: String, to name: String) throws {
        try Data(text.utf8).write(to: folder.appendingPathComponent(name))
    }

    func names(in name: String) -> Set<String> {
        Set((try? FileManager.default.contentsOfDirectory(atPath: folder.appendingPathComponent(name).path)) ?? [])
    }

    /// A process that has not been started, its outputs going to files in the working folder.
    func process(_ arguments: [String], through shell: String? = nil) throws -> (process: Process, outputs: [URL]) {
        let process = Process()
        if let shell {
            process.executableURL = URL(fileURLWithPath: "/bin/sh")
            process.arguments = ["-c", shell + "; exec \"$0\" \"$@\"", Self.executable.path] + arguments
        } else {
            // A test run in the background of a shell ignores interrupts, and so would the program.
            process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
            process.arguments = ["--default-signal=INT,HUP", Self.executable.path] + arguments
        }
        process.currentDirectoryURL = folder
        let id = UUID().uuidString
        let outputs = ["out", "err"].map { FileManager.default.temporaryDirectory.appendingPathComponent("esp-\(id).\($0)") }
        for url in outputs { try Data().write(to: url) }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try FileHandle(forWritingTo: outputs[0])
        process.standardError = try FileHandle(forWritingTo: outputs[1])
        return (process, outputs)
    }

    /// Runs to the end.
    ///
    /// - Parameter shell: commands that prepare the process, such as limits.
    func run(_ arguments: [String], through shell: String? = nil) throws -> Outcome {
        let (process, outputs) = try process(arguments, through: shell)
        try process.run()
        process.waitUntilExit()
        return try finish(process, outputs)
    }

    /// Starts, sends a signal as soon as there is a file, and waits for the end.
    ///
    /// - Parameter file: below the working folder.
    func run(_ arguments: [String], signal: Int32, whenThereIs file: String, through shell: String? = nil) throws -> Outcome {
        let (process, outputs) = try process(arguments, through: shell)
        try process.run()
        let path = folder.appendingPathComponent(file).path
        let deadline = Date(timeIntervalSinceNow: 300)
        while !FileManager.default.fileExists(atPath: path), process.isRunning, Date() < deadline {
            Thread.sleep(forTimeInterval: 0.005)
        }
        kill(process.processIdentifier, signal)
        process.waitUntilExit()
        return try finish(process, outputs)
    }

    func finish(_ process: Process, _ outputs: [URL]) throws -> Outcome {
        defer { for url in outputs { try? FileManager.default.removeItem(at: url) } }
        let texts = try outputs.map { String(decoding: try Data(contentsOf: $0), as: UTF8.self) }
        // A process that a signal killed must not look like one that exited with the signal's number.
        let status = process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus
        return Outcome(status: status, output: texts[0], error: texts[1])
    }

    static let water = "3\nwater\nO 0 0 0\nH 0 0.757 0.587\nH 0 -0.757 0.587\n"
    /// Quick settings.
    static let quick = ["--method", "hf", "--basis", "STO-3G", "--cube", "none", "--picture", "none", "--no-report", "--threads", "1"]
}
