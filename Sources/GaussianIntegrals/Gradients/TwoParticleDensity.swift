import CVectorShims
import GaussianBasis

/// The exchange part of the two-particle density of a bra pair and the pairs of a ket batch.
struct TwoParticleDensity: @unchecked Sendable {
    private let task: ExchangeGradientTask
    /// P_ac, P_ad, P_bc, P_bd of one density matrix.
    private let blocks: UnsafeMutablePointer<Lanes>
    private let blockSize: Int
    private let values: UnsafeMutablePointer<Lanes>

    init(_ task: ExchangeGradientTask) {
        self.task = task
        let widest = task.plan.list.basis.shells.map(\.functionCount).max() ?? 1
        blockSize = widest * widest
        blocks = .allocateAligned(capacity: 4 * blockSize)
        let products = task.plan.largestProductCount
        values = .allocateAligned(capacity: products * products)
    }

    func deallocate() {
        blocks.deallocate()
        values.deallocate()
    }

    /// weight * (P_ac P_bd + P_ad P_bc), summed over the densities and scaled for coincidences of shells. Rows are ab and columns
    /// cd, with one ket pair per lane. Valid until the next call.
    func fill(
        _ bra: ShellPair, _ braClass: ShellPairClass, _ ketClass: ShellPairClass, _ batch: KetBatch, _ index: Int
    ) -> UnsafePointer<Lanes> {
        let (countA, countB) = (braClass.functionCountA, braClass.functionCountB)
        let (countC, countD) = (ketClass.functionCountA, ketClass.functionCountB)
        let columns = task.plan.columns + 16 * index
        let pairs = task.plan.list.pairs
        var factor = Lanes.zero
        for lane in 0..<batch.laneCount {
            let ket = pairs[batch.firstPair + lane]
            factor[lane] = ket.shellA == ket.shellB ? 0.5 : 1
        }
        factor *= Lanes(repeating: bra.shellA == bra.shellB ? 0.5 * task.weight : task.weight)
        let (ac, ad) = (blocks, blocks + blockSize)
        let (bc, bd) = (blocks + 2 * blockSize, blocks + 3 * blockSize)
        let size = task.size
        for k in 0..<task.densityCount {
            let matrix = task.densities + k * size * size
            for a in 0..<countA {
                let row = matrix + (bra.firstA + a) * size
                Self.load(row, columns, countC, ac + a * countC, factor: factor)
                Self.load(row, columns + 8, countD, ad + a * countD, factor: factor)
            }
            for b in 0..<countB {
                let row = matrix + (bra.firstB + b) * size
                Self.load(row, columns, countC, bc + b * countC, factor: Lanes(repeating: 1))
                Self.load(row, columns + 8, countD, bd + b * countD, factor: Lanes(repeating: 1))
            }
            var target = values
            for a in 0..<countA {
                for b in 0..<countB {
                    for c in 0..<countC {
                        let (x, y) = (ac[a * countC + c], bc[b * countC + c])
                        let (q, r) = (bd + b * countD, ad + a * countD)
                        if k == 0 {
                            for d in 0..<countD { target[d] = esp_fma8(x, q[d], y * r[d]) }
                        } else {
                            for d in 0..<countD { target[d] = esp_fma8(x, q[d], esp_fma8(y, r[d], target[d])) }
                        }
                        target += countD
                    }
                }
            }
        }
        return UnsafePointer(values)
    }

    @inline(__always)
    private static func load(
        _ row: UnsafePointer<Double>, _ columns: UnsafePointer<Int32>, _ count: Int, _ target: UnsafeMutablePointer<Lanes>,
        factor: Lanes
    ) {
        target.withMemoryRebound(to: Double.self, capacity: 8 * count) { esp_load_columns8(row, columns, 1, count, $0) }
        for k in 0..<count { target[k] *= factor }
    }
}
