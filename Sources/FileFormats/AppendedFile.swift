import Foundation

/// A file to which records are appended and which is never rewritten: what a killed process left behind the last recorded length is cut
/// off before the first new record.
package final class AppendedFile {
    /// In bytes.
    package private(set) var length: Int
    private let path: String
    private let descriptor: Int32

    /// - Parameter length: the bytes to keep; 0 begins the file anew.
    /// - Throws: `OutputFileError` if it cannot be opened, or is shorter.
    package init(_ url: URL, keeping length: Int) throws(OutputFileError) {
        path = url.path
        self.length = length
        descriptor = open(url.path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o666)
        var information = stat()
        guard descriptor >= 0, fstat(descriptor, &information) == 0 else {
            throw .notCreated(path: url.path, reason: SystemMessage.text(errno))
        }
        guard information.st_mode & S_IFMT == S_IFREG else {
            throw .notCreated(path: url.path, reason: "it is not a regular file")
        }
        guard Int(information.st_size) >= length else {
            throw .notCreated(path: url.path, reason: "it is shorter than an earlier call left it")
        }
        guard ftruncate(descriptor, off_t(length)) == 0, lseek(descriptor, off_t(length), SEEK_SET) == off_t(length) else {
            throw .notCreated(path: url.path, reason: SystemMessage.text(errno))
        }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Appends a record, the whole of it or nothing.
    package func append(_ text: String) throws(OutputFileError) {
        let bytes = Array(text.utf8)
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress?.advanced(by: written), bytes.count - written) }
            if count > 0 {
                written += count
            } else if errno != EINTR {
                let failure = errno
                ftruncate(descriptor, off_t(length))
                lseek(descriptor, off_t(length), SEEK_SET)
                if AtomicFile.isFull(failure) { throw .diskFull(path: path) }
                throw .notWritten(path: path, reason: SystemMessage.text(failure))
            }
        }
        length += bytes.count
    }

    /// Waits until everything is on the disk.
    package func flush() throws(OutputFileError) {
        guard fsync(descriptor) == 0 || errno == EINVAL else {
            throw .notWritten(path: path, reason: SystemMessage.text(errno))
        }
    }
}
