import FileFormats
@testable import ChargeFlow
import Foundation
import ReductionSeries
@testable import Report
import RunFolders
import Testing

/// What stands in the page, without a browser.
@Suite struct ReportPageTests {
    private static func page() throws -> String { String(decoding: try SampleReport.report().html(), as: UTF8.self) }

    /// Of bytes, as a browser sees them: characters of a string may hide some.
    private static func occurrences(of word: String, in page: String) -> Int {
        let (bytes, word) = (Array(page.utf8), Array(word.utf8))
        return bytes.indices.count { bytes[$0...].starts(with: word) }
    }

    @Test func textsOfFilesStayTexts() throws {
        let page = try Self.page()
        // Ten scripts and the data are all that may open a script.
        #expect(Self.occurrences(of: "<script", in: page) == 11 && Self.occurrences(of: "</script", in: page) == 11)
        #expect(Self.occurrences(of: "<img", in: page) == 3)
        #expect(Self.occurrences(of: "&lt;script&gt;document.title", in: page) > 13)
        // What hides in a character must not stand in any attribute: nothing but text precedes it since the last `>`.
        let bytes = Array(page.utf8)
        for word in ["onmouseover", "onerror"] {
            var count = 0
            for place in bytes.indices where bytes[place...].starts(with: word.utf8) {
                let opened = try #require(bytes[..<place].lastIndex(of: UInt8(ascii: "<")))
                let closed = try #require(bytes[..<place].lastIndex(of: UInt8(ascii: ">")))
                #expect(closed > opened)
                count += 1
            }
            #expect(count > 0)
        }
    }

    @Test func nothingIsLoaded() throws {
        let page = try Self.page()
        #expect(page.contains("default-src 'none'"))
        for word in ["src=\"http", "url(", "@import", "<link", "fetch(", "XMLHttpRequest", "<iframe"] {
            #expect(!page.contains(word), "\(word)")
        }
        // Links of the literature are the only addresses.
        #expect(page.components(separatedBy: "https://").dropFirst().allSatisfy { $0.hasPrefix("doi.org/10.1000/xyz.123\"") })
    }

    @Test func counterpoiseGhostsAndPartsOfTheEnergyAreThere() throws {
        let page = try Self.page()
        // -5939 less -5937.5 and less -5938.25.
        for number in ["\u{2212}1.50000000", "0.75000000", "\u{2212}0.75000000"] {
            #expect(page.contains(">\(number)</td>"), "\(number)")
        }
        #expect(page.contains("Ghost atoms, which have basis functions and no nucleus and are not drawn: Cl-Bq."))
        let states = try SampleReport.document().states
        let part = try #require(states[2].energyComponents?.components.first { $0.energy != 0 })
        #expect(
            page.contains("<th scope=\"row\">\(part.title)</th>") && page.contains(">\(NumberText.fixed(part.energy, 6))</td>"))
    }

    @Test func vibrationsAreThere() throws {
        let page = try Self.page()
        #expect(page.contains("The structure is a saddle point of order 1: 1 imaginary mode"))
        #expect(page.contains(">\u{2212}120.2</td>") || page.contains(">\u{2212}120.3</td>"))
        // The imaginary mode has no line in the spectrum.
        #expect(!page.contains("data-mode=\"0\"") && page.contains("data-mode=\"1\"") && page.contains("data-mode=\"2\""))
        #expect(page.components(separatedBy: "class=\"vibration\"").count == 2)
    }

    @Test func tablesAndWarningsAreThere() throws {
        let page = try Self.page()
        let report = try SampleReport.report()
        let scheme = try #require(report.runs[0].account.schemes.first { $0.name == "mulliken" })
        #expect(page.contains(">" + NumberText.fixed(scheme.fragmentCharges[2][0], 4) + "</td>"))
        #expect(page.contains(">" + NumberText.fixed(scheme.totalShares[1][0], 3) + "</td>"))
        #expect(page.contains(">" + NumberText.signed(scheme.atomCharges[1][4] - scheme.atomCharges[0][4], 4) + "</td>"))
        #expect(page.contains("Mulliken: charges of atoms") && page.contains("made_up: charges of atoms"))
        #expect(page.contains("q = \u{2212}2: NOT CONVERGED"))
        #expect(page.contains("(adding the electron costs 5.44 eV"))
        #expect(page.contains("&lt;S\u{00B2}&gt; is 0.900 instead of 0.75"))
        #expect(page.contains("C\u{2086}AlCl\u{2081}\u{2082}NbO\u{2082}"))
        #expect(page.contains("Other solutions of the same charges") && page.contains(">12.500</td>"))
    }

    /// The claims come last, and not at all where none of them can be tested.
    @Test func claimsStandAtTheEnd() throws {
        var report = try SampleReport.report()
        func head(_ claim: String) -> String { "<th scope=\"row\">\(claim)</th>" }
        let plain = String(decoding: try report.html(), as: UTF8.self)
        #expect(!plain.contains(head("P1")) && !plain.contains("Criteria (preliminary)"))
        var comparison = try #require(report.comparison)
        comparison.rows = [
            .init(complexes: ["a"], verdict: .init(.p1, "mulliken", pairs: [(0.5, 0.2)]))
        ]
        report.comparison = comparison
        let page = String(decoding: try report.html(), as: UTF8.self)
        for claim in ["P1", "P2", "P3", "P4", "P5", "Z1"] { #expect(page.contains(head(claim)), "\(claim)") }
        let claims = try #require(page.range(of: "Criteria (preliminary)")).lowerBound
        let literature = try #require(page.range(of: "10.1000/xyz.123", options: .backwards)).lowerBound
        #expect(claims > literature)
    }

    @Test func threeStatesStayBelowSixMegabytes() throws {
        // 160 rings are 50 000 vertices a surface, several times what the program makes.
        let size = try SampleReport.report(rings: 160, pictures: false).html().count
        #expect(size > 1_000_000 && size < 6_000_000)
    }

    @Test func doisBecomeLinksAndNothingElseDoes() {
        let plain = MethodSection.item("A. Author, J. Test 1, 2 (2003).")
        #expect(plain.link == nil && plain.text == "A. Author, J. Test 1, 2 (2003).")
        let linked = MethodSection.item("A. Author, J. Test 1, 2 (2003), doi:10.1103/PhysRev.140.A1133.")
        #expect(linked.link == "10.1103/PhysRev.140.A1133" && linked.text == "A. Author, J. Test 1, 2 (2003)")
        #expect(MethodSection.item("x, doi 10.1000/a\" onclick=\"").link == "10.1000/a")
    }

    @Test func numbersHaveTrueMinusSignsAndNoNegativeZero() {
        #expect(NumberText.fixed(-1.25, 1) == "\u{2212}1.2" && NumberText.fixed(-0.001, 2) == "0.00")
        #expect(NumberText.signed(0.5, 2) == "+0.50" && NumberText.signed(0.001, 2) == "0.00")
        #expect(NumberText.charge(-2) == "\u{2212}2" && NumberText.charge(1) == "+1")
    }

    /// The page turns the molecule by the formula q v q*, to the directions that it was given.
    @Test func theFirstViewIsTheRotationThatWasAskedFor() {
        let (c, s) = (cos(0.6), sin(0.6))
        for rows in [
            [SIMD3(1.0, 0, 0), SIMD3(0, 1, 0), SIMD3(0, 0, 1)], [SIMD3(0.0, -1, 0), SIMD3(0, 0, -1), SIMD3(1, 0, 0)],
            [SIMD3(-1.0, 0, 0), SIMD3(0, -1, 0), SIMD3(0, 0, 1)],
            [SIMD3(c, s, 0), SIMD3(-s * c, c * c, s), SIMD3(s * s, -s * c, c)],
        ] {
            let q = ViewDirection.quaternion(rows: rows)
            #expect(abs(q.reduce(0) { $0 + $1 * $1 } - 1) < 1e-12)
            let imaginary = SIMD3(q[1], q[2], q[3])
            func cross(_ a: SIMD3<Double>, _ b: SIMD3<Double>) -> SIMD3<Double> {
                SIMD3(a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x)
            }
            for point in [SIMD3(1.0, 2, 3), SIMD3(-2.0, 0.5, 1)] {
                let t = 2 * cross(imaginary, point)
                let turned = point + q[0] * t + cross(imaginary, t)
                for k in 0..<3 { #expect(abs(turned[k] - (rows[k] * point).sum()) < 1e-12) }
            }
        }
    }

    /// One warning for several states, and each reason once.
    @Test func warningsAreSaidOnce() throws {
        var report = try SampleReport.report()
        for state in report.runs[0].document.states.indices {
            report.runs[0].document.states[state].stability = nil
            report.runs[0].document.states[state].converged = true
            report.runs[0].document.states[state].unbound = [StateRecord.negativeAffinity, "positive_homo"]
        }
        let page = String(decoding: try report.html(), as: UTF8.self)
        #expect(page.components(separatedBy: "the stability of the solution was not tested").count == 2)
        #expect(page.contains("q = 0, q = \u{2212}1, q = \u{2212}2: the stability"))
        // What a warning says behind the states that it is about.
        let section = try #require(page.components(separatedBy: "Read this first").last?.components(separatedBy: "</ul>").first)
        let warnings = section.components(separatedBy: "<li>").dropFirst().map { $0.split(separator: ":").dropFirst().joined() }
        #expect(Set(warnings).count == warnings.count && warnings.contains { $0.contains("not bound in vacuum") })
    }

    /// Whichever is fewer, fragments or schemes, runs from left to right.
    @Test func manySchemesRunDownwards() throws {
        let heads = "by charge scheme</caption>\n<thead><tr><th scope=\"col\">"
        var document = try SampleReport.document()
        #expect(String(decoding: try SampleReport.report().html(), as: UTF8.self).contains(heads + "fragment<"))
        let atoms = Array(document.molecule.symbols.indices)
        document.fragments?[0].atoms = atoms
        document.fragments = document.fragments.map { Array($0.prefix(1)) }
        let account = try ElectronAccount(document)
        let report = Report(
            runs: [.init(name: "a", document: document, account: account)], comparison: nil, colors: SampleReport.colors)
        let page = String(decoding: try report.html(), as: UTF8.self)
        #expect(account.fragments.count == 1 && page.contains(heads + "scheme<"))
    }

    /// The scheme that is shown first is one that all runs have.
    @Test func commonSchemesComeFirst() throws {
        var report = try SampleReport.report()
        var other = try SampleReport.document()
        for state in other.states.indices { other.states[state].charges["adch"] = other.states[state].charges["made_up"] }
        report.runs.append(.init(name: "b", document: other, account: try ElectronAccount(other)))
        #expect(SchemeNames(report).all == ["made_up", "adch", "mulliken"])
    }

    /// Energies come first, methods are written as papers write them, and the program is cited.
    @Test func energiesStandBeforeCharges() throws {
        let page = String(decoding: try SampleReport.report().html(), as: UTF8.self)
        let energies = try #require(page.range(of: "Energies and moments")).lowerBound
        #expect(energies < (try #require(page.range(of: "Where the electrons are")).lowerBound))
        #expect(
            page.contains(
                "The esp authors, esp: electrostatic potentials and charges of molecules and their reduced states, version"))
        for (name, title) in [
            ("b3lyp-d4", "B3LYP-D4"), ("pbe0", "PBE0"), ("wb97x", "\u{3C9}B97X"), ("hf", "HF"), ("b3lyp-d3bj", "B3LYP-D3(BJ)"),
            ("cam-b3lyp", "CAM-B3LYP"), ("gga_x_pbe,gga_c_pbe", "gga_x_pbe,gga_c_pbe"), ("r2scan", "r\u{B2}SCAN"),
        ] { #expect(MethodTitle.text(name) == title) }
    }
}
