import Foundation
import RunFolders
import Testing
import TestSupport
@testable import FileFormats

/// Documents that someone has edited: refused with the file and the key.
@Suite struct DocumentCheckTests {
    private static func text(_ name: String) throws -> String {
        try String(contentsOf: Repository.root.appendingPathComponent("Tests/FuzzingCorpus/\(name)"), encoding: .utf8)
    }

    private static func message<Document: CheckedDocument>(_ type: Document.Type, _ json: Any) throws -> String {
        do {
            _ = try Document(json: JSONSerialization.data(withJSONObject: json), path: "folder/file.json")
            return ""
        } catch { return "\(error)" }
    }

    /// The object with the value at a path of keys and places replaced; nil removes it.
    private static func changed(_ object: Any, _ path: ArraySlice<String>, to value: Any?) -> Any {
        guard let key = path.first else { return value ?? NSNull() }
        if var dictionary = object as? [String: Any] {
            dictionary[key] = path.count == 1 ? value : changed(dictionary[key] ?? [String: Any](), path.dropFirst(), to: value)
            return dictionary
        }
        if var list = object as? [Any], let index = Int(key), list.indices.contains(index) {
            if path.count == 1, value == nil {
                list.remove(at: index)
            } else {
                list[index] = changed(list[index], path.dropFirst(), to: value)
            }
            return list
        }
        return object
    }

    private static func check<Document: CheckedDocument>(_ type: Document.Type, _ file: String, _ key: String, _ value: Any?)
        throws
    {
        let sound = try JSONSerialization.jsonObject(with: Data(text(file).utf8))
        #expect(try message(type, sound) == "")
        let path = key.split(separator: "/").map(String.init)
        let found = try message(type, changed(sound, path[...], to: value))
        #expect(found.hasPrefix("folder/file.json: "), "\(found)")
        // A list that lacks a value is named itself.
        #expect(found.contains("'\(key)'") || found.contains("'\(path.dropLast().joined(separator: "/"))'"), "\(found)")
    }

    @Test(
        arguments: [
            ("schema", "esp-result-9"), ("molecule/atomic_numbers/0", nil), ("molecule/symbols/0", "H"),
            ("molecule/symbols/0", 7),
            ("molecule/atomic_numbers/0", 999), ("molecule/geometry/0", 1e300), ("molecule/geometry/0", 1e14),
            ("molecule/effective_nuclear_charges/0", -1.0), ("states/0/charge", Int.min),
            ("states/0/electrons", Int.max), ("states/0/electrons", 11), ("states/0/multiplicity", 0),
            ("states/0/multiplicity", 1000),
            ("states/0/iterations", -1), ("states/0/dipole/0", nil), ("states/0/bond_orders/0/atoms/1", 99),
            ("states/0/bond_orders/0/atoms/0", -1), ("states/0/bond_orders/0/atoms/0", nil),
            ("states/0/shell_populations/0/atom", 2),
            ("states/0/charges/mulliken/0", nil), ("states/0/charges/mulliken/0", "x"),
            ("states/0/occupied_orbitals/alpha", 1_000_000),
            ("states/0/files/checkpoint", "../secret"), ("states/0/energy", "low"), ("fragments/0/atoms/0", 99),
            ("fragments/0/atoms/0", -1),
            ("fragments/0/name", "a\u{1B}[31m"), ("states", nil),
        ] as [(String, (any Sendable)?)])
    func editedResultIsRefused(key: String, value: (any Sendable)?) throws {
        try Self.check(ResultDocument.self, "result/oh.json", key, value)
    }

    @Test(
        arguments: [
            ("schema", "x"), ("symbols/0", "Xx"), ("points/0/geometry/5", nil), ("points/1/gradient/0", nil),
            ("points/0/geometry/5", 1e300), ("points/0/geometry/5", 0.0), ("points/0/gradient/2", 1e12), ("points/0/energy", nil),
            ("charge", 1 << 40), ("multiplicity", -1),
        ] as [(String, (any Sendable)?)])
    func editedSearchIsRefused(key: String, value: (any Sendable)?) throws {
        try Self.check(OptimizationDocument.self, "optimization/h2.json", key, value)
    }

    @Test(
        arguments: [
            ("conditions", nil), ("known", [Int]()), ("known/0/energy", 1e300), ("known/0/multiplicity", 0),
            ("candidates/0/charge", Int.min),
            ("candidates/0/charge", 7), ("candidates/0/multiplicity", Int.max), ("candidates/0/round", Int.max),
            ("candidates/0/round", 0),
            ("candidates/0/round", nil), ("candidates/0/origin", "a\u{1B}[31m"), ("candidates/0/phase", 7),
        ] as [(String, (any Sendable)?)])
    func editedSearchForSolutionsIsRefused(key: String, value: (any Sendable)?) throws {
        try Self.check(SearchDocument.self, "search/oh.json", key, value)
    }

    /// A text of control characters only, in a time that grows no faster than its length.
    @Test func manyControlsAreEscapedAtOnce() throws {
        let text = String(repeating: "\u{85}", count: 1_000_000)
        #expect(try JSONLayout.encoded([text]).count == 6 * 1_000_000 + 5)
    }

    @Test(arguments: [
        "", "[]", "7", "{", "nul", "{\"schema\":1e999}", String(repeating: "[", count: 100_000),
        "{\"a\":" + String(repeating: "[", count: 300) + String(repeating: "]", count: 300) + "}",
    ])
    func whatIsNoDocumentIsRefused(text: String) {
        #expect(throws: InputFileError.self) { try ResultDocument(json: Data(text.utf8), path: "x") }
        #expect(throws: InputFileError.self) { try OptimizationDocument(json: Data(text.utf8), path: "x") }
        #expect(throws: InputFileError.self) { try SearchDocument(json: Data(text.utf8), path: "x") }
    }
}
