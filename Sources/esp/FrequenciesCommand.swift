import ArgumentParser
import Calculations
import FileFormats
import Foundation
import ParallelExecution
import RunFolders

/// `esp frequencies`: second derivatives of the energy of one state, and the resulting vibrations.
struct FrequenciesCommand: ParsableCommand, SharedCommand {
    static let configuration = CommandConfiguration(
        commandName: "frequencies",
        abstract: "Harmonic frequencies, infrared spectrum and thermochemistry of one charge state.",
        usage: "esp frequencies <file|run> [options]",
        discussion: """
            FILE is a molecule in XYZ or extended XYZ form; its charge is that of --charge, else of charge= in its second \
            line, else 0. RUN is the folder of a finished esp compute or esp optimize; --charge names the state if it has \
            several. Frequencies belong to a stationary structure: --relax optimises FILE first.

            Second derivatives are analytic for Hartree-Fock, local, gradient-corrected and hybrid functionals; --hessian \
            differences takes central differences of gradients, six for every atom. Every finished displacement is kept: the \
            same command goes on after an interruption. Other masses, temperatures and spectra of a finished run \
            take no time.

            The result says whether the structure is a minimum, a saddle point (with the number of imaginary modes) or not \
            stationary. Translations and rotations are projected out; their frequencies without projection are shown. \
            Imaginary frequencies are printed as negative numbers. Raman activities are not computed.

            EXAMPLES
              esp frequencies water.xyz --relax --method b3lyp --basis def2-SVP
              esp frequencies complex.opt
                  of the structure and the state that esp optimize found
              esp frequencies complex.opt --isotope 1-6=13 --temperature 350
                  other masses, from the same second derivatives

            RESULTS go into result.json of the folder, as "vibrations" of the state; the spectrum is in q<charge>_m<multiplicity>.ir.csv \
            and .svg.
            """)

    @Argument(
        help: ArgumentHelp("Molecule in XYZ form, or folder of a finished run.", valueName: "file|run"),
        completion: .file())
    var path: String

    @OptionGroup(title: "Vibrations") var vibrations: VibrationOptions
    @OptionGroup(title: "Electrons") var electrons: ElectronOptions<MovingStateDefaults>
    @OptionGroup(title: "Model") var model: ModelOptions
    @OptionGroup(title: "Model") var field: UniformFieldOption<OfMovingAtoms>
    @OptionGroup(title: "Convergence") var convergence: ConvergenceOptions
    @OptionGroup(title: "Convergence") var guess: GuessOption<AtOneStructure>
    @OptionGroup(title: "Machine") var machine: MachineOptions

    @Flag(help: "Optimise the structure of FILE first, by tight criteria.")
    var relax = false

    @Flag(
        help:
            "From a saddle point, optimise downhill to both sides of the lowest imaginary mode (in folders of the run, q0_m1.follow-plus and -minus)."
    )
    var follow = false

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("Folder for the results of FILE (default: <stem>.esp, with --relax <stem>.opt).", valueName: "dir"),
        completion: .directory)
    var output: String?

    @Flag(help: "Replace the results of another calculation in the folder.")
    var force = false

    @Flag(help: "Print result.json to standard output instead of the tables.")
    var json = false

    @Flag(name: .shortAndLong, help: "No progress on standard error.")
    var quiet = false

    func validate() throws {
        try OutputFolder.checkName(output)
        if let charge = electrons.charge, charge.count != 1 {
            throw ValidationError("--charge names \(charge.count) charges; frequencies belong to the structure of one state")
        }
        if follow, json {
            throw ValidationError("--follow prints a table; leave out --json and read optimization.json in its folders")
        }
        if let search = electrons.search, search != .none {
            throw ValidationError("--search \(search.rawValue): run esp compute first, and esp frequencies on its folder")
        }
    }

    func run() throws {
        try Failure.reporting {
            Interruption.announceCheckpoints()
            try ProgramVersion.checkProcessor()
            let progress = ProgressReport(isQuiet: quiet)
            var isFolder: ObjCBool = false
            // Other ranks may be on machines that cannot see the folder.
            let isRun = Communicator.ofProcess.agreed(
                FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue)
            let input = isRun ? nil : try self.input(progress)
            if let input {
                try FrequencyCalculation.check(input)
                if let text = try input.takenByDefault() { progress.note(text) }
            } else {
                try refuseOptionsOfFiles()
            }
            try Ranks.sharing(input.map { output ?? $0.defaultFolder } ?? path, creates: !isRun) { folder in
                let (document, index): (ResultDocument, Int)
                if let input {
                    (document, index) = try FrequencyCalculation.run(
                        input, folder: folder, replaces: force, call: .ofThisProcess, monitor: progress.monitor)
                } else {
                    (document, index) = try FrequencyCalculation(
                        folder: folder, charge: electrons.charge?.first, options: try vibrations.input,
                        resources: machine.resources,
                        monitor: progress.monitor
                    ).run()
                }
                try Console.output(
                    json
                        ? String(decoding: document.json(), as: UTF8.self)
                        : TextReport.vibrations(document.states[index], document: document, folder: folder))
                if isRun { try refuseSilentLoss(of: document.states[index], index, in: folder) }
                guard follow else { return }
                let outcomes = try ModeFollowing(
                    document, folder: folder, charge: document.states[index].charge, resources: machine.resources,
                    call: .ofThisProcess,
                    monitor: progress.monitor
                ).run()
                try Console.output(TextReport.followed(outcomes, from: document.states[index].vibrations))
                guard outcomes.allSatisfy(\.isConverged) else {
                    throw CalculationError.notConverged(
                        "not every side led to a stationary point. Run the same command to continue.")
                }
            }
        }
    }

    /// Newly computed second derivatives that could not be saved are an error; other temperatures and masses take no time.
    private func refuseSilentLoss(of state: StateRecord, _ index: Int, in folder: String) throws {
        guard OutputFolder(existing: folder).isReadOnly,
            try FinishedRun.document(in: folder).states[index].vibrations?.hessian != state.vibrations?.hessian
        else { return }
        throw Failure(
            .outputNotCreated,
            "\(folder)/\(OutputFolder.resultName): the folder is read-only; the results were printed but not saved. Copy \(folder) to a "
                + "folder you may write to.")
    }

    /// The options that apply to a finished run.
    private static let optionsOfRuns: Set<String> = [
        "--hessian", "--step", "--grid-response", "--freeze", "--masses", "--isotope", "--temperature", "--pressure",
        "--symmetry-number",
        "--half-width",
        "--scale", "--measured",
        "--follow", "--charge", "-c", "--threads", "--memory", "--json", "--quiet", "-q",
    ]

    /// Refuses other options, because a run already has its method and states.
    private func refuseOptionsOfFiles() throws {
        if let other = OptionWords(CommandLine.arguments.dropFirst(2)).words.first(where: { !Self.optionsOfRuns.contains($0) }) {
            throw ValidationError(
                "\(path) is a finished run, which has its method and its states: \(other) belongs to an XYZ file")
        }
    }

    /// The input that the options describe, for a file.
    private func input(_ progress: ProgressReport) throws -> CalculationInput {
        var input = CalculationInput(molecule: try electrons.molecule(from: path, note: progress.note))
        input.task = .frequencies
        input.states = electrons.states
        input.states.addsElectrons = false
        input.states.stability = convergence.stability
        input.model = try model.model
        input.model.field = field.field?.components
        input.convergence = convergence.convergence
        input.convergence.guess = guess.guess
        input.frequencies = try vibrations.input
        input.frequencies.relaxes = relax
        if relax { input.optimization.criteria = CalculationInput.criteriaForFrequencies }
        input.resources = machine.resources
        input.analyses.pictures = []
        return input
    }
}

struct VibrationOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Second derivatives: analytic, or differences of gradients (default: those of the run, else analytic where there are any).",
            valueName: "analytic|differences"),
        completion: .list(HessianMethod.allCases.map(\.rawValue)))
    var hessian: HessianMethod?

    @Option(
        help: ArgumentHelp(
            "Displacement of every coordinate for --hessian differences, in bohr (default: that of the run, else \(FrequencyInput.usualStep)).",
            valueName: "bohr"))
    var step: Double?

    @Flag(
        help:
            "Analytic second derivatives include the response of grid points and weights, for soft modes; the quadrature takes several times as long."
    )
    var gridResponse = false

    @Option(
        help: ArgumentHelp(
            "Atoms that stay where they are, such as 1,4-6 (a partial Hessian), or none (default: as before in the run).",
            valueName: "atoms|none"))
    var freeze: String?

    @Option(
        help: ArgumentHelp(
            "Masses: abundant (of the most abundant isotopes, as in Gaussian) or average (standard atomic weights, as in ORCA and PySCF).",
            valueName: "abundant|average"),
        completion: .list(["abundant", "average"]))
    var masses = FrequencyInput().masses

    @Option(help: ArgumentHelp("Mass number of some atoms; may be repeated.", valueName: "1-6=13"))
    var isotope: [String] = []

    @Option(help: ArgumentHelp("Temperature in kelvin.", valueName: "K"))
    var temperature = FrequencyInput().temperature

    @Option(help: ArgumentHelp("Pressure in pascal.", valueName: "Pa"))
    var pressure = FrequencyInput().pressure

    @Option(help: ArgumentHelp("Symmetry number of the rotation (default: from the structure).", valueName: "n"))
    var symmetryNumber: Int?

    @Option(help: ArgumentHelp("Half width at half maximum of the bands of the spectrum, in cm-1.", valueName: "cm-1"))
    var halfWidth = FrequencyInput().halfWidth

    @Option(
        help: ArgumentHelp(
            "Measured spectrum, drawn below the computed one: a table of wavenumber and absorbance, or lines such as 1585,1480:0.5 "
                + "(with relative heights).", valueName: "file|lines"), completion: .file())
    var measured: String?

    @Option(help: ArgumentHelp("Factor on the wavenumbers of the spectrum; the table is never scaled.", valueName: "factor"))
    var scale = FrequencyInput().scale

    var input: FrequencyInput {
        get throws {
            var input = FrequencyInput()
            input.hessian = hessian
            input.step = step
            input.includesGridResponse = gridResponse
            input.frozenAtoms = freeze
            input.masses = masses
            input.isotopes = isotope
            input.temperature = temperature
            input.pressure = pressure
            input.symmetryNumber = symmetryNumber
            input.halfWidth = halfWidth
            input.scale = scale
            // Lines, or the name of a file.
            input.measured = try measured.map { try MeasuredSpectrum(lines: $0) ?? MeasuredSpectrum(table: $0) }
            return input
        }
    }
}

extension HessianMethod: ExpressibleByArgument {}
