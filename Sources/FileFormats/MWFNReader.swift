import GaussianBasis
import LinearAlgebra
import MolecularStructure

/// Reads Multiwfn's .mwfn format (T. Lu and Q. Chen, "mwfn: A strict, concise and extensible format for electronic
/// wavefunction storage and exchange", ChemRxiv (2020), doi:10.26434/chemrxiv.11872524).
struct MWFNReader {
    private let file: TextFile
    private let lines: [TextLine]
    private static let cure = "Write the .mwfn file again, and copy it complete"

    init(_ file: TextFile) {
        self.file = file
        lines = file.lines.filter { !$0.isBlank && !$0.text.hasPrefix("#") }
    }

    func wavefunction() throws(InputFileError) -> ForeignWavefunction {
        let centers = try nuclei()
        let shells = try shells(atoms: centers.count)
        let functions = shells.reduce(0) { $0 + $1.functionCount }
        let stated = try integer("Nbasis")
        guard stated == functions else {
            throw file.errorAtEnd("\(stated) basis functions are announced, but the shells have \(functions)", cure: Self.cure)
        }
        let (alpha, beta) = try orbitals(functions: functions)
        var result = try ForeignWavefunction(
            path: file.path, format: .mwfn, centers: centers, shells: shells, alpha: alpha, beta: beta)
        result.title = file.lines[0].text.drop { $0 == "#" || $0 == " " }.split(separator: " ").joined(separator: " ")
        result.energy = value("E_tot").flatMap { NumberParsing.double($0) }
        if let charge = value("Charge").flatMap({ NumberParsing.double($0) }), charge == charge.rounded(), abs(charge) < 1e6 {
            result.charge = Int(charge)
        }
        result.isPeriodic = (value("Ndim").flatMap { Int($0) } ?? 0) > 0
        return result
    }

    /// What stands behind `key=`.
    private func value(_ key: String) -> Substring? {
        for line in lines {
            if line.text.hasPrefix("$Coeff") { return nil }
            guard line.text.hasPrefix(key + "=") else { continue }
            return line.text.dropFirst(key.count + 1).split(whereSeparator: \.isWhitespace).first
        }
        return nil
    }

    private func integer(_ key: String) throws(InputFileError) -> Int {
        guard let text = value(key), let number = Int(text), (0...1_000_000).contains(number) else {
            throw file.errorAtEnd("there is no '\(key)=' with a whole number", cure: Self.cure)
        }
        return number
    }

    /// The lines that follow `$name`, up to the next keyword.
    private func section(_ name: String) throws(InputFileError) -> ArraySlice<TextLine> {
        guard let start = lines.firstIndex(where: { $0.text.hasPrefix("$" + name) }) else {
            throw file.errorAtEnd("there is no section $\(name)", cure: Self.cure)
        }
        return lines[(start + 1)...].prefix { !$0.text.hasPrefix("$") && !$0.text.contains("=") }
    }

    private func numbers(_ lines: ArraySlice<TextLine>, count: Int, what: String) throws(InputFileError) -> [Double] {
        var result: [Double] = []
        for line in lines {
            for field in line.fields {
                guard let value = NumberParsing.double(field) else {
                    throw file.error(line, "'\(excerpt(field))' is not a number", cure: Self.cure)
                }
                result.append(value)
            }
        }
        guard result.count == count else {
            throw file.errorAtEnd("\(what) has \(result.count) values instead of \(count)", cure: Self.cure)
        }
        return result
    }

    private func integers(_ name: String, count: Int) throws(InputFileError) -> [Int] {
        try numbers(section(name), count: count, what: "$" + name).map { value throws(InputFileError) in
            guard value == value.rounded(), abs(value) < 1e9 else {
                throw file.errorAtEnd("a value of $\(name) is not a whole number", cure: Self.cure)
            }
            return Int(value)
        }
    }

    /// `1 C 6 6.0 x y z`, in Angstrom.
    private func nuclei() throws(InputFileError) -> ForeignCenters {
        let count = try integer("Ncenter")
        var result = ForeignCenters()
        for line in try section("Centers") {
            let fields = line.fields
            guard fields.count >= 7, let number = Int(fields[2]), let charge = NumberParsing.double(fields[3]) else {
                throw file.error(line, "expected number, name, atomic number, charge, x, y, z", cure: Self.cure)
            }
            let place = fields[4...6].compactMap { NumberParsing.double($0) }
            guard place.count == 3 else { throw file.error(line, "the coordinates cannot be read", cure: Self.cure) }
            let position = SIMD3(place[0], place[1], place[2]) / PhysicalConstants.bohrInAngstrom
            let label = fields[1]
            do {
                try result.append(
                    atomicNumber: number, charge: charge, at: position,
                    ghost: Element(atomicNumber: number) ?? ElementLabel.ghost(label) ?? (try? ElementLabel.element(label)))
            } catch {
                switch error {
                case .noElement:
                    throw file.error(line, "this is no element from H to Rn", cure: "Only these elements are supported")
                case .impossible(let element):
                    throw file.error(line, "the charge \(charge) of \(element) is not possible", cure: Self.cure)
                }
            }
        }
        guard result.count == count, count > 0 else {
            throw file.errorAtEnd("there are \(result.count) of \(count) atoms", cure: Self.cure)
        }
        return result
    }

    private func shells(atoms: Int) throws(InputFileError) -> [ContractedShell] {
        let count = try integer("Nshell")
        let types = try integers("Shell types", count: count)
        let centers = try integers("Shell centers", count: count)
        let lengths = try integers("Shell contraction degrees", count: count)
        guard lengths.allSatisfy({ (1...1000).contains($0) }), centers.allSatisfy({ (1...atoms).contains($0) }),
            types.allSatisfy({ abs($0) <= ForeignWavefunction.highestAngularMomentum && $0 != -1 })
        else {
            throw file.errorAtEnd("a shell's type, centre or length is not possible", cure: "Functions to h are supported")
        }
        let total = lengths.reduce(0, +)
        let exponents = try numbers(section("Primitive exponents"), count: total, what: "$Primitive exponents")
        let coefficients = try numbers(section("Contraction coefficients"), count: total, what: "$Contraction coefficients")
        guard exponents.allSatisfy({ $0 > 0 }) else { throw file.errorAtEnd("an exponent is not positive", cure: Self.cure) }
        var first = 0
        return (0..<count).map { index in
            let range = first..<(first + lengths[index])
            first = range.upperBound
            return ContractedShell(
                atom: centers[index] - 1, angularMomentum: abs(types[index]), isCartesian: types[index] >= 2,
                exponents: Array(exponents[range]), coefficients: Array(coefficients[range]))
        }
    }

    /// `Index=`, `Type=` (0 both spins, 1 alpha, 2 beta), `Energy=`, `Occ=`, `Sym=`, `$Coeff`.
    private func orbitals(functions: Int) throws(InputFileError) -> (MolecularOrbitals, MolecularOrbitals?) {
        struct Orbital {
            var isBeta: Bool
            var energy: Double
            var occupation: Double
            var coefficients: [Double]
        }
        var all: [Orbital] = []
        let starts = lines.indices.filter { lines[$0].text.hasPrefix("Index=") }
        for start in starts {
            func field(_ key: String) -> Double? {
                lines[start...].prefix(8).first { $0.text.hasPrefix(key + "=") }
                    .flatMap { $0.text.dropFirst(key.count + 1).split(whereSeparator: \.isWhitespace).first }
                    .flatMap { NumberParsing.double($0) }
            }
            guard let type = field("Type"), let energy = field("Energy"), let occupation = field("Occ"),
                (-0.1...2.1).contains(occupation),
                let mark = lines[start...].prefix(8).firstIndex(where: { $0.text.hasPrefix("$Coeff") })
            else { throw file.error(lines[start], "expected type, energy, occupation and coefficients", cure: Self.cure) }
            let body = lines[(mark + 1)...].prefix { !$0.text.hasPrefix("$") && !$0.text.contains("=") }
            all.append(
                Orbital(
                    isBeta: type == 2, energy: energy, occupation: occupation,
                    coefficients: try numbers(body, count: functions, what: "orbital \(all.count + 1)")))
        }
        func set(_ orbitals: [Orbital]) -> MolecularOrbitals {
            MolecularOrbitals(
                coefficients: Matrix(rows: orbitals.count, columns: functions, elements: orbitals.flatMap(\.coefficients))
                    .transposed(), energies: orbitals.map(\.energy), occupations: orbitals.map(\.occupation)
            ).occupiedFirst()
        }
        let (alpha, beta) = (all.filter { !$0.isBeta }, all.filter(\.isBeta))
        guard !alpha.isEmpty, max(alpha.count, beta.count) <= functions else {
            throw file.errorAtEnd(
                "there are \(alpha.count) alpha and \(beta.count) beta orbitals of \(functions) functions", cure: Self.cure)
        }
        return (set(alpha), beta.isEmpty ? nil : set(beta))
    }
}
