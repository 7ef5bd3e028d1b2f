import ArgumentParser
import Calculations
import FileFormats
import Foundation
import ParallelExecution
import RedoxPotentials
import RunFolders

/// `esp voltage`: redox potentials from the energies of charge states.
struct VoltageCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "voltage",
        abstract: "Redox potentials of molecules, with or without counter-ions, against Li+/Li, SHE or ferrocene.",
        usage: "esp voltage <file|run> ... [options]",
        discussion: """
            FILE is a molecule in XYZ form: its state and those with one and two added electrons (--reduce) are solved at its \
            relaxed structure and then relaxed, too, as by esp compute --relax; --vertical leaves the relaxation out. RUN is a \
            finished folder: a series of esp compute or esp voltage, single states of esp optimize (complex.opt and \
            complex_q-1.opt are one molecule), or a folder of esp lithiate, whose electrons come with ions.

            The potential of a step is -(E(reduced) - E(oxidised)) / (n F) minus the absolute potential of the electrode. \
            --free-energy takes Gibbs energies for the relaxed states. --calibrate fits a line to measured potentials, and --against draws potentials \
            of several molecules against the ionic potential of their metal or their C=O wavenumber.

            EXAMPLES
              esp voltage quinone.xyz --solvent acetonitrile
              esp voltage complex.opt complex_q-1.opt --free-energy
              esp voltage complex.lithiated --cycle continuum
              esp voltage *.esp --reference sce --calibrate measured.csv --plot calibration.svg
              esp voltage y-tcbq.esp zr-tcbq.esp nb-tcbq.esp --against psi --plot psi.svg

            RESULTS of FILE go to the folder <stem>.esp in the working directory (or --output). The same command continues an \
            unfinished calculation. The potentials are printed.
            """)

    @Argument(
        help: ArgumentHelp("Molecules in XYZ form, or folders of finished runs.", valueName: "file|run"), completion: .file())
    var paths: [String]

    @OptionGroup(title: "Potentials") var potentials: PotentialOptions
    @OptionGroup(title: "Electrons") var electrons: ElectronOptions<VoltageDefaults>
    @OptionGroup(title: "Electrons") var reduction: ReductionOptions
    @OptionGroup(title: "Model") var model: ModelOptions
    @OptionGroup(title: "Convergence") var convergence: ConvergenceOptions
    @OptionGroup(title: "Machine") var machine: MachineOptions

    @Flag(help: "Only vertical potentials: do not relax the states of FILE.")
    var vertical = false

    @Option(
        name: .shortAndLong, help: ArgumentHelp("Folder for the results of FILE (default: <stem>.esp).", valueName: "dir"),
        completion: .directory)
    var output: String?

    @Flag(help: "Replace the results of another calculation in the folder.")
    var force = false

    @Option(help: "text, or all numbers in full precision as csv or json.")
    var format: PropertyFormat = .text

    @Flag(name: .shortAndLong, help: "No progress on standard error.")
    var quiet = false

    func validate() throws {
        try OutputFolder.checkName(output)
        if output != nil, paths.count > 1 {
            throw ValidationError("--output names the folder of one file, but there are \(paths.count). Leave it out.")
        }
        if let charge = electrons.charge, charge.count != 1 {
            throw ValidationError("--charge names \(charge.count) charges; name the one to which electrons are added (--reduce)")
        }
        if reduction.reduce == 0 { throw ValidationError("--reduce 0: a potential lies between two states; take 1 or more") }
        if vertical, potentials.freeEnergy {
            throw ValidationError("--free-energy belongs to relaxed states. Leave out --vertical.")
        }
    }

    func run() throws {
        try Failure.reporting {
            Interruption.announceCheckpoints()
            try ProgramVersion.checkProcessor()
            let report = try potentials.report
            let progress = ProgressReport(isQuiet: quiet, results: .none)
            let areRuns = paths.map { path in
                var isFolder: ObjCBool = false
                return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
            }
            let folders = zip(paths, areRuns).map { path, isRun in isRun ? path : output ?? OutputFolder.defaultName(for: path) }
            if Set(folders).count < folders.count { throw ValidationError("two molecules have the same folder") }
            for (path, isRun) in zip(paths, areRuns) where !isRun { try compute(path, progress) }
            let result = try report.result(readingFrom: folders)
            switch format {
            case .text: try Console.output(result.text)
            case .csv: try Console.output(result.csv)
            case .json: try Console.output(String(decoding: JSONLayout.encoded(result), as: UTF8.self))
            }
            if let plot = potentials.plot, let picture = result.plot {
                try AtomicFile.write(Data(picture.text.utf8), to: URL(fileURLWithPath: plot))
            }
        }
    }

    private func compute(_ path: String, _ progress: ProgressReport) throws {
        var input = CalculationInput(molecule: try electrons.molecule(from: path, note: progress.note))
        input.task = vertical ? .energy : .adiabatic
        // Electrons are added to the charge that is named, whatever the file says.
        if let charge = electrons.charge?.first, charge != input.molecule.charge {
            input.molecule.charge = charge
            input.molecule.multiplicity = nil
        }
        input.states = electrons.states
        // The base charge and its reduction are named, whatever the molecule.
        input.states.charges = electrons.charge ?? [input.molecule.charge ?? 0]
        input.states.reduction = reduction.reduce ?? 2
        input.states.stability = convergence.stability
        input.model = try model.model
        input.convergence = convergence.convergence
        input.analyses.pictures = []
        input.resources = machine.resources
        if let text = try input.takenByDefault() { progress.note(text) }
        try VoltageCalculation(
            input, folder: output ?? OutputFolder.defaultName(for: path), isFree: potentials.freeEnergy, replaces: force,
            call: .ofThisProcess, monitor: progress.monitor
        ).run()
    }
}

/// For the states of a redox potential.
enum VoltageDefaults: ElectronDefaults {
    static let charges = "that of the file, else 0; with --reduce electrons added to it"
    static let multiplicity = SeriesDefaults.multiplicity
    static let search = SeriesDefaults.search
}

struct PotentialOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Electrode: li, na, k (the ion and its metal), she (standard hydrogen), sce (saturated calomel) or fc (ferrocene in the solvent of the "
                + "runs).",
            valueName: "name"))
    var reference: ReferenceElectrode = .lithium

    @Option(
        help: ArgumentHelp(
            "Absolute potential of the electrode, in volt (default: SHE 4.281 V, with the potential of the electrode against it).",
            valueName: "V"))
    var absolute: Double?

    @Flag(help: "Gibbs energies for the relaxed states; of FILE, compute the vibrations.")
    var freeEnergy = false

    @Option(
        help: ArgumentHelp(
            "Source of an ion and its electron: metal (computed atom, measured sublimation) or continuum (the ion in the medium, the electron "
                + "from the electrode).",
            valueName: "metal|continuum"))
    var cycle: VoltageReport.Cycle = .metal

    @Option(
        help: ArgumentHelp(
            "Fit a line to the measured potentials of a table (name,measured,source; against the same electrode).",
            valueName: "table.csv"),
        completion: .file(extensions: ["csv"]))
    var calibrate: String?

    @Option(
        help: ArgumentHelp(
            "Also compare potentials with psi (n/r of the metal) or carbonyl (wavenumber of the C=O stretch).",
            valueName: "psi|carbonyl"))
    var against: VoltageReport.Property?

    @Option(
        help: ArgumentHelp(
            "Potential for --calibrate and --against: first, second or mean (default: first for --calibrate, mean for --against).",
            valueName: "step"))
    var step: VoltageReport.Choice?

    @Option(
        help: ArgumentHelp(
            "Ion of a metal for psi, in place of the one without valence electrons, such as Fe3+; may be repeated.",
            valueName: "ion"))
    var metal: [String] = []

    @Option(
        help: ArgumentHelp("Write a plot of --against, or else of --calibrate, in SVG form.", valueName: "file.svg"),
        completion: .file(extensions: ["svg"]))
    var plot: String?

    func validate() throws {
        if let absolute, !(-20...20).contains(absolute) {
            throw ValidationError("--absolute \(absolute): absolute potentials of electrodes lie between -20 and 20 V")
        }
        if plot != nil, calibrate == nil, against == nil {
            throw ValidationError("--plot draws --calibrate or --against; add one")
        }
        if step != nil, calibrate == nil, against == nil { throw ValidationError("--step belongs to --calibrate or --against") }
        if !metal.isEmpty, against != .psi { throw ValidationError("--metal belongs to --against psi") }
        try OutputFolder.checkName(plot)
    }

    var report: VoltageReport {
        get throws {
            var report = VoltageReport()
            report.electrode = reference
            report.absolutePotential = absolute
            report.cycle = cycle
            report.isFree = freeEnergy
            report.calibrationTable = calibrate
            report.choice = step
            report.property = against
            report.metals = metal
            return report
        }
    }
}

extension ReferenceElectrode: ExpressibleByArgument {}
extension VoltageReport.Cycle: ExpressibleByArgument {}
extension VoltageReport.Property: ExpressibleByArgument {}
extension VoltageReport.Choice: ExpressibleByArgument {}
