import FileFormats
import Foundation
import MolecularStructure

/// A JSON document of the program. Anyone may have edited it, so all of it is checked once when it is read, and the code that uses it need
/// not check again.
public protocol CheckedDocument: Decodable {
    /// The content of the file, for messages.
    static var title: String { get }
    /// The cure for an invalid file.
    static var cure: String { get }

    /// Throws if values do not belong together or are unreasonable.
    func check() throws(DocumentFlaw)
}

/// What is wrong with a document, and where.
public struct DocumentFlaw: Error, Equatable {
    /// Keys and indices from the outside to the inside, such as `states/0/charge`; empty for the document as a whole.
    public var key: String
    public var problem: String
}

extension CheckedDocument {
    public static var cure: String { "Undo the change of the file or compute it again" }

    /// - Throws: `InputFileError` that names the file and the key.
    public init(readingFrom path: String) throws(InputFileError) {
        try self.init(json: Data(TextFile.bytes(ofFileAt: path, limit: 1 << 28)), path: path)
    }

    /// - Parameter path: used only in messages.
    /// - Throws: `InputFileError` that names the file and the key.
    public init(json: Data, path: String = "the document") throws(InputFileError) {
        do {
            try NumberBounds.check(json)
            let document = try JSONDecoder().decode(Self.self, from: json)
            try document.check()
            self = document
        } catch let flaw as DocumentFlaw {
            throw Self.malformed(path, flaw)
        } catch let error as DecodingError {
            throw Self.malformed(path, DocumentFlaw(error))
        } catch {
            throw Self.malformed(path, DocumentFlaw(key: "", problem: "it is not JSON"))
        }
    }

    private static func malformed(_ path: String, _ flaw: DocumentFlaw) -> InputFileError {
        let place = flaw.key.isEmpty ? "" : "'\(ForeignText.line(String(flaw.key.prefix(200))))': "
        return .malformed(
            FileLocation(path: path), problem: "this is not \(title) of this version of esp (\(place)\(flaw.problem))",
            cure: cure)
    }
}

extension DocumentFlaw {
    init(_ error: DecodingError) {
        func key(_ path: [any CodingKey]) -> String {
            path.map { $0.intValue.map(String.init) ?? $0.stringValue }.joined(separator: "/")
        }
        switch error {
        case .keyNotFound(let missing, let context):
            self.init(key: key(context.codingPath + [missing]), problem: "the key is missing")
        case .typeMismatch(_, let context): self.init(key: key(context.codingPath), problem: "the value is of another kind")
        case .valueNotFound(_, let context): self.init(key: key(context.codingPath), problem: "there is no value")
        case .dataCorrupted(let context) where context.underlyingError is UnknownKey:
            let known = (context.underlyingError as? UnknownKey)?.known ?? []
            self.init(key: key(context.codingPath), problem: "there is no such key, only \(known.joined(separator: ", "))")
        case .dataCorrupted(let context):
            self.init(
                key: key(context.codingPath), problem: context.codingPath.isEmpty ? "it is not JSON" : "the value is impossible")
        @unknown default: self.init(key: "", problem: "it cannot be read")
        }
    }
}

/// Conditions, each with the key that it is about.
struct DocumentCheck {
    /// Place of the values in the document.
    let key: String

    init(_ key: String = "") { self.key = key }

    func at(_ name: String) -> DocumentCheck { DocumentCheck(key.isEmpty ? name : key + "/" + name) }
    func at(_ index: Int) -> DocumentCheck { at(String(index)) }

    func require(_ condition: Bool, _ problem: @autoclosure () -> String) throws(DocumentFlaw) {
        guard condition else { throw DocumentFlaw(key: key, problem: problem()) }
    }

    func value<Value: Comparable>(_ value: Value, in range: ClosedRange<Value>) throws(DocumentFlaw) {
        try require(range.contains(value), "\(value) is not between \(range.lowerBound) and \(range.upperBound)")
    }

    func count(_ list: some Collection, _ expected: Int) throws(DocumentFlaw) {
        try require(list.count == expected, "\(list.count) values instead of \(expected)")
    }

    /// Atom numbers, counted from `first`.
    func atoms(_ list: [Int], count: Int, from first: Int = 0) throws(DocumentFlaw) {
        for atom in list { try require(atom >= first && atom - first < count, "there is no atom \(atom)") }
    }

    /// For a document that does not contain the nuclei that would bound them.
    func chargeState(_ charge: Int, _ multiplicity: Int) throws(DocumentFlaw) {
        try at("charge").value(charge, in: -10_000...10_000)
        try at("multiplicity").value(multiplicity, in: 1...10_000)
    }

    /// A single line: a name, a title or a file name.
    func line(_ text: String) throws(DocumentFlaw) {
        try require(!text.unicodeScalars.contains(where: ForeignText.isControl), "it holds control characters")
    }

    /// Positions in bohr, x, y, z of one atom after the other.
    func geometry(_ flat: [Double], atoms count: Int) throws(DocumentFlaw) {
        try self.count(flat, 3 * count)
        for value in flat { try self.value(value, in: -Self.largestCoordinate...Self.largestCoordinate) }
        func position(_ atom: Int) -> SIMD3<Double> { SIMD3(flat[3 * atom], flat[3 * atom + 1], flat[3 * atom + 2]) }
        for i in 0..<count {
            for j in 0..<i where distance(position(i), position(j)) < XYZFile.smallestDistanceInBohr {
                throw DocumentFlaw(key: key, problem: "atom \(i + 1) lies on atom \(j + 1)")
            }
        }
    }

    /// As in XYZ files.
    private static let largestCoordinate = 1e6 / PhysicalConstants.bohrInAngstrom
}

/// Bounds for every number of a document, whatever its meaning: sums of a few, and conversions to integers, cannot overflow.
enum NumberBounds {
    private static let largest = 1e15

    static func check(_ json: Data) throws(DocumentFlaw) {
        guard let root = try? JSONSerialization.jsonObject(with: json, options: .fragmentsAllowed) else {
            throw DocumentFlaw(key: "", problem: "it is not JSON")
        }
        try check(root, DocumentCheck(), depth: 0)
    }

    private static func check(_ value: Any, _ place: DocumentCheck, depth: Int) throws(DocumentFlaw) {
        try place.require(depth <= 20, "values are nested too deeply")
        switch value {
        case let object as [String: Any]: for (key, value) in object { try check(value, place.at(key), depth: depth + 1) }
        case let list as [Any]: for (index, value) in list.enumerated() { try check(value, place, index, depth: depth + 1) }
        case let number as NSNumber:
            try place.require(abs(number.doubleValue) <= largest, "\(number) is too large")
        default: break
        }
    }

    /// The path of a number in a list is built only when needed.
    private static func check(_ value: Any, _ place: DocumentCheck, _ index: Int, depth: Int) throws(DocumentFlaw) {
        if let number = value as? NSNumber, abs(number.doubleValue) <= largest { return }
        try check(value, place.at(index), depth: depth)
    }
}
