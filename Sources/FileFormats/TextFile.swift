import Foundation

/// One line of a text file.
public struct TextLine: Sendable, Equatable {
    /// Counted from 1.
    public let number: Int
    /// Without its line ending.
    public let text: String

    package init(number: Int, text: String) {
        self.number = number
        self.text = text
    }

    /// The words between white space.
    public var fields: [Substring] { text.split(whereSeparator: \.isWhitespace) }
    public var isBlank: Bool { text.allSatisfy(\.isWhitespace) }
}

/// A text file in memory, divided into lines. Line endings may be LF, CRLF or CR; a UTF-8 byte order mark is skipped; bytes that are not
/// UTF-8 become U+FFFD, which no number or symbol contains.
public struct TextFile: Sendable {
    public let path: String
    public let lines: [TextLine]

    /// Reads a regular file, also one compressed by gzip, or standard input (`-`); never waits for another pipe or a device.
    ///
    /// - Parameters:
    ///   - path: as the user gave it, for messages.
    ///   - expected: the expected content of the file, for messages ("a molecule in XYZ form").
    ///   - limit: the largest size accepted, in bytes.
    public init(readingFrom path: String, expected: String, limitInBytes limit: Int = 64 << 20) throws(InputFileError) {
        try self.init(path: StandardInput.name(path), bytes: Self.bytes(ofFileAt: path, limit: limit), expected: expected)
    }

    /// Divides bytes that are already in memory into lines; `path` is used only in messages.
    public init(path: String, bytes: [UInt8], expected: String) throws(InputFileError) {
        var lines: [TextLine] = []
        var start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        var index = start
        func close(at end: Int) {
            lines.append(TextLine(number: lines.count + 1, text: String(decoding: bytes[start..<end], as: UTF8.self)))
        }
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "\n"):
                close(at: index)
                start = index + 1
            case UInt8(ascii: "\r"):
                close(at: index)
                if index + 1 < bytes.count, bytes[index + 1] == UInt8(ascii: "\n") { index += 1 }
                start = index + 1
            case 9, 12, 32...126, 128...:
                break
            default:
                throw .binary(path: path, line: lines.count + 1, expected: expected)
            }
            index += 1
        }
        if start < bytes.count { close(at: bytes.count) }
        guard lines.contains(where: { !$0.isBlank }) else { throw .empty(path: path, expected: expected) }
        self.path = path
        self.lines = lines
    }

    /// Some lines of a file.
    init(path: String, lines: [TextLine]) {
        self.path = path
        self.lines = lines
    }

    /// Text compressed by gzip.
    public init(compressed bytes: [UInt8], path: String, expected: String, limitInBytes limit: Int = 64 << 20)
        throws(InputFileError)
    {
        try self.init(path: path, bytes: GZIP.decompressed(bytes, path: path, limit: limit), expected: expected)
    }

    /// An error at a line of this file.
    package func error(_ line: TextLine, _ problem: String, cure: String) -> InputFileError {
        .malformed(FileLocation(path: path, line: line.number), problem: problem, cure: cure)
    }

    /// An error at the file's end.
    package func errorAtEnd(_ problem: String, cure: String) -> InputFileError {
        .malformed(FileLocation(path: path, line: lines.last?.number), problem: problem, cure: cure)
    }

    /// All bytes of a regular file, or of standard input if the path is `-`; gzip files are decompressed.
    package static func bytes(ofFileAt path: String, limit: Int) throws(InputFileError) -> [UInt8] {
        let bytes =
            try path == StandardInput.path ? StandardInput.bytes(limit: limit) : bytes(ofRegularFileAt: path, limit: limit)
        return GZIP.isCompressed(bytes) ? try GZIP.decompressed(bytes, path: path, limit: limit) : bytes
    }

    private static func bytes(ofRegularFileAt path: String, limit: Int) throws(InputFileError) -> [UInt8] {
        // O_NONBLOCK: opening a pipe without a writer must not block.
        let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else {
            switch errno {
            case ENOENT, ENOTDIR: throw .notFound(path: path)
            default: throw .notReadable(path: path, reason: SystemMessage.text(errno))
            }
        }
        defer { close(descriptor) }
        var information = stat()
        guard fstat(descriptor, &information) == 0 else {
            throw .notReadable(path: path, reason: SystemMessage.text(errno))
        }
        switch information.st_mode & S_IFMT {
        case S_IFREG: break
        case S_IFDIR: throw .notARegularFile(path: path, kind: "a folder")
        case S_IFIFO: throw .notARegularFile(path: path, kind: "a pipe")
        default: throw .notARegularFile(path: path, kind: "a device or socket")
        }
        guard information.st_size <= limit else { throw .tooLarge(path: path, limitInBytes: limit) }
        return try read(descriptor, path: path, expectedSize: Int(information.st_size), limit: limit)
    }

    /// Everything until the end of an open file.
    fileprivate static func read(
        _ descriptor: Int32, path: String, expectedSize: Int, limit: Int
    ) throws(InputFileError) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(expectedSize)
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = Foundation.read(descriptor, &buffer, buffer.count)
            if count == 0 { return bytes }
            if count < 0 {
                if errno == EINTR { continue }
                throw .notReadable(path: path, reason: SystemMessage.text(errno))
            }
            bytes.append(contentsOf: buffer[..<count])
            guard bytes.count <= limit else { throw .tooLarge(path: path, limitInBytes: limit) }
        }
    }
}

/// Standard input, which commands read instead of a file if the path is `-`. It is read once, and kept for further readers.
public enum StandardInput {
    public static let path = "-"

    /// A path as shown in messages.
    static func name(_ path: String) -> String { path == Self.path ? "standard input" : path }

    private static let content: Result<[UInt8], InputFileError> = {
        do throws(InputFileError) {
            return .success(try TextFile.read(STDIN_FILENO, path: "standard input", expectedSize: 0, limit: 2 << 30))
        } catch {
            return .failure(error)
        }
    }()

    fileprivate static func bytes(limit: Int) throws(InputFileError) -> [UInt8] {
        let bytes = try content.get()
        guard bytes.count <= limit else { throw .tooLarge(path: "standard input", limitInBytes: limit) }
        return bytes
    }
}

/// The operating system's words for an error number.
package enum SystemMessage {
    package static func text(_ number: Int32) -> String { String(cString: strerror(number)) }
}

/// Numbers in the notations of scientific programs.
package enum NumberParsing {
    /// A finite decimal number; Fortran's D exponents and Mathematica's *^ are read, hexadecimal forms, NaN and infinities are not.
    package static func double(_ text: some StringProtocol) -> Double? {
        var ascii = ""
        var hasStar = false
        for character in text.utf8 {
            switch character {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: "e"), UInt8(ascii: "E"):
                ascii.unicodeScalars.append(Unicode.Scalar(character))
            case UInt8(ascii: "d"), UInt8(ascii: "D"): ascii.append("e")
            // Mathematica writes 1.5*^-6.
            case UInt8(ascii: "*") where !hasStar: hasStar = true
            case UInt8(ascii: "^") where hasStar && ascii.last != "e": ascii.append("e")
            default: return nil
            }
        }
        guard !hasStar || text.contains("*^"), let value = Double(ascii), value.isFinite else { return nil }
        return value
    }

    /// A whole number below 1e9 in size, so that sums of a few cannot overflow; also when written like 2.0.
    package static func integer(_ text: some StringProtocol) -> Int? {
        guard let value = Int(text).map(Double.init) ?? double(text), value == value.rounded(), abs(value) < 1e9 else {
            return nil
        }
        return Int(value)
    }
}
