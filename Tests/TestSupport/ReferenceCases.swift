import Foundation

/// A file of Tests/References that lists cases of one kind.
public struct ReferenceCases<Case: Decodable>: Decodable {
    public let cases: [Case]

    /// - Parameter path: of the file.
    public static func all(at path: URL) throws -> [Case] {
        try JSONDecoder().decode(Self.self, from: Data(contentsOf: path)).cases
    }

    /// - Parameter name: of a file in Tests/References.
    public static func all(in name: String) throws -> [Case] { try all(at: Repository.references.appendingPathComponent(name)) }
}
