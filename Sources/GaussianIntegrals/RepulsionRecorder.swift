import Foundation

/// Counts and timings of one thread's `RepulsionKernel`, by the classes of bra and ket. Reads the clock twice per batch.
final class RepulsionRecorder: @unchecked Sendable {
    struct Counts {
        /// Number of calls: one bra pair with one ket batch.
        var batches = 0
        /// Number of combinations of a bra primitive with a vector of eight ket primitives.
        var primitiveBatches = 0
        /// Number of ket primitives, each counted once for all bra primitives.
        var ketPrimitives = 0
        var nanoseconds: UInt64 = 0
    }

    private let classCount: Int
    /// Element (bra class) * (number of classes) + (ket class).
    private(set) var counts: [Counts]

    init(classCount: Int) {
        self.classCount = classCount
        counts = [Counts](repeating: Counts(), count: classCount * classCount)
    }

    static func now() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }

    func add(bra: Int, ket: Int, primitiveBatches: Int, ketPrimitives: Int, since start: UInt64) {
        let place = bra * classCount + ket
        counts[place].batches += 1
        counts[place].primitiveBatches += primitiveBatches
        counts[place].ketPrimitives += ketPrimitives
        counts[place].nanoseconds += Self.now() - start
    }
}
