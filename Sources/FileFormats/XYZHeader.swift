/// Where an atom line of an XYZ file holds what.
struct XYZColumnLayout: Equatable {
    var speciesColumn = 0
    var positionColumn = 1
    /// Columns that every line needs.
    var columnCount = 4
    var isDefault = true

    init() {}

    /// From the value of `Properties=`, such as `species:S:1:pos:R:3:forces:R:3`; nil when it is not of that form.
    init?(properties: String) {
        let parts = properties.split(separator: ":", omittingEmptySubsequences: false)
        guard !parts.isEmpty, parts.count % 3 == 0 else { return nil }
        var column = 0
        var species: Int?
        var number: Int?
        var position: Int?
        for start in stride(from: 0, to: parts.count, by: 3) {
            guard let width = Int(parts[start + 2]), (1...1000).contains(width), column < 100_000 else { return nil }
            switch (parts[start].lowercased(), width) {
            case ("species", 1), ("element", 1), ("symbol", 1): species = species ?? column
            case ("z", 1), ("numbers", 1), ("atomic_numbers", 1): number = number ?? column
            case ("pos", 3), ("positions", 3): position = position ?? column
            default: break
            }
            column += width
        }
        guard let speciesColumn = species ?? number, let position else { return nil }
        self.speciesColumn = speciesColumn
        positionColumn = position
        columnCount = column
        isDefault = false
    }
}

/// What the second line of an XYZ file says.
struct XYZHeader {
    var charge: Int?
    var multiplicity: Int?
    var units: LengthUnit?
    var layout = XYZColumnLayout()
    var notes: [String] = []

    init(_ file: TextFile) throws(InputFileError) {
        guard file.lines.count > 1 else { return }
        let line = file.lines[1]
        let pairs = ExtendedXYZComment(line.text)
        charge = try Self.integer(["charge", "total_charge"], in: pairs, file, line, allowed: -1000...1000)
        multiplicity = try Self.integer(
            ["spin", "multiplicity", "total_spin"], in: pairs, file, line, allowed: 1...1000)
        if let value = pairs["units"] ?? pairs["unit"] {
            switch value.lowercased() {
            case "angstrom", "angstroms", "ang", "a": units = .angstrom
            case "bohr", "bohrs", "au", "a.u.", "atomic": units = .bohr
            default:
                throw file.error(
                    line, "'\(excerpt(value))' is not a unit of length", cure: "Write units=angstrom or units=bohr")
            }
        }
        if let value = pairs["properties"] {
            guard let layout = XYZColumnLayout(properties: value) else {
                throw file.error(
                    line, "Properties=\(excerpt(value)) does not name species and positions",
                    cure: "Write Properties=species:S:1:pos:R:3, followed by further columns if there are any")
            }
            self.layout = layout
        }
        if pairs["lattice"] != nil { notes.append("the unit cell (Lattice=) is ignored: the molecule is treated as isolated") }
    }

    private static func integer(
        _ keys: [String], in pairs: ExtendedXYZComment, _ file: TextFile, _ line: TextLine, allowed: ClosedRange<Int>
    ) throws(InputFileError) -> Int? {
        var found: (key: String, value: Int)?
        for (key, text) in pairs.values where keys.contains(key) {
            guard let value = NumberParsing.integer(text), allowed.contains(value) else {
                let meaning =
                    allowed.lowerBound == 1 ? "the multiplicity 2S+1, an integer from 1" : "an integer, such as \(key)=-1"
                throw file.error(line, "\(key)=\(excerpt(text)) cannot be read", cure: "Write \(meaning)")
            }
            if let found, found.value != value {
                throw file.error(
                    line, "\(found.key)=\(found.value) and \(key)=\(value) contradict each other", cure: "Keep one of them")
            }
            found = (key, value)
        }
        return found?.value
    }
}
