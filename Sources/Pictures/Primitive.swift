import MolecularStructure
import WavefunctionAnalysis

/// Something that covers samples of a picture. Places are in samples from the top left, z rises to the viewer.
enum Primitive: Sendable {
    case sphere(center: SIMD3<Double>, radius: Double, color: PixelColor)
    /// From `start` to `end`, open at both.
    case cylinder(start: SIMD3<Double>, end: SIMD3<Double>, radius: Double, color: PixelColor)
    /// Of layer `layer`, triangle `index`.
    case triangle(layer: Int, index: Int)
}

/// What lies on the line of sight of a sample.
struct Veil {
    var depth: Float
    var color: PixelColor
    var opacity: Float
    /// Another veil before the same sample; -1 for none.
    var next: Int32
}

/// A scene brought into the frame of a picture.
struct ProjectedScene: Sendable {
    struct Layer: Sendable {
        let places: [SIMD3<Double>]
        /// In the directions of the camera.
        let normals: [SIMD3<Float>]
        let triangles: [SIMD3<Int32>]
        let coloring: Scene.Coloring
        let opacity: Float
    }

    let primitives: [Primitive]
    let layers: [Layer]
    /// For fading with distance: depth of the farthest point and the whole range, in samples.
    let farthest, range: Double

    /// - Parameter projection: to samples.
    init(_ scene: Scene, frame: Frame, projection: Projection) {
        let (camera, scale) = (projection.camera, projection.scale)
        let place = projection.place
        var primitives: [Primitive] = []
        let atoms = scene.molecule.atoms
        for atom in atoms {
            primitives.append(
                .sphere(
                    center: place(atom.position), radius: scale * atom.element.pictureRadius, color: atom.element.pictureColor))
        }
        for bond in scene.bonds.bonds {
            let (a, b) = (atoms[bond.first], atoms[bond.second])
            let middle = 0.5 * (a.position + b.position)
            for atom in [a, b] {
                primitives.append(
                    .cylinder(
                        start: place(atom.position), end: place(middle), radius: scale * Scene.bondRadius,
                        color: atom.element.pictureColor))
            }
        }
        for mark in scene.marks {
            primitives.append(.sphere(center: place(mark.position), radius: scale * Scene.markRadius, color: mark.color))
        }
        layers = scene.layers.map { layer in
            Layer(
                places: layer.mesh.positions.map(place), normals: layer.mesh.normals.map { SIMD3<Float>(camera.project($0)) },
                triangles: layer.mesh.triangles, coloring: layer.coloring, opacity: layer.opacity)
        }
        for (index, layer) in layers.enumerated() {
            for triangle in layer.triangles.indices { primitives.append(.triangle(layer: index, index: triangle)) }
        }
        self.primitives = primitives
        farthest = scale * frame.depth.lowerBound
        range = max(scale * (frame.depth.upperBound - frame.depth.lowerBound), 1e-9)
    }

    /// Left, top, right and bottom.
    func bounds(_ primitive: Primitive) -> (SIMD2<Double>, SIMD2<Double>) {
        func flat(_ p: SIMD3<Double>) -> SIMD2<Double> { SIMD2(p.x, p.y) }
        switch primitive {
        case .sphere(let center, let radius, _): return (flat(center) - radius, flat(center) + radius)
        case .cylinder(let start, let end, let radius, _):
            return (pointwiseMin(flat(start), flat(end)) - radius, pointwiseMax(flat(start), flat(end)) + radius)
        case .triangle(let layer, let index):
            let corners = layers[layer].triangles[index]
            let places = (0..<3).map { flat(layers[layer].places[Int(corners[$0])]) }
            return (
                pointwiseMin(pointwiseMin(places[0], places[1]), places[2]),
                pointwiseMax(pointwiseMax(places[0], places[1]), places[2])
            )
        }
    }
}
