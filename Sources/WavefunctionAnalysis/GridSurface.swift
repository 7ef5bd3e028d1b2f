import MolecularStructure

/// A surface through the cells of a grid before its vertices are located: triangles over cut grid edges.
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
    /// Points on the faces of the grid count as outside, so that the surface is closed whatever the values. Vertices and
    /// triangles are in the order of the grid's cells. Cost: one pass over the values that are kept.
    init(_ bricks: FieldBricks, level: Double) {
        let sign: Double = level < 0 ? -1 : 1
        let layout = bricks.layout
        let table = CubeCellTable.shared
        var edges: [CutEdge] = []
        var triangles: [SIMD3<Int32>] = []
        /// The vertex of each grid edge that is cut, by three times the index of its lower end, and its axis.
        var vertices: [Int: Int32] = [:]
        func vertex(_ lower: SIMD3<Int>, _ axis: Int) -> Int32 {
            let key = 3 * layout.index(lower) + axis
            if let known = vertices[key] { return known }
            var upper = lower
            upper[axis] += 1
            let lowerValue = sign * (bricks.value(lower) - level)
            let upperValue = sign * (bricks.value(upper) - level)
            let isLowerInside = lowerValue >= 0 && !layout.isOnFace(lower)
            let (inside, outside) = isLowerInside ? (lower, upper) : (upper, lower)
            edges.append(
                CutEdge(
                    inside: layout.grid.point(layout.index(inside)), outside: layout.grid.point(layout.index(outside)),
                    insideValue: isLowerInside ? lowerValue : upperValue,
                    // A face of the grid may contain inside values; the vertex is then placed halfway.
                    outsideValue: min(isLowerInside ? upperValue : lowerValue, 0)))
            vertices[key] = Int32(edges.count - 1)
            return Int32(edges.count - 1)
        }
        for cell in bricks.cutCells(level: level) {
            let first = layout.point(cell.first)
            for triangle in table.triangles[cell.mask] {
                var corners = SIMD3<Int32>()
                for k in 0..<3 {
                    let edge = table.edges[triangle[k]]
                    corners[k] = vertex(first &+ edge.corner, edge.axis)
                }
                triangles.append(corners)
            }
        }
        self.edges = edges
        self.triangles = triangles
    }
}
