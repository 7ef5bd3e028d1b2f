import Foundation

/// Why a result could not be written. Every message names the file and the cure.
public enum OutputFileError: Error, Equatable, CustomStringConvertible {
    case folderNotCreated(path: String, reason: String)
    case notCreated(path: String, reason: String)
    case diskFull(path: String)
    case notWritten(path: String, reason: String)
    /// To a pipe or a device, which may have received the beginning.
    case passedOnInPart(path: String, reason: String)

    public var description: String { description(option: "--output") }

    /// The folder or file concerned.
    package var path: String {
        switch self {
        case .folderNotCreated(let path, _), .notCreated(let path, _), .diskFull(let path), .notWritten(let path, _),
            .passedOnInPart(let path, _):
            path
        }
    }

    /// - Parameter option: the command-line option that names the folder.
    package func description(option: String) -> String {
        switch self {
        case .folderNotCreated(let path, let reason):
            "\(path): the folder cannot be made (\(reason)). Name another one with \(option)."
        case .notCreated(let path, let reason):
            "\(path): the file cannot be made (\(reason)). Name a folder you may write to with \(option)."
        case .diskFull(let path):
            "\(path): the disk is full (or your quota is used up); nothing was left half-written. Free some space or name "
                + "a folder on another disk with \(option)."
        case .passedOnInPart(let path, let reason):
            "\(path): writing to this pipe or device failed (\(reason)). Name a file with \(option)."
        case .notWritten(let path, let reason):
            "\(path): writing failed (\(reason)); nothing was left half-written. Check the disk or name another folder "
                + "with \(option)."
        }
    }
}

/// Writes files so that a reader, now or after a crash, sees the old content or the new one, never a part of it.
public enum AtomicFile {
    /// Creates a folder, and those above it, if it does not exist. A symbolic link to a folder is a folder.
    ///
    /// - Returns: the folders that this call created, innermost first.
    @discardableResult
    public static func createFolder(_ url: URL) throws(OutputFileError) -> [String] {
        var information = stat()
        if stat(url.path, &information) == 0 {
            guard information.st_mode & S_IFMT == S_IFDIR else {
                throw .folderNotCreated(path: url.path, reason: "a file of this name is in the way")
            }
            guard access(url.path, W_OK | X_OK) == 0 else {
                throw .folderNotCreated(path: url.path, reason: SystemMessage.text(errno))
            }
            return []
        }
        // With mkdir itself: its error numbers distinguish a full disk from a missing permission.
        let parent = url.deletingLastPathComponent()
        var created: [String] = []
        if parent.path != url.path, !FileManager.default.fileExists(atPath: parent.path) { created = try createFolder(parent) }
        guard mkdir(url.path, 0o777) != 0 else { return [url.path] + created }
        let failure = errno
        if failure == EEXIST {
            // Another process created it, or it is a broken link.
            guard stat(url.path, &information) == 0, information.st_mode & S_IFMT == S_IFDIR else {
                throw .folderNotCreated(path: url.path, reason: "a file or a broken link of this name is in the way")
            }
            return created
        }
        for path in created { rmdir(path) }
        if isFull(failure) { throw .diskFull(path: url.path) }
        throw .folderNotCreated(path: url.path, reason: SystemMessage.text(failure))
    }

    /// Writes `data` to a temporary file in the folder of the file, flushes it to the disk and renames it. On failure the temporary file is
    /// removed and the existing file is unchanged.
    ///
    /// A symbolic link is kept, and its target is written. Only regular files are replaced: a character device (`/dev/null`) or a pipe with
    /// a reader gets the data; folders, other devices, sockets and pipes without a reader are refused. Temporary files that killed
    /// processes left in the folder are removed.
    public static func write(_ data: Data, to url: URL) throws(OutputFileError) {
        let file = try AtomicFileWriter(url)
        try file.append(data)
        try file.finish()
    }

    /// The end of a chain of symbolic links, whether or not the file exists.
    static func target(of path: String) throws(OutputFileError) -> String {
        var current = path
        // As many as Linux follows.
        for _ in 0..<40 {
            var information = stat()
            guard lstat(current, &information) == 0, information.st_mode & S_IFMT == S_IFLNK else { return current }
            let link: String
            do {
                link = try FileManager.default.destinationOfSymbolicLink(atPath: current)
            } catch {
                throw .notCreated(path: path, reason: "the link cannot be read")
            }
            current = link.hasPrefix("/") ? link : URL(fileURLWithPath: current).deletingLastPathComponent().path + "/" + link
        }
        throw .notCreated(path: path, reason: SystemMessage.text(ELOOP))
    }

    /// The process's file mode creation mask, read once: reading it means setting it for a moment.
    static let fileModeMask: mode_t = {
        let mask = umask(0o022)
        umask(mask)
        return mask
    }()

    static func isFull(_ number: Int32) -> Bool { number == ENOSPC || number == EDQUOT }
}
