import GaussianBasis
import MolecularQuadrature
import ParallelExecution
import Synchronization

/// Selects the functions that a block needs, from their values, and keeps the values while there is memory.
final class BlockPlanner: Sendable {
    private let evaluator: BasisFunctionEvaluator
    private let grid: MolecularGrid
    private let threshold: Double
    private let unitOfFunction: [Int]
    private let freeBytes: Atomic<Int>

    init(evaluator: BasisFunctionEvaluator, grid: MolecularGrid, threshold: Double, cacheLimitInBytes: Int) {
        self.evaluator = evaluator
        self.grid = grid
        self.threshold = threshold
        unitOfFunction = evaluator.unitOfFunction
        freeBytes = Atomic(max(0, cacheLimitInBytes))
    }

    /// Plans of all blocks of this rank with at least one function, in the order of the blocks.
    static func plans(
        evaluator: BasisFunctionEvaluator, grid: MolecularGrid, threshold: Double, cacheLimitInBytes: Int, pool: WorkerPool
    ) -> [BlockPlan] {
        let planner = BlockPlanner(
            evaluator: evaluator, grid: grid, threshold: threshold, cacheLimitInBytes: cacheLimitInBytes)
        let own = pool.communicator.own(grid.blockCount)
        let count = own.count
        let results = UnsafeMutablePointer<BlockPlan>.allocate(capacity: max(1, count))
        let shared = SharedPointer(results)
        let workspaces = (0..<pool.threads).map { _ in PlanningWorkspace(blockSize: grid.blockSize) }
        pool.forEach(count) { block, worker in
            (shared.base + block).initialize(to: planner.plan(block: own[block], workspace: workspaces[worker]))
        }
        let plans = Array(UnsafeBufferPointer(start: results, count: count)).filter { !$0.isEmpty }
        results.deinitialize(count: count)
        results.deallocate()
        return plans
    }

    /// The importance of a function in a block is the root of `sum_p w_p (phi^2 + |grad phi|^2 / 4)`: by the
    /// Cauchy-Schwarz inequality, the product of two such numbers bounds the integral of the pair.
    func plan(block: Int, workspace: PlanningWorkspace) -> BlockPlan {
        let points = grid.block(block)
        let coordinates = workspace.coordinates
        coordinates.load(grid, points)
        let box = BasisFunctionEvaluator.Box(
            x: coordinates.x, y: coordinates.y, z: coordinates.z, count: points.count)
        var rows = [Int32](repeating: 0, count: evaluator.functionCount)
        var candidates: [Int32] = []
        var units: [Int] = []
        evaluator.forEachReachingUnit(box) { unit, functions in
            units.append(unit)
            for function in functions {
                rows[function] = Int32(candidates.count)
                candidates.append(Int32(function))
            }
        }
        guard !candidates.isEmpty else { return BlockPlan(empty: points) }
        let room = workspace.room(OrbitalMatrices.doubles(functions: candidates.count, points: points.count))
        let source = OrbitalMatrices(room, functions: candidates.count, points: points.count)
        for unit in units { source.evaluate(evaluator, unit: unit, box: box, points: coordinates, rows: rows) }
        let importance = importance(source, weights: lanePointer(coordinates.weightMagnitudes))
        let order = candidates.indices.sorted { (-importance[$0], $0) < (-importance[$1], $1) }
        let largest = importance[order[0]]
        let kept = Array(order.prefix { importance[$0] * largest >= threshold })
        guard largest > 0, !kept.isEmpty else { return BlockPlan(empty: points) }
        let functions = kept.map { candidates[$0] }
        let needed = Set(functions.map { unitOfFunction[Int($0)] }).sorted()
        let storage = reserve(functions: kept.count, points: points.count)
        if let storage { copy(source, rows: kept, to: storage, points: points) }
        return BlockPlan(
            points: points, functions: functions, importance: kept.map { importance[$0] },
            units: needed.map(Int32.init), threshold: threshold, orbitals: storage)
    }

    private func importance(_ orbitals: OrbitalMatrices, weights: UnsafePointer<Lanes>) -> [Double] {
        (0..<orbitals.functionCount).map { row in
            var sum = Lanes(repeating: 0)
            let first = OrbitalMatrices.vectors * row
            for strip in 0..<orbitals.strips {
                let (value, x) = (orbitals.part(0, strip: strip) + first, orbitals.part(1, strip: strip) + first)
                let (y, z) = (orbitals.part(2, strip: strip) + first, orbitals.part(3, strip: strip) + first)
                for v in 0..<OrbitalMatrices.vectors {
                    let slope = fused(x[v], x[v], fused(y[v], y[v], z[v] * z[v]))
                    let square = fused(slope, Lanes(repeating: 0.25), value[v] * value[v])
                    sum = fused(weights[OrbitalMatrices.vectors * strip + v], square, sum)
                }
            }
            return sum.sum().squareRoot()
        }
    }

    private func reserve(functions: Int, points: Int) -> AlignedDoubles? {
        let count = OrbitalMatrices.doubles(functions: functions, points: points)
        let bytes = 8 * count
        guard freeBytes.wrappingSubtract(bytes, ordering: .relaxed).newValue >= 0 else {
            freeBytes.wrappingAdd(bytes, ordering: .relaxed)
            return nil
        }
        return AlignedDoubles(count: count)
    }

    private func copy(_ source: OrbitalMatrices, rows: [Int], to storage: AlignedDoubles, points: Range<Int>) {
        let target = OrbitalMatrices(storage.base, functions: rows.count, points: points.count)
        let vectors = OrbitalMatrices.vectors
        for strip in 0..<source.strips {
            for part in 0..<4 {
                let (from, to) = (source.part(part, strip: strip), target.part(part, strip: strip))
                for (place, row) in rows.enumerated() {
                    for v in 0..<vectors { to[place * vectors + v] = from[row * vectors + v] }
                }
            }
        }
        target.clearPadding()
    }
}

/// Scratch space of one worker while blocks are planned.
final class PlanningWorkspace: @unchecked Sendable {
    let coordinates: PointCoordinates
    private var storage = AlignedDoubles(count: 0)

    init(blockSize: Int) { coordinates = PointCoordinates(blockSize: blockSize) }

    /// Room for at least this many doubles; the previous content is lost.
    func room(_ count: Int) -> UnsafeMutablePointer<Double> {
        if storage.count < count { storage = AlignedDoubles(count: count + count / 4) }
        return storage.base
    }
}

/// Coordinates of a block's points, padded to whole strips with copies of the last point, which have zero weight.
final class PointCoordinates: @unchecked Sendable {
    private let storage: AlignedDoubles
    let x, y, z, weights, weightMagnitudes: UnsafeMutablePointer<Double>

    init(blockSize: Int) {
        let size = OrbitalMatrices.paddedPoints(blockSize)
        storage = AlignedDoubles(count: 5 * size)
        x = storage.base
        y = x + size
        z = y + size
        weights = z + size
        weightMagnitudes = weights + size
    }

    func load(_ grid: MolecularGrid, _ points: Range<Int>) {
        for k in 0..<OrbitalMatrices.paddedPoints(points.count) {
            let source = min(points.lowerBound + k, points.upperBound - 1)
            x[k] = grid.x[source]
            y[k] = grid.y[source]
            z[k] = grid.z[source]
            weights[k] = k < points.count ? grid.weights[source] : 0
            weightMagnitudes[k] = abs(weights[k])
        }
    }
}
