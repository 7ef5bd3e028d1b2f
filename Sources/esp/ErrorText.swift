import Foundation

/// The one form of error messages: `esp: error: what is wrong`, then the cure on indented lines.
enum ErrorText {
    private static let prefix = "esp: error: "

    /// - Parameter message: sentences; the first one says what is wrong, the others how to mend it.
    static func text(_ message: String) -> String {
        let (problem, cure) = parts(message)
        return ([prefix + problem] + cure.map { "  " + $0 }).joined(separator: "\n")
    }

    /// The same for a warning, after which the work goes on.
    static func warning(_ message: String) -> String {
        let (problem, cure) = parts(message)
        return (["esp: warning: " + problem] + cure.map { "  " + $0 }).joined(separator: "\n")
    }

    /// A message of the argument parser, with what it appends about the option or the command.
    static func text(parser message: String) -> String {
        var lines = message.split(separator: "\n").map(String.init)
        guard let first = lines.first, first.hasPrefix("Error: ") else { return prefix + message }
        lines.removeFirst()
        func rest(_ start: String) -> String? {
            lines.first { $0.hasPrefix(start) }?.dropFirst(start.count).trimmingCharacters(in: .whitespaces)
        }
        var own = lines.prefix { !$0.hasPrefix("Help:") && !$0.hasPrefix("Usage:") }.map {
            $0.trimmingCharacters(in: .whitespaces)
        }
        own.insert(String(first.dropFirst("Error: ".count)), at: 0)
        var (problem, cure) = parts(plain(own.joined(separator: " ")))
        if cure.isEmpty { cure = [rest("Help:") ?? rest("Usage:").map { "Usage: " + $0 }].compactMap { $0 } }
        if let command = rest("  See ")?.replacingOccurrences(of: " for more information.", with: "") {
            cure.append("\(command) lists all options.")
        }
        return ([prefix + problem] + cure.map { "  " + $0 }).joined(separator: "\n")
    }

    /// The first sentence without its full stop, and the others.
    private static func parts(_ message: String) -> (problem: String, cure: [String]) {
        var lines = message.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
        guard let first = lines.first else { return (message, []) }
        lines.removeFirst()
        // A full stop or a question mark ends a sentence where a capital letter, a quotation mark or an option follows.
        if let end = first.firstRange(of: /[.?] (?=[A-Z'"]|--?[A-Za-z])/) {
            lines.insert(String(first[end.upperBound...]), at: 0)
            let mark = first[end.lowerBound] == "?" ? "?" : ""
            return (first[..<end.lowerBound] + mark, lines)
        }
        if let end = first.firstRange(of: /; (?=(write|give|name|take|leave|use|compute|run) )/) {
            let cure = first[end.upperBound...]
            lines.insert(cure.prefix(1).uppercased() + cure.dropFirst(), at: 0)
            return (String(first[..<end.lowerBound]), lines)
        }
        return (first.hasSuffix(".") ? String(first.dropLast()) : first, lines)
    }

    /// The parser's phrases as this program says them.
    private static func plain(_ text: String) -> String {
        let phrases = [
            ("Missing expected argument", "missing argument"), ("Please provide one of", "Write"), ("The value", "the value"),
            ("Unknown option", "unknown option"), ("Missing value", "missing value"),
            ("Unexpected argument", "unexpected argument"),
        ]
        return phrases.reduce(text) { $0.replacingOccurrences(of: $1.0, with: $1.1) }
    }
}
