import Foundation
import MolecularStructure

/// Why values cannot be written as a cube file.
public enum CubeFileError: Error, Equatable, CustomStringConvertible {
    case wrongValueCount(expected: Int, found: Int)
    case notFinite(index: Int)
    case outOfRange(String)

    public var description: String {
        switch self {
        case .wrongValueCount(let expected, let found):
            "no cube file is written: the grid has \(expected) points, but there are \(found) values."
        case .notFinite(let index): "no cube file is written: value \(index) is not a finite number."
        case .outOfRange(let text): "no cube file is written: \(text) does not fit into the format."
        }
    }
}

/// One scalar field on a box of points, in Gaussian's cube format, the form that every viewer reads: bohr, positive counts, one data set,
/// axes along x, y and z, two title lines that are not empty.
public struct CubeFile: Sendable, Equatable {
    public struct Nucleus: Sendable, Equatable {
        public var atomicNumber: Int
        /// Atomic number minus the electrons replaced by a core potential: the charge for moments and potentials.
        public var effectiveCharge: Double
        /// In bohr.
        public var position: SIMD3<Double>

        public init(atomicNumber: Int, effectiveCharge: Double, position: SIMD3<Double>) {
            self.atomicNumber = atomicNumber
            self.effectiveCharge = effectiveCharge
            self.position = position
        }
    }

    /// Two lines; line breaks in them become spaces, and empty lines a word.
    public var title: String
    public var subtitle: String
    public var nuclei: [Nucleus]
    /// First point, in bohr.
    public var origin: SIMD3<Double>
    /// Points along x, y, z.
    public var counts: SIMD3<Int>
    /// Spacing of the points along x, y, z, in bohr.
    public var spacing: SIMD3<Double>
    /// z runs fastest, then y, then x; `counts.x * counts.y * counts.z` of them.
    public var values: [Double]

    public init(
        title: String, subtitle: String, nuclei: [Nucleus], origin: SIMD3<Double>, counts: SIMD3<Int>,
        spacing: SIMD3<Double>, values: [Double]
    ) {
        self.title = title
        self.subtitle = subtitle
        self.nuclei = nuclei
        self.origin = origin
        self.counts = counts
        self.spacing = spacing
        self.values = values
    }

    /// With the nuclei of a molecule; effective charges in atom order.
    public init(
        title: String, subtitle: String, molecule: Molecule, effectiveNuclearCharges: [Double], origin: SIMD3<Double>,
        counts: SIMD3<Int>, spacing: SIMD3<Double>, values: [Double]
    ) {
        self.init(
            title: title, subtitle: subtitle,
            nuclei: zip(molecule.atoms, effectiveNuclearCharges).map {
                Nucleus(atomicNumber: $0.element.atomicNumber, effectiveCharge: $1, position: $0.position)
            }, origin: origin, counts: counts, spacing: spacing, values: values)
    }

    /// The whole file. Six significant digits a value; magnitudes below 1e-99 become zero.
    ///
    /// Lengths are written with six decimals: an origin or spacing with more is rounded.
    /// Cost: about 30 ns a value.
    public func encoded() throws(CubeFileError) -> Data {
        let head = try head()
        let expected = counts.x * counts.y * counts.z
        guard values.count == expected else { throw .wrongValueCount(expected: expected, found: values.count) }
        return head + (try rows(values, from: 0))
    }

    /// - Throws: `CubeFileError` if numbers of atoms or points, lengths or charges do not fit into the format.
    public func checkHead() throws(CubeFileError) { _ = try head() }

    /// The head before the values.
    func head() throws(CubeFileError) -> Data {
        guard counts.x > 0, counts.y > 0, counts.z > 0, max(counts.x, counts.y, counts.z) < 100_000 else {
            throw .outOfRange("the number of points along an axis")
        }
        var text = Self.line(title, instead: "Cube file") + Self.line(subtitle, instead: "z fastest, then y, then x")
        try Self.appendRow(&text, nuclei.count, [origin.x, origin.y, origin.z])
        try Self.appendRow(&text, counts.x, [spacing.x, 0, 0])
        try Self.appendRow(&text, counts.y, [0, spacing.y, 0])
        try Self.appendRow(&text, counts.z, [0, 0, spacing.z])
        for nucleus in nuclei {
            let r = nucleus.position
            try Self.appendRow(&text, nucleus.atomicNumber, [nucleus.effectiveCharge, r.x, r.y, r.z])
        }
        return Data(text.utf8)
    }

    /// The text of whole rows along z.
    ///
    /// - Parameter first: index of the first value, for messages.
    func rows(_ values: [Double], from first: Int) throws(CubeFileError) -> Data {
        guard values.count % counts.z == 0 else {
            throw .wrongValueCount(expected: (values.count / counts.z + 1) * counts.z, found: values.count)
        }
        var data = Data(count: (13 * counts.z + (counts.z + 5) / 6) * (values.count / counts.z))
        let formatter = ScientificFormatter()
        let bad = data.withUnsafeMutableBytes { bytes in
            formatter.fill(bytes.bindMemory(to: UInt8.self)[...], values: values, rowCount: counts.z)
        }
        if let bad {
            guard values[bad].isFinite else { throw .notFinite(index: first + bad) }
            throw .outOfRange("the value \(values[bad])")
        }
        return data
    }

    private static func line(_ text: String, instead: String) -> String {
        let line = WavefunctionExport.line(text, length: 200)
        return (line.isEmpty ? instead : line) + "\n"
    }

    private static func appendRow(_ text: inout String, _ count: Int, _ numbers: [Double]) throws(CubeFileError) {
        text += String(format: "%5d", count)
        for number in numbers {
            guard number.isFinite, abs(number) < 9999 else { throw .outOfRange("the length or charge \(number)") }
            text += String(format: "%12.6f", number)
        }
        text += "\n"
    }
}

/// Formats numbers like "%13.5E", but faster.
struct ScientificFormatter {
    /// Element k is 10^(k - 110).
    private let powers: [Double] = (0...220).map { pow(10, Double($0 - 110)) }

    /// Writes rows of `rowCount` values, six on a line. Returns the index of the first value that cannot be written.
    func fill(_ bytes: Slice<UnsafeMutableBufferPointer<UInt8>>, values: [Double], rowCount: Int) -> Int? {
        let output = UnsafeMutableBufferPointer(rebasing: bytes)
        return powers.withUnsafeBufferPointer { powers in
            values.withUnsafeBufferPointer { values in
                var at = 0
                var column = 0
                var inRow = 0
                for index in values.indices {
                    let value = values[index]
                    guard abs(value) < 9e98 else { return index }
                    write(value, to: output, at, powers)
                    at += 13
                    column += 1
                    inRow += 1
                    let endsRow = inRow == rowCount
                    if column == 6 || endsRow {
                        output[at] = UInt8(ascii: "\n")
                        at += 1
                        column = 0
                    }
                    if endsRow { inRow = 0 }
                }
                return nil
            }
        }
    }

    /// Thirteen characters: " -d.dddddE-dd" without the sign where the value is not negative.
    @inline(__always)
    private func write(
        _ value: Double, to output: UnsafeMutableBufferPointer<UInt8>, _ start: Int, _ powers: UnsafeBufferPointer<Double>
    ) {
        let magnitude = abs(value)
        var exponent = 0
        var digits = 0
        if magnitude >= 1e-99 {
            // Decimal exponent from the binary one: log10(2) is about 1233 / 4096.
            exponent = (Int(magnitude.exponent) * 1233) >> 12
            if magnitude >= powers[exponent + 1 + 110] { exponent += 1 }
            if magnitude < powers[exponent + 110] { exponent -= 1 }
            digits = Int((magnitude * powers[5 - exponent + 110]).rounded(.toNearestOrEven))
            if digits >= 1_000_000 {
                digits = 100_000
                exponent += 1
            } else if digits < 100_000 {
                digits = 100_000
            }
        }
        output[start] = UInt8(ascii: " ")
        output[start + 1] = value < 0 && digits > 0 ? UInt8(ascii: "-") : UInt8(ascii: " ")
        var place = start + 8
        while place > start + 3 {
            let next = digits / 10
            output[place] = UInt8(truncatingIfNeeded: 48 + digits - 10 * next)
            digits = next
            place -= 1
        }
        output[start + 2] = UInt8(truncatingIfNeeded: 48 + digits)
        output[start + 3] = UInt8(ascii: ".")
        output[start + 9] = UInt8(ascii: "E")
        output[start + 10] = exponent < 0 ? UInt8(ascii: "-") : UInt8(ascii: "+")
        let size = abs(exponent)
        output[start + 11] = UInt8(truncatingIfNeeded: 48 + size / 10)
        output[start + 12] = UInt8(truncatingIfNeeded: 48 + size % 10)
    }
}
