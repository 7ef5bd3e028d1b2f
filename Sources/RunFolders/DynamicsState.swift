import FileFormats
import Foundation

/// All that a run of molecular dynamics needs to go on to the same bits: a state of the motion, and how much of the appended files belongs
/// to it. In the form of `BinaryRecord`.
package struct DynamicsState: Sendable, Equatable {
    package var step: Int
    /// Bytes of the trajectory and of the table up to this step.
    package var trajectoryLength: Int
    package var tableLength: Int
    /// Of the random numbers.
    package var generator: UInt64
    /// Named lists of numbers: positions, velocities, forces, orbitals, ...
    package var lists: [String: [Double]]

    package init(step: Int, trajectoryLength: Int, tableLength: Int, generator: UInt64, lists: [String: [Double]]) {
        self.step = step
        self.trajectoryLength = trajectoryLength
        self.tableLength = tableLength
        self.generator = generator
        self.lists = lists
    }

    private static let (kind, version) = ("esp-dynamics-state", 1)

    private struct Header: Codable {
        var step: Int
        var trajectoryLength: Int
        var tableLength: Int
        /// As hexadecimal digits.
        var generator: String
        var names: [String]
        var counts: [Int]
    }

    package func data() throws -> Data {
        let names = lists.keys.sorted()
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let header = try encoder.encode(
            Header(
                step: step, trajectoryLength: trajectoryLength, tableLength: tableLength,
                generator: String(generator, radix: 16), names: names, counts: names.map { lists[$0]?.count ?? 0 }))
        return BinaryRecord(header: header, numbers: names.flatMap { lists[$0] ?? [] }).data(
            kind: Self.kind, version: Self.version)
    }

    /// - Throws: `CheckpointError` unless it is complete and unchanged; `InputFileError` if it cannot be read.
    package init(readingFrom path: String) throws {
        try self.init(bytes: TextFile.bytes(ofFileAt: path, limit: 16 << 30), path: path)
    }

    package init(bytes: [UInt8], path: String) throws(CheckpointError) {
        let record = try BinaryRecord(bytes, kind: Self.kind, version: Self.version, path: path)
        guard let header = try? JSONDecoder().decode(Header.self, from: record.header),
            let generator = UInt64(header.generator, radix: 16), header.names.count == header.counts.count,
            Set(header.names).count == header.names.count, (0...1_000_000_000).contains(header.step),
            (0...1 << 50).contains(header.trajectoryLength), (0...1 << 50).contains(header.tableLength),
            header.counts.allSatisfy({ (0...record.numbers.count).contains($0) })
        else { throw .damaged(path: path) }
        var (lists, position) = ([String: [Double]](), 0)
        for (name, count) in zip(header.names, header.counts) {
            guard position + count <= record.numbers.count else { throw .damaged(path: path) }
            lists[name] = Array(record.numbers[position..<position + count])
            position += count
        }
        guard position == record.numbers.count, record.numbers.allSatisfy(\.isFinite) else { throw .damaged(path: path) }
        self.init(
            step: header.step, trajectoryLength: header.trajectoryLength, tableLength: header.tableLength, generator: generator,
            lists: lists)
    }
}
