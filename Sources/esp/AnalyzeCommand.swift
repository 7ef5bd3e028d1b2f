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
            FILE is a formatted checkpoint (.fchk: Gaussian, Psi4, Q-Chem) or a Molden file (ORCA, PySCF, Psi4, xtb, NWChem, \
            Turbomole, ...) with a basis and molecular orbitals. Molden files leave conventions open: the one in which the \
            orbitals are orthonormal is taken, and told. The results go to a folder as those of 'esp compute' do, so that \
            every other command works on it.

            Formatted checkpoints tell which electrons core potentials replace; Molden files often do not. --core says it, \
            by element, or as noble-gas for programs that treat valence electrons only, such as xtb.

            EXAMPLES
              esp analyze complex.fchk
              esp analyze complex.molden --core Nb=28 --core Al=10
              esp analyze molden.input --core noble-gas
            """)

    @Argument(
        help: ArgumentHelp("Formatted checkpoint or Molden file.", valueName: "file"),
        completion: .file(extensions: ["fchk", "fch", "molden", "input"]))
    var file: String

    @Option(
        help: ArgumentHelp(
            "Electrons that a core potential replaces, or noble-gas for all atoms; may be repeated.",
            valueName: "El=n|noble-gas"), transform: { try CoreChoice(parsing: $0) })
    var core: [CoreChoice] = []

    @OptionGroup(title: "Output") var output: OutputOptions
    @OptionGroup(title: "Machine") var machine: MachineOptions

    func validate() throws {
        if output.gradient { throw ValidationError("--gradient needs 'esp gradient' or 'esp compute'") }
        if output.profile { throw ValidationError("--profile belongs to 'esp compute'") }
    }

    func run() throws {
        try Failure.reporting {
            try ProgramVersion.checkProcessor()
            let document = try ForeignAnalysis(command: self, arguments: Array(CommandLine.arguments.dropFirst())).run()
            if output.json { try Console.output(String(decoding: document.json(), as: UTF8.self)) }
        }
    }
}

/// What `--core` says: `Nb=28` or `noble-gas`.
enum CoreChoice {
    case nobleGas
    case electrons(Element, Int)

    init(parsing text: String) throws {
        if text.lowercased() == "noble-gas" {
            self = .nobleGas
            return
        }
        let parts = text.split(separator: "=", omittingEmptySubsequences: false)
        guard parts.count == 2, let element = Element(symbol: String(parts[0])), let count = Int(parts[1]), count >= 0 else {
            throw ValidationError("'\(text)' names no core; write --core Nb=28 or --core noble-gas")
        }
        self = .electrons(element, count)
    }
}
