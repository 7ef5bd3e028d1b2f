import GaussianBasis
import LinearAlgebra
import MolecularStructure

/// A local minimum or maximum of a value on a surface.
public struct SurfaceExtremum: Sendable, Equatable {
    public let isMaximum: Bool
    /// In bohr: the stationary point of a quadratic surface through the vertices near by.
    public var position: SIMD3<Double>
    public var value: Double
    /// The vertex that is higher (lower) than all vertices within two edges.
    public let vertex: Int
}

/// Finds the local extrema of the values on a surface.
public struct SurfaceExtrema {
    /// Minima first, each kind from the most extreme on.
    public let extrema: [SurfaceExtremum]

    /// Cost: proportional to the number of vertices.
    public init(_ surface: ValuedSurface) throws {
        let neighbors = Self.neighbors(of: surface)
        var found: [SurfaceExtremum] = []
        for vertex in surface.mesh.positions.indices where !neighbors[vertex].isEmpty {
            let near = Self.rings(around: vertex, neighbors)
            let value = surface.values[vertex]
            let isMaximum = near.allSatisfy { surface.values[$0] < value || (surface.values[$0] == value && $0 > vertex) }
            let isMinimum = near.allSatisfy { surface.values[$0] > value || (surface.values[$0] == value && $0 > vertex) }
            // A constant value has no extrema.
            guard isMaximum != isMinimum else { continue }
            var extremum = SurfaceExtremum(
                isMaximum: isMaximum, position: surface.mesh.positions[vertex], value: value, vertex: vertex)
            try Self.refine(&extremum, near: near, surface)
            found.append(extremum)
        }
        extrema = found.sorted { Self.precedes($0, $1) }
    }

    static func precedes(_ a: SurfaceExtremum, _ b: SurfaceExtremum) -> Bool {
        a.isMaximum != b.isMaximum ? !a.isMaximum : a.isMaximum ? a.value > b.value : a.value < b.value
    }

    private static func neighbors(of surface: ValuedSurface) -> [[Int]] {
        var result = [[Int]](repeating: [], count: surface.mesh.positions.count)
        for t in surface.mesh.triangles {
            for k in 0..<3 {
                let (a, b) = (Int(t[k]), Int(t[(k + 1) % 3]))
                if !result[a].contains(b) { result[a].append(b) }
                if !result[b].contains(a) { result[b].append(a) }
            }
        }
        return result
    }

    /// Vertices at one or two edges' distance.
    private static func rings(around vertex: Int, _ neighbors: [[Int]]) -> [Int] {
        var result = Set(neighbors[vertex])
        for other in neighbors[vertex] { result.formUnion(neighbors[other]) }
        result.remove(vertex)
        return result.sorted()
    }

    /// Moves an extremum to the stationary point of a quadratic fit in the tangent plane. Both the value and the height above the plane are
    /// fitted. A point that leaves the ring of vertices is rejected, and so is a fit that has the wrong curvature in some direction.
    private static func refine(_ extremum: inout SurfaceExtremum, near: [Int], _ surface: ValuedSurface) throws {
        let center = surface.mesh.positions[extremum.vertex]
        guard near.count >= 8 else { return }
        let normal = surface.mesh.normals[extremum.vertex]
        let u = normal.cross(abs(normal.x) < 0.6 ? SIMD3(1, 0, 0) : SIMD3(0, 1, 0)).direction
        let v = normal.cross(u)
        var matrix = Matrix(rows: 6, columns: 6)
        var right = [[Double]](repeating: [Double](repeating: 0, count: 6), count: 2)
        var reach = 0.0
        for index in near + [extremum.vertex] {
            let r = surface.mesh.positions[index] - center
            let (x, y) = (r.dot(u), r.dot(v))
            let row = [1, x, y, x * x, x * y, y * y]
            reach = max(reach, r.dot(r))
            for i in 0..<6 {
                for j in 0..<6 { matrix[i, j] += row[i] * row[j] }
                right[0][i] += row[i] * (surface.values[index] - extremum.value)
                right[1][i] += row[i] * r.dot(normal)
            }
        }
        let eigen = try SymmetricEigenproblem(matrix)
        guard let lowest = eigen.values.first, let highest = eigen.values.last, lowest > 1e-10 * highest else { return }
        let inverse = eigen.function { 1 / $0 }
        func solve(_ b: [Double]) -> [Double] { (0..<6).map { i in (0..<6).reduce(0) { $0 + inverse[i, $1] * b[$1] } } }
        let c = solve(right[0])
        let determinant = 4 * c[3] * c[5] - c[4] * c[4]
        guard determinant > 0, (c[3] < 0) == extremum.isMaximum else { return }
        let x = (-2 * c[5] * c[1] + c[4] * c[2]) / determinant
        let y = (-2 * c[3] * c[2] + c[4] * c[1]) / determinant
        guard x * x + y * y < 0.25 * reach else { return }
        func evaluate(_ p: [Double]) -> Double { p[0] + p[1] * x + p[2] * y + p[3] * x * x + p[4] * x * y + p[5] * y * y }
        extremum.value += evaluate(c)
        extremum.position = center + x * u + y * v + evaluate(solve(right[1])) * normal
    }
}
