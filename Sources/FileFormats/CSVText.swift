import Foundation

/// Fields of comma-separated values.
public enum CSVText {
    /// A text in quotation marks, those inside it doubled (RFC 4180), on one line.
    ///
    /// Spreadsheets evaluate texts that begin with `=`, `+`, `-` or `@`: unless such a text is a number, it is preceded by an apostrophe.
    public static func quoted(_ text: String) -> String {
        let line = ForeignText.line(text)
        var result = "\"".unicodeScalars
        if isFormula(line) { result.append("'") }
        for scalar in line.unicodeScalars {
            if scalar == "\"" { result.append(scalar) }
            result.append(scalar)
        }
        result.append("\"")
        return String(result)
    }

    /// Also in the wide forms, which some spreadsheets read alike, and behind white space.
    private static func isFormula(_ text: String) -> Bool {
        guard let first = text.unicodeScalars.first(where: { !$0.properties.isWhitespace }) else { return false }
        return "=+-@\u{FF1D}\u{FF0B}\u{FF0D}\u{FF20}".unicodeScalars.contains(first) && NumberParsing.double(text) == nil
    }
}
