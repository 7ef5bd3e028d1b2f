import MolecularStructure
import WavefunctionAnalysis

/// The content of a picture: balls and sticks of a molecule in one state, and transparent surfaces around them.
public struct Scene: Sendable {
    public enum Coloring: Sendable {
        /// One value per vertex, in the colours of a scale.
        case values([Double], ColorScale)
        case uniform(PixelColor)
    }

    public struct Layer: Sendable {
        public let mesh: SurfaceMesh
        public let coloring: Coloring
        /// Opacity of the parts that face the viewer, 0 to 1.
        public let opacity: Float

        public init(mesh: SurfaceMesh, coloring: Coloring, opacity: Float) {
            self.mesh = mesh
            self.coloring = coloring
            self.opacity = opacity
        }
    }

    /// A small ball at a point of a surface.
    public struct Mark: Sendable {
        public let position: SIMD3<Double>
        public let color: PixelColor
        /// Text written beside it.
        public let label: String?

        public init(position: SIMD3<Double>, color: PixelColor, label: String? = nil) {
            self.position = position
            self.color = color
            self.label = label
        }
    }

    public let molecule: Molecule
    public let bonds: BondGraph
    public let layers: [Layer]
    public let marks: [Mark]

    public init(molecule: Molecule, layers: [Layer], marks: [Mark] = []) {
        self.molecule = molecule
        bonds = BondGraph(molecule)
        self.layers = layers
        self.marks = marks
    }

    static let bondRadius = 0.2
    static let markRadius = 0.32
}

/// The projection from points in space to points in a picture.
public struct Frame: Sendable, Equatable {
    public let camera: Camera
    /// Projected point (right and up) at the centre of the picture, in bohr.
    let center: SIMD2<Double>
    /// Extent of what is shown, in bohr.
    let extent: SIMD2<Double>
    /// Depth of the farthest and the nearest point, in bohr.
    let depth: ClosedRange<Double>

    /// A frame that contains several scenes, which are then drawn to the same scale.
    public init(camera: Camera, around scenes: [Scene]) {
        var (low, high) = (SIMD3<Double>(repeating: .infinity), SIMD3<Double>(repeating: -.infinity))
        func include(_ point: SIMD3<Double>, radius: Double) {
            let place = camera.project(point)
            low = pointwiseMin(low, place - radius)
            high = pointwiseMax(high, place + radius)
        }
        for scene in scenes {
            for atom in scene.molecule.atoms { include(atom.position, radius: atom.element.pictureRadius) }
            for layer in scene.layers { for position in layer.mesh.positions { include(position, radius: 0) } }
        }
        if low.x > high.x { (low, high) = (SIMD3(repeating: -1), SIMD3(repeating: 1)) }
        self.camera = camera
        center = 0.5 * SIMD2(low.x + high.x, low.y + high.y)
        extent = SIMD2(high.x - low.x, high.y - low.y)
        depth = low.z...high.z
    }

    /// Width over height.
    public var aspectRatio: Double { extent.x / extent.y }
    /// The mapping of points to a picture of a given size.
    ///
    /// - Parameter margin: fraction of the width and height that stays free at each side.
    func projection(width: Double, height: Double, margin: Double = 0.03) -> Projection {
        let room = 1 - 2 * margin
        return Projection(
            camera: camera, center: center, middle: 0.5 * SIMD2(width, height),
            scale: min(room * width / extent.x, room * height / extent.y))
    }
}

/// From space to pixels or samples.
struct Projection: Sendable {
    let camera: Camera
    /// The point at the centre, in bohr.
    let center: SIMD2<Double>
    /// Of the picture.
    let middle: SIMD2<Double>
    /// Pixels or samples per bohr.
    let scale: Double

    /// To the right and down from the top left corner, and towards the viewer.
    func place(_ point: SIMD3<Double>) -> SIMD3<Double> {
        let seen = camera.project(point)
        return SIMD3(middle.x + scale * (seen.x - center.x), middle.y - scale * (seen.y - center.y), scale * seen.z)
    }
}
