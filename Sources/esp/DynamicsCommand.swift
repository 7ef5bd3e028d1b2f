import ArgumentParser
import Calculations
import FileFormats
import Foundation
import MolecularStructure
import RunFolders

/// `esp dynamics`: molecular dynamics with the forces of a self-consistent field.
struct DynamicsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dynamics",
        abstract: "Molecular dynamics of one charge state.",
        usage: "esp dynamics <file> [options]",
        discussion: """
            FILE is a molecule in XYZ or extended XYZ form; its charge is that of --charge, else of charge= in its second \
            line, else 0; the default model is \(ModelInput.defaultMethod.uppercased())/\(ModelInput.defaultBasis), as in esp optimize. \
            The atoms move by Newton's equations (velocity Verlet) from velocities of the Maxwell-Boltzmann distribution; \
            --thermostat keeps the temperature. The orbitals of each structure are extrapolated from those before, so that a step needs few \
            Fock matrices.

            EXAMPLES
              esp dynamics water.xyz --method hf --basis '6-31G*' --steps 2000
                  constant energy, 1 ps
              esp dynamics complex.xyz -c -1 --method pbe-d4 --thermostat bussi
              esp dynamics cluster.xyz --thermostat langevin --temperature 350 --wall 8
                  a cluster in a sphere of 8 Angstrom
              esp dynamics water.xyz --fix-bond 1-2 --fix-bond 1-3=0.96
                  bonds of fixed length

            RESULTS go to the folder <stem>.dynamics in the working directory, or <stem>_q-1.dynamics for another charge than the \
            molecule's own (or --output): trajectory.xyz (positions, velocities, forces, energies), energies.csv, dynamics.svg, \
            dynamics.json, and the state from which the same command goes on, also after a kill, to the same bits. More --steps \
            lengthen a finished run. esp trajectory analyses it.
            """)

    @Argument(
        help: ArgumentHelp("Molecule in XYZ or extended XYZ form.", valueName: "file"),
        completion: .file(extensions: ["xyz", "extxyz"]))
    var file: String

    @OptionGroup(title: "Electrons") var electrons: ElectronOptions<MovingStateDefaults>
    @OptionGroup(title: "Model") var model: ModelOptions
    @OptionGroup(title: "Motion") var motion: MotionOptions
    @OptionGroup(title: "Convergence") var convergence: ConvergenceOptions
    @OptionGroup(title: "Machine") var machine: MachineOptions

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "Folder for the results (default: <stem>.dynamics, or <stem>_q-1.dynamics for charge -1 of a neutral file).",
            valueName: "dir"),
        completion: .directory)
    var output: String?

    @Flag(help: "Replace another run in the folder.")
    var force = false

    @Flag(help: "Print dynamics.json to standard output instead of the report.")
    var json = false

    @Flag(name: .shortAndLong, help: "No progress on standard error.")
    var quiet = false

    func validate() throws {
        try OutputFolder.checkName(output)
        if let search = electrons.search, search != .none {
            throw ValidationError(
                "--search \(search.rawValue): esp dynamics follows one SCF solution and does not search for others. Run esp compute on "
                    + "the structure first; then give its multiplicity with --multiplicity and its orbitals with --start-from.")
        }
    }

    func run() throws {
        Interruption.announceCheckpoints()
        try Failure.reporting {
            try ProgramVersion.checkProcessor()
            let progress = ProgressReport(isQuiet: quiet)
            var input = CalculationInput(molecule: try electrons.molecule(from: file, note: progress.note))
            input.states = electrons.states
            input.states.addsElectrons = false
            input.states.stability = convergence.stability
            input.model = try model.model
            input.convergence = convergence.convergence
            input.resources = machine.resources
            let name = OutputFolder.dynamicsName(for: file, charge: input.states.charges?.first, own: input.molecule.charge)
            let run = try DynamicsRun(
                input, motion.dynamics, folder: output ?? name, replaces: force, call: .ofThisProcess, monitor: progress.monitor)
            if let text = try input.takenByDefault() { progress.note(text) }
            let document = try run.run()
            try Console.output(
                json ? String(decoding: document.json(), as: UTF8.self) : TextReport.dynamics(document, folder: run.folder.path))
        }
    }
}

struct MotionOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Steps of the whole run; more than before lengthen it.", valueName: "n"))
    var steps = 1000

    @Option(help: ArgumentHelp("Time step, in femtoseconds.", valueName: "fs"))
    var timestep = 0.5

    @Option(
        help: ArgumentHelp(
            "Temperature of the first velocities and of the thermostat, in kelvin; 0: the atoms start at rest.", valueName: "K"))
    var temperature = 300.0

    @Option(
        help: ArgumentHelp(
            "none (constant energy), bussi (canonical, by scaling of all velocities), or langevin (friction and random forces on each atom).",
            valueName: "none|bussi|langevin"))
    var thermostat = DynamicsInput.ThermostatChoice.none

    @Option(
        help: ArgumentHelp(
            "Time in which the thermostat acts, in femtoseconds; the inverse friction of langevin.", valueName: "fs"))
    var couplingTime = 100.0

    @Option(help: ArgumentHelp("Seed of the velocities and of the thermostat.", valueName: "n"))
    var seed = 1

    @Option(
        help: ArgumentHelp(
            "Radius in Angstrom of a sphere about the first centre of mass that keeps the atoms together.", valueName: "R"))
    var wall: Double?

    @Option(help: ArgumentHelp("Force constant of the wall, in hartree per bohr squared.", valueName: "k"))
    var wallForce = DynamicsInput().wallForceConstant

    @Option(
        help: ArgumentHelp(
            "Keeps the distance of two atoms (numbers from 1), at VALUE (Angstrom) or where it is; may be repeated.",
            valueName: "i-j[=value]"))
    var fixBond: [String] = []

    @Option(help: ArgumentHelp("Steps from one structure in the trajectory to the next.", valueName: "n"))
    var every = 1

    @Option(
        help: ArgumentHelp(
            "Masses: average (standard atomic weights) or abundant (most abundant isotopes).", valueName: "average|abundant"),
        completion: .list(["average", "abundant"]))
    var masses = "average"

    @Option(
        help: ArgumentHelp("Mass number of some atoms, such as 1-6=13; may be repeated.", valueName: "atoms=A"))
    var isotope: [String] = []

    @Option(
        help: ArgumentHelp(
            "Number of structures from which the orbitals of the next one are extrapolated; 1: the last one only.", valueName: "n"
        ))
    var history = DynamicsInput().history

    func validate() throws {
        if let flaw = dynamics.flaw { throw ValidationError(flaw) }
    }

    var dynamics: DynamicsInput {
        var input = DynamicsInput()
        (input.steps, input.timestep, input.temperature) = (steps, timestep, temperature)
        (input.thermostat, input.couplingTime, input.seed) = (thermostat, couplingTime, seed)
        input.wallRadius = wall.map { $0 / PhysicalConstants.bohrInAngstrom }
        input.wallForceConstant = wallForce
        (input.fixedBonds, input.every, input.masses, input.isotopes) = (fixBond, every, masses, isotope)
        input.history = history
        return input
    }
}

extension DynamicsInput.ThermostatChoice: ExpressibleByArgument {}

extension TextReport {
    /// The outcome of molecular dynamics.
    static func dynamics(_ document: DynamicsDocument, folder: String) -> String {
        let settings = document.dynamics
        var text =
            "Charge \(signed(document.charge)), multiplicity \(document.multiplicity), \(document.method): \(document.steps) steps of "
            + "\(shortest(settings.timestep)) fs, "
        let ensemble =
            switch settings.thermostat {
            case .none: "constant energy"
            case .bussi: "thermostat of Bussi at \(shortest(settings.temperature)) K"
            case .langevin: "Langevin dynamics at \(shortest(settings.temperature)) K"
            }
        text += ensemble + "\n"
        guard let summary = document.summary else { return text }
        text +=
            "  temperature        \(column(summary.meanTemperature, 12, 1)) K, fluctuates by \(column(summary.temperatureDeviation, 0, 1)) K "
        text += "(\(document.degreesOfFreedom) degrees of freedom)\n"
        text += "  potential energy   \(column(summary.meanPotential, 12, 6)) Eh on average\n"
        text +=
            "  conserved energy   "
            + String(format: "drifts by %.1e Eh per atom and ps, deviates by %.1e Eh", summary.drift, summary.conservedDeviation)
            + "\n"
        text += "  Fock matrices      \(column(summary.fockBuilds, 12, 2)) per step\n"
        func names(_ bonds: [[Int]]) -> String {
            bonds.map { pair in pair.map { "\(document.symbols[$0 - 1])\($0)" }.joined(separator: "-") }.joined(separator: ", ")
        }
        if !document.formedBonds.isEmpty { text += "  bonds formed since the first structure: \(names(document.formedBonds))\n" }
        if !document.brokenBonds.isEmpty { text += "  bonds broken since the first structure: \(names(document.brokenBonds))\n" }
        for note in document.notes { text += wrapped("  NOTE  \(note)") }
        return text + "\nresults in \(folder): trajectory.xyz, energies.csv, dynamics.svg, dynamics.json\n"
    }

    /// Without needless zeros.
    private static func shortest(_ value: Double) -> String { String(format: "%g", value) }
}
