import Foundation
import LinearAlgebra
import MolecularStructure

/// A right-handed frame in which the points of a potential fit are constructed.
public struct PointFrame: Sendable, Equatable {
    /// In bohr.
    public let origin: SIMD3<Double>
    /// Unit vectors.
    public let x, y, z: SIMD3<Double>

    /// - Parameter z: orthogonal to `x`; both of unit length.
    init(origin: SIMD3<Double>, x: SIMD3<Double>, z: SIMD3<Double>) {
        self.origin = origin
        self.x = x
        self.z = z
        y = z.cross(x)
    }

    /// Coordinates in the frame.
    func local(_ point: SIMD3<Double>) -> SIMD3<Double> {
        let d = point - origin
        return SIMD3((d * x).sum(), (d * y).sum(), (d * z).sum())
    }

    /// A vector whose components in the frame are given.
    func vector(_ local: SIMD3<Double>) -> SIMD3<Double> { local.x * x + local.y * y + local.z * z }

    /// The point whose coordinates in the frame are given.
    func point(_ local: SIMD3<Double>) -> SIMD3<Double> { origin + vector(local) }

    /// The frame rotated by an angle (in radian) about the unit vector (x, y, z) given in its own axes.
    func turned(by angle: Double, about axis: SIMD3<Double>) -> PointFrame {
        func rotated(_ v: SIMD3<Double>) -> SIMD3<Double> {
            let (c, s) = (cos(angle), sin(angle))
            return c * v + s * axis.cross(v) + (1 - c) * (axis * v).sum() * axis
        }
        return PointFrame(origin: origin, x: vector(rotated(SIMD3(1, 0, 0))), z: vector(rotated(SIMD3(0, 0, 1))))
    }

    /// The frames of a molecule for potential fits: that of nuclear charge, and the same rotated by 120 and 240 degrees about its z axis.
    /// The points in all three together have the symmetry of the molecule if its highest axis is twofold, threefold, fourfold or sixfold.
    public static func frames(of molecule: Molecule) -> [PointFrame] {
        let first = principal(of: molecule)
        return [0.0, 1, 2].map { first.turned(by: $0 * 2 * Double.pi / 3, about: SIMD3(0, 0, 1)) }
    }

    /// The frame turned by 60 degrees about the diagonal of its axes, in which points lie unlike those in any of `frames`.
    var tilted: PointFrame { turned(by: Double.pi / 3, about: SIMD3(repeating: (1.0 / 3).squareRoot())) }

    /// The frame of nuclear charge: its origin is the centre of nuclear charge, its axes are the principal axes of inertia of the nuclear
    /// charges. z is the axis whose moment differs most from the others. If two or three moments agree within 2 %, the atom farthest from
    /// the axis or from the centre decides (if several are equally far, the first in the order of the molecule). The first atom off the
    /// plane perpendicular to an axis has a positive coordinate. The frame therefore rotates with the molecule.
    static func principal(of molecule: Molecule) -> PointFrame {
        let charges = molecule.atoms.map { Double($0.element.atomicNumber) }
        let total = charges.reduce(0, +)
        let origin = zip(molecule.atoms, charges).reduce(SIMD3<Double>()) { $0 + $1.1 / total * $1.0.position }
        let positions = molecule.atoms.map { $0.position - origin }
        var tensor = Matrix(rows: 3, columns: 3)
        for (r, charge) in zip(positions, charges) {
            for i in 0..<3 {
                tensor[i, i] += charge * (r * r).sum()
                for j in 0..<3 { tensor[i, j] -= charge * r[i] * r[j] }
            }
        }
        guard let problem = try? SymmetricEigenproblem(tensor), problem.values[2] > 1e-9 else {
            return PointFrame(origin: origin, x: SIMD3(1, 0, 0), z: SIMD3(0, 0, 1))
        }
        func axis(_ k: Int) -> SIMD3<Double> { SIMD3(problem.vectors[0, k], problem.vectors[1, k], problem.vectors[2, k]) }
        let (lower, upper) = (problem.values[1] - problem.values[0], problem.values[2] - problem.values[1])
        let tolerance = 0.02 * problem.values[2]
        if lower < tolerance && upper < tolerance {
            let z = direction(positions) ?? axis(2)
            return PointFrame(origin: origin, x: perpendicular(positions, to: z), z: z)
        }
        let unique = upper > lower ? 2 : 0
        let z = pointing(axis(unique), at: positions)
        guard min(lower, upper) >= tolerance else {
            return PointFrame(origin: origin, x: perpendicular(positions, to: z), z: z)
        }
        return PointFrame(origin: origin, x: pointing(axis(1), at: positions), z: z)
    }

    /// The direction of the longest vector (of several of similar length, the first); nil if all vanish.
    private static func direction(_ vectors: [SIMD3<Double>]) -> SIMD3<Double>? {
        let longest = vectors.map { ($0 * $0).sum().squareRoot() }.max() ?? 0
        guard longest > 1e-3, let first = vectors.first(where: { ($0 * $0).sum().squareRoot() > 0.99 * longest }) else { return nil }
        return first / (first * first).sum().squareRoot()
    }

    /// A unit vector perpendicular to z towards the atom farthest from it, or any perpendicular vector if all atoms are on z.
    private static func perpendicular(_ positions: [SIMD3<Double>], to z: SIMD3<Double>) -> SIMD3<Double> {
        if let found = direction(positions.map { $0 - ($0 * z).sum() * z }) { return found }
        let other = abs(z.x) < 0.7 ? SIMD3(1.0, 0, 0) : SIMD3(0, 1.0, 0)
        let across = z.cross(other)
        return across / (across * across).sum().squareRoot()
    }

    /// The axis or its opposite: the first atom clearly on one side is on the positive one.
    private static func pointing(_ axis: SIMD3<Double>, at positions: [SIMD3<Double>]) -> SIMD3<Double> {
        let heights = positions.map { ($0 * axis).sum() }
        let largest = heights.map(abs).max() ?? 0
        guard largest > 1e-3, let first = heights.first(where: { abs($0) > 0.1 * largest }) else { return axis }
        return first > 0 ? axis : -axis
    }
}

/// The dependence of fitted charges on the positions of the points.
public struct OrientationSensitivity: Sendable, Equatable {
    /// Frames in each of which the charges were fitted alone.
    public let orientations: Int
    /// Largest minus smallest charge of every atom among them, in elementary charges.
    public let spread: [Double]

    public init(orientations: Int, spread: [Double]) {
        self.orientations = orientations
        self.spread = spread
    }
}
