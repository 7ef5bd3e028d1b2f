import FileFormats

/// Measured voltages or gains in a file with two columns.
public enum GainTable {
    /// Ratios and gains, or, with `ends`, ratios and voltages: columns separated by commas, semicolons or blanks. Lines before the first
    /// pair of numbers, and lines that begin with `#`, are comments.
    ///
    /// - Parameter ends: the voltages at which the gain is 0 and 1.
    /// - Throws: `InputFileError` with the line.
    public static func points(readingFrom path: String, ends: (zero: Double, one: Double)? = nil) throws(InputFileError)
        -> [GainPoint]
    {
        let file = try TextFile(readingFrom: path, expected: "two columns, a ratio and a gain")
        var points: [GainPoint] = []
        for line in file.lines where !line.isBlank && !line.text.hasPrefix("#") {
            let words = line.text.split { $0 == "," || $0 == ";" || $0.isWhitespace }
            let numbers = words.prefix(2).compactMap { NumberParsing.double($0) }
            guard numbers.count == 2 else {
                if points.isEmpty { continue }
                throw file.error(line, "'\(line.text)' is not a pair of numbers", cure: "Write a ratio and a gain")
            }
            guard numbers[0] >= 0 else {
                throw file.error(line, "the ratio \(words[0]) is negative", cure: "Write metal per reference cation")
            }
            points.append(
                GainPoint(ratio: numbers[0], gain: ends.map { (numbers[1] - $0.zero) / ($0.one - $0.zero) } ?? numbers[1]))
        }
        guard !points.isEmpty else {
            throw file.errorAtEnd("there is no pair of numbers", cure: "Write a ratio and a gain in every line")
        }
        return points
    }
}
