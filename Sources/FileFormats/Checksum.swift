/// The 64-bit FNV-1a hash: finds damage and changed input, not malice.
///
/// Fowler, Noll, Vo and Eastlake, "The FNV Non-Cryptographic Hash Algorithm", IETF draft-eastlake-fnv.
package struct Checksum {
    package private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

    package init() {}

    package mutating func add(_ bytes: [UInt8]) { add(all: bytes) }

    package mutating func add(_ bytes: ArraySlice<UInt8>) { add(all: bytes) }

    /// Generic code is slow in other modules, and checkpoints have millions of bytes.
    private mutating func add(all bytes: some Sequence<UInt8>) {
        for byte in bytes {
            value ^= UInt64(byte)
            value = value &* 0x0000_0100_0000_01b3
        }
    }

    package mutating func add(_ text: String) {
        add(all: text.utf8)
        add(all: CollectionOfOne(0))
    }

    package mutating func add(_ number: Int) { add(UInt64(bitPattern: Int64(number))) }

    package mutating func add(_ numbers: [Double]) {
        add(numbers.count)
        for number in numbers { add(number.bitPattern) }
    }

    private mutating func add(_ word: UInt64) {
        for shift in stride(from: 0, to: 64, by: 8) { add(all: CollectionOfOne(UInt8(truncatingIfNeeded: word >> UInt64(shift)))) }
    }

    package var hexadecimal: String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
