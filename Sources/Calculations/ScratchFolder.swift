import FileFormats
import Foundation
import RunFolders

/// A folder on another file system for a calculation whose results belong elsewhere.
///
/// It is kept until it has been moved home: an interrupted calculation continues there.
struct ScratchFolder {
    let path: String
    private let home: URL

    /// Starts with the existing content, or else with a copy of the folder at home.
    ///
    /// - Parameters:
    ///   - parent: created if it does not exist.
    ///   - home: the final place of the results.
    init(in parent: String, name: String, of home: String) throws {
        let folder = try OutputFolder(path: parent)
        let own = folder.url(name)
        path = own.path
        self.home = URL(fileURLWithPath: home)
        // Whether the results can be moved there is checked before the calculation.
        try AtomicFile.createFolder(self.home.deletingLastPathComponent())
        let files = FileManager.default
        guard !files.fileExists(atPath: path), files.fileExists(atPath: home) else { return }
        // Complete or not at all.
        let copy = folder.url(".\(name).new")
        try Self.attempt("\(home) cannot be copied to \(parent)") {
            if files.fileExists(atPath: copy.path) { try files.removeItem(at: copy) }
            try files.copyItem(at: self.home, to: copy)
            try files.moveItem(at: copy, to: own)
        }
    }

    /// Moves the folder home and removes it here. Readers see the old folder, none, or the new one, never a partial one.
    func moveHome() throws {
        let files = FileManager.default
        let name = home.lastPathComponent
        let parent = home.deletingLastPathComponent()
        let (new, old) = (parent.appendingPathComponent(".\(name).new"), parent.appendingPathComponent(".\(name).old"))
        try Self.attempt("\(path) has the results, but they cannot be moved to \(home.path)") {
            for url in [new, old] where files.fileExists(atPath: url.path) { try files.removeItem(at: url) }
            try files.copyItem(at: URL(fileURLWithPath: path), to: new)
            if files.fileExists(atPath: home.path) { try files.moveItem(at: home, to: old) }
            try files.moveItem(at: new, to: home)
            if files.fileExists(atPath: old.path) { try files.removeItem(at: old) }
            try files.removeItem(atPath: path)
        }
    }

    private static func attempt(_ failure: String, _ work: () throws -> Void) throws {
        do {
            try work()
        } catch let error as CocoaError {
            let reason =
                (error.userInfo[NSUnderlyingErrorKey] as? any Error).map { $0.localizedDescription } ?? error.localizedDescription
            throw CalculationError.inputOutput("\(failure) (\(reason)). Mend that, then run the same command.")
        }
    }
}
