import Foundation

/// Curves over a common axis as an SVG plot, in panels one below the other.
package struct CurvesSVG {
    package struct Curve {
        package var name: String
        package var points: [(x: Double, y: Double)]
        /// Drawn faintly, behind the others.
        package var isFaint: Bool

        package init(name: String, points: [(x: Double, y: Double)], isFaint: Bool = false) {
            (self.name, self.points, self.isFaint) = (name, points, isFaint)
        }
    }

    package struct Panel {
        /// Of the vertical axis.
        package var label: String
        package var curves: [Curve]
        /// Whether the axis begins at zero.
        package var fromZero: Bool

        package init(label: String, curves: [Curve], fromZero: Bool = false) {
            (self.label, self.curves, self.fromZero) = (label, curves, fromZero)
        }
    }

    package var title: String
    /// Of the horizontal axis.
    package var label: String
    package var panels: [Panel]

    package init(title: String, label: String, panels: [Panel]) {
        (self.title, self.label, self.panels) = (title, label, panels)
    }

    private static let (width, panelHeight, gap) = (760.0, 200.0, 22.0)
    private static let margin = (left: 92.0, right: 20.0, top: 36.0, bottom: 48.0)
    /// Distinguishable for colour-blind readers: P. Tol's muted scheme.
    private static let colors = ["#332288", "#cc6677", "#117733", "#ddaa33", "#88ccee", "#882255", "#44aa99", "#999933"]
    /// More points than this are not distinguishable.
    private static let mostPoints = 3000

    /// Empty if there is nothing to draw.
    package var text: String {
        let all = panels.flatMap(\.curves).flatMap(\.points)
        guard let first = all.map(\.x).min(), let end = all.map(\.x).max() else { return "" }
        let (low, high) = (first, end > first ? end : first + 1)
        let (left, right) = (Self.margin.left, Self.width - Self.margin.right)
        func f(_ value: Double) -> String { PlotSVG.f(value) }
        func x(_ value: Double) -> Double { left + (value - low) / (high - low) * (right - left) }
        let height =
            Self.margin.top + Self.margin.bottom + Double(panels.count) * (Self.panelHeight + Self.gap) - Self.gap
        var result = PlotSVG.open(width: Self.width, height: height)
        result += PlotSVG.label(left, 20, title, anchor: "start")
        for (index, panel) in panels.enumerated() {
            let top = Self.margin.top + Double(index) * (Self.panelHeight + Self.gap)
            result += self.panel(panel, top: top, low: low, high: high, x: x, isLast: index == panels.count - 1)
        }
        return result + PlotSVG.label(0.5 * (left + right), height - 10, label, anchor: "middle") + "</svg>\n"
    }

    private func panel(
        _ panel: Panel, top: Double, low: Double, high: Double, x: (Double) -> Double, isLast: Bool
    ) -> String {
        let (left, right, base) = (Self.margin.left, Self.width - Self.margin.right, top + Self.panelHeight)
        func f(_ value: Double) -> String { PlotSVG.f(value) }
        let values = panel.curves.flatMap(\.points).map(\.y)
        var bottom = panel.fromZero ? min(values.min() ?? 0, 0) : values.min() ?? 0
        var ceiling = values.max() ?? 1
        // A constant is drawn in the middle.
        let least = max(1e-9, 1e-9 * abs(ceiling))
        if ceiling - bottom < least { (bottom, ceiling) = (bottom - least, ceiling + least) }
        let space = 0.06 * (ceiling - bottom)
        (bottom, ceiling) = (panel.fromZero && bottom == 0 ? 0 : bottom - space, ceiling + space)
        func y(_ value: Double) -> Double { base - (value - bottom) / (ceiling - bottom) * (base - top) }
        var result = ""
        for (index, curve) in panel.curves.enumerated() {
            let stride = max(1, curve.points.count / Self.mostPoints)
            let points = Swift.stride(from: 0, to: curve.points.count, by: stride).map { curve.points[$0] }
            let path = points.map { "\(f(x($0.x))) \(f(y($0.y)))" }.joined(separator: "L")
            result +=
                "<path d=\"M\(path)\" fill=\"none\" stroke=\"\(Self.colors[index % Self.colors.count])\" "
                + "stroke-width=\"\(curve.isFaint ? 0.8 : 1.5)\"\(curve.isFaint ? " opacity=\"0.45\"" : "")/>\n"
        }
        result +=
            "<path d=\"M\(f(left)) \(f(top))V\(f(base))H\(f(right))V\(f(top))Z\" fill=\"none\" stroke=\"black\"/>\n"
        for tick in AxisTicks.ticks(from: low, to: high, most: 8) {
            result += "<path d=\"M\(f(x(tick.value))) \(f(base))v4\" stroke=\"black\"/>\n"
            if isLast { result += PlotSVG.label(x(tick.value), base + 18, tick.text, anchor: "middle") }
        }
        for tick in AxisTicks.ticks(from: bottom, to: ceiling, most: 5) {
            result += "<path d=\"M\(f(left)) \(f(y(tick.value)))h-4\" stroke=\"black\"/>\n"
            result += PlotSVG.label(left - 8, y(tick.value) + 4, tick.text, anchor: "end")
        }
        if panel.curves.count > 1 {
            var place = left + 10
            for (index, curve) in panel.curves.enumerated() {
                let color = Self.colors[index % Self.colors.count]
                result += "<path d=\"M\(f(place)) \(f(top + 12))h18\" stroke=\"\(color)\" stroke-width=\"3\"/>\n"
                result += PlotSVG.label(place + 23, top + 16, curve.name, anchor: "start")
                place += 40 + 7 * Double(curve.name.count)
            }
        }
        let middle = 0.5 * (top + base)
        return result
            + "<text transform=\"rotate(-90 16 \(f(middle)))\" x=\"16\" y=\"\(f(middle))\" text-anchor=\"middle\">"
            + "\(ForeignText.markup(panel.label))</text>\n"
    }
}
