import MolecularStructure
import ParallelExecution

/// A field on the points of a grid, stored only within its level sets and next to them.
///
/// Bricks that no basis function reaches are not evaluated. Of the others, only those are kept in which the field comes close to the level,
/// and their neighbours where a surface may cross the border. Memory grows with the region of the field, not with the box around it. Points
/// are evaluated in a fixed order: values do not depend on the number of threads.
struct FieldBricks: Sendable {
    /// A brick is kept if the field reaches this fraction of the level in it. Points next to a surface then rarely have to be evaluated a
    /// second time.
    private static let keptShare = 0.05

    let layout: BrickLayout
    /// The smallest magnitude that surfaces may have.
    let level: Double
    /// The corners of the smallest box around all points at which the field's magnitude is at least the level; nil where
    /// there are none.
    private(set) var extent: (low: SIMD3<Double>, high: SIMD3<Double>)?
    /// Whether a value on the six faces of the grid has at least the level's magnitude.
    private(set) var reachesFace = false
    /// By the number of the brick. The field is below the level where there is none.
    private var bricks: [Int: [Double]] = [:]

    /// - Parameters:
    ///   - candidates: numbers of the bricks that are evaluated, ascending; elsewhere the field counts as zero.
    ///   - keepsValues: false if only `extent` and `reachesFace` are needed.
    ///   - memoryLimitInBytes: bound of the values that are kept.
    ///   - field: its values at points of the grid, which are given by their indices.
    /// - Throws: `IsosurfaceError.tooLarge`.
    init(
        grid: CubeGrid, level: Double, candidates: [Int]? = nil, keepsValues: Bool = true, memoryLimitInBytes: Int = .max,
        field: ([Int]) -> [Double]
    ) throws {
        let layout = BrickLayout(grid)
        self.layout = layout
        self.level = level
        let candidates = candidates ?? Array(0..<(layout.counts.x * layout.counts.y * layout.counts.z))
        var crossed: [Int] = []
        try layout.evaluate(candidates, field) { number, points, values in
            var largest = 0.0
            var isInside = false
            for (point, value) in zip(points, values) {
                largest = max(largest, abs(value))
                guard abs(value) >= level else { continue }
                isInside = true
                take(point)
            }
            guard keepsValues else { return }
            if isInside { crossed.append(number) }
            if largest >= Self.keptShare * level { try keep(number, points, values, limit: memoryLimitInBytes) }
        }
        guard keepsValues else { return }
        var missing = Set<Int>()
        for number in crossed { missing.formUnion(neighbours(of: number).filter { bricks[$0] == nil }) }
        let known = Set(candidates)
        try layout.evaluate(missing.intersection(known).sorted(), field) { number, points, values in
            try keep(number, points, values, limit: memoryLimitInBytes)
        }
        for number in missing.subtracting(known).sorted() { try keep(number, [], [], limit: memoryLimitInBytes) }
    }

    /// A field of a basis, within the reach of its functions.
    ///
    /// - Throws: `IsosurfaceError.tooLarge`; `CubeGridError.tooManyPoints` if even the points near the atoms are too many.
    init(
        of field: ScalarField, grid: CubeGrid, level: Double, keepsValues: Bool = true, memoryLimitInBytes: Int = .max,
        pool: WorkerPool
    ) throws {
        let near = try BrickLayout(grid).bricks(within: field.reaches, of: field.basis.molecule.centerPositions)
        try self.init(
            grid: grid, level: level, candidates: near, keepsValues: keepsValues, memoryLimitInBytes: memoryLimitInBytes
        ) { indices in field.values(at: indices.map(grid.point), pool: pool) }
    }

    /// Of the kept values, in bytes.
    var byteCount: Int { bricks.count * Self.brickBytes }

    private static let brickBytes = BrickLayout.volume * MemoryLayout<Double>.stride

    /// Records a point at which the field exceeds the level.
    private mutating func take(_ place: SIMD3<Int>) {
        let point = layout.grid.point(layout.index(place))
        let (low, high) = extent ?? (point, point)
        extent = (pointwiseMin(low, point), pointwiseMax(high, point))
        if layout.isOnFace(place) { reachesFace = true }
    }

    private mutating func keep(_ number: Int, _ points: [SIMD3<Int>], _ values: ArraySlice<Double>, limit: Int) throws {
        let needed = byteCount + Self.brickBytes
        guard needed <= limit else { throw IsosurfaceError.tooLarge(needed) }
        var brick = [Double](repeating: 0, count: BrickLayout.volume)
        let first = layout.bounds(of: number).first
        for (point, value) in zip(points, values) { brick[BrickLayout.offset(point &- first)] = value }
        bricks[number] = brick
    }

    /// Bricks that hold a neighbour of one of a brick's points beyond the level.
    private func neighbours(of number: Int) -> Set<Int> {
        guard let brick = bricks[number] else { return [] }
        let first = layout.bounds(of: number).first
        var steps = Set<SIMD3<Int>>()
        for point in layout.points(of: number) {
            let offset = point &- first
            let sides = SIMD3(Self.side(offset.x), Self.side(offset.y), Self.side(offset.z))
            guard sides != SIMD3(), abs(brick[BrickLayout.offset(offset)]) >= level else { continue }
            for a in Set([0, sides.x]) {
                for b in Set([0, sides.y]) {
                    for c in Set([0, sides.z]) { steps.insert(SIMD3(a, b, c)) }
                }
            }
        }
        return Set(steps.filter { $0 != SIMD3() }.compactMap { layout.number(at: layout.place(of: number) &+ $0) })
    }

    /// -1 and 1 at the ends of a brick's edge, 0 between.
    private static func side(_ offset: Int) -> Int { offset == 0 ? -1 : offset == BrickLayout.side - 1 ? 1 : 0 }

    /// The field at a point of the grid; zero where it is not kept.
    func value(_ point: SIMD3<Int>) -> Double {
        let place = SIMD3(point.x / BrickLayout.side, point.y / BrickLayout.side, point.z / BrickLayout.side)
        guard let number = layout.number(at: place), let brick = bricks[number] else { return 0 }
        return brick[BrickLayout.offset(point &- place &* BrickLayout.side)]
    }

    /// A cell of the grid through which a surface runs.
    struct CutCell {
        /// Index of its lowest corner.
        let first: Int
        /// The corners inside, as bits 4x + 2y + z.
        let mask: Int
    }

    /// The cells that the surface of a level cuts, in the order of the grid. Points on the faces of the grid count as outside.
    func cutCells(level: Double) -> [CutCell] {
        let sign: Double = level < 0 ? -1 : 1
        let side = BrickLayout.side + 1
        let corners = (0..<8).map { corner in
            let offset = CubeCellTable.offset(corner)
            return (offset.x * side + offset.y) * side + offset.z
        }
        var result: [CutCell] = []
        // The points of a brick, and one more layer beyond each of its upper faces.
        var inside = [Bool](repeating: false, count: side * side * side)
        for (number, brick) in bricks {
            let (first, end) = layout.bounds(of: number)
            let last = pointwiseMin(first &+ BrickLayout.side, layout.grid.counts &- 1)
            var isCut = false
            for x in first.x...last.x {
                for y in first.y...last.y {
                    for z in first.z...last.z {
                        let point = SIMD3(x, y, z)
                        let offset = point &- first
                        let isOwn = x < end.x && y < end.y && z < end.z
                        let value = isOwn ? brick[BrickLayout.offset(offset)] : self.value(point)
                        let isInside = sign * value >= sign * level && !layout.isOnFace(point)
                        inside[(offset.x * side + offset.y) * side + offset.z] = isInside
                        isCut = isCut || isInside
                    }
                }
            }
            guard isCut else { continue }
            for x in first.x..<last.x {
                for y in first.y..<last.y {
                    for z in first.z..<last.z {
                        let place = ((x - first.x) * side + y - first.y) * side + z - first.z
                        var mask = 0
                        for corner in 0..<8 where inside[place + corners[corner]] { mask |= 1 << corner }
                        guard mask != 0, mask != 255 else { continue }
                        result.append(CutCell(first: layout.index(SIMD3(x, y, z)), mask: mask))
                    }
                }
            }
        }
        return result.sorted { $0.first < $1.first }
    }
}
