import Foundation
import MolecularStructure

/// Reads a wavefunction over primitive Gaussians (.wfn), the format of AIMPAC that Gaussian, GAMESS, ORCA and others write.
struct WFNReader {
    private let file: TextFile
    private var next = 1
    /// Index of the line with the numbers of orbitals, primitives and nuclei.
    private let header: Int

    init(_ file: TextFile) {
        self.file = file
        header = file.lines.firstIndex(where: Self.isHeader) ?? 1
    }

    /// What GAMESS writes before the .wfn file in its punch file (.dat).
    static let punchMark = "INPUT FILE FOR BADER'S AIMPAC PROGRAM"

    /// - Parameter head: the first lines of a file in small letters.
    static func isPunchFile(_ head: String) -> Bool { head.drop { $0.isWhitespace }.hasPrefix("$data") }

    /// `GAUSSIAN 5 MOL ORBITALS 21 PRIMITIVES 3 NUCLEI`.
    static func isHeader(_ line: TextLine) -> Bool {
        let text = line.text.uppercased()
        return text.contains("MOL ORBITALS") && text.contains("PRIMITIVES") && text.contains("NUCLEI")
    }

    mutating func wavefunction() throws(InputFileError) -> ForeignWavefunction {
        guard file.lines.count > header, header > 0, Self.isHeader(file.lines[header]) else {
            throw file.errorAtEnd("there is no line with the numbers of orbitals, primitives and nuclei", cure: Self.cure)
        }
        let counts = file.lines[header].fields.compactMap { Int($0) }
        guard counts.count == 3, counts.allSatisfy({ (1...1_000_000).contains($0) }), counts[2] <= XYZFile.largestAtomCount,
            counts.allSatisfy({ $0 <= 100 * file.lines.count })
        else {
            throw file.error(file.lines[header], "the numbers of orbitals, primitives and nuclei cannot be read", cure: Self.cure)
        }
        next = header + 1
        let centers = try nuclei(counts[2])
        let centres = try list("CENTRE ASSIGNMENTS", counts[1], skip: 20, width: 3)
        let types = try list("TYPE ASSIGNMENTS", counts[1], skip: 20, width: 3)
        let exponents = try list("EXPONENTS", counts[1], skip: 10, width: 14)
        var primitives: [PrimitiveWavefunction.Primitive] = []
        for k in 0..<counts[1] {
            let (centre, type) = (Int(centres[k]), Int(types[k]))
            guard (1...counts[2]).contains(centre), let function = PrimitiveWavefunction.function(ofType: type),
                function.l <= ForeignWavefunction.highestAngularMomentum, exponents[k] > 0
            else {
                throw file.errorAtEnd(
                    "primitive \(k + 1) (centre \(centre), type \(type), exponent \(exponents[k])) is not possible",
                    cure: "Functions to h (type 56) are supported")
            }
            primitives.append(.init(atom: centre - 1, type: type, exponent: exponents[k]))
        }
        var orbitals: [PrimitiveWavefunction.Orbital] = []
        for _ in 0..<counts[0] { orbitals.append(try orbital(counts[1])) }
        let data = PrimitiveWavefunction(primitives: primitives, orbitals: orbitals)
        var result = try data.wavefunction(path: file.path, format: .wfn, centers: centers)
        result.title = file.lines[header - 1].fields.joined(separator: " ")
        result.energy = energy()
        return result
    }

    private static let cure = "Write the .wfn file again, and copy it complete"

    private mutating func line() throws(InputFileError) -> TextLine {
        guard next < file.lines.count else { throw file.errorAtEnd("the file is not complete", cure: Self.cure) }
        next += 1
        return file.lines[next - 1]
    }

    /// `O    1    (CENTRE  1)   0.00000000  0.00000000  0.22166487  CHARGE =  8.0`.
    private mutating func nuclei(_ count: Int) throws(InputFileError) -> ForeignCenters {
        var result = ForeignCenters()
        for _ in 0..<count {
            let line = try line()
            let text = line.text
            guard let close = text.firstIndex(of: ")"), let sign = text[close...].range(of: "CHARGE"),
                let equals = text[sign.upperBound...].firstIndex(of: "="),
                let charge = NumberParsing.double(text[text.index(after: equals)...].filter { !$0.isWhitespace })
            else { throw file.error(line, "expected a nucleus with its place and charge", cure: Self.cure) }
            let numbers = text[text.index(after: close)..<sign.lowerBound]
            let fields = numbers.split(whereSeparator: \.isWhitespace)
            // Columns 25 to 60, where numbers may touch each other.
            let parts = fields.count == 3 ? fields : Self.pieces(text.dropFirst(24).prefix(36), width: 12)
            let place = parts.compactMap { NumberParsing.double($0.filter { !$0.isWhitespace }) }
            guard place.count == 3 else { throw file.error(line, "the coordinates cannot be read", cure: Self.cure) }
            let position = SIMD3(place[0], place[1], place[2])
            let label = line.fields[0]
            if charge == 0 {
                result.appendGhost(ElementLabel.ghost(label) ?? Self.element(label), at: position)
                continue
            }
            // Also refuses what `Int` cannot hold.
            let number = Int(exactly: charge) ?? 0
            do {
                try result.append(named: Self.element(label), charge: number, at: position)
            } catch {
                throw file.error(line, "the charge \(charge) is not that of a nucleus from H to Rn", cure: Self.cure)
            }
        }
        return result
    }

    private static func element(_ label: Substring) -> Element? {
        (try? ElementLabel.element(label)) ?? (try? ElementLabel.element(label.prefix { $0.isLetter }))
    }

    private static func pieces(_ text: Substring, width: Int) -> [Substring] {
        var result: [Substring] = []
        var rest = text
        while !rest.isEmpty {
            result.append(rest.prefix(width))
            rest = rest.dropFirst(width)
        }
        return result
    }

    /// Numbers in columns of fixed width; integers may touch each other.
    private mutating func list(_ title: String, _ count: Int, skip: Int, width: Int) throws(InputFileError) -> [Double] {
        var result: [Double] = []
        while result.count < count {
            let line = try line()
            guard line.text.hasPrefix(title) || title.isEmpty else {
                throw file.error(line, "expected '\(title)'", cure: Self.cure)
            }
            let before = result.count
            for piece in Self.pieces(line.text.dropFirst(skip), width: width) {
                let number = piece.filter { !$0.isWhitespace }
                if number.isEmpty { continue }
                guard let value = NumberParsing.double(number) else {
                    throw file.error(line, "'\(excerpt(number))' is not a number", cure: Self.cure)
                }
                result.append(value)
            }
            guard result.count > before else { throw file.error(line, "numbers are missing", cure: Self.cure) }
        }
        guard result.count == count else { throw file.error(file.lines[next - 1], "there are too many numbers", cure: Self.cure) }
        return result
    }

    /// `MO 1 MO 0.0 OCC NO = 2.0000000 ORB. ENERGY = -20.24`, then the coefficients.
    private mutating func orbital(_ count: Int) throws(InputFileError) -> PrimitiveWavefunction.Orbital {
        let header = try line()
        let parts = header.text.split(separator: "=")
        guard header.text.hasPrefix("MO"), parts.count == 3, let word = parts[1].split(whereSeparator: \.isWhitespace).first,
            let occupation = NumberParsing.double(word), (-0.1...2.1).contains(occupation),
            let energy = NumberParsing.double(parts[2].filter { !$0.isWhitespace })
        else { throw file.error(header, "expected an orbital with its occupation and energy", cure: Self.cure) }
        return .init(
            energy: energy, occupation: occupation, isBeta: nil, coefficients: try list("", count, skip: 0, width: 16))
    }

    /// `TOTAL ENERGY = -74.96 THE VIRIAL(-V/T)= 2.0`.
    private func energy() -> Double? {
        guard let line = file.lines[next...].first(where: { $0.text.uppercased().contains("ENERGY") }),
            let sign = line.text.firstIndex(of: "="),
            let word = line.text[line.text.index(after: sign)...].split(whereSeparator: \.isWhitespace).first
        else { return nil }
        return NumberParsing.double(word)
    }
}
