import Foundation
import MolecularStructure
import ParallelExecution

/// Neighbouring primitive pairs, the most extended first. Beyond a certain distance, all pairs from some index on act as point
/// multipoles and are combined in one `MultipoleSum`. The number of combined pairs increases with the distance of the point.
struct PairCluster: Sendable {
    /// Multipoles of all pairs from `first` on, about the centre of the cluster.
    struct Level: Sendable {
        let first: Int
        /// Minimum distance in bohr from the centre at which the level is applicable.
        let reach: Double
        let order: Int
        /// For each density, coefficients of Hermite Gaussians with exponent 1 about the centre.
        let hermite: [[Double]]
    }

    let center: SIMD3<Double>
    let pairs: [PairPotential]
    /// In ascending order of `first`, and therefore in descending order of reach.
    let levels: [Level]

    /// - Parameter tolerance: bound of the truncation error of the multipoles at any point.
    init(center: SIMD3<Double>, pairs unsorted: [PairPotential], tolerance: Double, densities: Int) {
        let pairs = unsorted.sorted { $0.nearDistance > $1.nearDistance }
        self.center = center
        self.pairs = pairs
        // From the end: distance at which all pairs from k on are point-like.
        var nearReach = [Double](repeating: 0, count: pairs.count + 1)
        for k in pairs.indices.reversed() {
            nearReach[k] = max(nearReach[k + 1], pairs[k].nearDistance + distance(pairs[k].center, center))
        }
        let highest = pairs.reduce(0) { max($0, $1.order) }
        // A new level starts when the distance has decreased by one fifth.
        var starts: [Int] = []
        var last = Double.infinity
        for k in pairs.indices where nearReach[k] < 0.8 * last {
            starts.append(k)
            last = nearReach[k]
        }
        var levels: [Level] = []
        var remainder = MultipoleRemainder(densities: densities, highestOrder: highest)
        var multipoles = MultipoleSum(center: center, densities: densities)
        var next = pairs.count
        for start in starts.reversed() {
            while next > start {
                next -= 1
                remainder.add(pairs[next], displacement: distance(pairs[next].center, center))
                multipoles.add(pairs[next])
            }
            // The lowest order that is applicable almost as soon as the pairs are point-like; otherwise the highest order that is
            // less expensive than the individual pairs.
            let near = nearReach[start]
            let affordable = (1...MultipoleSum.highestOrder).last {
                hermiteCount($0) + 20 < 25 * (pairs.count - start)
            }
            guard let affordable else { continue }
            let target = 1.1 * near + 0.3
            let order =
                (1...affordable).first { remainder.suffices(order: $0, at: target, tolerance: tolerance) } ?? affordable
            levels.append(
                Level(
                    first: start, reach: remainder.reach(order: order, tolerance: tolerance, from: near), order: order,
                    hermite: multipoles.coefficients(order: order)))
        }
        self.levels = levels.reversed()
    }

    /// Divides pairs into clusters: one per nucleus for pairs within `atomRadius`, and cubic cells for all others.
    static func clusters(
        of pairs: [PairPotential], nuclei: [SIMD3<Double>], tolerance: Double, densities: Int, pool: WorkerPool
    ) -> [PairCluster] {
        let atomRadius = 0.35
        let cellSize = 1.0
        var members: [SIMD4<Int>: [PairPotential]] = [:]
        var order: [SIMD4<Int>] = []
        for pair in pairs {
            let cell = (pair.center / cellSize).rounded(.down)
            var key = SIMD4(Int(cell.x), Int(cell.y), Int(cell.z), -1)
            if let atom = nuclei.firstIndex(where: { distance($0, pair.center) < atomRadius }) {
                key = SIMD4(0, 0, 0, atom)
            }
            if members[key] == nil { order.append(key) }
            members[key, default: []].append(pair)
        }
        let share = tolerance / Double(max(1, order.count))
        let (keys, sorted) = (order, members)
        return pool.map(keys.count) { index in
            let key = keys[index]
            let pairs = sorted[key] ?? []
            var center = SIMD3<Double>()
            if key.w >= 0 {
                center = nuclei[key.w]
            } else {
                for pair in pairs { center += pair.center / Double(pairs.count) }
            }
            return PairCluster(center: center, pairs: pairs, tolerance: share, densities: densities)
        }
    }
}
