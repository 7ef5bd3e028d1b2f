import FileFormats
import Foundation
import MolecularStructure

extension Picture.Key {
    var isScale: Bool { if case .scale = self { true } else { false } }
}

extension PixelImage {
    /// A centred line of text, smaller if it is too long.
    mutating func drawFitted(_ text: String, x: Double, y: Double, size: Double, room: Double, isBold: Bool = false) {
        let width = Lettering(text: text, size: size, isBold: isBold).width
        draw(text, x: x, y: y, size: width > 0.94 * room ? size * 0.94 * room / width : size, alignment: .center, isBold: isBold)
    }

    /// The key of a row or panel, below it.
    mutating func draw(_ key: Picture.Key, center: Double, width: Double, top: Double, letter: Double) {
        switch key {
        case .scale(let scale, let caption, let unit, let second):
            draw(scale, caption: caption, unit: unit, secondUnit: second, center: center, width: width, top: top, letter: letter)
        case .patches(let patches): draw(patches, center: center, top: top, letter: letter)
        }
    }

    private mutating func draw(_ patches: [(color: PixelColor, label: String)], center: Double, top: Double, letter: Double) {
        let widths = patches.map { Lettering(text: $0.label, size: letter).width + 4.4 * letter }
        var x = center - 0.5 * (widths.reduce(0, +) - 2 * letter)
        for (patch, width) in zip(patches, widths) {
            fill(
                x: Int(x)..<Int(x + 1.6 * letter), y: Int(top + 1.3 * letter)..<Int(top + 2.9 * letter), color: patch.color)
            draw(patch.label, x: x + 2.2 * letter, y: top + 2.6 * letter, size: letter)
            x += width
        }
    }

    /// A bar with one unit below and another above it, both with ticks at round numbers.
    private mutating func draw(
        _ scale: ColorScale, caption: String, unit: String, secondUnit: (name: String, factor: Double)?, center: Double,
        width: Double, top: Double, letter: Double
    ) {
        let (left, right) = (Int(center - 0.5 * width), Int(center + 0.5 * width))
        let (upper, lower) = (Int(top + 4.0 * letter), Int(top + 5.3 * letter))
        let line = max(1, 0.08 * letter)
        let edgeColor = PixelColor(repeating: 0.25)
        for x in left..<max(left, right) {
            let value = scale.low + (scale.high - scale.low) * (Double(x - left) + 0.5) / Double(right - left)
            fill(x: x..<(x + 1), y: upper..<lower, color: scale.color(value))
        }
        let (x0, x1, y0, y1) = (Double(left), Double(right), Double(upper), Double(lower))
        stroke([[SIMD2(x0, y0), SIMD2(x1, y0), SIMD2(x1, y1), SIMD2(x0, y1), SIMD2(x0, y0)]], width: line, color: edgeColor)
        drawFitted(caption, x: center, y: top + 1.4 * letter, size: letter, room: width * 1.6)
        func axis(_ unit: String, factor: Double, isBelow: Bool, color: PixelColor) {
            let edge = isBelow ? y1 : y0
            let baseline = isBelow ? y1 + 1.75 * letter : y0 - 0.75 * letter
            let size = 0.9 * letter
            for tick in AxisTicks.ticks(from: factor * scale.low, to: factor * scale.high, isSigned: true) {
                let x = x0 + (x1 - x0) * (tick.value / factor - scale.low) / (scale.high - scale.low)
                stroke([[SIMD2(x, edge), SIMD2(x, edge + (isBelow ? 0.4 : -0.4) * letter)]], width: line, color: edgeColor)
                draw(tick.text, x: x, y: baseline, size: size, alignment: .center, color: color)
            }
            draw(unit, x: x1 + 2.7 * letter, y: baseline, size: size, color: color)
        }
        axis(unit, factor: 1, isBelow: true, color: Self.ink)
        if let secondUnit { axis(secondUnit.name, factor: secondUnit.factor, isBelow: false, color: PixelColor(repeating: 0.38)) }
    }
}

/// The colours of the elements in a picture.
struct ElementKey {
    private let elements: [Element]

    /// Carbon and hydrogen first, then by symbol, as in formulas.
    init(_ molecules: [Molecule]) {
        let present = Set(molecules.flatMap { $0.atoms.map(\.element) })
        func rank(_ element: Element) -> (Int, String) {
            (["C": 0, "H": 1][element.symbol] ?? 2, element.symbol)
        }
        elements = present.sorted { rank($0) < rank($1) }
    }

    func draw(on image: inout PixelImage, baseline: Double, letter: Double) {
        let radius = 0.7 * letter
        let widths = elements.map { 2 * radius + 0.6 * letter + Lettering(text: $0.symbol, size: letter).width + 1.8 * letter }
        let (needed, room) = (widths.reduce(0, +), 0.96 * Double(image.width))
        // Many elements get smaller letters.
        if needed > room { return draw(on: &image, baseline: baseline, letter: 0.99 * letter * room / needed) }
        var x = 0.5 * Double(image.width) - 0.5 * (needed - 1.8 * letter)
        for (element, width) in zip(elements, widths) {
            image.disc(center: SIMD2(x + radius, baseline - 0.5 * letter), radius: radius, color: element.pictureColor)
            image.draw(element.symbol, x: x + 2 * radius + 0.6 * letter, y: baseline, size: letter)
            x += width
        }
    }
}
