import CVectorShims

/// Adds batches of repulsion integrals of one bra pair into exchange matrices.
///
/// The rows of the bra's two shells, of every density and every exchange matrix, are buffered column by column while the bra is
/// processed, so that the block of a ket shell is contiguous. They are added to the matrices once per bra. Quartets are scaled as
/// for `CoulombDigestion`; the result is M + M^T.
struct ExchangeDigestion {
    private let size: Int
    private let densityCount: Int
    /// Number of doubles for the rows of one shell of one matrix.
    private let rowCapacity: Int
    private let rows: UnsafeMutablePointer<Double>
    private let blocks: UnsafeMutablePointer<Lanes>
    private let blockCapacity: Int

    /// Scratch memory of one thread for matrices of `size` rows and shells of up to `largestShell` functions.
    init(size: Int, largestShell: Int, densityCount: Int) {
        self.size = size
        self.densityCount = densityCount
        rowCapacity = size * largestShell
        blockCapacity = largestShell * largestShell
        rows = .allocate(capacity: max(1, 4 * densityCount * rowCapacity))
        blocks = .allocateAligned(capacity: 8 * blockCapacity)
    }

    static func byteCount(size: Int, largestShell: Int, densityCount: Int) -> Int {
        4 * densityCount * size * largestShell * MemoryLayout<Double>.stride
            + 8 * largestShell * largestShell * MemoryLayout<Lanes>.stride
    }

    func deallocate() {
        rows.deallocate()
        blocks.deallocate()
    }

    private func densityA(_ k: Int) -> UnsafeMutablePointer<Double> { rows + 4 * k * rowCapacity }
    private func densityB(_ k: Int) -> UnsafeMutablePointer<Double> { rows + (4 * k + 1) * rowCapacity }
    private func exchangeA(_ k: Int) -> UnsafeMutablePointer<Double> { rows + (4 * k + 2) * rowCapacity }
    private func exchangeB(_ k: Int) -> UnsafeMutablePointer<Double> { rows + (4 * k + 3) * rowCapacity }

    /// Reads the bra's rows of all densities, which are stored consecutively.
    func begin(_ bra: ShellPair, countA: Int, countB: Int, densities: UnsafePointer<Double>) {
        for k in 0..<densityCount {
            let density = densities + k * size * size
            Self.fetch(density + bra.firstA, size, countA, into: densityA(k))
            Self.fetch(density + bra.firstB, size, countB, into: densityB(k))
            exchangeA(k).initialize(repeating: 0, count: size * countA)
            exchangeB(k).initialize(repeating: 0, count: size * countB)
        }
    }

    /// Adds the bra's rows to all exchange matrices, which are stored consecutively.
    func end(_ bra: ShellPair, countA: Int, countB: Int, into exchanges: UnsafeMutablePointer<Double>) {
        for k in 0..<densityCount {
            let exchange = exchanges + k * size * size
            Self.addTransposed(exchangeA(k), size, countA, to: exchange + bra.firstA)
            Self.addTransposed(exchangeB(k), size, countB, to: exchange + bra.firstB)
        }
    }

    /// The matrix is symmetric, so the columns `first ..< first + count` are the required rows.
    @inline(__always)
    private static func fetch(
        _ from: UnsafePointer<Double>, _ size: Int, _ count: Int, into to: UnsafeMutablePointer<Double>
    ) {
        for column in 0..<size { for i in 0..<count { to[column * count + i] = from[column * size + i] } }
    }

    /// Only M + M^T is used, so the sum may be added to M^T.
    @inline(__always)
    private static func addTransposed(
        _ from: UnsafePointer<Double>, _ size: Int, _ count: Int, to: UnsafeMutablePointer<Double>
    ) {
        for column in 0..<size { for i in 0..<count { to[column * size + i] += from[column * count + i] } }
    }

    /// Adds (ab|cd) D_bd to exchange_ac, and likewise for ad, bc and bd, for all densities.
    /// - Parameter columns: the first functions of the eight shells C, followed by those of the eight shells D.
    func add(
        _ integrals: UnsafePointer<Lanes>, countA na: Int, countB nb: Int, countC nc: Int, countD nd: Int,
        columns: UnsafePointer<Int32>
    ) {
        let work = Blocks(
            integrals: integrals, na: na, nb: nb, nc: nc, nd: nd, densityAC: blocks, densityAD: blocks + blockCapacity,
            densityBC: blocks + 2 * blockCapacity, densityBD: blocks + 3 * blockCapacity,
            exchangeAC: blocks + 4 * blockCapacity, exchangeAD: blocks + 5 * blockCapacity,
            exchangeBC: blocks + 6 * blockCapacity, exchangeBD: blocks + 7 * blockCapacity)
        for k in 0..<densityCount {
            Self.load(densityA(k), columns, na, nc, into: work.densityAC, clearing: work.exchangeAC)
            Self.load(densityA(k), columns + 8, na, nd, into: work.densityAD, clearing: work.exchangeAD)
            Self.load(densityB(k), columns, nb, nc, into: work.densityBC, clearing: work.exchangeBC)
            Self.load(densityB(k), columns + 8, nb, nd, into: work.densityBD, clearing: work.exchangeBD)
            var d = 0
            while nd - d >= 4, nd != 6 {
                work.add(LaneGroup4.self, firstD: d)
                d += 4
            }
            while nd - d >= 3 {
                work.add(LaneGroup3.self, firstD: d)
                d += 3
            }
            while d < nd {
                work.add(LaneGroup1.self, firstD: d)
                d += 1
            }
            Self.add(work.exchangeAC, columns, na, nc, to: exchangeA(k))
            Self.add(work.exchangeAD, columns + 8, na, nd, to: exchangeA(k))
            Self.add(work.exchangeBC, columns, nb, nc, to: exchangeB(k))
            Self.add(work.exchangeBD, columns + 8, nb, nd, to: exchangeB(k))
        }
    }

    /// Block of vectors; element (column, row) has the index (column * rowCount + row).
    @inline(__always)
    private static func load(
        _ rows: UnsafePointer<Double>, _ columns: UnsafePointer<Int32>, _ rowCount: Int, _ columnCount: Int,
        into block: UnsafeMutablePointer<Lanes>, clearing other: UnsafeMutablePointer<Lanes>
    ) {
        let count = rowCount * columnCount
        esp_load_columns8(rows, columns, rowCount, count, UnsafeMutableRawPointer(block).assumingMemoryBound(to: Double.self))
        for i in 0..<count { other[i] = .zero }
    }

    @inline(__always)
    private static func add(
        _ block: UnsafePointer<Lanes>, _ columns: UnsafePointer<Int32>, _ rowCount: Int, _ columnCount: Int,
        to rows: UnsafeMutablePointer<Double>
    ) {
        esp_add_columns8(
            rows, columns, rowCount, rowCount * columnCount,
            UnsafeRawPointer(block).assumingMemoryBound(to: Double.self))
    }

    /// The blocks of one density and one batch. Element (column c, row a) of a block is vector c * na + a.
    private struct Blocks {
        let integrals: UnsafePointer<Lanes>
        let na: Int
        let nb: Int
        let nc: Int
        let nd: Int
        let densityAC: UnsafeMutablePointer<Lanes>
        let densityAD: UnsafeMutablePointer<Lanes>
        let densityBC: UnsafeMutablePointer<Lanes>
        let densityBD: UnsafeMutablePointer<Lanes>
        let exchangeAC: UnsafeMutablePointer<Lanes>
        let exchangeAD: UnsafeMutablePointer<Lanes>
        let exchangeBC: UnsafeMutablePointer<Lanes>
        let exchangeBD: UnsafeMutablePointer<Lanes>

        /// Processes the functions firstD ..< firstD + Group.width of shell D.
        @inline(__always)
        func add<Group: LaneGroup>(_: Group.Type, firstD: Int) {
            for a in 0..<na {
                let dAD = Group(densityAD + firstD * na + a, stride: na)
                var xAD = Group(exchangeAD + firstD * na + a, stride: na)
                for b in 0..<nb {
                    let dBD = Group(densityBD + firstD * nb + b, stride: nb)
                    var xBD = Group(exchangeBD + firstD * nb + b, stride: nb)
                    var row = integrals + (a * nb + b) * nc * nd + firstD
                    for c in 0..<nc {
                        let v = Group(row, stride: 1)
                        let (ac, bc) = (c * na + a, c * nb + b)
                        exchangeAC[ac] = dBD.dot(v, addedTo: exchangeAC[ac])
                        exchangeBC[bc] = dAD.dot(v, addedTo: exchangeBC[bc])
                        xAD.add(v, times: densityBC[bc])
                        xBD.add(v, times: densityAC[ac])
                        row += nd
                    }
                    xBD.store(to: exchangeBD + firstD * nb + b, stride: nb)
                }
                xAD.store(to: exchangeAD + firstD * na + a, stride: na)
            }
        }
    }
}
