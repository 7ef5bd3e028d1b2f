import ArgumentParser
import FileFormats
import Foundation
import GaussianBasis
import MolecularStructure

struct AnalyzeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "analyze",
        abstract: "Charges, moments and potential of a wavefunction that another program computed.",
        usage: "esp analyze <file> [options]",
        discussion: """
            FILE is a formatted checkpoint (.fchk: Gaussian, Psi4, Q-Chem), a Molden file (ORCA, PySCF, Psi4, xtb, NWChem, \
            Turbomole, ...), Multiwfn's .mwfn, or a .wfn or .wfx file, whose primitive Gaussians allow the schemes that need no \
            basis functions; compressed by gzip or not, or - for standard input. Molden files leave conventions open: the one in \
            which the orbitals are orthonormal is taken, and told. The results go to a folder as those of 'esp compute' do, so \
            that every other command works on it.

            Formatted checkpoints tell which electrons core potentials replace; Molden files often do not, and then the orbital \
            energies show whether all electrons are there. --core says which are left out, by element, or as noble-gas or xtb \
            for programs that treat valence electrons only; files of xtb are recognised. Some programs write the charge that a \
            core potential leaves as the atomic number: --element names the true element.

            EXAMPLES
              esp analyze complex.fchk
              esp analyze complex.molden --core Nb=28 --core Al=10 --charge -1
              esp analyze hi.fchk --element Mn=I
              esp analyze water.fchk.gz --density MP2
            """)

    @Argument(
        help: ArgumentHelp("Formatted checkpoint, Molden, .mwfn, .wfn or .wfx file.", valueName: "file"),
        completion: .file(extensions: ["fchk", "fch", "molden", "input", "mwfn", "wfn", "wfx", "gz"]))
    var file: String

    @Option(
        help: ArgumentHelp(
            "Electrons that a core potential replaces, or noble-gas or xtb for all atoms; may be repeated.",
            valueName: "El=n|noble-gas|xtb"), transform: { try CoreChoice(parsing: $0) })
    var core: [CoreChoice] = []

    @Option(
        help: ArgumentHelp(
            "True element of atoms, named by number or by the element in the file; may be repeated.", valueName: "El|1,4-6=El"),
        transform: { try ElementChoice(parsing: $0) })
    var element: [ElementChoice] = []

    @Option(
        name: .shortAndLong, parsing: .unconditional,
        help: ArgumentHelp("Total charge that the file must have; another one is an error.", valueName: "Q"))
    var charge: Int?

    @Option(
        help: ArgumentHelp(
            "Density of a formatted checkpoint (default: that of the orbitals).", valueName: "SCF|MP2|MP3|MP4|CI|CC"),
        transform: { text in
            guard let density = WavefunctionChoice.Density(rawValue: text.uppercased()) else {
                throw ValidationError("write SCF, MP2, MP3, MP4, CI or CC")
            }
            return density
        })
    var density: WavefunctionChoice.Density?

    @Option(help: ArgumentHelp("Which wavefunction of a Molden file with several, from 1.", valueName: "n"))
    var wavefunction: Int?

    @OptionGroup(title: "Output") var output: OutputOptions
    @OptionGroup(title: "Output") var fields: FieldOptions
    @OptionGroup(title: "Machine") var machine: MachineOptions

    func validate() throws {
        if let wavefunction, wavefunction < 1 { throw ValidationError("--wavefunction counts from 1") }
    }

    func run() throws {
        try Failure.reporting {
            try ProgramVersion.checkProcessor()
            let document = try ForeignAnalysis(command: self, arguments: Array(CommandLine.arguments.dropFirst())).run()
            if output.json { try Console.output(String(decoding: document.json(), as: UTF8.self)) }
        }
    }
}

/// What `--core` says: `Nb=28`, `noble-gas` or `xtb`.
enum CoreChoice {
    case all(CoreConvention)
    case electrons(Element, Int)

    init(parsing text: String) throws {
        if let convention = CoreConvention(rawValue: text.lowercased()) {
            self = .all(convention)
            return
        }
        let parts = text.split(separator: "=", omittingEmptySubsequences: false)
        guard parts.count == 2, let element = Element(symbol: String(parts[0])), let count = Int(parts[1]), count >= 0 else {
            throw ValidationError("'\(text)' names no core; write --core Nb=28, --core noble-gas or --core xtb")
        }
        self = .electrons(element, count)
    }
}

/// What `--element` says: `Mn=I`, or `2,5-7=I` for atoms by number.
struct ElementChoice {
    let element: Element
    /// The element that the file has; nil where atoms are numbered.
    private let written: Element?
    private let atoms: [Int]

    init(parsing text: String) throws {
        let parts = text.split(separator: "=", omittingEmptySubsequences: false)
        guard parts.count == 2, let element = Element(symbol: String(parts[1])) else {
            throw ValidationError("'\(text)' names no element; write --element Mn=I or --element 2,5-7=I")
        }
        self.element = element
        written = Element(symbol: String(parts[0]))
        do {
            atoms = try written == nil ? AtomList(parsing: parts[0]).indices : []
        } catch {
            throw ValidationError("'\(parts[0])' is neither an element nor a list of atoms; write --element Mn=I or --element 2,5-7=I")
        }
    }

    /// Indices of the atoms that are meant.
    func indices(in molecule: Molecule) -> [Int] {
        written == nil ? atoms : molecule.atoms.indices.filter { molecule.atoms[$0].element == written }
    }
}
