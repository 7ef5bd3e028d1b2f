import Foundation

extension PixelImage {
    enum Alignment { case left, center, right }

    /// Width of a line of text whose capitals are `size` pixels high.
    static func textWidth(_ text: String, size: Double) -> Double {
        text.reduce(0) { $0 + StrokeFont.glyph($1).advance } * size / StrokeFont.capHeight
    }

    /// A line of text with its baseline at `y`; `size` is the height of capitals, all in pixels.
    mutating func draw(
        _ text: String, x: Double, y: Double, size: Double, alignment: Alignment = .left,
        color: PixelColor = PixelColor(repeating: 0.1), isBold: Bool = false
    ) {
        let unit = size / StrokeFont.capHeight
        var pen = x
        switch alignment {
        case .left: break
        case .center: pen -= 0.5 * Self.textWidth(text, size: size)
        case .right: pen -= Self.textWidth(text, size: size)
        }
        for character in text {
            let glyph = StrokeFont.glyph(character)
            let lines = glyph.strokes.map { stroke in
                stroke.map { SIMD2(pen + unit * $0.x, y - unit * ($0.y - 2)) }
            }
            stroke(lines, width: size * (isBold ? 0.19 : 0.125), color: color)
            pen += unit * glyph.advance
        }
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
        let columns = Int((low.x - reach).rounded(.down))...Int((high.x + reach).rounded(.up))
        for row in Int((low.y - reach).rounded(.down))...Int((high.y + reach).rounded(.up)) {
            for column in columns {
                let place = SIMD2(Double(column) + 0.5, Double(row) + 0.5)
                var nearest = Double.infinity
                for line in lines {
                    for k in 1..<max(line.count, 2) where k < line.count {
                        nearest = min(nearest, Self.distance(place, line[k - 1], line[k]))
                    }
                }
                let coverage = min(max(0.5 * width + 0.5 - nearest, 0), 1)
                if coverage > 0 { blend(column, row, color, opacity: Float(coverage)) }
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
