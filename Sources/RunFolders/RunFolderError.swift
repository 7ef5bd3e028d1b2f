/// Why a run folder cannot be used. Every message names the cure.
public enum RunFolderError: Error, Equatable, CustomStringConvertible {
    /// Another process is using it.
    case inUse(path: String)
    /// It is not the folder of a run, or a file is missing.
    case missing(String)
    /// Its files are damaged or do not belong together.
    case damaged(String)
    /// It contains another calculation, which would be replaced.
    case occupied(path: String, by: String)
    /// Its matrices do not fit into the allowed memory.
    case tooLittleMemory(String)

    public var description: String { description(option: "--output") }

    /// - Parameter option: the command-line option that names the folder.
    package func description(option: String) -> String {
        switch self {
        case .inUse(let path):
            "\(path): this folder is in use by another esp process. Wait until it has finished, or name another folder with \(option)."
        case .occupied(let path, let other):
            "\(path) holds \(other.hasSuffix(".") ? String(other.dropLast()) : other). Name another folder with \(option)\(option == "--output" ? " (-o)" : ""), or replace what is there with --force."
        case .missing(let text), .damaged(let text), .tooLittleMemory(let text): text
        }
    }
}
