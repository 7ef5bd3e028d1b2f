import FileFormats
import GaussianBasis
import MolecularStructure

/// Basis sets and effective core potentials in the form of NWChem's input: `BASIS ... END` and `ECP ... END`.
///
/// A shell begins with `H S`; behind the exponent every further column is a contraction. A potential begins with
/// `Nb nelec 28`; `Nb ul` is its local part, `Nb s`, `Nb p`, ... the projected ones, each with lines of the power of r (n
/// stands for r^(n-2)), exponent and coefficient.
public enum NWChemBasis {
    /// Whether the file has this form: its first line of data begins with BASIS or ECP.
    static func isForm(of file: TextFile) -> Bool {
        let first = file.lines.first { line in
            guard let character = line.text.first(where: { !$0.isWhitespace }) else { return false }
            return character != "#" && character != "!"
        }
        guard let word = first?.fields.first?.lowercased() else { return false }
        return word == "basis" || word == "ecp"
    }

    /// Reads text that is in memory; an element may have only a potential.
    public static func basisSet(_ file: TextFile) throws(InputFileError) -> BasisSet {
        var parser = NWChemBasisParser(file)
        return try parser.parse()
    }
}

private struct NWChemBasisParser {
    private let file: TextFile
    private let lines: [TextLine]
    private var next = 0
    private var shells: [Element: [ShellDefinition]] = [:]
    private var cores: [Element: Int] = [:]
    /// By the angular momentum of the projector; -1 for the local part.
    private var parts: [Element: [Int: [EffectiveCorePotential.Term]]] = [:]

    init(_ file: TextFile) {
        self.file = file
        lines = file.lines.compactMap { line in
            let text = line.text.prefix { $0 != "#" && $0 != "!" }
            let kept = TextLine(number: line.number, text: String(text))
            return kept.isBlank ? nil : kept
        }
    }

    mutating func parse() throws(InputFileError) -> BasisSet {
        var type: AngularFunctionType?
        while next < lines.count {
            let line = lines[next]
            next += 1
            switch line.fields[0].lowercased() {
            case "basis":
                // NWChem's functions are Cartesian unless it is told otherwise.
                type = line.fields.dropFirst().contains { $0.lowercased() == "spherical" } ? .pure : .cartesian
                try functions()
            case "ecp": try potentials()
            default:
                throw file.error(
                    line, "'\(excerpt(line.fields[0]))' stands outside of BASIS ... END and ECP ... END",
                    cure: "Keep these blocks in the file only")
            }
        }
        var elements = shells.mapValues { ElementBasis(shells: $0) }
        for element in Set(parts.keys).union(cores.keys).sorted() {
            guard let core = cores[element], let own = parts[element], let local = own[-1], core <= element.atomicNumber else {
                throw file.errorAtEnd(
                    "the potential of \(element) lacks its core electrons (nelec) or its local part (ul)", cure: "Add them")
            }
            let highest = own.keys.max() ?? -1
            let potential = EffectiveCorePotential(
                coreElectrons: core, local: local, projected: highest < 0 ? [] : (0...highest).map { own[$0] ?? [] })
            elements[element, default: ElementBasis(shells: [])].effectiveCorePotential = potential
        }
        guard !elements.isEmpty else { throw file.errorAtEnd("the file defines no element", cure: "Fetch it again") }
        let name = file.path.split(separator: "/").last.map(String.init) ?? file.path
        return BasisSet(name: name, functionType: type ?? .pure, elements: elements)
    }

    private func isEnd(_ line: TextLine) -> Bool { line.fields[0].lowercased() == "end" }

    private func element(_ line: TextLine) throws(InputFileError) -> Element {
        do {
            return try ElementLabel.element(line.fields[0])
        } catch {
            let explanation = ElementLabel.explanation(error, label: line.fields[0])
            throw file.error(line, explanation.problem, cure: explanation.cure)
        }
    }

    /// The lines of numbers that follow.
    private mutating func rows(columns: ClosedRange<Int>, what: String) throws(InputFileError) -> [[Double]] {
        var result: [[Double]] = []
        while next < lines.count, NumberParsing.double(lines[next].fields[0]) != nil {
            let line = lines[next]
            let values = line.fields.compactMap { NumberParsing.double($0) }
            guard values.count == line.fields.count, columns.contains(values.count),
                values.count == result.first?.count ?? values.count
            else { throw file.error(line, "expected \(what)", cure: "Correct the line") }
            result.append(values)
            next += 1
        }
        return result
    }

    private mutating func functions() throws(InputFileError) {
        while next < lines.count, !isEnd(lines[next]) {
            let header = lines[next]
            guard header.fields.count == 2 else {
                throw file.error(header, "expected an element and a shell type", cure: "Write a line such as 'H S'")
            }
            let element = try element(header)
            let type = header.fields[1].lowercased()
            let letter = type.count == 1 ? type.first.flatMap(AngularMomentumLetter.value) : nil
            guard type == "sp" || letter != nil else {
                throw file.error(header, "'\(excerpt(type))' is not a shell type", cure: "Write S, P, SP, D, F, ...")
            }
            next += 1
            let rows = try rows(columns: type == "sp" ? 3...3 : 2...100, what: "an exponent and its coefficients")
            guard let first = rows.first else { throw file.error(header, "the shell has no primitives", cure: "Add them") }
            let contractions = (1..<first.count).map { column in
                Contraction(angularMomentum: letter ?? column - 1, coefficients: rows.map { $0[column] })
            }
            let exponents = rows.map { $0[0] }
            let definitions =
                type == "sp"
                ? [ShellDefinition(exponents: exponents, contractions: contractions)]
                : contractions.map { ShellDefinition(exponents: exponents, contractions: [$0]) }
            for definition in definitions {
                guard exponents.allSatisfy({ $0 > 0 }) else {
                    throw file.error(header, "an exponent is not positive", cure: "Correct it")
                }
                if let problem = BasisSetValidation.problem(in: definition) {
                    throw file.error(header, problem, cure: "Correct the exponents and coefficients of this shell")
                }
            }
            shells[element, default: []] += definitions
        }
        try end("BASIS")
    }

    private mutating func end(_ name: String) throws(InputFileError) {
        guard next < lines.count else { throw file.errorAtEnd("\(name) does not end with END", cure: "Fetch the file again") }
        next += 1
    }

    private mutating func potentials() throws(InputFileError) {
        while next < lines.count, !isEnd(lines[next]) {
            let header = lines[next]
            let element = try element(header)
            next += 1
            if header.fields.count == 3, header.fields[1].lowercased() == "nelec" {
                guard let core = Int(header.fields[2]), core >= 0 else {
                    throw file.error(
                        header, "the number of core electrons cannot be read", cure: "Write a line such as 'Nb nelec 28'")
                }
                cores[element] = core
                continue
            }
            let word = header.fields.count == 2 ? header.fields[1].lowercased() : ""
            let l = word == "ul" ? -1 : word.count == 1 ? word.first.flatMap(AngularMomentumLetter.value) : nil
            guard let l, parts[element]?[l] == nil else {
                throw file.error(
                    header, "expected a part of the potential, each once", cure: "Write a line such as 'Nb ul' or 'Nb s'")
            }
            var terms: [EffectiveCorePotential.Term] = []
            for row in try rows(columns: 3...3, what: "a power, an exponent and a coefficient") {
                guard row[0] == row[0].rounded(), (0...10).contains(row[0]), row[1] > 0 else {
                    throw file.error(
                        header, "a power is not an integer from 0 to 10, or an exponent not positive", cure: "Correct it")
                }
                terms.append(.init(power: Int(row[0]), exponent: row[1], coefficient: row[2]))
            }
            parts[element, default: [:]][l] = terms
        }
        try end("ECP")
    }
}
