/// A place in an input file, as error messages name it.
public struct FileLocation: Sendable, Equatable, CustomStringConvertible {
    public let path: String
    /// Counted from 1; nil for the file as a whole.
    public let line: Int?

    public init(path: String, line: Int? = nil) {
        self.path = path
        self.line = line
    }

    public var description: String { line.map { "\(path), line \($0)" } ?? path }
}

/// What is wrong with an input file. Every message names the file, the line where there is one, and the cure.
public enum InputFileError: Error, Equatable, CustomStringConvertible {
    case notFound(path: String)
    case notReadable(path: String, reason: String)
    case notARegularFile(path: String, kind: String)
    case tooLarge(path: String, limitInBytes: Int)
    case empty(path: String, expected: String)
    case binary(path: String, line: Int, expected: String)
    case malformed(FileLocation, problem: String, cure: String)

    public var description: String {
        switch self {
        case .notFound(let path):
            "\(path): there is no such file. Check the name and the folder."
        case .notReadable(let path, let reason):
            "\(path): the file cannot be read (\(reason)). Check its permissions and the disk."
        case .notARegularFile(let path, let kind):
            "\(path): this is \(kind), not a file. Name a regular file; save piped input to one first."
        case .tooLarge(let path, let limit):
            "\(path): the file is larger than \(limit / 1_048_576) MiB, more than any valid input of this kind. "
                + "Check that it is the file you meant."
        case .empty(let path, let expected):
            "\(path): the file is empty. Expected \(expected)."
        case .binary(let path, let line, let expected):
            "\(path), line \(line): the file is not plain text (control bytes found). Expected \(expected) as "
                + "UTF-8 or ASCII text."
        case .malformed(let location, let problem, let cure):
            "\(location): \(problem). \(cure)."
        }
    }
}
