import Foundation
import Synchronization

/// Memory for repulsion integrals, mapped on demand, with huge pages if the system supports them.
///
/// The mappings of the most recently released stores are kept for reuse: a geometry optimisation fills one or two stores per
/// structure, and the system would otherwise clear their pages each time. The system may reclaim the pages of unused mappings
/// (`MADV_FREE`), but until then they count as memory of the process, so what a smaller store does not need is returned at once. The
/// initial content of a store is undefined.
final class IntegralStore: @unchecked Sendable {
    let base: UnsafeMutablePointer<Lanes>
    private let mapping: Mapping

    private struct Mapping: @unchecked Sendable {
        let start: UnsafeMutableRawPointer
        let byteCount: Int

        func remove() { munmap(start, byteCount) }

        /// The same mapping with at most this many bytes, rounded up to whole pages.
        func shortened(to limit: Int) -> Mapping {
            let kept = (limit + Self.pageSize - 1) / Self.pageSize * Self.pageSize
            guard kept < byteCount else { return self }
            munmap(start + kept, byteCount - kept)
            return Mapping(start: start, byteCount: kept)
        }

        private static let pageSize = sysconf(Int32(_SC_PAGESIZE))
    }

    /// In ascending order of size.
    private static let spares = Mutex<[Mapping]>([])
    /// Range-separated functionals have one store for each of two operators.
    private static let mostSpares = 2

    /// Nil if the system refuses the mapping.
    init?(vectorCount: Int) {
        let needed = max(1, vectorCount) * MemoryLayout<Lanes>.stride
        let fitting = Self.spares.withLock { spares in
            spares.firstIndex { $0.byteCount >= needed }.map { spares.remove(at: $0) }
        }
        // Slightly larger than necessary, so that the next structure also fits. The excess costs nothing until it is used.
        let byteCount = needed + needed / 8
        if let fitting {
            mapping = fitting.shortened(to: byteCount)
        } else {
            // The unused mappings are too small.
            Self.removeSpares()
            let start = mmap(nil, byteCount, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
            guard let start, start != MAP_FAILED else { return nil }
            madvise(start, byteCount, 14)  // MADV_HUGEPAGE, which Glibc's Swift overlay does not name.
            mapping = Mapping(start: start, byteCount: byteCount)
        }
        base = mapping.start.bindMemory(to: Lanes.self, capacity: max(1, vectorCount))
    }

    deinit {
        // If the address space is limited, unused mappings are returned to the system.
        guard Self.hasUnlimitedAddresses else { return mapping.remove() }
        madvise(mapping.start, mapping.byteCount, 8)  // MADV_FREE
        let mapping = mapping
        Self.spares.withLock { spares in
            spares.append(mapping)
            spares.sort { $0.byteCount < $1.byteCount }
            if spares.count > Self.mostSpares { spares.removeFirst().remove() }
        }
    }

    /// Returns unused mappings to the system, for a calculation that stores no integrals.
    static func removeSpares() {
        spares.withLock { spares in
            for spare in spares { spare.remove() }
            spares = []
        }
    }

    private static var hasUnlimitedAddresses: Bool {
        var limit = rlimit()
        return getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0 && limit.rlim_cur == .max
    }
}
