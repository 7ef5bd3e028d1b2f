import Foundation
import GaussianBasis
import MolecularStructure

/// The sections of a formatted checkpoint file of Gaussian (.fchk), as other programs (Psi4, Q-Chem) write them too:
/// a name of 40 columns, a letter for the type, and one value or a count with the values on the following lines.
struct FormattedCheckpointSections {
    private struct Section {
        let type: Character
        let header: TextLine
        let count: Int?
        /// Indices of the lines with values.
        let lines: Range<Int>
    }

    let file: TextFile
    private var sections: [String: Section] = [:]

    /// Values on a line, by type.
    private static let perLine: [Character: Int] = ["I": 6, "R": 5, "C": 5, "H": 9, "L": 72]

    init(_ file: TextFile) throws(InputFileError) {
        self.file = file
        var index = 2
        while index < file.lines.count {
            let line = file.lines[index]
            index += 1
            if line.isBlank { continue }
            let bytes = Array(line.text.utf8)
            guard bytes.count > 43, let perLine = Self.perLine[Character(UnicodeScalar(bytes[43]))] else {
                throw file.error(
                    line, "'\(excerpt(line.text.trimmingCharacters(in: .whitespaces)))' is no section of a formatted checkpoint",
                    cure: "Make the file with formchk, and copy it complete")
            }
            let name = String(decoding: bytes[..<40], as: UTF8.self).trimmingCharacters(in: .whitespaces)
            let rest = String(decoding: bytes[44...], as: UTF8.self)
            var count: Int?
            var length = 0
            if let sign = rest.range(of: "N=") {
                guard let number = Int(rest[sign.upperBound...].trimmingCharacters(in: .whitespaces)), number >= 0 else {
                    throw file.error(line, "the number of values cannot be read", cure: "Make the file afresh")
                }
                count = number
                length = number / perLine + (number % perLine == 0 ? 0 : 1)
            }
            guard length <= file.lines.count - index else {
                throw file.errorAtEnd(
                    "the \(count ?? 0) values of '\(name)' (line \(line.number)) are not complete", cure: "Copy the complete file"
                )
            }
            sections[name] = Section(
                type: Character(UnicodeScalar(bytes[43])), header: line, count: count, lines: index..<(index + length))
            index += length
        }
    }

    func has(_ name: String) -> Bool { sections[name] != nil }

    /// The line that begins a section; the first line of the file where there is none.
    func error(_ name: String, _ problem: String, cure: String = "Make the file afresh with formchk") -> InputFileError {
        file.error(sections[name]?.header ?? file.lines[0], problem, cure: cure)
    }

    private func missing(_ name: String) -> InputFileError {
        file.errorAtEnd(
            "there is no '\(name)'", cure: "Check that this is a complete formatted checkpoint (formchk) or Molden file")
    }

    /// One of several names under which programs write the same value.
    func integer(_ names: String...) throws(InputFileError) -> Int {
        for name in names {
            guard let section = sections[name] else { continue }
            guard let value = Int(section.header.fields.last ?? "") else {
                throw error(name, "'\(name)' is not a whole number")
            }
            return value
        }
        throw missing(names[0])
    }

    func real(_ name: String) throws(InputFileError) -> Double? {
        guard let section = sections[name] else { return nil }
        guard let value = Self.number(section.header.fields.last ?? "") else { throw error(name, "'\(name)' is not a number") }
        return value
    }

    func integers(_ name: String) throws(InputFileError) -> [Int] {
        try reals(name).map { value throws(InputFileError) in
            guard value == value.rounded(), abs(value) < 1e9 else { throw error(name, "a value is not a whole number") }
            return Int(value)
        }
    }

    func reals(_ name: String) throws(InputFileError) -> [Double] {
        guard let section = sections[name], let count = section.count else { throw missing(name) }
        var result: [Double] = []
        result.reserveCapacity(count)
        for line in file.lines[section.lines] {
            for field in line.text.utf8.split(separator: UInt8(ascii: " ")) {
                guard let value = Self.number(Substring(field)) else {
                    throw file.error(
                        line, "'\(excerpt(Substring(field)))' in '\(name)' is not a finite number", cure: "Copy the file again")
                }
                result.append(value)
            }
        }
        guard result.count == count else {
            throw error(name, "'\(name)' has \(result.count) values instead of \(count)", cure: "Copy the complete file")
        }
        return result
    }

    /// Fortran omits the letter in exponents with three digits: 0.123-100.
    private static func number(_ text: Substring) -> Double? {
        if let value = NumberParsing.double(text) { return value }
        guard let sign = text.dropFirst().lastIndex(where: { $0 == "-" || $0 == "+" }) else { return nil }
        return NumberParsing.double(text[..<sign] + "E" + text[sign...])
    }
}
