import COpenBLAS
import GaussianBasis
import LinearAlgebra
import ParallelExecution

/// Electron densities at arbitrary points: cube files, surfaces.
public enum DensityOnPoints {
    /// Functions below this at all points of a block are omitted there unless another threshold is given.
    fileprivate static let negligible = 1e-12

    /// For every atom, then every ghost atom, the distance in bohr from which on its functions are omitted.
    package static func reaches(of basis: AtomicOrbitalBasis) -> [Double] {
        var result = [Double](repeating: 0, count: basis.molecule.centerCount)
        for unit in BasisFunctionTables(basis: basis, negligible: negligible).units {
            result[unit.atom] = max(result[unit.atom], unit.extent)
        }
        return result
    }

    /// Values of `sum_mn D_mn chi_m(r) chi_n(r)`, in electrons per bohr^3.
    ///
    /// Basis functions whose value is below 1e-12 at all points of a block are omitted there. Threads inside OpenBLAS should be limited to
    /// one (`BLASThreads.limit(to: 1)`). The result does not depend on the number of threads. Cost: two operations per point, density, and
    /// pair of functions that reach it.
    ///
    /// - Parameters:
    ///   - densities: symmetric matrices over basis functions.
    ///   - points: in bohr.
    /// - Returns: for every density, its value at every point.
    public static func values(
        basis: AtomicOrbitalBasis, densities: [Matrix], points: [SIMD3<Double>], pool: WorkerPool
    ) -> [[Double]] {
        let result = evaluate(basis: basis, densities: densities, points: points, components: 1, pool: pool)
        return densities.indices.map { d in Array(result[(d * points.count)..<((d + 1) * points.count)]) }
    }

    /// Values of `sum_i n_i psi_i(r)^2` for several sets of orbitals, in electrons per bohr^3.
    ///
    /// Otherwise like the form with density matrices. Cost: two operations per point, occupied orbital, and function that reaches the
    /// point: less than with the matrix if fewer orbitals are occupied than functions reach a point.
    ///
    /// - Parameters:
    ///   - areCompact: whether consecutive points are already close together, as in a `MolecularGrid`; otherwise they are sorted.
    ///   - negligible: functions whose values and gradients are below this at all points of a block are omitted there.
    /// - Returns: for every set, its density at every point.
    public static func values(
        basis: AtomicOrbitalBasis, orbitals: [MolecularOrbitals], points: [SIMD3<Double>], areCompact: Bool = false,
        negligible: Double = 1e-12, pool: WorkerPool
    ) -> [[Double]] {
        let n = basis.functionCount
        let sets = orbitals.map(WeightedOrbitals.init)
        for set in sets { precondition(set.coefficients.rows == n) }
        let most = sets.reduce(0) { max($0, $1.coefficients.columns) }
        let scratch = (0..<pool.threads).map { _ in
            (products: AlignedDoubles(count: most * BasisFunctionBlock.size), gathered: AlignedDoubles(count: n * most))
        }
        let result = FieldComponents.evaluate(
            basis: basis, points: points, fields: sets.count, components: 1, areCompact: areCompact, negligible: negligible,
            pool: pool
        ) { block, worker, output in
            let (products, gathered) = scratch[worker]
            let vectors = block.stride / 8
            for (index, set) in sets.enumerated() where set.coefficients.columns > 0 {
                let columns = Int32(set.coefficients.columns)
                block.gatherRows(set.coefficients, into: gathered.base)
                cblas_dgemm(
                    CblasRowMajor, CblasTrans, CblasNoTrans, columns, Int32(block.stride), Int32(block.functions.count), 1,
                    gathered.base, columns, block.values.base, Int32(block.stride), 0, products.base, Int32(block.stride))
                let product = lanePointer(products.base)
                let sum = lanePointer(output(index, 0))
                for i in 0..<set.positiveCount {
                    for v in 0..<vectors { sum[v] = fused(product[i * vectors + v], product[i * vectors + v], sum[v]) }
                }
                for i in set.positiveCount..<set.coefficients.columns {
                    for v in 0..<vectors { sum[v] = fused(-product[i * vectors + v], product[i * vectors + v], sum[v]) }
                }
            }
        }
        return sets.indices.map { d in Array(result[(d * points.count)..<((d + 1) * points.count)]) }
    }

    /// Value and gradient of one density, in electrons per bohr^3 and per bohr^4; otherwise as `values`.
    public static func valuesAndGradients(
        basis: AtomicOrbitalBasis, density: Matrix, points: [SIMD3<Double>], pool: WorkerPool
    ) -> (values: [Double], gradients: [SIMD3<Double>]) {
        let result = evaluate(basis: basis, densities: [density], points: points, components: 4, pool: pool)
        return FieldComponents.split(result, pointCount: points.count)
    }

    /// Element [d][c][k]: density d, component c (value, derivatives along x, y, z), point k.
    private static func evaluate(
        basis: AtomicOrbitalBasis, densities: [Matrix], points: [SIMD3<Double>], components: Int, pool: WorkerPool
    ) -> [Double] {
        let n = basis.functionCount
        for density in densities { precondition(density.rows == n && density.columns == n) }
        let scratch = (0..<pool.threads).map { _ in
            (products: AlignedDoubles(count: n * BasisFunctionBlock.size), density: AlignedDoubles(count: n * n))
        }
        return FieldComponents.evaluate(
            basis: basis, points: points, fields: densities.count, components: components, pool: pool
        ) { block, worker, output in
            let (products, gathered) = scratch[worker]
            let count = Int32(block.functions.count)
            for (index, matrix) in densities.enumerated() {
                block.gather(matrix, into: gathered.base)
                cblas_dgemm(
                    CblasRowMajor, CblasNoTrans, CblasNoTrans, count, Int32(block.stride), count, 1, gathered.base,
                    count, block.values.base, Int32(block.stride), 0, products.base, Int32(block.stride))
                let product = lanePointer(products.base)
                for component in 0..<components {
                    let value = lanePointer(block.rows(component: component))
                    let sum = lanePointer(output(index, component))
                    let vectors = block.stride / 8
                    for i in block.functions.indices {
                        for v in 0..<vectors {
                            sum[v] = fused(value[i * vectors + v], product[i * vectors + v], sum[v])
                        }
                    }
                    // Both factors of chi_m chi_n change.
                    if component > 0 { for v in 0..<vectors { sum[v] *= 2 } }
                }
            }
        }
    }
}

/// Occupied orbitals, times the square roots of their occupations.
private struct WeightedOrbitals: Sendable {
    /// Functions by orbitals; first those of positive occupation, then those of negative one, which natural orbitals may have.
    let coefficients: Matrix
    let positiveCount: Int

    init(_ orbitals: MolecularOrbitals) {
        let occupations = orbitals.occupations
        let positive = occupations.indices.filter { occupations[$0] > 0 }
        let columns = positive + occupations.indices.filter { occupations[$0] < 0 }
        coefficients = orbitals.coefficients.columns(columns, times: columns.map { abs(occupations[$0]).squareRoot() })
        positiveCount = positive.count
    }
}

/// Orbitals at arbitrary points.
public enum OrbitalsOnPoints {
    /// Values of `sum_m C_mi chi_m(r)`, in bohr^(-3/2), for every column i of `coefficients` (functions by orbitals).
    /// Conditions and cost as for `DensityOnPoints`, with one operation for every function that reaches a point.
    public static func values(
        basis: AtomicOrbitalBasis, coefficients: Matrix, points: [SIMD3<Double>], pool: WorkerPool
    ) -> [[Double]] {
        let result = evaluate(basis: basis, coefficients: coefficients, points: points, components: 1, pool: pool)
        return (0..<coefficients.columns).map { i in Array(result[(i * points.count)..<((i + 1) * points.count)]) }
    }

    /// Value and gradient of one orbital, whose coefficients are one for every basis function.
    public static func valuesAndGradients(
        basis: AtomicOrbitalBasis, coefficients: [Double], points: [SIMD3<Double>], pool: WorkerPool
    ) -> (values: [Double], gradients: [SIMD3<Double>]) {
        let matrix = Matrix(rows: coefficients.count, columns: 1, elements: coefficients)
        let result = evaluate(basis: basis, coefficients: matrix, points: points, components: 4, pool: pool)
        return FieldComponents.split(result, pointCount: points.count)
    }

    private static func evaluate(
        basis: AtomicOrbitalBasis, coefficients: Matrix, points: [SIMD3<Double>], components: Int, pool: WorkerPool
    ) -> [Double] {
        precondition(coefficients.rows == basis.functionCount)
        return FieldComponents.evaluate(
            basis: basis, points: points, fields: coefficients.columns, components: components, pool: pool
        ) { block, _, output in
            let vectors = block.stride / 8
            for orbital in 0..<coefficients.columns {
                for component in 0..<components {
                    let value = lanePointer(block.rows(component: component))
                    let sum = lanePointer(output(orbital, component))
                    for (i, function) in block.functions.enumerated() {
                        let factor = Lanes(repeating: coefficients[function, orbital])
                        for v in 0..<vectors { sum[v] = fused(value[i * vectors + v], factor, sum[v]) }
                    }
                }
            }
        }
    }
}

/// The common part of densities and orbitals on points: blocks of points, distributed to threads, and scattered results.
private enum FieldComponents {
    typealias Output = (_ field: Int, _ component: Int) -> UnsafeMutablePointer<Double>

    /// - Parameter body: adds to zeroed rows of a block's stride, one for every field and component.
    /// - Returns: fields by components by points.
    static func evaluate(
        basis: AtomicOrbitalBasis, points: [SIMD3<Double>], fields: Int, components: Int, areCompact: Bool = false,
        negligible: Double = DensityOnPoints.negligible, pool: WorkerPool,
        body: @Sendable (_ block: BasisFunctionBlock, _ worker: Int, _ output: Output) -> Void
    ) -> [Double] {
        guard !points.isEmpty, fields > 0 else { return [] }
        let size = BasisFunctionBlock.size
        let evaluator = BasisFunctionEvaluator(basis: basis, negligible: negligible)
        let order =
            areCompact
            ? (0..<Int32(points.count)).map { $0 }
            : SpatialBlocks(
                x: points.map { $0.x }, y: points.map { $0.y }, z: points.map { $0.z }, blockSize: size, pool: pool
            ).order
        let blocks = (0..<pool.threads).map { _ in
            BasisFunctionBlock(functionCount: basis.functionCount, withGradient: components > 1)
        }
        let sums = (0..<pool.threads).map { _ in AlignedDoubles(count: fields * components * size) }
        let total = fields * components * points.count
        return [Double](unsafeUninitializedCapacity: total) { buffer, initialized in
            initialized = total
            guard let base = buffer.baseAddress else { return }
            let result = SharedPointer(base)
            pool.fill(base, count: total, pieces: (points.count + size - 1) / size) { index, worker in
                let part = order[index * size..<min(points.count, (index + 1) * size)]
                let block = blocks[worker]
                block.fill(evaluator, points: points, order: part, withGradient: components > 1)
                let sum = sums[worker].base
                for k in 0..<fields * components * size { sum[k] = 0 }
                if !block.functions.isEmpty {
                    body(block, worker) { field, component in sum + (field * components + component) * size }
                }
                for row in 0..<fields * components {
                    for (k, point) in part.enumerated() { result[row * points.count + Int(point)] = sum[row * size + k] }
                }
            }
        }
    }

    static func split(_ result: [Double], pointCount n: Int) -> (values: [Double], gradients: [SIMD3<Double>]) {
        guard n > 0 else { return ([], []) }
        return (
            Array(result[0..<n]), (0..<n).map { SIMD3(result[n + $0], result[2 * n + $0], result[3 * n + $0]) }
        )
    }
}
