import Foundation
import MolecularStructure

/// Area of a surface by ranges of its potential, as bars in an SVG picture: one panel a state, one scale for all.
public enum SurfaceHistogramSVG {
    private static let width = 640.0
    private static let panel = 220.0
    private static let margin = (left: 64.0, right: 16.0, top: 28.0, bottom: 46.0)

    public static func text(_ document: SurfaceDocument) -> String {
        let squareAngstrom = PhysicalConstants.bohrInAngstrom * PhysicalConstants.bohrInAngstrom
        let states = document.states
        let edges = states.flatMap(\.histogram.edges)
        let highest = states.flatMap(\.histogram.areas).max() ?? 0
        guard let low = edges.min(), let high = edges.max(), high > low, highest > 0 else {
            return "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"\(Int(width))\" height=\"20\"/>\n"
        }
        let top = roundedUp(highest * squareAngstrom)
        let height = panel * Double(states.count)
        var result = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"\(Int(width))\" height=\"\(Int(height))\" "
        result += "viewBox=\"0 0 \(Int(width)) \(Int(height))\" font-family=\"sans-serif\" font-size=\"12\">\n"
        result += "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n"
        for (index, state) in states.enumerated() {
            let base = panel * Double(index + 1) - margin.bottom
            let full = panel - margin.top - margin.bottom
            func x(_ value: Double) -> Double { margin.left + (value - low) / (high - low) * (width - margin.left - margin.right) }
            for (k, area) in state.histogram.areas.enumerated() {
                let (a, b) = (state.histogram.edges[k], state.histogram.edges[k + 1])
                let bar = full * area * squareAngstrom / top
                // Blue for positive, red for negative potential.
                let color = a + b > 0 ? "#3465a4" : "#c0392b"
                result += "<rect x=\"\(f(x(a)))\" y=\"\(f(base - bar))\" width=\"\(f(max(0.5, x(b) - x(a) - 1)))\" "
                result += "height=\"\(f(bar))\" fill=\"\(color)\"/>\n"
            }
            result += "<path d=\"M\(f(margin.left)) \(f(base - full))V\(f(base))H\(f(width - margin.right))\" fill=\"none\" stroke=\"black\"/>\n"
            for value in [0, top / 2, top] {
                result += label(margin.left - 6, base - full * value / top + 4, String(format: "%g", value), anchor: "end")
            }
            for value in ticks(low, high) {
                result += "<path d=\"M\(f(x(value.position))) \(f(base))v4\" stroke=\"black\"/>\n"
                result += label(x(value.position), base + 17, value.text, anchor: "middle")
            }
            let sign = state.charge > 0 ? "+" : ""
            result += label(margin.left, base - full - 10, "q = \(sign)\(state.charge), multiplicity \(state.multiplicity): area / A^2", anchor: "start")
            result += label(0.5 * (margin.left + width), base + 34, "electrostatic potential / (kcal/mol)", anchor: "middle")
        }
        return result + "</svg>\n"
    }

    private static let kilocalories = PhysicalConstants.hartreeInKilocaloriePerMole

    /// Five to ten round values in kcal/mol, with their positions in hartree.
    private static func ticks(_ low: Double, _ high: Double) -> [(position: Double, text: String)] {
        let range = (high - low) * kilocalories
        let step = roundedUp(range / 10)
        var value = (low * kilocalories / step).rounded(.up) * step
        var result: [(Double, String)] = []
        while value <= high * kilocalories {
            result.append((value / kilocalories, String(format: "%g", abs(value) < 1e-9 * step ? 0 : value)))
            value += step
        }
        return result
    }

    /// 1, 2 or 5 times a power of ten.
    private static func roundedUp(_ value: Double) -> Double {
        let power = pow(10, log10(value).rounded(.down))
        return [1, 2, 5, 10].map { $0 * power }.first { $0 >= value * (1 - 1e-9) } ?? 10 * power
    }

    private static func label(_ x: Double, _ y: Double, _ text: String, anchor: String) -> String {
        "<text x=\"\(f(x))\" y=\"\(f(y))\" text-anchor=\"\(anchor)\">\(text)</text>\n"
    }

    private static func f(_ value: Double) -> String { String(format: "%.2f", value) }
}
