import Foundation

/// Helpers shared by the SVG plots.
package enum PlotSVG {
    /// Two decimals of a pixel.
    package static func f(_ value: Double) -> String { String(format: "%.2f", value) }

    package static func open(width: Double, height: Double) -> String {
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"\(Int(width))\" height=\"\(Int(height))\" "
            + "viewBox=\"0 0 \(Int(width)) \(Int(height))\" font-family=\"sans-serif\" font-size=\"12\">\n"
            + "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n"
    }

    /// - Parameter anchor: `start`, `middle` or `end`.
    package static func label(_ x: Double, _ y: Double, _ text: String, anchor: String) -> String {
        "<text x=\"\(f(x))\" y=\"\(f(y))\" text-anchor=\"\(anchor)\">\(ForeignText.markup(text))</text>\n"
    }

    /// 1, 2 or 5 times a power of ten.
    package static func roundedUp(_ value: Double) -> Double {
        let power = pow(10, log10(value).rounded(.down))
        return [1, 2, 5, 10].map { $0 * power }.first { $0 >= value * (1 - 1e-9) } ?? 10 * power
    }
}
