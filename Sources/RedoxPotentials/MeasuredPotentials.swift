import FileFormats

/// Measured potentials in a file of comma-separated values.
public struct MeasuredPotentials: Sendable, Equatable {
    public struct Entry: Sendable, Equatable {
        public let name: String
        /// In volt.
        public let potential: Double
        public let source: String
        /// Line of the file.
        public let line: Int
    }

    public let entries: [Entry]

    private static let form = "Write name,measured,source in every line, such as p-benzoquinone,-0.51,\"doi 10.1000/182\""

    /// Every line has a name, a potential in volt and, if wanted, the source of the value; names and sources may stand in quotation marks.
    /// Lines that begin with `#` and a first line without a number are comments.
    ///
    /// - Throws: `InputFileError` with the line.
    public init(readingFrom path: String) throws(InputFileError) {
        try self.init(TextFile(readingFrom: path, expected: "a table of names and measured potentials"))
    }

    /// - Throws: `InputFileError` with the line.
    package init(_ file: TextFile) throws(InputFileError) {
        var entries: [Entry] = []
        var isFirst = true
        for line in file.lines where !line.isBlank && !line.text.hasPrefix("#") {
            defer { isFirst = false }
            guard let fields = Self.fields(line.text) else {
                throw file.error(line, "a quotation mark is not closed", cure: Self.form)
            }
            guard fields.count > 1, let value = NumberParsing.double(fields[1]) else {
                if isFirst, fields.count > 1 { continue }
                throw file.error(line, "'\(ForeignText.line(line.text))' is not a name and a potential", cure: Self.form)
            }
            guard !fields[0].isEmpty else { throw file.error(line, "the name is missing", cure: Self.form) }
            guard abs(value) <= Self.largest else {
                throw file.error(line, "\(fields[1]) V is no potential of a molecule", cure: "Write volt, not millivolt")
            }
            if let earlier = entries.first(where: { $0.name == fields[0] }) {
                throw file.error(line, "\(fields[0]) stands in line \(earlier.line), too", cure: "Leave one of them out")
            }
            entries.append(Entry(name: fields[0], potential: value, source: fields.count > 2 ? fields[2] : "", line: line.number))
        }
        guard !entries.isEmpty else { throw file.errorAtEnd("there is no measured potential", cure: Self.form) }
        self.entries = entries
    }

    /// In volt.
    private static let largest = 10.0

    public func entry(named name: String) -> Entry? { entries.first { $0.name == name } }

    /// The fields of a line (RFC 4180) without blanks around them; nil if a quotation mark is not closed.
    static func fields(_ text: String) -> [String]? {
        var (fields, field, isQuoted, wasQuoted) = ([String](), "", false, false)
        var characters = text.unicodeScalars.makeIterator()
        var next = characters.next()
        func trimmed(_ text: String) -> String {
            var view = text.unicodeScalars[...]
            while view.first?.properties.isWhitespace == true { view.removeFirst() }
            while view.last?.properties.isWhitespace == true { view.removeLast() }
            return String(view)
        }
        while let scalar = next {
            next = characters.next()
            if isQuoted {
                if scalar != "\"" {
                    field.unicodeScalars.append(scalar)
                } else if next == "\"" {
                    field.unicodeScalars.append(scalar)
                    next = characters.next()
                } else {
                    isQuoted = false
                }
            } else if scalar == "\"", trimmed(field).isEmpty, !wasQuoted {
                (isQuoted, wasQuoted, field) = (true, true, "")
            } else if scalar == "," {
                fields.append(trimmed(field))
                (field, wasQuoted) = ("", false)
            } else {
                field.unicodeScalars.append(scalar)
            }
        }
        return isQuoted ? nil : fields + [trimmed(field)]
    }
}
