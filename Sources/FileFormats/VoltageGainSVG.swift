/// Gains of voltage against the ratio of metal to reference cations, as an SVG plot: curves of models, and measured points.
public struct VoltageGainSVG {
    public struct Curve {
        public var name: String
        /// Corners of a piecewise linear curve, in ascending order of the ratio.
        public var corners: [(ratio: Double, gain: Double)]

        public init(name: String, corners: [(ratio: Double, gain: Double)]) {
            self.name = name
            self.corners = corners
        }
    }

    public var curves: [Curve]
    public var points: [(ratio: Double, gain: Double)]

    public init(curves: [Curve], points: [(ratio: Double, gain: Double)]) {
        self.curves = curves
        self.points = points
    }

    private static let (width, height) = (620.0, 400.0)
    private static let margin = (left: 66.0, right: 20.0, top: 20.0, bottom: 52.0)
    /// Distinguishable for colour-blind readers: P. Tol's muted scheme.
    private static let colors = ["#332288", "#cc6677", "#117733", "#ddaa33", "#88ccee", "#882255", "#44aa99", "#999933"]

    /// The right end of the axis that holds everything.
    public var highestRatio: Double { max((curves.flatMap(\.corners) + points).map(\.ratio).max() ?? 0, 1e-6) }

    public var text: String {
        let all = curves.flatMap(\.corners) + points
        let end = 1.04 * highestRatio
        let low = min(all.map(\.gain).min() ?? 0, 0)
        let high = 1.08 * max(all.map(\.gain).max() ?? 0, 1e-6)
        let (left, right) = (Self.margin.left, Self.width - Self.margin.right)
        let (top, base) = (Self.margin.top, Self.height - Self.margin.bottom)
        func x(_ ratio: Double) -> Double { left + ratio / end * (right - left) }
        func y(_ gain: Double) -> Double { base - (gain - low) / (high - low) * (base - top) }
        func f(_ value: Double) -> String { PlotSVG.f(value) }
        var result = PlotSVG.open(width: Self.width, height: Self.height)
        for tick in AxisTicks.ticks(from: 0, to: end, most: 8) {
            result += "<path d=\"M\(f(x(tick.value))) \(f(base))v4\" stroke=\"black\"/>\n"
            result += PlotSVG.label(x(tick.value), base + 18, tick.text, anchor: "middle")
        }
        for tick in AxisTicks.ticks(from: low, to: high, most: 7) {
            result += "<path d=\"M\(f(left)) \(f(y(tick.value)))h-4\" stroke=\"black\"/>\n"
            result += PlotSVG.label(left - 8, y(tick.value) + 4, tick.text, anchor: "end")
        }
        for (index, curve) in curves.enumerated() {
            let color = Self.colors[index % Self.colors.count]
            let line = curve.corners.map { "\(f(x($0.ratio))) \(f(y($0.gain)))" }.joined(separator: "L")
            result += "<path d=\"M\(line)\" fill=\"none\" stroke=\"\(color)\" stroke-width=\"1.8\"/>\n"
            for corner in curve.corners.dropFirst().dropLast() {
                result += "<circle cx=\"\(f(x(corner.ratio)))\" cy=\"\(f(y(corner.gain)))\" r=\"3\" fill=\"\(color)\"/>\n"
            }
            // The curves end at the top on the right; the key is below them.
            let place = base - 16 - 18 * Double(curves.count - 1 - index)
            result += "<path d=\"M\(f(right - 190)) \(f(place - 4))h24\" stroke=\"\(color)\" stroke-width=\"3\"/>\n"
            result += PlotSVG.label(right - 160, place, curve.name, anchor: "start")
        }
        for point in points {
            result +=
                "<circle cx=\"\(f(x(point.ratio)))\" cy=\"\(f(y(point.gain)))\" r=\"4\" fill=\"white\" stroke=\"black\" stroke-width=\"1.5\"/>\n"
        }
        result += "<path d=\"M\(f(left)) \(f(top))V\(f(base))H\(f(right))\" fill=\"none\" stroke=\"black\"/>\n"
        let middle = 0.5 * (top + base)
        result +=
            "<text transform=\"rotate(-90 18 \(f(middle)))\" x=\"18\" y=\"\(f(middle))\" text-anchor=\"middle\">relative voltage gain η</text>\n"
        return result + PlotSVG.label(0.5 * (left + right), base + 40, "R, metal per reference cation", anchor: "middle")
            + "</svg>\n"
    }
}
