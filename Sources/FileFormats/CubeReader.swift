import Foundation
import MolecularStructure

extension CubeFile {
    static let expected = "a cube file (two title lines, atoms, a grid, values)"

    /// Reads a cube file with one data set on axes along x, y and z, in bohr.
    public init(readingFrom path: String) throws(InputFileError) {
        try self.init(TextFile(readingFrom: path, expected: Self.expected, limitInBytes: 4 << 30))
    }

    /// Reads text that is already in memory.
    public init(_ file: TextFile) throws(InputFileError) {
        guard file.lines.count >= 6 else {
            throw file.errorAtEnd("the file ends within the head of a cube", cure: "Copy the complete file")
        }
        title = file.lines[0].text
        subtitle = file.lines[1].text

        let first = try Self.row(file, 2, "number of atoms and origin", numbers: 3)
        guard first.count > 0 else {
            throw file.error(
                file.lines[2], "the number of atoms is \(first.count): negative ones announce several data sets (orbitals)",
                cure: "Write a cube with a single data set")
        }
        if first.extra > 1 {
            throw file.error(
                file.lines[2], "the file holds \(first.extra) values a point", cure: "Write a cube with a single data set")
        }
        origin = SIMD3(first.numbers[0], first.numbers[1], first.numbers[2])
        var counts = SIMD3<Int>()
        var spacing = SIMD3<Double>()
        for axis in 0..<3 {
            let line = try Self.row(file, 3 + axis, "number of points and step", numbers: 3)
            guard line.count > 0, line.count < 100_000 else {
                throw file.error(
                    file.lines[3 + axis], "the number of points is \(line.count)",
                    cure: "Give a positive count, with lengths in bohr")
            }
            counts[axis] = line.count
            spacing[axis] = line.numbers[axis]
            for other in 0..<3 where other != axis && line.numbers[other] != 0 {
                throw file.error(
                    file.lines[3 + axis], "axis \(axis + 1) of the grid is oblique",
                    cure: "Write a cube whose axes lie along x, y and z")
            }
            guard spacing[axis] > 0 else {
                throw file.error(
                    file.lines[3 + axis], "the step along axis \(axis + 1) is \(spacing[axis])", cure: "Give a positive step")
            }
        }
        self.counts = counts
        self.spacing = spacing

        nuclei = []
        for k in 0..<first.count {
            let atom = try Self.row(file, 6 + k, "atomic number, charge and position", numbers: 4)
            nuclei.append(
                Nucleus(
                    atomicNumber: atom.count, effectiveCharge: atom.numbers[0],
                    position: SIMD3(atom.numbers[1], atom.numbers[2], atom.numbers[3])))
        }
        values = try Self.values(file, from: 6 + first.count, count: Self.pointCount(counts, file))
    }

    private static func pointCount(_ counts: SIMD3<Int>, _ file: TextFile) throws(InputFileError) -> Int {
        let product = Double(counts.x) * Double(counts.y) * Double(counts.z)
        guard product < 1e9 else {
            throw file.error(
                file.lines[3], "the grid has more than a thousand million points", cure: "Check the counts of the three axes")
        }
        return counts.x * counts.y * counts.z
    }

    private static func values(_ file: TextFile, from first: Int, count: Int) throws(InputFileError) -> [Double] {
        var values: [Double] = []
        // Not more than the file can contain, whatever its head says.
        values.reserveCapacity(min(count, 8 * file.lines.count))
        for line in file.lines.dropFirst(first) {
            for field in line.fields {
                guard let value = NumberParsing.double(field) else {
                    throw file.error(line, "\"\(field.prefix(30))\" is not a number", cure: "Copy the file again")
                }
                guard values.count < count else {
                    throw file.error(
                        line, "there are more values than the \(count) of the grid",
                        cure: "Check the counts; a cube may hold one data set only")
                }
                values.append(value)
            }
        }
        guard values.count == count else {
            throw file.errorAtEnd(
                "the grid has \(count) points, but only \(values.count) values follow", cure: "Copy the complete file")
        }
        return values
    }

    /// An integer and some numbers; `extra` is a further integer, if there is one.
    private static func row(
        _ file: TextFile, _ index: Int, _ what: String, numbers: Int
    ) throws(InputFileError) -> (count: Int, numbers: [Double], extra: Int) {
        guard index < file.lines.count else {
            throw file.errorAtEnd("the file ends where \(what) should stand", cure: "Copy the complete file")
        }
        let line = file.lines[index]
        let fields = line.fields
        guard fields.count > numbers, let count = Int(fields[0]) else {
            throw file.error(
                line, "expected \(what): an integer and \(numbers) numbers", cure: "Check that this is a cube file")
        }
        var result: [Double] = []
        for field in fields[1...numbers] {
            guard let value = NumberParsing.double(field), abs(value) < 1e6 else {
                throw file.error(line, "\"\(field.prefix(30))\" is not a usable number", cure: "Check that this is a cube file")
            }
            result.append(value)
        }
        return (count, result, fields.count > numbers + 1 ? Int(fields[numbers + 1]) ?? 1 : 1)
    }
}
