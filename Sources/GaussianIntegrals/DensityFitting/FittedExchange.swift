import Foundation
import GaussianBasis
import LinearAlgebra
import ParallelExecution

/// Exchange matrices from integrals fitted in an auxiliary basis: K_ab = sum over orbitals i of n (ai|P) (P|Q)^-1 (Q|ib).
///
/// B_ab^Q = (ab|P) L^-T, with (P|Q) = L L^T, is computed once and stored in single precision. The rounding error of the table,
/// about 1e-7 of an element, is far below the error of the fit. A build transforms one index to the orbitals of the density,
/// followed by a matrix multiplication. Vahtras, Almloef and Feyereisen, Chem. Phys. Lett. 213, 514 (1993),
/// doi 10.1016/0009-2614(93)89151-7; Weigend, Phys. Chem. Chem. Phys. 4, 4285 (2002), doi 10.1039/b204199p.
public final class FittedExchange: @unchecked Sendable {
    public let basis: AtomicOrbitalBasis
    let integrals: ThreeCenterIntegrals
    let metric: AuxiliaryMetric
    let pool: WorkerPool
    let rowCount: Int
    private let auxiliaryCount: Int
    /// How many blocks of auxiliary functions this rank has.
    let pieceCount: Int
    /// By block of auxiliary functions of this rank, then row, then auxiliary function of the block.
    let table: UnsafeMutablePointer<Float>
    private let partners: [[Partner]]

    /// A shell that forms products, which have rows, with another shell.
    private struct Partner {
        let shell: Int
        let firstRow: Int
        /// Distances in rows between consecutive functions: of the shell that has the partner, and of the partner.
        let ownStride: Int
        let partnerStride: Int
    }

    /// Number of auxiliary functions in a block.
    static let width = 128

    static func bytes(functions n: Int, rows: Int, auxiliary: Int, orbitals: Int, pool: WorkerPool, scalar: Int) -> Int {
        let ranks = pool.communicator.size
        let pieces = ((auxiliary + width - 1) / width + ranks - 1) / ranks
        // Ranks exchange their parts of the table, which they then hold twice.
        return (ranks > 1 ? 2 : 1) * 4 * rows * pieces * width + MemoryLayout<Double>.stride * auxiliary * auxiliary
            + scalar * (pool.threads * n * (width * (orbitals + 1) + orbitals) + pieces * n * n)
    }

    /// - Parameters:
    ///   - coulomb: provides the integrals if the operator is 1/r.
    ///   - interaction: the two-electron operator of the exchange; it must be positive definite.
    /// - Throws: `LinearAlgebraError` if the metric is not finite.
    public init(coulomb: FittedCoulomb, interaction: RepulsionOperator = .coulomb, pool: WorkerPool) throws {
        basis = coulomb.basis
        self.pool = pool
        let integrals =
            interaction.isCoulomb
            ? coulomb.integrals
            : ThreeCenterIntegrals(
                basis: coulomb.basis, auxiliary: coulomb.auxiliary, interaction: interaction, pool: pool,
                threshold: coulomb.integrals.threshold)
        let metric = interaction.isCoulomb ? coulomb.metric : try AuxiliaryMetric(integrals, pool: pool)
        self.integrals = integrals
        self.metric = metric
        rowCount = integrals.rowCount
        auxiliaryCount = integrals.functionCount
        let pieces = (auxiliaryCount + Self.width - 1) / Self.width
        let list = integrals.pairs
        var partners = [[Partner]](repeating: [], count: basis.shells.count)
        for (index, pair) in list.pairs.enumerated() {
            let columns = list.classes[pair.classIndex].functionCountB
            let first = integrals.firstRow[index]
            partners[pair.shellA].append(Partner(shell: pair.shellB, firstRow: first, ownStride: columns, partnerStride: 1))
            if pair.shellA != pair.shellB {
                partners[pair.shellB].append(Partner(shell: pair.shellA, firstRow: first, ownStride: 1, partnerStride: columns))
            }
        }
        self.partners = partners
        pieceCount = pool.communicator.own(pieces).count
        let source = interaction.isCoulomb ? coulomb : nil
        table = Self.table(Self.sheet(integrals, source, metric, pool), pieces: pieces, integrals, pool.communicator)
    }

    /// The rows of this rank's pairs, of all blocks. The equations are solved in double precision: in single precision, the metric is so
    /// nearly singular that changes of matrices would be wrong by a tenth.
    ///
    /// - Parameter source: provides the integrals; nil: they are computed.
    private static func sheet(
        _ integrals: ThreeCenterIntegrals, _ source: FittedCoulomb?, _ metric: AuxiliaryMetric, _ pool: WorkerPool
    ) -> UnsafeMutablePointer<Float> {
        let count = integrals.functionCount
        let pieces = (count + width - 1) / width
        let list = integrals.pairs
        let ownPairs = pool.communicator.own(list.pairs.count)
        let starts = integrals.starts(of: ownPairs)
        let ownRows = starts[ownPairs.count]
        let sheet = UnsafeMutablePointer<Float>.allocate(capacity: max(1, pieces * ownRows * width))
        // L by rows. The scaling of the auxiliary functions is included in the integrals.
        let lower = metric.factor.lowerTriangle.elements
        let scale = metric.scale
        let target = SharedPointer(sheet)
        let batch = 512
        let ranges = ThreeCenterIntegrals.ranges(ofRows: batch, starts: starts)
        let largest = list.classes.map(\.productCount).max() ?? 1
        let capacity = batch + largest
        let buffers = (0..<pool.threads).map { _ in FittedCoulomb.Workspace(integrals, rows: largest) }
        let rows = UnsafeMutablePointer<Double>.allocate(capacity: pool.threads * capacity * max(1, count))
        defer { rows.deallocate() }
        let shared = SharedPointer(rows)
        lower.withUnsafeBufferPointer { lower in
            guard let base = lower.baseAddress else { return }
            let triangle = SharedPointer(UnsafeMutablePointer(mutating: base))
            pool.forEach(ranges.count) { piece, worker in
                let own = shared.base + worker * capacity * count
                let first = starts[ranges[piece].lowerBound]
                var next = 0
                for pair in ownPairs[ranges[piece]] {
                    let values = UnsafeRawPointer(
                        source?.rows(pair, buffers[worker]) ?? integrals.rows(pair, buffers[worker])
                    ).assumingMemoryBound(to: Double.self)
                    for row in 0..<list.classes[list.pairs[pair].classIndex].productCount {
                        let from = values + row * 8 * integrals.rowLength
                        let to = own + next * count
                        for q in 0..<count { to[q] = from[integrals.places[q]] * scale[q] }
                        next += 1
                    }
                }
                Double.solve(lowerTriangle: triangle.base, own, rows: next, columns: count)
                for part in 0..<pieces {
                    let size = min(width, count - part * width)
                    for row in 0..<next {
                        let to = target.base + (part * ownRows + first + row) * width
                        let from = own + row * count + part * width
                        for q in 0..<size { to[q] = Float(from[q]) }
                        if size < width { (to + size).update(repeating: 0, count: width - size) }
                    }
                }
            }
        }
        return sheet
    }

    /// Gives every rank all rows of its blocks.
    ///
    /// - Parameter sheet: the rows of this rank's pairs, of all blocks; it is released or becomes the table.
    /// - Returns: the table.
    private static func table(
        _ sheet: UnsafeMutablePointer<Float>, pieces: Int, _ integrals: ThreeCenterIntegrals, _ communicator: Communicator
    ) -> UnsafeMutablePointer<Float> {
        guard !communicator.isSingle else { return sheet }
        defer { sheet.deallocate() }
        let size = communicator.size
        let pairs = (0..<size).map { rank in
            integrals.pairs.pairs.indices.filter { communicator.owner(of: $0) == rank }
        }
        let starts = pairs.map { integrals.starts(of: $0) }
        let rows = (0..<size).map { starts[$0][pairs[$0].count] }
        let ownRows = rows[communicator.rank]
        let rowCount = integrals.rowCount
        let table = UnsafeMutablePointer<Float>.allocate(
            capacity: max(1, communicator.own(pieces).count * rowCount * width))
        let room = UnsafeMutablePointer<Float>.allocate(capacity: max(1, rowCount * width))
        defer { room.deallocate() }
        var place = 0
        // One block of each rank at a time.
        for first in stride(from: 0, to: pieces, by: size) {
            let round = first..<min(pieces, first + size)
            var sent = [Range<Int>](repeating: 0..<0, count: size)
            for piece in round {
                let start = (piece - first) * ownRows * width
                sent[communicator.owner(of: piece)] = start..<start + ownRows * width
            }
            let isOwn = round.contains { communicator.owns($0) }
            var received: [Range<Int>] = []
            var next = 0
            for rank in 0..<size {
                received.append(next..<next + (isOwn ? rows[rank] * width : 0))
                next += received[rank].count
            }
            communicator.exchange(sheet + first * ownRows * width, sent, room, received)
            guard isOwn else { continue }
            for rank in 0..<size {
                for (index, pair) in pairs[rank].enumerated() {
                    (table + (place * rowCount + integrals.firstRow[pair]) * width).update(
                        from: room + received[rank].lowerBound + starts[rank][index] * width,
                        count: integrals.rowCount(ofPair: pair) * width)
                }
            }
            place += 1
        }
        return table
    }

    deinit { table.deallocate() }

    /// Exchange matrices of symmetric densities.
    ///
    /// Cost per matrix: 2 n m k N + n^2 k N multiplications for n functions, m functions that have nonvanishing products with a
    /// given one, k orbitals and N auxiliary functions.
    /// - Parameters:
    ///   - orbitals: the orbitals of a density. A density without orbitals is diagonalised.
    ///   - scalar: the floating-point type of the arithmetic. Single precision is twice as fast. Its rounding error, 1e-7 of the
    ///     largest elements, is significant unless the density is a small change.
    ///   - negligible: eigenvalues of densities below this are omitted.
    /// - Throws: `LinearAlgebraError` if a density is not finite.
    public func build<Scalar: MatrixScalar>(
        _ densities: [(matrix: Matrix, orbitals: MolecularOrbitals?)], in scalar: Scalar.Type, negligible: Double = 0
    ) throws -> [Matrix] {
        // Within the module, where the types are known, the compiler makes a version of its own for each of them.
        scalar == Float.self
            ? try matrices(densities, in: Float.self, negligible: negligible)
            : try matrices(densities, in: Double.self, negligible: negligible)
    }

    private func matrices<Scalar: MatrixScalar>(
        _ densities: [(matrix: Matrix, orbitals: MolecularOrbitals?)], in scalar: Scalar.Type, negligible: Double
    ) throws -> [Matrix] {
        // In single precision, the threshold is a tenth of the error of a fit; otherwise it is above the rounding error of
        // eigenvalues.
        let smallest = scalar == Float.self ? 1e-5 : 1e-12
        let factors = try densities.map {
            try DensityFactor<Scalar>($0.matrix, $0.orbitals, smallest: smallest, negligible: negligible)
        }
        let n = basis.functionCount
        let largest = factors.map(\.count).max() ?? 0
        guard largest > 0 else { return densities.map { _ in Matrix(rows: n, columns: n) } }
        let scratch = (0..<pool.threads).map { _ in ExchangeScratch<Scalar>(functions: n, width: Self.width, orbitals: largest) }
        let pieces = pieceCount
        let results = UnsafeMutablePointer<Scalar>.allocate(capacity: max(1, pieces * n * n))
        defer { results.deallocate() }
        let target = SharedPointer(results)
        return factors.map { factor in
            guard factor.count > 0 else { return Matrix(rows: n, columns: n) }
            pool.forEach(pieces) { piece, worker in
                self.add(piece, of: factor, scratch[worker], into: target.base + piece * n * n)
            }
            var matrix = Matrix(rows: n, columns: n)
            for i in 0..<n {
                for j in 0...i {
                    var sum = 0.0
                    for piece in 0..<pieces { sum += Double(results[(piece * n + i) * n + j]) }
                    (matrix[i, j], matrix[j, i]) = (sum, sum)
                }
            }
            pool.communicator.sum(&matrix.elements)
            return matrix
        }
    }

    /// (ij|P) L^-T for the pairs of orbitals of a density: row i (i + 1) / 2 + j with j <= i; to be deallocated.
    func orbitalProducts(_ factor: DensityFactor<Double>) -> UnsafeMutablePointer<Double> {
        let (n, width, count, total) = (basis.functionCount, Self.width, factor.count, auxiliaryCount)
        let size = max(1, total * count * (count + 1) / 2)
        let result = UnsafeMutablePointer<Double>.allocate(capacity: size)
        result.initialize(repeating: 0, count: size)
        let scratch = (0..<pool.threads).map { _ in ExchangeScratch<Double>(functions: n, width: width, orbitals: count) }
        let squares = UnsafeMutablePointer<Double>.allocate(capacity: pool.threads * count * count * width)
        defer { squares.deallocate() }
        let (target, buffers) = (SharedPointer(result), SharedPointer(squares))
        let own = pool.communicator.own((total + width - 1) / width)
        pool.forEach(own.count) { piece, worker in
            self.transform(piece, by: factor, scratch[worker])
            let square = buffers.base + worker * count * count * width
            Double.product(
                transposed: factor.elements, scratch[worker].transformed, into: square, rows: count, columns: count * width,
                inner: n)
            let first = own[piece] * width
            for i in 0..<count {
                for j in 0...i {
                    (target.base + (i * (i + 1) / 2 + j) * total + first).update(
                        from: square + (i * count + j) * width, count: min(width, total - first))
                }
            }
        }
        pool.communicator.sum(result, count: size)
        return result
    }

    /// The contribution of one block of auxiliary functions: the lower triangle.
    private func add<Scalar: MatrixScalar>(
        _ piece: Int, of factor: DensityFactor<Scalar>, _ scratch: ExchangeScratch<Scalar>,
        into result: UnsafeMutablePointer<Scalar>
    ) {
        let (n, width, count) = (basis.functionCount, Self.width, factor.count)
        transform(piece, by: factor, scratch)
        let positive = factor.positiveCount
        Scalar.square(
            of: scratch.transformed, rows: n, columns: positive * width, stride: count * width, factor: 1, keeping: 0,
            into: result)
        if positive < count {
            Scalar.square(
                of: scratch.transformed + positive * width, rows: n, columns: (count - positive) * width, stride: count * width,
                factor: -1,
                keeping: 1, into: result)
        }
    }

    /// One index of a block transformed to orbitals.
    private func transform<Scalar: MatrixScalar>(
        _ piece: Int, by factor: DensityFactor<Scalar>, _ scratch: ExchangeScratch<Scalar>
    ) {
        let (width, count) = (Self.width, factor.count)
        let part = table + piece * rowCount * width
        for (own, shell) in basis.shells.enumerated() {
            let members = partners[own]
            var inner = 0
            for partner in members {
                let functions = basis.shells[partner.shell].functions
                (scratch.coefficients + inner * count).update(
                    from: factor.elements + functions.lowerBound * count, count: functions.count * count)
                inner += functions.count
            }
            for a in 0..<shell.functionCount {
                var next = scratch.gathered
                for partner in members {
                    let first = partner.firstRow + a * partner.ownStride
                    for b in 0..<basis.shells[partner.shell].functionCount {
                        let row = part + (first + b * partner.partnerStride) * width
                        for q in 0..<width { next[q] = Scalar(row[q]) }
                        next += width
                    }
                }
                Scalar.product(
                    transposed: scratch.coefficients, scratch.gathered,
                    into: scratch.transformed + (shell.firstFunction + a) * count * width, rows: count, columns: width,
                    inner: inner)
            }
        }
    }
}

/// Workspace of one thread of `FittedExchange`.
final class ExchangeScratch<Scalar: MatrixScalar>: @unchecked Sendable {
    /// (ai|Q), function by function, orbital by orbital.
    let transformed: UnsafeMutablePointer<Scalar>
    /// Rows of the table for one function.
    let gathered: UnsafeMutablePointer<Scalar>
    /// Orbital coefficients of the functions of these rows.
    let coefficients: UnsafeMutablePointer<Scalar>

    init(functions n: Int, width: Int, orbitals: Int) {
        transformed = .allocate(capacity: n * width * orbitals)
        gathered = .allocate(capacity: n * width)
        coefficients = .allocate(capacity: n * orbitals)
    }

    deinit {
        transformed.deallocate()
        gathered.deallocate()
        coefficients.deallocate()
    }
}

/// A symmetric matrix in the form C_+ C_+^T - C_- C_-^T.
final class DensityFactor<Scalar: MatrixScalar>: @unchecked Sendable {
    let count: Int
    let positiveCount: Int
    /// Function by function, with the columns of C_+ first.
    let elements: UnsafeMutablePointer<Scalar>

    /// - Parameters:
    ///   - smallest: eigenvalues below this, relative to the largest, are omitted.
    ///   - negligible: eigenvalues below this are omitted.
    convenience init(_ matrix: Matrix, _ orbitals: MolecularOrbitals?, smallest: Double, negligible: Double) throws {
        if let orbitals {
            self.init(orbitals.coefficients, orbitals.occupations, smallest: smallest, negligible: negligible)
        } else {
            let eigen = try SymmetricEigenproblem(matrix)
            self.init(eigen.vectors, eigen.values, smallest: smallest, negligible: negligible)
        }
    }

    /// - Parameter values: eigenvalues or occupations; those below `smallest`, relative to the largest, and below `negligible` are omitted.
    init(_ vectors: Matrix, _ values: [Double], smallest: Double = 1e-12, negligible: Double = 0) {
        let limit = max(negligible, smallest * (values.map { abs($0) }.max() ?? 0))
        let positive = values.indices.filter { values[$0] > limit }
        let negative = values.indices.filter { values[$0] < -limit }
        let chosen = positive + negative
        count = chosen.count
        positiveCount = positive.count
        let factors = chosen.map { abs(values[$0]).squareRoot() }
        elements = .allocate(capacity: max(1, vectors.rows * chosen.count))
        for i in 0..<vectors.rows {
            for (k, j) in chosen.enumerated() { elements[i * chosen.count + k] = Scalar(factors[k] * vectors[i, j]) }
        }
    }

    deinit { elements.deallocate() }
}
