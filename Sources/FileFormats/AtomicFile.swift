import Foundation

/// Why a result could not be written. Every message names the file and the cure.
public enum OutputFileError: Error, Equatable, CustomStringConvertible {
    case folderNotCreated(path: String, reason: String)
    case notCreated(path: String, reason: String)
    case diskFull(path: String)
    case notWritten(path: String, reason: String)

    public var description: String {
        switch self {
        case .folderNotCreated(let path, let reason):
            "\(path): the folder cannot be made (\(reason)). Name another one with --output."
        case .notCreated(let path, let reason):
            "\(path): the file cannot be made (\(reason)). Name a folder you may write to with --output."
        case .diskFull(let path):
            "\(path): the disk is full (or your quota is used up); nothing was left half-written. Free some space or name "
                + "a folder on another disk with --output."
        case .notWritten(let path, let reason):
            "\(path): writing failed (\(reason)); nothing was left half-written. Check the disk or name another folder "
                + "with --output."
        }
    }
}

/// Writes files so that a reader, now or after a crash, sees the old content or the new one, never a part.
public enum AtomicFile {
    /// Makes a folder, and those above it, when it is not there.
    public static func createFolder(_ url: URL) throws(OutputFileError) {
        var isFolder: ObjCBool = false
        if FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder) {
            guard isFolder.boolValue else {
                throw .folderNotCreated(path: url.path, reason: "a file of this name is in the way")
            }
            guard access(url.path, W_OK | X_OK) == 0 else {
                throw .folderNotCreated(path: url.path, reason: SystemMessage.text(errno))
            }
            return
        }
        // Through mkdir itself: its error numbers tell a full disk from a missing permission.
        let parent = url.deletingLastPathComponent()
        if parent.path != url.path, !FileManager.default.fileExists(atPath: parent.path) { try createFolder(parent) }
        guard mkdir(url.path, 0o777) == 0 || errno == EEXIST else {
            if isFull(errno) { throw .diskFull(path: url.path) }
            throw .folderNotCreated(path: url.path, reason: SystemMessage.text(errno))
        }
    }

    /// Writes `data` to a temporary file in the folder of `url`, flushes it to the disk and renames it. On failure the
    /// temporary file is removed and what stood at `url` is untouched.
    public static func write(_ data: Data, to url: URL) throws(OutputFileError) {
        let path = url.path
        var template = Array((url.deletingLastPathComponent().path + "/." + url.lastPathComponent + ".XXXXXX").utf8CString)
        let descriptor = mkstemp(&template)
        guard descriptor >= 0 else {
            if isFull(errno) { throw .diskFull(path: path) }
            throw .notCreated(path: path, reason: SystemMessage.text(errno))
        }
        let temporary = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        var failure = writeAll(data, to: descriptor)
        if failure == 0, fchmod(descriptor, 0o666 & ~fileModeMask) != 0 { failure = errno }
        if failure == 0, fsync(descriptor) != 0 { failure = errno }
        if close(descriptor) != 0, failure == 0 { failure = errno }
        if failure == 0, rename(temporary, path) != 0 { failure = errno }
        guard failure == 0 else {
            unlink(temporary)
            throw isFull(failure) ? .diskFull(path: path) : .notWritten(path: path, reason: SystemMessage.text(failure))
        }
    }

    /// The process's file mode creation mask, read once: reading it means setting it for a moment.
    private static let fileModeMask: mode_t = {
        let mask = umask(0o022)
        umask(mask)
        return mask
    }()

    private static func isFull(_ number: Int32) -> Bool { number == ENOSPC || number == EDQUOT }

    /// Zero, or the error number.
    private static func writeAll(_ data: Data, to descriptor: Int32) -> Int32 {
        data.withUnsafeBytes { buffer in
            var offset = 0
            while offset < buffer.count {
                guard let base = buffer.baseAddress else { return 0 }
                let count = Foundation.write(descriptor, base + offset, buffer.count - offset)
                if count < 0 {
                    if errno == EINTR { continue }
                    return errno
                }
                offset += count
            }
            return 0
        }
    }
}
