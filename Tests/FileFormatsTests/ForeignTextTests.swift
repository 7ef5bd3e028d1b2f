import Foundation
import RunFolders
import Testing
@testable import FileFormats

/// Every Unicode scalar beside every special character.
@Suite struct ForeignTextTests {
    private static let scalars = (0...0x10FFFF as ClosedRange<UInt32>).compactMap(Unicode.Scalar.init)
    /// Join characters after them to one grapheme (`Prepend` of Unicode Standard Annex 29).
    private static let prepended: [Unicode.Scalar] = [
        "\u{600}", "\u{601}", "\u{605}", "\u{6DD}", "\u{70F}", "\u{890}", "\u{8E2}", "\u{D4E}", "\u{110BD}", "\u{110CD}",
        "\u{111C2}",
        "\u{1193F}", "\u{11D46}",
    ]

    /// `special` with every scalar before and behind it.
    private static func surrounded(_ special: Unicode.Scalar) -> String {
        var result = String.UnicodeScalarView()
        for scalar in scalars {
            result.append(scalar)
            result.append(special)
        }
        return String(result)
    }

    @Test(
        arguments: [("<", "&lt;"), (">", "&gt;"), ("&", "&amp;"), ("\"", "&quot;"), ("'", "&#39;")] as [(Unicode.Scalar, String)])
    func markupHasNoSpecialCharacters(special: Unicode.Scalar, reference: String) {
        let escaped = Array(ForeignText.markup(Self.surrounded(special)).utf8)
        var expected: [UInt8] = []
        expected.reserveCapacity(escaped.count)
        for scalar in Self.scalars {
            switch scalar.value {
            case 0x3C: expected += "&lt;".utf8
            case 0x3E: expected += "&gt;".utf8
            case 0x26: expected += "&amp;".utf8
            case 0x22: expected += "&quot;".utf8
            case 0x27: expected += "&#39;".utf8
            case 0x09, 0x0A: expected.append(UInt8(scalar.value))
            case 0..<0x20, 0x7F...0x9F, 0x2028...0x202E, 0x2066...0x2069: expected += [0xEF, 0xBF, 0xBD]
            case let value where value & 0xFFFF >= 0xFFFE: expected += [0xEF, 0xBF, 0xBD]
            default: expected += String(Character(scalar)).utf8
            }
            expected += reference.utf8
        }
        #expect(escaped == expected)
    }

    @Test func quotesCannotHideInFieldsOfCSV() {
        let field = Array(CSVText.quoted(Self.surrounded("\"")).utf8)
        let quotes = field.count { $0 == UInt8(ascii: "\"") }
        // Two around, two for each of those between the scalars, and two for the one that is a scalar of its own.
        #expect(field.first == UInt8(ascii: "\"") && field.last == UInt8(ascii: "\"") && quotes == 2 + 2 * Self.scalars.count + 2)
        #expect(!field.contains { $0 < 0x20 })
    }

    @Test(arguments: [
        ("=1+1", "\"'=1+1\""), ("+A1", "\"'+A1\""), ("-A1", "\"'-A1\""), ("@SUM(A1)", "\"'@SUM(A1)\""), ("\t=1", "\"' =1\""),
        ("\u{FF1D}1", "\"'\u{FF1D}1\""), ("-1.5", "\"-1.5\""), ("+2", "\"+2\""), ("-1e-3", "\"-1e-3\""), ("Cl2", "\"Cl2\""),
        ("a=b", "\"a=b\""), ("", "\"\""), ("\r\n=1", "\"\u{FFFD}\u{FFFD}=1\""),
    ])
    func spreadsheetsCalculateNoText(text: String, field: String) { #expect(CSVText.quoted(text) == field) }

    @Test func terminalsAreNotControlled() {
        let shown = ForeignText.terminal(Self.surrounded("\u{1B}")).unicodeScalars
        #expect(!shown.contains { ForeignText.isControl($0) && $0 != "\n" && $0 != "\t" })
        #expect(ForeignText.terminal("a\u{9B}31mb\u{202E}c\r\n\td") == "a\u{FFFD}31mb\u{FFFD}c\u{FFFD}\n\td")
        #expect(ForeignText.line("a\nb\tc") == "a\u{FFFD}b c")
        let plain = "Nb\u{2013}Cl \u{E4}\u{301} \u{1F469}\u{200D}\u{1F52C}\n"
        #expect(ForeignText.terminal(plain) == plain)
    }

    /// The file can be shown, and reads back as it was.
    @Test func controlsAreEscapedInJSON() throws {
        let texts = Self.scalars.filter(ForeignText.isControl).map { "a\($0)\"b" }
        let json = try JSONLayout.encoded(texts)
        #expect(!String(decoding: json, as: UTF8.self).unicodeScalars.contains { ForeignText.isControl($0) && $0 != "\n" })
        #expect(try JSONDecoder().decode([String].self, from: json) == texts)
    }

    @Test func labelsOfPlotsAreEscaped() {
        for scalar in Self.prepended {
            let label = PlotSVG.label(0, 0, "\(scalar)<script>\(scalar)&\(scalar)\"", anchor: "start")
            #expect(label.unicodeScalars.count { $0 == "<" } == 2 && label.hasSuffix("</text>\n") && label.contains("script&gt;"))
        }
    }

    /// One line of title in files for other programs, whatever it holds.
    @Test func titlesStayOnOneLine() throws {
        let cube = CubeFile(
            title: "a\u{600}\nb\u{1B}[0m\u{85}c", subtitle: "\u{2028}", nuclei: [], origin: .zero, counts: SIMD3(1, 1, 1),
            spacing: SIMD3(1, 1, 1), values: [0])
        let lines = String(decoding: try cube.encoded(), as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines[0] == "a b [0m c" && lines[1] == "z fastest, then y, then x")
        #expect(WavefunctionExport.line("a\u{7F}b\u{D4E}<c\r\nd", length: 20) == "a b <c d")
    }
}
