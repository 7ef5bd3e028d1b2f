import Foundation
import MolecularQuadrature
import MolecularStructure

/// A quadrature over the parts of space that are nearest to each nucleus.
///
/// A cell is a polyhedron: the nucleus sees each of its faces as a polygon of directions, and only within such a polygon is the
/// distance to the boundary a smooth function of the direction. The polygons are cut into small triangles with a product of
/// Gauss-Legendre rules on each; along each ray points lie between the nucleus and the face. No sum has to resolve a step or
/// a kink. The innermost part, where the density changes fast with the distance and slowly with the direction, is a sphere
/// with a Lebedev grid at many distances.
struct VoronoiCells: Sendable {
    /// Along a ray between the inner sphere and the boundary.
    static let distances = 20
    /// Of the inner sphere.
    static let innerDistances = 48
    static let innerDirections = 194
    /// The inner sphere's radius by the distance to the nearest face, and at most in bohr.
    static let innerShare = 0.6
    static let largestInnerRadius = 1.0
    /// Sides of the triangles of directions are at most this long (chords of the unit sphere), shorter near grazing rays.
    static let longestSide = 0.9
    /// Points of a triangle along each of its two coordinates.
    static let pointsAlongSide = 4
    /// Cells of outer atoms end here, in bohr.
    static let reach = 20.0

    let points: [SIMD3<Double>]
    /// In bohr^3.
    let weights: [Double]
    /// The points of each atom's cell.
    let cells: [Range<Int>]

    /// Cost: O(atoms^3) with a small factor for the faces; about 60,000 points an atom.
    init(molecule: Molecule) {
        let radial = GaussLegendre(Self.distances)
        let innerRadial = GaussLegendre(Self.innerDistances)
        let angular = GaussLegendre(Self.pointsAlongSide)
        let sphere = LebedevGrid(count: Self.innerDirections)
        var points: [SIMD3<Double>] = []
        var weights: [Double] = []
        var cells: [Range<Int>] = []
        for atom in molecule.atoms {
            let offsets = molecule.atoms.map { $0.position - atom.position }.filter { ($0 * $0).sum() > 1e-12 }
            let start = points.count
            let faces = VoronoiFace.faces(offsets: offsets, reach: Self.reach)
            let inner = min(Self.largestInnerRadius, Self.innerShare * (faces.map(\.distance).min() ?? Self.reach))
            for (direction, share) in zip(sphere?.points ?? [], sphere?.weights ?? []) {
                for (t, weight) in zip(innerRadial.nodes, innerRadial.weights) {
                    let r = inner * t * t
                    points.append(atom.position + r * direction)
                    weights.append(4 * .pi * share * r * r * 2 * inner * t * weight)
                }
            }
            for face in faces {
                for triangle in face.triangles(longestSide: Self.longestSide) {
                    for (direction, solidAngle) in triangle.rule(angular) {
                        let boundary = min(Self.reach, face.distance / (face.normal * direction).sum())
                        for (t, weight) in zip(radial.nodes, radial.weights) {
                            let r = inner + (boundary - inner) * t * t
                            points.append(atom.position + r * direction)
                            weights.append(solidAngle * r * r * 2 * (boundary - inner) * t * weight)
                        }
                    }
                }
            }
            cells.append(start..<points.count)
        }
        self.points = points
        self.weights = weights
        self.cells = cells
    }
}

/// The Gauss-Legendre quadrature on the interval from 0 to 1.
struct GaussLegendre: Sendable {
    let nodes: [Double]
    let weights: [Double]

    init(_ count: Int) {
        var nodes: [Double] = []
        var weights: [Double] = []
        for k in 0..<count {
            var x = cos(.pi * (Double(k) + 0.75) / (Double(count) + 0.5))
            var derivative = 1.0
            for _ in 0..<20 {
                var (previous, value) = (1.0, x)
                for n in stride(from: 2, through: count, by: 1) {
                    let next = (Double(2 * n - 1) * x * value - Double(n - 1) * previous) / Double(n)
                    (previous, value) = (value, next)
                }
                derivative = Double(count) * (x * value - previous) / (x * x - 1)
                let step = value / derivative
                x -= step
                if abs(step) < 1e-15 { break }
            }
            nodes.append(0.5 * (1 - x))
            weights.append(1 / ((1 - x * x) * derivative * derivative))
        }
        self.nodes = nodes
        self.weights = weights
    }
}
