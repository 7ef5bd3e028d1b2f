import Foundation
import Synchronization

/// Memory for repulsion integrals, mapped on demand and in huge pages where the system has them.
///
/// The mapping of the last store given up waits for the next one: a geometry optimisation fills a store a structure, and the
/// system would clear its pages anew for each. While it waits the system may take its pages back (`MADV_FREE`).
final class IntegralStore: @unchecked Sendable {
    let base: UnsafeMutablePointer<Lanes>
    private let mapping: Mapping

    private struct Mapping: @unchecked Sendable {
        let start: UnsafeMutableRawPointer
        let byteCount: Int

        func remove() { munmap(start, byteCount) }
    }

    private static let spare = Mutex<Mapping?>(nil)

    /// Nil when the system refuses the mapping.
    init?(vectorCount: Int) {
        let needed = max(1, vectorCount) * MemoryLayout<Lanes>.stride
        let old = Self.spare.withLock { spare in
            defer { spare = nil }
            return spare
        }
        if let old, old.byteCount >= needed {
            mapping = old
        } else {
            old?.remove()
            // A little more than needed, which costs nothing until touched, so that the next structure fits, too.
            let byteCount = needed + needed / 8
            let start = mmap(nil, byteCount, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
            guard let start, start != MAP_FAILED else { return nil }
            madvise(start, byteCount, 14)  // MADV_HUGEPAGE, which Glibc's Swift overlay does not name.
            mapping = Mapping(start: start, byteCount: byteCount)
        }
        base = mapping.start.bindMemory(to: Lanes.self, capacity: max(1, vectorCount))
    }

    deinit {
        madvise(mapping.start, mapping.byteCount, 8)  // MADV_FREE
        let mapping = mapping
        Self.spare.withLock { spare in
            spare?.remove()
            spare = mapping
        }
    }
}
