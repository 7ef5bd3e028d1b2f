import CZlib
import Foundation

/// Portable Network Graphics (ISO/IEC 15948) of eight bits a channel, without transparency.
public enum PNGEncoder {
    /// - Parameter dotsPerInch: for print; stored as pixels per metre.
    /// - Throws: `PNGError` when zlib has no memory.
    public static func data(_ image: PixelImage, dotsPerInch: Double = 300) throws -> Data {
        var file = Data([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
        // Eight bits, red, green and blue; deflate; adaptive filters; not interlaced.
        append("IHDR", bigEndian(image.width) + bigEndian(image.height) + [8, 2, 0, 0, 0], to: &file)
        append("sRGB", [0], to: &file)
        let perMetre = bigEndian(Int((dotsPerInch / 0.0254).rounded()))
        append("pHYs", perMetre + perMetre + [1], to: &file)
        append("IDAT", try deflated(filteredRows(image)), to: &file)
        append("IEND", [], to: &file)
        return file
    }

    private static func bigEndian(_ value: Int) -> [UInt8] {
        withUnsafeBytes(of: UInt32(truncatingIfNeeded: value).bigEndian) { Array($0) }
    }

    private static func append(_ type: String, _ content: [UInt8], to file: inout Data) {
        let body = Array(type.utf8) + content
        file.append(contentsOf: bigEndian(content.count))
        file.append(contentsOf: body)
        file.append(contentsOf: bigEndian(Int(crc32(0, body, UInt32(body.count)))))
    }

    /// Rows of bytes, each less the row above (filter 2), which smooth pictures need least space for.
    private static func filteredRows(_ image: PixelImage) -> [UInt8] {
        let stride = 3 * image.width
        var above = [UInt8](repeating: 0, count: stride)
        var row = above
        var result: [UInt8] = []
        result.reserveCapacity((stride + 1) * image.height)
        for y in 0..<image.height {
            for x in 0..<image.width {
                let color = image[x, y]
                for channel in 0..<3 { row[3 * x + channel] = UInt8(min(max(color[channel], 0), 1) * 255 + 0.5) }
            }
            result.append(2)
            for k in 0..<stride { result.append(row[k] &- above[k]) }
            swap(&row, &above)
        }
        return result
    }

    private static func deflated(_ bytes: [UInt8]) throws -> [UInt8] {
        var count = compressBound(UInt(bytes.count))
        var result = [UInt8](repeating: 0, count: Int(count))
        guard compress2(&result, &count, bytes, UInt(bytes.count), 6) == Z_OK else { throw PNGError.outOfMemory }
        return Array(result.prefix(Int(count)))
    }
}

public enum PNGError: Error, CustomStringConvertible {
    case outOfMemory

    public var description: String { "there is no memory to compress a picture; ask for a smaller one." }
}
