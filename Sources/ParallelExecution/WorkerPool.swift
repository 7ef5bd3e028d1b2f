import Dispatch
import Synchronization

/// Runs independent pieces of work on a fixed number of threads.
///
/// Any thread may take any piece, so a result must not depend on which thread did it: give every piece (or every fixed group of pieces) its
/// own accumulator and add these in a fixed order afterwards. The result is then the same to the last bit for any number of threads.
public struct WorkerPool: Sendable {
    public let threads: Int
    /// The processes among which pieces may be dealt.
    public let communicator: Communicator

    public init(threads: Int, communicator: Communicator = .single) {
        self.threads = max(1, threads)
        self.communicator = communicator
    }

    /// The threads of this process, for work that every rank does by itself.
    public var ofThisRank: WorkerPool { WorkerPool(threads: threads) }

    /// Calls `body(piece, worker)` once for every piece in 0..<count; `worker` is in 0..<threads and no two calls
    /// with the same worker run at the same time, so it may index scratch space.
    public func forEach(_ count: Int, _ body: @Sendable (_ piece: Int, _ worker: Int) -> Void) {
        guard count > 0 else { return }
        let workers = min(threads, count)
        if workers == 1 {
            for piece in 0..<count { body(piece, 0) }
            return
        }
        let next = Atomic<Int>(0)
        DispatchQueue.concurrentPerform(iterations: workers) { worker in
            while true {
                let piece = next.wrappingAdd(1, ordering: .relaxed).oldValue
                if piece >= count { return }
                body(piece, worker)
            }
        }
    }
}

extension WorkerPool {
    /// `body(piece)` for every piece in 0..<count, in this order; threads take `chunk` pieces at a time.
    public func map<Element: Sendable>(
        _ count: Int, inChunksOf chunk: Int = 1, _ body: @Sendable (_ piece: Int) -> Element
    ) -> [Element] {
        Array(unsafeUninitializedCapacity: count) { buffer, initialized in
            defer { initialized = count }
            guard let base = buffer.baseAddress else { return }
            let shared = SharedPointer(base)
            forEach((count + chunk - 1) / chunk) { part, _ in
                for piece in (part * chunk)..<min(count, (part + 1) * chunk) {
                    (shared.base + piece).initialize(to: body(piece))
                }
            }
        }
    }
}

// Loops that are shared by the ranks of a calculation. With a single process they are the loops above. They must not be called by the
// pieces of another loop.
extension WorkerPool {
    /// Like `forEach`, but only for the pieces of this rank.
    public func forEachOwn(_ count: Int, _ body: @Sendable (_ piece: Int, _ worker: Int) -> Void) {
        guard !communicator.isSingle else { return forEach(count, body) }
        let own = communicator.own(count)
        forEach(own.count) { body(own[$0], $1) }
    }

    /// Like `forEach`, for pieces that write to places of their own in `numbers`; afterwards all ranks have all numbers. Any earlier
    /// content may be lost, and places that no piece writes to may become zero.
    public func fill(
        _ numbers: UnsafeMutablePointer<Double>, count length: Int, pieces: Int,
        _ body: @Sendable (_ piece: Int, _ worker: Int) -> Void
    ) {
        if !communicator.isSingle { numbers.update(repeating: 0, count: length) }
        forEachOwn(pieces, body)
        communicator.sum(numbers, count: length)
    }

    /// Like `map`, for plain values.
    public func sharedMap<Element: BitwiseCopyable & Sendable>(
        _ count: Int, inChunksOf chunk: Int = 1, _ body: @Sendable (_ piece: Int) -> Element
    ) -> [Element] {
        guard !communicator.isSingle else { return map(count, inChunksOf: chunk, body) }
        let parts = sharedArrays((count + chunk - 1) / chunk) { part in
            (part * chunk..<min(count, (part + 1) * chunk)).map(body)
        }
        return parts.flatMap { $0 }
    }

    /// Like `map`, for arrays of plain values.
    public func sharedArrays<Element: BitwiseCopyable & Sendable>(
        _ count: Int, _ body: @Sendable (_ piece: Int) -> [Element]
    ) -> [[Element]] {
        guard !communicator.isSingle, count > 0 else { return map(count, body) }
        let pieces = communicator.own(count)
        let own = map(pieces.count) { body(pieces[$0]) }
        var lengths = [Double](repeating: 0, count: count)
        for (piece, values) in zip(pieces, own) { lengths[piece] = Double(values.count) }
        communicator.sum(&lengths)
        // The values of one rank after those of another.
        var starts = [Int](repeating: 0, count: count)
        var ranges: [Range<Int>] = []
        var total = 0
        for rank in 0..<communicator.size {
            let first = total
            for piece in 0..<count where communicator.owner(of: piece) == rank {
                starts[piece] = total
                total += Int(lengths[piece])
            }
            ranges.append(first..<total)
        }
        let first = ranges[communicator.rank].lowerBound
        var values = [Element](unsafeUninitializedCapacity: total) { buffer, initialized in
            var next = first
            for array in own {
                for value in array {
                    buffer.initializeElement(at: next, to: value)
                    next += 1
                }
            }
            initialized = total
        }
        communicator.gather(&values, ranges)
        return starts.indices.map { Array(values[starts[$0]..<starts[$0] + Int(lengths[$0])]) }
    }
}

/// A raw pointer that may be passed to worker threads; the caller ensures that no two threads write the same element.
public struct SharedPointer<Element>: @unchecked Sendable {
    public let base: UnsafeMutablePointer<Element>

    @inlinable
    public init(_ base: UnsafeMutablePointer<Element>) { self.base = base }

    @inlinable
    public subscript(index: Int) -> Element {
        get { base[index] }
        nonmutating set { base[index] = newValue }
    }
}
