import Testing

@testable import WavefunctionAnalysis

@Suite("Points beside a surface")
struct SurfacePointTests {
    @Test("a sphere: every cut edge is covered, and no point is farther away than a cell")
    func sphere() throws {
        let grid = try CubeGrid(origin: SIMD3(-3, -2.9, -3.2), counts: SIMD3(25, 27, 24), spacing: SIMD3(0.25, 0.23, 0.28))
        func radius(_ k: Int) -> Double { (grid.point(k) * grid.point(k)).sum().squareRoot() }
        let values = (0..<grid.pointCount).map { -radius($0) }
        let level = -2.13
        let found = grid.indices(besideLevel: level, of: values)
        #expect(found == found.sorted() && Set(found).count == found.count)
        #expect(!found.isEmpty && found.count < grid.pointCount / 3)
        let diagonal = (grid.spacing * grid.spacing).sum().squareRoot()
        #expect(found.allSatisfy { abs(radius($0) + level) <= diagonal })
        let set = Set(found)
        for k in 0..<(grid.pointCount - 1) where (k + 1) % grid.counts.z != 0 {
            if (values[k] >= level) != (values[k + 1] >= level) { #expect(set.contains(k) && set.contains(k + 1)) }
        }
    }

    @Test("no surface, wrong number of values, a flat grid")
    func empty() throws {
        let grid = try CubeGrid(origin: SIMD3(), counts: SIMD3(3, 3, 3), spacing: SIMD3(1, 1, 1))
        #expect(grid.indices(besideLevel: 1, of: [Double](repeating: 0, count: 27)).isEmpty)
        #expect(grid.indices(besideLevel: 1, of: [1, 2]).isEmpty)
        let flat = try CubeGrid(origin: SIMD3(), counts: SIMD3(3, 1, 3), spacing: SIMD3(1, 1, 1))
        #expect(flat.indices(besideLevel: 4, of: (0..<9).map(Double.init)).isEmpty)
    }
}
