import Foundation
import Report
import TestSupport
import Testing

/// The page in a real browser: that it draws, answers, and asks nobody for anything.
@Suite(.enabled(if: Browser.executable != nil), .serialized) struct BrowserTests {
    private struct Seen: Decodable {
        struct Pixels: Decodable {
            let drawn, red, blue: Double
        }

        let errors: [String]
        let viewer: String?
        let title: String
        let requests: [String]
        let pictures: [Bool]
        let overflow: Double
        let potential, turnedAround, difference, molecule: [Pixels]?
        let bar, note: String?
        let followed: Bool?
        let sorted: [Double]
        let hidden: [Bool]
    }

    private static func see(options: [String] = []) throws -> (seen: Seen, complaints: [String]) {
        let probe = try String(
            contentsOf: Repository.root.appendingPathComponent("Tests/ReportTests/probe.js"), encoding: .utf8)
        let page = String(decoding: try SampleReport.report().html(), as: UTF8.self)
            .replacingOccurrences(
                of: "<title>",
                with:
                    "<script>window.probeErrors = []; addEventListener('error', (e) => probeErrors.push(e.message));</script><title>"
            )
            .replacingOccurrences(of: "</body>", with: "<script>\(probe)</script></body>")
        let outcome = try Browser.open(page, options: options)
        let start = try #require(outcome.document.range(of: "<pre id=\"probe\">"), "the probe did not finish")
        let text = outcome.document[start.upperBound...].prefix { $0 != "<" }
        let json = try #require(Data(base64Encoded: String(text)))
        return (try JSONDecoder().decode(Seen.self, from: json), outcome.complaints)
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
        // No surface for the first state, two coloured balls for the others.
        let difference = try #require(seen.difference)
        let molecule = try #require(seen.molecule)
        #expect(molecule.allSatisfy { $0.drawn > 0.01 && $0.drawn < 0.3 })
        #expect(abs(difference[0].drawn - molecule[0].drawn) < 1e-3)
        for k in 1...2 { #expect(difference[k].red > molecule[k].red + 0.003 && difference[k].blue > molecule[k].blue + 0.003) }
        #expect(seen.note?.contains("C1 Z = 6") == true && seen.note?.contains("charge") == true)
        #expect(seen.followed == true)
        #expect(seen.sorted == seen.sorted.sorted() && seen.sorted.count == 22)
        #expect(seen.hidden.contains(true) && seen.hidden.contains(false))
    }

    @Test func withoutWebGLPicturesAreShown() throws {
        let (seen, complaints) = try Self.see(options: ["--disable-3d-apis", "--window-size=390,800"])
        #expect(complaints.isEmpty && seen.errors.isEmpty && seen.requests.isEmpty)
        #expect(seen.viewer == "pictures" && seen.pictures == [true, true, true] && seen.overflow <= 0)
        #expect(seen.sorted == seen.sorted.sorted())
    }
}
