import GaussianBasis
import ParallelExecution

/// Repulsion integrals (ab|P) of the products of a basis with the functions of an auxiliary basis, computed by the kernels of
/// `RepulsionKernel`. A pair of shells is the bra, and eight auxiliary shells are the ket.
///
/// A row contains the integrals of one product ab with all auxiliary functions, in the order of the batches. Empty lanes are
/// zero. Negligible pairs of shells have no rows.
final class ThreeCenterIntegrals: @unchecked Sendable {
    let interaction: RepulsionOperator
    let pairs: ShellPairList
    let auxiliary: ShellPairList
    let batches: KetBatchList
    /// Index of the first row of every pair, and the total number of rows.
    let firstRow: [Int]
    let rowCount: Int
    /// Number of vectors in a row, and index of the first vector of each batch.
    let rowLength: Int
    private let firstVector: [Int]
    /// Positions of the auxiliary functions in a row (in numbers, not vectors), in the order of the basis.
    let places: [Int]
    /// Integrals with a Schwarz bound below this are set to zero.
    let threshold: Double

    var functionCount: Int { places.count }

    /// Cost: the Schwarz bounds of all pairs.
    init(
        basis: AtomicOrbitalBasis, auxiliary auxiliaryBasis: AtomicOrbitalBasis, interaction: RepulsionOperator, pool: WorkerPool,
        threshold: Double
    ) {
        self.interaction = interaction
        self.threshold = threshold
        func list(_ list: ShellPairList) -> ShellPairList {
            list.sortPairs(
                by: { ($0.classIndex, $0.shellA, $0.shellB) < ($1.classIndex, $1.shellA, $1.shellB) }, keeping: { _ in true })
            list.setBounds(SchwarzBounds.bounds(of: list, interaction: interaction, pool: pool))
            return list
        }
        let auxiliary = list(ShellPairList(singleShellsOf: auxiliaryBasis))
        let largest = auxiliary.pairs.map(\.bound).max() ?? 0
        let pairs = list(ShellPairList(basis: basis))
        pairs.sortPairs(
            by: { ($0.classIndex, $0.shellA, $0.shellB) < ($1.classIndex, $1.shellA, $1.shellB) },
            keeping: { $0.bound * largest >= threshold })
        self.pairs = pairs
        self.auxiliary = auxiliary
        batches = KetBatchList(auxiliary)
        var rows = 0
        firstRow = pairs.pairs.map { pair in
            defer { rows += pairs.classes[pair.classIndex].productCount }
            return rows
        }
        rowCount = rows
        var vectors = 0
        var places = [Int](repeating: 0, count: auxiliaryBasis.functionCount)
        firstVector = batches.batches.map { batch in
            let count = auxiliary.classes[batch.classIndex].productCount
            for lane in 0..<batch.laneCount {
                let first = auxiliary.pairs[batch.firstPair + lane].firstA
                for c in 0..<count { places[first + c] = 8 * (vectors + c) + lane }
            }
            defer { vectors += count }
            return vectors
        }
        rowLength = vectors
        self.places = places
    }

    /// Number of rows of a pair.
    func rowCount(ofPair index: Int) -> Int { (index + 1 == firstRow.count ? rowCount : firstRow[index + 1]) - firstRow[index] }

    /// For some pairs in ascending order, the number of rows before each of them, and the number of all.
    func starts(of pairs: [Int]) -> [Int] {
        pairs.reduce(into: [0]) { starts, pair in starts.append(starts[starts.count - 1] + rowCount(ofPair: pair)) }
    }

    /// Divides a list of pairs into ranges of at least `count` rows, except the last. A range exceeds `count` by less than the rows of
    /// one pair.
    static func ranges(ofRows count: Int, starts: [Int]) -> [Range<Int>] {
        var result: [Range<Int>] = []
        var start = 0
        for index in 0..<starts.count - 1 where starts[index + 1] - starts[start] >= count || index + 2 == starts.count {
            result.append(start..<index + 1)
            start = index + 1
        }
        return result
    }

    /// Scratch memory of one thread for `evaluate`.
    struct Scratch: @unchecked Sendable {
        fileprivate let kernel: RepulsionKernel
        fileprivate let values: UnsafeMutablePointer<Lanes>

        func deallocate() {
            kernel.deallocate()
            values.deallocate()
        }
    }

    func scratch() -> Scratch {
        let products = max(
            pairs.classes.map(\.productCount).max() ?? 1, auxiliary.classes.map(\.productCount).max() ?? 1)
        return Scratch(
            kernel: RepulsionKernel(
                largestProductCount: products, largestHermiteCount: auxiliary.classes.map(\.hermiteCount).max() ?? 1,
                interaction: interaction),
            values: .allocateAligned(capacity: products * (auxiliary.classes.map(\.productCount).max() ?? 1)))
    }

    /// Writes the rows of a pair consecutively.
    func evaluate(pair index: Int, _ scratch: Scratch, into rows: UnsafeMutablePointer<Lanes>) {
        evaluate(pairs.pairs[index], of: pairs, scratch, threshold: threshold, into: rows)
    }

    /// (P|Q) of an auxiliary shell with all auxiliary functions, one row for each function of the shell.
    func evaluate(auxiliaryShell index: Int, _ scratch: Scratch, into rows: UnsafeMutablePointer<Lanes>) {
        evaluate(auxiliary.pairs[index], of: auxiliary, scratch, threshold: 0, into: rows)
    }

    private func evaluate(
        _ bra: ShellPair, of list: ShellPairList, _ scratch: Scratch, threshold: Double, into rows: UnsafeMutablePointer<Lanes>
    ) {
        let braClass = list.classes[bra.classIndex]
        for (index, batch) in batches.batches.enumerated() {
            let ketClass = auxiliary.classes[batch.classIndex]
            let count = ketClass.productCount
            let isNeeded = bra.bound * batch.bound >= threshold
            if isNeeded {
                scratch.kernel.evaluate(
                    bra: bra, braClass: braClass, list: list.primitives, ket: batch, ketClass: ketClass, ketData: batches.data,
                    ketSizes: batches.sizes, into: scratch.values)
            }
            for ab in 0..<braClass.productCount {
                let target = rows + ab * rowLength + firstVector[index]
                let source = scratch.values + ab * count
                for c in 0..<count { target[c] = isNeeded ? source[c] : .zero }
            }
        }
    }
}
