import Foundation
import MolecularStructure

/// Names of the metal atoms, written on them, and values of marks, written beside them. Labels do not overlap.
struct SceneLabels {
    private struct Label {
        let text: String
        /// Of its middle, in pixels from the corner of the panel.
        let place: SIMD2<Double>
    }

    private var labels: [Label] = []
    private var boxes: [(low: SIMD2<Double>, high: SIMD2<Double>)] = []
    private let size: Double

    /// The number of a metal atom stands behind its symbol where there are several.
    init(_ scene: Scene, frame: Frame, width: Int, height: Int, letter: Double) {
        size = 1.05 * letter
        let projection = frame.projection(width: Double(width), height: Double(height))
        let atoms = scene.molecule.atoms
        // The nearest first: they keep their places.
        let metals = atoms.indices.filter { atoms[$0].element.isMetal }
            .sorted { projection.place(atoms[$0].position).z > projection.place(atoms[$1].position).z }
        for index in metals {
            let element = atoms[index].element
            let isOneOfSeveral = metals.count { atoms[$0].element == element } > 1
            add(
                isOneOfSeveral ? "\(element.symbol)\(index + 1)" : element.symbol, at: projection.place(atoms[index].position),
                besides: projection.scale * element.pictureRadius, isCentered: true)
        }
        for mark in scene.marks {
            guard let text = mark.label else { continue }
            add(text, at: projection.place(mark.position), besides: projection.scale * Scene.markRadius, isCentered: false)
        }
    }

    private mutating func add(_ text: String, at point: SIMD3<Double>, besides radius: Double, isCentered: Bool) {
        let half = SIMD2(0.5 * Lettering(text: text, size: size, isBold: true).width, 0.5 * size) + 0.25 * size
        let middle = SIMD2(point.x, point.y)
        let ring = (0..<8).map { step in
            let angle = 0.25 * Double.pi * Double(step - 1)
            return middle + SIMD2(cos(angle) * (radius + half.x), sin(angle) * (radius + half.y))
        }
        let places = (isCentered ? [middle] : []) + ring
        let free = places.first { place in
            boxes.allSatisfy { box in
                place.x + half.x < box.low.x || place.x - half.x > box.high.x || place.y + half.y < box.low.y
                    || place.y - half.y > box.high.y
            }
        }
        let place = free ?? places[0]
        boxes.append((place - half, place + half))
        labels.append(Label(text: text, place: place))
    }

    func draw(on image: inout PixelImage, x: Int, y: Int) {
        for label in labels {
            image.draw(
                label.text, x: Double(x) + label.place.x, y: Double(y) + label.place.y + 0.5 * size, size: size,
                alignment: .center, isBold: true, halo: 0.22 * size)
        }
    }
}
