import Foundation

/// A line of text in a picture.
struct Lettering {
    enum Alignment { case left, center, right }

    var text: String
    /// Height of capitals in pixels.
    var size: Double
    var isBold = false

    private var table: GlyphTable { isBold ? .bold : .regular }
    private var unit: Double { size / FontOutlines.capHeight }

    /// In pixels.
    var width: Double { text.reduce(0) { $0 + table[$1].advance } * unit }

    /// The polygons of the letters, in pixels, y downwards.
    ///
    /// - Parameter y: of the baseline.
    func polygons(x: Double, y: Double, alignment: Alignment) -> [[SIMD2<Double>]] {
        var pen = x
        switch alignment {
        case .left: break
        case .center: pen -= 0.5 * width
        case .right: pen -= width
        }
        var result: [[SIMD2<Double>]] = []
        for character in text {
            let glyph = table[character]
            for contour in glyph.contours {
                result.append(contour.map { SIMD2(pen + unit * $0.x, y - unit * $0.y) })
            }
            pen += unit * glyph.advance
        }
        return result
    }
}

extension PixelImage {
    static let ink = PixelColor(repeating: 0.1)

    /// A line of text with its baseline at `y`; `size` is the height of capitals, all in pixels.
    ///
    /// - Parameter halo: width of a white seam around the letters.
    mutating func draw(
        _ text: String, x: Double, y: Double, size: Double, alignment: Lettering.Alignment = .left,
        color: PixelColor = PixelImage.ink, isBold: Bool = false, halo: Double = 0
    ) {
        let polygons = Lettering(text: text, size: size, isBold: isBold).polygons(x: x, y: y, alignment: alignment)
        if halo > 0 {
            for polygon in polygons { stroke([polygon + polygon.prefix(1)], width: 2 * halo, color: PixelColor(repeating: 1)) }
        }
        fill(polygons, color: color)
    }

    /// The inside of polygons; see `Coverage` for those that overlap.
    mutating func fill(_ polygons: [[SIMD2<Double>]], color: PixelColor) {
        guard let first = polygons.joined().first else { return }
        var (low, high) = (first, first)
        for point in polygons.joined() {
            low = pointwiseMin(low, point)
            high = pointwiseMax(high, point)
        }
        let columns = (Int(low.x.rounded(.down))..<Int(high.x.rounded(.up)) + 1).clamped(to: 0..<width)
        let rows = (Int(low.y.rounded(.down))..<Int(high.y.rounded(.up)) + 1).clamped(to: 0..<height)
        guard !columns.isEmpty, !rows.isEmpty else { return }
        var coverage = Coverage(x: columns, y: rows)
        for polygon in polygons { coverage.add(polygon) }
        coverage.forEach { x, y, share in blend(x, y, color, opacity: share) }
    }

    /// A disc with a thin dark edge.
    mutating func disc(center: SIMD2<Double>, radius: Double, color: PixelColor) {
        let circle = (0..<48).map { step in
            let angle = 2 * Double.pi * Double(step) / 48
            return center + radius * SIMD2(cos(angle), sin(angle))
        }
        fill([circle], color: color)
        stroke([circle + circle.prefix(1)], width: max(1, 0.08 * radius), color: PixelColor(repeating: 0.35))
    }

    /// Lines with round ends, all in one coat; a line of two equal points is a dot.
    mutating func stroke(_ lines: [[SIMD2<Double>]], width: Double, color: PixelColor) {
        let points = lines.joined()
        guard let first = points.first else { return }
        var (low, high) = (first, first)
        for point in points {
            low = pointwiseMin(low, point)
            high = pointwiseMax(high, point)
        }
        let reach = 0.5 * width + 1
        func range(_ low: Double, _ high: Double, _ count: Int) -> Range<Int> {
            let first = min(max(Int((low - reach).rounded(.down)), 0), count)
            return first..<max(first, min(Int((high + reach).rounded(.up)) + 1, count))
        }
        let (columns, rows) = (range(low.x, high.x, self.width), range(low.y, high.y, height))
        guard !columns.isEmpty, !rows.isEmpty else { return }
        // The nearest piece decides: where lines meet they are no darker.
        var coverage = [Float](repeating: 0, count: columns.count * rows.count)
        for line in lines {
            for k in 1..<max(line.count, 2) where k < line.count {
                let (a, b) = (line[k - 1], line[k])
                for row in range(min(a.y, b.y), max(a.y, b.y), height) {
                    for column in range(min(a.x, b.x), max(a.x, b.x), self.width) {
                        let place = SIMD2(Double(column) + 0.5, Double(row) + 0.5)
                        let share = Float(min(max(0.5 * width + 0.5 - Self.distance(place, a, b), 0), 1))
                        let index = (row - rows.lowerBound) * columns.count + column - columns.lowerBound
                        coverage[index] = max(coverage[index], share)
                    }
                }
            }
        }
        for row in rows {
            for column in columns {
                let share = coverage[(row - rows.lowerBound) * columns.count + column - columns.lowerBound]
                if share > 0 { blend(column, row, color, opacity: share) }
            }
        }
    }

    private static func distance(_ p: SIMD2<Double>, _ a: SIMD2<Double>, _ b: SIMD2<Double>) -> Double {
        let along = b - a
        let squared = (along * along).sum()
        let t = squared > 0 ? min(max(((p - a) * along).sum() / squared, 0), 1) : 0
        let offset = p - a - t * along
        return (offset * offset).sum().squareRoot()
    }
}
