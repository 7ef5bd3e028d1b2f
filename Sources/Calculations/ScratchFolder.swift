import FileFormats
import Foundation
import RunFolders

/// A folder on another file system in which a calculation is made whose results belong elsewhere.
///
/// It stays where it is until it has been moved home: a calculation that was interrupted goes on there.
struct ScratchFolder {
    let path: String
    private let home: URL

    /// Begins with what is there already, or else with a copy of what there is at home.
    ///
    /// - Parameters:
    ///   - parent: made where it is not there.
    ///   - home: where the results belong.
    init(in parent: String, name: String, of home: String) throws {
        let folder = try OutputFolder(path: parent)
        let own = folder.url(name)
        path = own.path
        self.home = URL(fileURLWithPath: home)
        // That the results cannot be moved there is found out before the calculation.
        try AtomicFile.createFolder(self.home.deletingLastPathComponent())
        let files = FileManager.default
        guard !files.fileExists(atPath: path), files.fileExists(atPath: home) else { return }
        // Whole or not at all.
        let copy = folder.url(".\(name).new")
        try Self.attempt("\(home) cannot be copied to \(parent)") {
            if files.fileExists(atPath: copy.path) { try files.removeItem(at: copy) }
            try files.copyItem(at: self.home, to: copy)
            try files.moveItem(at: copy, to: own)
        }
    }

    /// Puts the folder in the place of the one at home, and removes it here. Who looks there meanwhile sees the old one, none, or the new
    /// one, never a part of it.
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
