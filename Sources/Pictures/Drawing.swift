import FileFormats
import Foundation

/// A drawing of lines and texts that becomes a PNG or an SVG file, both the same. Places and sizes are in pixels, y downwards.
public struct Drawing: Sendable {
    enum Element: Sendable {
        /// A picture stretched over a rectangle.
        case image(PixelImage, low: SIMD2<Double>, high: SIMD2<Double>)
        case lines([[SIMD2<Double>]], width: Double, color: PixelColor, dash: Double)
        case text(String, place: SIMD2<Double>, size: Double, alignment: Lettering.Alignment, isBold: Bool, halo: Double)
        case rectangle(low: SIMD2<Double>, high: SIMD2<Double>, color: PixelColor)
        case disc(center: SIMD2<Double>, radius: Double, color: PixelColor)
    }

    public let width, height: Int
    var elements: [Element] = []

    init(width: Int, height: Int) {
        self.width = width
        self.height = height
    }

    mutating func text(
        _ text: String, x: Double, y: Double, size: Double, alignment: Lettering.Alignment = .center, isBold: Bool = false,
        room: Double = .infinity, halo: Double = 0
    ) {
        let width = Lettering(text: text, size: size, isBold: isBold).width
        let fitted = width > room ? size * room / width : size
        elements.append(
            .text(text, place: SIMD2(x, y), size: fitted, alignment: alignment, isBold: isBold, halo: halo))
    }

    public var image: PixelImage {
        var result = PixelImage(width: width, height: height)
        for element in elements {
            switch element {
            case .image(let picture, let low, let high): result.stretch(picture, low: low, high: high)
            case .lines(let lines, let width, let color, let dash):
                result.stroke(dash > 0 ? lines.flatMap { Self.dashed($0, dash) } : lines, width: width, color: color)
            case .text(let text, let place, let size, let alignment, let isBold, let halo):
                result.draw(text, x: place.x, y: place.y, size: size, alignment: alignment, isBold: isBold, halo: halo)
            case .rectangle(let low, let high, let color):
                result.fill(
                    x: Int(low.x.rounded())..<Int(high.x.rounded()), y: Int(low.y.rounded())..<Int(high.y.rounded()), color: color
                )
            case .disc(let center, let radius, let color): result.disc(center: center, radius: radius, color: color)
            }
        }
        return result
    }

    /// Pieces of a line, as long as the gaps between them.
    private static func dashed(_ line: [SIMD2<Double>], _ length: Double) -> [[SIMD2<Double>]] {
        guard var place = line.first else { return [] }
        var result: [[SIMD2<Double>]] = []
        var current = [place]
        var (left, isOn) = (length, true)
        for end in line.dropFirst() {
            var step = end - place
            var distance = (step * step).sum().squareRoot()
            while distance > left {
                place += step * (left / distance)
                if isOn { result.append(current + [place]) }
                current = [place]
                (left, isOn) = (length, !isOn)
                step = end - place
                distance = (step * step).sum().squareRoot()
            }
            left -= distance
            place = end
            if isOn { current.append(end) }
        }
        if isOn, current.count > 1 { result.append(current) }
        return result
    }

    /// - Throws: `PNGError`.
    public func svg() throws -> String {
        func f(_ value: Double) -> String { PlotSVG.f(value) }
        var result =
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"\(width)\" height=\"\(height)\" viewBox=\"0 0 \(width) \(height)\" "
            + "font-family=\"Roboto, Arial, Helvetica, sans-serif\">\n<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n"
        for element in elements {
            switch element {
            case .image(let picture, let low, let high):
                let data = try PNGEncoder.data(picture).base64EncodedString()
                result +=
                    "<image x=\"\(f(low.x))\" y=\"\(f(low.y))\" width=\"\(f(high.x - low.x))\" height=\"\(f(high.y - low.y))\" "
                    + "preserveAspectRatio=\"none\" href=\"data:image/png;base64,\(data)\"/>\n"
            case .lines(let lines, let width, let color, let dash):
                let path = lines.map { line in "M" + line.map { "\(f($0.x)) \(f($0.y))" }.joined(separator: "L") }
                result +=
                    "<path d=\"\(path.joined())\" fill=\"none\" stroke=\"\(color.hexadecimal)\" stroke-width=\"\(f(width))\" "
                    + "stroke-linejoin=\"round\"\(dash > 0 ? " stroke-dasharray=\"\(f(dash))\"" : "")/>\n"
            case .text(let text, let place, let size, let alignment, let isBold, let halo):
                let anchor = ["left": "start", "center": "middle", "right": "end"]["\(alignment)"] ?? "start"
                result +=
                    "<text x=\"\(f(place.x))\" y=\"\(f(place.y))\" text-anchor=\"\(anchor)\" font-size=\"\(f(size / 0.711))\""
                    + (isBold ? " font-weight=\"bold\"" : "")
                    + (halo > 0 ? " stroke=\"white\" stroke-width=\"\(f(2 * halo))\" paint-order=\"stroke\"" : "")
                    + " fill=\"#1a1a1a\">\(ForeignText.markup(text))</text>\n"
            case .rectangle(let low, let high, let color):
                result +=
                    "<rect x=\"\(f(low.x))\" y=\"\(f(low.y))\" width=\"\(f(high.x - low.x))\" height=\"\(f(high.y - low.y))\" "
                    + "fill=\"\(color.hexadecimal)\"/>\n"
            case .disc(let center, let radius, let color):
                result +=
                    "<circle cx=\"\(f(center.x))\" cy=\"\(f(center.y))\" r=\"\(f(radius))\" fill=\"\(color.hexadecimal)\" "
                    + "stroke=\"#595959\" stroke-width=\"\(f(max(1, 0.08 * radius)))\"/>\n"
            }
        }
        return result + "</svg>\n"
    }
}

extension PixelColor {
    /// `#rrggbb`.
    public var hexadecimal: String {
        "#" + (0..<3).map { String(format: "%02x", Int((255 * Swift.min(Swift.max(self[$0], 0), 1)).rounded())) }.joined()
    }
}

extension PixelImage {
    /// Another picture over a rectangle, interpolated between the middles of its pixels.
    mutating func stretch(_ picture: PixelImage, low: SIMD2<Double>, high: SIMD2<Double>) {
        let size = high - low
        guard size.x > 0, size.y > 0 else { return }
        for y in (Int(low.y.rounded())..<Int(high.y.rounded())).clamped(to: 0..<height) {
            for x in (Int(low.x.rounded())..<Int(high.x.rounded())).clamped(to: 0..<width) {
                let u = (Double(x) + 0.5 - low.x) / size.x * Double(picture.width) - 0.5
                let v = (Double(y) + 0.5 - low.y) / size.y * Double(picture.height) - 0.5
                let (i, j) = (min(max(u, 0), Double(picture.width - 1)), min(max(v, 0), Double(picture.height - 1)))
                let (i0, j0) = (Int(i), Int(j))
                let (i1, j1) = (min(i0 + 1, picture.width - 1), min(j0 + 1, picture.height - 1))
                let (s, t) = (Float(i - Double(i0)), Float(j - Double(j0)))
                let upper = picture[i0, j0] * (1 - s) + picture[i1, j0] * s
                let lower = picture[i0, j1] * (1 - s) + picture[i1, j1] * s
                self[x, y] = upper * (1 - t) + lower * t
            }
        }
    }
}
