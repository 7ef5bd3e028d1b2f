import CZlib

/// Files compressed by gzip (RFC 1952).
enum GZIP {
    static func isCompressed(_ bytes: [UInt8]) -> Bool { bytes.starts(with: [0x1F, 0x8B, 0x08]) }

    /// - Parameter limit: largest size of the content in bytes.
    static func decompressed(_ bytes: [UInt8], path: String, limit: Int) throws(InputFileError) -> [UInt8] {
        let damaged = InputFileError.malformed(
            FileLocation(path: path), problem: "the compressed file is damaged or cut off", cure: "Copy it again")
        var stream = z_stream()
        // 15 bits of window, and 16 for the head of gzip.
        guard inflateInit2_(&stream, 31, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else { throw damaged }
        defer { inflateEnd(&stream) }
        var result: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 18)
        var input = bytes
        let total = input.count
        var status = Z_OK
        var isTooLarge = false
        input.withUnsafeMutableBufferPointer { source in
            buffer.withUnsafeMutableBufferPointer { target in
                stream.next_in = source.baseAddress
                stream.avail_in = UInt32(clamping: total)
                repeat {
                    stream.next_out = target.baseAddress
                    stream.avail_out = UInt32(target.count)
                    status = inflate(&stream, Z_NO_FLUSH)
                    result.append(contentsOf: target.prefix(target.count - Int(stream.avail_out)))
                    isTooLarge = result.count > limit
                    // Files may be several compressed parts, one behind the other.
                    if status == Z_STREAM_END, stream.avail_in > 0 { status = inflateReset(&stream) }
                } while status == Z_OK && !isTooLarge
            }
        }
        guard !isTooLarge else { throw .tooLarge(path: path, limitInBytes: limit) }
        guard status == Z_STREAM_END else { throw damaged }
        return result
    }
}
