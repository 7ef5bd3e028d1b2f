import GaussianBasis
import LinearAlgebra

/// Reads the `[MO]` section of a Molden file.
struct MoldenOrbitals {
    private struct Orbital {
        var energy = 0.0
        var occupation: Double?
        var isBeta = false
        var coefficients: [(function: Int, value: Double)] = []
    }

    private let file: TextFile
    private var orbitals: [Orbital] = []
    /// The highest number of a function that has a coefficient.
    private(set) var highestFunction = 0
    private var highestLine: TextLine

    /// - Parameter lines: of the section, its own line first.
    init(_ file: TextFile, lines: [TextLine]) throws(InputFileError) {
        self.file = file
        highestLine = lines[0]
        for line in lines.dropFirst() where !line.isBlank {
            if let sign = line.text.firstIndex(of: "=") {
                if orbitals.last.map({ !$0.coefficients.isEmpty }) ?? true { orbitals.append(Orbital()) }
                try readKey(line, sign)
            } else {
                try readCoefficient(line)
            }
        }
        guard !orbitals.isEmpty else {
            throw file.error(lines[0], "there are no orbitals", cure: "Write the file with its orbitals")
        }
        guard orbitals.allSatisfy({ $0.occupation != nil }) else {
            throw file.error(lines[0], "an orbital has no occupation", cure: "Write 'Occup=' for every orbital")
        }
    }

    private mutating func readKey(_ line: TextLine, _ sign: String.Index) throws(InputFileError) {
        let key = line.text[..<sign].lowercased().filter { !$0.isWhitespace }
        let value = line.text[line.text.index(after: sign)...].filter { !$0.isWhitespace }
        let last = orbitals.count - 1
        switch key {
        case "ene", "occup":
            guard let number = NumberParsing.double(value) else {
                throw file.error(line, "'\(excerpt(value))' is not a number", cure: "Correct the line")
            }
            if key == "ene" {
                orbitals[last].energy = number
            } else {
                // Natural orbitals of correlated densities that are not positive leave these bounds by little.
                guard (-0.1...2.1).contains(number) else {
                    throw file.error(line, "the occupation \(number) does not lie between 0 and 2", cure: "Correct the line")
                }
                orbitals[last].occupation = number
            }
        case "spin": orbitals[last].isBeta = value.lowercased().hasPrefix("b")
        default: break
        }
    }

    private mutating func readCoefficient(_ line: TextLine) throws(InputFileError) {
        let fields = line.text.utf8.split { $0 == UInt8(ascii: " ") || $0 == 9 }.map { Substring($0) }
        guard fields.count == 2, let number = Int(fields[0]), let value = NumberParsing.double(fields[1]), !orbitals.isEmpty
        else {
            throw file.error(line, "expected the number of a function and its coefficient", cure: "Copy the file again")
        }
        guard number >= 1 else { throw file.error(line, "functions are numbered from 1", cure: "Copy the file again") }
        if number > highestFunction { (highestFunction, highestLine) = (number, line) }
        orbitals[orbitals.count - 1].coefficients.append((number - 1, value))
    }

    /// Programs may leave zeros out, but not in the last orbital alone.
    private func checkEnd(functions: Int) throws(InputFileError) {
        guard highestFunction <= functions else {
            throw file.error(
                highestLine, "there is no function \(highestFunction): the shells have \(functions)",
                cure: "Check the shells, and whether [5D], [7F] or [9G] is missing or too many")
        }
        let counts = orbitals.map(\.coefficients.count)
        guard let last = counts.last, last > 0, last == functions || counts.dropLast().contains(where: { $0 < functions }) else {
            throw file.errorAtEnd(
                "the last orbital has \(counts.last ?? 0) of \(functions) coefficients", cure: "Copy the complete file")
        }
    }

    /// Alpha and beta orbitals; without beta ones, occupations run to 2.
    ///
    /// - Parameter number: from 1, of several wavefunctions with a full set of orbitals each.
    func sets(functions: Int, number: Int?) throws(InputFileError) -> (alpha: MolecularOrbitals, beta: MolecularOrbitals?) {
        try checkEnd(functions: functions)
        let beta = orbitals.filter(\.isBeta)
        var alpha = orbitals.filter { !$0.isBeta }
        if functions > 0, beta.isEmpty, alpha.count > functions, alpha.count % functions == 0 {
            let count = alpha.count / functions
            guard let number, (1...count).contains(number) else {
                throw file.errorAtEnd(
                    "the file holds \(count) wavefunctions", cure: "Choose one with --wavefunction 1 to \(count)")
            }
            alpha = Array(alpha[(number - 1) * functions..<number * functions])
        } else if let number, number != 1 {
            throw file.errorAtEnd("there is no wavefunction \(number)", cure: "The file has one: leave --wavefunction out")
        }
        guard !alpha.isEmpty, max(alpha.count, beta.count) <= functions else {
            throw file.errorAtEnd(
                "there are \(alpha.count) alpha and \(beta.count) beta orbitals of \(functions) functions",
                cure: "Check the basis and the spins of the orbitals")
        }
        if !beta.isEmpty, let high = orbitals.compactMap(\.occupation).max(), high > 1.1 {
            throw file.errorAtEnd(
                "an orbital of one spin holds \(high) electrons", cure: "Write orbitals of both spins with occupations to 1")
        }
        return (set(alpha, functions: functions), beta.isEmpty ? nil : set(beta, functions: functions))
    }

    private func set(_ orbitals: [Orbital], functions: Int) -> MolecularOrbitals {
        // Occupied ones first: programs of other kinds sort by symmetry.
        let sorted = orbitals.enumerated().sorted { a, b in
            let (filledA, filledB) = (abs(a.element.occupation ?? 0) > 1e-3, abs(b.element.occupation ?? 0) > 1e-3)
            if filledA != filledB { return filledA }
            return (a.element.energy, a.offset) < (b.element.energy, b.offset)
        }.map(\.element)
        var coefficients = Matrix(rows: functions, columns: sorted.count)
        for (column, orbital) in sorted.enumerated() {
            for entry in orbital.coefficients { coefficients[entry.function, column] = entry.value }
        }
        return MolecularOrbitals(
            coefficients: coefficients, energies: sorted.map(\.energy), occupations: sorted.map { $0.occupation ?? 0 })
    }
}
