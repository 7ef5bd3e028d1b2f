import CVectorShims
import GaussianBasis
import LinearAlgebra
import ParallelExecution

/// Coulomb matrices from the table of the exchange: J_ab = B_ab^Q B_cd^Q D_cd, the same fit as that of `FittedCoulomb`, with the operator
/// of the exchange. The integrals need not be stored.
extension FittedExchange {
    /// The number of densities that share passes over the table.
    private static let together = 3

    static func coulombBytes(rows: Int, auxiliary: Int) -> Int {
        MemoryLayout<Double>.stride * together * rows * ((auxiliary + width - 1) / width + 1)
    }

    /// Coulomb matrices of symmetric densities.
    ///
    /// Cost: two passes over the table for every three densities. Sums are in double precision.
    public func coulombMatrices(_ densities: [Matrix]) -> [Matrix] {
        stride(from: 0, to: densities.count, by: Self.together).flatMap {
            sharedPass(Array(densities[$0..<min(densities.count, $0 + Self.together)]))
        }
    }

    private func sharedPass(_ densities: [Matrix]) -> [Matrix] {
        let (count, n) = (densities.count, basis.functionCount)
        let weights = rowWeights(densities)
        let sums = UnsafeMutablePointer<Double>.allocate(capacity: max(1, pieceCount * count * rowCount))
        defer { sums.deallocate() }
        let target = SharedPointer(sums)
        weights.withUnsafeBufferPointer { weights in
            guard let base = weights.baseAddress else { return }
            let source = SharedPointer(UnsafeMutablePointer(mutating: base))
            pool.forEach(pieceCount) { piece, _ in
                self.addCoulomb(piece, of: source.base, count, into: target.base + piece * count * self.rowCount)
            }
        }
        return (0..<count).map { k in
            var matrix = Matrix(rows: n, columns: n)
            for (index, pair) in integrals.pairs.pairs.enumerated() {
                let pairClass = integrals.pairs.classes[pair.classIndex]
                for product in 0..<pairClass.productCount {
                    var sum = 0.0
                    for piece in 0..<pieceCount {
                        sum += sums[(piece * count + k) * rowCount + integrals.firstRow[index] + product]
                    }
                    let (i, j) = (
                        pair.firstA + product / pairClass.functionCountB, pair.firstB + product % pairClass.functionCountB
                    )
                    (matrix[i, j], matrix[j, i]) = (sum, sum)
                }
            }
            // Every block of auxiliary functions belongs to one rank.
            pool.communicator.sum(&matrix.elements)
            return matrix
        }
    }

    /// The factors of the rows in c^Q = B_cd^Q D_cd, density by density.
    private func rowWeights(_ densities: [Matrix]) -> [Double] {
        var weights = [Double](repeating: 0, count: densities.count * rowCount)
        for (index, pair) in integrals.pairs.pairs.enumerated() {
            let pairClass = integrals.pairs.classes[pair.classIndex]
            let twice = pair.shellA == pair.shellB ? 1.0 : 2.0
            for product in 0..<pairClass.productCount {
                let (i, j) = (pair.firstA + product / pairClass.functionCountB, pair.firstB + product % pairClass.functionCountB)
                for (k, density) in densities.enumerated() {
                    weights[k * rowCount + integrals.firstRow[index] + product] = twice * density[i, j]
                }
            }
        }
        return weights
    }

    /// The contribution of one block of auxiliary functions to the rows of all densities.
    private func addCoulomb(
        _ piece: Int, of weights: UnsafePointer<Double>, _ count: Int, into sums: UnsafeMutablePointer<Double>
    ) {
        let vectors = Self.width / 8
        let part = table + piece * rowCount * Self.width
        let fits = UnsafeMutablePointer<Lanes>.allocateAligned(capacity: count * vectors)
        fits.initialize(repeating: .zero, count: count * vectors)
        defer { fits.deallocate() }
        for row in 0..<rowCount {
            let values = part + row * Self.width
            for k in 0..<count {
                let weight = Lanes(repeating: weights[k * rowCount + row])
                let fit = fits + k * vectors
                for q in 0..<vectors { fit[q] = esp_fma8(weight, esp_widen8(values + 8 * q), fit[q]) }
            }
        }
        for row in 0..<rowCount {
            let values = part + row * Self.width
            for k in 0..<count {
                let fit = fits + k * vectors
                var (even, odd) = (Lanes.zero, Lanes.zero)
                for q in stride(from: 0, to: vectors, by: 2) {
                    even = esp_fma8(esp_widen8(values + 8 * q), fit[q], even)
                    odd = esp_fma8(esp_widen8(values + 8 * q + 8), fit[q + 1], odd)
                }
                sums[k * rowCount + row] = esp_sum8(even + odd)
            }
        }
    }
}
