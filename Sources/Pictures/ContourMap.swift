import FileFormats
import Foundation
import MolecularStructure

/// A field in a plane through a molecule: colours, lines of equal value, the atoms in the plane, axes in Angstrom.
public struct ContourMap: Sendable {
    /// How values are converted to colours and lines.
    public struct Style: Sendable {
        /// Values of the lines, ascending.
        public let levels: [Double]
        /// Lines of positive and of negative values, the latter dashed.
        public let lineColors: [PixelColor]
        public let color: @Sendable (Double) -> PixelColor
        public let key: Picture.Key

        /// Colours of a scale, lines at the ticks of its key and halfway between them.
        public init(_ scale: ColorScale, caption: String, unit: String, secondUnit: (name: String, factor: Double)?) {
            let ticks = AxisTicks.ticks(from: scale.low, to: scale.high).map(\.value)
            let step = ticks.count > 1 ? 0.5 * (ticks[1] - ticks[0]) : 1
            levels = (Int((scale.low / step).rounded(.up))...Int((scale.high / step).rounded(.down))).map { step * Double($0) }
            lineColors = [PixelColor(repeating: 0.3), PixelColor(repeating: 0.3)]
            color = { scale.color($0) }
            key = .scale(scale, caption: caption, unit: unit, secondUnit: secondUnit)
        }

        /// Lines at doubled values on both sides of zero, with colours that grow stronger from line to line.
        ///
        /// - Parameters:
        ///   - lowest: the smallest level; the others are larger by factors of two.
        ///   - colors: of positive and of negative values.
        ///   - names: what each sign means.
        public init(doublingFrom lowest: Double, count: Int, colors: [PixelColor], names: [String], unit: String) {
            let steps = (0..<count).map { lowest * pow(2, Double($0)) }
            levels = (colors.count > 1 ? steps.reversed().map { -$0 } : []) + steps
            lineColors = colors.map { $0 * 0.75 }
            color = { value in
                let color = value < 0 ? colors[colors.count - 1] : colors[0]
                guard abs(value) > 0, value > 0 || colors.count > 1 else { return PixelColor(repeating: 1) }
                let place = (log2(abs(value) / lowest) + 1) / Double(count)
                let share = 0.8 * Float(min(max(place, 0), 1))
                return PixelColor(repeating: 1) * (1 - share) + color * share
            }
            let (low, high) = (String(format: "%g", lowest), String(format: "%g", steps[steps.count - 1]))
            key = .patches(
                zip(colors, names).enumerated().map { index, part in
                    let sign = index == 0 ? "" : "\u{2212}"
                    return (part.0, "\(part.1) (lines at \(sign)\(low) to \(sign)\(high), doubling, \(unit))")
                })
        }
    }

    public let title, subtitle: String
    public let plane: MolecularPlane
    /// Row by row from the top, in `plane.columns` columns.
    public let values: [Double]
    /// A line that outlines the molecule: values of the density and the level; nil for none.
    public let outline: (values: [Double], level: Double)?
    public let style: Style

    public init(
        title: String, subtitle: String, plane: MolecularPlane, values: [Double], outline: (values: [Double], level: Double)?,
        style: Style
    ) {
        self.title = title
        self.subtitle = subtitle
        self.plane = plane
        self.values = values
        self.outline = outline
        self.style = style
    }

    public func drawing(width: Int) -> Drawing {
        let letter = Double(width) / 85
        let left = 6.5 * letter
        let scale = (Double(width) - left - 3 * letter) / plane.size.x
        let top = 7.2 * letter
        let bottom = top + scale * plane.size.y
        let right = left + scale * plane.size.x
        let footHeight = if case .scale = style.key { 14.5 * letter } else { 11.5 * letter }
        var drawing = Drawing(width: width, height: Int(bottom + footHeight))
        let middle = 0.5 * Double(width)
        drawing.text(title, x: middle, y: 2.9 * letter, size: 1.25 * letter, isBold: true, room: 0.94 * Double(width))
        drawing.text(subtitle, x: middle, y: 5.0 * letter, size: letter, room: 0.94 * Double(width))

        var colors = PixelImage(width: plane.columns, height: plane.rows)
        for (index, value) in values.enumerated() { colors.pixels[index] = style.color(value) }
        // The middle of an outer pixel lies on the edge of the plane.
        let half = 0.5 * scale * plane.spacing
        drawing.elements.append(
            .image(colors, low: SIMD2(left - half, top - half), high: SIMD2(right + half, bottom + half)))
        for (low, high) in [
            (SIMD2(0, top - 2 * letter), SIMD2(left, bottom + 2 * letter)),
            (SIMD2(right, top - 2 * letter), SIMD2(Double(width), bottom + 2 * letter)),
            (SIMD2(0, top - 2 * half - 1), SIMD2(Double(width), top)),
            (SIMD2(0, bottom), SIMD2(Double(width), bottom + 2 * half + 1)),
        ] { drawing.elements.append(.rectangle(low: low, high: high, color: PixelColor(repeating: 1))) }

        func lines(_ values: [Double], _ level: Double) -> [[SIMD2<Double>]] {
            ContourLines(columns: plane.columns, rows: plane.rows, values: values).lines(at: level).map { line in
                line.map { SIMD2(left, top) + scale * plane.spacing * $0 }
            }
        }
        for level in style.levels {
            drawing.elements.append(
                .lines(
                    lines(values, level), width: (level == 0 ? 0.14 : 0.09) * letter,
                    color: level < 0 ? style.lineColors[style.lineColors.count - 1] : style.lineColors[0],
                    dash: level < 0 ? 0.5 * letter : 0))
        }
        if let outline {
            drawing.elements.append(
                .lines(lines(outline.values, outline.level), width: 0.22 * letter, color: PixelImage.ink, dash: 0))
        }
        addAtoms(to: &drawing, origin: SIMD2(left, top), scale: scale, letter: letter)
        addAxes(to: &drawing, low: SIMD2(left, top), high: SIMD2(right, bottom), scale: scale, letter: letter)
        addKey(to: &drawing, top: bottom + 5.4 * letter, letter: letter)
        return drawing
    }

    private func addAtoms(to drawing: inout Drawing, origin: SIMD2<Double>, scale: Double, letter: Double) {
        for atom in plane.atoms {
            let place = origin + scale * atom.place
            drawing.elements.append(.disc(center: place, radius: 0.42 * letter, color: atom.element.pictureColor))
            drawing.text(
                "\(atom.element.symbol)\(atom.number)", x: place.x + 0.8 * letter, y: place.y - 0.6 * letter, size: 0.95 * letter,
                alignment: .left, isBold: true, halo: 0.2 * letter)
        }
    }

    private func addAxes(to drawing: inout Drawing, low: SIMD2<Double>, high: SIMD2<Double>, scale: Double, letter: Double) {
        let line = 0.1 * letter
        let ink = PixelImage.ink
        drawing.elements.append(
            .lines([[low, SIMD2(high.x, low.y), high, SIMD2(low.x, high.y), low]], width: line, color: ink, dash: 0))
        let angstrom = scale / PhysicalConstants.bohrInAngstrom
        let size = SIMD2((high.x - low.x) / angstrom, (high.y - low.y) / angstrom)
        for tick in AxisTicks.ticks(from: -0.5 * size.x, to: 0.5 * size.x) {
            let x = 0.5 * (low.x + high.x) + angstrom * tick.value
            drawing.elements.append(
                .lines([[SIMD2(x, high.y), SIMD2(x, high.y + 0.5 * letter)]], width: line, color: ink, dash: 0))
            drawing.text(tick.text, x: x, y: high.y + 2.0 * letter, size: 0.9 * letter)
        }
        for tick in AxisTicks.ticks(from: -0.5 * size.y, to: 0.5 * size.y) {
            let y = 0.5 * (low.y + high.y) - angstrom * tick.value
            drawing.elements.append(
                .lines([[SIMD2(low.x, y), SIMD2(low.x - 0.5 * letter, y)]], width: line, color: ink, dash: 0))
            drawing.text(tick.text, x: low.x - 0.9 * letter, y: y + 0.45 * letter, size: 0.9 * letter, alignment: .right)
        }
        drawing.text("distance / \u{c5}", x: 0.5 * (low.x + high.x), y: high.y + 4.0 * letter, size: 0.95 * letter)
    }

    private func addKey(to drawing: inout Drawing, top: Double, letter: Double) {
        let middle = 0.5 * Double(drawing.width)
        var sheet = PixelImage(width: drawing.width, height: Int(9.2 * letter))
        switch style.key {
        case .patches(let patches):
            for (row, patch) in patches.enumerated() {
                let y = top + (2.2 * Double(row) + 1) * letter
                let start = middle - 0.5 * (Lettering(text: patch.label, size: letter).width + 2.2 * letter)
                drawing.elements.append(
                    .rectangle(
                        low: SIMD2(start, y - 1.3 * letter), high: SIMD2(start + 1.6 * letter, y + 0.2 * letter),
                        color: patch.color))
                drawing.text(patch.label, x: start + 2.2 * letter, y: y, size: letter, alignment: .left)
            }
        case .scale:
            sheet.draw(style.key, center: middle, width: 0.6 * Double(drawing.width), top: 0, letter: letter)
            drawing.elements.append(
                .image(sheet, low: SIMD2(0, top), high: SIMD2(Double(sheet.width), top + Double(sheet.height))))
        }
    }
}
