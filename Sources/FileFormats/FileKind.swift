/// Which program or format a file belongs to, from its first bytes and its name.
enum FileKind: Equatable {
    case formattedCheckpoint, molden, wfn, wfx, mwfn
    /// A format without a wavefunction that can be read: its name, and the cure.
    case other(name: String, cure: String)

    /// - Parameter path: its extension decides if the content does not.
    static func of(_ bytes: [UInt8], path: String) -> FileKind {
        if let kind = binary(bytes, path: path) { return kind }
        let head = String(decoding: bytes.prefix(20_000), as: UTF8.self)
        let small = head.lowercased()
        let lines = small.split(maxSplits: 40, omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        if lines.prefix(20).contains(where: { $0.contains("[molden format]") }) { return .molden }
        if lines.count > 1, lines[1].contains("mol orbitals"), lines[1].contains("primitives") { return .wfn }
        if WFNReader.isPunchFile(small) {
            return String(decoding: bytes.prefix(1 << 24), as: UTF8.self).contains(WFNReader.punchMark)
                ? .wfn
                : .other(
                    name: "a punch file of GAMESS", cure: "Give GAMESS AIMPAC=.TRUE. in $CONTRL, which adds what a .wfn file has")
        }
        if small.contains("<number of nuclei>") || small.contains("<nuclear names>") { return .wfx }
        if lines.contains(where: { $0.hasPrefix("wfntype=") }) { return .mwfn }
        if lines.contains(where: isFieldOfFormattedCheckpoint) { return .formattedCheckpoint }
        for (sign, name, cure) in texts where small.contains(sign) { return .other(name: name, cure: cure) }
        // Behind a head of another kind, as Columbus writes it.
        if small.contains("[molden format]") { return .molden }
        let end = ending(path)
        if let first = lines.first?.split(separator: " "), first.count == 1, Int(first[0]) != nil, end == "xyz" || end == "extxyz"
        {
            return .other(name: "a structure in XYZ form", cure: "'esp compute' computes its wavefunction")
        }
        if let (name, cure) = endings[end] { return .other(name: name, cure: cure) }
        return .formattedCheckpoint
    }

    /// Whether a line is one such as `Number of atoms                            I                3`, in small letters.
    private static func isFieldOfFormattedCheckpoint(_ line: Substring) -> Bool {
        guard line.count > 44, ["number of atoms", "atomic numbers", "charge"].contains(where: { line.hasPrefix($0 + " ") })
        else {
            return false
        }
        return line.dropFirst(40).prefix(4).contains("i")
    }

    private static func ending(_ path: String) -> String {
        guard let name = path.split(separator: "/").last, let dot = name.lastIndex(of: ".") else { return "" }
        return name[name.index(after: dot)...].lowercased()
    }

    private static let formchk = "Make a formatted checkpoint of the .chk file of this calculation with Gaussian's formchk"
    private static let writeMolden = "Have the program write a Molden file"

    private static func binary(_ bytes: [UInt8], path: String) -> FileKind? {
        let signs: [([UInt8], String, String)] = [
            ([0x89, 0x48, 0x44, 0x46], "an HDF5 file", "Write a Molden or fchk file with the program that made it"),
            ([0x50, 0x4B, 0x03, 0x04], "a zip archive", "Unpack it first"),
            ([0x42, 0x5A, 0x68], "a file compressed by bzip2", "Unpack it with bunzip2"),
            ([0xFD, 0x37, 0x7A, 0x58, 0x5A], "a file compressed by xz", "Unpack it with unxz"),
            ([0x28, 0xB5, 0x2F, 0xFD], "a file compressed by zstd", "Unpack it with unzstd"),
            ([0x25, 0x50, 0x44, 0x46], "a PDF document", "Name a wavefunction file"),
        ]
        for (sign, name, cure) in signs where bytes.starts(with: sign) { return .other(name: name, cure: cure) }
        guard bytes.prefix(4096).contains(where: { $0 < 9 || (14...31).contains($0) }) else { return nil }
        return switch ending(path) {
        case "chk": .other(name: "a checkpoint of Gaussian in binary form", cure: "Convert it with 'formchk file.chk file.fchk'")
        case "gbw": .other(name: "a binary file of ORCA", cure: "Convert it with 'orca_2mkl name -molden'")
        case "rwf": .other(name: "a read-write file of Gaussian", cure: formchk)
        case "npy", "npz": .other(name: "a file of numpy", cure: writeMolden)
        default: nil
        }
    }

    /// Texts in the first lines of outputs, in small letters.
    private static let texts: [(sign: String, name: String, cure: String)] = [
        ("entering gaussian system", "a Gaussian log", formchk), ("this is the gaussian(r)", "a Gaussian log", formchk),
        ("this is part of the gaussian", "a Gaussian log", formchk),
        ("* o   r   c   a *", "an ORCA output", "Write a Molden file with 'orca_2mkl name -molden'"),
        ("$mkl", "a file for Molekel", "Write a Molden file with 'orca_2mkl name -molden'"),
        (
            "psi4: an open-source", "a Psi4 output",
            "Have Psi4 write a file with molden(wfn, 'name.molden') or fchk(wfn, 'name.fchk')"
        ),
        ("northwest computational chemistry package", "an NWChem output", "Give NWChem 'property; moldenfile; end'"),
        ("welcome to q-chem", "a Q-Chem output", "Give Q-Chem GUI = 2 or PRINT_ORBITALS with MOLDEN_FORMAT"),
        ("gamess version", "a GAMESS output", "Convert it to a Molden file with Open Babel or Multiwfn"),
        ("gamess vb", "a GAMESS output", "Convert it to a Molden file"),
        ("cp2k|", "a CP2K output", "Give CP2K PRINT/MO_MOLDEN"),
        ("program ridft", "a Turbomole output", "Run tm2molden"),
        ("$scfmo", "orbitals of Turbomole", "Run tm2molden in this folder"),
        ("$operating system", "a control file of Turbomole", "Run tm2molden in this folder"),
        ("$coord", "coordinates of Turbomole", "Run tm2molden in this folder"),
        ("$gennbo", "a .47 file of NBO", "Name the fchk or Molden file of the calculation"),
        (
            "amsterdam density functional", "an ADF output",
            "Its Slater functions cannot be analysed; compute it with Gaussian functions"
        ),
        ("x t b", "an xtb output", "Give xtb --molden, and take molden.input"),
        ("mopac2016", "a MOPAC output", "It has no Gaussian basis"),
        ("\"schema_name\"", "a file of QCSchema", "It has no orbitals; write a Molden or fchk file"),
        ("_cell_length_a", "a crystal structure (CIF)", "A structure has no wavefunction"),
        ("@<tripos>", "a structure in Mol2 form", "A structure has no wavefunction"),
        ("v2000", "a structure in SDF form", "A structure has no wavefunction"),
    ]

    private static let endings: [String: (String, String)] = [
        "log": ("a program's output", "Have the program write a Molden or fchk file"),
        "out": ("a program's output", "Have the program write a Molden or fchk file"),
        "pdb": ("a structure in PDB form", "A structure has no wavefunction"),
        "cube": ("a cube file", "It has values on a grid, and no orbitals; name the file of the wavefunction"),
        "cub": ("a cube file", "It has values on a grid, and no orbitals; name the file of the wavefunction"),
        "gjf": ("an input for Gaussian", formchk), "com": ("an input for Gaussian", formchk),
        "inp": ("an input of a program", "Have the program write a Molden or fchk file"),
        "json": ("a JSON file", "Name a Molden, fchk, wfn, wfx or mwfn file"),
    ]
}
