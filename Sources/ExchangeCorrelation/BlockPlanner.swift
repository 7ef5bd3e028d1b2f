import GaussianBasis
import MolecularQuadrature
import Synchronization

/// Decides which functions a block needs, from their values, and keeps the values while there is room.
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

    /// The importance of a function in a block is the root of `sum_p w_p (phi^2 + |grad phi|^2 / 4)`: by the Cauchy-Schwarz
    /// inequality, the product of two such numbers bounds the integral of the pair.
    func plan(block: Int, workspace: PointCoordinates) -> BlockPlan {
        let points = grid.block(block)
        workspace.load(grid, points)
        let box = BasisFunctionEvaluator.Box(x: workspace.x, y: workspace.y, z: workspace.z, count: points.count)
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
        let all = AlignedDoubles(count: OrbitalMatrices.doubles(functions: candidates.count, points: points.count))
        let source = OrbitalMatrices(all.base, functions: candidates.count, points: points.count)
        for unit in units { source.evaluate(evaluator, unit: unit, box: box, points: workspace, rows: rows) }
        let importance = (0..<candidates.count).map { weightedNorm(source, row: $0, points: points) }
        let order = candidates.indices.sorted { (-importance[$0], $0) < (-importance[$1], $1) }
        let largest = importance[order[0]]
        let kept = Array(order.prefix { importance[$0] * largest >= threshold })
        guard largest > 0, !kept.isEmpty else { return BlockPlan(empty: points) }
        let functions = kept.map { candidates[$0] }
        let needed = Set(functions.map { unitOfFunction[Int($0)] }).sorted()
        return BlockPlan(
            points: points, functions: functions, importance: kept.map { importance[$0] },
            units: needed.map(Int32.init), threshold: threshold,
            orbitals: reserve(functions: kept.count, points: points.count).map { copy(source, rows: kept, to: $0, points: points) })
    }

    private func weightedNorm(_ orbitals: OrbitalMatrices, row: Int, points: Range<Int>) -> Double {
        let offset = row * orbitals.stride * 8
        let value = UnsafeMutableRawPointer(orbitals.value).assumingMemoryBound(to: Double.self) + offset
        let x = UnsafeMutableRawPointer(orbitals.x).assumingMemoryBound(to: Double.self) + offset
        let y = UnsafeMutableRawPointer(orbitals.y).assumingMemoryBound(to: Double.self) + offset
        let z = UnsafeMutableRawPointer(orbitals.z).assumingMemoryBound(to: Double.self) + offset
        var sum = 0.0
        grid.weights.withUnsafeBufferPointer { weights in
            for k in 0..<points.count {
                let slope = x[k] * x[k] + y[k] * y[k] + z[k] * z[k]
                sum += abs(weights[points.lowerBound + k]) * (value[k] * value[k] + 0.25 * slope)
            }
        }
        return sum.squareRoot()
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

    private func copy(_ source: OrbitalMatrices, rows: [Int], to storage: AlignedDoubles, points: Range<Int>) -> AlignedDoubles {
        let target = OrbitalMatrices(storage.base, functions: rows.count, points: points.count)
        for (place, row) in rows.enumerated() {
            for (from, to) in [
                (source.value, target.value), (source.x, target.x), (source.y, target.y), (source.z, target.z),
            ] {
                (to + place * target.stride).update(from: from + row * source.stride, count: target.vectors)
            }
        }
        target.clearPadding()
        return storage
    }
}

/// Coordinates of a block's points, padded to whole strips with copies of the last point.
final class PointCoordinates: @unchecked Sendable {
    private let storage: AlignedDoubles
    let x, y, z: UnsafeMutablePointer<Double>

    init(blockSize: Int) {
        let size = 8 * OrbitalMatrices.vectors(forPoints: blockSize)
        storage = AlignedDoubles(count: 3 * size)
        x = storage.base
        y = x + size
        z = y + size
    }

    func load(_ grid: MolecularGrid, _ points: Range<Int>) {
        let padded = 8 * OrbitalMatrices.vectors(forPoints: points.count)
        for k in 0..<padded {
            let source = min(points.lowerBound + k, points.upperBound - 1)
            x[k] = grid.x[source]
            y[k] = grid.y[source]
            z[k] = grid.z[source]
        }
    }
}

extension OrbitalMatrices {
    /// Values and derivatives of a unit's functions at the points; `rows` tells where each function goes.
    func evaluate(
        _ evaluator: BasisFunctionEvaluator, unit: Int, box: BasisFunctionEvaluator.Box, points: PointCoordinates,
        rows: [Int32]
    ) {
        rows.withUnsafeBufferPointer { rows in
            evaluator.evaluate(
                unit: unit, box: box, x: points.x, y: points.y, z: points.z, vectors: vectors, rowStride: 8 * stride,
                rows: rows.baseAddress!, values: doubles(value), gradientX: doubles(x), gradientY: doubles(y),
                gradientZ: doubles(z))
        }
    }

    private func doubles(_ p: UnsafeMutablePointer<Lanes>) -> UnsafeMutablePointer<Double> {
        UnsafeMutableRawPointer(p).assumingMemoryBound(to: Double.self)
    }
}
