import Foundation
import Synchronization

/// Memory for repulsion integrals, mapped on demand and in huge pages where the system has them.
///
/// Mappings of the last stores given up wait for the next ones: a geometry optimisation fills one or two stores a structure, and
/// the system would clear their pages anew for each. While they wait the system may take their pages back (`MADV_FREE`). What a
/// new store holds is undefined.
final class IntegralStore: @unchecked Sendable {
    let base: UnsafeMutablePointer<Lanes>
    private let mapping: Mapping

    private struct Mapping: @unchecked Sendable {
        let start: UnsafeMutableRawPointer
        let byteCount: Int

        func remove() { munmap(start, byteCount) }
    }

    /// By size, the smallest first.
    private static let spares = Mutex<[Mapping]>([])
    /// Range-separated functionals have a store for each of two operators.
    private static let mostSpares = 2

    /// Nil when the system refuses the mapping.
    init?(vectorCount: Int) {
        let needed = max(1, vectorCount) * MemoryLayout<Lanes>.stride
        let fitting = Self.spares.withLock { spares in
            spares.firstIndex { $0.byteCount >= needed }.map { spares.remove(at: $0) }
        }
        if let fitting {
            mapping = fitting
        } else {
            // Those that wait are outgrown.
            Self.spares.withLock { spares in
                for spare in spares { spare.remove() }
                spares = []
            }
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
        // Where the address space is limited it is not kept from others.
        guard Self.hasUnlimitedAddresses else { return mapping.remove() }
        madvise(mapping.start, mapping.byteCount, 8)  // MADV_FREE
        let mapping = mapping
        Self.spares.withLock { spares in
            spares.append(mapping)
            spares.sort { $0.byteCount < $1.byteCount }
            if spares.count > Self.mostSpares { spares.removeFirst().remove() }
        }
    }

    private static var hasUnlimitedAddresses: Bool {
        var limit = rlimit()
        return getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0 && limit.rlim_cur == .max
    }
}
