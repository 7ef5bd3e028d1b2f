import MolecularStructure

/// How a surface cuts a cell whose corners are inside or outside: the 256 cases of marching cubes (W. E. Lorensen,
/// H. E. Cline, Comput. Graph. 21, 163 (1987), doi:10.1145/37402.37422), from one rule instead of a printed table.
///
/// The rule considers only faces: every run of neighbouring inside corners around a face is cut off by a separate line. Both cells of a
/// face thus draw the same lines on it, and the surface has no holes. The lines of a cell's six faces close to loops, and loops are divided
/// into triangles without a diagonal within a face, which a neighbour might draw too. Hence every edge of the surface has exactly two
/// triangles.
struct CubeCellTable: Sendable {
    /// An edge of the cell: from `corner` along `axis`.
    struct Edge: Hashable, Sendable {
        /// Offsets (0 or 1) of the lower end.
        let corner: SIMD3<Int>
        let axis: Int
    }

    static let shared = CubeCellTable()

    let edges: [Edge]
    /// For every set of inside corners, as bits 4x + 2y + z, the triangles: indices of edges, counterclockwise as seen
    /// from outside of the enclosed region.
    let triangles: [[SIMD3<Int>]]

    init() {
        let edges = (0..<3).flatMap { axis in
            (0..<8).map(Self.offset).filter { $0[axis] == 0 }.map { Edge(corner: $0, axis: axis) }
        }
        self.edges = edges
        triangles = (0..<256).map { inside in
            Self.loops(inside: inside, edges: edges).flatMap { Self.division(of: $0, edges: edges) }
        }
    }

    static func offset(_ corner: Int) -> SIMD3<Int> { SIMD3(corner >> 2 & 1, corner >> 1 & 1, corner & 1) }

    /// Corners of the six faces, counterclockwise as seen from outside of the cell.
    private static let faces: [[Int]] = (0..<6).map { face in
        let (axis, side) = (face / 2, face % 2)
        let (u, v) = ((axis + 1) % 3, (axis + 2) % 3)
        let around = [(0, 0), (1, 0), (1, 1), (0, 1)].map { a, b in
            var offset = SIMD3<Int>()
            offset[axis] = side
            offset[u] = a
            offset[v] = b
            return 4 * offset.x + 2 * offset.y + offset.z
        }
        return side == 1 ? around : around.reversed()
    }

    private static func edge(between a: Int, _ b: Int, edges: [Edge]) -> Int {
        let (first, second) = (offset(min(a, b)), offset(max(a, b)))
        let axis = (0..<3).first { first[$0] != second[$0] } ?? 0
        return edges.firstIndex(of: Edge(corner: first, axis: axis)) ?? 0
    }

    private static func loops(inside: Int, edges: [Edge]) -> [[Int]] {
        func isInside(_ corner: Int) -> Bool { inside >> corner & 1 == 1 }
        // From the edge where a run of inside corners begins to the one where it ends, face by face.
        var next: [Int: Int] = [:]
        for face in faces {
            for start in 0..<4 where isInside(face[start]) && !isInside(face[(start + 3) % 4]) {
                var end = start
                while isInside(face[(end + 1) % 4]) { end += 1 }
                let entry = edge(between: face[(start + 3) % 4], face[start], edges: edges)
                next[entry] = edge(between: face[end % 4], face[(end + 1) % 4], edges: edges)
            }
        }
        var result: [[Int]] = []
        while let first = next.keys.min() {
            var loop: [Int] = []
            var place = first
            while let following = next.removeValue(forKey: place) {
                loop.append(place)
                place = following
            }
            result.append(loop)
        }
        return result
    }

    /// Triangles of a loop: as few diagonals within faces as possible (none, in fact), and then as short as possible
    /// with vertices in the middle of the edges.
    private static func division(of loop: [Int], edges: [Edge]) -> [SIMD3<Int>] {
        func middle(_ edge: Int) -> SIMD3<Double> {
            var position = SIMD3<Double>()
            for axis in 0..<3 { position[axis] = Double(edges[edge].corner[axis]) }
            position[edges[edge].axis] = 0.5
            return position
        }
        func cost(_ i: Int, _ j: Int) -> Double {
            let (a, b) = (middle(loop[i]), middle(loop[j]))
            let isInFace = (0..<3).contains { a[$0] == b[$0] && a[$0] != 0.5 }
            return (isInFace ? 1000 : 0) + (a - b).length
        }
        /// The part of the loop from i to j, closed by the diagonal between them.
        func best(_ i: Int, _ j: Int) -> (cost: Double, triangles: [SIMD3<Int>]) {
            guard j - i > 1 else { return (0, []) }
            var result = (cost: Double.infinity, triangles: [SIMD3<Int>]())
            for k in (i + 1)..<j {
                let (left, right) = (best(i, k), best(k, j))
                let sum = left.cost + right.cost + (k - i > 1 ? cost(i, k) : 0) + (j - k > 1 ? cost(k, j) : 0)
                if sum < result.cost - 1e-12 {
                    result = (sum, left.triangles + right.triangles + [SIMD3(loop[i], loop[k], loop[j])])
                }
            }
            return result
        }
        return best(0, loop.count - 1).triangles
    }
}
