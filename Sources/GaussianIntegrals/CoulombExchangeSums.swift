import LinearAlgebra
import ParallelExecution

/// Densities of a build, and one set of sums per group of bras.
///
/// Data of Coulomb matrices are stored in the order of the ket batches of a plan, data of exchange matrices row by row. The sums
/// are halves M of the symmetric matrices M + M^T.
struct CoulombExchangeSums: @unchecked Sendable {
    private let plan: RepulsionPlan
    private let size: Int
    private let groupCount: Int
    private let coulombCount: Int
    private let exchangeCount: Int
    /// Densities, followed by groups.
    private let vectors: UnsafeMutablePointer<Lanes>
    private let squares: UnsafeMutablePointer<Double>

    init(plan: RepulsionPlan, size: Int, groupCount: Int, coulombCount: Int, exchangeCount: Int) {
        self.plan = plan
        self.size = size
        self.groupCount = groupCount
        self.coulombCount = coulombCount
        self.exchangeCount = exchangeCount
        vectors = .allocateAligned(capacity: max(1, (groupCount + 1) * coulombCount * plan.vectorCount))
        squares = .allocate(capacity: max(1, (groupCount + 1) * exchangeCount * size * size))
    }

    /// Memory of the densities; each group requires the same amount.
    static func byteCount(plan: RepulsionPlan, size: Int, coulombCount: Int, exchangeCount: Int) -> Int {
        coulombCount * plan.vectorCount * MemoryLayout<Lanes>.stride
            + exchangeCount * size * size * MemoryLayout<Double>.stride
    }

    func deallocate() {
        vectors.deallocate()
        squares.deallocate()
    }

    var coulombDensities: UnsafePointer<Lanes> { UnsafePointer(vectors) }
    var exchangeDensities: UnsafePointer<Double> { UnsafePointer(squares) }
    func coulomb(_ group: Int) -> UnsafeMutablePointer<Lanes> { vectors + (group + 1) * coulombCount * plan.vectorCount }
    func exchange(_ group: Int) -> UnsafeMutablePointer<Double> { squares + (group + 1) * exchangeCount * size * size }

    func clear(_ group: Int) {
        coulomb(group).initialize(repeating: .zero, count: coulombCount * plan.vectorCount)
        exchange(group).initialize(repeating: 0, count: exchangeCount * size * size)
    }

    /// Coulomb densities are stored doubled. Empty lanes contain the density of lane 0; their integrals are zero.
    func setDensities(coulomb: [Matrix], exchange: [Matrix]) {
        for (k, density) in exchange.enumerated() {
            (squares + k * size * size).initialize(from: density.elements, count: size * size)
        }
        for (k, density) in coulomb.enumerated() {
            density.elements.withUnsafeBufferPointer { elements in
                forEachBlock { batch, vector, c, d in
                    let columns = plan.columns + 16 * batch
                    var values = Lanes.zero
                    for lane in 0..<8 {
                        let row = Int(columns[lane]) + c
                        values[lane] = 2 * elements[row * size + Int(columns[8 + lane]) + d]
                    }
                    vectors[k * plan.vectorCount + vector] = values
                }
            }
        }
    }

    /// The matrices M + M^T, summed over all groups and ranks in fixed order.
    func matrices(pool: WorkerPool) -> (coulomb: [Matrix], exchange: [Matrix]) {
        addGroups(pool: pool)
        let vectorDoubles = coulombCount * plan.vectorCount * Lanes.scalarCount
        coulomb(0).withMemoryRebound(to: Double.self, capacity: vectorDoubles) {
            pool.communicator.sum($0, count: vectorDoubles)
        }
        pool.communicator.sum(exchange(0), count: exchangeCount * size * size)
        var coulombMatrices: [Matrix] = []
        for k in 0..<coulombCount {
            var matrix = Matrix(rows: size, columns: size)
            let total = coulomb(0) + k * plan.vectorCount
            matrix.elements.withUnsafeMutableBufferPointer { elements in
                forEachBlock { batch, vector, c, d in
                    let columns = plan.columns + 16 * batch
                    for lane in 0..<plan.batches.batches[batch].laneCount {
                        let (row, column) = (Int(columns[lane]) + c, Int(columns[8 + lane]) + d)
                        let value = total[vector][lane]
                        elements[row * size + column] += value
                        elements[column * size + row] += value
                    }
                }
            }
            coulombMatrices.append(matrix)
        }
        let exchangeMatrices = (0..<exchangeCount).map { k in
            var matrix = Matrix(rows: size, columns: size)
            let total = exchange(0) + k * size * size
            matrix.elements.withUnsafeMutableBufferPointer { elements in
                for i in 0..<size {
                    for j in 0...i {
                        let value = total[i * size + j] + total[j * size + i]
                        elements[i * size + j] = value
                        elements[j * size + i] = value
                    }
                }
            }
            return matrix
        }
        return (coulombMatrices, exchangeMatrices)
    }

    /// Adds all groups to the first one.
    private func addGroups(pool: WorkerPool) {
        let pieces = 16
        pool.forEach(pieces) { piece, _ in
            let vectorCount = coulombCount * plan.vectorCount
            let squareCount = exchangeCount * size * size
            for group in 1..<max(1, groupCount) {
                for i in (piece * vectorCount / pieces)..<((piece + 1) * vectorCount / pieces) {
                    coulomb(0)[i] += coulomb(group)[i]
                }
                for i in (piece * squareCount / pieces)..<((piece + 1) * squareCount / pieces) {
                    exchange(0)[i] += exchange(group)[i]
                }
            }
        }
    }

    /// Enumerates every product of functions of every batch: batch, vector, function of C, function of D.
    private func forEachBlock(_ body: (Int, Int, Int, Int) -> Void) {
        for (index, batch) in plan.batches.batches.enumerated() {
            let pairClass = plan.list.classes[batch.classIndex]
            var vector = plan.vectors[index]
            for c in 0..<pairClass.functionCountA {
                for d in 0..<pairClass.functionCountB {
                    body(index, vector, c, d)
                    vector += 1
                }
            }
        }
    }
}
