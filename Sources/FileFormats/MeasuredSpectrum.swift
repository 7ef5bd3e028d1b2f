/// A measured infrared spectrum: lines, or the points of a curve.
public struct MeasuredSpectrum: Codable, Sendable, Equatable {
    /// Whether the points are connected to a curve; otherwise each is a line.
    public var isCurve: Bool
    /// In cm-1.
    public var wavenumbers: [Double]
    /// In any unit; as many as wavenumbers.
    public var absorbances: [Double]

    /// In cm-1.
    public static let allowedWavenumbers = 0.0...20_000.0
    private static let mostPoints = 100_000

    enum CodingKeys: String, CodingKey {
        case wavenumbers, absorbances
        case isCurve = "curve"
    }

    /// What is wrong with values from a file; nil if they can be drawn.
    public var flaw: String? {
        if wavenumbers.count != absorbances.count {
            return "\(wavenumbers.count) wavenumbers, but \(absorbances.count) absorbances"
        }
        guard (1...Self.mostPoints).contains(wavenumbers.count) else { return "\(wavenumbers.count) points" }
        if let odd = wavenumbers.first(where: { !Self.allowedWavenumbers.contains($0) }) {
            return "\(odd) is not a wavenumber in cm-1"
        }
        return absorbances.contains { $0 > 0 } && absorbances.allSatisfy(\.isFinite) ? nil : "no absorbance is positive"
    }

    /// Lines written as `1585,1480:0.5`: wavenumbers, with relative heights (1 if omitted). Nil if the text has another form.
    public init?(lines text: String) {
        var (wavenumbers, heights): ([Double], [Double]) = ([], [])
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let words = part.split(separator: ":", omittingEmptySubsequences: false)
            guard (1...2).contains(words.count), let wavenumber = NumberParsing.double(words[0]),
                let height = words.count == 2 ? NumberParsing.double(words[1]) : 1, height > 0
            else { return nil }
            wavenumbers.append(wavenumber)
            heights.append(height)
        }
        (isCurve, self.wavenumbers, absorbances) = (false, wavenumbers, heights)
        guard flaw == nil else { return nil }
    }

    /// A table of wavenumber and absorbance, separated by commas, semicolons or blanks. Lines before the first pair of numbers, and
    /// lines that begin with `#`, are comments.
    ///
    /// - Throws: `InputFileError` with the line.
    public init(table path: String) throws(InputFileError) {
        let file = try TextFile(readingFrom: path, expected: "two columns, wavenumber in cm-1 and absorbance")
        var points: [(wavenumber: Double, absorbance: Double)] = []
        for line in file.lines where !line.isBlank && !line.text.hasPrefix("#") {
            let words = line.text.split { $0 == "," || $0 == ";" || $0.isWhitespace }
            let numbers = words.prefix(2).compactMap { NumberParsing.double($0) }
            guard numbers.count == 2 else {
                if points.isEmpty { continue }
                throw file.error(line, "'\(line.text)' is not a pair of numbers", cure: "Write a wavenumber and an absorbance")
            }
            points.append((numbers[0], numbers[1]))
        }
        points.sort { $0.wavenumber < $1.wavenumber }
        (isCurve, wavenumbers, absorbances) = (true, points.map(\.wavenumber), points.map(\.absorbance))
        if let flaw { throw file.errorAtEnd(flaw, cure: "Write two columns: wavenumber in cm-1, absorbance") }
    }
}
