import Foundation
import LinearAlgebra
import MolecularStructure

/// The direction in which the atoms of a molecule hide each other least and its broad side is seen.
///
/// Directions are compared in the frame of the axes of inertia, so that the view rotates with the molecule. The cost of a direction is a
/// sum over atoms that are hidden by others, partly or completely: metals have the largest weight, then atoms other than carbon and
/// hydrogen. Bonds in front of an atom have a smaller weight. Among views in which nothing is hidden, the broadest is taken.
struct ClearView {
    private struct Ball {
        let place: SIMD3<Double>
        let radius: Double
        let weight: Double
    }

    private let frame: Camera
    /// Each molecule in the same frame.
    private let molecules: [(balls: [Ball], bonds: [(Int, Int)])]
    /// Weight of the second moments, for the breadth of a view.
    private let broadest: Double

    /// - Parameter all: molecules that are viewed from the same side.
    init(_ all: [Molecule]) {
        let frame = all.first.map { Camera(.front, of: $0) } ?? Camera(alongAxis: 2)
        self.frame = frame
        molecules = all.map { molecule in
            let middle = molecule.center(ofCharges: molecule.atoms.map { _ in 1 })
            return (
                molecule.atoms.map {
                    Ball(
                        place: frame.project($0.position - middle), radius: $0.element.pictureRadius,
                        weight: Self.weight($0.element))
                },
                BondGraph(molecule).bonds.map { ($0.first, $0.second) }
            )
        }
        broadest = max(Self.breadth(Camera(alongAxis: 2), molecules.flatMap(\.balls)), 1e-9)
    }

    private static func weight(_ element: Element) -> Double {
        element.isMetal ? 4 : element.symbol == "H" ? 0.3 : element.symbol == "C" ? 1 : 2
    }

    /// Directions that are tried first, evenly spread over the sphere.
    private static let directions = 600
    /// What the loss of all breadth costs.
    private static let costOfBreadth = 1.5
    /// Two balls look apart when they are this much farther from each other than they reach.
    private static let clearance = 1.12

    var camera: Camera {
        guard molecules.contains(where: { $0.balls.count > 2 }) else { return frame }
        var best = (cost: Double.infinity, direction: SIMD3<Double>(0, 0, 1))
        func consider(_ direction: SIMD3<Double>) {
            let cost = cost(direction)
            // Directions that symmetry makes equal must not be told apart by rounding.
            if cost < best.cost - 1e-6 { best = (cost, direction) }
        }
        consider(SIMD3(0, 0, 1))
        let golden = Double.pi * (3 - 5.0.squareRoot())
        for step in 0..<Self.directions {
            let z = 1 - (2 * Double(step) + 1) / Double(Self.directions)
            let angle = golden * Double(step)
            consider(SIMD3(cos(angle) * (1 - z * z).squareRoot(), sin(angle) * (1 - z * z).squareRoot(), z))
        }
        var reach = 0.06
        while reach > 0.004 {
            let (center, before) = (best.direction, best.cost)
            let plain = Self.looking(from: center)
            for step in 0..<8 {
                let angle = 0.25 * Double.pi * Double(step)
                consider((center + reach * (cos(angle) * plain.right + sin(angle) * plain.up)).direction)
            }
            if best.cost == before { reach *= 0.5 }
        }
        return turned(Self.looking(from: best.direction))
    }

    private static func looking(from direction: SIMD3<Double>) -> Camera {
        let axis = abs(direction.y) < 0.9 ? SIMD3<Double>(0, 1, 0) : SIMD3<Double>(1, 0, 0)
        let right = axis.cross(direction).direction
        return Camera(right: right, up: direction.cross(right))
    }

    private func cost(_ direction: SIMD3<Double>) -> Double {
        let camera = Self.looking(from: direction)
        var cost = 0.0
        for (balls, bonds) in molecules {
            let places = balls.map { camera.project($0.place) }
            for i in balls.indices {
                for j in 0..<i {
                    let reach = Self.clearance * (balls[i].radius + balls[j].radius)
                    let (dx, dy) = (places[i].x - places[j].x, places[i].y - places[j].y)
                    let square = dx * dx + dy * dy
                    guard square < reach * reach else { continue }
                    let overlap = 1 - square.squareRoot() / reach
                    let (hidden, front) = places[i].z < places[j].z ? (i, j) : (j, i)
                    cost += (balls[hidden].weight + 0.5 * balls[front].weight) * overlap * overlap
                }
            }
            for (first, second) in bonds {
                let (a, b) = (places[first], places[second])
                for i in balls.indices where i != first && i != second {
                    let distance = Self.distance(places[i], a, b) / (balls[i].radius + Scene.bondRadius)
                    if distance < 1 { cost += 0.25 * balls[i].weight * (1 - distance) }
                }
            }
        }
        let breadth = Self.breadth(camera, molecules.flatMap(\.balls)) / broadest
        return cost / Double(max(1, molecules.count)) + Self.costOfBreadth * (1 - breadth)
    }

    /// Of a point to a segment, in the plane of the picture.
    private static func distance(_ p: SIMD3<Double>, _ a: SIMD3<Double>, _ b: SIMD3<Double>) -> Double {
        let (ux, uy) = (b.x - a.x, b.y - a.y)
        let square = ux * ux + uy * uy
        let t = square > 0 ? min(max(((p.x - a.x) * ux + (p.y - a.y) * uy) / square, 0), 1) : 0
        let (dx, dy) = (p.x - a.x - t * ux, p.y - a.y - t * uy)
        return (dx * dx + dy * dy).squareRoot()
    }

    /// Second moments in the plane of the picture.
    private static func moments(_ camera: Camera, _ balls: [Ball]) -> (xx: Double, yy: Double, xy: Double) {
        var result = (xx: 0.0, yy: 0.0, xy: 0.0)
        for ball in balls {
            let place = camera.project(ball.place)
            result.xx += place.x * place.x
            result.yy += place.y * place.y
            result.xy += place.x * place.y
        }
        return result
    }

    /// Square root of the sum of the moments: a line keeps its breadth, too.
    private static func breadth(_ camera: Camera, _ balls: [Ball]) -> Double {
        let m = moments(camera, balls)
        return (m.xx + m.yy).squareRoot()
    }

    /// Longest from left to right, with the longer tail at the right; in the coordinates of the molecules.
    private func turned(_ camera: Camera) -> Camera {
        let balls = molecules.flatMap(\.balls)
        let m = Self.moments(camera, balls)
        let angle = 0.5 * atan2(2 * m.xy, m.xx - m.yy)
        var right = cos(angle) * camera.right + sin(angle) * camera.up
        var up = camera.toViewer.cross(right)
        func skew(_ axis: SIMD3<Double>) -> Double { balls.reduce(0) { $0 + $1.weight * pow($1.place.dot(axis), 3) } }
        let (along, across) = (skew(right), skew(up))
        if abs(along) > 1e-6 * broadest ? along < 0 : across < 0 { (right, up) = (-right, -up) }
        func absolute(_ v: SIMD3<Double>) -> SIMD3<Double> { v.x * frame.right + v.y * frame.up + v.z * frame.toViewer }
        return Camera(right: absolute(right).direction, up: absolute(up).direction)
    }
}
