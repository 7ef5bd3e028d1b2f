import MolecularStructure

/// A grid divided into bricks of 16 by 16 by 16 points, numbered with z running fastest.
struct BrickLayout: Sendable {
    /// Points along each edge of a brick.
    static let side = 16
    /// Points of a brick.
    static let volume = side * side * side
    /// Bricks that are evaluated together.
    private static let batch = 32

    let grid: CubeGrid
    /// Bricks along each axis.
    let counts: SIMD3<Int>

    init(_ grid: CubeGrid) {
        self.grid = grid
        counts = (grid.counts &+ (Self.side - 1)) / Self.side
    }

    /// Place of a brick in the grid of bricks.
    func place(of number: Int) -> SIMD3<Int> {
        let rest = number / counts.z
        return SIMD3(rest / counts.y, rest % counts.y, number % counts.z)
    }

    /// The number of the brick at a place; nil beyond the grid.
    func number(at place: SIMD3<Int>) -> Int? {
        guard (0..<3).allSatisfy({ place[$0] >= 0 && place[$0] < counts[$0] }) else { return nil }
        return (place.x * counts.y + place.y) * counts.z + place.z
    }

    /// The first point of a brick, and the one after its last along each axis.
    func bounds(of number: Int) -> (first: SIMD3<Int>, end: SIMD3<Int>) {
        let first = place(of: number) &* Self.side
        return (first, pointwiseMin(first &+ Self.side, grid.counts))
    }

    /// Place of a point among the values of its brick.
    static func offset(_ place: SIMD3<Int>) -> Int { (place.x * side + place.y) * side + place.z }

    /// Index of a point of the grid.
    func index(_ point: SIMD3<Int>) -> Int { (point.x * grid.counts.y + point.y) * grid.counts.z + point.z }

    /// The point of an index.
    func point(_ index: Int) -> SIMD3<Int> {
        let rest = index / grid.counts.z
        return SIMD3(rest / grid.counts.y, rest % grid.counts.y, index % grid.counts.z)
    }

    func isOnFace(_ point: SIMD3<Int>) -> Bool {
        point.x == 0 || point.y == 0 || point.z == 0 || point.x == grid.counts.x - 1 || point.y == grid.counts.y - 1
            || point.z == grid.counts.z - 1
    }

    /// The points of a brick, z fastest.
    func points(of number: Int) -> [SIMD3<Int>] {
        let (first, end) = bounds(of: number)
        var result: [SIMD3<Int>] = []
        result.reserveCapacity(Self.volume)
        for x in first.x..<end.x {
            for y in first.y..<end.y {
                for z in first.z..<end.z { result.append(SIMD3(x, y, z)) }
            }
        }
        return result
    }

    /// Calls `body` with every one of some bricks, its points, and the values of `field` at them.
    ///
    /// - Parameter field: its values at points of the grid, which are given by their indices.
    func evaluate(
        _ numbers: [Int], _ field: ([Int]) -> [Double],
        _ body: (_ number: Int, _ points: [SIMD3<Int>], _ values: ArraySlice<Double>) throws -> Void
    ) rethrows {
        for start in stride(from: 0, to: numbers.count, by: Self.batch) {
            let part = numbers[start..<min(numbers.count, start + Self.batch)]
            let lists = part.map(points)
            let values = field(lists.flatMap { $0.map(index) })
            var next = 0
            for (number, list) in zip(part, lists) {
                try body(number, list, values[next..<next + list.count])
                next += list.count
            }
        }
    }

    /// The bricks within given distances of given positions, both in bohr; ascending.
    ///
    /// - Throws: `CubeGridError.tooManyPoints` if they contain more points than a grid may have.
    func bricks(within reaches: [Double], of places: [SIMD3<Double>]) throws -> [Int] {
        func check(_ bricks: Double) throws {
            let points = bricks * Double(Self.volume)
            guard points <= Double(CubeGrid.largestPointCount) else { throw CubeGridError.tooManyPoints(points) }
        }
        let width = Double(Self.side) * grid.spacing
        var result = Set<Int>()
        for (place, reach) in zip(places, reaches) where reach > 0 {
            let center = place - grid.origin
            let first = ((center - reach) / width).rounded(.down)
            let last = ((center + reach) / width).rounded(.down)
            let ranges = (0..<3).map { axis in
                let low = min(max(first[axis], 0), Double(counts[axis]))
                return Int(low)..<Int(min(max(last[axis] + 1, low), Double(counts[axis])))
            }
            try check(ranges.reduce(1.0) { $0 * Double($1.count) })
            for x in ranges[0] {
                for y in ranges[1] {
                    for z in ranges[2] {
                        let low = SIMD3(Double(x), Double(y), Double(z)) * width
                        let gap = pointwiseMax(pointwiseMax(low - center, center - (low + width)), SIMD3())
                        if (gap * gap).sum() < reach * reach { result.insert((x * counts.y + y) * counts.z + z) }
                    }
                }
            }
            try check(Double(result.count))
        }
        return result.sorted()
    }
}
