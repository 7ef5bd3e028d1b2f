import MolecularStructure

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

/// The content of the second line of an XYZ file.
struct XYZHeader {
    var charge: Int?
    var multiplicity: Int?
    var units: LengthUnit?
    var layout = XYZColumnLayout()
    var notes: [String] = []
    /// Two integers that make up the line, charge and multiplicity where they fit the electrons.
    private var pair: (charge: Int, multiplicity: Int)?
    private let overridden: Set<XYZFile.HeaderEntry>
    /// Whether this is a molecule of the QM9 collection (doi:10.1038/sdata.2014.22): `gdb`, a number and fifteen properties.
    var isQM9 = false

    /// - Parameter overridden: entries set by the caller: they count as absent if they cannot be read.
    init(_ file: TextFile, overridden: Set<XYZFile.HeaderEntry> = []) throws(InputFileError) {
        self.overridden = overridden
        guard file.lines.count > 1 else { return }
        let line = file.lines[1]
        isQM9 = line.fields.count >= 17 && line.fields[0] == "gdb"
        let pairs = ExtendedXYZComment(line.text, colonKeys: XYZCommentWords.keys)
        let words = XYZCommentWords(line.text)
        charge = try integer(.charge, XYZCommentWords.chargeKeys, pairs, words.charge, file, line, allowed: ChargeState.allowedCharges)
        multiplicity = try integer(
            .multiplicity, XYZCommentWords.multiplicityKeys, pairs, words.multiplicity, file, line, allowed: 1...1000)
        units = try unit(pairs["units"] ?? pairs["unit"] ?? words.units, file, line)
        if let value = pairs["properties"] {
            guard let layout = XYZColumnLayout(properties: value) else {
                throw file.error(
                    line, "Properties=\(excerpt(value)) does not name species and positions",
                    cure: "Write Properties=species:S:1:pos:R:3, followed by further columns if there are any")
            }
            self.layout = layout
        }
        if pairs["lattice"] != nil { notes.append("the unit cell (Lattice=) is ignored: the molecule is treated as isolated") }
        pair = words.pair
        let known: [XYZFile.HeaderEntry: Bool] = [
            .charge: charge != nil, .multiplicity: multiplicity != nil, .units: units != nil,
        ]
        let unread = words.suspicions.filter { known[$0.entry] == false }.map { "'\($0.text)'" }
        if !unread.isEmpty {
            notes.append(
                "\(unread.joined(separator: ", ")) in the second line was not read: write charge=-1, spin=2 (2S+1) or units=bohr there if "
                    + "that is meant")
        }
    }

    /// Takes two integers that make up the line as charge and multiplicity where the molecule's electrons allow it, and says so.
    mutating func settlePair(protons: Int) {
        guard let pair else { return }
        let electrons = protons - min(1000, max(-1000, pair.charge))
        let text = "'\(pair.charge) \(pair.multiplicity)' in the second line was "
        if abs(pair.charge) <= 20, (1...20).contains(pair.multiplicity), electrons >= 1, pair.multiplicity - 1 <= electrons,
            (electrons - pair.multiplicity + 1) % 2 == 0
        {
            (charge, multiplicity) = (pair.charge, pair.multiplicity)
            notes.append(text + "read as charge and multiplicity")
        } else {
            notes.append(
                text
                    + "not read: as charge and multiplicity it does not fit the number of electrons. Write charge=-1 spin=2 (2S+1) "
                    + "if that is meant")
        }
    }

    private func unit(_ value: String?, _ file: TextFile, _ line: TextLine) throws(InputFileError) -> LengthUnit? {
        guard let value else { return nil }
        switch value.lowercased() {
        case "angstrom", "angstroms", "ang", "a": return .angstrom
        case "bohr", "bohrs", "au", "a.u.", "atomic": return .bohr
        default:
            if overridden.contains(.units) { return nil }
            throw file.error(
                line, "'\(excerpt(value))' is not a unit of length", cure: "Write units=angstrom or units=bohr")
        }
    }

    private func integer(
        _ entry: XYZFile.HeaderEntry, _ keys: Set<String>, _ pairs: ExtendedXYZComment, _ word: String?, _ file: TextFile,
        _ line: TextLine, allowed: ClosedRange<Int>
    ) throws(InputFileError) -> Int? {
        var found: (key: String, value: Int)?
        let named = pairs.values.filter { keys.contains($0.key) }
        for (key, text) in named.isEmpty ? word.map { [(entry.rawValue, $0)] } ?? [] : named.map({ ($0.key, $0.value) }) {
            guard let value = NumberParsing.integer(text), allowed.contains(value) else {
                if overridden.contains(entry) { return nil }
                let meaning =
                    allowed.lowerBound == 1 ? "the multiplicity 2S+1, an integer from 1" : "an integer, such as \(key)=-1"
                throw file.error(line, "\(key)=\(excerpt(text)) cannot be read", cure: "Write \(meaning)")
            }
            if let found, found.value != value {
                if overridden.contains(entry) { return nil }
                throw file.error(
                    line, "\(found.key)=\(found.value) and \(key)=\(value) contradict each other", cure: "Keep one of them")
            }
            found = (key, value)
        }
        return found?.value
    }
}
