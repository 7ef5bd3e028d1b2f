import FileFormats

/// Times as options take them: `8h`, `30min`, `90s`, or seconds without a unit.
enum TimeText {
    /// Thirty years.
    private static let longest = 1e9

    /// Nil if the text is not a time above zero, or is longer than any calculation takes.
    static func seconds(_ text: String) -> Double? {
        let word = text.lowercased().filter { !$0.isWhitespace }
        let units = [("min", 60.0), ("h", 3600), ("d", 86400), ("m", 60), ("s", 1), ("", 1)]
        guard let (unit, factor) = units.first(where: { word.hasSuffix($0.0) }),
            let value = NumberParsing.double(String(word.dropLast(unit.count))), value > 0, value * factor <= longest
        else { return nil }
        return value * factor
    }
}
