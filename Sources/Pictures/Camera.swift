import Foundation
import LinearAlgebra
import MolecularStructure

/// Viewing directions of a molecule: the clearest one, and those of its principal axes of inertia.
///
/// The axis of the smallest moment runs from left to right in `front`, and the axis of the largest one points to the viewer: a flat
/// molecule lies in the plane of the picture. Atoms are weighted by their atomic numbers.
public enum NamedView: String, Sendable, CaseIterable {
    /// Atoms hide each other as little as possible.
    case clear
    case front, back, left, right, top, bottom
    /// From the front, turned by 30 and tilted by 20 degrees.
    case oblique
}

/// A parallel projection.
public struct Camera: Sendable, Equatable {
    /// Unit vectors: to the right, up, and to the viewer.
    public let right: SIMD3<Double>
    public let up: SIMD3<Double>
    public let toViewer: SIMD3<Double>

    init(right: SIMD3<Double>, up: SIMD3<Double>) {
        self.right = right
        self.up = up
        toViewer = right.cross(up)
    }

    public init(_ view: NamedView, of molecule: Molecule) {
        let front = Self.principal(molecule)
        self =
            switch view {
            case .clear: ClearView([molecule]).camera
            case .front: front
            case .back: Camera(right: -front.right, up: front.up)
            case .right: Camera(right: -front.toViewer, up: front.up)
            case .left: Camera(right: front.toViewer, up: front.up)
            case .top: Camera(right: front.right, up: -front.toViewer)
            case .bottom: Camera(right: front.right, up: front.toViewer)
            case .oblique: front.turned(30, 20, 0)
            }
    }

    /// The clearest view of several molecules, which are superimposed.
    public init(clearFor molecules: [Molecule]) { self = ClearView(molecules).camera }

    /// View from the positive end of a coordinate axis (0 to 2), which points to the viewer; the next axis points to the right.
    public init(alongAxis axis: Int) {
        var (right, up) = (SIMD3<Double>(), SIMD3<Double>())
        right[(axis + 1) % 3] = 1
        up[(axis + 2) % 3] = 1
        self.init(right: right, up: up)
    }

    /// The molecule rotated about the vertical, then about the horizontal, then in the plane of the picture, in degrees. Positive angles
    /// bring its left side forward, its upper side forward, and its right side up.
    public func turned(_ vertical: Double, _ horizontal: Double, _ plane: Double) -> Camera {
        func rotated(_ a: SIMD3<Double>, _ b: SIMD3<Double>, _ degrees: Double) -> (SIMD3<Double>, SIMD3<Double>) {
            let (c, s) = (cos(degrees * .pi / 180), sin(degrees * .pi / 180))
            return (c * a - s * b, s * a + c * b)
        }
        var (x, y, z) = (right, up, toViewer)
        (z, x) = rotated(z, x, vertical)
        (y, z) = rotated(y, z, horizontal)
        (x, y) = rotated(x, y, plane)
        return Camera(right: x.direction, up: (y - y.dot(x) / x.dot(x) * x).direction)
    }

    /// Components to the right, up and to the viewer.
    public func project(_ point: SIMD3<Double>) -> SIMD3<Double> {
        SIMD3(point.dot(right), point.dot(up), point.dot(toViewer))
    }

    private static func principal(_ molecule: Molecule) -> Camera {
        let weights = molecule.atoms.map { Double($0.element.atomicNumber) }
        let center = molecule.center(ofCharges: weights)
        let offsets = molecule.atoms.map { $0.position - center }
        var spread = Matrix(rows: 3, columns: 3)
        for (weight, offset) in zip(weights, offsets) {
            for i in 0..<3 { for j in 0..<3 { spread[i, j] += weight * offset[i] * offset[j] } }
        }
        guard let vectors = try? SymmetricEigenproblem(spread).vectors else {
            return Camera(right: SIMD3(1, 0, 0), up: SIMD3(0, 1, 0))
        }
        // Eigenvalues ascend: the widest spread comes last.
        func axis(_ k: Int) -> SIMD3<Double> {
            let axis = SIMD3(vectors[0, k], vectors[1, k], vectors[2, k])
            // The side with the longer tail is positive, so that the same molecule always has the same orientation.
            let skew = zip(weights, offsets).reduce(0) { $0 + $1.0 * pow($1.1.dot(axis), 3) }
            if abs(skew) > 1e-6 { return skew > 0 ? axis : -axis }
            return (axis.x, axis.y, axis.z) > (0, 0, 0) ? axis : -axis
        }
        return Camera(right: axis(2), up: axis(1))
    }
}
