import Foundation

/// Glyphs of one weight of the embedded font.
struct GlyphTable: Sendable {
    struct Glyph: Sendable {
        /// To the next glyph, in font units.
        let advance: Double
        /// Closed polygons, in font units from the pen on the baseline, y up.
        let contours: [[SIMD2<Double>]]
    }

    static let regular = GlyphTable(FontOutlines.regular)
    static let bold = GlyphTable(FontOutlines.bold)

    private let glyphs: [Unicode.Scalar: Glyph]
    private let missing: Glyph

    /// - Parameter text: in the format of `scripts/make-font-outlines`.
    init(_ text: String) {
        var glyphs: [Unicode.Scalar: Glyph] = [:]
        for line in text.utf8.split(separator: UInt8(ascii: "\n")) {
            let words = line.split(separator: UInt8(ascii: " ")).map { Substring($0) }
            guard words.count >= 2, let code = UInt32(words[0], radix: 16), let scalar = Unicode.Scalar(code),
                let advance = Double(words[1])
            else { continue }
            let contours = words.dropFirst(2).split(separator: "M").map { Self.polygon($0) }
            glyphs[scalar] = Glyph(advance: advance, contours: contours)
        }
        missing = glyphs.removeValue(forKey: Unicode.Scalar(0)) ?? Glyph(advance: 0, contours: [])
        self.glyphs = glyphs
    }

    /// A frame for characters that the font does not have.
    subscript(character: Character) -> Glyph {
        let scalars = character.unicodeScalars
        if let first = scalars.first, scalars.count == 1, let glyph = glyphs[Self.plain(first)] { return glyph }
        // Letters with accents may come as two scalars.
        let composed = String(character).precomposedStringWithCanonicalMapping.unicodeScalars
        if let first = composed.first, composed.count == 1, let glyph = glyphs[Self.plain(first)] { return glyph }
        return missing
    }

    func has(_ scalar: Unicode.Scalar) -> Bool { glyphs[scalar] != nil }

    private static func plain(_ scalar: Unicode.Scalar) -> Unicode.Scalar { scalar == "\u{a0}" ? " " : scalar }

    /// Segments of a quadratic curve: at the size of titles they are shorter than two pixels.
    private static let segments = 6

    /// The polygon along a contour of points and control points.
    private static func polygon(_ words: ArraySlice<Substring>) -> [SIMD2<Double>] {
        var points: [(place: SIMD2<Double>, isControl: Bool)] = words.compactMap { word in
            let isControl = word.first == "q"
            let numbers = (isControl ? word.dropFirst() : word).split(separator: ",").compactMap { Double($0) }
            return numbers.count == 2 ? (SIMD2(numbers[0], numbers[1]), isControl) : nil
        }
        guard let first = points.first, !first.isControl else { return [] }
        points.append(first)
        var result = [first.place]
        var control: SIMD2<Double>?
        func curve(to end: SIMD2<Double>, by middle: SIMD2<Double>) {
            let start = result[result.count - 1]
            for step in 1...segments {
                let t = Double(step) / Double(segments)
                result.append((1 - t) * (1 - t) * start + 2 * t * (1 - t) * middle + t * t * end)
            }
        }
        for point in points.dropFirst() {
            switch (control, point.isControl) {
            case (nil, true): control = point.place
            case (nil, false): result.append(point.place)
            case (let middle?, true):
                curve(to: 0.5 * (middle + point.place), by: middle)
                control = point.place
            case (let middle?, false):
                curve(to: point.place, by: middle)
                control = nil
            }
        }
        return result
    }
}
