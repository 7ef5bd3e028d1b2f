import Foundation

/// Fields of comma-separated values.
public enum CSVText {
    /// A text in quotation marks, those inside it doubled (RFC 4180).
    public static func quoted(_ text: String) -> String {
        "\"" + text.replacingOccurrences(of: "\"", with: "\"\"") + "\""
    }
}
