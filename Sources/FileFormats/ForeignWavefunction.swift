import GaussianBasis
import LinearAlgebra
import MolecularStructure

/// A wavefunction as a file of another program states it: functions in the order of the file, and with its conventions.
public struct ForeignWavefunction: Sendable {
    public enum Format: String, Sendable { case fchk, molden }

    public let path: String
    public let format: Format
    public var title = ""
    /// Empty where the file does not tell it.
    public var method = ""
    public var basisName = ""
    public var molecule: Molecule
    /// Electrons that core potentials replace, one entry an atom.
    public var coreElectrons: [Int]
    /// Total charge as the file tells it.
    public var charge: Int?
    public var multiplicity: Int?
    public var energy: Double?
    public var notes: [String] = []
    var shells: [ContractedShell]
    /// Of alpha electrons, or of both spins with occupations from 0 to 2 when `beta` is nil.
    var alpha: MolecularOrbitals
    var beta: MolecularOrbitals?
    /// Total density matrix over the functions of the file, where it holds one that the orbitals must agree with.
    var density: Matrix?

    /// Reads a file; its first line tells a Molden file, other files are taken for formatted checkpoints.
    ///
    /// - Throws: `InputFileError`.
    public init(readingFrom path: String) throws(InputFileError) {
        let file = try TextFile(
            readingFrom: path, expected: "a formatted checkpoint (.fchk) or Molden file", limitInBytes: 2 << 30)
        try self.init(file)
    }

    /// Reads text that is already in memory.
    public init(_ file: TextFile) throws(InputFileError) {
        let isMolden = file.lines.prefix(20).contains { $0.text.lowercased().contains("[molden format]") }
        self = isMolden ? try MoldenReader(file).wavefunction() : try FormattedCheckpointReader(file).wavefunction()
    }

    init(
        path: String, format: Format, molecule: Molecule, coreElectrons: [Int], shells: [ContractedShell],
        alpha: MolecularOrbitals, beta: MolecularOrbitals?
    ) {
        self.path = path
        self.format = format
        self.molecule = molecule
        self.coreElectrons = coreElectrons
        self.shells = shells
        self.alpha = alpha
        self.beta = beta
    }

    var functionCount: Int { shells.reduce(0) { $0 + $1.functionCount } }

    /// Electrons in all orbitals.
    var electrons: Double { (alpha.occupations + (beta?.occupations ?? [])).reduce(0, +) }

    func error(_ problem: String, cure: String) -> InputFileError {
        .malformed(FileLocation(path: path), problem: problem, cure: cure)
    }

    /// Takes the user's word for the electrons that core potentials replace.
    ///
    /// - Parameters:
    ///   - nobleGas: noble-gas cores on all atoms, as in xtb's valence-only files.
    ///   - elements: electrons by element; they win.
    public mutating func setCoreElectrons(nobleGas: Bool, elements: [Element: Int]) throws(InputFileError) {
        for (index, atom) in molecule.atoms.enumerated() {
            let number = atom.element.atomicNumber
            if nobleGas { coreElectrons[index] = [0, 2, 10, 18, 36, 54].last { $0 < number } ?? 0 }
            if let chosen = elements[atom.element] { coreElectrons[index] = chosen }
            guard (0..<number).contains(coreElectrons[index]) else {
                throw error(
                    "\(coreElectrons[index]) core electrons are not possible for \(atom.element)", cure: "Correct --core")
            }
        }
        for element in elements.keys.sorted() where !molecule.atoms.contains(where: { $0.element == element }) {
            throw error("the molecule has no \(element)", cure: "Correct --core")
        }
    }
}
