import Foundation
import MolecularStructure

/// The structures of a trajectory in XYZ or extended XYZ form, all of the same atoms.
///
/// Of the comment lines `time_fs=` (or `time=`), `Properties=` and `dipole=` are read. A column `velocities` (or `velo`, `vel`) has
/// Angstrom per femtosecond. An incomplete structure at the end, as a running or killed program leaves it, is left out with a note.
public struct TrajectoryFile: Sendable {
    public struct Frame: Sendable {
        /// In femtoseconds; nil if the file does not say.
        public var time: Double?
        /// In bohr.
        public var positions: [SIMD3<Double>]
        /// In Angstrom per femtosecond; nil if the file has none.
        public var velocities: [SIMD3<Double>]?
        /// As in the file, which has e Angstrom where esp or ASE wrote it.
        public var dipole: SIMD3<Double>?
    }

    public let elements: [Element]
    public let frames: [Frame]
    /// What the user may want to know.
    public let notes: [String]

    /// The largest file that is read, in bytes.
    static let limit = 8 << 30

    /// - Throws: `InputFileError` that names the line.
    public init(readingFrom path: String) throws(InputFileError) {
        try self.init(bytes: TextFile.bytes(ofFileAt: path, limit: Self.limit), path: StandardInput.name(path))
    }

    /// - Parameter path: used only in messages.
    public init(bytes: [UInt8], path: String) throws(InputFileError) {
        var scanner = LineScanner(bytes: bytes)
        var (elements, frames, notes) = ([Element](), [Frame](), [String]())
        func fail(_ line: Int, _ problem: String, _ cure: String) -> InputFileError {
            .malformed(FileLocation(path: path, line: line), problem: problem, cure: cure)
        }
        while let head = scanner.next() {
            if head.allSatisfy(\.isWhitespace) { continue }
            let first = scanner.number
            guard let count = Int(head.trimmingCharacters(in: .whitespaces)), (1...XYZFile.largestAtomCount).contains(count)
            else {
                throw fail(
                    first, "'\(excerpt(head))' is not a number of atoms",
                    "Every structure of a trajectory begins with the number of atoms alone on a line")
            }
            let comment = scanner.next()
            // A torn line of the count comes last, too.
            guard comment == nil || frames.isEmpty || count == elements.count else {
                throw fail(
                    first, "this structure has \(count) atoms, the first one \(elements.count)",
                    "All structures need the same atoms")
            }
            guard let comment, let lines = scanner.next(count) else {
                notes.append("the last structure of \(path) is not complete and was left out")
                break
            }
            let pairs = ExtendedXYZComment(comment)
            let layout = try Self.layout(pairs["properties"]) { fail(first + 1, $0, $1) }
            let scale = pairs["units"]?.lowercased() == "bohr" ? 1 : LengthUnit.angstrom.inBohr
            var frame = Frame(
                time: (pairs["time_fs"] ?? pairs["time"]).flatMap { NumberParsing.double($0) }, positions: [],
                velocities: layout.velocities == nil ? nil : [], dipole: Self.vector(pairs["dipole"]))
            for (index, line) in lines.enumerated() {
                let fields = line.split(whereSeparator: \.isWhitespace)
                let number = first + 2 + index
                guard fields.count >= layout.columns.columnCount else {
                    throw fail(
                        number, "an atom needs \(layout.columns.columnCount) columns, but there are \(fields.count)",
                        "Complete the line")
                }
                guard let element = try? ElementLabel.element(fields[layout.columns.speciesColumn]) else {
                    throw fail(number, "'\(excerpt(fields[layout.columns.speciesColumn]))' is not an element", "Write its symbol")
                }
                if frames.isEmpty {
                    elements.append(element)
                } else if element != elements[index] {
                    throw fail(
                        number, "atom \(index + 1) is \(element.symbol), in the first structure \(elements[index].symbol)",
                        "All structures need the same atoms in the same order")
                }
                func vector(_ column: Int) throws(InputFileError) -> SIMD3<Double> {
                    var result = SIMD3<Double>()
                    for axis in 0..<3 {
                        guard let value = NumberParsing.double(fields[column + axis]), abs(value) < 1e6 else {
                            throw fail(number, "'\(excerpt(fields[column + axis]))' is not a number", "Correct the line")
                        }
                        result[axis] = value
                    }
                    return result
                }
                frame.positions.append(scale * (try vector(layout.columns.positionColumn)))
                if let column = layout.velocities { frame.velocities?.append(try vector(column)) }
            }
            frames.append(frame)
        }
        guard !frames.isEmpty else {
            throw .malformed(FileLocation(path: path), problem: "there is no structure", cure: "Name a trajectory in XYZ form")
        }
        (self.elements, self.frames, self.notes) = (elements, frames, notes)
    }

    private struct Layout {
        var columns = XYZColumnLayout()
        /// The first column of the velocities.
        var velocities: Int?
    }

    private static func layout(_ properties: String?, fail: (String, String) -> InputFileError) throws(InputFileError) -> Layout {
        guard let properties else { return Layout() }
        guard let columns = XYZColumnLayout(properties: properties) else {
            throw fail(
                "Properties=\(excerpt(properties)) does not name species and positions", "Write Properties=species:S:1:pos:R:3")
        }
        var layout = Layout(columns: columns)
        var column = 0
        let parts = properties.split(separator: ":")
        for start in stride(from: 0, to: parts.count - 2, by: 3) {
            let width = Int(parts[start + 2]) ?? 1
            if ["velocities", "velo", "vel"].contains(parts[start].lowercased()), width == 3 { layout.velocities = column }
            column += width
        }
        return layout
    }

    private static func vector(_ text: String?) -> SIMD3<Double>? {
        let values = (text ?? "").split(separator: " ").compactMap { NumberParsing.double($0) }
        return values.count == 3 ? SIMD3(values[0], values[1], values[2]) : nil
    }
}

/// One line after the other of a large text.
private struct LineScanner {
    let bytes: [UInt8]
    private var position = 0
    /// Of the last line, from 1.
    private(set) var number = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    /// Without its end; nil behind the last line. A last line without an end counts.
    mutating func next() -> String? {
        guard position < bytes.count else { return nil }
        var end = position
        while end < bytes.count, bytes[end] != 0x0A { end += 1 }
        var last = end
        if last > position, bytes[last - 1] == 0x0D { last -= 1 }
        let line = String(decoding: bytes[position..<last], as: UTF8.self)
        position = end + 1
        number += 1
        return line
    }

    /// Nil if there are fewer, or if the last one does not end: it may be torn.
    mutating func next(_ count: Int) -> [String]? {
        var lines: [String] = []
        for _ in 0..<count {
            guard let line = next() else { return nil }
            lines.append(line)
        }
        return position <= bytes.count ? lines : nil
    }
}
