import Foundation
import GaussianBasis

/// Records of equal length for a kernel. They are freed with the object.
final class KernelRecords: @unchecked Sendable {
    let order: Int
    let stride: Int
    let count: Int
    let base: UnsafeMutablePointer<Double>

    /// - Parameter rows: each must contain `stride` numbers.
    init(order: Int, stride: Int, rows: [[Double]]) {
        self.order = order
        self.stride = stride
        count = rows.count
        base = .allocate(capacity: max(1, rows.count * stride))
        for (k, row) in rows.enumerated() {
            for (i, value) in row.enumerated() { base[k * stride + i] = value }
        }
    }

    deinit { base.deallocate() }
}

/// All sources of the electrons' potential: clusters of primitive pairs, their multipoles, and the records that the kernels
/// process.
final class PotentialSources: Sendable {
    struct Cluster {
        let center: SIMD3<Double>
        /// Index range in `levels`.
        let levels: Range<Int>
        /// Index range in `pairs`, the most extended first.
        let pairs: Range<Int>
    }

    struct Level {
        let squaredReach: Double
        /// Number of pairs of the cluster, from its first one on, that the level does not include.
        let remaining: Int32
        let order: Int32
        let record: Int32
    }

    struct Pair {
        let center: SIMD3<Double>
        /// Squared distance beyond which the asymptotic forms of the Boys functions are sufficient.
        let squaredNearDistance: Double
        let order: Int32
        let record: Int32
    }

    let clusters: [Cluster]
    let levels: [Level]
    let pairs: [Pair]
    /// Element k contains pairs of order k.
    let pairRecords: [KernelRecords]
    /// Element k contains multipoles up to order k.
    let multipoleRecords: [KernelRecords]

    init(clusters source: [PairCluster], densities: Int) {
        let highest = source.reduce(0) { $1.pairs.reduce($0) { max($0, $1.order) } }
        var pairRows = [[[Double]]](repeating: [], count: highest + 1)
        var multipoleRows = [[[Double]]](repeating: [], count: MultipoleSum.highestOrder + 1)
        var clusters: [Cluster] = []
        var levels: [Level] = []
        var pairs: [Pair] = []
        for cluster in source {
            let firstLevel = levels.count
            let firstPair = pairs.count
            for level in cluster.levels {
                let order = level.order
                levels.append(
                    Level(
                        squaredReach: level.reach * level.reach, remaining: Int32(level.first), order: Int32(order),
                        record: Int32(multipoleRows[order].count)))
                let center = cluster.center
                multipoleRows[order].append(
                    [center.x, center.y, center.z]
                        + level.hermite.flatMap {
                            MultipolePolynomial.coefficients(hermite: $0, order: order)
                        })
            }
            for pair in cluster.pairs {
                pairs.append(
                    Pair(
                        center: pair.center, squaredNearDistance: pair.nearDistance * pair.nearDistance,
                        order: Int32(pair.order), record: Int32(pairRows[pair.order].count)))
                let scale = pair.exponent.squareRoot()
                pairRows[pair.order].append(
                    [scale, scale * pair.center.x, scale * pair.center.y, scale * pair.center.z]
                        + pair.coefficients.flatMap { $0 })
            }
            clusters.append(
                Cluster(center: cluster.center, levels: firstLevel..<levels.count, pairs: firstPair..<pairs.count))
        }
        self.clusters = clusters
        self.levels = levels
        self.pairs = pairs
        pairRecords = pairRows.enumerated().map { order, rows in
            KernelRecords(
                order: order,
                stride: PotentialKernel.headerCount + densities * PotentialPolynomials.count(order: order), rows: rows)
        }
        multipoleRecords = multipoleRows.enumerated().map { order, rows in
            KernelRecords(order: order, stride: MultipoleKernel.headerCount + densities * hermiteCount(order), rows: rows)
        }
    }
}
