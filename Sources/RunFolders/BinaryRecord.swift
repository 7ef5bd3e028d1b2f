import FileFormats
import Foundation

/// The common form of the program's own binary files: a magic line, a header in JSON (preceded by its length in eight bytes), numbers as
/// little-endian doubles, and the 64-bit FNV-1a hash of everything before it.
struct BinaryRecord {
    let header: Data
    let numbers: [Double]

    /// The bytes of the file.
    ///
    /// - Parameters:
    ///   - kind: the first word of the file.
    ///   - version: of the header and the order of the numbers.
    func data(kind: String, version: Int) -> Data {
        var bytes = Array("\(kind) \(version)\n".utf8)
        Self.append(UInt64(header.count), to: &bytes)
        bytes += header
        bytes.reserveCapacity(bytes.count + 8 * numbers.count + 8)
        for number in numbers { Self.append(number.bitPattern, to: &bytes) }
        var checksum = Checksum()
        checksum.add(bytes)
        Self.append(checksum.value, to: &bytes)
        return Data(bytes)
    }

    init(header: Data, numbers: [Double]) {
        self.header = header
        self.numbers = numbers
    }

    /// - Parameter path: used only in messages.
    /// - Throws: an error unless the bytes are such a file, complete and unchanged.
    init(_ bytes: [UInt8], kind: String, version: Int, path: String) throws(CheckpointError) {
        guard bytes.starts(with: "\(kind) ".utf8) else { throw .notACheckpoint(path: path) }
        let magic = Array("\(kind) \(version)\n".utf8)
        guard bytes.starts(with: magic) else { throw .otherVersion(path: path) }
        let (start, end) = (magic.count + 8, bytes.count - 8)
        guard end >= start else { throw .damaged(path: path) }
        var checksum = Checksum()
        checksum.add(bytes[..<end])
        let size = Self.word(bytes, at: magic.count)
        guard Self.word(bytes, at: end) == checksum.value, size <= UInt64(end - start) else { throw .damaged(path: path) }
        let first = start + Int(size)
        guard (end - first) % 8 == 0 else { throw .damaged(path: path) }
        header = Data(bytes[start..<first])
        numbers = stride(from: first, to: end, by: 8).map { Double(bitPattern: Self.word(bytes, at: $0)) }
    }

    private static func append(_ word: UInt64, to bytes: inout [UInt8]) {
        for shift in stride(from: UInt64(0), to: 64, by: 8) { bytes.append(UInt8(truncatingIfNeeded: word >> shift)) }
    }

    private static func word(_ bytes: [UInt8], at position: Int) -> UInt64 {
        (0..<8).reduce(0) { $0 | UInt64(bytes[position + $1]) << UInt64(8 * $1) }
    }
}
