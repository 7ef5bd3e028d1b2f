import Foundation
import Synchronization

/// A new file `.NAME.esp-XXXXXX` that will replace NAME in its folder. Its process holds a lock on it (`flock`), which ends with the
/// process, however it ends: a file without a lock was left by a killed process.
struct TemporaryFile {
    let path: String
    let descriptor: Int32

    /// - Parameters:
    ///   - target: the file that it will replace.
    ///   - shown: the name of that file in messages.
    static func make(besides target: String, shown: String) throws(OutputFileError) -> TemporaryFile {
        let url = URL(fileURLWithPath: target)
        let folder = url.deletingLastPathComponent().path
        Strays.removeOnce(in: folder)
        while true {
            var template = Array((folder + "/." + url.lastPathComponent + mark + "XXXXXX").utf8CString)
            let descriptor = mkstemp(&template)
            guard descriptor >= 0 else {
                if AtomicFile.isFull(errno) { throw .diskFull(path: shown) }
                throw .notCreated(path: shown, reason: SystemMessage.text(errno))
            }
            // If the file system has no locks, no file is treated as abandoned.
            while flock(descriptor, LOCK_EX) != 0, errno == EINTR {}
            // Another process that removes abandoned files may have seen the file before it was locked.
            var information = stat()
            if fstat(descriptor, &information) != 0 || information.st_nlink > 0 {
                let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
                return TemporaryFile(path: path, descriptor: descriptor)
            }
            close(descriptor)
        }
    }

    private static let mark = ".esp-"

    /// Whether a file with this name may be a temporary file of this program.
    static func hasItsForm(_ name: String) -> Bool {
        let parts = name.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count >= 3, parts[0].isEmpty, let last = parts.last else { return false }
        return last.count == 10 && last.starts(with: mark.utf8.dropFirst())
    }
}

/// Temporary files left by killed processes.
private enum Strays {
    private static let searched = Mutex(Set<String>())

    /// The first time that this process writes to a folder.
    static func removeOnce(in folder: String) {
        guard searched.withLock({ $0.insert(folder).inserted }) else { return }
        for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] where TemporaryFile.hasItsForm(name) {
            let path = folder + "/" + name
            let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC)
            guard descriptor >= 0 else { continue }
            var information = stat()
            // Another machine that shares the file system may be writing the file, and its lock may not be seen here.
            if fstat(descriptor, &information) == 0, information.st_mode & S_IFMT == S_IFREG,
                MountedFileSystem(descriptor: descriptor)?.isShared != true, flock(descriptor, LOCK_EX | LOCK_NB) == 0
            {
                unlink(path)
            }
            close(descriptor)
        }
    }
}
