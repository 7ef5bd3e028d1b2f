import Foundation
import LinearAlgebra
import MolecularStructure

/// Moves the extrema of a value from the vertices of a mesh to stationary points on the exact surface.
///
/// Around an extremum, the value is computed at points of the exact surface and fitted by a quadratic function of the coordinates in the
/// tangent plane. The extremum moves to the stationary point of the fit, and the next fit is narrower. All extrema are processed together.
/// An extremum never becomes less extreme than its vertex.
struct ExtremumRefinement {
    /// Of the points of a fit from its centre, in bohr: one fit after the other.
    private static let reaches = [0.2, 0.1, 0.05, 0.05]
    /// An extremum that moves farther than this from its vertex, in bohr, or that comes this close to a better one, is rejected.
    private static let farthest = 1.0
    private static let same = 0.05
    /// Of the level, as a fraction.
    private static let tolerance = 1e-9

    /// The level on the surface, and values and gradients of the field whose surface it is.
    let level: Double
    let field: ([SIMD3<Double>]) -> (values: [Double], gradients: [SIMD3<Double>])
    /// What is extreme.
    let value: ([SIMD3<Double>]) -> [Double]

    /// - Parameter surface: with the values at its vertices.
    /// - Returns: in the order of `SurfaceExtrema`. Cost: some fifty values an extremum.
    func refined(_ extrema: [SurfaceExtremum], on surface: ValuedSurface) -> [SurfaceExtremum] {
        guard !extrema.isEmpty else { return [] }
        var centers = projected(extrema.map(\.position))
        for reach in Self.reaches {
            let frames = frames(at: centers)
            let offsets = [(0, 0), (1, 0), (-1, 0), (0, 1), (0, -1), (0.7, 0.7), (0.7, -0.7), (-0.7, 0.7), (-0.7, -0.7)]
            let points = projected(
                frames.flatMap { frame in offsets.map { frame.center + reach * ($0.0 * frame.u + $0.1 * frame.v) } })
            let values = value(points)
            for (index, frame) in frames.enumerated() {
                let own = index * offsets.count..<(index + 1) * offsets.count
                if let step = step(frame, points[own], values[own], isMaximum: extrema[index].isMaximum, reach: reach) {
                    centers[index] = frame.center + step
                }
            }
            centers = projected(centers)
        }
        let values = value(centers)
        var result: [SurfaceExtremum] = []
        for (index, extremum) in extrema.enumerated() {
            let vertex = (position: surface.mesh.positions[extremum.vertex], value: surface.values[extremum.vertex])
            let isBetter = extremum.isMaximum ? values[index] >= vertex.value : values[index] <= vertex.value
            let isNear = distance(centers[index], vertex.position) < Self.farthest
            var moved = extremum
            (moved.position, moved.value) = isBetter && isNear ? (centers[index], values[index]) : vertex
            result.append(moved)
        }
        result.sort { SurfaceExtrema.precedes($0, $1) }
        return result.enumerated().filter { index, extremum in
            !result[..<index].contains {
                $0.isMaximum == extremum.isMaximum && distance($0.position, extremum.position) < Self.same
            }
        }.map(\.element)
    }

    /// A point of the surface with two directions of its tangent plane.
    private struct Frame {
        let center, u, v: SIMD3<Double>
    }

    private func frames(at centers: [SIMD3<Double>]) -> [Frame] {
        zip(centers, field(centers).gradients).map { center, gradient in
            let normal = gradient.length > 0 ? gradient.direction : SIMD3(0, 0, 1)
            let u = normal.cross(abs(normal.x) < 0.6 ? SIMD3(1, 0, 0) : SIMD3(0, 1, 0)).direction
            return Frame(center: center, u: u, v: normal.cross(u))
        }
    }

    /// Along the field's gradient to the level, by Newton's method on the logarithm of the field.
    private func projected(_ points: [SIMD3<Double>]) -> [SIMD3<Double>] {
        var result = points
        var active = Array(points.indices)
        for _ in 0..<20 where !active.isEmpty {
            let (values, gradients) = field(active.map { result[$0] })
            var open: [Int] = []
            for (index, k) in active.enumerated() {
                let (value, gradient) = (values[index], gradients[index])
                let square = gradient.dot(gradient)
                guard abs(value - level) > Self.tolerance * level, value > 0, square > 0 else { continue }
                var step = value * log(level / value) / square * gradient
                if step.length > 0.3 { step *= 0.3 / step.length }
                result[k] += step
                open.append(k)
            }
            active = open
        }
        return result
    }

    /// To the stationary point of a quadratic fit, at most as far as the points are from the centre; nil if the fit has the wrong
    /// curvature.
    private func step(
        _ frame: Frame, _ points: ArraySlice<SIMD3<Double>>, _ values: ArraySlice<Double>, isMaximum: Bool, reach: Double
    ) -> SIMD3<Double>? {
        var matrix = Matrix(rows: 6, columns: 6)
        var right = [Double](repeating: 0, count: 6)
        let first = values.first ?? 0
        for (point, value) in zip(points, values) {
            let r = (1 / reach) * (point - frame.center)
            let (x, y) = (r.dot(frame.u), r.dot(frame.v))
            let row: [Double] = [1, x, y, x * x, x * y, y * y]
            for i in 0..<6 {
                for j in 0..<6 { matrix[i, j] += row[i] * row[j] }
                right[i] += row[i] * (value - first)
            }
        }
        guard let c = try? matrix.solve(right) else { return nil }
        let determinant = 4 * c[3] * c[5] - c[4] * c[4]
        guard determinant > 0, (c[3] < 0) == isMaximum else { return nil }
        let x = (-2 * c[5] * c[1] + c[4] * c[2]) / determinant
        let y = (-2 * c[3] * c[2] + c[4] * c[1]) / determinant
        let length = (x * x + y * y).squareRoot()
        let scale = length > 2 ? 2 / length : 1
        return reach * scale * (x * frame.u + y * frame.v)
    }
}
