import FileFormats
import GaussianBasis

/// The information in the comment lines at the top of a basis-set file:
///
///     ! Basis set: 6-31G(d)
///     ! Aliases: 6-31G*
///     ! Function type: cartesian          (the d functions; or pure)
///     ! Reference: ...
public struct BasisSetHeader: Sendable, Equatable {
    public var name: String?
    public var aliases: [String] = []
    public var functionType: AngularFunctionType?
    public var references: [String] = []

    /// Reads the comments before the first line of data. Unknown keys are skipped.
    init(_ file: TextFile) {
        for line in file.lines {
            let text = line.text.drop(while: \.isWhitespace)
            if text.isEmpty { continue }
            // Psi4's files begin with a word for the type of all functions.
            if let type = Self.functionType(ofPsi4Line: line) {
                functionType = functionType ?? type
                continue
            }
            guard text.first == "!" else { return }
            let body = text.dropFirst()
            guard let colon = body.firstIndex(of: ":") else { continue }
            let value = Self.trimmed(body[body.index(after: colon)...])
            guard !value.isEmpty else { continue }
            switch Self.trimmed(body[..<colon]).lowercased() {
            case "basis set": name = name ?? value
            case "aliases": aliases += value.split(separator: ",").map { Self.trimmed($0) }.filter { !$0.isEmpty }
            case "function type":
                // Files speak of d functions; f and higher ones are pure in every published set.
                let type = AngularFunctionType(rawValue: value.lowercased())
                functionType = type == .cartesian ? .cartesianD : type
            case "reference": references.append(value)
            default: break
            }
        }
    }

    /// A line that contains only `spherical` or `cartesian`.
    static func functionType(ofPsi4Line line: TextLine) -> AngularFunctionType? {
        guard line.fields.count == 1, let word = line.fields.first?.lowercased() else { return nil }
        return ["spherical": .pure, "puream": .pure, "cartesian": .cartesian][word]
    }

    private static func trimmed(_ text: Substring) -> String {
        let start = text.drop(while: \.isWhitespace)
        guard let last = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return String(start[...last])
    }
}
