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

    /// A table of wavenumber and absorbance, in the form of `NumberPairs`.
    ///
    /// - Throws: `InputFileError` with the line.
    public init(table path: String) throws(InputFileError) {
        let table = try NumberPairs(readingFrom: path, names: "a wavenumber in cm-1 and an absorbance")
        let points = table.pairs.sorted { $0.first < $1.first }
        (isCurve, wavenumbers, absorbances) = (true, points.map(\.first), points.map(\.second))
        if let flaw { throw table.file.errorAtEnd(flaw, cure: "Write two columns: wavenumber in cm-1, absorbance") }
    }
}
