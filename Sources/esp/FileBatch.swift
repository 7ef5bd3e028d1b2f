import ArgumentParser
import Calculations
import Foundation
import RunFolders

/// One call for one file or run, or for several, each of them by itself: what fails does not keep the others from being done.
enum FileBatch {
    /// What several files of one call do not go with.
    ///
    /// - Parameter defaultFolder: where the results of a file go; nil where they stay in the run folder that is named.
    static func check(_ files: [String], output: String? = nil, json: Bool, defaultFolder: ((String) -> String)? = nil) throws {
        guard files.count > 1 else { return }
        if output != nil {
            throw ValidationError("--output names the folder of one file, but there are \(files.count). Leave it out.")
        }
        if json {
            throw ValidationError("--json prints one document, but there are \(files.count) files. Name one for each call.")
        }
        var earlier: [String: String] = [:]
        for file in files {
            let folder = defaultFolder?(file) ?? URL(fileURLWithPath: file).standardizedFileURL.path
            if let other = earlier.updateValue(file, forKey: folder) {
                throw ValidationError(
                    other == file
                        ? "\(file) is named twice"
                        : "\(other) and \(file) have the same folder for results, \(folder). Name one for each call.")
            }
        }
    }

    /// Does the work for every file. With several, the end is a line for each of them, and the exit code is the greatest that one of them
    /// alone would have; a signal ends all.
    ///
    /// - Parameter isQuiet: no progress on standard error.
    static func run(_ files: [String], isQuiet: Bool, _ work: (String) throws -> Void) throws {
        guard files.count > 1 else { return try Failure.reporting { for file in files { try work(file) } } }
        var lines: [String] = []
        var worst: Int32 = 0
        var failed = 0
        for (index, file) in files.enumerated() {
            if !isQuiet { Console.error("\(index + 1) of \(files.count): \(file)") }
            var status = ExitStatus.success.rawValue
            do {
                try Interruption.check()
                try work(file)
            } catch let code as ExitCode {
                // The message has been written.
                status = code.rawValue
            } catch {
                let failure = Failure(error)
                if [.interrupted, .terminated].contains(failure.status) { try Failure.reporting { throw failure } }
                Console.error(ErrorText.text(failure.description))
                status = failure.status.rawValue
            }
            let text = status == ExitStatus.notConverged.rawValue ? "not converged" : "failed"
            lines.append("  \(file): " + (status == 0 ? "done" : "\(text) (exit code \(status))"))
            if status != 0 { failed += 1 }
            worst = max(worst, status)
        }
        try Failure.reporting {
            try Console.output(
                "\n\(files.count) files, \(failed == 0 ? "all done" : "\(failed) not finished")\n"
                    + lines.joined(separator: "\n") + "\n")
        }
        if worst != 0 { throw ExitCode(worst) }
    }
}
