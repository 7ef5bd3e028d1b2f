/// Doubles at an address that is a multiple of 64 bytes, freed with the object.
package final class AlignedDoubles: @unchecked Sendable {
    package let base: UnsafeMutablePointer<Double>
    package let count: Int

    /// The values are not initialised.
    package init(count: Int) {
        self.count = count
        base = UnsafeMutableRawPointer.allocate(byteCount: max(count, 1) * 8, alignment: 64)
            .bindMemory(to: Double.self, capacity: max(count, 1))
    }

    deinit { UnsafeMutableRawPointer(base).deallocate() }
}
