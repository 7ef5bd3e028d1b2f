import FileFormats
import Foundation
import MolecularStructure
import Testing

@Suite("Cube files")
struct CubeFileTests {
    static func cube(_ values: [Double], counts: SIMD3<Int>) -> CubeFile {
        CubeFile(
            title: "niobium chloride, electrostatic potential", subtitle: "hartree per elementary charge",
            nuclei: [
                .init(atomicNumber: 41, effectiveCharge: 13, position: SIMD3(0.1, -0.2, 0.3)),
                .init(atomicNumber: 17, effectiveCharge: 17, position: SIMD3(4.25, 0, -1e-7)),
            ], origin: SIMD3(-5.5, -6.125, -7.25), counts: counts, spacing: SIMD3(0.2, 0.25, 0.3), values: values)
    }

    @Test("layout: positive counts, rows broken after six values and after each run along z")
    func layout() throws {
        let file = Self.cube((0..<14).map { Double($0) - 3 }, counts: SIMD3(1, 2, 7))
        let text = String(decoding: try file.encoded(), as: UTF8.self)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines[2] == "    2   -5.500000   -6.125000   -7.250000")
        #expect(lines[3] == "    1    0.200000    0.000000    0.000000")
        #expect(lines[5] == "    7    0.000000    0.000000    0.300000")
        #expect(lines[6] == "   41   13.000000    0.100000   -0.200000    0.300000")
        #expect(lines[8] == " -3.00000E+00 -2.00000E+00 -1.00000E+00  0.00000E+00  1.00000E+00  2.00000E+00")
        #expect(lines[9] == "  3.00000E+00")
        #expect(lines.count == 13 && lines[12].isEmpty)
    }

    @Test("values look as printf prints them")
    func formatting() throws {
        var values: [Double] = [0.0, 1, -1, 9.999994, 9.999996, 0.1, 1e-99, 9.99999e-100, -1e-120, 5e98, 123456.5, 0.001, 1e5, 1e22, 1e-22]
        var x = 0.7
        for k in 0..<5000 {
            x = (x * 1.37 + 0.11).truncatingRemainder(dividingBy: 1)
            let scale: Double = pow(10.0, Double(k % 190 - 96))
            values.append((x - 0.5) * scale)
        }
        let text = String(
            decoding: try Self.cube(values, counts: SIMD3(1, 1, values.count)).encoded(), as: UTF8.self)
        let fields = text.split(separator: "\n").dropFirst(8).joined().split(separator: " ")
        #expect(fields.count == values.count)
        for (field, value) in zip(fields, values) {
            let expected = abs(value) < 1e-99 ? "0.00000E+00" : String(format: "%.5E", value)
            #expect(field == expected)
        }
    }

    @Test("what was written is read back")
    func roundTrip() throws {
        let values = (0..<5 * 6 * 7).map { k -> Double in
            let scale: Double = pow(10.0, Double(k % 13 - 6))
            return sin(Double(k)) * scale
        }
        let file = Self.cube(values, counts: SIMD3(5, 6, 7))
        let read = try CubeFile(TextFile(path: "a.cube", bytes: [UInt8](file.encoded()), expected: "a cube"))
        #expect(read.title == file.title && read.subtitle == file.subtitle)
        #expect(read.origin == file.origin && read.counts == file.counts && read.spacing == file.spacing)
        #expect(read.nuclei[0] == file.nuclei[0] && read.nuclei[1].atomicNumber == 17)
        for (a, b) in zip(read.values, values) { #expect(abs(a - b) <= 5.1e-6 * abs(b)) }
    }

    @Test("titles are never empty")
    func titles() throws {
        var file = Self.cube([1], counts: SIMD3(1, 1, 1))
        file.title = " \n "
        file.subtitle = "two\nlines"
        let lines = String(decoding: try file.encoded(), as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        #expect(!lines[0].isEmpty && lines[1] == "two lines" && lines[2].hasPrefix("    2"))
    }

    @Test("what does not fit is refused")
    func refusals() {
        #expect(throws: CubeFileError.notFinite(index: 1)) { try Self.cube([1, .nan], counts: SIMD3(1, 1, 2)).encoded() }
        #expect(throws: CubeFileError.notFinite(index: 0)) { try Self.cube([.infinity], counts: SIMD3(1, 1, 1)).encoded() }
        #expect(throws: CubeFileError.wrongValueCount(expected: 2, found: 1)) {
            try Self.cube([1], counts: SIMD3(1, 1, 2)).encoded()
        }
        #expect(throws: CubeFileError.self) { try Self.cube([1e200], counts: SIMD3(1, 1, 1)).encoded() }
        #expect(throws: CubeFileError.self) { try Self.cube([], counts: SIMD3(0, 1, 1)).encoded() }
    }

    static let good = """
        title
        subtitle
            1    0.000000    0.000000    0.000000
            1    0.200000    0.000000    0.000000
            1    0.000000    0.200000    0.000000
            2    0.000000    0.000000    0.200000
            1    1.000000    0.000000    0.000000    0.000000
          1.00000E+00 -2.50000D-01
        """

    @Test(
        "errors name the line",
        arguments: [
            (2, "   -1    0.0 0.0 0.0", 3), (2, "    1    0.0 0.0", 3), (2, "    1    0.0 0.0 0.0   3", 3),
            (3, "   -1    0.2 0.0 0.0", 4), (3, "    1    0.2 0.1 0.0", 4), (4, "    1    0.0 0.0 0.0", 5),
            (5, " 99999    0.0 0.0 0.2", 8), (6, "    H 1.0 0.0 0.0 0.0", 7), (7, "1.0 x", 8), (7, "1.0", 8),
            (7, "1.0 2.0 3.0", 8), (7, "1.0 nan", 8), (3, "99999999999999999999 0.2 0 0", 4),
        ])
    func damage(_ index: Int, _ replacement: String, _ line: Int) throws {
        var lines = Self.good.split(separator: "\n").map(String.init)
        lines[index] = replacement
        do {
            _ = try CubeFile(
                TextFile(path: "bad.cube", bytes: Array(lines.joined(separator: "\n").utf8), expected: "a cube"))
            Issue.record("read without complaint")
        } catch let error {
            #expect(error.description.hasPrefix("bad.cube, line \(line): "), "\(error)")
        }
    }

    @Test("a file cut off anywhere is an error, not a crash")
    func truncation() throws {
        let bytes = Array(Self.good.utf8)
        for length in 0..<(bytes.count - 12) {
            #expect(throws: InputFileError.self) {
                try CubeFile(TextFile(path: "cut.cube", bytes: Array(bytes[..<length]), expected: "a cube"))
            }
        }
        #expect(try CubeFile(TextFile(path: "good.cube", bytes: bytes, expected: "a cube")).values == [1, -0.25])
    }
}
