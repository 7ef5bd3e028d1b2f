import Foundation

/// An infrared spectrum as an SVG picture: absorption against falling wavenumbers, as spectroscopists draw it, with a stroke for each line. The
/// attribute `data-mode` of a stroke is its index among the lines.
public struct InfraredSVG {
    public var title: String
    /// In cm-1, and the absorption in km/mol per cm-1.
    public var curve: [(wavenumber: Double, absorption: Double)]
    /// In cm-1, and intensities in km/mol.
    public var lines: [(wavenumber: Double, intensity: Double)]
    /// Drawn below, on the same axis.
    public var measured: MeasuredSpectrum?

    public init(
        title: String, curve: [(wavenumber: Double, absorption: Double)], lines: [(wavenumber: Double, intensity: Double)],
        measured: MeasuredSpectrum? = nil
    ) {
        self.measured = measured
        self.title = title
        self.curve = curve
        self.lines = lines
    }

    private static let (width, height) = (760.0, 320.0)
    private static let margin = (left: 64.0, right: 58.0, top: 34.0, bottom: 48.0)
    private static let (curveColor, lineColor, measuredColor) = ("#332288", "#cc6677", "#117733")
    /// Height of the panel of a measured spectrum.
    private static let panel = 110.0

    public var text: String {
        guard let low = curve.map(\.wavenumber).min(), let high = curve.map(\.wavenumber).max(), high > low else { return "" }
        let absorption = PlotSVG.roundedUp(max(curve.map(\.absorption).max() ?? 0, 1e-6))
        let intensity = PlotSVG.roundedUp(max(lines.map(\.intensity).max() ?? 0, 1e-6))
        let (left, right) = (Self.margin.left, Self.width - Self.margin.right)
        let (top, base) = (Self.margin.top, Self.height - Self.margin.bottom)
        let bottom = base + (measured == nil ? 0 : Self.panel)
        func x(_ wavenumber: Double) -> Double { left + (high - wavenumber) / (high - low) * (right - left) }
        func y(_ value: Double, of scale: Double) -> Double { base - (base - top) * value / scale }
        var result = PlotSVG.open(width: Self.width, height: Self.height + bottom - base)
        result += PlotSVG.label(left, 20, title, anchor: "start")
        for (mode, line) in lines.enumerated() where line.wavenumber >= low && line.wavenumber <= high {
            result +=
                "<path data-mode=\"\(mode)\" d=\"M\(PlotSVG.f(x(line.wavenumber))) \(PlotSVG.f(base))V\(PlotSVG.f(y(line.intensity, of: intensity)))\" "
                + "stroke=\"\(Self.lineColor)\" stroke-width=\"1.2\"/>\n"
        }
        let points = curve.map { "\(PlotSVG.f(x($0.wavenumber))) \(PlotSVG.f(y($0.absorption, of: absorption)))" }
        result +=
            "<path d=\"M\(points.joined(separator: "L"))\" fill=\"none\" stroke=\"\(Self.curveColor)\" stroke-width=\"1.5\"/>\n"
        result +=
            "<path d=\"M\(PlotSVG.f(left)) \(PlotSVG.f(top))V\(PlotSVG.f(base))H\(PlotSVG.f(right))V\(PlotSVG.f(top))\" fill=\"none\" "
            + "stroke=\"black\"/>\n"
        for tick in AxisTicks.ticks(from: low, to: high, most: 10) {
            result += "<path d=\"M\(PlotSVG.f(x(tick.value))) \(PlotSVG.f(bottom))v4\" stroke=\"black\"/>\n"
            result += PlotSVG.label(x(tick.value), bottom + 18, tick.text, anchor: "middle")
        }
        for part in [0, 0.5, 1] {
            result += PlotSVG.label(left - 6, y(part, of: 1) + 4, String(format: "%g", part * absorption), anchor: "end")
            result += PlotSVG.label(right + 6, y(part, of: 1) + 4, String(format: "%g", part * intensity), anchor: "start")
        }
        func side(_ x: Double, _ text: String, _ color: String) -> String {
            let middle = 0.5 * (top + base)
            return
                "<text transform=\"rotate(-90 \(PlotSVG.f(x)) \(PlotSVG.f(middle)))\" x=\"\(PlotSVG.f(x))\" y=\"\(PlotSVG.f(middle))\" "
                + "text-anchor=\"middle\" fill=\"\(color)\">\(ForeignText.markup(text))</text>\n"
        }
        result += side(16, "absorption / (km/mol per cm⁻¹)", Self.curveColor)
        result += side(Self.width - 8, "intensity / (km/mol)", Self.lineColor)
        if let measured {
            result += panel(measured, x: x, range: low...high, left: left, right: right, top: base, base: bottom)
            result += PlotSVG.label(left + 8, base + 18, "measured", anchor: "start")
        }
        return result + PlotSVG.label(0.5 * (left + right), bottom + 38, "wavenumber / cm⁻¹", anchor: "middle") + "</svg>\n"
    }

    private func panel(
        _ measured: MeasuredSpectrum, x: (Double) -> Double, range: ClosedRange<Double>, left: Double, right: Double, top: Double,
        base: Double
    ) -> String {
        let highest = max(measured.absorbances.max() ?? 0, 1e-12)
        let points = zip(measured.wavenumbers, measured.absorbances).filter { range.contains($0.0) }.map {
            // A little space above the highest line.
            (x: x($0), y: base - (base - top - 26) * max($1, 0) / highest)
        }
        let path =
            measured.isCurve
            ? "M" + points.map { "\(PlotSVG.f($0.x)) \(PlotSVG.f($0.y))" }.joined(separator: "L")
            : points.map { "M\(PlotSVG.f($0.x)) \(PlotSVG.f(base))V\(PlotSVG.f($0.y))" }.joined()
        return "<path d=\"\(path)\" fill=\"none\" stroke=\"\(Self.measuredColor)\" stroke-width=\"1.5\"/>\n"
            + "<path d=\"M\(PlotSVG.f(left)) \(PlotSVG.f(top))V\(PlotSVG.f(base))H\(PlotSVG.f(right))V\(PlotSVG.f(top))\" "
            + "fill=\"none\" stroke=\"black\"/>\n"
    }
}
