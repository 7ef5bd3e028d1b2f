import FileFormats
import GaussianBasis
import MolecularStructure

/// Basis sets and effective core potentials in the form of Gaussian's input (.gbs).
///
/// Elements are separated by `****`; a potential follows in a section of its own (`NB-ECP 3 28`: highest angular
/// momentum 3, 28 core electrons), first the local part, then the projected parts from s on, with the powers of r as
/// published (n stands for r^(n-2)).
public enum Gaussian94 {
    /// Reads a file. Sets without a `Function type` comment are taken as pure.
    public static func basisSet(readingFrom path: String) throws(InputFileError) -> BasisSet {
        try basisSet(TextFile(readingFrom: path, expected: "a basis set in Gaussian94 form"))
    }

    /// Reads text that is already in memory.
    ///
    /// - Parameter allowsPotentialsAlone: whether an element may have a core potential and no functions, which then come from
    ///   another file.
    public static func basisSet(_ file: TextFile, allowsPotentialsAlone: Bool = false) throws(InputFileError) -> BasisSet {
        let header = BasisSetHeader(file)
        var parser = Gaussian94Parser(file)
        let elements = try parser.parse(allowsPotentialsAlone: allowsPotentialsAlone)
        return BasisSet(
            name: header.name ?? Self.stem(file.path), aliases: header.aliases,
            functionType: header.functionType ?? .pure, references: header.references, elements: elements)
    }

    private static func stem(_ path: String) -> String {
        let name = path.split(separator: "/").last ?? Substring(path)
        guard let dot = name.lastIndex(of: "."), dot > name.startIndex else { return String(name) }
        return String(name[..<dot])
    }
}

struct Gaussian94Parser {
    let file: TextFile
    private let lines: [TextLine]
    private var next = 0
    private var shells: [Element: [ShellDefinition]] = [:]
    private var potentials: [Element: EffectiveCorePotential] = [:]
    private var firstLine: [Element: TextLine] = [:]

    init(_ file: TextFile) {
        self.file = file
        // A comment may also follow data.
        lines = file.lines.compactMap { line in
            guard let mark = line.text.firstIndex(of: "!") else { return line.isBlank ? nil : line }
            let kept = TextLine(number: line.number, text: String(line.text[..<mark]))
            return kept.isBlank ? nil : kept
        }
    }

    mutating func parse(allowsPotentialsAlone: Bool) throws(InputFileError) -> [Element: ElementBasis] {
        while next < lines.count {
            let line = lines[next]
            if Self.isSeparator(line) || (next == 0 && BasisSetHeader.functionType(ofPsi4Line: line) != nil) {
                next += 1
                continue
            }
            let elements = try elementLine(line)
            next += 1
            guard next < lines.count else { throw atEnd("the element line is the last of the file") }
            if Self.isPotentialHeader(lines[next]) {
                let header = lines[next]
                let potential = try self.potential()
                for element in elements {
                    guard potentials[element] == nil else {
                        throw file.error(line, "\(element) has a second potential", cure: "Keep one of them")
                    }
                    guard potential.coreElectrons <= element.atomicNumber else {
                        throw file.error(
                            header, "\(potential.coreElectrons) core electrons are more than \(element) has",
                            cure: "Check the third column")
                    }
                    potentials[element] = potential
                    firstLine[element] = firstLine[element] ?? line
                }
            } else {
                let definitions = try shellBlock()
                for element in elements {
                    guard shells[element] == nil else {
                        throw file.error(line, "\(element) is defined a second time", cure: "Keep one of the definitions")
                    }
                    shells[element] = definitions
                    firstLine[element] = firstLine[element] ?? line
                }
            }
        }
        var result: [Element: ElementBasis] = [:]
        for (element, line) in firstLine.sorted(by: { $0.key < $1.key }) {
            let definitions = shells[element] ?? []
            guard !definitions.isEmpty || allowsPotentialsAlone else {
                throw file.error(
                    line, "\(element) has a core potential but no basis functions", cure: "Add its basis functions to the file")
            }
            result[element] = ElementBasis(shells: definitions, effectiveCorePotential: potentials[element])
        }
        guard !result.isEmpty else { throw atEnd("the file defines no element") }
        return result
    }

    private static func isSeparator(_ line: TextLine) -> Bool { line.fields.first?.hasPrefix("****") ?? false }

    /// `NAME lmax ncore`, where NAME is not a shell type.
    private static func isPotentialHeader(_ line: TextLine) -> Bool {
        let fields = line.fields
        return fields.count == 3 && Int(fields[1]) != nil && Int(fields[2]) != nil && angularMomenta(fields[0]) == nil
    }

    /// Angular momenta of a shell type: S, P, SP, SPD, L=5.
    private static func angularMomenta(_ type: Substring) -> [Int]? {
        if type.uppercased().hasPrefix("L=") { return Int(type.dropFirst(2)).flatMap { (0...20).contains($0) ? [$0] : nil } }
        switch type.uppercased() {
        case "SP", "L": return [0, 1]
        case "SPD": return [0, 1, 2]
        default:
            guard type.count == 1, let letter = type.first, let l = AngularMomentumLetter.value(letter) else { return nil }
            return [l]
        }
    }

    /// `Nb 0`, `-Nb 0` or `C N O 0`. In this form integers denote centres of a molecule, not atomic numbers: they are refused.
    private func elementLine(_ line: TextLine) throws(InputFileError) -> [Element] {
        var fields = line.fields[...]
        if fields.count > 1, fields.last == "0" { fields = fields.dropLast() }
        var result: [Element] = []
        for field in fields {
            let label = field.hasPrefix("-") ? field.dropFirst() : field
            guard Int(label) == nil else {
                throw file.error(
                    line, "'\(excerpt(label))' is the number of a centre, as Gaussian's option gfinput writes it, not an element",
                    cure: "Write the symbol of the element in its place, such as 'O 0', and every element once")
            }
            do {
                result.append(try ElementLabel.element(label))
            } catch {
                let explanation = ElementLabel.explanation(error, label: label)
                throw file.error(
                    line, explanation.problem,
                    cure: error == .unknown
                        ? "Expected a line such as 'Nb 0' that begins an element" : explanation.cure)
            }
        }
        guard Set(result).count == result.count else {
            throw file.error(line, "an element is named twice", cure: "Name it once")
        }
        return result
    }

    private mutating func shellBlock() throws(InputFileError) -> [ShellDefinition] {
        var result: [ShellDefinition] = []
        while next < lines.count, !Self.isSeparator(lines[next]) {
            result.append(try shell())
        }
        guard next < lines.count else { throw atEnd("the element's functions do not end with ****") }
        next += 1
        guard !result.isEmpty else {
            throw file.error(lines[next - 1], "the element has no functions", cure: "Add them or remove the element")
        }
        return result
    }

    private mutating func shell() throws(InputFileError) -> ShellDefinition {
        let header = lines[next]
        let fields = header.fields
        guard let angularMomenta = Self.angularMomenta(fields[0]) else {
            throw file.error(
                header, "'\(excerpt(fields[0]))' is not a shell type",
                cure: "Write S, P, SP, D, F, ... or end the element with ****")
        }
        guard fields.count >= 2, let count = Int(fields[1]), (1...1000).contains(count) else {
            throw file.error(header, "the number of primitives cannot be read", cure: "Write a line such as 'S 3 1.00'")
        }
        var scale = 1.0
        if fields.count >= 3 {
            guard let value = NumberParsing.double(fields[2]), value > 0 else {
                throw file.error(header, "the scale factor '\(excerpt(fields[2]))' is not a positive number", cure: "Write 1.00")
            }
            scale = value
        }
        next += 1
        var exponents: [Double] = []
        var coefficients = [[Double]](repeating: [], count: angularMomenta.count)
        for _ in 0..<count {
            let values = try numbers(
                count: 1 + angularMomenta.count, what: "an exponent and \(angularMomenta.count) coefficients")
            guard values[0] > 0 else {
                throw file.error(lines[next - 1], "the exponent \(values[0]) is not positive", cure: "Correct it")
            }
            exponents.append(values[0] * scale * scale)
            for k in angularMomenta.indices { coefficients[k].append(values[k + 1]) }
        }
        let shell = ShellDefinition(
            exponents: exponents,
            contractions: zip(angularMomenta, coefficients).map { Contraction(angularMomentum: $0, coefficients: $1) })
        if let problem = BasisSetValidation.problem(in: shell) {
            throw file.error(header, problem, cure: "Correct the exponents and coefficients of this shell")
        }
        return shell
    }

    private mutating func potential() throws(InputFileError) -> EffectiveCorePotential {
        let header = lines[next]
        guard let highest = Int(header.fields[1]), let core = Int(header.fields[2]), (0...10).contains(highest), core >= 0
        else {
            throw file.error(
                header, "the highest angular momentum or the number of core electrons is out of range",
                cure: "Write a line such as 'NB-ECP 3 28'")
        }
        next += 1
        var parts: [[EffectiveCorePotential.Term]] = []
        for part in 0...highest {
            parts.append(try potentialPart(angularMomentum: part == 0 ? highest : part - 1))
        }
        return EffectiveCorePotential(coreElectrons: core, local: parts[0], projected: Array(parts.dropFirst()))
    }

    private mutating func potentialPart(angularMomentum l: Int) throws(InputFileError) -> [EffectiveCorePotential.Term] {
        guard next < lines.count else { throw atEnd("the potential is incomplete") }
        let title = lines[next]
        // Titles such as "d potential", "s-d potential" or "p-ul" tell the part; other titles are free text.
        let word = title.fields[0].lowercased()
        let letter = word.first.flatMap(AngularMomentumLetter.value)
        if let letter, word.count == 1 || word.dropFirst().first == "-", letter != l {
            throw file.error(
                title,
                "the \(AngularMomentumLetter.letter(letter)) part stands where the "
                    + "\(AngularMomentumLetter.letter(l)) part belongs",
                cure: "Write the local part first, then s, p, ... in this order")
        }
        next += 1
        guard next < lines.count else { throw atEnd("the potential is incomplete") }
        let countLine = lines[next]
        guard countLine.fields.count == 1, let count = Int(countLine.fields[0]), (0...1000).contains(count) else {
            throw file.error(
                countLine, "'\(excerpt(countLine.fields[0]))' is not a number of terms",
                cure: "Under its title every part has a line with the number of its terms")
        }
        next += 1
        var result: [EffectiveCorePotential.Term] = []
        for _ in 0..<count {
            let values = try numbers(count: 3, what: "a power, an exponent and a coefficient")
            guard values[0] == values[0].rounded(), (0...10).contains(values[0]) else {
                throw file.error(lines[next - 1], "the power \(values[0]) is not an integer from 0 to 10", cure: "Correct it")
            }
            guard values[1] > 0 else {
                throw file.error(lines[next - 1], "the exponent \(values[1]) is not positive", cure: "Correct it")
            }
            result.append(.init(power: Int(values[0]), exponent: values[1], coefficient: values[2]))
        }
        return result
    }

    private mutating func numbers(count: Int, what: String) throws(InputFileError) -> [Double] {
        guard next < lines.count else { throw atEnd("the file ends where \(what) should follow") }
        let line = lines[next]
        var values: [Double] = []
        for field in line.fields {
            guard let value = NumberParsing.double(field) else {
                throw file.error(line, "'\(excerpt(field))' is not a finite number", cure: "Expected \(what)")
            }
            values.append(value)
        }
        guard values.count == count else {
            throw file.error(line, "there are \(values.count) numbers instead of \(count)", cure: "Expected \(what)")
        }
        next += 1
        return values
    }

    private func atEnd(_ problem: String) -> InputFileError {
        file.errorAtEnd(problem, cure: "The file seems to be cut off; fetch it again")
    }
}
