import CVectorShims
import Foundation
import MolecularStructure
import Synchronization

/// A few thousand neighbouring points, processed by one thread.
final class PotentialBlock {
    /// Indices of the points in the caller's array, leaf by leaf.
    private var indices: [Int32]
    private let points: UnsafePointer<SIMD3<Double>>
    private let densities: Int
    private var leaves: [Leaf] = []
    /// For each leaf: coordinates and potential of its batches.
    private let storage: UnsafeMutablePointer<Lanes>

    static let leafSize = 64

    private struct Leaf {
        let range: Range<Int>
        let box: PointPartition.Box
        let target: PotentialTarget
    }

    init(points: UnsafePointer<SIMD3<Double>>, indices: [Int32], densities: Int) {
        self.points = points
        self.indices = indices
        self.densities = densities
        var ranges: [Range<Int>] = []
        var batches: [Range<Int>] = []
        PointPartition.arrange(
            &self.indices, indices.startIndex..<indices.endIndex, points: points, leafSize: Self.leafSize, leaves: &ranges)
        for range in ranges {
            PointPartition.arrange(&self.indices, range, points: points, leafSize: 8, leaves: &batches)
        }
        let perLeaf = (3 + densities) * (Self.leafSize / 8)
        storage = .allocate(capacity: max(1, ranges.count * perLeaf))
        storage.initialize(repeating: .zero, count: max(1, ranges.count * perLeaf))
        for (k, range) in ranges.enumerated() {
            let base = storage + k * perLeaf
            let count = Self.batchCount(range.count)
            for slot in 0..<(8 * count) {
                // Unused lanes repeat the last point.
                let point = points[Int(self.indices[min(range.lowerBound + slot, range.upperBound - 1)])]
                for axis in 0..<3 { base[axis * count + slot / 8][slot % 8] = point[axis] }
            }
            leaves.append(
                Leaf(
                    range: range, box: PointPartition.boundingBox(self.indices, range, points: points),
                    target: PotentialTarget(
                        batches: count, coordinates: UnsafePointer(base), potential: base + 3 * count,
                        densities: densities)))
        }
    }

    deinit { storage.deallocate() }

    /// Number of batches of eight for the given number of points, rounded up to the four batches that `MultipoleKernel` processes
    /// at a time.
    private static func batchCount(_ points: Int) -> Int { (points + 31) / 32 * 4 }

    /// Adds the potential of the electrons at all points.
    func add(_ sources: PotentialSources) {
        let lists = WorkLists(sources)
        for leaf in leaves {
            lists.fill(sources, box: leaf.box)
            for (order, records) in sources.pairRecords.enumerated() {
                let kernel = PotentialKernel(order: order, records: records.base, stride: records.stride)
                kernel.addNear(lists.near[order], lists.nearCounts[order], to: leaf.target)
                kernel.addFar(lists.far[order], lists.farCounts[order], to: leaf.target)
            }
            for (order, records) in sources.multipoleRecords.enumerated() where lists.multipoleCounts[order] > 0 {
                MultipoleKernel(order: order, records: records.base, stride: records.stride)
                    .add(lists.multipoles[order], lists.multipoleCounts[order], to: leaf.target)
            }
        }
    }

    func addNuclei(_ molecule: Molecule, charges: [Double]) {
        let smallest = Lanes(
            repeating: ElectrostaticPotentialEvaluator.smallestNuclearDistance
                * ElectrostaticPotentialEvaluator.smallestNuclearDistance)
        for leaf in leaves {
            let target = leaf.target
            for batch in 0..<target.batches {
                var sum = Lanes.zero
                for (atom, charge) in zip(molecule.atoms, charges) {
                    let x = target.coordinates[batch] - atom.position.x
                    let y = target.coordinates[target.batches + batch] - atom.position.y
                    let z = target.coordinates[2 * target.batches + batch] - atom.position.z
                    let squared = esp_fma8(x, x, esp_fma8(y, y, z * z))
                    sum = esp_fma8(
                        Lanes(repeating: charge), esp_reciprocal_sqrt8(esp_max8(squared, smallest)), sum)
                }
                for density in 0..<densities { target.potential[density * target.batches + batch] += sum }
            }
        }
    }

    /// Copies the potential to the caller's arrays, one density after another.
    func scatter(to result: UnsafeMutablePointer<Double>, pointCount: Int) {
        for leaf in leaves {
            for density in 0..<densities {
                for (slot, k) in leaf.range.enumerated() {
                    let value = leaf.target.potential[density * leaf.target.batches + slot / 8][slot % 8]
                    result[density * pointCount + Int(indices[k])] = value
                }
            }
        }
    }
}

/// Counts completed pieces and reports the fraction to a callback.
final class ProgressCounter: Sendable {
    private let done = Atomic<Int>(0)
    private let total: Int
    private let report: (@Sendable (Double) -> Void)?

    init(total: Int, report: (@Sendable (Double) -> Void)?) {
        self.total = total
        self.report = report
    }

    func advance() {
        let value = done.wrappingAdd(1, ordering: .relaxed).newValue
        report?(Double(value) / Double(total))
    }
}
