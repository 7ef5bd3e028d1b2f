import COpenBLAS
import GaussianBasis
import GaussianIntegrals
import MolecularQuadrature

/// Scratch space of one thread: a block of points, the basis functions that reach it, and what exchange makes of them.
final class ExchangeBlock: @unchecked Sendable {
    /// Points, functions that reach them, and their shells, in ascending order.
    private(set) var pointCount = 0
    private(set) var vectors = 0
    private(set) var functions: [Int32] = []
    private(set) var shells: [Int] = []
    private(set) var low = SIMD3<Double>.zero
    private(set) var high = SIMD3<Double>.zero
    /// Largest value of any function of a shell, in the order of `shells`.
    private(set) var largestOfShell: [Double] = []
    /// Largest integral over the block of the magnitude of a function.
    private(set) var largestIntegral = 0.0

    let x, y, z: UnsafeMutablePointer<Double>
    private let storage: AlignedDoubles
    private let weights: UnsafeMutablePointer<Double>
    /// Functions by points, and the same times the weights.
    let values: AlignedDoubles
    let weighted: AlignedDoubles
    private var valueRows: [Int32]
    private let basis: AtomicOrbitalBasis
    private let shellOfFunction: [Int]

    init(basis: AtomicOrbitalBasis, blockSize: Int) {
        self.basis = basis
        storage = AlignedDoubles(count: 4 * blockSize)
        x = storage.base
        y = x + blockSize
        z = y + blockSize
        weights = z + blockSize
        values = AlignedDoubles(count: basis.functionCount * blockSize)
        weighted = AlignedDoubles(count: basis.functionCount * blockSize)
        valueRows = [Int32](repeating: 0, count: basis.functionCount)
        shellOfFunction = basis.labels.map(\.shell)
    }

    /// Points of a row, padded to whole vectors.
    var width: Int { 8 * vectors }

    /// Takes the points of a block of a grid and evaluates the functions that reach it.
    func load(_ grid: MolecularGrid, block: Int, evaluator: BasisFunctionEvaluator) {
        let range = grid.block(block)
        pointCount = range.count
        vectors = (range.count + 7) / 8
        let width = self.width
        for k in 0..<width {
            // Positions beyond the last point repeat it with zero weight.
            let source = min(range.lowerBound + k, range.upperBound - 1)
            x[k] = grid.x[source]
            y[k] = grid.y[source]
            z[k] = grid.z[source]
            weights[k] = k < range.count ? grid.weights[source] : 0
        }
        let box = BasisFunctionEvaluator.Box(x: x, y: y, z: z, count: range.count)
        (low, high) = (box.low, box.high)
        let layout = OrbitalLayout(strips: 1, vectors: vectors, rowStride: width, stripStride: 0)
        functions.removeAll(keepingCapacity: true)
        evaluator.forEachReachingUnit(box) { unit, range in
            for function in range {
                valueRows[function] = Int32(functions.count)
                functions.append(Int32(function))
            }
            evaluator.evaluate(
                unit: unit, box: box, x: x, y: y, z: z, layout: layout, rows: valueRows, values: values.base)
        }
        shells.removeAll(keepingCapacity: true)
        largestOfShell.removeAll(keepingCapacity: true)
        largestIntegral = 0
        for (row, function) in functions.enumerated() {
            var (largest, integral) = (0.0, 0.0)
            for k in 0..<width {
                let value = values.base[row * width + k]
                let product = value * weights[k]
                weighted.base[row * width + k] = product
                largest = max(largest, abs(value))
                integral += abs(product)
            }
            largestIntegral = max(largestIntegral, integral)
            let shell = shellOfFunction[Int(function)]
            if shells.last == shell {
                largestOfShell[shells.count - 1] = max(largestOfShell[shells.count - 1], largest)
            } else {
                shells.append(shell)
                largestOfShell.append(largest)
            }
        }
    }

    /// Adds the overlap of the functions by quadrature to a matrix over all functions.
    func addOverlap(to matrix: UnsafeMutablePointer<Double>) {
        let (n, count, width) = (basis.functionCount, functions.count, self.width)
        guard count > 0 else { return }
        withUnsafeTemporaryAllocation(of: Double.self, capacity: count * count) { product in
            guard let base = product.baseAddress else { return }
            cblas_dgemm(
                CblasRowMajor, CblasNoTrans, CblasTrans, Int32(count), Int32(count), Int32(width), 1, values.base, Int32(width),
                weighted.base, Int32(width), 0, base, Int32(count))
            for i in 0..<count {
                let row = matrix + Int(functions[i]) * n
                for j in 0..<count { row[Int(functions[j])] += base[i * count + j] }
            }
        }
    }
}
