import CVectorShims
import GaussianBasis
import LinearAlgebra
import ParallelExecution

/// Nuclear derivatives of the exchange energy of fitted integrals.
///
/// With c_ij^P = sum_Q (P|Q)^-1 (Q|ij), the derivative of sum_ij (ij|P) (P|Q)^-1 (Q|ij) is that of 2 sum G_ab^P (ab|P) less that of
/// sum g_PQ (P|Q) at fixed G_ab^P = sum_ij C_ai C_bj c_ij^P and g_PQ = sum_ij c_ij^P c_ij^Q. Both are contracted with derivatives of
/// integrals by the kernel of the exact gradient (`ExchangeGradientKernel`): the auxiliary functions are kets, whose derivatives follow
/// from translational invariance. F. Weigend and M. Haeser, Theor. Chem. Acc. 97, 331 (1997), doi 10.1007/s002140050269.
public enum FittedExchangeGradient {
    /// Contributions are omitted if their bound is below this.
    private static let threshold = 1e-11

    /// d/dR of -factor / 2 sum over sets of orbitals of P_ab K_ab, in hartree per bohr, one entry per atom.
    ///
    /// The result is the same to the last bit for any number of threads. Cost: that of two builds of exchange matrices in double
    /// precision, and of the integrals of three centres, each with about three times the operations of its evaluation.
    /// - Parameters:
    ///   - orbitals: of alpha and beta electrons, or those of a restricted state with half the factor; no negative occupations.
    ///   - factor: fraction of exact exchange.
    public static func gradient(
        of exchange: FittedExchange, orbitals: [MolecularOrbitals], factor: Double, pool: WorkerPool
    ) -> [SIMD3<Double>] {
        var result = [SIMD3<Double>](repeating: .zero, count: exchange.basis.molecule.atoms.count)
        for set in orbitals {
            let density = DensityFactor<Double>(set.coefficients, set.occupations)
            guard density.count > 0 else { continue }
            let fit = ExchangeFit(exchange, density, pool: pool)
            let pairs = pairForces(exchange, density, fit, factor: factor, pool: pool)
            let metric = metricForces(exchange, fit, factor: factor, pool: pool)
            for atom in result.indices { result[atom] += pairs[atom] + metric[atom] }
        }
        return pool.communicator.sum(result)
    }

    /// Bytes beyond the table, for a set of orbitals.
    static func bytes(functions n: Int, auxiliary: Int, orbitals: Int, pool: WorkerPool) -> Int {
        let columns = leastColumns + 8 * 2 * (BoysFunction.highestOrder + 1)
        let thread = orbitals * columns * (orbitals + n) + n * (columns + orbitals)
        return MemoryLayout<Double>.stride
            * (auxiliary * orbitals * (orbitals + 1) / 2 + auxiliary * auxiliary + pool.threads * thread)
    }

    /// Auxiliary functions that are processed together, at least, with empty lanes.
    private static let leastColumns = 64

    // MARK: Three centres

    /// Some batches of auxiliary shells.
    private struct Block {
        let batches: Range<Int>
        /// Of the functions of the batches, one vector for every function of a shell.
        let vectors: Range<Int>
    }

    private static func blocks(_ integrals: ThreeCenterIntegrals) -> [Block] {
        var result: [Block] = []
        var (first, start, next) = (0, 0, 0)
        for (index, batch) in integrals.batches.batches.enumerated() {
            next += integrals.auxiliary.classes[batch.classIndex].productCount
            guard 8 * (next - start) >= leastColumns || index + 1 == integrals.batches.batches.count else { continue }
            result.append(Block(batches: first..<index + 1, vectors: start..<next))
            (first, start) = (index + 1, next)
        }
        return result
    }

    /// Derivatives of -factor sum G_ab^P (ab|P).
    private static func pairForces(
        _ exchange: FittedExchange, _ density: DensityFactor<Double>, _ fit: ExchangeFit, factor: Double, pool: WorkerPool
    ) -> [SIMD3<Double>] {
        let integrals = exchange.integrals
        let blocks = blocks(integrals)
        let atoms = exchange.basis.molecule.atoms.count
        let widest = blocks.map(\.vectors.count).max() ?? 1
        let workers = (0..<pool.threads).map { _ in PairForceWorker(exchange, density, fit, factor: factor, vectors: widest) }
        let own = pool.communicator.own(blocks.count)
        var parts = [[SIMD3<Double>]](repeating: [], count: own.count)
        parts.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            let shared = SharedPointer(base)
            pool.forEach(own.count) { piece, worker in
                shared[piece] = workers[worker].forces(
                    batches: blocks[own[piece]].batches, vectors: blocks[own[piece]].vectors, atoms: atoms, threshold: threshold)
            }
        }
        return parts.reduce(into: [SIMD3<Double>](repeating: .zero, count: atoms)) { sum, part in
            for atom in 0..<atoms { sum[atom] += part[atom] }
        }
    }

    // MARK: Two centres

    /// Derivatives of factor / 2 sum g_PQ (P|Q).
    private static func metricForces(
        _ exchange: FittedExchange, _ fit: ExchangeFit, factor: Double, pool: WorkerPool
    ) -> [SIMD3<Double>] {
        let integrals = exchange.integrals
        let list = integrals.auxiliary
        let rows = list.classes.map(HermiteRows.init)
        let metric = fit.metricDensity(pool: pool)
        defer { metric.deallocate() }
        let shared = SharedPointer(metric)
        let n = fit.auxiliaryCount
        let products = list.classes.map(\.productCount).max() ?? 1
        let kernels = (0..<pool.threads).map { _ in
            ExchangeGradientKernel(
                bras: list, kets: integrals.batches, ketClasses: list.classes, interaction: integrals.interaction)
        }
        let scratch = UnsafeMutablePointer<Lanes>.allocateAligned(capacity: pool.threads * products * products)
        defer {
            for kernel in kernels { kernel.deallocate() }
            scratch.deallocate()
        }
        let values = SharedPointer(scratch)
        let own = pool.communicator.own(list.pairs.count)
        var forces = [SIMD3<Double>](repeating: .zero, count: own.count)
        forces.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            let target = SharedPointer(base)
            pool.forEach(own.count) { piece, worker in
                let bra = list.pairs[own[piece]]
                let braClass = list.classes[bra.classIndex]
                let kernel = kernels[worker]
                let block = values.base + worker * products * products
                kernel.begin(bra, braClass, needsSeparation: false)
                for batch in integrals.batches.batches {
                    let ketClass = list.classes[batch.classIndex]
                    let columns = ketClass.productCount
                    var largest = 0.0
                    for p in 0..<braClass.productCount {
                        for q in 0..<columns {
                            var value = Lanes.zero
                            for lane in 0..<batch.laneCount {
                                let other = list.pairs[batch.firstPair + lane].firstA + q
                                value[lane] = factor * shared[(bra.firstA + p) * n + other]
                                largest = max(largest, abs(value[lane]))
                            }
                            block[p * columns + q] = value
                        }
                    }
                    guard largest * bra.bound * batch.bound >= threshold else { continue }
                    kernel.add(
                        bra, braClass, braRows: rows[bra.classIndex], batch, ketClass, ketRows: rows[batch.classIndex],
                        density: block, least: 0.01 * threshold / largest)
                }
                target[piece] = (0..<bra.primitiveCount).reduce(SIMD3<Double>.zero) { $0 + kernel.center($1) }
            }
        }
        var result = [SIMD3<Double>](repeating: .zero, count: exchange.basis.molecule.atoms.count)
        for (index, force) in zip(own, forces) {
            result[list.basis.shells[list.pairs[index].shellA].atom] += force
        }
        return result
    }
}

/// One thread's part of the derivatives of three centres: the auxiliary functions of a block, with all pairs of functions.
private final class PairForceWorker: @unchecked Sendable {
    private let integrals: ThreeCenterIntegrals
    private let density: DensityFactor<Double>
    private let fit: ExchangeFit
    private let factor: Double
    private let kernel: ExchangeGradientKernel
    private let rows, auxiliaryRows: [HermiteRows]
    private let pairsOfShell: [[Int]]
    private var derivatives = ExpansionDerivatives()
    /// c_ij^P, orbital by orbital; C_ai c_ij^P, function by function; G_ab^P of one shell a.
    private let coefficients, transformed, products: UnsafeMutablePointer<Double>
    /// Orbitals by functions: of all functions, and of those that have pairs with one shell.
    private let orbitals, partners: UnsafeMutablePointer<Double>
    private let values: UnsafeMutablePointer<Lanes>

    init(_ exchange: FittedExchange, _ density: DensityFactor<Double>, _ fit: ExchangeFit, factor: Double, vectors: Int) {
        integrals = exchange.integrals
        self.density = density
        self.fit = fit
        self.factor = factor
        let (list, auxiliary) = (integrals.pairs, integrals.auxiliary)
        kernel = ExchangeGradientKernel(
            bras: list, kets: integrals.batches, ketClasses: auxiliary.classes, interaction: integrals.interaction)
        rows = list.classes.map(HermiteRows.init)
        auxiliaryRows = auxiliary.classes.map(HermiteRows.init)
        var pairsOfShell = [[Int]](repeating: [], count: exchange.basis.shells.count)
        for (index, pair) in list.pairs.enumerated() { pairsOfShell[pair.shellA].append(index) }
        self.pairsOfShell = pairsOfShell
        let (n, o, columns) = (exchange.basis.functionCount, density.count, 8 * vectors)
        let widest = exchange.basis.shells.map(\.functionCount).max() ?? 1
        coefficients = .allocate(capacity: o * o * columns)
        transformed = .allocate(capacity: n * o * columns)
        products = .allocate(capacity: widest * n * columns)
        orbitals = .allocate(capacity: o * n)
        for a in 0..<n { for i in 0..<o { orbitals[i * n + a] = density.elements[a * o + i] } }
        partners = .allocate(capacity: o * n)
        values = .allocateAligned(
            capacity: (list.classes.map(\.productCount).max() ?? 1) * (auxiliary.classes.map(\.productCount).max() ?? 1))
    }

    deinit {
        kernel.deallocate()
        for pointer in [coefficients, transformed, products, orbitals, partners] { pointer.deallocate() }
        values.deallocate()
    }

    func forces(batches: Range<Int>, vectors: Range<Int>, atoms: Int, threshold: Double) -> [SIMD3<Double>] {
        let basis = integrals.pairs.basis
        let (n, o, columns) = (basis.functionCount, density.count, 8 * vectors.count)
        var result = [SIMD3<Double>](repeating: .zero, count: atoms)
        gather(vectors)
        Double.product(transposed: orbitals, coefficients, into: transformed, rows: n, columns: o * columns, inner: o)
        for (shell, pairs) in pairsOfShell.enumerated() where !pairs.isEmpty {
            let own = basis.shells[shell]
            let count = pairs.reduce(0) { $0 + basis.shells[integrals.pairs.pairs[$1].shellB].functionCount }
            for i in 0..<o {
                var target = partners + i * count
                for pair in pairs {
                    let functions = basis.shells[integrals.pairs.pairs[pair].shellB].functions
                    target.update(from: orbitals + i * n + functions.lowerBound, count: functions.count)
                    target += functions.count
                }
            }
            for a in 0..<own.functionCount {
                Double.product(
                    transposed: partners, transformed + (own.firstFunction + a) * o * columns,
                    into: products + a * count * columns,
                    rows: count, columns: columns, inner: o)
            }
            var first = 0
            for pair in pairs {
                add(pair, firstColumn: first, of: count, columns, batches, threshold: threshold, to: &result)
                first += basis.shells[integrals.pairs.pairs[pair].shellB].functionCount
            }
        }
        return result
    }

    /// c_ij^P of the block; zero in empty lanes.
    private func gather(_ vectors: Range<Int>) {
        let (o, columns) = (density.count, 8 * vectors.count)
        coefficients.update(repeating: 0, count: o * o * columns)
        for (function, place) in integrals.places.enumerated() where vectors.contains(place / 8) {
            let column = place - 8 * vectors.lowerBound
            for i in 0..<o {
                for j in 0...i {
                    let value = fit.elements[(i * (i + 1) / 2 + j) * fit.auxiliaryCount + function]
                    coefficients[(i * o + j) * columns + column] = value
                    coefficients[(j * o + i) * columns + column] = value
                }
            }
        }
    }

    /// Adds the forces of a pair with the batches of the block.
    private func add(
        _ index: Int, firstColumn: Int, of count: Int, _ columns: Int, _ batches: Range<Int>, threshold: Double,
        to result: inout [SIMD3<Double>]
    ) {
        let (list, auxiliary) = (integrals.pairs, integrals.auxiliary)
        let pair = list.pairs[index]
        let braClass = list.classes[pair.classIndex]
        let (countA, countB) = (braClass.functionCountA, braClass.functionCountB)
        let (atomA, atomB) = (list.basis.shells[pair.shellA].atom, list.basis.shells[pair.shellB].atom)
        let weight = Lanes(repeating: pair.shellA == pair.shellB ? -factor : -2 * factor)
        kernel.begin(pair, braClass, needsSeparation: atomA != atomB)
        var vector = 0
        var before = (x: Lanes.zero, y: Lanes.zero, z: Lanes.zero)
        var isEmpty = true
        for number in batches {
            let batch = integrals.batches.batches[number]
            let ketClass = auxiliary.classes[batch.classIndex]
            let width = ketClass.productCount
            defer { vector += width }
            var largest = Lanes.zero
            for a in 0..<countA {
                for b in 0..<countB {
                    let source = UnsafeRawPointer(products + ((a * count + firstColumn + b) * columns + 8 * vector))
                    for c in 0..<width {
                        let value = weight * source.loadUnaligned(fromByteOffset: 64 * c, as: Lanes.self)
                        values[(a * countB + b) * width + c] = value
                        largest.replace(with: value, where: value .> largest)
                        largest.replace(with: -value, where: -value .> largest)
                    }
                }
            }
            let size = largest.max()
            guard size * pair.bound * batch.bound >= threshold else { continue }
            isEmpty = false
            kernel.add(
                pair, braClass, braRows: rows[pair.classIndex], batch, ketClass, ketRows: auxiliaryRows[batch.classIndex],
                density: values, least: 0.01 * threshold / size)
            // What moves the pair one way moves the auxiliary function the other way.
            let after = kernel.centerSums(pair.primitiveCount)
            let (x, y, z) = (before.x - after.x, before.y - after.y, before.z - after.z)
            before = after
            for lane in 0..<batch.laneCount {
                let atom = auxiliary.basis.shells[auxiliary.pairs[batch.firstPair + lane].shellA].atom
                result[atom] += SIMD3(x[lane], y[lane], z[lane])
            }
        }
        guard !isEmpty else { return }
        for k in 0..<pair.primitiveCount {
            let center = kernel.center(k)
            guard atomA != atomB else {
                result[atomA] += center
                continue
            }
            derivatives.fill(list, pair, primitive: pair.firstPrimitive + k)
            let separation = kernel.separation(k, braClass, derivatives.values)
            result[atomA] += derivatives.fraction * center + separation
            result[atomB] += (1 - derivatives.fraction) * center - separation
        }
    }
}

/// The coefficients c_ij^P of products of orbitals in the auxiliary basis, for j <= i.
private final class ExchangeFit: @unchecked Sendable {
    let orbitalCount: Int
    let auxiliaryCount: Int
    /// Row i (i + 1) / 2 + j.
    let elements: UnsafeMutablePointer<Double>

    private var rowCount: Int { orbitalCount * (orbitalCount + 1) / 2 }

    init(_ exchange: FittedExchange, _ density: DensityFactor<Double>, pool: WorkerPool) {
        orbitalCount = density.count
        auxiliaryCount = exchange.integrals.functionCount
        elements = exchange.orbitalProducts(density)
        let lower = exchange.metric.factor.lowerTriangle.elements
        let (count, rows, chunk) = (auxiliaryCount, rowCount, 64)
        let target = SharedPointer(elements)
        let scale = exchange.metric.scale
        lower.withUnsafeBufferPointer { lower in
            guard let base = lower.baseAddress else { return }
            let triangle = SharedPointer(UnsafeMutablePointer(mutating: base))
            pool.forEach((rows + chunk - 1) / chunk) { piece, _ in
                let first = piece * chunk
                let own = target.base + first * count
                let size = min(chunk, rows - first)
                Double.solve(lowerTriangle: triangle.base, transposed: false, own, rows: size, columns: count)
                for row in 0..<size { for q in 0..<count { own[row * count + q] *= scale[q] } }
            }
        }
    }

    deinit { elements.deallocate() }

    /// g_PQ, row by row; to be deallocated.
    func metricDensity(pool: WorkerPool) -> UnsafeMutablePointer<Double> {
        let (count, rows, width) = (auxiliaryCount, rowCount, 128)
        let result = UnsafeMutablePointer<Double>.allocate(capacity: max(1, count * count))
        let target = SharedPointer(result)
        let buffers = UnsafeMutablePointer<Double>.allocate(capacity: max(1, pool.threads * rows * width))
        defer { buffers.deallocate() }
        let scratch = SharedPointer(buffers)
        pool.forEach((count + width - 1) / width) { piece, worker in
            let first = piece * width
            let size = min(width, count - first)
            let block = scratch.base + worker * rows * width
            var row = 0
            for i in 0..<self.orbitalCount {
                for j in 0...i {
                    let source = self.elements + row * count + first
                    let weight = i == j ? 1.0 : 2.0
                    for q in 0..<size { block[row * size + q] = weight * source[q] }
                    row += 1
                }
            }
            Double.product(
                transposed: block, self.elements, into: target.base + first * count, rows: size, columns: count, inner: rows)
        }
        return result
    }
}
