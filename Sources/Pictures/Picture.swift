import Foundation
import ParallelExecution

/// A finished picture: a title, one or several scenes side by side with their captions, and the key of their colours.
public struct Picture: Sendable {
    public enum Key: Sendable {
        /// A bar with the values of the scale in hartree/e and kcal/mol; `caption` names the quantity.
        case scale(ColorScale, caption: String, secondUnit: (name: String, factor: Double)?)
        /// Patches of colour with what they mean.
        case patches([(color: PixelColor, label: String)])
    }

    public struct Panel: Sendable {
        public let scene: Scene
        public let caption: String
        /// For a scale of its own; nil where all panels share the key of the picture.
        public let scale: ColorScale?

        public init(scene: Scene, caption: String, scale: ColorScale? = nil) {
            self.scene = scene
            self.caption = caption
            self.scale = scale
        }
    }

    public let title: String
    public let panels: [Panel]
    public let key: Key
    public let frame: Frame

    /// - Parameter frame: holds all panels, unless the scale of pictures with other panels is wanted.
    public init(title: String, panels: [Panel], key: Key, frame: Frame) {
        self.title = title
        self.panels = panels
        self.key = key
        self.frame = frame
    }

    /// About what drawing and compressing it take at a time, in bytes.
    public func byteCount(width: Int, threads: Int) -> Int {
        let panelHeight = Double(width) / Double(max(1, panels.count)) / min(max(frame.aspectRatio, 0.6), 2)
        let pixels = Int(Double(width) * (panelHeight + 0.25 * Double(width)))
        let vertices = panels.reduce(0) { $0 + $1.scene.layers.reduce(0) { $0 + $1.mesh.positions.count } }
        // The picture, its tiles, and its bytes before and after compression; projected surfaces; the samples of a tile.
        return pixels * (2 * MemoryLayout<PixelColor>.stride + 9) + vertices * 300 + threads * (4 << 20)
    }

    /// - Parameters:
    ///   - width: in pixels; the height follows from the shape of the molecule.
    ///   - renderer: nil for one that takes four samples a pixel in large panels, and nine in small ones.
    public func image(width: Int, renderer: SceneRenderer? = nil, pool: WorkerPool) -> PixelImage {
        let count = max(1, panels.count)
        let panelWidth = width / count
        let renderer = renderer ?? SceneRenderer(oversampling: panelWidth >= 1200 ? 2 : 3)
        let letter = Double(width) / (count > 1 ? 110 : 85)
        let room = min(max(frame.aspectRatio, 0.6), 2)
        let panelHeight = Int(Double(panelWidth) / room)
        let head = Int(letter * 5)
        let captionHeight = count > 1 ? Int(letter * 3.2) : 0
        let foot = Int(letter * (panels.contains { $0.scale != nil } ? 9.5 : 9))
        var image = PixelImage(width: width, height: head + captionHeight + panelHeight + foot)
        let titleSize = min(
            1.25 * letter, 0.94 * 1.25 * letter * Double(width) / max(1, PixelImage.textWidth(title, size: 1.25 * letter)))
        image.draw(title, x: 0.5 * Double(width), y: letter * 3.2, size: titleSize, alignment: .center, isBold: true)
        for (index, panel) in panels.enumerated() {
            let left = index * panelWidth
            let drawn = renderer.image(
                of: panel.scene, frame: frame, width: panelWidth, height: panelHeight, pool: pool)
            image.place(drawn, x: left, y: head + captionHeight)
            let middle = Double(left) + 0.5 * Double(panelWidth)
            if count > 1 {
                image.draw(panel.caption, x: middle, y: Double(head) + 1.6 * letter, size: letter, alignment: .center)
            }
            if let scale = panel.scale, case .scale(_, let caption, let second) = key {
                drawBar(
                    scale, caption: caption, secondUnit: second, on: &image, center: middle,
                    width: 0.7 * Double(panelWidth), top: Double(image.height - foot), letter: 0.85 * letter)
            }
        }
        if !panels.contains(where: { $0.scale != nil }) { drawKey(on: &image, top: Double(image.height - foot), letter: letter) }
        return image
    }

    private func drawKey(on image: inout PixelImage, top: Double, letter: Double) {
        let middle = 0.5 * Double(image.width)
        switch key {
        case .scale(let scale, let caption, let second):
            drawBar(
                scale, caption: caption, secondUnit: second, on: &image, center: middle,
                width: Double(image.width) * (panels.count > 1 ? 0.45 : 0.6), top: top, letter: letter)
        case .patches(let patches):
            let widths = patches.map { PixelImage.textWidth($0.label, size: letter) + 5 * letter }
            var x = middle - 0.5 * widths.reduce(0, +)
            for (patch, width) in zip(patches, widths) {
                let (left, y) = (Int(x), Int(top + 3.2 * letter))
                image.fill(x: left..<Int(x + 1.6 * letter), y: y..<Int(top + 4.8 * letter), color: patch.color)
                image.draw(patch.label, x: x + 2.4 * letter, y: top + 4.5 * letter, size: letter)
                x += width
            }
        }
    }

    private func drawBar(
        _ scale: ColorScale, caption: String, secondUnit: (name: String, factor: Double)?, on image: inout PixelImage,
        center: Double, width: Double, top: Double, letter: Double
    ) {
        let (left, right) = (Int(center - 0.5 * width), Int(center + 0.5 * width))
        let (upper, lower) = (Int(top + 3.0 * letter), Int(top + 4.3 * letter))
        for x in left..<right {
            let value = scale.low + (scale.high - scale.low) * (Double(x - left) + 0.5) / Double(right - left)
            image.fill(x: x..<(x + 1), y: upper..<lower, color: scale.color(value))
        }
        let edge = [
            SIMD2(Double(left), Double(upper)), SIMD2(Double(right), Double(upper)), SIMD2(Double(right), Double(lower)),
            SIMD2(Double(left), Double(lower)), SIMD2(Double(left), Double(upper)),
        ]
        image.stroke([edge], width: max(1, 0.08 * letter), color: PixelColor(repeating: 0.25))
        let decimals = Self.decimals(scale.high - scale.low)
        for step in 0...4 {
            let x = center + width * (Double(step) / 4 - 0.5)
            let value = scale.low + (scale.high - scale.low) * Double(step) / 4
            let mark = [SIMD2(x, Double(lower)), SIMD2(x, Double(lower) + 0.4 * letter)]
            image.stroke([mark], width: max(1, 0.08 * letter), color: PixelColor(repeating: 0.25))
            image.draw(
                Self.number(value, decimals: decimals), x: x, y: Double(lower) + 1.9 * letter, size: 0.9 * letter,
                alignment: .center)
            if let secondUnit {
                image.draw(
                    Self.number(value * secondUnit.factor, decimals: max(0, decimals - 2)), x: x,
                    y: Double(lower) + 3.6 * letter, size: 0.9 * letter, alignment: .center,
                    color: PixelColor(repeating: 0.42))
            }
        }
        let names = caption + (secondUnit.map { "; below: \($0.name)" } ?? "")
        image.draw(names, x: center, y: top + 1.9 * letter, size: 0.95 * letter, alignment: .center)
    }

    private static func decimals(_ range: Double) -> Int { max(0, min(6, 2 - Int(log10(range).rounded(.down)))) }

    /// With a sign, and a true minus.
    static func number(_ value: Double, decimals: Int) -> String {
        let text = String(format: "%+.\(decimals)f", value)
        let isZero = !text.contains { ("1"..."9").contains($0) }
        return isZero ? String(text.dropFirst()) : text.replacingOccurrences(of: "-", with: "\u{2212}")
    }
}
