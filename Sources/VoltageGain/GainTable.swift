import FileFormats

/// Measured voltages or gains in a file with two columns.
public enum GainTable {
    /// Ratios and gains, or, with `ends`, ratios and voltages, in the form of `NumberPairs`.
    ///
    /// - Parameter ends: the voltages at which the gain is 0 and 1.
    /// - Throws: `InputFileError` with the line.
    public static func points(
        readingFrom path: String, ends: (zero: Double, one: Double)? = nil
    ) throws(InputFileError) -> [GainPoint] {
        let table = try NumberPairs(readingFrom: path, names: "a ratio and a gain")
        var points: [GainPoint] = []
        for (line, ratio, value) in table.pairs {
            guard ratio >= 0 else {
                throw table.file.error(line, "the ratio \(ratio) is negative", cure: "Write metal per reference cation")
            }
            points.append(GainPoint(ratio: ratio, gain: ends.map { (value - $0.zero) / ($0.one - $0.zero) } ?? value))
        }
        return points
    }
}
