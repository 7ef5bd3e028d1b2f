import Foundation

/// The parts of a union of spheres' surface that belong to each sphere, and their derivatives, in closed form.
///
/// A part is bounded by arcs of the circles in which other spheres cut the sphere. Its area is the integral of (1 - cos theta) d phi
/// over these arcs, theta being measured from a pole, plus the whole sphere if the opposite point is exposed: a sum of spherical
/// triangles and circular segments. Derivatives are integrals over the same arcs. This is the exact area that F. M. Richmond, J. Mol.
/// Biol. 178, 63 (1984), doi 10.1016/0022-2836(84)90231-6, and D. A. Liotard, G. D. Hawkins, G. C. Lynch, C. J. Cramer and
/// D. G. Truhlar, J. Comput. Chem. 16, 422 (1995), doi 10.1002/jcc.540160405, compute in other ways.
struct SolventAccessibleArea {
    /// In the square of the unit of the positions.
    let areas: [Double]
    private let exposures: [Exposure]

    /// Of one sphere: the derivatives of its area with respect to the centres of the spheres that cut it.
    private struct Exposure {
        var area = 0.0
        var derivatives: [(sphere: Int, derivative: SIMD3<Double>)] = []
    }

    /// The circle in which another sphere cuts the unit sphere: the points with p * axis = cosine. Nearer to the axis it is buried.
    private struct Circle {
        let sphere: Int
        let axis: SIMD3<Double>
        let cosine: Double
        var sine: Double { (1 - cosine * cosine).squareRoot() }
    }

    /// Cost: the cube of the number of neighbours of a sphere, for every sphere.
    init(centers: [SIMD3<Double>], radii: [Double]) {
        exposures = centers.indices.map { Self.exposure($0, centers, radii) }
        areas = exposures.map(\.area)
    }

    /// Derivatives of the sum of all areas, each multiplied by a weight.
    func gradient(weights: [Double]) -> [SIMD3<Double>] {
        var result = [SIMD3<Double>](repeating: .zero, count: areas.count)
        for (own, (exposure, weight)) in zip(exposures, weights).enumerated() {
            for (other, derivative) in exposure.derivatives {
                result[other] += weight * derivative
                result[own] -= weight * derivative
            }
        }
        return result
    }

    private static func exposure(_ own: Int, _ centers: [SIMD3<Double>], _ radii: [Double]) -> Exposure {
        let radius = radii[own]
        var circles: [Circle] = []
        for other in centers.indices where other != own {
            let separation = centers[other] - centers[own]
            let distance = length(separation)
            if distance <= radii[other] - radius { return Exposure() }
            guard distance < radius + radii[other], distance > radius - radii[other] else { continue }
            let cosine = (distance * distance + radius * radius - radii[other] * radii[other]) / (2 * distance * radius)
            circles.append(Circle(sphere: other, axis: separation / distance, cosine: cosine))
        }
        let opposite = singularPoint(circles)
        let pole = -opposite
        var area = circles.contains { dot(opposite, $0.axis) > $0.cosine } ? 0 : 4 * Double.pi
        var exposure = Exposure()
        for (index, circle) in circles.enumerated() {
            let axis = circle.axis
            let side = abs(axis.x) < 0.6 ? SIMD3(1.0, 0, 0) : SIMD3(0, 1.0, 0)
            let across = cross(axis, side)
            let first = across / length(across)
            let second = cross(axis, first)
            let (cosine, sine) = (circle.cosine, circle.sine)
            func point(_ angle: Double) -> SIMD3<Double> {
                cosine * axis + sine * (cos(angle) * first + sin(angle) * second)
            }
            var moment = SIMD3<Double>.zero
            for arc in exposedArcs(index, circles, first, second) {
                // Pieces short enough for the formula of triangles.
                let pieces = max(1, Int(((arc.end - arc.start) / (Double.pi / 2)).rounded(.up)))
                for piece in 0..<pieces {
                    let step = (arc.end - arc.start) / Double(pieces)
                    let (from, to) = (point(arc.start + step * Double(piece)), point(arc.start + step * Double(piece + 1)))
                    area -= triangle(pole, from, to) - triangle(axis, from, to) + step * (1 - cosine)
                }
                // The integral of the vectors from the other centre over the arc.
                let turned = (sin(arc.end) - sin(arc.start)) * first - (cos(arc.end) - cos(arc.start)) * second
                moment += (radius * cosine * axis - (centers[circle.sphere] - centers[own])) * (arc.end - arc.start)
                moment += radius * sine * turned
            }
            let distance = length(centers[circle.sphere] - centers[own])
            exposure.derivatives.append((circle.sphere, -radius / distance * moment))
        }
        exposure.area = area * radius * radius
        return exposure
    }

    /// The parts of a circle that no other sphere buries, as angles from 0 to 2 pi.
    private static func exposedArcs(
        _ index: Int, _ circles: [Circle], _ first: SIMD3<Double>, _ second: SIMD3<Double>
    ) -> [(start: Double, end: Double)] {
        let circle = circles[index]
        var buried: [(start: Double, end: Double)] = []
        for (place, other) in circles.enumerated() where place != index {
            let (x, y) = (circle.sine * dot(first, other.axis), circle.sine * dot(second, other.axis))
            let amplitude = (x * x + y * y).squareRoot()
            let threshold = other.cosine - circle.cosine * dot(circle.axis, other.axis)
            // Of two identical circles the second one counts.
            if amplitude < 1e-13, abs(threshold) < 1e-13 {
                if place > index, dot(circle.axis, other.axis) > 0 { return [] }
                continue
            }
            if threshold <= -amplitude { return [] }
            guard threshold < amplitude else { continue }
            let middle = atan2(y, x)
            let half = acos(threshold / amplitude)
            let start = (middle - half) - 2 * Double.pi * ((middle - half) / (2 * Double.pi)).rounded(.down)
            buried.append((start, start + 2 * half))
            if start + 2 * half > 2 * Double.pi { buried.append((start - 2 * Double.pi, start + 2 * half - 2 * Double.pi)) }
        }
        buried.sort { $0.start < $1.start }
        var arcs: [(start: Double, end: Double)] = []
        var reached = 0.0
        for interval in buried {
            if interval.start > reached { arcs.append((reached, interval.start)) }
            reached = max(reached, interval.end)
        }
        if reached < 2 * Double.pi { arcs.append((reached, 2 * Double.pi)) }
        return arcs
    }

    /// The point at which d phi is not defined: of a few directions the one farthest from all circles.
    private static func singularPoint(_ circles: [Circle]) -> SIMD3<Double> {
        func clearance(_ direction: SIMD3<Double>) -> Double {
            circles.reduce(Double.infinity) { least, circle in
                let angle = acos(min(1, max(-1, dot(direction, circle.axis))))
                return min(least, abs(angle - acos(circle.cosine)))
            }
        }
        return directions.map { ($0, clearance($0)) }.max { $0.1 < $1.1 }?.0 ?? SIMD3(0, 0, 1)
    }

    /// Of the corners, edges and faces of a cube, turned so that few molecules have an axis there.
    private static let directions: [SIMD3<Double>] = {
        var result: [SIMD3<Double>] = []
        for x in -1...1 {
            for y in -1...1 {
                for z in -1...1 where (x, y, z) != (0, 0, 0) {
                    let vector = SIMD3(Double(x) + 0.11, Double(y) - 0.07, Double(z) + 0.05)
                    result.append(vector / length(vector))
                }
            }
        }
        return result
    }()

    /// The signed area of a spherical triangle: A. van Oosterom and J. Strackee, IEEE Trans. Biomed. Eng. 30, 125 (1983),
    /// doi 10.1109/TBME.1983.325207.
    private static func triangle(_ a: SIMD3<Double>, _ b: SIMD3<Double>, _ c: SIMD3<Double>) -> Double {
        2 * atan2(dot(a, cross(b, c)), 1 + dot(a, b) + dot(b, c) + dot(c, a))
    }

    private static func dot(_ a: SIMD3<Double>, _ b: SIMD3<Double>) -> Double { (a * b).sum() }
    private static func length(_ a: SIMD3<Double>) -> Double { dot(a, a).squareRoot() }
    private static func cross(_ a: SIMD3<Double>, _ b: SIMD3<Double>) -> SIMD3<Double> {
        SIMD3(a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x)
    }
}
