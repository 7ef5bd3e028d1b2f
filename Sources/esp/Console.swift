import FileFormats
import Foundation

/// The program's two outputs. Results go to standard output; progress, notes and errors to standard error. Names and titles of files
/// are part of both: what would control a terminal is replaced (`ForeignText.terminal`).
enum Console {
    static let errorIsTerminal = isatty(STDERR_FILENO) == 1

    /// Writes results. A reader that has gone away (`esp ... | head`) is no error: the files are still written.
    static func output(_ text: String) throws {
        let failure = write(ForeignText.terminal(text), to: STDOUT_FILENO)
        guard failure == 0 || failure == EPIPE else {
            throw Failure(.inputOutput, "standard output cannot be written (\(String(cString: strerror(failure)))).")
        }
    }

    /// Writes a line of JSON, in which nothing controls a terminal, for the program that waits for it.
    static func answer(_ line: Data) throws {
        let failure = write(Array(line) + [UInt8(ascii: "\n")], to: STDOUT_FILENO)
        guard failure == 0 else {
            throw Failure(.inputOutput, "standard output cannot be written (\(String(cString: strerror(failure)))).")
        }
    }

    /// Writes a line to standard error.
    static func error(_ line: String) { _ = write(ForeignText.terminal(line) + "\n", to: STDERR_FILENO) }

    /// Writes to standard error, over the line that stands there.
    static func redraw(_ text: String) { _ = write("\r" + ForeignText.terminal(text), to: STDERR_FILENO) }

    /// Zero, or the error number.
    private static func write(_ text: String, to descriptor: Int32) -> Int32 { write(Array(text.utf8), to: descriptor) }

    private static func write(_ bytes: [UInt8], to descriptor: Int32) -> Int32 {
        var offset = 0
        while offset < bytes.count {
            let count = bytes[offset...].withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 {
                if errno == EINTR { continue }
                return errno
            }
            offset += count
        }
        return 0
    }
}
