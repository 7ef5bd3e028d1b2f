import Foundation
import MolecularStructure

/// Density of states by fragment as curves in an SVG picture: one panel per spin, energies in electronvolt.
public struct DensityOfStatesSVG {
    public struct Panel {
        public var title: String
        /// In hartree, ascending.
        public var energies: [Double]
        /// In orbitals per hartree.
        public var total: [Double]
        /// By fragment.
        public var partial: [[Double]]
        /// Orbital energies in hartree, drawn as strokes.
        public var levels: [Double]
        /// In hartree; nil without electrons.
        public var highestOccupied: Double?

        public init(
            title: String, energies: [Double], total: [Double], partial: [[Double]], levels: [Double], highestOccupied: Double?
        ) {
            self.title = title
            self.energies = energies
            self.total = total
            self.partial = partial
            self.levels = levels
            self.highestOccupied = highestOccupied
        }
    }

    public var fragments: [String]
    public var panels: [Panel]

    /// Upper end of the axes of all panels, in orbitals per hartree; nil for the maximum of each.
    public var highest: Double?

    public init(fragments: [String], panels: [Panel], highest: Double? = nil) {
        self.fragments = fragments
        self.panels = panels
        self.highest = highest
    }

    private static let (width, panelHeight, legend) = (760.0, 250.0, 190.0)
    private static let margin = (left: 56.0, right: 12.0, top: 28.0, bottom: 46.0)
    /// Distinguishable for colour-blind readers: P. Tol's muted scheme and three more.
    private static let colors = [
        "#332288", "#88ccee", "#44aa99", "#117733", "#999933", "#ddcc77", "#cc6677", "#882255", "#aa4499", "#555555", "#e69f00",
        "#0072b2",
    ]

    public var text: String {
        let height = Self.panelHeight * Double(max(1, panels.count))
        var result = PlotSVG.open(width: Self.width, height: max(height, 40 + 18 * Double(fragments.count + 3)))
        for (index, panel) in panels.enumerated() {
            result += Self.text(panel, top: Self.panelHeight * Double(index), highest: highest)
        }
        for (index, name) in fragments.enumerated() {
            let y = 40 + 18 * Double(index)
            let x = Self.width - Self.legend + 8
            result += "<path d=\"M\(PlotSVG.f(x)) \(PlotSVG.f(y - 4))h22\" stroke=\"\(Self.color(index))\" stroke-width=\"3\"/>\n"
            result += PlotSVG.label(x + 28, y, name, anchor: "start")
        }
        for (index, (name, style)) in Self.otherLines.enumerated() {
            let y = 40 + 18 * Double(fragments.count + index)
            let x = Self.width - Self.legend + 8
            result += "<path d=\"M\(PlotSVG.f(x)) \(PlotSVG.f(y - 4))\(index == 2 ? "m8 -3v6" : "h22")\" \(style)/>\n"
            result += PlotSVG.label(x + 28, y, name, anchor: "start")
        }
        return result + "</svg>\n"
    }

    private static let otherLines = [
        ("total", "stroke=\"black\" stroke-width=\"1.2\""), ("HOMO", "stroke=\"black\" stroke-dasharray=\"4 3\""),
        ("orbital energy", "stroke=\"#999999\""),
    ]

    private static func color(_ index: Int) -> String { colors[index % colors.count] }

    private static func text(_ panel: Panel, top: Double, highest common: Double?) -> String {
        let volt = PhysicalConstants.hartreeInElectronvolt
        guard let low = panel.energies.first, let high = panel.energies.last, high > low else { return "" }
        let highest = (common ?? max((panel.total + panel.partial.flatMap { $0 }).max() ?? 0, 1e-9)) / volt
        let lowest = min(0, (panel.partial.flatMap { $0 }.min() ?? 0) / volt)
        let scale = PlotSVG.roundedUp(highest)
        let right = width - legend - margin.right
        let (base, full) = (top + panelHeight - margin.bottom, panelHeight - margin.top - margin.bottom)
        func x(_ energy: Double) -> Double { margin.left + (energy - low) / (high - low) * (right - margin.left) }
        func y(_ value: Double) -> Double { base - full * (value - lowest) / (scale - lowest) }
        func curve(_ values: [Double], _ style: String) -> String {
            let points = zip(panel.energies, values).map { "\(PlotSVG.f(x($0))) \(PlotSVG.f(y($1 / volt)))" }
            return "<path d=\"M\(points.joined(separator: "L"))\" fill=\"none\" \(style)/>\n"
        }
        var result = ""
        for level in panel.levels where level >= low && level <= high {
            result += "<path d=\"M\(PlotSVG.f(x(level))) \(PlotSVG.f(base))v-6\" stroke=\"#999999\"/>\n"
        }
        if let level = panel.highestOccupied, level >= low, level <= high {
            result +=
                "<path d=\"M\(PlotSVG.f(x(level))) \(PlotSVG.f(base))V\(PlotSVG.f(base - full))\" stroke=\"black\" stroke-dasharray=\"4 3\"/>\n"
        }
        for (index, values) in panel.partial.enumerated() {
            result += curve(values, "stroke=\"\(color(index))\" stroke-width=\"1.6\"")
        }
        result += curve(panel.total, "stroke=\"black\" stroke-width=\"1.2\"")
        result +=
            "<path d=\"M\(PlotSVG.f(margin.left)) \(PlotSVG.f(base - full))V\(PlotSVG.f(base))H\(PlotSVG.f(right))\" fill=\"none\" stroke=\"black\"/>\n"
        for value in [0, scale / 2, scale] {
            result += PlotSVG.label(margin.left - 6, y(value) + 4, String(format: "%g", value), anchor: "end")
        }
        for tick in AxisTicks.ticks(from: low * volt, to: high * volt, most: 10) {
            let place = x(tick.value / volt)
            result += "<path d=\"M\(PlotSVG.f(place)) \(PlotSVG.f(base))v4\" stroke=\"black\"/>\n"
            result += PlotSVG.label(place, base + 17, tick.text, anchor: "middle")
        }
        result += PlotSVG.label(margin.left, top + 18, panel.title + ": orbitals per eV", anchor: "start")
        return result + PlotSVG.label(0.5 * (margin.left + right), base + 34, "orbital energy / eV", anchor: "middle")
    }
}
