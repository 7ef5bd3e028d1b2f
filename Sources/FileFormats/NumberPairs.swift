/// Pairs of numbers in a text file with columns, such as a measured spectrum.
///
/// Semicolons and tabs separate columns; in lines without these, commas and blanks do. Lines before the first pair, empty lines, and lines
/// that begin with `#` are comments. Further columns are ignored.
package struct NumberPairs {
    package let pairs: [(line: TextLine, first: Double, second: Double)]
    package let file: TextFile

    /// - Parameter names: the two columns, for messages: `a ratio and a gain`.
    /// - Throws: `InputFileError` with the line.
    package init(readingFrom path: String, names: String) throws(InputFileError) {
        file = try TextFile(readingFrom: path, expected: "two columns, \(names)")
        var pairs: [(line: TextLine, first: Double, second: Double)] = []
        for line in file.lines where !line.isBlank && !line.text.hasPrefix("#") {
            let fields = Self.fields(line.text)
            let numbers = fields.prefix(2).compactMap { NumberParsing.double($0) }
            guard numbers.count == 2 else {
                if fields.contains(where: { $0.contains(",") && $0.allSatisfy { "+-0123456789,".contains($0) } }) {
                    throw file.error(line, "'\(line.text)' has decimal commas", cure: "Write decimals with a point")
                }
                if pairs.isEmpty { continue }
                throw file.error(line, "'\(line.text)' is not a pair of numbers", cure: "Write \(names)")
            }
            pairs.append((line, numbers[0], numbers[1]))
        }
        guard !pairs.isEmpty else { throw file.errorAtEnd("there is no pair of numbers", cure: "Write \(names) in every line") }
        self.pairs = pairs
    }

    private static func fields(_ text: String) -> [Substring] {
        func trimmed(_ field: Substring) -> Substring {
            let start = field.drop { $0.isWhitespace }
            return start.prefix(start.count - start.reversed().prefix { $0.isWhitespace }.count)
        }
        if text.contains(where: { $0 == ";" || $0 == "\t" }) {
            return text.split { $0 == ";" || $0 == "\t" }.map(trimmed).filter { !$0.isEmpty }
        }
        // A comma at the end of a word separates; one inside a word does so only in a line without blanks.
        let words = text.split { $0.isWhitespace }
        if words.count == 1 { return text.split { $0 == "," }.map(trimmed) }
        return words.map { $0.last == "," ? $0.dropLast() : $0 }.filter { !$0.isEmpty && $0 != "," }
    }
}
