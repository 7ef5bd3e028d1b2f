import Foundation
import Testing

/// A Chromium without a window.
struct Browser {
    /// Nil where there is none: `scripts/ensure-test-dependencies` installs one.
    static let executable: String? = {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        let names = ["chromium", "chromium-browser", "google-chrome"]
        return names.flatMap { name in folders.map { "\($0)/\(name)" } }.first {
            FileManager.default.isExecutableFile(atPath: $0)
        }
    }()

    struct Outcome {
        /// The document after its scripts have run.
        let document: String
        /// Lines that the page wrote to the console as errors or warnings.
        let complaints: [String]
    }

    /// Opens a page and gives it a minute of its own time, which passes faster than ours while nothing happens.
    static func open(_ page: Data, options: [String] = []) throws -> Outcome {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("esp-page-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appendingPathComponent("report.html")
        try page.write(to: file)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/timeout")
        process.arguments =
            [
                "--kill-after=5", "100", try #require(executable), "--headless=new", "--no-sandbox", "--disable-dev-shm-usage",
                "--enable-unsafe-swiftshader", "--use-angle=swiftshader", "--user-data-dir=\(folder.path)/profile",
                "--no-first-run", "--disable-background-networking", "--host-resolver-rules=MAP * ~NOTFOUND",
                "--enable-logging=stderr", "--window-size=1280,900", "--virtual-time-budget=60000",
            ] + options + ["--dump-dom", file.absoluteString]
        let outputs = ["out", "err"].map { folder.appendingPathComponent($0) }
        for url in outputs { try Data().write(to: url) }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try FileHandle(forWritingTo: outputs[0])
        process.standardError = try FileHandle(forWritingTo: outputs[1])
        try process.run()
        process.waitUntilExit()
        let texts = try outputs.map { String(decoding: try Data(contentsOf: $0), as: UTF8.self) }
        let complaints = texts[1].split(separator: "\n").map(String.init).filter {
            $0.contains(":ERROR:CONSOLE") || $0.contains(":WARNING:CONSOLE")
        }
        try #require(process.terminationStatus == 0, "\(texts[1].suffix(2000))")
        return Outcome(document: texts[0], complaints: complaints)
    }
}
