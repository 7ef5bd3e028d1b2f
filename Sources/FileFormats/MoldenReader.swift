import GaussianBasis
import LinearAlgebra
import MolecularStructure

/// Reads the wavefunction of a Molden file.
///
/// The format is that of https://www.theochem.ru.nl/molden/molden_format.html. Core potentials have no place of their
/// own in it: `[Core]`, `[Nval]`, `[Pseudo]` and an atomic number that is less than that of the element are all understood.
struct MoldenReader {
    private let file: TextFile
    /// The wavefunction of a section that contains orbitals of several; nil if the sections determine the choice.
    private let orbitalNumber: Int?
    /// Lines of each section, by its name in small letters; the section's own line first.
    private var sections: [String: [TextLine]] = [:]

    init(_ file: TextFile, choice: WavefunctionChoice = .init()) throws(InputFileError) {
        self.file = file
        let wavefunctions = try Self.wavefunctions(file)
        let number = choice.number ?? 1
        guard choice.number != nil || wavefunctions.count <= 1 else {
            throw file.error(
                wavefunctions[1]["mo"]?.first ?? file.lines[0], "the file holds \(wavefunctions.count) wavefunctions",
                cure: "Choose one with --wavefunction 1 to \(wavefunctions.count)")
        }
        if wavefunctions.count > 1, !wavefunctions.indices.contains(number - 1) {
            throw file.errorAtEnd(
                "there is no wavefunction \(number)", cure: "Choose one with --wavefunction 1 to \(wavefunctions.count)")
        }
        sections = wavefunctions.count > 1 ? wavefunctions[number - 1] : wavefunctions.first ?? [:]
        orbitalNumber = wavefunctions.count > 1 ? nil : choice.number
    }

    /// The sections of every wavefunction: Molpro writes several into one file, each with a complete head or with its orbitals only.
    private static func wavefunctions(_ file: TextFile) throws(InputFileError) -> [[String: [TextLine]]] {
        var result: [[String: [TextLine]]] = []
        var current: [String: [TextLine]] = [:]
        var name: String?
        for line in file.lines {
            if let word = sectionName(line) {
                name = word
                if current["mo"] != nil, word == "molden format" || word == "mo" {
                    result.append(current)
                    current = word == "mo" ? current.filter { $0.key != "mo" } : [:]
                }
                // CFOUR writes the first line twice.
                guard current[word] == nil || word == "molden format" else {
                    throw file.error(
                        line, "there is a second section [\(excerpt(word))]", cure: "Keep one wavefunction in the file")
                }
                current[word] = [line]
            } else if let name {
                current[name]?.append(line)
            }
        }
        if !current.isEmpty { result.append(current) }
        return joinedSpins(result)
    }

    /// Alpha and beta orbitals in separate sections form one wavefunction.
    private static func joinedSpins(_ parts: [[String: [TextLine]]]) -> [[String: [TextLine]]] {
        func spins(_ part: [String: [TextLine]]) -> Set<String> {
            Set(
                (part["mo"] ?? []).compactMap { line in
                    let text = line.text.lowercased().filter { !$0.isWhitespace }
                    return text.hasPrefix("spin=") ? String(text.dropFirst(5).prefix(1)) : nil
                })
        }
        guard parts.count == 2, spins(parts[0]) == ["a"], spins(parts[1]) == ["b"] else { return parts }
        var joined = parts[0]
        joined["mo"]? += (parts[1]["mo"] ?? []).dropFirst()
        return [joined]
    }

    /// `[Atoms] AU` gives `atoms`.
    private static func sectionName(_ line: TextLine) -> String? {
        guard let start = line.text.firstIndex(where: { !$0.isWhitespace }), line.text[start] == "[",
            let end = line.text.firstIndex(of: "]")
        else { return nil }
        return line.text[line.text.index(after: start)..<end].lowercased()
    }

    func wavefunction() throws(InputFileError) -> ForeignWavefunction {
        if let line = sections["sto"]?.first {
            throw file.error(line, "the basis consists of Slater functions", cure: "Only Gaussian functions are supported")
        }
        let atoms = try nuclei()
        var shells = try shells(serials: atoms.serials)
        let orbitals = try MoldenOrbitals(file, lines: section("MO"))
        let tagNote = Self.settleFunctionTypes(&shells, coefficients: orbitals.highestFunction)
        guard shells.allSatisfy({ AngularOrder.molden.rows($0.angularMomentum, isCartesian: $0.isCartesian) != nil }) else {
            throw file.errorAtEnd(
                "the h functions are Cartesian, for which the format has no order", cure: "Write the file with pure functions")
        }
        let (alpha, beta) = try orbitals.sets(functions: shells.reduce(0) { $0 + $1.functionCount }, number: orbitalNumber)
        var centers = atoms.centers
        try readCores(&centers, serials: atoms.serials)
        var result = try ForeignWavefunction(
            path: file.path, format: .molden, centers: centers, shells: shells, alpha: alpha, beta: beta)
        result.title = (sections["title"] ?? sections["molden format"] ?? []).dropFirst().prefix(1).map {
            $0.text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        }.joined()
        result.isByMolpro = sections["molpro variables"] != nil
        result.isPeriodic = ["cell", "lattice", "pbc"].contains { sections[$0] != nil }
        if let tagNote { result.notes.append(tagNote) }
        if !(alpha.occupations + (beta?.occupations ?? [])).allSatisfy({ abs($0 - $0.rounded()) < 1e-3 }) {
            result.notes.append("Orbitals are fractionally occupied; the density is theirs, and no one-determinant wavefunction.")
        }
        return result
    }

    private func section(_ name: String) throws(InputFileError) -> [TextLine] {
        guard let lines = sections[name.lowercased()] else {
            throw file.errorAtEnd("there is no section [\(name)]", cure: "Write the Molden file with atoms, basis and orbitals")
        }
        return lines
    }

    private struct Nuclei {
        var centers = ForeignCenters()
        var serials: [Int] = []
    }

    /// `C 1 6 x y z`. PySCF writes the effective charge where the atomic number belongs.
    private func nuclei() throws(InputFileError) -> Nuclei {
        let lines = try section("Atoms")
        let isAngstrom = lines[0].text.lowercased().contains("ang")
        let unit = isAngstrom ? 1 / PhysicalConstants.bohrInAngstrom : 1
        var result = Nuclei()
        var known = Set<Int>()
        for line in lines.dropFirst() where !line.isBlank {
            let fields = line.fields
            guard fields.count >= 6, let serial = Int(fields[1]), let number = Int(fields[2]) else {
                throw file.error(
                    line, "expected an atom: label, serial number, atomic number, x, y, z", cure: "Correct the line")
            }
            var r = SIMD3<Double>()
            for axis in 0..<3 {
                guard let value = NumberParsing.double(fields[3 + axis]), abs(value) < 1e6 else {
                    throw file.error(line, "'\(excerpt(fields[3 + axis]))' is not a coordinate", cure: "Correct the line")
                }
                r[axis] = value * unit
            }
            guard known.insert(serial).inserted else {
                throw file.error(line, "atom \(serial) occurs twice", cure: "Give every atom a number of its own")
            }
            result.serials.append(serial)
            if number == 0 || ElementLabel.ghost(fields[0]) != nil {
                result.centers.appendGhost(ElementLabel.ghost(fields[0]) ?? (try? ElementLabel.element(fields[0])), at: r)
                continue
            }
            guard number > 0 else {
                throw file.error(
                    line, "\(number) is not an atomic number from H to Rn", cure: "Write one, or 0 for a ghost atom")
            }
            do {
                // The number may be an effective charge.
                try result.centers.append(named: try? ElementLabel.element(fields[0]), charge: number, at: r)
            } catch {
                throw file.error(
                    line, "\(number) is not an atomic number from H to Rn", cure: "Only these elements are supported")
            }
        }
        guard result.centers.count > 0 else {
            throw file.error(lines[0], "there are no atoms", cure: "Write the file with its atoms")
        }
        return result
    }

    /// `[Core]`: `1 : 28`, or `Nb : 28` for all atoms of an element. `[Nval]`: `Nb 13`. `[Pseudo]`: `Nb 1 13`.
    private func readCores(_ centers: inout ForeignCenters, serials: [Int]) throws(InputFileError) {
        let elements = centers.elements
        func set(_ core: (Element) -> Int, _ index: Int, _ line: TextLine) throws(InputFileError) {
            guard let element = elements[index], !centers.isGhost(index) else { return }
            guard (0..<element.atomicNumber).contains(core(element)) else {
                throw file.error(
                    line, "\(core(element)) core electrons are not possible for \(element)", cure: "Correct the line")
            }
            centers.setCore(CoreElectrons(count: core(element), isStated: true), at: index)
        }
        for line in (sections["core"] ?? []).dropFirst() where !line.isBlank {
            let fields = line.text.split { $0.isWhitespace || $0 == ":" }
            guard fields.count == 2, let core = Int(fields[1]) else {
                throw file.error(line, "expected 'atom : core electrons'", cure: "Correct the line")
            }
            let indices: [Int]
            if let serial = Int(fields[0]) {
                indices = serials.indices.filter { serials[$0] == serial }
            } else {
                let element = try? ElementLabel.element(fields[0])
                indices = elements.indices.filter { elements[$0] == element }
            }
            guard !indices.isEmpty else {
                throw file.error(line, "there is no atom '\(excerpt(fields[0]))'", cure: "Correct the line")
            }
            for index in indices { try set({ _ in core }, index, line) }
        }
        for line in (sections["pseudo"] ?? []).dropFirst() where !line.isBlank {
            let fields = line.fields
            guard fields.count == 3, let serial = Int(fields[1]), let index = serials.firstIndex(of: serial),
                let charge = NumberParsing.integer(fields[2])
            else { throw file.error(line, "expected an element, an atom's number and its charge", cure: "Correct the line") }
            try set({ $0.atomicNumber - charge }, index, line)
        }
        for line in (sections["nval"] ?? []).dropFirst() where !line.isBlank {
            let fields = line.fields
            guard fields.count == 2, let element = try? ElementLabel.element(fields[0]),
                let charge = NumberParsing.integer(fields[1])
            else { throw file.error(line, "expected an element and its valence electrons", cure: "Correct the line") }
            for index in elements.indices where elements[index] == element && sections["pseudo"] == nil {
                try set({ $0.atomicNumber - charge }, index, line)
            }
        }
    }

    /// Q-Chem omits [5D] if there are g functions. If the tags do not give as many functions as the orbitals have coefficients, but exactly
    /// one other combination of pure and Cartesian functions does, that combination is used.
    ///
    /// - Returns: a note about it.
    private static func settleFunctionTypes(_ shells: inout [ContractedShell], coefficients: Int) -> String? {
        let momenta = Set(shells.map(\.angularMomentum)).filter { $0 >= 2 }.sorted()
        guard !momenta.isEmpty, shells.reduce(0, { $0 + $1.functionCount }) != coefficients else { return nil }
        let fitting = (0..<(1 << momenta.count)).map { pattern in
            shells.map { shell in
                var changed = shell
                if let place = momenta.firstIndex(of: shell.angularMomentum) { changed.isCartesian = pattern >> place & 1 == 1 }
                return changed
            }
        }.filter { $0.reduce(0) { $0 + $1.functionCount } == coefficients }
        guard fitting.count == 1 else { return nil }
        shells = fitting[0]
        return
            "The tags of the file ([5D], [7F], [9G]) do not fit its \(coefficients) coefficients an orbital; the count decides "
            + "which functions are pure."
    }

    /// Whether functions of d, f, g, h are Cartesian: they are unless the file says otherwise.
    private func isCartesian(_ l: Int) -> Bool {
        func has(_ names: String...) -> Bool { names.contains { sections[$0] != nil } }
        switch l {
        case 2: return !has("5d", "5d7f", "5d10f")
        case 3: return !has("5d", "5d7f", "7f")
        case 4: return !has("9g")
        case 5: return !has("11h", "9g")
        default: return false
        }
    }

    private func shells(serials: [Int]) throws(InputFileError) -> [ContractedShell] {
        let lines = try section("GTO").dropFirst().filter { !$0.isBlank }
        let places = Dictionary(uniqueKeysWithValues: serials.enumerated().map { ($1, $0) })
        var result: [ContractedShell] = []
        var atom: Int?
        var index = 0
        while index < lines.count {
            let line = lines[index]
            let fields = line.fields
            index += 1
            if let serial = Int(fields[0]) {
                guard let place = places[serial] else {
                    throw file.error(line, "there is no atom \(serial)", cure: "Correct the number of the atom")
                }
                atom = place
                continue
            }
            guard let atom else {
                throw file.error(line, "a shell stands before the first atom", cure: "Write '1 0' before the shells of atom 1")
            }
            let momenta = try angularMomenta(line)
            guard fields.count >= 2, let count = Int(fields[1]), count > 0, count <= lines.count - index else {
                throw file.error(line, "the primitives of this shell are not complete", cure: "Write a line such as 's 3 1.00'")
            }
            var exponents: [Double] = []
            var coefficients = momenta.map { _ in [Double]() }
            for row in lines[index..<(index + count)] {
                let values = row.fields.prefix(1 + momenta.count).compactMap { NumberParsing.double($0) }
                guard values.count == 1 + momenta.count, values[0] > 0 else {
                    throw file.error(
                        row, "expected a positive exponent and \(momenta.count) coefficient\(momenta.count > 1 ? "s" : "")",
                        cure: "Correct the line")
                }
                exponents.append(values[0])
                for k in momenta.indices { coefficients[k].append(values[k + 1]) }
            }
            index += count
            for (l, list) in zip(momenta, coefficients) {
                result.append(
                    ContractedShell(
                        atom: atom, angularMomentum: l, isCartesian: isCartesian(l), exponents: exponents, coefficients: list))
            }
        }
        return result
    }

    private func angularMomenta(_ line: TextLine) throws(InputFileError) -> [Int] {
        let label = line.fields[0].lowercased()
        if label == "sp" { return [0, 1] }
        guard label.count == 1, let letter = label.first, let l = AngularMomentumLetter.value(letter),
            l <= ForeignWavefunction.highestAngularMomentum
        else {
            throw file.error(
                line, "'\(excerpt(label))' is no shell that can be read", cure: "Shells s, p, sp, d, f, g and h are supported")
        }
        return [l]
    }
}
