import ArgumentParser
import Calculations
import FileFormats

@main
struct ESPCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "esp",
        abstract: "Quantum chemistry of charge states: where the electrons of a molecule are.",
        discussion: """
            esp solves the Hartree-Fock or Kohn-Sham equations of a molecule in Gaussian basis functions, with effective \
            core potentials for heavy elements, and reports energies, atomic charges and the electrostatic potential.

            START HERE
              esp compute molecule.xyz   energy, charges and potential of a molecule
              esp gradient molecule.xyz  forces on the atoms
              esp optimize molecule.xyz  a stationary structure near by
              esp isomers molecule.xyz   other structures of the same atoms, ranked
              esp lithiate molecule.xyz  counter-ions: where Li+ binds, ranked
              esp voltage molecule.xyz   redox potentials against Li+/Li and others
              esp frequencies molecule.xyz  vibrations, infrared spectrum, thermochemistry
              esp dynamics molecule.xyz  molecular dynamics
              esp trajectory molecule.dynamics  its distances, bonds, angles and spectra
              esp charges molecule.esp   charges by other schemes
              esp account molecule.esp   where the added electrons went
              esp compare a.esp b.esp    energies, affinities, charges of any molecules side by side
              esp surface molecule.esp   the electrostatic potential on the molecular surface
              esp analyze file.fchk      a wavefunction of another program
              esp export molecule.esp    the wavefunctions for other programs
              esp report a.esp b.esp     a page with pictures and tables of both
              esp picture molecule.esp   pictures with other settings
              esp orbitals molecule.esp  orbitals by fragment, density of states
              esp fukui molecule.esp     Fukui functions and the dual descriptor
              esp model points.csv       voltages against the ratio of metal to reference cations
              esp run input.json         a calculation from an input file
              esp rerun molecule.esp     repeat a finished calculation
              esp serve                  energies and gradients for a program that moves atoms
              esp basis list             the basis sets that come with the program
              esp help compute           all options, with examples

            EXIT CODES
            \(ExitStatus.table)

            SHELL COMPLETION
              esp --generate-completion-script bash   (or zsh, fish)
            """,
        version: ProgramVersion.text,
        subcommands: [
            ComputeCommand.self, OptimizeCommand.self, IsomersCommand.self, LithiateCommand.self, VoltageCommand.self,
            GradientCommand.self, FrequenciesCommand.self, DynamicsCommand.self, TrajectoryCommand.self, PackCommand.self,
            AccountCommand.self,
            CompareCommand.self,
            StudyCommand.self, TaskCommand.self, EstimateCommand.self, RunCommand.self, RerunCommand.self, ServeCommand.self,
            ChargesCommand.self, SurfaceCommand.self,
            AnalyzeCommand.self,
            ExportCommand.self,
            ReportCommand.self, PictureCommand.self, OrbitalsCommand.self, FukuiCommand.self, ModelCommand.self,
            BasisCommand.self,
            ManualCommand.self,
        ])

    /// Entry point of every command. Signals are installed first; error messages, which may quote the command line, are written by
    /// `Console`.
    static func main() {
        Interruption.install()
        Ranks.begin()
        LockWarnings.ofProcess.send(to: { Console.error(ErrorText.warning($0)) })
        let arguments = Array(CommandLine.arguments.dropFirst())
        if let text = RepeatedOption.text(arguments: arguments) {
            Console.error(ErrorText.text(text))
            Ranks.end(ExitStatus.usage.rawValue)
            exit(withError: ExitCode(ExitStatus.usage.rawValue))
        }
        do {
            var command = try parseAsRoot()
            try Failure.reporting { try Ranks.check(command) }
            try command.run()
            Ranks.end(ExitStatus.success.rawValue)
        } catch {
            let message = fullMessage(for: error)
            let code = exitCode(for: error)
            if code.isSuccess {
                if !message.isEmpty { try? Console.output(CompletionScript.adapted(message) + "\n") }
            } else if let advice = CommandAdvice.text(arguments: arguments) {
                Console.error(ErrorText.text(advice))
            } else if !message.isEmpty {
                Console.error(ErrorText.text(parser: message))
            }
            Ranks.end(code.rawValue)
            exit(withError: code)
        }
    }
}
