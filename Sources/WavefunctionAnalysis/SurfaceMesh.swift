import MolecularStructure

/// A closed surface of triangles. Scalars on it, such as the electrostatic potential, are stored separately: one array each, with one value
/// per vertex.
public struct SurfaceMesh: Sendable {
    /// In bohr.
    public var positions: [SIMD3<Double>]
    /// Of unit length, pointing out of the enclosed region.
    public var normals: [SIMD3<Double>]
    /// Three vertices each, counterclockwise as seen from outside.
    public var triangles: [SIMD3<Int32>]

    public init(positions: [SIMD3<Double>] = [], normals: [SIMD3<Double>] = [], triangles: [SIMD3<Int32>] = []) {
        precondition(positions.count == normals.count)
        self.positions = positions
        self.normals = normals
        self.triangles = triangles
    }

    public var isEmpty: Bool { triangles.isEmpty }

    /// The three corners of a triangle, in bohr.
    public func corners(_ triangle: SIMD3<Int32>) -> (SIMD3<Double>, SIMD3<Double>, SIMD3<Double>) {
        (positions[Int(triangle.x)], positions[Int(triangle.y)], positions[Int(triangle.z)])
    }

    /// Of a triangle, in bohr^2.
    public func area(of triangle: SIMD3<Int32>) -> Double {
        let (a, b, c) = corners(triangle)
        return 0.5 * (b - a).cross(c - a).length
    }

    /// In bohr^2.
    public var area: Double { triangles.reduce(0) { $0 + area(of: $1) } }

    /// Enclosed by the surface, in bohr^3; the volume of holes is subtracted.
    public var volume: Double {
        triangles.reduce(0) { sum, triangle in
            let (a, b, c) = corners(triangle)
            return sum + a.dot(b.cross(c)) / 6
        }
    }

    /// A third of the area of all triangles at each vertex, in bohr^2: the weights of means over the surface.
    public var vertexAreas: [Double] {
        var result = [Double](repeating: 0, count: positions.count)
        for triangle in triangles {
            let third = area(of: triangle) / 3
            for k in 0..<3 { result[Int(triangle[k])] += third }
        }
        return result
    }

    /// Vertices minus edges plus faces: two for every sphere, zero for every torus.
    public var eulerCharacteristic: Int {
        // A closed surface has three half-edges a triangle, and two of them make an edge.
        positions.count - 3 * triangles.count / 2 + triangles.count
    }

    /// Whether every edge joins exactly two triangles that run along it in opposite directions.
    public var isClosed: Bool {
        var directed = Set<UInt64>(minimumCapacity: 3 * triangles.count)
        func key(_ a: Int32, _ b: Int32) -> UInt64 { UInt64(UInt32(bitPattern: a)) << 32 | UInt64(UInt32(bitPattern: b)) }
        for triangle in triangles {
            for k in 0..<3 where !directed.insert(key(triangle[k], triangle[(k + 1) % 3])).inserted { return false }
        }
        return directed.allSatisfy { directed.contains($0 << 32 | $0 >> 32) }
    }

    /// For each vertex the connected piece it belongs to, numbered in the order of the first vertices.
    public var pieces: [Int] {
        var parent = Array(positions.indices)
        func root(_ start: Int) -> Int {
            var k = start
            while parent[k] != k {
                parent[k] = parent[parent[k]]
                k = parent[k]
            }
            return k
        }
        for triangle in triangles {
            for k in 1..<3 {
                let (a, b) = (root(Int(triangle[0])), root(Int(triangle[k])))
                parent[max(a, b)] = min(a, b)
            }
        }
        var numbers: [Int: Int] = [:]
        return positions.indices.map { vertex in
            let representative = root(vertex)
            if let known = numbers[representative] { return known }
            numbers[representative] = numbers.count
            return numbers.count - 1
        }
    }

    /// The surface without the pieces that enclose holes: near the nucleus of a core potential a density may fall below the value of its
    /// outer surface again, and the potential is very large there.
    public var withoutCavities: SurfaceMesh {
        let pieces = pieces
        var volumes = [Double](repeating: 0, count: (pieces.max() ?? -1) + 1)
        for triangle in triangles {
            let (a, b, c) = corners(triangle)
            volumes[pieces[Int(triangle.x)]] += a.dot(b.cross(c)) / 6
        }
        guard volumes.contains(where: { $0 < 0 }) else { return self }
        var numbers = [Int32](repeating: -1, count: positions.count)
        var result = SurfaceMesh()
        for vertex in positions.indices where volumes[pieces[vertex]] >= 0 {
            numbers[vertex] = Int32(result.positions.count)
            result.positions.append(positions[vertex])
            result.normals.append(normals[vertex])
        }
        for triangle in triangles where numbers[Int(triangle.x)] >= 0 {
            result.triangles.append(
                SIMD3(numbers[Int(triangle.x)], numbers[Int(triangle.y)], numbers[Int(triangle.z)]))
        }
        return result
    }

    /// Two surfaces in one.
    public func joined(with other: SurfaceMesh) -> SurfaceMesh {
        let offset = SIMD3(repeating: Int32(positions.count))
        return SurfaceMesh(
            positions: positions + other.positions, normals: normals + other.normals,
            triangles: triangles + other.triangles.map { $0 &+ offset })
    }
}
