import COpenBLAS
import GaussianBasis
import GaussianIntegrals
import LinearAlgebra
import MolecularQuadrature

/// Scratch space of one thread for the exchange matrices of some densities: F = D X and G = A F on one block of points at a time.
final class ExchangeWork: @unchecked Sendable {
    let block: ExchangeBlock
    private let basis: AtomicOrbitalBasis
    private let potentials: ShellPairPotentials
    private let scratch: PointContractionScratch
    private let densities: Int
    /// F and G in rows of points, and a part of a matrix over functions.
    private let sources, targets, part: AlignedDoubles
    private let densityStride: Int
    /// First row of every shell, or -1.
    private let rows: UnsafeMutablePointer<Int32>
    private let shellCount: Int
    private var amplitudes: [Double]
    private var selected: [SelectedPair] = []
    /// Functions in the order of the rows of F and G.
    private var rowFunctions: [Int32] = []

    init(potentials: ShellPairPotentials, densities: Int, blockSize: Int) {
        basis = potentials.basis
        self.potentials = potentials
        self.densities = densities
        let n = basis.functionCount
        block = ExchangeBlock(basis: basis, blockSize: blockSize)
        scratch = PointContractionScratch(potentials, vectors: blockSize / 8)
        densityStride = n * blockSize
        sources = AlignedDoubles(count: densities * densityStride)
        targets = AlignedDoubles(count: densities * densityStride)
        part = AlignedDoubles(count: n * n)
        shellCount = basis.shells.count
        rows = .allocate(capacity: shellCount)
        rows.initialize(repeating: -1, count: shellCount)
        amplitudes = [Double](repeating: 0, count: basis.shells.count)
    }

    deinit { rows.deallocate() }

    /// Memory of an instance.
    static func bytes(functions n: Int, densities: Int, blockSize: Int) -> Int {
        8 * (n * n + 2 * (densities + 1) * n * blockSize)
    }

    /// Adds G (w X)^T of the block to the matrices, one of n x n elements for each density.
    ///
    /// - Parameters:
    ///   - coefficients: D, by which X is multiplied.
    ///   - shellMaxima: the largest elements of all D by shells.
    ///   - threshold: of the contribution of a pair of shells to an element.
    func add(
        coefficients: [Matrix], shellMaxima: [Double], threshold: Double, to matrices: UnsafeMutablePointer<Double>
    ) {
        guard !block.functions.isEmpty, block.largestIntegral > 0 else { return }
        chooseSources(shellMaxima, threshold)
        guard !rowFunctions.isEmpty else { return }
        let sourceCount = rowFunctions.count
        makeSources(coefficients)
        measureSources()
        choosePairs(threshold)
        defer { rows.update(repeating: -1, count: shellCount) }
        guard !selected.isEmpty else { return }
        let (width, count) = (block.width, rowFunctions.count)
        for density in 0..<densities {
            (sources.base + density * densityStride + sourceCount * width).update(
                repeating: 0, count: (count - sourceCount) * width)
            (targets.base + density * densityStride).update(repeating: 0, count: count * width)
        }
        potentials.contract(
            selected,
            PointContraction(
                vectors: block.vectors, x: block.x, y: block.y, z: block.z, sources: sources.base, targets: targets.base,
                densityStride: densityStride, densities: densities, rows: rows), scratch)
        let (n, columns) = (basis.functionCount, block.functions.count)
        for density in 0..<densities {
            cblas_dgemm(
                CblasRowMajor, CblasNoTrans, CblasTrans, Int32(count), Int32(columns), Int32(width), 1,
                targets.base + density * densityStride, Int32(width), block.weighted.base, Int32(width), 0, part.base,
                Int32(columns))
            let matrix = matrices + density * n * n
            for row in 0..<count {
                let target = matrix + Int(rowFunctions[row]) * n
                let source = part.base + row * columns
                for (column, function) in block.functions.enumerated() { target[Int(function)] += source[column] }
            }
        }
    }

    /// Gives rows to the shells whose F can matter: sum over the block's shells of |D| |X|.
    private func chooseSources(_ shellMaxima: [Double], _ threshold: Double) {
        rowFunctions.removeAll(keepingCapacity: true)
        let shellCount = shellCount
        let (shells, largest) = (block.shells, block.largestOfShell)
        shellMaxima.withUnsafeBufferPointer { maxima in
            for shell in 0..<shellCount {
                var sum = 0.0
                for k in shells.indices { sum += maxima[shell * shellCount + shells[k]] * largest[k] }
                if sum * block.largestIntegral * potentials.largestBound(ofShell: shell) >= threshold { giveRows(to: shell) }
            }
        }
    }

    private func giveRows(to shell: Int) {
        rows[shell] = Int32(rowFunctions.count)
        for function in basis.shells[shell].functions { rowFunctions.append(Int32(function)) }
    }

    /// F = D X.
    private func makeSources(_ coefficients: [Matrix]) {
        let (count, inner, width) = (rowFunctions.count, block.functions.count, block.width)
        for density in 0..<densities {
            let n = coefficients[density].columns
            coefficients[density].elements.withUnsafeBufferPointer { elements in
                for row in 0..<count {
                    let first = Int(rowFunctions[row]) * n
                    let target = part.base + row * inner
                    for (k, function) in block.functions.enumerated() { target[k] = elements[first + Int(function)] }
                }
            }
            cblas_dgemm(
                CblasRowMajor, CblasNoTrans, CblasNoTrans, Int32(count), Int32(width), Int32(inner), 1, part.base, Int32(inner),
                block.values.base, Int32(width), 0, sources.base + density * densityStride, Int32(width))
        }
    }

    /// For every shell, the largest F times the largest integral of a function over the block.
    private func measureSources() {
        let width = block.width
        for shell in 0..<shellCount {
            guard rows[shell] >= 0 else {
                amplitudes[shell] = 0
                continue
            }
            var largest = 0.0
            for density in 0..<densities {
                let first = sources.base + density * densityStride + Int(rows[shell]) * width
                for k in 0..<basis.shells[shell].functionCount * width { largest = max(largest, abs(first[k])) }
            }
            amplitudes[shell] = largest * block.largestIntegral
        }
    }

    private func choosePairs(_ threshold: Double) {
        selected.removeAll(keepingCapacity: true)
        potentials.select(amplitudes: amplitudes, low: block.low, high: block.high, threshold: threshold) { pair, _, partner in
            selected.append(pair)
            if rows[partner] < 0 { giveRows(to: partner) }
        }
    }
}
