import FileFormats
import Foundation

/// The part of `isomers.json` that other commands read: the structures of a search for isomers with their energies.
public struct IsomerList: CheckedDocument, Sendable {
    public static let title = "isomers.json"
    public static let name = "isomers.json"
    public static let cure = "Undo the change of the file, or run esp isomers again"

    /// The schema without its version.
    private static let schemaPrefix = "esp-isomers-"

    var schema: String
    public var levels: [Level]
    public var charges: [Charge]

    public struct Level: Decodable, Sendable {
        public var name: String
    }

    public struct Charge: Decodable, Sendable {
        public var charge: Int
        /// By rank.
        public var isomers: [Isomer]
    }

    public struct Isomer: Decodable, Sendable {
        /// In hartree, by the names of levels.
        public var energies: [String: Double]
        public var converged: Bool
        /// The XYZ file, relative to the folder of the search.
        public var file: String
    }

    public func check() throws(DocumentFlaw) {
        guard schema.hasPrefix(Self.schemaPrefix) else { throw DocumentFlaw(key: "schema", problem: "it is of another kind") }
        for (place, charge) in charges.enumerated() {
            for (index, isomer) in charge.isomers.enumerated() {
                let parts = isomer.file.split(separator: "/", omittingEmptySubsequences: false)
                guard parts.allSatisfy({ !["", ".", ".."].contains($0) }) else {
                    throw DocumentFlaw(key: "charges/\(place)/isomers/\(index)/file", problem: "it is not a name in the folder")
                }
            }
        }
    }

    /// The files of the isomers of the first charge, the lowest first.
    ///
    /// - Parameter window: how far they may lie above the lowest, in hartree, at the most accurate level with energies.
    public func files(within window: Double) -> [String] {
        guard let first = charges.first else { return [] }
        let done = first.isomers.filter(\.converged)
        guard let level = levels.last(where: { level in done.contains { $0.energies[level.name] != nil } }) else { return [] }
        let known = done.compactMap { isomer in isomer.energies[level.name].map { (isomer.file, $0) } }.sorted { $0.1 < $1.1 }
        return known.filter { $0.1 <= known[0].1 + window }.map(\.0)
    }
}
