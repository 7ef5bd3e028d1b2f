import GaussianBasis
import LinearAlgebra
import ParallelExecution

/// Second nuclear derivatives of the exact exchange energy, and first nuclear derivatives of exchange matrices.
///
/// Every quartet of shells is visited twice, with each of its pairs as the bra. A visit gives the derivatives of the integrals
/// with respect to the centres of the bra, which are digested like integrals, and sum_h G_(ab,h) R_(g+h), from which second
/// derivatives with respect to two centres of the bra are obtained. One of the two visits contracts mixed derivatives, with
/// respect to a centre of the bra and one of the ket, with the two-particle density (`ExchangeSecondKernel`).
public enum ExchangeSecondDerivatives {
    /// Contributions are omitted if their bound, the Schwarz bound of an integral times its factor, is below this.
    public static let defaultThreshold = 1e-11

    /// Derivatives of -factor / 2 sum over matrices of P_mn P_ls (ml|ns): the energy without the diagonal blocks of the atoms
    /// (see `SkeletonDerivatives`), and the derivative of -factor sum_ls P_ls (ml|ns) for every coordinate and matrix.
    ///
    /// The result is bitwise identical for any number of threads.
    /// - Parameters:
    ///   - densities: symmetric; those of alpha and beta electrons, or the total density of a restricted state with half the
    ///     factor.
    ///   - factor: fraction of exact exchange.
    ///   - memoryLimitInBytes: bound on the memory of the sums of exchange matrices, excluding the first set.
    public static func evaluate(
        basis: AtomicOrbitalBasis, densities: [Matrix], factor: Double, interaction: RepulsionOperator = .coulomb,
        pool: WorkerPool, memoryLimitInBytes: Int, threshold: Double = defaultThreshold
    ) -> SkeletonDerivatives {
        let coordinates = 3 * basis.molecule.atoms.count
        let n = basis.functionCount
        let task = ExchangeGradientTask(
            basis: basis, densities: densities, factor: factor, interaction: interaction, threshold: threshold, pool: pool)
        let derivatives = KetDerivatives(task.plan, pool: pool)
        let bras = task.plan.list.pairs
        let classes = task.plan.list.classes
        // Deep contractions of high angular momentum first: they are the most expensive.
        let allBras = bras.indices.sorted {
            let (x, y) = (classes[bras[$0].classIndex], classes[bras[$1].classIndex])
            let (i, j) = (x.entryCount * bras[$0].primitiveCount, y.entryCount * bras[$1].primitiveCount)
            return i != j ? i > j : $0 < $1
        }
        let order = pool.communicator.own(allBras.count).map { allBras[$0] }
        let size = coordinates * densities.count * n * n
        let groupCount = max(2, min(16, memoryLimitInBytes / max(1, 8 * size)))
        let sums = (0..<groupCount).map { _ in ZeroedDoubles(count: size) }
        let energies = UnsafeMutablePointer<Matrix?>.allocate(capacity: groupCount)
        energies.initialize(repeating: nil, count: groupCount)
        defer {
            energies.deinitialize(count: groupCount)
            energies.deallocate()
        }
        let shared = SharedPointer(energies)
        let workers = (0..<pool.threads).map { _ in ExchangeSecondWorker(task, derivatives, coordinates: coordinates) }
        pool.forEach(groupCount) { group, worker in
            workers[worker].energy = Matrix(rows: coordinates, columns: coordinates)
            for place in stride(from: group, to: order.count, by: groupCount) {
                workers[worker].process(order[place], into: sums[group].base)
            }
            shared[group] = workers[worker].energy
        }
        var energy = Matrix(rows: coordinates, columns: coordinates)
        for group in 0..<groupCount { if let part = energies[group] { energy += part } }
        pool.communicator.sum(&energy.elements)
        let halves = pool.map(coordinates * densities.count) { index -> Matrix in
            var sum = Matrix(rows: n, columns: n)
            for part in sums { for i in 0..<n * n { sum.elements[i] += part.base[index * n * n + i] } }
            return sum
        }
        let fock = (0..<coordinates).map { x in
            densities.indices.map { k -> Matrix in
                var sum = halves[x * densities.count + k]
                pool.communicator.sum(&sum.elements)
                var result = Matrix(rows: n, columns: n)
                for i in 0..<n { for j in 0..<n { result[i, j] = -factor * (sum[i, j] + sum[j, i]) } }
                return result
            }
        }
        return SkeletonDerivatives(energy: energy, fock: fock)
    }
}

/// Zero-initialised memory.
private final class ZeroedDoubles: @unchecked Sendable {
    let base: UnsafeMutablePointer<Double>

    init(count: Int) {
        base = .allocate(capacity: max(1, count))
        base.initialize(repeating: 0, count: max(1, count))
    }

    deinit { base.deallocate() }
}

/// Dependence of the Hermite coefficients of pairs on the positions of their shells, for every primitive of a ket batch and every
/// primitive pair as a bra.
final class KetDerivatives: @unchecked Sendable {
    /// For a ket primitive: the ratio a / p of the first shell, followed by the derivatives of all entries with respect to x, y
    /// and z of A - B.
    let data: UnsafeMutablePointer<Lanes>
    /// First vector of every batch.
    let places: [Int]

    init(_ plan: RepulsionPlan, pool: WorkerPool) {
        let list = plan.list
        var places: [Int] = []
        var total = 0
        for batch in plan.batches.batches {
            places.append(total)
            total += batch.primitiveCount * Self.width(list.classes[batch.classIndex])
        }
        self.places = places
        data = .allocateAligned(capacity: max(1, total))
        data.initialize(repeating: .zero, count: max(1, total))
        let shared = SharedPointer(data)
        pool.forEach(plan.batches.batches.count) { [places] index, _ in
            let batch = plan.batches.batches[index]
            let pairClass = list.classes[batch.classIndex]
            var expansion = ExpansionDerivatives()
            for lane in 0..<batch.laneCount {
                let pair = list.pairs[batch.firstPair + lane]
                for k in 0..<pair.primitiveCount {
                    let target = shared.base + places[index] + k * Self.width(pairClass)
                    expansion.fill(list, pair, primitive: pair.firstPrimitive + k)
                    target[0][lane] = expansion.fraction
                    for axis in 0..<3 {
                        for entry in 0..<pairClass.entryCount {
                            target[1 + axis * pairClass.entryCount + entry][lane] =
                                pairClass.sign[entry] * expansion.values[axis][entry]
                        }
                    }
                }
            }
        }
    }

    deinit { data.deallocate() }

    static func width(_ pairClass: ShellPairClass) -> Int { 1 + 3 * pairClass.entryCount }
}

/// One thread's part: bras are processed sequentially.
final class ExchangeSecondWorker: @unchecked Sendable {
    private let task: ExchangeGradientTask
    private let kernel: ExchangeSecondKernel
    private let density: TwoParticleDensity
    private let digestions: [ExchangeDigestion]
    var energy: Matrix

    init(_ task: ExchangeGradientTask, _ derivatives: KetDerivatives, coordinates: Int) {
        self.task = task
        kernel = ExchangeSecondKernel(task.plan, derivatives)
        density = TwoParticleDensity(task)
        let largest = task.plan.list.basis.shells.map(\.functionCount).max() ?? 1
        digestions = (0..<6).map { _ in
            ExchangeDigestion(size: task.size, largestShell: largest, densityCount: task.densityCount)
        }
        energy = Matrix(rows: coordinates, columns: coordinates)
    }

    deinit {
        density.deallocate()
        for digestion in digestions { digestion.deallocate() }
    }

    /// Adds all visits of a bra to `energy` and to the exchange matrices, one for each coordinate and density. The result is M +
    /// M^T.
    func process(_ bra: Int, into exchange: UnsafeMutablePointer<Double>) {
        let plan = task.plan
        let pair = plan.list.pairs[bra]
        let braClass = plan.list.classes[pair.classIndex]
        let shells = plan.list.basis.shells
        let (atomA, atomB) = (shells[pair.shellA].atom, shells[pair.shellB].atom)
        let isSeparated = atomA != atomB
        let sets = isSeparated ? 6 : 3
        kernel.begin(pair, braClass, isSeparated: isSeparated)
        let rowA = pair.shellA * task.shellCount
        let rowB = pair.shellB * task.shellCount
        var (reachA, reachB) = (0.0, 0.0)
        for c in 0..<task.shellCount {
            reachA = max(reachA, task.largest[rowA + c])
            reachB = max(reachB, task.largest[rowB + c])
        }
        let scale = abs(task.weight) * Double(task.densityCount)
        let reach = max(2 * scale * reachA * reachB, max(reachA, reachB))
        let lastBatch = plan.batches.batchOfPair[bra]
        var hasBegun = false
        task.largest.withUnsafeBufferPointer { largest in
            for segment in plan.segments {
                let ketIndex = plan.batches.batches[segment.lowerBound].classIndex
                let ketClass = plan.list.classes[ketIndex]
                for index in segment {
                    let batch = plan.batches.batches[index]
                    let bound = pair.bound * batch.bound
                    if reach * bound < task.threshold { break }
                    var (product, element) = (0.0, 0.0)
                    let ketShells = plan.shells + 16 * index
                    for lane in 0..<batch.laneCount {
                        let (c, d) = (Int(ketShells[lane]), Int(ketShells[8 + lane]))
                        let (ac, ad) = (largest[rowA + c], largest[rowA + d])
                        let (bc, bd) = (largest[rowB + c], largest[rowB + d])
                        product = max(product, ac * bd + ad * bc)
                        element = max(element, max(max(ac, ad), max(bc, bd)))
                    }
                    product *= scale
                    let needsEnergy = product * bound >= task.threshold
                    guard needsEnergy || element * bound >= task.threshold else { continue }
                    let needsCross = needsEnergy && index <= lastBatch
                    kernel.add(
                        pair, braClass, index, ketClass, ketRows: task.rows[ketIndex],
                        density: needsEnergy ? density.fill(pair, braClass, ketClass, batch, index) : nil,
                        needsCross: needsCross)
                    if needsCross { addCross(bra, index, atomA: atomA, atomB: atomB, isSeparated: isSeparated) }
                    if !hasBegun {
                        for set in 0..<sets {
                            digestions[set].begin(
                                pair, countA: braClass.functionCountA, countB: braClass.functionCountB, densities: task.densities)
                        }
                        hasBegun = true
                    }
                    var factor = plan.factors[index]
                    if pair.shellA == pair.shellB { factor *= 0.5 }
                    for set in 0..<sets {
                        digestions[set].add(
                            kernel.integrals(set, braClass, ketClass, scaledBy: factor), countA: braClass.functionCountA,
                            countB: braClass.functionCountB, countC: ketClass.functionCountA, countD: ketClass.functionCountB,
                            columns: plan.columns + 16 * index)
                    }
                }
            }
        }
        if isSeparated { addBra(pair, braClass, atomA: atomA, atomB: atomB) }
        guard hasBegun else { return }
        let square = task.size * task.size * task.densityCount
        for set in 0..<sets {
            let coordinate = 3 * (set < 3 ? atomA : atomB) + set % 3
            digestions[set].end(
                pair, countA: braClass.functionCountA, countB: braClass.functionCountB, into: exchange + coordinate * square)
        }
    }

    /// Second derivatives with respect to a centre of the bra and one of a ket, once for each unordered pair of pairs.
    private func addCross(_ bra: Int, _ index: Int, atomA: Int, atomB: Int, isSeparated: Bool) {
        let plan = task.plan
        let batch = plan.batches.batches[index]
        let shells = plan.list.basis.shells
        for lane in 0..<batch.laneCount {
            let ket = batch.firstPair + lane
            if ket > bra { break }
            let factor = ket == bra ? 0.5 : 1.0
            let pair = plan.list.pairs[ket]
            let (atomC, atomD) = (shells[pair.shellA].atom, shells[pair.shellB].atom)
            for i in 0..<3 {
                for j in 0..<3 {
                    let whole = factor * kernel.cross(3 + i, 3 + j)[lane]
                    let byA = isSeparated ? factor * kernel.cross(i, 3 + j)[lane] : whole
                    let (byC, byAC): (Double, Double)
                    if atomC == atomD {
                        (byC, byAC) = (whole, byA)
                    } else {
                        byC = factor * kernel.cross(3 + i, j)[lane]
                        byAC = isSeparated ? factor * kernel.cross(i, j)[lane] : byC
                    }
                    func add(_ value: Double, _ first: Int, _ second: Int) {
                        energy[3 * first + i, 3 * second + j] += value
                        energy[3 * second + j, 3 * first + i] += value
                    }
                    add(byAC, atomA, atomC)
                    if atomC != atomD { add(byA - byAC, atomA, atomD) }
                    guard isSeparated else { continue }
                    add(byC - byAC, atomB, atomC)
                    if atomC != atomD { add(whole - byA - byC + byAC, atomB, atomD) }
                }
            }
        }
    }

    /// Second derivatives with respect to two centres of the bra.
    private func addBra(_ pair: ShellPair, _ braClass: ShellPairClass, atomA: Int, atomB: Int) {
        let list = task.plan.list
        var expansion = ExpansionDerivatives()
        var sums = [Double](repeating: 0, count: HermiteIndex.count(upTo: braClass.degree + 2))
        let raised = HermiteIndex.raised
        for k in 0..<pair.primitiveCount {
            expansion.fill(list, pair, primitive: pair.firstPrimitive + k, includesSecond: true)
            let (f, e) = (expansion.fraction, 1 - expansion.fraction)
            let own = list.primitives.coefficients + pair.firstCoefficient + k * braClass.entryCount
            for row in 0..<braClass.productCount {
                kernel.braSums(k, row, braClass, into: &sums)
                for entry in Int(braClass.rowStart[row])..<Int(braClass.rowStart[row + 1]) {
                    let g = Int(braClass.hermite[entry])
                    for i in 0..<3 {
                        for j in 0..<3 {
                            let value =
                                f * e * own[entry] * sums[raised[j][raised[i][g]]]
                                + e * expansion.values[i][entry] * sums[raised[j][g]]
                                - f * expansion.values[j][entry] * sums[raised[i][g]]
                                - expansion.seconds[ExpansionDerivatives.place(i, j)][entry] * sums[g]
                            energy[3 * atomA + i, 3 * atomB + j] += value
                            energy[3 * atomB + j, 3 * atomA + i] += value
                        }
                    }
                }
            }
        }
    }
}
