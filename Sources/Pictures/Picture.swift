import Foundation
import ParallelExecution

/// A finished picture: a title, rows of scenes with their captions, the keys of their colours, and the colours of the elements.
public struct Picture: Sendable {
    public enum Key: Sendable {
        /// A bar with the values of the scale in two units; `caption` names the quantity.
        case scale(ColorScale, caption: String, unit: String, secondUnit: (name: String, factor: Double)?)
        /// Colour patches with their meanings.
        case patches([(color: PixelColor, label: String)])
    }

    public struct Panel: Sendable {
        public let scene: Scene
        /// The content: the state, and in a second line an orbital.
        public let caption: String
        /// If the colours differ from those of the row's key.
        public let key: Key?

        public init(scene: Scene, caption: String, key: Key? = nil) {
            self.scene = scene
            self.caption = caption
            self.key = key
        }
    }

    /// Panels side by side, and the key shared by all panels without their own.
    public struct Row: Sendable {
        public let panels: [Panel]
        public let key: Key?

        public init(panels: [Panel], key: Key?) {
            self.panels = panels
            self.key = key
        }
    }

    public let title: String
    /// Method and basis set.
    public let subtitle: String
    /// Rows with equal numbers of panels.
    public let rows: [Row]
    /// Contains all panels, which are drawn to the same scale.
    public let frame: Frame

    public init(title: String, subtitle: String = "", rows: [Row], frame: Frame) {
        self.title = title
        self.subtitle = subtitle
        self.rows = rows
        self.frame = frame
    }

    private var columns: Int { max(1, rows.map(\.panels.count).max() ?? 1) }
    private var scenes: [Scene] { rows.flatMap { $0.panels.map(\.scene) } }

    /// Approximate peak memory of drawing and compressing it, in bytes.
    public func byteCount(width: Int, threads: Int) -> Int {
        let layout = Layout(width: width, columns: columns, rows: rows, frame: frame, hasSubtitle: !subtitle.isEmpty)
        let vertices = scenes.reduce(0) { $0 + $1.layers.reduce(0) { $0 + $1.mesh.positions.count } }
        // The picture, its tiles, and its bytes before and after compression; projected surfaces; the samples of a tile.
        return width * layout.height * (2 * MemoryLayout<PixelColor>.stride + 9) + vertices * 300 + threads * (4 << 20)
    }

    /// - Parameters:
    ///   - width: in pixels; the height follows from the shape of the molecule.
    ///   - renderer: nil for one with four samples per pixel in large panels, and nine in small ones.
    public func image(width: Int, renderer: SceneRenderer? = nil, pool: WorkerPool) -> PixelImage {
        let layout = Layout(width: width, columns: columns, rows: rows, frame: frame, hasSubtitle: !subtitle.isEmpty)
        let letter = layout.letter
        let renderer = renderer ?? SceneRenderer(oversampling: layout.panelWidth >= 1200 ? 2 : 3)
        var image = PixelImage(width: width, height: layout.height)
        image.drawFitted(title, x: 0.5 * Double(width), y: letter * 2.9, size: 1.25 * letter, room: Double(width), isBold: true)
        image.drawFitted(subtitle, x: 0.5 * Double(width), y: letter * 5.0, size: letter, room: Double(width))
        for (index, row) in rows.enumerated() {
            let top = layout.rowTops[index]
            for (column, panel) in row.panels.enumerated() {
                let left = column * layout.panelWidth
                let middle = Double(left) + 0.5 * Double(layout.panelWidth)
                for (line, text) in panel.caption.split(separator: "\n").enumerated() {
                    let y = Double(top) + (1.6 + 1.9 * Double(line)) * letter
                    image.drawFitted(String(text), x: middle, y: y, size: letter, room: Double(layout.panelWidth))
                }
                let (width, height) = (layout.panelWidth, layout.panelHeight)
                let drawn = renderer.image(of: panel.scene, frame: frame, width: width, height: height, pool: pool)
                image.place(drawn, x: left, y: top + layout.captionHeight)
                SceneLabels(panel.scene, frame: frame, width: width, height: height, letter: letter)
                    .draw(on: &image, x: left, y: top + layout.captionHeight)
                if let key = panel.key {
                    image.draw(key, center: middle, width: 0.62 * Double(width), top: layout.keyTop(index), letter: 0.9 * letter)
                }
            }
            if let key = row.key {
                image.draw(
                    key, center: 0.5 * Double(width), width: Double(width) * (columns > 1 ? 0.42 : 0.6),
                    top: layout.keyTop(index),
                    letter: letter)
            }
        }
        ElementKey(scenes.map(\.molecule)).draw(on: &image, baseline: Double(image.height) - 1.5 * letter, letter: letter)
        return image
    }
}

/// Where the parts of a picture are, in pixels.
private struct Layout {
    /// Height of capitals.
    let letter: Double
    let panelWidth, panelHeight, captionHeight, keyHeight: Int
    let rowTops: [Int]
    let height: Int

    init(width: Int, columns: Int, rows: [Picture.Row], frame: Frame, hasSubtitle: Bool) {
        letter = Double(width) / (columns > 1 ? 110 : 85)
        panelWidth = width / columns
        panelHeight = Int(Double(panelWidth) / min(max(frame.aspectRatio, 0.6), 2))
        let lines = rows.flatMap { $0.panels.map { $0.caption.split(separator: "\n").count } }.max() ?? 0
        captionHeight = Int(letter * (0.7 + 1.9 * Double(lines)))
        let hasBars = rows.contains { row in ([row.key] + row.panels.map(\.key)).contains { $0?.isScale == true } }
        keyHeight = Int(letter * (hasBars ? 8.6 : 4.2))
        let head = Int(letter * (hasSubtitle ? 6.6 : 4.6))
        let rowHeight = captionHeight + panelHeight + keyHeight
        rowTops = rows.indices.map { head + $0 * rowHeight }
        height = head + max(1, rows.count) * rowHeight + Int(letter * 4)
    }

    func keyTop(_ row: Int) -> Double { Double(rowTops[row] + captionHeight + panelHeight) }
}
