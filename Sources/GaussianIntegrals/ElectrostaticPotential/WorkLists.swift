/// Lists for the points of one leaf: near pairs, distant pairs, and clusters that act as multipoles.
final class WorkLists {
    /// One list of record indices per order of the pairs.
    let near: [UnsafeMutablePointer<Int32>]
    let far: [UnsafeMutablePointer<Int32>]
    /// One list per order of the multipoles.
    let multipoles: [UnsafeMutablePointer<Int32>]
    let nearCounts: UnsafeMutablePointer<Int>
    let farCounts: UnsafeMutablePointer<Int>
    let multipoleCounts: UnsafeMutablePointer<Int>

    init(_ sources: PotentialSources) {
        // One element more than required, because entries are written as a whole.
        near = sources.pairRecords.map { .allocate(capacity: $0.count + 1) }
        far = sources.pairRecords.map { .allocate(capacity: $0.count + 1) }
        multipoles = sources.multipoleRecords.map { .allocate(capacity: $0.count + 1) }
        nearCounts = .allocate(capacity: near.count)
        farCounts = .allocate(capacity: far.count)
        multipoleCounts = .allocate(capacity: multipoles.count)
    }

    deinit {
        for list in near + far + multipoles { list.deallocate() }
        nearCounts.deallocate()
        farCounts.deallocate()
        multipoleCounts.deallocate()
    }

    func fill(_ sources: PotentialSources, box: PointPartition.Box) {
        for k in near.indices {
            nearCounts[k] = 0
            farCounts[k] = 0
        }
        for k in multipoles.indices { multipoleCounts[k] = 0 }
        sources.pairs.withUnsafeBufferPointer { pairs in
            for cluster in sources.clusters {
                let square = box.squaredDistance(to: cluster.center)
                var remaining = cluster.pairs.count
                for level in sources.levels[cluster.levels] where level.squaredReach <= square {
                    let order = Int(level.order)
                    multipoles[order][multipoleCounts[order]] = level.record
                    multipoleCounts[order] += 1
                    remaining = Int(level.remaining)
                    break
                }
                for k in cluster.pairs.lowerBound..<(cluster.pairs.lowerBound + remaining) {
                    let pair = pairs[k]
                    let order = Int(pair.order)
                    if box.squaredDistance(to: pair.center) < pair.squaredNearDistance {
                        near[order][nearCounts[order]] = pair.record
                        nearCounts[order] += 1
                    } else {
                        far[order][farCounts[order]] = pair.record
                        farCounts[order] += 1
                    }
                }
            }
        }
    }
}
