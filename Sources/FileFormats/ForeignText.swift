/// Text from other sources than the program (names, titles, comments, paths), made harmless for the formats that the program writes.
///
/// Everything here looks at Unicode scalars, as the programs that read these formats do. One `Character` of Swift may hold several
/// scalars: a combining accent behind a quotation mark or a prepended mark (U+0600) before `<` would hide them from a search by
/// characters.
public enum ForeignText {
    /// Replaces a scalar that is omitted.
    static let replacement: Unicode.Scalar = "\u{FFFD}"

    /// Whether a scalar controls the device that shows it: C0 and C1 control characters (tab and line feed, too), line and paragraph
    /// separators, embeddings, overrides and isolates of the writing direction.
    public static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F..<0xA0, 0x2028...0x202E, 0x2066...0x2069: true
        default: false
        }
    }

    /// Text for a terminal: line feeds and tabs stay, other controls become U+FFFD.
    public static func terminal(_ text: String) -> String {
        replacing(text) { isControl($0) && $0 != "\n" && $0 != "\t" }
    }

    /// Text that stays on one line: tabs become spaces, other controls U+FFFD.
    public static func line(_ text: String) -> String { replacing(text, where: isControl) }

    private static func replacing(_ text: String, where isReplaced: (Unicode.Scalar) -> Bool) -> String {
        guard text.unicodeScalars.contains(where: isReplaced) else { return text }
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars { result.append(!isReplaced(scalar) ? scalar : scalar == "\t" ? " " : replacement) }
        return String(result)
    }

    /// Text as content or attribute of HTML and XML. The five special characters become references; what XML forbids, and controls
    /// but tab and line feed, becomes U+FFFD.
    public static func markup(_ text: String) -> String {
        // Bytes, since appending a string to a view of scalars copies the whole view.
        var result: [UInt8] = []
        result.reserveCapacity(text.utf8.count + 16)
        for scalar in text.unicodeScalars {
            switch scalar {
            case "<": result += "&lt;".utf8
            case ">": result += "&gt;".utf8
            case "&": result += "&amp;".utf8
            case "\"": result += "&quot;".utf8
            case "'": result += "&#39;".utf8
            case "\t", "\n": result.append(UInt8(scalar.value))
            default:
                let isForbidden = isControl(scalar) || scalar.value & 0xFFFE == 0xFFFE
                result += String(Character(isForbidden ? replacement : scalar)).utf8
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
