import FileFormats
import Foundation
import LinearAlgebra

/// Symmetric matrices of one size in a binary file of the program: the lower triangles, row by row.
public struct SymmetricMatrixFile: Sendable {
    public let matrices: [Matrix]

    private struct Header: Codable {
        var rows: Int
        var matrices: Int
    }

    private static let kind = "esp-matrices"
    private static let version = 1

    public init(_ matrices: [Matrix]) { self.matrices = matrices }

    /// The bytes of the file.
    public func data() throws -> Data {
        let rows = matrices.first?.rows ?? 0
        precondition(matrices.allSatisfy { $0.rows == rows && $0.columns == rows })
        var numbers: [Double] = []
        numbers.reserveCapacity(matrices.count * rows * (rows + 1) / 2)
        for matrix in matrices {
            for row in 0..<rows { for column in 0...row { numbers.append(matrix[row, column]) } }
        }
        let header = try JSONEncoder().encode(Header(rows: rows, matrices: matrices.count))
        return BinaryRecord(header: header, numbers: numbers).data(kind: Self.kind, version: Self.version)
    }

    /// Reads a file; whatever its content, the outcome is valid matrices or an error.
    public init(readingFrom path: String) throws {
        try self.init(bytes: TextFile.bytes(ofFileAt: path, limit: 4 << 30), path: path)
    }

    /// Reads bytes that are already in memory; `path` is used only in messages.
    public init(bytes: [UInt8], path: String) throws {
        let record = try BinaryRecord(bytes, kind: Self.kind, version: Self.version, path: path)
        let limit = 1 << 20
        guard let header = try? JSONDecoder().decode(Header.self, from: record.header), (0...limit).contains(header.rows),
            (0...limit).contains(header.matrices),
            record.numbers.count == header.matrices * (header.rows * (header.rows + 1) / 2),
            record.numbers.allSatisfy({ abs($0) < 1e15 })
        else { throw CheckpointError.damaged(path: path) }
        var numbers = record.numbers[...]
        matrices = (0..<header.matrices).map { _ in
            var matrix = Matrix(rows: header.rows, columns: header.rows)
            for row in 0..<header.rows {
                for column in 0...row {
                    let value = numbers.removeFirst()
                    matrix[row, column] = value
                    matrix[column, row] = value
                }
            }
            return matrix
        }
    }
}
