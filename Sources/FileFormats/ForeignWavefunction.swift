import GaussianBasis
import LinearAlgebra
import MolecularStructure

/// Selects one of several wavefunctions in a file.
public struct WavefunctionChoice: Sendable {
    /// Total densities of a formatted checkpoint.
    public enum Density: String, Sendable, CaseIterable {
        case scf = "SCF", mp2 = "MP2", mp3 = "MP3", mp4 = "MP4", ci = "CI", cc = "CC"
    }

    /// Nil means that of the orbitals.
    public var density: Density?
    /// Counted from 1; nil means the last of a file, or the only one.
    public var number: Int?

    public init(density: Density? = nil, number: Int? = nil) {
        self.density = density
        self.number = number
    }
}

/// A wavefunction as stored in another program's file: functions in the order of the file, and with its conventions.
public struct ForeignWavefunction: Sendable {
    public enum Format: String, Sendable {
        case fchk, molden, wfn, wfx, mwfn

        /// Whether the file contains basis functions; .wfn and .wfx files have only primitives.
        public var hasBasisFunctions: Bool { self != .wfn && self != .wfx }
    }

    /// Highest angular momentum of functions that can be analysed: h.
    static let highestAngularMomentum = 5

    public let path: String
    public let format: Format
    public var title = ""
    /// Empty if the file does not say.
    public var method = ""
    public var basisName = ""
    public var molecule: Molecule
    /// Electrons replaced by core potentials, one entry per atom.
    public var cores: [CoreElectrons]
    /// Total charge according to the file.
    public var charge: Int?
    /// Total charge given by the user.
    public var expectedCharge: Int?
    public var multiplicity: Int?
    public var energy: Double?
    public var notes: [String] = []
    /// Whether the file has the vectors of a unit cell.
    var isPeriodic = false
    /// Whether Molpro wrote a Molden file.
    var isByMolpro = false
    var shells: [ContractedShell]
    /// Of alpha electrons, or of both spins with occupations from 0 to 2 when `beta` is nil.
    var alpha: MolecularOrbitals
    var beta: MolecularOrbitals?
    /// Total density matrix over the functions of the file, where it holds one that the orbitals must agree with.
    var density: Matrix?
    /// Total and spin density over the functions of the file, which replace the orbitals'.
    var chosenDensity: (total: Matrix, spin: Matrix?)?

    /// What `init(readingFrom:)` expects, for messages.
    private static let expected = "a formatted checkpoint (.fchk), Molden, .wfn, .wfx or .mwfn file"

    /// Reads a file, also one compressed by gzip, or standard input (`-`). Its first lines determine the format; anything unknown is
    /// treated as a formatted checkpoint.
    ///
    /// - Throws: `InputFileError`, which names the format of files without a wavefunction.
    public init(readingFrom path: String, choice: WavefunctionChoice = .init()) throws(InputFileError) {
        let bytes = try TextFile.bytes(ofFileAt: path, limit: 2 << 30)
        let kind = FileKind.of(bytes, path: path)
        if case .other(let name, let cure) = kind {
            throw .malformed(
                FileLocation(path: StandardInput.name(path)), problem: "this is \(name); expected \(Self.expected)", cure: cure)
        }
        try self.init(
            TextFile(path: StandardInput.name(path), bytes: bytes, expected: Self.expected), choice: choice, kind: kind)
    }

    /// Reads text that is already in memory.
    public init(_ file: TextFile, choice: WavefunctionChoice = .init()) throws(InputFileError) {
        let text = file.lines.map(\.text).joined(separator: "\n")
        try self.init(file, choice: choice, kind: FileKind.of(Array(text.utf8), path: file.path))
    }

    private init(_ file: TextFile, choice: WavefunctionChoice, kind: FileKind) throws(InputFileError) {
        switch kind {
        case .molden: self = try MoldenReader(file, choice: choice).wavefunction()
        case .wfn:
            var reader = WFNReader(file)
            self = try reader.wavefunction()
        case .wfx: self = try WFXReader(file).wavefunction()
        case .mwfn: self = try MWFNReader(file).wavefunction()
        case .formattedCheckpoint, .other: self = try FormattedCheckpointReader(file, density: choice.density).wavefunction()
        }
        if choice.density != nil, format != .fchk {
            throw error("--density chooses among the densities of a formatted checkpoint", cure: "Leave it out")
        }
        if choice.number != nil, format != .molden {
            throw error("--wavefunction chooses among the wavefunctions of a Molden file", cure: "Leave it out")
        }
    }

    /// - Parameters:
    ///   - centers: in the order of the file.
    ///   - shells: with indices of these centres.
    init(
        path: String, format: Format, centers: ForeignCenters, shells: [ContractedShell], alpha: MolecularOrbitals,
        beta: MolecularOrbitals?
    ) throws(InputFileError) {
        let sorted = centers.sorted(shells: shells)
        self.path = path
        self.format = format
        molecule = sorted.molecule
        cores = sorted.cores
        self.shells = sorted.shells
        notes = sorted.notes
        self.alpha = alpha
        self.beta = beta
        guard !molecule.atoms.isEmpty else {
            throw error("there are no nuclei", cure: "Write the file with its atoms, not with ghost atoms alone")
        }
    }

    /// Two functions of one Cartesian f shell or a higher one whose coefficients are the same in all orbitals, in words; nil where
    /// there are none.
    var cartesianFunctionWrittenTwice: String? {
        var first = 0
        for shell in shells {
            defer { first += shell.functionCount }
            guard shell.isCartesian, shell.angularMomentum >= 3, first + shell.functionCount <= alpha.coefficients.rows else {
                continue
            }
            for a in first..<(first + shell.functionCount) {
                for b in first..<a {
                    let columns = 0..<alpha.coefficients.columns
                    let isSame = columns.allSatisfy { alpha.coefficients[a, $0] == alpha.coefficients[b, $0] }
                    if isSame, columns.contains(where: { abs(alpha.coefficients[a, $0]) > 1e-3 }) {
                        return "functions \(b + 1) and \(a + 1), atom \(shell.atom + 1)"
                    }
                }
            }
        }
        return nil
    }

    var functionCount: Int { shells.reduce(0) { $0 + $1.functionCount } }

    /// Electrons in all orbitals.
    var electrons: Double { (alpha.occupations + (beta?.occupations ?? [])).reduce(0, +) }

    func error(_ problem: String, cure: String) -> InputFileError {
        .malformed(FileLocation(path: path), problem: problem, cure: cure)
    }
}
