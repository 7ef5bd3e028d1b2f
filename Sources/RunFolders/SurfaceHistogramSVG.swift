import FileFormats
import Foundation
import MolecularStructure

/// Area of a surface by ranges of its potential, as bars in an SVG picture: one panel per state, one scale for all.
public enum SurfaceHistogramSVG {
    private static let width = 640.0
    private static let panel = 220.0
    private static let legend = 28.0
    /// Colours of negative and positive potential, as in the pictures.
    private static let colors = ["#db3830", "#2b61d6"]
    private static let margin = (left: 64.0, right: 16.0, top: 28.0, bottom: 46.0)

    public static func text(_ document: SurfaceDocument) -> String {
        let squareAngstrom = PhysicalConstants.bohrInAngstrom * PhysicalConstants.bohrInAngstrom
        let states = document.states
        let edges = states.flatMap(\.histogram.edges)
        let highest = states.flatMap(\.histogram.areas).max() ?? 0
        guard let low = edges.min(), let high = edges.max(), high > low, highest > 0 else {
            return "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"\(Int(width))\" height=\"20\"/>\n"
        }
        let top = PlotSVG.roundedUp(highest * squareAngstrom)
        let height = legend + panel * Double(states.count)
        var result = PlotSVG.open(width: width, height: height)
        for (index, sign) in ["negative", "positive"].enumerated() {
            let x = margin.left + 150 * Double(index)
            result += "<rect x=\"\(f(x))\" y=\"10\" width=\"12\" height=\"12\" fill=\"\(colors[index])\"/>\n"
            result += label(x + 18, 21, "\(sign) potential", anchor: "start")
        }
        for (index, state) in states.enumerated() {
            let base = legend + panel * Double(index + 1) - margin.bottom
            let full = panel - margin.top - margin.bottom
            func x(_ value: Double) -> Double {
                margin.left + (value - low) / (high - low) * (width - margin.left - margin.right)
            }
            for (k, area) in state.histogram.areas.enumerated() {
                let (a, b) = (state.histogram.edges[k], state.histogram.edges[k + 1])
                let bar = full * area * squareAngstrom / top
                let color = colors[a + b > 0 ? 1 : 0]
                result += "<rect x=\"\(f(x(a)))\" y=\"\(f(base - bar))\" width=\"\(f(max(0.5, x(b) - x(a) - 1)))\" "
                result += "height=\"\(f(bar))\" fill=\"\(color)\"/>\n"
            }
            result +=
                "<path d=\"M\(f(margin.left)) \(f(base - full))V\(f(base))H\(f(width - margin.right))\" fill=\"none\" stroke=\"black\"/>\n"
            for value in [0, top / 2, top] {
                result += label(margin.left - 6, base - full * value / top + 4, String(format: "%g", value), anchor: "end")
            }
            for tick in AxisTicks.ticks(from: low * kilocalories, to: high * kilocalories, most: 10) {
                let place = x(tick.value / kilocalories)
                result += "<path d=\"M\(f(place)) \(f(base))v4\" stroke=\"black\"/>\n"
                result += label(place, base + 17, tick.text, anchor: "middle")
            }
            let sign = state.charge > 0 ? "+" : state.charge < 0 ? "\u{2212}" : ""
            result += label(
                margin.left, base - full - 10,
                "q = \(sign)\(abs(state.charge)), multiplicity \(state.multiplicity): area / \u{C5}\u{B2}",
                anchor: "start")
            result += label(0.5 * (margin.left + width), base + 34, "electrostatic potential / (kcal/(mol e))", anchor: "middle")
        }
        return result + "</svg>\n"
    }

    private static let kilocalories = PhysicalConstants.hartreeInKilocaloriePerMole

    private static func label(_ x: Double, _ y: Double, _ text: String, anchor: String) -> String {
        PlotSVG.label(x, y, text, anchor: anchor)
    }

    private static func f(_ value: Double) -> String { PlotSVG.f(value) }
}
