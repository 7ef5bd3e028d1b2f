import FileFormats
import Foundation
import Synchronization

/// The program's two output streams. Results go to standard output; progress, notes and errors to standard error. Both contain names and
/// titles from files: terminal control characters are replaced (`ForeignText.terminal`).
enum Console {
    static let errorIsTerminal = isatty(STDERR_FILENO) == 1

    private static let silence = Atomic<Bool>(false)
    /// Whether nothing is written: another rank of the calculation speaks.
    static var isSilent: Bool {
        get { silence.load(ordering: .relaxed) }
        set { silence.store(newValue, ordering: .relaxed) }
    }

    /// Width of the status line: terminals are rarely narrower than 80 columns.
    private static let statusWidth = 79
    /// Whether the status line is the last line of standard error.
    private static let hasStatus = Mutex(false)
    private static let erasure = "\r" + String(repeating: " ", count: statusWidth) + "\r"

    /// Writes results. A closed pipe (`esp ... | head`) is not an error: the files are still written.
    static func output(_ text: String) throws {
        clearStatus()
        let failure = write(ForeignText.terminal(text), to: STDOUT_FILENO)
        guard failure == 0 || failure == EPIPE else {
            throw Failure(.inputOutput, "standard output cannot be written (\(String(cString: strerror(failure)))).")
        }
    }

    /// Writes a line of JSON, which contains no control characters, for the program that waits for it.
    static func answer(_ line: Data) throws {
        let failure = write(Array(line) + [UInt8(ascii: "\n")], to: STDOUT_FILENO)
        guard failure == 0 else {
            throw Failure(.inputOutput, "standard output cannot be written (\(String(cString: strerror(failure)))).")
        }
    }

    /// Writes a line to standard error, in place of a status line.
    static func error(_ line: String) {
        hasStatus.withLock { isShown in
            _ = write((isShown ? erasure : "") + ForeignText.terminal(line) + "\n", to: STDERR_FILENO)
            isShown = false
        }
    }

    /// Draws the status line on standard error, over the one that stands there. Any thread may call.
    static func status(_ text: String) {
        let line = String(ForeignText.terminal(text).prefix(statusWidth))
        hasStatus.withLock { isShown in
            _ = write("\r" + line.padding(toLength: statusWidth, withPad: " ", startingAt: 0), to: STDERR_FILENO)
            isShown = true
        }
    }

    /// Removes the status line.
    static func clearStatus() {
        hasStatus.withLock { isShown in
            if isShown { _ = write(erasure, to: STDERR_FILENO) }
            isShown = false
        }
    }

    static var isStatusShown: Bool { hasStatus.withLock { $0 } }

    /// Zero, or the error number.
    private static func write(_ text: String, to descriptor: Int32) -> Int32 { write(Array(text.utf8), to: descriptor) }

    private static func write(_ bytes: [UInt8], to descriptor: Int32) -> Int32 {
        guard !isSilent else { return 0 }
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
