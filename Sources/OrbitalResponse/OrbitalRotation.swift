import ElectronicStructure
import Foundation
import LinearAlgebra

/// A rotation between occupied and empty orbitals: one block per spin, or one for both spins, each with a row for every empty and a column
/// for every occupied orbital, in radians. Gradients of the energy and products of the Hessian have the same shape.
package struct OrbitalRotation: Sendable {
    package var blocks: [Matrix]

    package init(blocks: [Matrix]) { self.blocks = blocks }

    package func dot(_ other: OrbitalRotation) -> Double { zip(blocks, other.blocks).reduce(0) { $0 + $1.0.dot($1.1) } }

    package var norm: Double { dot(self).squareRoot() }

    package mutating func add(_ other: OrbitalRotation, scaledBy factor: Double) {
        for spin in blocks.indices { blocks[spin].add(other.blocks[spin], scaledBy: factor) }
    }

    package static func * (factor: Double, rotation: OrbitalRotation) -> OrbitalRotation {
        OrbitalRotation(blocks: rotation.blocks.map { factor * $0 })
    }

    /// The component of the rotation orthogonal to orthonormal others, normalised; nil if it is negligible.
    func orthonormalized(to others: [OrbitalRotation]) -> OrbitalRotation? {
        let size = norm
        guard size > 0, size.isFinite else { return nil }
        var result = (1 / size) * self
        // Twice: once is not sufficient if the remainder is small.
        for _ in 0..<2 {
            for other in others { result.add(other, scaledBy: -other.dot(result)) }
            let left = result.norm
            guard left > 1e-6 else { return nil }
            result = (1 / left) * result
        }
        return result
    }
}

/// To the last bit: elements are kept as they are in memory.
extension OrbitalRotation: Codable {
    private enum CodingKeys: String, CodingKey { case rows, columns, elements }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let rows = try container.decode([Int].self, forKey: .rows)
        let columns = try container.decode([Int].self, forKey: .columns)
        let data = try container.decode([Data].self, forKey: .elements)
        guard rows.count == columns.count, rows.count == data.count else {
            throw DecodingError.dataCorruptedError(forKey: .elements, in: container, debugDescription: "blocks are missing")
        }
        blocks = try zip(zip(rows, columns), data).map { size, bytes in
            let (count, isTooLarge) = size.0.multipliedReportingOverflow(by: size.1)
            guard size.0 >= 0, size.1 >= 0, !isTooLarge, bytes.count % 8 == 0, bytes.count / 8 == count else {
                throw DecodingError.dataCorruptedError(
                    forKey: .elements, in: container, debugDescription: "a block has another size")
            }
            let elements = bytes.withUnsafeBytes { raw in
                (0..<count).map {
                    Double(bitPattern: UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: 8 * $0, as: UInt64.self)))
                }
            }
            return Matrix(rows: size.0, columns: size.1, elements: elements)
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(blocks.map(\.rows), forKey: .rows)
        try container.encode(blocks.map(\.columns), forKey: .columns)
        try container.encode(
            blocks.map { block in
                block.elements.map(\.bitPattern.littleEndian).withUnsafeBytes { Data($0) }
            }, forKey: .elements)
    }
}
