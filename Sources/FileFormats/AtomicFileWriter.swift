import Foundation

/// Writes a file piece by piece, so that a reader, now or after a crash, sees the old content or the new one, never a part of it.
///
/// The pieces go to a temporary file in the folder of the file, which `finish` flushes to the disk and renames. After an error, and if the
/// writer is released before `finish`, the temporary file is removed and the existing file is unchanged. Links, devices and pipes are
/// treated as described at `AtomicFile.write`.
public final class AtomicFileWriter {
    /// As the user gave it.
    private let shown: String
    /// The file to write, after following symbolic links.
    private let path: String
    /// Nil for a character device or a pipe, to which the data are written directly.
    private let temporary: TemporaryFile?
    /// -1 when closed.
    private var descriptor: Int32

    public init(_ url: URL) throws(OutputFileError) {
        shown = url.path
        var information = stat()
        let exists = stat(url.path, &information) == 0
        switch exists ? information.st_mode & S_IFMT : S_IFREG {
        case S_IFREG:
            path = try AtomicFile.target(of: url.path)
            let file = try TemporaryFile.make(besides: path, shown: url.path)
            temporary = file
            descriptor = file.descriptor
        case S_IFCHR, S_IFIFO:
            path = url.path
            temporary = nil
            // Opening a pipe without a reader would block forever.
            descriptor = open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY)
            guard descriptor >= 0 else {
                throw .notCreated(path: path, reason: errno == ENXIO ? "nobody reads this pipe" : SystemMessage.text(errno))
            }
            _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) & ~O_NONBLOCK)
        case S_IFDIR: throw .notCreated(path: url.path, reason: "a folder of this name is in the way")
        default: throw .notCreated(path: url.path, reason: "it is a block device or a socket")
        }
    }

    deinit { discard() }

    /// - Throws: `OutputFileError`; the file is then discarded.
    public func append(_ data: Data) throws(OutputFileError) {
        try check(data.withUnsafeBytes(writeAll))
    }

    /// Moves the file to its place. Call it once, after the last piece.
    public func finish() throws(OutputFileError) {
        if let temporary {
            if fchmod(descriptor, 0o666 & ~AtomicFile.fileModeMask) != 0 { try check(errno) }
            if fsync(descriptor) != 0 { try check(errno) }
            if rename(temporary.path, path) != 0 { try check(errno) }
        }
        // Closed after the renaming: until then its lock shows that it is in use.
        let failure = close(descriptor) != 0 ? errno : 0
        descriptor = -1
        try check(failure)
    }

    private func check(_ failure: Int32) throws(OutputFileError) {
        guard failure != 0 else { return }
        discard()
        if AtomicFile.isFull(failure) { throw .diskFull(path: shown) }
        let reason = SystemMessage.text(failure)
        throw temporary == nil ? .passedOnInPart(path: shown, reason: reason) : .notWritten(path: shown, reason: reason)
    }

    private func discard() {
        guard descriptor >= 0 else { return }
        if let temporary { unlink(temporary.path) }
        close(descriptor)
        descriptor = -1
    }

    /// Zero, or the error number.
    private func writeAll(_ buffer: UnsafeRawBufferPointer) -> Int32 {
        guard descriptor >= 0 else { return EBADF }
        var offset = 0
        while offset < buffer.count {
            guard let base = buffer.baseAddress else { return 0 }
            let count = write(descriptor, base + offset, buffer.count - offset)
            if count < 0 {
                if errno == EINTR { continue }
                return errno
            }
            offset += count
        }
        return 0
    }
}
