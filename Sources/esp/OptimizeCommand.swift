import ArgumentParser
import Calculations
import FileFormats
import Foundation
import GeometryOptimization
import MachineLimits
import RunFolders

/// `esp optimize`: a stationary point of the energy near a given structure.
struct OptimizeCommand: ParsableCommand, SharedCommand {
    static let configuration = CommandConfiguration(
        commandName: "optimize",
        abstract: "Relaxed structure of one charge state.",
        usage: "esp optimize <file> [<file> ...] [options]",
        discussion: """
            FILE is a molecule in XYZ or extended XYZ form; its charge is that of --charge, else of charge= in its second \
            line, else 0; the default model is \(ModelInput.defaultMethod.uppercased())/\(ModelInput.defaultBasis), as in esp compute. \
            The structure is optimised in internal coordinates until the forces vanish. A symmetric result is \
            displaced slightly out of its symmetry once, because forces alone cannot break symmetry. No second \
            derivatives are computed, unless --hessian computed or --saddle is given.

            --saddle searches for a transition structure: up along one normal mode, down along all others. Start from a \
            structure near the saddle point; esp frequencies then counts the imaginary modes, and with --follow \
            goes down to both sides.

            EXAMPLES
              esp optimize complex.xyz --charge -1
              esp optimize water.xyz --method hf --basis STO-3G --criteria tight
              esp optimize complex.xyz --hold 1-2=2.10 --hold 3-1-2 --freeze 7-9
                  a distance of 2.10 Angstrom, an angle at its value, and three
                  atoms in their places
              esp optimize guess.xyz --saddle
                  a transition structure, uphill along the mode of lowest curvature

            RESULTS go to the folder <stem>.opt in the working directory, or <stem>_q-1.opt for another charge than the \
            molecule's own (or --output), after every step: optimized.xyz \
            (the best structure so far), trajectory.xyz, optimization.json and a checkpoint. The same command restarts \
            from there. A command that changes the energies (method, basis, ...) is refused without --force.
            """)

    @Argument(
        help: ArgumentHelp("Molecule in XYZ or extended XYZ form.", valueName: "file"),
        completion: .file(extensions: ["xyz", "extxyz"]))
    var files: [String]

    @OptionGroup(title: "Electrons") var electrons: ElectronOptions<MovingStateDefaults>
    @OptionGroup(title: "Model") var model: ModelOptions
    @OptionGroup(title: "Model") var field: UniformFieldOption<OfMovingAtoms>
    @OptionGroup(title: "Structure") var structure: StructureOptions
    @OptionGroup(title: "Convergence") var convergence: ConvergenceOptions
    @OptionGroup(title: "Convergence") var guess: GuessOption<OfMovingAtoms>
    @OptionGroup(title: "Machine") var machine: MachineOptions

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "Folder for the results (default: <stem>.opt, or <stem>_q-1.opt for charge -1 of a neutral file).", valueName: "dir"),
        completion: .directory)
    var output: String?

    @Flag(help: "Replace another optimisation in the folder; its optimization.json is kept under another name.")
    var force = false

    @Flag(help: "Print optimization.json to standard output instead of the report.")
    var json = false

    @Flag(name: .shortAndLong, help: "No progress on standard error.")
    var quiet = false

    func validate() throws {
        try OutputFolder.checkName(output)
        try FileBatch.check(files, output: output, json: json, defaultFolder: OutputFolder.stem(of:))
        if let search = electrons.search, search != .none {
            throw ValidationError(
                "--search \(search.rawValue): esp optimize follows one SCF solution and does not search for others. "
                    + "Run esp compute on the structure first; then give its multiplicity with --multiplicity and its "
                    + "orbitals with --start-from.")
        }
        if guess.guess != .auto {
            throw ValidationError(
                "--guess \(guess.guess.rawValue): esp optimize starts from the orbitals of the last structure. "
                    + "To start over, use another --output; to choose the initial orbitals, use --start-from.")
        }
    }

    func run() throws {
        Interruption.announceCheckpoints()
        try FileBatch.run(files, isQuiet: quiet) { file in
            try ProgramVersion.checkProcessor()
            let progress = ProgressReport(isQuiet: quiet)
            let input = try input(file, note: progress.note)
            try Ranks.sharing(output ?? input.defaultFolder) { folder in
                let relaxation = try GeometryRelaxation(
                    input, folder: folder, replaces: force, call: .ofThisProcess,
                    monitor: progress.monitor)
                if let text = try input.takenByDefault() { progress.note(text) }
                let document = try relaxation.run()
                try Console.output(
                    json
                        ? String(decoding: document.json(), as: UTF8.self)
                        : TextReport.optimization(document, first: relaxation.file.molecule, folder: relaxation.folder.path))
                try Failure.throwUnlessConverged(document, maxSteps: structure.maxSteps)
            }
        }
    }

    /// The input that these options describe.
    private func input(_ file: String, note: (String) -> Void) throws -> CalculationInput {
        var input = CalculationInput(molecule: try electrons.molecule(from: file, note: note))
        input.task = .optimization
        input.states = electrons.states
        input.states.addsElectrons = false
        input.states.stability = convergence.stability
        input.model = try model.model
        input.model.field = field.field?.components
        input.convergence = convergence.convergence
        input.optimization = structure.optimization
        input.resources = machine.resources
        return input
    }
}

struct StructureOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Convergence criteria: loose, normal, tight or verytight (as in Gaussian), or baker.", valueName: "name"),
        completion: .list(ConvergenceCriteria.all.map(\.name)),
        transform: { text in
            guard let found = ConvergenceCriteria.all.first(where: { $0.name == text.lowercased() }) else {
                throw ValidationError("write one of \(ConvergenceCriteria.all.map(\.name).joined(separator: ", "))")
            }
            return found
        })
    var criteria = ConvergenceCriteria.normal

    @Option(help: ArgumentHelp("Maximum number of structures.", valueName: "n"))
    var maxSteps = 200

    @Option(
        help: ArgumentHelp(
            "Keeps a distance, angle or dihedral angle of 2, 3 or 4 atoms (numbers from 1), at VALUE (Angstrom, degree) or "
                + "where it is; may be repeated.", valueName: "i-j[-k[-l]][=value]"))
    var hold: [String] = []

    @Option(help: ArgumentHelp("Atoms that stay where they are, such as 1,4-6.", valueName: "atoms"))
    var freeze: String?

    @Flag(help: "Keep the symmetry of the structure: do not displace it when the forces vanish.")
    var keepSymmetry = false

    @Option(
        help: ArgumentHelp(
            "Begin with the second derivatives of a run of the same atoms (esp frequencies), or with those computed at the first "
                + "structure, in place of a model.",
            valueName: "run|computed"),
        completion: .directory)
    var hessian: String?

    @Flag(help: "Search for a saddle point of first order (default of --hessian: computed).")
    var saddle = false

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Normal mode along which --saddle climbs from a minimum, counted from 1 as in esp frequencies; -N: the opposite way (default: mode 1, "
                + "uphill).", valueName: "n|-n"))
    var mode: Int?

    func validate() throws {
        guard (1...100_000).contains(maxSteps) else { throw ValidationError("--max-steps must be at least 1") }
        guard mode == nil || saddle else { throw ValidationError("--mode belongs to --saddle") }
        guard mode != 0 else { throw ValidationError("--mode counts from 1") }
    }

    var optimization: OptimizationInput {
        var input = OptimizationInput()
        input.criteria = criteria.name
        input.maximumSteps = maxSteps
        input.holds = hold
        input.frozenAtoms = freeze
        input.keepsSymmetry = keepSymmetry
        input.hessianFrom = hessian
        (input.seeksSaddle, input.saddleMode) = (saddle, mode)
        return input
    }
}
