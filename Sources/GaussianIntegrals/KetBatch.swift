/// Up to eight shell pairs of one class, one per vector lane, as the ket of repulsion integrals.
struct KetBatch {
    let classIndex: Int
    /// Index of the first pair in the pair list; lane k contains pair firstPair + k.
    let firstPair: Int
    let laneCount: Int
    /// Maximum number of primitives over the lanes. Shorter lanes are padded with zero coefficients.
    let primitiveCount: Int
    /// Maximum Schwarz bound over the lanes.
    let bound: Double
    /// First vector of the batch's primitives in the pool. The data of a primitive are: exponent, x, y, z, coefficients.
    let data: Int
    /// First of `primitiveCount` entries of the size table.
    let sizes: Int
    /// First functions of the shells C and D in each lane. Lanes from `laneCount` on repeat lane 0.
    let firstC: SIMD8<Int32>
    let firstD: SIMD8<Int32>
}

/// All pairs of a list, divided into batches of eight. Data of the inner loops are in plain memory that is freed with the list.
final class KetBatchList: @unchecked Sendable {
    let batches: UnsafeBufferPointer<KetBatch>
    let data: UnsafeMutablePointer<Lanes>
    /// Maximum primitive size over the lanes, in descending order within a batch.
    let sizes: UnsafePointer<Double>
    /// Batch that contains a given pair.
    private(set) var batchOfPair: [Int] = []

    /// Number of vectors before the coefficients of a primitive.
    static let headerCount = 4

    /// Pairs must be sorted such that each class is contiguous. A batch ends where `areAlike` is false for neighbours.
    init(_ list: ShellPairList, areAlike: (ShellPair, ShellPair) -> Bool = { $0.classIndex == $1.classIndex }) {
        let pairs = list.pairs
        let primitives = list.primitives
        var batches: [KetBatch] = []
        var sizes: [Double] = []
        var ranges: [Range<Int>] = []
        var first = 0
        while first < pairs.count {
            var end = first
            while end < pairs.count, end - first < 8, areAlike(pairs[first], pairs[end]) { end += 1 }
            ranges.append(first..<end)
            first = end
        }
        var total = 0
        for range in ranges {
            let deepest = range.map { pairs[$0].primitiveCount }.max() ?? 0
            total += deepest * (Self.headerCount + list.classes[pairs[range.lowerBound].classIndex].entryCount)
        }
        data = UnsafeMutablePointer<Lanes>.allocateAligned(capacity: total)
        data.initialize(repeating: .zero, count: max(1, total))
        batchOfPair = [Int](repeating: 0, count: pairs.count)
        var offset = 0
        for range in ranges {
            let pairClass = list.classes[pairs[range.lowerBound].classIndex]
            let deepest = range.map { pairs[$0].primitiveCount }.max() ?? 0
            let stride = Self.headerCount + pairClass.entryCount
            var firstC = SIMD8<Int32>(repeating: Int32(pairs[range.lowerBound].firstA))
            var firstD = SIMD8<Int32>(repeating: Int32(pairs[range.lowerBound].firstB))
            let sizeStart = sizes.count
            for k in 0..<deepest {
                let to = data + offset + k * stride
                var largest = 0.0
                for lane in 0..<8 {
                    let index = lane < range.count ? range.lowerBound + lane : range.lowerBound
                    let pair = pairs[index]
                    // A lane without further primitives repeats its last one with zero coefficients.
                    let primitive = pair.firstPrimitive + min(k, pair.primitiveCount - 1)
                    to[0][lane] = primitives.exponent[primitive]
                    to[1][lane] = primitives.centerX[primitive]
                    to[2][lane] = primitives.centerY[primitive]
                    to[3][lane] = primitives.centerZ[primitive]
                    guard lane < range.count, k < pair.primitiveCount else { continue }
                    largest = max(largest, primitives.size[primitive])
                    let from = pair.firstCoefficient + k * pairClass.entryCount
                    for entry in 0..<pairClass.entryCount {
                        to[Self.headerCount + entry][lane] = pairClass.sign[entry] * primitives.coefficients[from + entry]
                    }
                }
                sizes.append(largest)
            }
            for lane in 0..<range.count {
                firstC[lane] = Int32(pairs[range.lowerBound + lane].firstA)
                firstD[lane] = Int32(pairs[range.lowerBound + lane].firstB)
                batchOfPair[range.lowerBound + lane] = batches.count
            }
            batches.append(
                KetBatch(
                    classIndex: pairs[range.lowerBound].classIndex, firstPair: range.lowerBound, laneCount: range.count,
                    primitiveCount: deepest, bound: range.map { pairs[$0].bound }.max() ?? 0, data: offset,
                    sizes: sizeStart, firstC: firstC, firstD: firstD))
            offset += deepest * stride
        }
        let batchMemory = UnsafeMutableBufferPointer<KetBatch>.allocate(capacity: batches.count)
        _ = batchMemory.initialize(from: batches)
        self.batches = UnsafeBufferPointer(batchMemory)
        let sizeMemory = UnsafeMutablePointer<Double>.allocate(capacity: max(1, sizes.count))
        sizeMemory.initialize(from: sizes, count: sizes.count)
        self.sizes = UnsafePointer(sizeMemory)
    }

    deinit {
        data.deallocate()
        batches.deallocate()
        sizes.deallocate()
    }
}
