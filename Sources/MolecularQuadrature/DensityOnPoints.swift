import COpenBLAS
import GaussianBasis
import LinearAlgebra
import ParallelExecution

/// Electron densities at arbitrary points: cube files, surfaces.
public enum DensityOnPoints {
    /// Values of `sum_mn D_mn chi_m(r) chi_n(r)`, in electrons per bohr^3.
    ///
    /// Basis functions whose value is below 1e-12 at all points of a block are left out there. Threads inside
    /// OpenBLAS should be limited to one (`BLASThreads.limit(to: 1)`). The result does not depend on the number of
    /// threads. Cost: two operations a point, a density and a pair of functions that reach it.
    ///
    /// - Parameters:
    ///   - densities: symmetric matrices over basis functions.
    ///   - points: in bohr.
    /// - Returns: for every density, its value at every point.
    public static func values(
        basis: AtomicOrbitalBasis, densities: [Matrix], points: [SIMD3<Double>], pool: WorkerPool
    ) -> [[Double]] {
        for density in densities {
            precondition(density.rows == basis.functionCount && density.columns == basis.functionCount)
        }
        guard !points.isEmpty, !densities.isEmpty else { return densities.map { _ in [] } }
        let evaluator = BasisFunctionEvaluator(basis: basis, negligible: 1e-12)
        let blockSize = 256
        let x = points.map(\.x)
        let y = points.map(\.y)
        let z = points.map(\.z)
        let order = SpatialBlocks(x: x, y: y, z: z, blockSize: blockSize, pool: pool).order
        let blocks = (points.count + blockSize - 1) / blockSize
        let result = UnsafeMutablePointer<Double>.allocate(capacity: points.count * densities.count)
        defer { result.deallocate() }
        let shared = SharedPointer(result)
        let workspaces = (0..<pool.threads).map { _ in
            PointWorkspace(functionCount: basis.functionCount, blockSize: blockSize)
        }
        pool.forEach(blocks) { block, worker in
            let range = block * blockSize..<min(points.count, (block + 1) * blockSize)
            workspaces[worker].evaluate(
                evaluator, densities: densities, points: points, order: order[range], result: shared)
        }
        return densities.indices.map { d in
            Array(UnsafeBufferPointer(start: result + d * points.count, count: points.count))
        }
    }
}

/// Scratch space of one worker.
private final class PointWorkspace: @unchecked Sendable {
    private let blockSize: Int
    private let coordinates, values, products, density, sums: AlignedDoubles
    private var rows: [Int32]
    private var functions: [Int] = []

    init(functionCount: Int, blockSize: Int) {
        self.blockSize = blockSize
        coordinates = AlignedDoubles(count: 3 * blockSize)
        values = AlignedDoubles(count: functionCount * blockSize)
        products = AlignedDoubles(count: functionCount * blockSize)
        density = AlignedDoubles(count: functionCount * functionCount)
        sums = AlignedDoubles(count: blockSize)
        rows = [Int32](repeating: 0, count: functionCount)
    }

    func evaluate(
        _ evaluator: BasisFunctionEvaluator, densities: [Matrix], points: [SIMD3<Double>], order: ArraySlice<Int32>,
        result: SharedPointer<Double>
    ) {
        let count = order.count
        let vectors = (count + 7) / 8
        let stride = 8 * vectors
        let x = coordinates.base
        let y = x + blockSize
        let z = y + blockSize
        for k in 0..<stride {
            let p = points[Int(order[order.startIndex + min(k, count - 1)])]
            x[k] = p.x
            y[k] = p.y
            z[k] = p.z
        }
        let box = BasisFunctionEvaluator.Box(x: x, y: y, z: z, count: count)
        let layout = OrbitalLayout(strips: 1, vectors: vectors, rowStride: stride, stripStride: 0)
        functions.removeAll(keepingCapacity: true)
        evaluator.forEachReachingUnit(box) { unit, range in
            for function in range {
                rows[function] = Int32(functions.count)
                functions.append(function)
            }
            evaluator.evaluate(
                unit: unit, box: box, x: x, y: y, z: z, layout: layout, rows: rows, values: values.base)
        }
        let n = functions.count
        for (index, matrix) in densities.enumerated() {
            for k in 0..<stride { sums.base[k] = 0 }
            if n > 0 {
                matrix.elements.withUnsafeBufferPointer { elements in
                    for i in 0..<n {
                        let row = functions[i] * matrix.columns
                        for j in 0..<n { density.base[i * n + j] = elements[row + functions[j]] }
                    }
                }
                cblas_dgemm(
                    CblasRowMajor, CblasNoTrans, CblasNoTrans, Int32(n), Int32(stride), Int32(n), 1, density.base,
                    Int32(n), values.base, Int32(stride), 0, products.base, Int32(stride))
                let value = lanePointer(values.base)
                let product = lanePointer(products.base)
                let sum = lanePointer(sums.base)
                for i in 0..<n {
                    for v in 0..<vectors {
                        sum[v] = fused(value[i * vectors + v], product[i * vectors + v], sum[v])
                    }
                }
            }
            for k in 0..<count {
                result[index * points.count + Int(order[order.startIndex + k])] = sums.base[k]
            }
        }
    }
}
