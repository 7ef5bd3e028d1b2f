import MolecularStructure

/// Reads an extended wavefunction file (.wfx; format of AIMAll, http://aim.tkgristmill.com/wfxformat.html): sections between
/// `<Name>` and `</Name>`.
struct WFXReader {
    private let file: TextFile
    /// Lines between the tags, by name; the coefficients' section holds all orbitals.
    private var sections: [String: (first: TextLine, lines: [TextLine])] = [:]

    init(_ file: TextFile) throws(InputFileError) {
        self.file = file
        var open: (name: String, first: TextLine, lines: [TextLine])?
        for line in file.lines {
            let text = line.text.drop(while: \.isWhitespace)
            if text.hasPrefix("</") {
                // The energy's closing tag has other spaces than its opening one.
                let name = Self.name(text.dropFirst(2))
                if let own = open, own.name == name {
                    sections[name] = (own.first, own.lines)
                    open = nil
                } else {
                    // Sections inside of others.
                    open?.lines.append(line)
                }
            } else if text.hasPrefix("<"), open == nil {
                open = (Self.name(text.dropFirst()), line, [])
            } else if !line.isBlank, !text.hasPrefix("#") {
                open?.lines.append(line)
            }
        }
        if let open {
            throw file.error(open.first, "the section '\(excerpt(open.name))' does not end", cure: Self.cure)
        }
    }

    private static let cure = "Write the .wfx file again, and copy it complete"

    private static func name(_ text: Substring) -> String {
        text.prefix { $0 != ">" }.split(whereSeparator: \.isWhitespace).joined(separator: " ").lowercased()
    }

    private func lines(_ name: String) throws(InputFileError) -> [TextLine] {
        guard let section = sections[name.lowercased()] else {
            throw file.errorAtEnd("there is no section <\(name)>", cure: Self.cure)
        }
        return section.lines
    }

    private func numbers(_ name: String, count: Int? = nil) throws(InputFileError) -> [Double] {
        var result: [Double] = []
        for line in try lines(name) {
            for field in line.fields {
                guard let value = NumberParsing.double(field) else {
                    throw file.error(line, "'\(excerpt(field))' is not a number", cure: Self.cure)
                }
                result.append(value)
            }
        }
        if let count, result.count != count {
            throw file.errorAtEnd("<\(name)> has \(result.count) values instead of \(count)", cure: Self.cure)
        }
        return result
    }

    private func integers(_ name: String, count: Int) throws(InputFileError) -> [Int] {
        try numbers(name, count: count).map { value throws(InputFileError) in
            guard value == value.rounded(), abs(value) < 1e9 else {
                throw file.errorAtEnd("a value of <\(name)> is not a whole number", cure: Self.cure)
            }
            return Int(value)
        }
    }

    func wavefunction() throws(InputFileError) -> ForeignWavefunction {
        let numbersOfAtoms = try numbers("Atomic Numbers")
        let centers = try nuclei(count: numbersOfAtoms.count)
        let exponents = try numbers("Primitive Exponents")
        let centres = try integers("Primitive Centers", count: exponents.count)
        let types = try integers("Primitive Types", count: exponents.count)
        var primitives: [PrimitiveWavefunction.Primitive] = []
        for k in exponents.indices {
            guard centres[k] >= 1, centres[k] <= centers.count, exponents[k] > 0,
                let function = PrimitiveWavefunction.function(ofType: types[k]),
                function.l <= ForeignWavefunction.highestAngularMomentum
            else {
                throw file.errorAtEnd(
                    "primitive \(k + 1) (centre \(centres[k]), type \(types[k]), exponent \(exponents[k])) is not possible",
                    cure: "Functions to h (type 56) are supported")
            }
            primitives.append(.init(atom: centres[k] - 1, type: types[k], exponent: exponents[k]))
        }
        let data = PrimitiveWavefunction(primitives: primitives, orbitals: try orbitals(primitives: exponents.count))
        var result = try data.wavefunction(path: file.path, format: .wfx, centers: centers)
        result.title = (sections["title"]?.lines.first?.fields ?? []).joined(separator: " ")
        result.method = (sections["model"]?.lines.first?.fields ?? []).joined(separator: " ")
        result.charge = try sections["net charge"] == nil ? nil : integers("Net Charge", count: 1)[0]
        result.energy = try sections["energy = t + vne + vee + vnn"] == nil ? nil : numbers("Energy = T + Vne + Vee + Vnn").first
        return result
    }

    private func nuclei(count: Int) throws(InputFileError) -> ForeignCenters {
        let numbers = try integers("Atomic Numbers", count: count)
        let charges = try self.numbers("Nuclear Charges", count: count)
        let places = try self.numbers("Nuclear Cartesian Coordinates", count: 3 * count)
        return try ForeignCenters(atomicNumbers: numbers, charges: charges, positions: places) { index, flaw in
            switch flaw {
            case .noElement:
                file.errorAtEnd("nucleus \(index + 1) is no element from H to Rn", cure: "Only these elements are supported")
            case .impossible:
                file.errorAtEnd("the charge \(charges[index]) of nucleus \(index + 1) is not possible", cure: Self.cure)
            }
        }
    }

    private func orbitals(primitives: Int) throws(InputFileError) -> [PrimitiveWavefunction.Orbital] {
        let occupations = try numbers("Molecular Orbital Occupation Numbers")
        let energies = try numbers("Molecular Orbital Energies", count: occupations.count)
        let spins = try lines("Molecular Orbital Spin Types").map { $0.fields.joined(separator: " ").lowercased() }
        guard spins.count == occupations.count, occupations.allSatisfy({ (-0.1...2.1).contains($0) }), primitives > 0 else {
            throw file.errorAtEnd("occupations and spins of the orbitals do not belong together", cure: Self.cure)
        }
        var coefficients: [[Double]] = []
        var isNumber = false
        for line in try lines("Molecular Orbital Primitive Coefficients") {
            let text = line.text.drop(while: \.isWhitespace).lowercased()
            if text.hasPrefix("<mo number>") {
                coefficients.append([])
                isNumber = true
            } else if text.hasPrefix("</mo number>") {
                isNumber = false
            } else if !isNumber {
                for field in line.fields {
                    guard let value = NumberParsing.double(field), !coefficients.isEmpty else {
                        throw file.error(line, "'\(excerpt(field))' is not a coefficient", cure: Self.cure)
                    }
                    coefficients[coefficients.count - 1].append(value)
                }
            }
        }
        guard coefficients.count == occupations.count, coefficients.allSatisfy({ $0.count == primitives }) else {
            throw file.errorAtEnd(
                "there are not \(primitives) coefficients for each of \(occupations.count) orbitals", cure: Self.cure)
        }
        return occupations.indices.map {
            .init(
                energy: energies[$0], occupation: occupations[$0], isBeta: spins[$0] == "beta", coefficients: coefficients[$0])
        }
    }
}
