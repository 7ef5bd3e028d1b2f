extension UnsafeMutablePointer where Pointee == Lanes {
    /// Memory in which no vector crosses a cache line. The type itself requires an alignment of 16 bytes only.
    static func allocateAligned(capacity: Int) -> UnsafeMutablePointer<Lanes> {
        UnsafeMutableRawPointer.allocate(byteCount: max(1, capacity) * MemoryLayout<Lanes>.stride, alignment: 64)
            .bindMemory(to: Lanes.self, capacity: max(1, capacity))
    }
}
