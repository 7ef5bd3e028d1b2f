import GaussianBasis
import LinearAlgebra

/// The largest density elements of every pair of shells over all densities of a build, used to screen quartets.
struct DensityScreen {
    /// Maximum of 2 |D_cd| in each ket batch.
    let coulombOfBatch: [Double]
    /// |D_ac| over shells, row a.
    let exchange: [Double]
    private let coulomb: [Double]
    let largestCoulomb: Double
    private let shellCount: Int

    init(basis: AtomicOrbitalBasis, plan: RepulsionPlan, coulomb: [Matrix], exchange: [Matrix]) {
        let shells = basis.shells
        shellCount = shells.count
        let ofCoulomb = Self.maxima(shells, coulomb, factor: 2)
        self.coulomb = ofCoulomb
        self.exchange = Self.maxima(shells, exchange, factor: 1)
        coulombOfBatch = plan.batches.batches.indices.map { index in
            (0..<8).reduce(0) { largest, lane in
                let (c, d) = (Int(plan.shells[16 * index + lane]), Int(plan.shells[16 * index + 8 + lane]))
                return max(largest, ofCoulomb[c * shells.count + d])
            }
        }
        largestCoulomb = coulombOfBatch.max() ?? 0
    }

    /// 2 |D_ab| of a bra.
    func coulomb(of bra: ShellPair) -> Double { coulomb[bra.shellA * shellCount + bra.shellB] }

    /// Writes the maximum of |D_ac| and |D_bc| for every shell c to `row` and returns the largest value.
    func exchangeRow(of bra: ShellPair, into row: UnsafeMutablePointer<Double>) -> Double {
        var largest = 0.0
        for c in 0..<shellCount {
            let value = max(exchange[bra.shellA * shellCount + c], exchange[bra.shellB * shellCount + c])
            row[c] = value
            largest = max(largest, value)
        }
        return largest
    }

    private static func maxima(_ shells: [Shell], _ matrices: [Matrix], factor: Double) -> [Double] {
        var result = [Double](repeating: 0, count: shells.count * shells.count)
        for matrix in matrices {
            matrix.elements.withUnsafeBufferPointer { elements in
                for i in shells.indices {
                    for j in shells.indices {
                        var largest = 0.0
                        for m in shells[i].functions {
                            for l in shells[j].functions { largest = max(largest, abs(elements[m * matrix.columns + l])) }
                        }
                        result[i * shells.count + j] = max(result[i * shells.count + j], factor * largest)
                    }
                }
            }
        }
        return result
    }
}
