import ArgumentParser
import Calculations
import Foundation
import RunFolders

/// Runs a command for one file or run, or for several independently: a failure does not stop the others.
enum FileBatch {
    /// Refuses options that cannot be combined with several files.
    ///
    /// - Parameter defaultFolder: the folder for the results of a file; nil if they stay in the run folder that is given.
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

    /// Runs the work for every file. With several files, a summary line is printed for each, and the exit code is the largest of the
    /// individual ones; a signal ends the batch.
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
                // The message has already been written.
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
