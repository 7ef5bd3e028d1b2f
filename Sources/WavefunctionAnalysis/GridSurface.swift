import MolecularStructure

/// A surface through the cells of a grid before its vertices have found their places: triangles over cut grid edges.
struct GridSurface: Sendable {
    /// A grid edge with one end inside and one outside.
    struct CutEdge: Sendable {
        /// In bohr.
        let inside, outside: SIMD3<Double>
        /// At the ends, less the level; positive inside.
        let insideValue, outsideValue: Double
    }

    let edges: [CutEdge]
    /// Counterclockwise as seen from outside.
    let triangles: [SIMD3<Int32>]

    /// The surface around `sign * values >= sign * level`, where the sign is that of the level.
    ///
    /// Points on the faces of the box count as outside, so that the surface is closed whatever the values.
    /// Cost: one pass over the values.
    init(grid: CubeGrid, values: [Double], level: Double) {
        precondition(values.count == grid.pointCount)
        let sign: Double = level < 0 ? -1 : 1
        let (nx, ny, nz) = (grid.counts.x, grid.counts.y, grid.counts.z)
        var inside = values.map { sign * $0 >= sign * level }
        for x in 0..<nx {
            for y in 0..<ny {
                let isFace = x == 0 || y == 0 || x == nx - 1 || y == ny - 1
                let row = (x * ny + y) * nz
                if isFace { for z in 0..<nz { inside[row + z] = false } }
                inside[row] = false
                inside[row + nz - 1] = false
            }
        }
        let strides = [ny * nz, nz, 1]
        let table = CubeCellTable.shared
        let tableOffsets = table.edges.map { edge in
            edge.corner.x * strides[0] + edge.corner.y * strides[1] + edge.corner.z
        }
        let cornerOffsets = (0..<8).map { corner in
            let offset = CubeCellTable.offset(corner)
            return offset.x * strides[0] + offset.y * strides[1] + offset.z
        }
        var edges: [CutEdge] = []
        var triangles: [SIMD3<Int32>] = []
        /// The vertex of each grid edge: three edges a point; -1 where there is none yet.
        var vertices = [Int32](repeating: -1, count: 3 * values.count)
        func vertex(_ point: Int, _ axis: Int) -> Int32 {
            let known = vertices[3 * point + axis]
            if known >= 0 { return known }
            let other = point + strides[axis]
            let (a, b) = inside[point] ? (point, other) : (other, point)
            // A face of the box may hold values of the inside; the vertex then lies halfway.
            let outsideValue = min(sign * (values[b] - level), 0)
            edges.append(
                CutEdge(
                    inside: grid.point(a), outside: grid.point(b), insideValue: sign * (values[a] - level),
                    outsideValue: outsideValue))
            vertices[3 * point + axis] = Int32(edges.count - 1)
            return Int32(edges.count - 1)
        }
        for x in 0..<(nx - 1) {
            for y in 0..<(ny - 1) {
                for z in 0..<(nz - 1) {
                    let first = x * strides[0] + y * strides[1] + z
                    var mask = 0
                    for corner in 0..<8 where inside[first + cornerOffsets[corner]] { mask |= 1 << corner }
                    guard mask != 0, mask != 255 else { continue }
                    for triangle in table.triangles[mask] {
                        var corners = SIMD3<Int32>()
                        for k in 0..<3 {
                            let edge = triangle[k]
                            corners[k] = vertex(first + tableOffsets[edge], table.edges[edge].axis)
                        }
                        triangles.append(corners)
                    }
                }
            }
        }
        self.edges = edges
        self.triangles = triangles
    }
}
