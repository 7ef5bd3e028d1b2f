import ArgumentParser
import Calculations
import FileFormats
import Foundation
import GaussianBasis
import MolecularStructure
import MachineLimits
import RunFolders

struct AnalyzeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "analyze",
        abstract: "Charges, moments and potential of a wavefunction that another program computed.",
        usage: "esp analyze <file> [<file> ...] [options]",
        discussion: """
            FILE is a formatted checkpoint (.fchk: Gaussian, Psi4, Q-Chem), a Molden file (ORCA, PySCF, Psi4, xtb, NWChem, \
            Turbomole, ...), Multiwfn's .mwfn, or a .wfn or .wfx file, whose primitive Gaussians allow the schemes that need no \
            basis functions; compressed by gzip or not, or - for standard input. Molden files leave conventions open:  \
            the convention in which the orbitals are orthonormal is used and reported. The results go to a folder as those of 'esp compute' do, so \
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
    var files: [String]

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
        help: ArgumentHelp("Required total charge; any other is an error.", valueName: "Q"))
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
        try FileBatch.check(files, output: output.output, json: output.json, defaultFolder: OutputFolder.defaultName(for:))
        if let wavefunction, wavefunction < 1 { throw ValidationError("--wavefunction counts from 1") }
    }

    func run() throws {
        try FileBatch.run(files, isQuiet: output.quiet) { file in
            try ProgramVersion.checkProcessor()
            var input = ForeignInput(path: file)
            input.density = density
            input.number = wavefunction
            input.cores = core
            input.elements = element
            input.expectedCharge = charge
            input.analyses = output.analyses(fields)
            input.resources = machine.resources
            let folder = output.output ?? OutputFolder.defaultName(for: file)
            let report = ProgressReport(isQuiet: output.quiet, results: output.json ? .none : .ofFile(file, folder: folder))
            let document = try ForeignAnalysis(
                input, folder: folder, replaces: output.force, call: .ofThisProcess, monitor: report.monitor
            ).run()
            if output.json { try Console.output(String(decoding: document.json(), as: UTF8.self)) }
        }
    }
}
