import FileFormats
import Foundation
import TestSupport
import Testing

/// Measured spectra: lines and tables, and their place in the picture.
@Suite struct MeasuredSpectrumTests {
    @Test func linesAreRead() throws {
        let spectrum = try #require(MeasuredSpectrum(lines: "1585,1480:0.5"))
        #expect(!spectrum.isCurve && spectrum.wavenumbers == [1585, 1480] && spectrum.absorbances == [1, 0.5])
        for text in ["", "1585,", "a", "1585:x", "1585:0", "1585:-1", "-3", "30000", "1:2:3", "file.csv"] {
            #expect(MeasuredSpectrum(lines: text) == nil, "\(text)")
        }
    }

    private func table(_ text: String) throws -> MeasuredSpectrum {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("measured-\(UUID().uuidString).csv")
        try Data(text.utf8).write(to: url)
        defer { try? FileManager.default.removeItem(at: url) }
        return try MeasuredSpectrum(table: url.path)
    }

    @Test func tablesAreRead() throws {
        let spectrum = try table("wavenumber;absorbance\n# in KBr\n1600; 0.25\n1500\t0.5\n1550, 0.75 0.1\n")
        #expect(spectrum.isCurve && spectrum.wavenumbers == [1500, 1550, 1600] && spectrum.absorbances == [0.5, 0.75, 0.25])
    }

    @Test(arguments: [
        ("1600,0.1\nend\n", "line 2"), ("wavenumber,absorbance\n", "no pair of numbers"),
        ("1585,3;0,45\n", "decimal commas"), ("1585,3 0,45\n", "decimal commas"), ("1600,0\n", "no absorbance is positive"),
        ("90000,1\n", "not a wavenumber"),
    ]) func flawsAreNamed(text: String, expected: String) {
        let error = #expect(throws: InputFileError.self) { try table(text) }
        #expect("\(error.map { "\($0)" } ?? "")".contains(expected), "\(String(describing: error))")
    }

    /// Lines stand at their wavenumbers, on the axis of the computed spectrum.
    @Test func picture() throws {
        let curve = (0...2000).map { (wavenumber: Double($0), absorption: $0 == 1000 ? 1.0 : 0.1) }
        func svg(_ measured: MeasuredSpectrum?) -> String {
            InfraredSVG(title: "t", curve: curve, lines: [(1000, 5)], measured: measured).text
        }
        let plain = svg(nil)
        #expect(plain.contains("height=\"320\"") && !plain.contains("measured"))
        let both = svg(MeasuredSpectrum(lines: "1000,500:0.5"))
        #expect(both.contains("height=\"430\"") && both.contains(">measured<"))
        let computed = try #require(both.firstMatch(of: #/data-mode="0" d="M([0-9.]+) /#))
        let measured = try #require(both.firstMatch(of: #/<path d="M([0-9.]+) ([0-9.]+)V([0-9.]+)M([0-9.]+) [0-9.]+V([0-9.]+)" fill="none"/#))
        #expect(computed.1 == measured.1)
        let (base, first, second) = (Double(measured.2) ?? 0, Double(measured.3) ?? 0, Double(measured.5) ?? 0)
        #expect(abs((base - first) - 2 * (base - second)) < 0.02 && base > first)
    }
}
