import Foundation

/// Why a result cannot be written as JSON.
public enum ResultDocumentError: Error, Equatable, CustomStringConvertible {
    case notFinite(place: String)

    public var description: String {
        switch self {
        case .notFinite(let place):
            "the result is not written: the value at \(place) is not a finite number. Please report this with the input file."
        }
    }
}

/// Layout of JSON text for people.
public enum JSONLayout {
    /// Indented, with sorted keys and flat arrays on one line.
    public static func encoded(_ value: some Encodable) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        do {
            return withControlsEscaped(withFlatArraysOnOneLine(try encoder.encode(value)))
        } catch EncodingError.invalidValue(_, let context) {
            throw ResultDocumentError.notFinite(place: context.codingPath.map(\.stringValue).joined(separator: "/"))
        }
    }

    /// Writes the control characters that the encoder leaves unchanged, all of which occur only in texts, as `\uXXXX`: the file is safe to
    /// show on a terminal, whatever the texts.
    static func withControlsEscaped(_ json: Data) -> Data {
        let text = String(decoding: json, as: UTF8.self)
        func isLeft(_ scalar: Unicode.Scalar) -> Bool { ForeignText.isControl(scalar) && scalar != "\n" }
        guard text.unicodeScalars.contains(where: isLeft) else { return json }
        // Bytes, since appending several scalars to a view of scalars copies the whole view.
        var result: [UInt8] = []
        result.reserveCapacity(json.count + json.count / 8)
        for scalar in text.unicodeScalars {
            if isLeft(scalar) {
                result += String(format: "\\u%04x", scalar.value).utf8
            } else {
                result += UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter
            }
        }
        return Data(result)
    }

    /// Puts every array without nested arrays or objects on one line.
    static func withFlatArraysOnOneLine(_ json: Data) -> Data {
        let bytes = [UInt8](json)
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var index = 0
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "["), let end = endOfFlatArray(bytes, from: index) {
                appendOnOneLine(bytes[index...end], to: &result)
                index = end + 1
            } else if bytes[index] == UInt8(ascii: "\"") {
                let end = endOfString(bytes, from: index)
                result += bytes[index...end]
                index = end + 1
            } else {
                result.append(bytes[index])
                index += 1
            }
        }
        result.append(UInt8(ascii: "\n"))
        return Data(result)
    }

    /// Index of the closing quotation mark.
    private static func endOfString(_ bytes: [UInt8], from start: Int) -> Int {
        var index = start + 1
        while index < bytes.count - 1, bytes[index] != UInt8(ascii: "\"") {
            index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1
        }
        return min(index, bytes.count - 1)
    }

    private static func endOfFlatArray(_ bytes: [UInt8], from start: Int) -> Int? {
        var index = start + 1
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "]"): return index
            case UInt8(ascii: "["), UInt8(ascii: "{"): return nil
            case UInt8(ascii: "\""): index = endOfString(bytes, from: index) + 1
            default: index += 1
            }
        }
        return nil
    }

    private static func appendOnOneLine(_ array: ArraySlice<UInt8>, to result: inout [UInt8]) {
        var inString = false
        var escaped = false
        for byte in array {
            if inString {
                result.append(byte)
                if escaped {
                    escaped = false
                } else if byte == UInt8(ascii: "\\") {
                    escaped = true
                } else if byte == UInt8(ascii: "\"") {
                    inString = false
                }
            } else if byte == UInt8(ascii: ",") {
                result += [byte, UInt8(ascii: " ")]
            } else if byte > 32 {
                result.append(byte)
                inString = byte == UInt8(ascii: "\"")
            }
        }
    }
}
