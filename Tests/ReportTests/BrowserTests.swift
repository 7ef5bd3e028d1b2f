import FileFormats
import Foundation
@testable import Report
import TestSupport
import Testing

/// The page in a real browser: that it draws, answers, and asks nobody for anything.
@Suite(.enabled(if: Browser.executable != nil), .serialized) struct BrowserTests {
    private struct Seen: Decodable {
        struct Pixels: Decodable {
            let drawn, red, blue: Double
        }

        struct Vibration: Decodable {
            /// Of the picture and, from 1, of the table.
            let seenModes: [[Int]]
            let isMoving, moved, stopped, hasArrows: Bool
            let text: String
        }

        let errors: [String]
        let viewer: String?
        let title: String
        let requests: [String]
        let pictures: [Bool]
        let overflow: Double
        let potential, turnedAround, difference, molecule: [Pixels]?
        let bar, note, volts, relative: String?
        /// The first bytes of the picture that is saved.
        let saved: [UInt8]?
        let vibration: Vibration?
        let followed: Bool?
        let sorted: [Double]
        let hidden: [Bool]
    }

    private static func see(options: [String] = []) throws -> (seen: Seen, complaints: [String]) {
        let page = try Self.page(probe: "probe.js")
        let outcome = try Browser.open(page, options: options)
        return (try Self.result(Seen.self, in: outcome.document), outcome.complaints)
    }

    /// The page with a script of the tests at its end, which its policy is made to admit.
    private static func page(probe name: String, _ change: (inout Report) -> Void = { _ in }) throws -> Data {
        let probe = try String(contentsOf: Repository.root.appendingPathComponent("Tests/ReportTests/\(name)"), encoding: .utf8)
        let first = "window.probeErrors = []; addEventListener('error', (e) => probeErrors.push(e.message));"
        var report = try SampleReport.report()
        change(&report)
        var page = try report.html()
        try insert(" " + PagePolicy.sources([first, probe]), after: "script-src", in: &page)
        try insert("<script>\(first)</script>", after: "initial-scale=1\">", in: &page)
        let end = try #require(page.range(of: Data("</body>".utf8), options: .backwards)?.lowerBound)
        page.insert(contentsOf: "<script>\(probe)</script>".utf8, at: end)
        return page
    }

    /// Behind the first place where `mark` stands. Pages may be large, and strings of them slow.
    private static func insert(_ text: String, after mark: String, in page: inout Data) throws {
        let place = try #require(page.range(of: Data(mark.utf8))?.upperBound)
        page.insert(contentsOf: text.utf8, at: place)
    }

    /// What the script wrote down.
    private static func result<Value: Decodable>(_ type: Value.Type, in document: String) throws -> Value {
        let start = try #require(document.range(of: "<pre id=\"probe\">"), "the probe did not finish")
        let text = document[start.upperBound...].prefix { $0 != "<" }
        return try JSONDecoder().decode(type, from: try #require(Data(base64Encoded: String(text))))
    }

    @Test func statesAreDrawnAndAnswer() throws {
        let (seen, complaints) = try Self.see()
        #expect(complaints.isEmpty && seen.errors.isEmpty && seen.requests.isEmpty)
        #expect(seen.viewer == "ready" && seen.title.hasPrefix("complex <script>"))
        #expect(seen.pictures == [false, false, false] && seen.overflow <= 0)
        // The sphere of 9 bohr; with the charge its colours go from blue and red to red alone.
        let potential = try #require(seen.potential)
        #expect(potential.allSatisfy { $0.drawn > 0.25 && $0.drawn < 0.9 })
        #expect(potential[2].red > 0.2 && potential[2].blue < 0.05 && potential[2].red > potential[0].red)
        let turned = try #require(seen.turnedAround)
        #expect(turned[2].blue > 0.2 && turned[2].red < 0.05)
        #expect(seen.bar?.contains("\u{2212}") == true)
        // A hundredth of x on a sphere of 9 bohr: 0.18 hartree/e from end to end, 4.898 V.
        let ends = (seen.volts ?? "").replacingOccurrences(of: "\u{2212}", with: "-").components(separatedBy: " ").compactMap(
            Double.init)
        #expect(ends.count == 2 && abs(ends[1] - ends[0] - 0.18 * 27.211386) < 2e-3, "\(seen.volts ?? "")")
        #expect(seen.relative?.hasPrefix("V, relative to the mean of ") == true)
        // A PNG file with 11811 pixels a metre, wide enough for three panels of three inches.
        let saved = try #require(seen.saved)
        #expect(Array(saved[1..<4]) == Array("PNG".utf8) && saved[16..<20].reduce(0) { $0 << 8 | Int($1) } == 2700)
        #expect(Array(saved[37..<41]) == Array("pHYs".utf8) && Array(saved[41..<50]) == [0, 0, 0x2E, 0x23, 0, 0, 0x2E, 0x23, 1])
        // No surface for the first state, two coloured balls for the others.
        let difference = try #require(seen.difference)
        let molecule = try #require(seen.molecule)
        #expect(molecule.allSatisfy { $0.drawn > 0.01 && $0.drawn < 0.3 })
        #expect(abs(difference[0].drawn - molecule[0].drawn) < 1e-3)
        for k in 1...2 { #expect(difference[k].red > molecule[k].red + 0.003 && difference[k].blue > molecule[k].blue + 0.003) }
        #expect(seen.note?.contains("C1 Z = 6") == true && seen.note?.contains("charge") == true)
        #expect(seen.followed == true)
        // The strongest band first, then the line that was clicked at, then the first row.
        let vibration = try #require(seen.vibration)
        #expect(vibration.seenModes == [[1, 2], [2, 3], [0, 1]])
        #expect(vibration.isMoving && vibration.moved && vibration.stopped && vibration.hasArrows)
        #expect(vibration.text.hasPrefix("Mode 1: \u{2212}120."))
        #expect(seen.sorted == seen.sorted.sorted() && seen.sorted.count == 22)
        #expect(seen.hidden.contains(true) && seen.hidden.contains(false))
    }

    @Test func withoutWebGLPicturesAreShown() throws {
        let (seen, complaints) = try Self.see(options: ["--disable-3d-apis", "--window-size=390,800"])
        #expect(complaints.isEmpty && seen.errors.isEmpty && seen.requests.isEmpty)
        #expect(seen.viewer == "pictures" && seen.pictures == [true, true, true] && seen.overflow <= 0)
        #expect(seen.sorted == seen.sorted.sorted())
    }

    private struct Survey: Decodable {
        let errors: [String]
        let title: String
        /// By special character: code points after which the text or the attribute is not what it should be.
        let wrong: [String: [Int]]
        let elements: Int
        let attributes: [String]
        let isStyled: Bool
        let policy: [String]
    }

    /// Every Unicode scalar before and behind every special character: as the comment of a molecule through the whole page, and in an
    /// attribute.
    @Test func noScalarMakesTextMarkup() throws {
        var text = String.UnicodeScalarView()
        for special: Unicode.Scalar in ["<", ">", "&", "\"", "'"] {
            for code in 0...UInt32(0x10FFFF) {
                guard let scalar = Unicode.Scalar(code) else { continue }
                text.append(scalar)
                text.append(special)
            }
        }
        let all = String(text)
        // Hidden, so that the browser need not set millions of letters.
        var page = try Self.page(probe: "scalars.js") { $0.runs[0].document.molecule.comment = all }
        try Self.insert(" hidden", after: "<header", in: &page)
        try Self.insert("<p id=\"attribute\" title=\"\(ForeignText.markup(all))\"></p>", after: "<header hidden>", in: &page)
        let outcome = try Browser.open(page)
        let seen = try Self.result(Survey.self, in: outcome.document)
        #expect(seen.wrong.isEmpty && seen.elements == 0 && seen.attributes == ["id", "title"], "\(seen)")
        #expect(seen.errors.isEmpty && seen.title.hasPrefix("complex <script>"))
        // The policy is in force: what the test then tries is refused. (A form is not tried: a headless browser does not end after it.)
        #expect(!seen.isStyled && seen.policy == ["base-uri", "img-src", "script-src-attr", "script-src-elem", "style-src-attr"])
    }
}
