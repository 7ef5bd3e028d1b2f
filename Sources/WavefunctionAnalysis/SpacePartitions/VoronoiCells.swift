import Foundation
import GaussianIntegrals
import MolecularQuadrature
import MolecularStructure

/// A quadrature over the regions closest to each nucleus.
///
/// A cell is a polyhedron: seen from the nucleus, each of its faces is a polygon of directions, and only within such a polygon is the
/// distance to the boundary a smooth function of the direction. The polygons are divided into small triangles with a product of
/// Gauss-Legendre rules on each; along each ray there are points between the nucleus and the face. No sum has to resolve a step or a kink.
/// The innermost part, in which the density changes rapidly with the distance and slowly with the direction, is a sphere with a Lebedev
/// grid at many distances.
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
        let radial = LegendreQuadrature(count: Self.distances).onUnitInterval
        let innerRadial = LegendreQuadrature(count: Self.innerDistances).onUnitInterval
        let angular = LegendreQuadrature(count: Self.pointsAlongSide).onUnitInterval
        let sphere = LebedevGrid(count: Self.innerDirections)
        var points: [SIMD3<Double>] = []
        var weights: [Double] = []
        var cells: [Range<Int>] = []
        for atom in molecule.atoms {
            let offsets = molecule.atoms.map { $0.position - atom.position }.filter { $0.dot($0) > 1e-12 }
            let start = points.count
            let faces = VoronoiFace.faces(offsets: offsets, reach: Self.reach)
            let inner = min(Self.largestInnerRadius, Self.innerShare * (faces.map(\.distance).min() ?? Self.reach))
            for (direction, share) in zip(sphere?.points ?? [], sphere?.weights ?? []) {
                for (t, weight) in innerRadial {
                    let r = inner * t * t
                    points.append(atom.position + r * direction)
                    weights.append(4 * .pi * share * r * r * 2 * inner * t * weight)
                }
            }
            for face in faces {
                for triangle in face.triangles(longestSide: Self.longestSide) {
                    for (direction, solidAngle) in triangle.rule(angular) {
                        let boundary = min(Self.reach, face.distance / face.normal.dot(direction))
                        for (t, weight) in radial {
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
