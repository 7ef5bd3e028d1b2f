import FileFormats
import Foundation
import TestSupport

/// Inputs for one reader: small valid files, changed at random. The same seed and index give the same bytes.
public struct FuzzingInputs: Sendable {
    public let reader: FuzzedReader
    private let corpus: [[UInt8]]
    private let seed: UInt64

    /// Larger inputs are cut off.
    private static let largestSize = 1 << 16

    /// - Parameter folder: with one folder of valid files for each reader, by its name.
    public init(reader: FuzzedReader, corpus folder: URL, seed: UInt64) throws {
        let files = try FileManager.default.contentsOfDirectory(
            at: folder.appendingPathComponent(reader.rawValue), includingPropertiesForKeys: nil)
        corpus = try files.sorted { $0.lastPathComponent < $1.lastPathComponent }.map { [UInt8](try Data(contentsOf: $0)) }
        self.reader = reader
        self.seed = seed
    }

    /// The valid files.
    public var originals: [[UInt8]] { corpus }

    public subscript(index: Int) -> [UInt8] {
        // Neighbouring indices must not lead to shifted copies of one sequence.
        var seeds = RepeatableRandom(seed: seed &+ UInt64(truncatingIfNeeded: index) &* 0xD134_2543_DE82_EF95)
        var random = RepeatableRandom(seed: seeds.next())
        guard let start = corpus.randomElement(using: &random) else { return [] }
        var mutation = Mutation(bytes: start, corpus: corpus, random: random)
        // Few changes for the most part: many are refused at the first line.
        let changes = 1 << Int.random(in: 0...3, using: &mutation.random)
        for _ in 0..<changes { mutation.change() }
        if mutation.bytes.count > Self.largestSize { mutation.bytes.removeLast(mutation.bytes.count - Self.largestSize) }
        // Most changed files of these kinds would be refused for their checksum alone.
        if Int.random(in: 0..<8, using: &mutation.random) > 0 { reader.seal(&mutation.bytes) }
        return mutation.bytes
    }
}

extension FuzzedReader {
    /// Makes the last eight bytes the checksum of those before, where the reader asks for one.
    public func seal(_ bytes: inout [UInt8]) {
        guard [.checkpoint, .matrices, .hessianPart].contains(self), bytes.count >= 8 else { return }
        bytes.removeLast(8)
        var checksum = Checksum()
        checksum.add(bytes)
        for shift in stride(from: UInt64(0), to: 64, by: 8) { bytes.append(UInt8(truncatingIfNeeded: checksum.value >> shift)) }
    }
}

/// Bytes that are being changed.
struct Mutation {
    var bytes: [UInt8]
    let corpus: [[UInt8]]
    var random: RepeatableRandom

    /// Words at which readers stumble.
    private static let words: [[UInt8]] = [
        "0", "-0", "1", "-1", "2", "7", "20", "86", "87", "255", "256", "65536", "999999999", "1000000000", "2147483648",
        "-2147483649", "9223372036854775807", "-9223372036854775808", "18446744073709551616", "99999999999999999999999",
        "1e308", "-1e308", "1e309", "1e-320", "1e999999999", "0.0", "nan", "inf", "-inf", "0x10", "1d5", "+", "-", ".", "e", "",
        "null", "true", "[]", "{}", "\"\"", "[[]]", "\u{FEFF}", "\u{0301}", "\u{1F469}\u{200D}\u{1F52C}", "N=", "=", "[", "]",
        "sp", "L=20", "s 0 1.0", "****", "Nb-ECP 3 28", "[MO]", "[GTO]", "[5D]", "[Core]", "[Pseudo]", "[Nval]", "X", "Bq", "Nb",
        "Cl_12", "Properties=species:S:1:pos:R:3", "charge=", "units=bohr",
    ].map { Array($0.utf8) }

    mutating func change() {
        switch Int.random(in: 0..<14, using: &random) {
        case 0: flipBit()
        case 1: replace(range(upTo: 1), with: [UInt8.random(in: 0...255, using: &random)])
        case 2: replace(emptyRange(), with: Self.words.randomElement(using: &random) ?? [])
        case 3: replace(range(upTo: 64), with: [])
        case 4: replace(emptyRange(), with: Array(bytes[range(upTo: 256)]))
        case 5: bytes.removeLast(min(bytes.count, Int.random(in: 0...max(1, bytes.count), using: &random)))
        case 6: replace(emptyRange(), with: piece(of: corpus.randomElement(using: &random) ?? []))
        case 7: replace(line(), with: [])
        case 8: replace(emptyRange(atLine: true), with: Array(bytes[line()]))
        case 9: swapLines()
        case 10: eightBytes()
        case 11: replace(word(), with: Array(bytes[word()]))
        default: replace(word(), with: Self.words.randomElement(using: &random) ?? [])
        }
    }

    private mutating func replace(_ range: Range<Int>, with new: [UInt8]) { bytes.replaceSubrange(range, with: new) }

    private mutating func flipBit() {
        guard let index = bytes.indices.randomElement(using: &random) else { return }
        bytes[index] ^= 1 << UInt8.random(in: 0..<8, using: &random)
    }

    /// A binary number as checkpoints hold them.
    private mutating func eightBytes() {
        guard bytes.count >= 8 else { return }
        let start = Int.random(in: 0...(bytes.count - 8), using: &random)
        let numbers: [UInt64] = [0, 1, 1 << 20, 1 << 62, .max, Double.nan.bitPattern, random.next()]
        let number: UInt64 = numbers.randomElement(using: &random) ?? 0
        for k in 0..<8 { bytes[start + k] = UInt8(truncatingIfNeeded: number >> UInt64(8 * k)) }
    }

    private mutating func swapLines() {
        let (a, b) = (line(), line())
        guard a.upperBound <= b.lowerBound else { return }
        let (first, second) = (Array(bytes[a]), Array(bytes[b]))
        replace(b, with: first)
        replace(a, with: second)
    }

    private mutating func piece(of other: [UInt8]) -> [UInt8] {
        guard let start = other.indices.randomElement(using: &random) else { return [] }
        return Array(other[start..<min(other.count, start + Int.random(in: 1...256, using: &random))])
    }

    private mutating func range(upTo length: Int) -> Range<Int> {
        guard let start = bytes.indices.randomElement(using: &random) else { return 0..<0 }
        return start..<min(bytes.count, start + Int.random(in: 1...length, using: &random))
    }

    private mutating func emptyRange(atLine: Bool = false) -> Range<Int> {
        let place = atLine ? line().lowerBound : Int.random(in: 0...bytes.count, using: &random)
        return place..<place
    }

    /// A line with its end.
    private mutating func line() -> Range<Int> { stretch(includingEnd: true) { $0 == UInt8(ascii: "\n") } }

    /// What stands between white space or the marks of JSON.
    private mutating func word() -> Range<Int> { stretch(includingEnd: false) { " \n\t,:\"[]{}=".utf8.contains($0) } }

    private mutating func stretch(includingEnd: Bool, isEnd: (UInt8) -> Bool) -> Range<Int> {
        guard var start = bytes.indices.randomElement(using: &random) else { return 0..<0 }
        var end = start
        while start > 0, !isEnd(bytes[start - 1]) { start -= 1 }
        while end < bytes.count, !isEnd(bytes[end]) { end += 1 }
        return start..<(includingEnd ? min(bytes.count, end + 1) : max(start, end))
    }
}
