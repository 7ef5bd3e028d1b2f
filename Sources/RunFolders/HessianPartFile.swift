import FileFormats
import Foundation

/// A finished part of analytic second derivatives in a binary file of the program, from which an interrupted `esp frequencies` goes on.
public struct HessianPartFile: Sendable, Equatable {
    /// What a part belongs to. Parts of anything else are not used.
    public struct Identity: Codable, Sendable, Equatable {
        public var charge: Int
        public var multiplicity: Int
        public var method: String
        public var grid: String
        public var basisFingerprint: String
        /// Restricted or unrestricted.
        public var reference: String?
        /// In bohr.
        public var geometry: [Double]
        public var gridResponse: Bool

        public init(
            charge: Int, multiplicity: Int, method: String, grid: String, basisFingerprint: String, reference: String?,
            geometry: [Double], gridResponse: Bool
        ) {
            self.charge = charge
            self.multiplicity = multiplicity
            self.method = method
            self.grid = grid
            self.basisFingerprint = basisFingerprint
            self.reference = reference
            self.geometry = geometry
            self.gridResponse = gridResponse
        }
    }

    public let identity: Identity
    public let numbers: [Double]

    private static let kind = "esp-hessian"
    private static let version = 1

    public init(_ identity: Identity, numbers: [Double]) {
        self.identity = identity
        self.numbers = numbers
    }

    /// The bytes of the file.
    public func data() throws -> Data {
        BinaryRecord(header: try JSONEncoder().encode(identity), numbers: numbers).data(kind: Self.kind, version: Self.version)
    }

    /// Reads a file; whatever its content, the outcome is finite numbers or an error.
    public init(readingFrom path: String) throws {
        try self.init(bytes: TextFile.bytes(ofFileAt: path, limit: 64 << 30), path: path)
    }

    /// Reads bytes that are already in memory; `path` is used only in messages.
    public init(bytes: [UInt8], path: String) throws {
        let record = try BinaryRecord(bytes, kind: Self.kind, version: Self.version, path: path)
        guard let identity = try? JSONDecoder().decode(Identity.self, from: record.header),
            record.numbers.allSatisfy({ abs($0) < 1e15 })
        else { throw CheckpointError.damaged(path: path) }
        self.identity = identity
        numbers = record.numbers
    }
}
