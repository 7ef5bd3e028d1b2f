/// Groups of neighbouring points: a k-d tree with nodes that are halved along their longest side.
enum PointPartition {
    /// Axis-aligned bounding box of points.
    struct Box: Sendable {
        var lower: SIMD3<Double>
        var upper: SIMD3<Double>

        var center: SIMD3<Double> { 0.5 * (lower + upper) }

        /// Squared distance from `point` to the nearest point of the box.
        @inline(__always)
        func squaredDistance(to point: SIMD3<Double>) -> Double {
            let outside = pointwiseMax(pointwiseMax(lower - point, point - upper), SIMD3())
            return (outside * outside).sum()
        }
    }

    /// Reorders `order` (indices of points) such that every run of `leafSize` entries contains neighbouring points, and returns
    /// the ranges of the runs. All runs except the last have `leafSize` entries.
    ///
    /// The result depends on the points only. Cost: O(n log n).
    static func arrange(
        _ order: inout [Int32], _ range: Range<Int>, points: UnsafePointer<SIMD3<Double>>, leafSize: Int,
        leaves: inout [Range<Int>]
    ) {
        guard range.count > leafSize else {
            if !range.isEmpty { leaves.append(range) }
            return
        }
        let box = boundingBox(order, range, points: points)
        let size = box.upper - box.lower
        let axis = size.x >= size.y && size.x >= size.z ? 0 : (size.y >= size.z ? 1 : 2)
        let half = (range.count / 2 + leafSize - 1) / leafSize * leafSize
        let middle = range.lowerBound + min(half, range.count - 1)
        order.withUnsafeMutableBufferPointer { buffer in
            if let base = buffer.baseAddress { select(base, range, middle, axis, points) }
        }
        arrange(&order, range.lowerBound..<middle, points: points, leafSize: leafSize, leaves: &leaves)
        arrange(&order, middle..<range.upperBound, points: points, leafSize: leafSize, leaves: &leaves)
    }

    static func boundingBox(_ order: [Int32], _ range: Range<Int>, points: UnsafePointer<SIMD3<Double>>) -> Box {
        var box = Box(lower: SIMD3(repeating: .infinity), upper: SIMD3(repeating: -.infinity))
        for k in range {
            let point = points[Int(order[k])]
            box.lower = pointwiseMin(box.lower, point)
            box.upper = pointwiseMax(box.upper, point)
        }
        return box
    }

    /// Hoare's selection: afterwards, no entry before `middle` has a larger coordinate than an entry from `middle` on.
    private static func select(
        _ order: UnsafeMutablePointer<Int32>, _ range: Range<Int>, _ middle: Int, _ axis: Int,
        _ points: UnsafePointer<SIMD3<Double>>
    ) {
        var low = range.lowerBound
        var high = range.upperBound - 1
        while low < high {
            let pivot = points[Int(order[(low + high) / 2])][axis]
            var i = low
            var j = high
            while i <= j {
                while points[Int(order[i])][axis] < pivot { i += 1 }
                while points[Int(order[j])][axis] > pivot { j -= 1 }
                if i <= j {
                    (order[i], order[j]) = (order[j], order[i])
                    i += 1
                    j -= 1
                }
            }
            if middle <= j { high = j } else if middle >= i { low = i } else { return }
        }
    }
}
