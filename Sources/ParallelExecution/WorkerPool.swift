import Dispatch
import Synchronization

/// Runs independent pieces of work on a fixed number of threads.
///
/// Any thread may take any piece, so a result must not depend on which thread did it: give every piece (or every fixed group of pieces) its
/// own accumulator and add these in a fixed order afterwards. The result is then the same to the last bit for any number of threads.
public struct WorkerPool: Sendable {
    public let threads: Int

    public init(threads: Int) { self.threads = max(1, threads) }

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
