import Foundation
import MolecularStructure

/// Unit of length of coordinates in a file.
public enum LengthUnit: String, Sendable, Codable, CaseIterable {
    case angstrom, bohr

    /// Length of the unit in bohr.
    public var inBohr: Double { self == .bohr ? 1 : 1 / PhysicalConstants.bohrInAngstrom }
}

/// One structure in XYZ or extended XYZ form: a count, a comment line, and one line an atom.
///
/// Ghost atoms (`ElementLabel.ghost`), which have basis functions but no nucleus, stand behind the atoms.
///
/// Of the comment line `charge=`, `total_charge=` and `chrg=` (an integer), `spin=`, `multiplicity=`, `mult=`, `total_spin=` and
/// `spin_multiplicity=` (all mean 2S+1), `units=` (angstrom or bohr) and `Properties=` (where species and positions stand) are
/// read, with a colon in place of `=`, too. A line of nothing but such words (`charge -1 mult 2`, `bohr`) is read without either,
/// and one of two integers that fit the electrons (`-1 2`) is taken for charge and multiplicity, with a note.
public struct XYZFile: Sendable, Equatable {
    public var molecule: Molecule
    public var comment: String
    public var charge: Int?
    /// 2S + 1.
    public var multiplicity: Int?
    /// Notes of the reader that the user may want to know, such as an ignored unit cell.
    public var notes: [String] = []

    /// Entries of the comment line that the caller may set by other means.
    public enum HeaderEntry: String, Sendable {
        case charge, multiplicity, units
    }

    /// Two nuclei closer than this count as one atom written twice. In bohr; the shortest bond is 1.4 bohr.
    public static let smallestDistanceInBohr = 0.1
    public static let largestAtomCount = 10_000

    public init(molecule: Molecule, comment: String = "", charge: Int? = nil, multiplicity: Int? = nil) {
        self.molecule = molecule
        self.comment = comment
        self.charge = charge
        self.multiplicity = multiplicity
    }

    /// Reads a file.
    ///
    /// - Parameters:
    ///   - units: of the coordinates; nil means what the comment line says, else Angstrom.
    ///   - frame: which structure of a file with several.
    ///   - overridden: entries of the comment line that count as absent if they cannot be read.
    public init(
        readingFrom path: String, units: LengthUnit? = nil, frame: XYZFrame = .only, overridden: Set<HeaderEntry> = []
    ) throws(InputFileError) {
        try self.init(
            TextFile(readingFrom: path, expected: "a molecule in XYZ form"), units: units, frame: frame, overridden: overridden)
    }

    /// Reads text that is already in memory.
    public init(
        _ file: TextFile, units: LengthUnit? = nil, frame: XYZFrame = .only, overridden: Set<HeaderEntry> = []
    ) throws(InputFileError) {
        let file = try frame.text(in: file)
        let count = try Self.atomCount(file)
        comment = file.lines.count > 1 ? file.lines[1].text : ""
        var header = try XYZHeader(file, overridden: units == nil ? overridden : overridden.union([.units]))
        let scale = (units ?? header.units ?? .angstrom).inBohr

        var atoms: [Atom] = []
        var ghosts: [GhostAtom] = []
        for index in 0..<count {
            guard index + 2 < file.lines.count, !file.lines[index + 2].isBlank else {
                throw file.errorAtEnd(
                    "the first line promises \(count) atoms, but only \(index) follow",
                    cure: "Complete the file or correct the number")
            }
            let line = file.lines[index + 2]
            let (center, isGhost) = try Self.center(line, in: file, layout: header.layout, scale: scale)
            if isGhost {
                ghosts.append(GhostAtom(element: center.element, positionInBohr: center.position))
            } else if ghosts.isEmpty {
                atoms.append(center)
            } else {
                throw file.error(
                    line, "the atom \(center.element) stands behind a ghost atom (line \(file.lines[atoms.count + 2].number))",
                    cure: "Write the ghost atoms last, so that the numbers of the atoms do not depend on them")
            }
        }
        if let line = file.lines.dropFirst(count + 2).first(where: { !$0.isBlank }) {
            if header.isQM9 {
                header.notes.append("what follows the atoms (frequencies, SMILES and InChI of QM9) is ignored")
            } else if line.fields.count == 1, Int(line.fields[0]) != nil {
                throw file.error(
                    line, "a second structure begins here", cure: "Choose one with --frame 1, 2, ... or --frame last")
            } else {
                throw file.error(
                    line, "there is text after the last of the \(count) atoms",
                    cure: "Correct the number in the first line or remove the text")
            }
        }
        molecule = Molecule(atoms: atoms, ghosts: ghosts)
        guard !atoms.isEmpty else {
            throw file.error(file.lines[2], "all atoms are ghost atoms", cure: "At least one atom must have a nucleus")
        }
        try Self.checkDistances(molecule.withGhostsAsAtoms.atoms, in: file)
        header.settlePair(protons: molecule.totalAtomicNumber)
        charge = header.charge
        multiplicity = header.multiplicity
        notes = header.notes
        if let note = Self.unitSuspicion(atoms) { notes.append(note) }
    }

    static func atomCount(_ file: TextFile) throws(InputFileError) -> Int {
        let first = file.lines[0]
        let cure = "An XYZ file begins with the number of atoms alone on its first line"
        guard first.fields.count == 1, let field = first.fields.first else {
            throw file.error(first, first.isBlank ? "the first line is blank" : "the first line is not a number", cure: cure)
        }
        guard let count = Int(field) else {
            let digits = field.allSatisfy { $0.isASCII && $0.isNumber }
            throw file.error(
                first, digits ? "the number of atoms is too large" : "'\(excerpt(field))' is not a number of atoms", cure: cure)
        }
        guard count > 0 else { throw file.error(first, "the number of atoms is \(count)", cure: "At least one atom is needed") }
        guard count <= largestAtomCount else {
            throw file.error(
                first, "\(count) atoms are more than this program can treat (\(largestAtomCount))",
                cure: "Cut the part of interest out of the structure")
        }
        return count
    }

    private static func center(
        _ line: TextLine, in file: TextFile, layout: XYZColumnLayout, scale: Double
    ) throws(InputFileError) -> (Atom, isGhost: Bool) {
        let fields = line.fields
        guard fields.count >= layout.columnCount else {
            throw file.error(
                line, "an atom needs \(layout.columnCount) columns, but there are \(fields.count)",
                cure: layout.isDefault ? "Write the symbol and x, y, z" : "Write every column that Properties= names")
        }
        let label = fields[layout.speciesColumn]
        let ghost = ElementLabel.ghost(label)
        let element: Element
        do throws(ElementLabel.Failure) {
            if let ghost { element = ghost } else { element = try ElementLabel.element(label) }
        } catch {
            let explanation = ElementLabel.explanation(error, label: label)
            throw file.error(line, explanation.problem, cure: explanation.cure)
        }
        var position = SIMD3<Double>()
        for axis in 0..<3 {
            let field = fields[layout.positionColumn + axis]
            guard let value = NumberParsing.double(field) else {
                throw file.error(
                    line, "'\(excerpt(field))' is not a finite number",
                    cure: field.contains(",") ? "Write decimals with a point" : "Write the coordinate as a decimal number")
            }
            guard abs(value) < 1e6 else {
                throw file.error(line, "the coordinate \(value) is out of range", cure: "Move the molecule to the origin")
            }
            position[axis] = value * scale
        }
        if layout.isDefault, let odd = fields.dropFirst(4).first(where: { NumberParsing.double($0) == nil }) {
            throw file.error(
                line, "'\(excerpt(odd))' stands behind the coordinates",
                cure: "Remove it, or name the columns with Properties= in the second line")
        }
        return (Atom(element: element, positionInBohr: position), ghost != nil)
    }

    private static func checkDistances(_ atoms: [Atom], in file: TextFile) throws(InputFileError) {
        for i in atoms.indices {
            for j in 0..<i where distance(atoms[i].position, atoms[j].position) < smallestDistanceInBohr {
                throw file.error(
                    file.lines[i + 2],
                    "atom \(i + 1) (\(atoms[i].element)) lies on atom \(j + 1) (\(atoms[j].element), line \(file.lines[j + 2].number))",
                    cure: "Remove the double, or correct the coordinates")
            }
        }
    }

    /// A warning if the two closest atoms are nearer than any bond, for example if bohr was read as Angstrom or vice versa.
    private static func unitSuspicion(_ atoms: [Atom]) -> String? {
        guard atoms.count > 1 else { return nil }
        var closest = Double.infinity
        for i in atoms.indices { for j in 0..<i { closest = min(closest, distance(atoms[i].position, atoms[j].position)) } }
        guard closest < 1.1 || closest > 8 else { return nil }
        let shown = String(format: "%.2f", closest * PhysicalConstants.bohrInAngstrom)
        return "the closest two atoms are \(shown) Angstrom apart; is the unit of the coordinates right (--units)?"
    }
}

extension XYZFile {
    /// The structure in extended XYZ form: Angstrom, ten decimals, charge and spin (2S+1) in the comment line.
    public var text: String {
        var pairs: [String] = []
        if let charge { pairs.append("charge=\(charge)") }
        if let multiplicity { pairs.append("spin=\(multiplicity)") }
        let words = XYZCommentWords(comment)
        let isHeader =
            ExtendedXYZComment(comment, colonKeys: XYZCommentWords.keys).values.contains { XYZCommentWords.keys.contains($0.key) }
            || words.charge != nil || words.multiplicity != nil || words.units != nil || words.pair != nil
        let kept = isHeader ? "" : comment
        let line = (pairs + (kept.isEmpty ? [] : [kept])).joined(separator: " ")
        var result = "\(molecule.centerCount)\n\(ForeignText.line(line))\n"
        for (symbol, position) in zip(molecule.centerSymbols, molecule.centerPositions) {
            let r = position * PhysicalConstants.bohrInAngstrom
            let padded = column(symbol, max(3, symbol.count + 1))
            result += padded + String(format: "%18.10f%18.10f%18.10f\n", r.x, r.y, r.z)
        }
        return result
    }
}
