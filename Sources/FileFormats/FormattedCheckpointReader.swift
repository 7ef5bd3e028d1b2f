import GaussianBasis
import LinearAlgebra
import MolecularStructure

/// Reads the wavefunction of a formatted checkpoint file.
struct FormattedCheckpointReader {
    private let file: TextFile
    private let sections: FormattedCheckpointSections

    private let chosenDensity: WavefunctionChoice.Density?

    init(_ file: TextFile, density: WavefunctionChoice.Density? = nil) throws(InputFileError) {
        self.file = file
        chosenDensity = density
        guard file.lines.count > 2 else {
            throw file.errorAtEnd("the file ends after its title", cure: "Copy the complete formatted checkpoint")
        }
        sections = try FormattedCheckpointSections(file)
    }

    func wavefunction() throws(InputFileError) -> ForeignWavefunction {
        let centers = try nuclei()
        let shells = try shells(atoms: centers.count)
        let functions = shells.reduce(0) { $0 + $1.functionCount }
        let stated = try sections.integer("Number of basis functions")
        guard stated == functions else {
            throw sections.error(
                "Number of basis functions", "\(stated) basis functions are announced, but the shells have \(functions)")
        }
        let alphaCount = try sections.integer("Number of alpha electrons")
        let betaCount = try sections.integer("Number of beta electrons")
        let alpha = try orbitals("Alpha", functions: functions)
        let hasBeta = sections.has("Beta MO coefficients")
        let beta = hasBeta ? try orbitals("Beta", functions: functions) : nil
        guard (0...alpha.energies.count).contains(alphaCount), (0...(beta ?? alpha).energies.count).contains(betaCount),
            betaCount <= alphaCount
        else {
            throw sections.error(
                "Number of alpha electrons", "\(alphaCount) alpha and \(betaCount) beta electrons do not fit the orbitals")
        }
        let filled = alpha.occupied(
            alpha.energies.indices.map { ($0 < alphaCount ? 1 : 0) + (!hasBeta && $0 < betaCount ? 1 : 0) })
        var result = try ForeignWavefunction(
            path: file.path, format: .fchk, centers: centers, shells: shells, alpha: filled,
            beta: beta.map { set in set.occupied(set.energies.indices.map { $0 < betaCount ? 1 : 0 }) })
        result.title = file.lines[0].text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        (result.method, result.basisName) = model()
        result.charge = try sections.integer("Charge")
        result.multiplicity = try sections.integer("Multiplicity")
        let selfConsistent = try sections.real("SCF Energy")
        result.energy = try sections.real("Total Energy")
        if result.energy == nil { result.energy = selfConsistent }
        result.isPeriodic = sections.has("Translation vectors") || sections.has("Number of translation vectors")
        let kinds = ["MP2", "MP3", "MP4", "CI", "CC", "CI Rho(1)"].filter { sections.has("Total \($0) Density") }
        if let chosenDensity {
            result.chosenDensity = try spinDensities(chosenDensity, functions: functions, known: ["SCF"] + kinds)
            result.notes.append(
                "The \(chosenDensity.rawValue) density of the file is analysed, by way of its natural orbitals; these have no energies."
            )
            if chosenDensity != .scf, let energy = try sections.real("\(chosenDensity.energyName) Energy") {
                result.energy = energy
            }
            return result
        }
        if sections.has("Total SCF Density") { result.density = try density("Total SCF Density", functions: functions) }
        for kind in kinds {
            result.notes.append(
                "The file also has a \(kind) density; the one of the orbitals (SCF) is analysed"
                    + (WavefunctionChoice.Density(rawValue: kind) == nil ? "." : " (--density \(kind) takes the other)."))
        }
        return result
    }

    /// Method and basis of the second line: columns 11 to 40 and 41 to 70.
    private func model() -> (method: String, basis: String) {
        let text = Array(file.lines[1].text)
        func part(_ range: Range<Int>) -> String {
            let clamped = range.clamped(to: 0..<text.count)
            return String(text[clamped]).split(separator: " ").joined(separator: " ")
        }
        var method = part(10..<40)
        if let prefix = ["RO", "R", "U"].first(where: { method.uppercased().hasPrefix($0) }), method.count > prefix.count {
            method.removeFirst(prefix.count)
        }
        return (method, part(40..<200))
    }

    private func nuclei() throws(InputFileError) -> ForeignCenters {
        let numbers = try sections.integers("Atomic numbers")
        // Gaussian 03 and earlier have no 'Number of atoms'.
        let count = sections.has("Number of atoms") ? try sections.integer("Number of atoms") : numbers.count
        let charges = try sections.reals("Nuclear charges")
        let positions = try sections.reals("Current cartesian coordinates")
        guard count > 0, numbers.count == count, charges.count == count, positions.count == 3 * count else {
            throw sections.error("Atomic numbers", "numbers, charges and coordinates are not those of \(count) atoms")
        }
        return try ForeignCenters(atomicNumbers: numbers, charges: charges, positions: positions) { index, flaw in
            switch flaw {
            case .noElement:
                sections.error(
                    "Atomic numbers", "atom \(index + 1) is no element from H to Rn (number \(numbers[index]))",
                    cure: "Only these elements are supported")
            case .impossible(let element):
                sections.error(
                    "Nuclear charges", "the charge \(charges[index]) of atom \(index + 1) (\(element)) is not possible")
            }
        }
    }

    /// Shell types: 0 s, 1 p, -1 sp, 2 Cartesian d, -2 pure d, and so on.
    private func shells(atoms: Int) throws(InputFileError) -> [ContractedShell] {
        let types = try sections.integers("Shell types")
        let lengths = try sections.integers("Number of primitives per shell")
        let places = try sections.integers("Shell to atom map")
        let exponents = try sections.reals("Primitive exponents")
        let coefficients = try sections.reals("Contraction coefficients")
        let hasMixed = types.contains(-1)
        let second = hasMixed ? try sections.reals("P(S=P) Contraction coefficients") : []
        guard lengths.count == types.count, places.count == types.count, lengths.allSatisfy({ $0 > 0 }),
            lengths.reduce(0, +) == exponents.count, coefficients.count == exponents.count,
            !hasMixed || second.count == exponents.count
        else { throw sections.error("Shell types", "the lists of shells and primitives do not belong together") }
        var result: [ContractedShell] = []
        var first = 0
        for (index, type) in types.enumerated() {
            let range = first..<(first + lengths[index])
            first = range.upperBound
            guard (1...atoms).contains(places[index]) else {
                throw sections.error("Shell to atom map", "shell \(index + 1) belongs to atom \(places[index]) of \(atoms)")
            }
            guard abs(type) <= ForeignWavefunction.highestAngularMomentum else {
                throw sections.error(
                    "Shell types", "shell \(index + 1) has the angular momentum \(abs(type))",
                    cure: "Functions to h are supported")
            }
            let shell = ContractedShell(
                atom: places[index] - 1, angularMomentum: type == -1 ? 0 : abs(type), isCartesian: type >= 2,
                exponents: Array(exponents[range]), coefficients: Array(coefficients[range]))
            result.append(shell)
            guard type == -1 else { continue }
            var mixed = shell
            mixed.angularMomentum = 1
            mixed.coefficients = Array(second[range])
            result.append(mixed)
        }
        return result
    }

    private func orbitals(_ spin: String, functions: Int) throws(InputFileError) -> MolecularOrbitals {
        let energies = try sections.reals("\(spin) Orbital Energies")
        let name = "\(spin) MO coefficients"
        let coefficients = try sections.reals(name)
        guard functions > 0, !energies.isEmpty, energies.count <= functions, coefficients.count == energies.count * functions
        else {
            throw sections.error(
                name, "\(coefficients.count) coefficients are not \(energies.count) orbitals of \(functions) functions")
        }
        return MolecularOrbitals(
            coefficients: Matrix(rows: energies.count, columns: functions, elements: coefficients).transposed(),
            energies: energies, occupations: energies.map { _ in 0 })
    }

    private func spinDensities(
        _ kind: WavefunctionChoice.Density, functions: Int, known: [String]
    ) throws(InputFileError) -> (total: Matrix, spin: Matrix?) {
        let name = "Total \(kind.rawValue) Density"
        guard sections.has(name) else {
            throw file.errorAtEnd(
                "there is no \(kind.rawValue) density", cure: "The file has these: \(known.joined(separator: ", "))")
        }
        let spin = "Spin \(kind.rawValue) Density"
        return (
            try density(name, functions: functions), sections.has(spin) ? try density(spin, functions: functions) : nil
        )
    }

    /// The lower triangle, row by row.
    private func density(_ name: String, functions: Int) throws(InputFileError) -> Matrix {
        let values = try sections.reals(name)
        guard values.count == functions * (functions + 1) / 2 else {
            throw sections.error(name, "the density has not the size of the basis")
        }
        var result = Matrix(rows: functions, columns: functions)
        var index = 0
        for row in 0..<functions {
            for column in 0...row {
                result[row, column] = values[index]
                result[column, row] = values[index]
                index += 1
            }
        }
        return result
    }
}

extension WavefunctionChoice.Density {
    /// As `... Energy` of a formatted checkpoint has it.
    fileprivate var energyName: String { self == .cc ? "Cluster" : rawValue }
}
