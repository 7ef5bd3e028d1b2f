import MolecularStructure

/// A face of the polyhedron of points that are closer to the origin than to any of its neighbours.
struct VoronoiFace: Sendable {
    /// Of length 1, outward.
    let normal: SIMD3<Double>
    /// Of the face's plane from the origin, in bohr.
    let distance: Double
    /// In order around the face, in bohr.
    let vertices: [SIMD3<Double>]

    /// All faces, with those of a cube around the origin that closes open cells.
    ///
    /// Cost: O(neighbours^2).
    ///
    /// - Parameters:
    ///   - offsets: positions of the neighbours, in bohr.
    ///   - reach: half the edge of the cube, in bohr.
    static func faces(offsets: [SIMD3<Double>], reach: Double) -> [VoronoiFace] {
        var planes = offsets.map { offset in
            return (normal: offset.direction, distance: offset.length / 2)
        }
        for axis in 0..<3 {
            for sign in [-1.0, 1.0] {
                var normal = SIMD3<Double>.zero
                normal[axis] = sign
                planes.append((normal, reach))
            }
        }
        planes.sort { $0.distance < $1.distance }
        return planes.indices.compactMap { index in
            let plane = planes[index]
            guard plane.distance < 1.75 * reach else { return nil }
            var polygon = square(plane.normal, plane.distance, half: 2 * reach)
            for other in planes.indices where other != index && !polygon.isEmpty {
                polygon = clipped(polygon, planes[other].normal, planes[other].distance)
            }
            guard polygon.count > 2 else { return nil }
            return VoronoiFace(normal: plane.normal, distance: plane.distance, vertices: polygon)
        }
    }

    /// A square of the plane around the foot of the perpendicular from the origin.
    private static func square(_ normal: SIMD3<Double>, _ distance: Double, half: Double) -> [SIMD3<Double>] {
        let axis = (0..<3).min { abs(normal[$0]) < abs(normal[$1]) } ?? 0
        var first = SIMD3<Double>.zero
        first[axis] = 1
        first -= normal[axis] * normal
        first = first.direction
        let second = normal.cross(first)
        let foot = distance * normal
        return [(1.0, 1.0), (-1.0, 1.0), (-1.0, -1.0), (1.0, -1.0)].map { foot + half * ($0.0 * first + $0.1 * second) }
    }

    /// The part of a convex polygon on the origin's side of a plane.
    private static func clipped(
        _ polygon: [SIMD3<Double>], _ normal: SIMD3<Double>, _ distance: Double
    ) -> [SIMD3<Double>] {
        let heights = polygon.map { $0.dot(normal) - distance }
        if heights.allSatisfy({ $0 <= 0 }) { return polygon }
        var result: [SIMD3<Double>] = []
        for k in polygon.indices {
            let next = (k + 1) % polygon.count
            if heights[k] <= 0 { result.append(polygon[k]) }
            if (heights[k] < 0 && heights[next] > 0) || (heights[k] > 0 && heights[next] < 0) {
                let share = heights[k] / (heights[k] - heights[next])
                result.append(polygon[k] + share * (polygon[next] - polygon[k]))
            }
        }
        return result
    }

    /// The directions to the face, cut into triangles.
    ///
    /// Triangles are smaller where the distance to the face changes steeply with the direction.
    ///
    /// - Parameter longestSide: as a chord of the unit sphere.
    func triangles(longestSide: Double) -> [DirectionTriangle] {
        let directions = vertices.map(\.direction)
        let center = directions.reduce(.zero, +).direction
        var waiting = directions.indices.map { k in
            DirectionTriangle(a: center, b: directions[k], c: directions[(k + 1) % directions.count])
        }
        var result: [DirectionTriangle] = []
        while let triangle = waiting.popLast() {
            guard triangle.solidAngleOfChords > 1e-12 else { continue }
            let limit = isSteep(triangle) ? Self.longestSteepSide : longestSide
            if let halves = triangle.halves(longestSide: limit) { waiting += halves } else { result.append(triangle) }
        }
        return result
    }

    /// Sides of triangles where the distance to the face changes steeply, as chords of the unit sphere.
    private static let longestSteepSide = 0.4
    /// Changes of the distance above this are steep; beyond `farDistance` the density is too small to matter. In bohr.
    private static let steepChange = 3.0
    private static let farDistance = 8.0

    private func isSteep(_ triangle: DirectionTriangle) -> Bool {
        let distances = [triangle.a, triangle.b, triangle.c].map {
            min(Self.farDistance, distance / max(1e-9, normal.dot($0)))
        }
        return (distances.max() ?? 0) - (distances.min() ?? 0) > Self.steepChange
    }
}

/// A triangle of directions, between three points of the unit sphere.
struct DirectionTriangle: Sendable {
    let a, b, c: SIMD3<Double>

    /// Six times the volume between the origin and the corners.
    var solidAngleOfChords: Double { abs(a.dot(b.cross(c))) }

    /// Both halves of the triangle where its longest side is longer than `longestSide`.
    func halves(longestSide: Double) -> [DirectionTriangle]? {
        let sides = [(b - c).length, (c - a).length, (a - b).length]
        let longest = sides.max() ?? 0
        guard longest > longestSide else { return nil }
        let (apex, p, q) = sides[0] == longest ? (a, b, c) : sides[1] == longest ? (b, c, a) : (c, a, b)
        let middle = (p + q).direction
        return [DirectionTriangle(a: apex, b: p, c: middle), DirectionTriangle(a: apex, b: middle, c: q)]
    }

    /// Directions and solid angles of a product rule on the plane triangle between the corners, seen from the origin.
    ///
    /// - Parameter line: a rule on the interval from 0 to 1.
    func rule(_ line: [(node: Double, weight: Double)]) -> [(direction: SIMD3<Double>, solidAngle: Double)] {
        let volume = solidAngleOfChords
        var result: [(direction: SIMD3<Double>, solidAngle: Double)] = []
        for (u, weightU) in line {
            for (v, weightV) in line {
                let point = a + u * ((1 - v) * (b - a) + v * (c - a))
                let length = point.length
                result.append((point / length, volume * u * weightU * weightV / (length * length * length)))
            }
        }
        return result
    }
}
