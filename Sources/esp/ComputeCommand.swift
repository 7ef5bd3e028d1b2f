import ArgumentParser
import Calculations
import DensityFunctionals
import FileFormats
import Foundation
import MachineLimits
import ParallelExecution
import RunFolders

struct ComputeCommand: ParsableCommand, SharedCommand {
    static let configuration = CommandConfiguration(
        commandName: "compute",
        abstract: "Energy, charges, dipole and electrostatic potential of a molecule in several charge states.",
        usage: "esp compute <file> [<file> ...] [options]",
        discussion: """
            FILE is a molecule in XYZ or extended XYZ form. Without --charge and --reduce, the molecule is computed at its base charge \
            (charge= in the second line of the file, else 0). Metal complexes, quinones, and molecules with a nitro group or two cyano \
            groups on unsaturated carbon are also computed with one and two more electrons. Each state gets the multiplicity of lowest \
            energy among those that the search tries. The method is \(ModelInput.defaultMethod.uppercased()) and the basis set \
            \(ModelInput.defaultBasis), unless --method, --basis or --preset say otherwise. Several files are computed one after the \
            other with the same options, each in its own folder; one that fails does not stop the others.

            EXAMPLES
              esp compute water.xyz
                  one state with B3LYP-D4/def2-SVP
              esp compute complex.xyz
                  a metal complex: the charges 0, -1 and -2
              esp compute complex.xyz --charge -1
                  one state only
              esp compute anthracene.xyz --reduce 1
                  the molecule and its anion
              esp compute conformers/*.xyz --charge 0
                  several files, each in its own folder
              esp compute complex.xyz --preset paper
                  B3LYP and 6-31G, LANL2MB on Al and from K on
              esp compute radical.xyz -c 0,-1 -m 2,1 --method pbe --basis def2-SVP
                  two states with their multiplicities
              esp compute complex.xyz --basis '6-31G*' --basis-for Nb,Al=LANL2MB
                  basis sets by element; --basis-for may be repeated
              esp compute dimer.xyz --counterpoise --basis def2-TZVP
                  one state, and the interaction energy of its molecules
              esp compute water.xyz --method hf --basis cc-pVTZ --json
                  the result as JSON on standard output
              esp compute complex.xyz --cube esp,density
                  cube files for other programs, too

            RESULTS go to the folder <stem>.esp in the working directory (or --output): result.json, report.html, pictures, \
            cube files where --cube asks for them, and a checkpoint for every state. A later call with the same folder computes only what is missing there: \
            further charges, schemes, cubes or pictures; unfinished states go on from their checkpoints. Results of another \
            molecule or model are not replaced without --force.
            """)

    @Argument(
        help: ArgumentHelp("Molecule in XYZ or extended XYZ form.", valueName: "file"),
        completion: .file(extensions: ["xyz", "extxyz"]))
    var files: [String]

    @OptionGroup(title: "Electrons") var electrons: ElectronOptions<SeriesDefaults>
    @OptionGroup(title: "Electrons") var reduction: ReductionOptions
    @OptionGroup(title: "Model") var model: ModelOptions
    @OptionGroup(title: "Model") var field: UniformFieldOption<AtOneStructure>
    @OptionGroup(title: "Convergence") var convergence: ConvergenceOptions
    @OptionGroup(title: "Convergence") var guess: GuessOption<AtOneStructure>
    @OptionGroup(title: "Counterpoise") var counterpoise: CounterpoiseOptions
    @OptionGroup(title: "Output") var output: OutputOptions
    @OptionGroup(title: "Output") var fields: FieldOptions
    @OptionGroup(title: "Output") var extras: ComputationOptions
    @OptionGroup(title: "Machine") var machine: MachineOptions
    @OptionGroup(title: "Machine") var profile: ProfileOptions

    func validate() throws {
        try FileBatch.check(files, output: output.output, json: output.json, defaultFolder: OutputFolder.defaultName(for:))
        guard let count = reduction.reduce, count > 0 else { return }
        if let charges = electrons.charge, charges.count > 1 {
            throw ValidationError(
                "--reduce adds electrons to one charge, but --charge names \(charges.count). Leave out one of the two options.")
        }
        if counterpoise.counterpoise { throw ValidationError("--counterpoise is of one state. Leave out --reduce.") }
    }

    func run() throws { try run(addsElectrons: true) }

    /// - Parameter addsElectrons: whether electrons are added to the base charge if no charge is given.
    func run(addsElectrons: Bool) throws {
        Interruption.announceCheckpoints()
        try FileBatch.run(files, isQuiet: output.quiet) { file in
            try ProgramVersion.checkProcessor()
            let progress = ProgressReport(isQuiet: output.quiet, results: output.json ? .none : .ofCalculation)
            let input = try input(file, addsElectrons: addsElectrons, note: progress.note)
            try Ranks.sharing(output.output ?? OutputFolder.defaultName(for: file)) { folder in
                // An invalid input is reported before anything else is printed.
                let calculation: () throws -> ResultDocument
                if counterpoise.counterpoise {
                    calculation = try Counterpoise(
                        input, folder: folder, replaces: output.force, call: .ofThisProcess,
                        monitor: progress.monitor
                    ).run
                } else if extras.relax {
                    calculation =
                        AdiabaticSeries(
                            input, folder: folder, replaces: output.force, call: .ofThisProcess, monitor: progress.monitor
                        ).run
                } else {
                    calculation =
                        try Calculation(
                            input, folder: folder, replaces: output.force, call: .ofThisProcess, isProfiled: profile.profile,
                            monitor: progress.monitor
                        ).run
                }
                if let text = try input.takenByDefault() { progress.note(text) }
                let document = try calculation()
                if extras.report, Communicator.ofProcess.agreed(!RunReport.isUpToDate(folder)) {
                    let path = try RunReport(resources: machine.resources, monitor: progress.monitor).write(runs: [folder])
                    if !output.json { try Console.output("  \(path)\n") }
                }
                if output.json {
                    try Console.output(String(decoding: document.json(), as: UTF8.self))
                }
                try Failure.throwUnlessConverged(document)
            }
        }
    }

    /// The input that these options describe.
    ///
    /// - Parameter note: gets a line about each thing in the file that the user may want to know.
    func input(_ file: String, addsElectrons: Bool, note: (String) -> Void) throws -> CalculationInput {
        var input = CalculationInput(molecule: try electrons.molecule(from: file, note: note))
        input.task = extras.relax ? .adiabatic : counterpoise.counterpoise ? .counterpoise : .energy
        input.counterpoise = counterpoise.input
        input.states = electrons.states
        input.states.addsElectrons = addsElectrons
        input.states.reduction = reduction.reduce
        input.states.stability = convergence.stability
        input.model = try model.model
        input.model.field = field.field?.components
        input.convergence = convergence.convergence
        input.convergence.guess = guess.guess
        input.analyses = output.analyses(fields)
        input.analyses.gradient = extras.gradient
        input.analyses.checksFit = extras.checkFit
        input.resources = machine.resources
        return input
    }
}

/// Defaults of a command for options about electrons, for its help.
protocol ElectronDefaults {
    static var charges: String { get }
    static var multiplicity: String { get }
    static var search: String { get }
    /// Hidden if a search is refused.
    static var searchVisibility: ArgumentVisibility { get }
}

extension ElectronDefaults {
    static var searchVisibility: ArgumentVisibility { .default }
}

/// For commands that add electrons.
enum SeriesDefaults: ElectronDefaults {
    static let charges =
        "that of the file, else 0; of metal complexes, quinones and other acceptors also one and two electrons more"
    static let multiplicity = "the lowest in energy of those that --search tries"
    static let search = "full; none with --stability none"
}

/// For commands that compute one state as it is.
enum SingleStateDefaults: ElectronDefaults {
    static let charges = "that of the file, else 0"
    static let multiplicity = "that of the file, else the lowest that the number of electrons allows"
    static let search = "none"
}

/// For commands that move the atoms of one state, whose solution they follow.
enum MovingStateDefaults: ElectronDefaults {
    static let charges = SingleStateDefaults.charges
    static let multiplicity = SingleStateDefaults.multiplicity
    static let search = SingleStateDefaults.search
    static let searchVisibility = ArgumentVisibility.hidden
}

/// Whether a command offers an option that is meaningful only at one structure. If the atoms move it is still parsed, so that its refusal
/// can say why.
protocol StructureUse {
    static var visibility: ArgumentVisibility { get }
}

enum AtOneStructure: StructureUse {
    static let visibility = ArgumentVisibility.default
}

enum OfMovingAtoms: StructureUse {
    static let visibility = ArgumentVisibility.hidden
}

struct UniformFieldOption<Use: StructureUse>: ParsableArguments {
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Uniform electric field along x, y and z in atomic units (1 = 5.142e11 V/m); the energy of a dipole is -mu.F.",
            valueName: "x,y,z", visibility: Use.visibility),
        transform: { try FieldVector.parse($0) })
    var field: FieldVector?
}

struct GuessOption<Use: StructureUse>: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Initial guess: auto (the checkpoint if it fits, else atoms), atoms or checkpoint.", valueName: "name",
            visibility: Use.visibility))
    var guess: ConvergenceInput.Guess = .auto
}

struct ElectronOptions<Defaults: ElectronDefaults>: ParsableArguments {
    @Option(
        name: .shortAndLong, parsing: .unconditional,
        help: ArgumentHelp(
            "Total charges to compute (default: \(Defaults.charges)).", valueName: "Q[,Q...]"),
        transform: { try IntegerList.charges($0) })
    var charge: [Int]?

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "Multiplicity 2S+1: one for all charges, or one for each (default: \(Defaults.multiplicity)).",
            valueName: "M[,M...]"),
        transform: IntegerList.multiplicities)
    var multiplicity: [Int]?

    @Option(
        help: ArgumentHelp(
            "automatic (restricted singlets, unless unrestricted ones are lower), restricted (singlets only), "
                + "unrestricted, or restricted-open (default: as --method says, for example rohf or ub3lyp, else "
                + "automatic).",
            valueName: "kind"))
    var reference: StateInput.Reference?

    @Option(
        help: ArgumentHelp(
            "Search for other SCF solutions of every charge: full (other multiplicities, broken spin symmetry, "
                + "electrons and holes elsewhere in open shells, added electrons on metals or ligand), lowest (the same "
                + "without other multiplicities), or none (default: "
                + "\(Defaults.search)).",
            valueName: "full|lowest|none", visibility: Defaults.searchVisibility))
    var search: StateInput.Search?

    @Option(
        help: ArgumentHelp("Unit of the coordinates; overrides the file.", valueName: "angstrom|bohr"),
        completion: .list(["angstrom", "bohr"]),
        transform: { text in
            guard let unit = LengthUnit(rawValue: text.lowercased()) else { throw ValidationError("write angstrom or bohr") }
            return unit
        })
    var units: LengthUnit?

    @Option(
        help: ArgumentHelp("Which structure of a multi-structure XYZ file: a number from 1, or last.", valueName: "n|last"),
        transform: { text in
            if text.lowercased() == "last" { return XYZFrame.last }
            guard let number = Int(text), number >= 1 else { throw ValidationError("write 1, 2, ... or last") }
            return .number(number)
        })
    var frame: XYZFrame?

    /// Copies the options of another command.
    mutating func take<Other: ElectronDefaults>(_ other: ElectronOptions<Other>) {
        (charge, multiplicity, reference, search) = (other.charge, other.multiplicity, other.reference, other.search)
        (units, frame) = (other.units, other.frame)
    }

    /// Reads a molecule; entries of the file that these options override need not be valid.
    ///
    /// - Parameter note: gets a line about each thing in the file that the user may want to know.
    func molecule(from file: String, note: (String) -> Void) throws -> MoleculeInput {
        var overridden: Set<XYZFile.HeaderEntry> = []
        if charge != nil { overridden.insert(.charge) }
        if multiplicity != nil { overridden.insert(.multiplicity) }
        let found = try XYZFile(readingFrom: file, units: units, frame: frame ?? .only, overridden: overridden)
        for text in found.notes { note("\(file): \(text)") }
        return MoleculeInput(found, name: file)
    }

    var states: StateInput {
        var states = StateInput()
        states.charges = charge
        states.multiplicities = multiplicity
        states.reference = reference
        states.search = search
        return states
    }
}

struct ReductionOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Also compute the states with 1 to N more electrons than the file's charge or the one that --charge names; 0 computes one "
                + "state.", valueName: "n"))
    var reduce: Int?

    func validate() throws {
        if let reduce, !(0...StateInput.mostAddedElectrons).contains(reduce) {
            throw ValidationError("--reduce must lie between 0 and \(StateInput.mostAddedElectrons)")
        }
    }
}

struct ModelOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "A named model: paper (b3lyp without dispersion; 6-31G, with LANL2MB on Al and from K on). Either --method or --basis may "
                + "replace its part of the model, but not both.", valueName: "name"))
    var preset: ModelPreset?

    @Option(
        help: ArgumentHelp(
            "hf, or a density functional of libxc by name: b3lyp, pbe0, pbe, svwn, ...; with r, u or ro before it for --reference, and -d3bj "
                + "or -d4 behind it for --dispersion (default: \(ModelInput.defaultMethod)).",
            valueName: "name"),
        completion: .list(["hf"] + DensityFunctional.aliases.keys.sorted()))
    var method: String?

    @Option(
        help: ArgumentHelp(
            "Dispersion correction: d3bj, d4 or none; --method may also include it, as in b3lyp-d4 (default: d4 if neither "
                + "--method nor --preset is given, else none).",
            valueName: "d3bj|d4|none"),
        completion: .list(["d3bj", "d4", "none"]),
        transform: { try DispersionChoice.parse($0) })
    var dispersion: DispersionChoice?

    @Option(
        help: ArgumentHelp(
            "Name of a basis set, or paper for the basis sets of --preset paper (default: \(ModelInput.defaultBasis)).",
            valueName: "name"),
        completion: .custom { _, _, _ in BasisSetNames.known })
    var basis: String?

    @Option(
        help: ArgumentHelp(
            "Basis set of some elements, or of atoms by their numbers in the file; may be repeated.", valueName: "El,El3,4-6=name"
        ),
        completion: .assigned(BasisSetNames.known))
    var basisFor: [String] = []

    @Option(
        help: ArgumentHelp(
            "Your own basis set or core potentials, for the elements that they define (.gbs, NWChem format, or .json "
                + "of the Basis Set Exchange); may be repeated.", valueName: "file"),
        completion: .file(extensions: ["gbs", "json"]))
    var basisFile: [String] = []

    @Flag(
        exclusivity: .exclusive,
        help: "Pure (5 d, 7 f) or Cartesian (6 d, 10 f) functions (default: as published for a single set, else pure).")
    var functions: FunctionChoice?

    @OptionGroup var library: LibraryOptions

    @OptionGroup var medium: SolventOptions

    @Option(
        help: ArgumentHelp(
            "Integration grid: coarse, medium, fine, ultrafine, or radial,angular such as 99,590 (default: \(ModelInput().grid)).",
            valueName: "grid"),
        completion: .list(["coarse", "medium", "fine", "ultrafine"]))
    var grid: String?

    @Option(
        help: ArgumentHelp(
            "Electron repulsion integrals: exact, fitted (RI-J, with exact exchange RI-JK; the energy is approximate), or auto: exact where "
                + "they fit into the memory, else fitted in the iterations and exact for the last Fock matrices (default: auto).",
            valueName: "auto|exact|fitted"))
    var integrals: ModelInput.RepulsionIntegrals?

    @Option(
        help: ArgumentHelp(
            "How exact exchange is approximated where integrals are fitted: fitted (RI-K), semi-numerical (COSX; its energies have no "
                + "gradients), or auto: the faster one in iterations that end with exact integrals, else fitted (default: auto).",
            valueName: "auto|fitted|semi-numerical"))
    var exchange: ModelInput.ExchangeScheme?

    var model: ModelInput {
        get throws {
            var input = ModelInput()
            input.integrals = integrals ?? input.integrals
            input.exchange = exchange ?? input.exchange
            input.solvent = medium.input
            input.preset = preset
            input.method = method
            input.dispersion = dispersion?.rawValue
            input.basis = basis
            input.basisFor = basisFor
            input.basisFiles = basisFile
            input.functionType = functions?.type.rawValue
            input.basisFolder = library.folder
            if let grid {
                if let method, try MethodChoice(method: method, dispersion: nil, reference: nil).isHartreeFock {
                    throw ValidationError("--grid has no effect without a density functional. Leave it out.")
                }
                input.grid = grid
            }
            // An invalid argument is reported before the molecule is checked.
            _ = try input.assignment()
            return input
        }
    }
}

struct ConvergenceOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Maximum number of energy evaluations per state; products of the orbital Hessian are not counted.", valueName: "n"))
    var maxIterations = 100

    @Option(
        name: .customLong("convergence"),
        help: ArgumentHelp("Energy change, in hartree, below which the SCF counts as converged.", valueName: "Eh"))
    var convergenceThreshold = 1e-8

    @Option(
        help: ArgumentHelp(
            "Fraction of the previous density that is mixed in during the first iterations, 0 to 0.95.", valueName: "share"))
    var damping = 0.0

    @Option(
        help: ArgumentHelp("Level shift of the virtual orbitals, in hartree, until the density has settled.", valueName: "Eh"))
    var levelShift = 0.0

    @Option(
        help: ArgumentHelp(
            "Start from the orbitals of an earlier result for the same atoms, charge by charge: a smaller basis, "
                + "another method, or a similar structure. A checkpoint of this calculation takes precedence.", valueName: "dir"),
        completion: .directory)
    var startFrom: String?

    @Option(
        help: ArgumentHelp(
            "follow: test every solution for stability and follow instabilities to lower solutions; none: no test.",
            valueName: "follow|none"))
    var stability: StateInput.Stability = .follow

    @Option(
        help: ArgumentHelp(
            "Fermi smearing of this width, in hartree, near the HOMO until the density has settled.",
            valueName: "Eh"))
    var smearing = 0.0

    @Flag(help: "Newton's method from the start (by default only where extrapolation stalls).")
    var secondOrder = false

    func validate() throws {
        do {
            try convergence.check()
        } catch let error as CalculationError {
            throw ValidationError(error.description)
        }
    }

    var convergence: ConvergenceInput {
        var input = ConvergenceInput()
        input.maximumIterations = maxIterations
        input.energyTolerance = convergenceThreshold
        input.damping = damping
        input.levelShift = levelShift
        input.smearing = smearing
        input.isSecondOrder = secondOrder
        input.startFrom = startFrom
        return input
    }
}

struct MachineOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Number of threads, at most one per processor available to this process (default: all).", valueName: "n"))
    var threads: Int?

    @OptionGroup var memoryOption: MemoryOption

    var memory: MemorySize? { memoryOption.memory }

    func validate() throws {
        if let threads, !(1...1024).contains(threads) { throw ValidationError("--threads must lie between 1 and 1024") }
    }

    var resources: ResourceInput { ResourceInput(threads: threads, memory: memory) }

    /// The threads to work with.
    func pool() throws -> WorkerPool { try resources.pool() }

    /// The memory to use.
    var memoryLimit: MemorySize { memoryOption.limit }
}

struct MemoryOption: ParsableArguments {
    @Option(help: ArgumentHelp("Memory to use, such as 4GB (default: 70 % of the free memory).", valueName: "size"))
    var memory: MemorySize?

    /// The memory to use.
    var limit: MemorySize { memory ?? Machine.defaultMemory }
}

extension StateInput.Stability: ExpressibleByArgument {}
extension StateInput.Search: ExpressibleByArgument {}
extension StateInput.Reference: ExpressibleByArgument {}
extension ConvergenceInput.Guess: ExpressibleByArgument {}
extension ModelPreset: ExpressibleByArgument {}
extension ModelInput.RepulsionIntegrals: ExpressibleByArgument {}
extension ModelInput.ExchangeScheme: ExpressibleByArgument {}

extension MemorySize: ExpressibleByArgument {
    public init?(argument: String) { self.init(parsing: argument) }
}
