import Foundation

/// Wavefunction files of other programs in `Tests/References/Wavefunctions`, with dipoles and charges of the same states.
public struct WavefunctionReference: Decodable, Sendable {
    public struct Entry: Decodable, Sendable {
        public let charge: Int
        public let multiplicity: Int
        public let energy: Double?
        /// e bohr, about the centre of nuclear charge.
        public let dipole: [Double]
        public let mulliken: [Double]?
    }

    /// By name of the file.
    public let files: [String: Entry]

    public static func load() throws -> WavefunctionReference {
        let url = Repository.references.appendingPathComponent("wavefunctions.json")
        return try JSONDecoder().decode(Self.self, from: Data(contentsOf: url))
    }

    public static func path(_ name: String) -> String {
        Repository.references.appendingPathComponent("Wavefunctions/\(name)").path
    }
}

/// Files with the peculiarities of other programs in `Tests/References/Wavefunctions`, and charges of the same states.
public struct ForeignFileReference: Decodable, Sendable {
    public struct Entry: Decodable, Sendable {
        public let charge: Int
        public let multiplicity: Int
        public let mulliken: [Double]
        public let energy: Double?
        /// Decimals of the charges; nil where they are exact.
        public let digits: Int?
        /// Core electrons by element.
        public let core: [String: Int]?
        /// Electrons in the functions of each ghost atom.
        public let ghosts: [Double]?
    }

    /// By name of the file.
    public let files: [String: Entry]

    public static func load() throws -> ForeignFileReference {
        let url = Repository.references.appendingPathComponent("foreign-files.json")
        return try JSONDecoder().decode(Self.self, from: Data(contentsOf: url))
    }
}
