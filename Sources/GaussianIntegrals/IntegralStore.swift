import Foundation

/// Memory for repulsion integrals, mapped on demand and in huge pages where the system has them.
final class IntegralStore: @unchecked Sendable {
    let base: UnsafeMutablePointer<Lanes>
    let byteCount: Int

    /// Nil when the system refuses the mapping.
    init?(vectorCount: Int) {
        byteCount = max(1, vectorCount) * MemoryLayout<Lanes>.stride
        let mapped = mmap(nil, byteCount, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
        guard let mapped, mapped != MAP_FAILED else { return nil }
        madvise(mapped, byteCount, 14)  // MADV_HUGEPAGE, which Glibc's Swift overlay does not name.
        base = mapped.bindMemory(to: Lanes.self, capacity: max(1, vectorCount))
    }

    deinit { munmap(base, byteCount) }
}
