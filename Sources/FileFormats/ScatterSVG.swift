/// Named points with a straight line through them, as an SVG plot.
public struct ScatterSVG {
    public struct Point {
        public var name: String
        public var x, y: Double

        public init(name: String, x: Double, y: Double) { (self.name, self.x, self.y) = (name, x, y) }
    }

    public struct Line {
        public var slope, intercept: Double

        public init(slope: Double, intercept: Double) { (self.slope, self.intercept) = (slope, intercept) }
    }

    public var points: [Point]
    public var line: Line?
    /// A range of ordinates that is shaded, and its name.
    public var band: (range: ClosedRange<Double>, name: String)?
    public var xTitle, yTitle: String

    public init(points: [Point], line: Line?, band: (range: ClosedRange<Double>, name: String)?, xTitle: String, yTitle: String) {
        (self.points, self.line, self.band, self.xTitle, self.yTitle) = (points, line, band, xTitle, yTitle)
    }

    private static let (width, height) = (720.0, 480.0)
    private static let margin = (left: 72.0, right: 24.0, top: 20.0, bottom: 54.0)
    private static let (pointColor, lineColor, bandColor) = ("#332288", "#cc6677", "#dddddd")
    /// Of a letter and of a line of text.
    private static let letter = (width: 7.0, height: 13.0)

    private struct Box {
        var x, y, width, height: Double

        func overlaps(_ other: Box) -> Bool {
            x < other.x + other.width && other.x < x + width && y < other.y + other.height && other.y < y + height
        }
    }

    public var text: String {
        let (left, right) = (Self.margin.left, Self.width - Self.margin.right)
        let (top, base) = (Self.margin.top, Self.height - Self.margin.bottom)
        let (lowX, highX) = Self.limits(points.map(\.x))
        let (lowY, highY) = Self.limits(points.map(\.y) + (band.map { [$0.range.lowerBound, $0.range.upperBound] } ?? []))
        func x(_ value: Double) -> Double { left + (value - lowX) / (highX - lowX) * (right - left) }
        func y(_ value: Double) -> Double { base - (value - lowY) / (highY - lowY) * (base - top) }
        func f(_ value: Double) -> String { PlotSVG.f(value) }
        var result = PlotSVG.open(width: Self.width, height: Self.height)
        if let band {
            let (upper, lower) = (y(band.range.upperBound), y(band.range.lowerBound))
            result +=
                "<rect x=\"\(f(left))\" y=\"\(f(upper))\" width=\"\(f(right - left))\" height=\"\(f(lower - upper))\" fill=\"\(Self.bandColor)\"/>\n"
            result += PlotSVG.label(right - 6, upper + 15, band.name, anchor: "end")
        }
        for tick in AxisTicks.ticks(from: lowX, to: highX, most: 8) {
            result += "<path d=\"M\(f(x(tick.value))) \(f(base))v4\" stroke=\"black\"/>\n"
            result += PlotSVG.label(x(tick.value), base + 18, tick.text, anchor: "middle")
        }
        for tick in AxisTicks.ticks(from: lowY, to: highY, most: 7) {
            result += "<path d=\"M\(f(left)) \(f(y(tick.value)))h-4\" stroke=\"black\"/>\n"
            result += PlotSVG.label(left - 8, y(tick.value) + 4, tick.text, anchor: "end")
        }
        var taken = points.map { Box(x: x($0.x) - 5, y: y($0.y) - 5, width: 10, height: 10) }
        if let line {
            // Clipped to the frame.
            var ends = [lowX, highX]
            if line.slope != 0 { ends += [(lowY - line.intercept) / line.slope, (highY - line.intercept) / line.slope] }
            let inside = ends.filter {
                let value = line.intercept + line.slope * $0
                let (marginX, marginY) = (1e-9 * (highX - lowX), 1e-9 * (highY - lowY))
                return $0 >= lowX - marginX && $0 <= highX + marginX && value >= lowY - marginY && value <= highY + marginY
            }
            if let first = inside.min(), let last = inside.max(), last > first {
                let corners = [first, last].map { "\(f(x($0))) \(f(y(line.intercept + line.slope * $0)))" }
                result +=
                    "<path d=\"M\(corners.joined(separator: "L"))\" fill=\"none\" stroke=\"\(Self.lineColor)\" stroke-width=\"1.8\"/>\n"
                // Names keep off the line.
                for step in 0...200 {
                    let value = first + (last - first) * Double(step) / 200
                    taken.append(Box(x: x(value) - 2, y: y(line.intercept + line.slope * value) - 2, width: 4, height: 4))
                }
            }
        }
        for point in points {
            let (px, py) = (x(point.x), y(point.y))
            result += "<circle cx=\"\(f(px))\" cy=\"\(f(py))\" r=\"4\" fill=\"\(Self.pointColor)\"/>\n"
            let size = Self.letter.width * Double(point.name.count)
            // Right, left, above and below of the point: the first place that is free, else the first.
            var places: [(x: Double, y: Double, anchor: String)] = [
                (px + 8, py + 4, "start"), (px - 8, py + 4, "end"), (px + 6, py - 8, "start"), (px + 6, py + 17, "start"),
                (px - 6, py - 8, "end"), (px - 6, py + 17, "end"),
            ]
            // Farther away, with a line to the point.
            let near = places.count
            for distance in [30.0, 45, 60, 75, 95, 120, 150] {
                places += [
                    (px + distance, py + 0.6 * distance, "start"), (px - distance, py - 0.6 * distance, "end"),
                    (px + 2 * distance, py + 4, "start"), (px - 2 * distance, py + 4, "end"),
                    (px - distance, py + 0.6 * distance, "end"), (px + distance, py - 0.6 * distance, "start"),
                ]
            }
            func box(_ place: (x: Double, y: Double, anchor: String)) -> Box {
                Box(
                    x: place.anchor == "start" ? place.x : place.x - size, y: place.y - Self.letter.height + 2, width: size,
                    height: Self.letter.height)
            }
            let free = places.firstIndex { place in
                let own = box(place)
                return own.x > left && own.x + own.width < right && own.y + own.height < base
                    && !taken.contains { $0.overlaps(own) }
            }
            let place = places[free ?? 0]
            if let free, free >= near {
                let end = place.x + (place.anchor == "start" ? -2 : 2)
                result += "<path d=\"M\(f(px)) \(f(py))L\(f(end)) \(f(place.y - 4))\" stroke=\"#888888\" stroke-width=\"0.7\"/>\n"
            }
            taken.append(box(place))
            result += PlotSVG.label(place.x, place.y, point.name, anchor: place.anchor)
        }
        result += "<path d=\"M\(f(left)) \(f(top))V\(f(base))H\(f(right))\" fill=\"none\" stroke=\"black\"/>\n"
        let middle = 0.5 * (top + base)
        result +=
            "<text transform=\"rotate(-90 20 \(f(middle)))\" x=\"20\" y=\"\(f(middle))\" text-anchor=\"middle\">\(ForeignText.markup(yTitle))</text>\n"
        return result + PlotSVG.label(0.5 * (left + right), base + 42, xTitle, anchor: "middle") + "</svg>\n"
    }

    /// With a margin; of equal values, an interval about them.
    private static func limits(_ values: [Double]) -> (Double, Double) {
        let (low, high) = (values.min() ?? 0, values.max() ?? 0)
        let margin = high > low ? 0.08 * (high - low) : max(0.05 * abs(high), 0.1)
        return (low - margin, high + margin)
    }
}
