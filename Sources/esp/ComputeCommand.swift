import ArgumentParser
import FileFormats
import Foundation
import MolecularStructure
import ParallelExecution
import SelfConsistentField

struct ComputeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compute",
        abstract: "Energy, charges, dipole and electrostatic potential of a molecule in several charge states.",
        usage: "esp compute <file> [options]",
        discussion: """
            FILE is a molecule in XYZ or extended XYZ form. Without --charge, three states are computed: the base charge \
            (charge= in the second line of the file, else 0) and the same with one and two electrons added, each with the \
            lowest multiplicity that its number of electrons allows, unless a higher one is lower in energy.

            EXAMPLES
              esp compute complex.xyz
                  the reduction series 0, -1, -2 with B3LYP and 6-31G,
                  LANL2MB on Al and from K on
              esp compute complex.xyz --charge -1
                  one state only
              esp compute radical.xyz -c 0,-1 -m 2,1 --method pbe --basis def2-SVP
                  two states with their multiplicities
              esp compute complex.xyz --basis '6-31G*' --basis-for Nb,Al=LANL2MB
                  basis sets by element; --basis-for may be repeated
              esp compute dimer.xyz --counterpoise --basis def2-TZVP
                  one state, and the interaction energy of its molecules
              esp compute water.xyz --method hf --basis cc-pVTZ --cube none --json
                  the result as JSON on standard output, no cube files

            RESULTS go to the folder <stem>.esp in the working directory (or --output): result.json, report.html, cube \
            files, and a checkpoint for every state. A later call with the same folder goes on from the checkpoints that fit.
            """)

    @Argument(
        help: ArgumentHelp("Molecule in XYZ or extended XYZ form.", valueName: "file"),
        completion: .file(extensions: ["xyz", "extxyz"]))
    var file: String

    @OptionGroup(title: "Electrons") var electrons: ElectronOptions
    @OptionGroup(title: "Model") var model: ModelOptions
    @OptionGroup(title: "Convergence") var convergence: ConvergenceOptions
    @OptionGroup(title: "Counterpoise") var counterpoise: CounterpoiseOptions
    @OptionGroup(title: "Output") var output: OutputOptions
    @OptionGroup(title: "Output") var fields: FieldOptions
    @OptionGroup(title: "Output") var extras: ComputationOptions
    @OptionGroup(title: "Machine") var machine: MachineOptions
    @OptionGroup(title: "Machine") var profile: ProfileOptions

    func run() throws { try run(isSeries: true) }

    /// - Parameter isSeries: whether electrons are added to the base charge where no charge is named.
    func run(isSeries: Bool) throws {
        try Failure.reporting {
            Interruption.announceCheckpoints()
            try ProgramVersion.checkProcessor()
            let arguments = Array(CommandLine.arguments.dropFirst())
            let document =
                counterpoise.counterpoise
                ? try Counterpoise(command: self, arguments: arguments).run()
                : extras.relax
                    ? try AdiabaticSeries(command: self, isSeries: isSeries).run()
                    : try Computation(command: self, isSeries: isSeries, arguments: arguments).run()
            if extras.report {
                let folder = output.output ?? OutputFolder.defaultName(for: file)
                let path = try ReportOutput.write(runs: [folder], machine: machine)
                if !output.json { try Console.output("  \(path)\n") }
            }
            if output.json {
                try Console.output(String(decoding: document.json(), as: UTF8.self))
            }
            let open = document.states.filter { !$0.converged }
            guard open.isEmpty else {
                let charges = open.map { signed($0.charge) }.joined(separator: ", ")
                Console.error(
                    "esp: error: no convergence for charge \(charges) within the iterations allowed. The checkpoint is kept: the "
                        + "same command goes on from it; --max-iterations, --damping and --level-shift may help.")
                throw ExitCode(ExitStatus.notConverged.rawValue)
            }
        }
    }
}

struct ElectronOptions: ParsableArguments {
    @Option(
        name: .shortAndLong, parsing: .unconditional,
        help: ArgumentHelp(
            "Total charges to compute (default: the base charge and one and two electrons more).", valueName: "Q[,Q...]"),
        transform: {
            try IntegerList(parsing: $0, what: "a charge; write --charge -1 or --charge 0,-1,-2", allowed: -1000...1000).values
        })
    var charge: [Int]?

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "Multiplicity 2S+1: one for all charges, or one for each (default: the one of lowest energy among those that --search tries).", valueName: "M[,M...]"),
        transform: { try IntegerList(parsing: $0, what: "a multiplicity; write 1, 2, 3, ...", allowed: 1...1000).values })
    var multiplicity: [Int]?

    @Option(
        help: ArgumentHelp(
            "automatic (restricted singlets unless unrestricted ones are lower), restricted (singlets only), unrestricted or "
                + "restricted-open (default: what --method says, as in rohf or ub3lyp, else automatic).",
            valueName: "kind"))
    var reference: SCFOptions.Reference?

    @Option(
        help: ArgumentHelp(
            "Other solutions of every charge: full (other multiplicities, broken spin symmetry, open shells with electrons elsewhere, "
                + "added electrons on metals or on the ligand), lowest (without other multiplicities) or none (default: full, "
                + "with --stability none none).",
            valueName: "full|lowest|none"))
    var search: SearchChoice?

    @Option(
        help: ArgumentHelp("Unit of the coordinates, whatever the file says.", valueName: "angstrom|bohr"),
        transform: { text in
            guard let unit = LengthUnit(rawValue: text.lowercased()) else { throw ValidationError("write angstrom or bohr") }
            return unit
        })
    var units: LengthUnit?

    @Option(
        help: ArgumentHelp("Structure of an XYZ file with several, from 1, or last.", valueName: "n|last"),
        transform: { text in
            if text.lowercased() == "last" { return XYZFrame.last }
            guard let number = Int(text), number >= 1 else { throw ValidationError("write 1, 2, ... or last") }
            return .number(number)
        })
    var frame: XYZFrame?

    /// Reads a molecule; what these options name does not have to be right in the file.
    func molecule(from file: String) throws -> XYZFile {
        var overridden: Set<XYZFile.HeaderEntry> = []
        if charge != nil { overridden.insert(.charge) }
        if multiplicity != nil { overridden.insert(.multiplicity) }
        return try XYZFile(readingFrom: file, units: units, frame: frame ?? .only, overridden: overridden)
    }
}

struct ModelOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "hf, or a density functional of libxc by name: b3lyp, pbe0, pbe, svwn, ...; with r, u or ro before it for --reference.",
            valueName: "name"))
    var method = "b3lyp"

    @Option(
        help: ArgumentHelp(
            "Correction for dispersion, which --method may name, too (b3lyp-d3bj, b3lyp-d4): d3bj, d4 or none (default: none).",
            valueName: "d3bj|d4|none"),
        transform: { try DispersionChoice.parse($0) })
    var dispersion: DispersionChoice?

    @Option(help: ArgumentHelp("Basis set (default: 6-31G, and LANL2MB on Al and from K on).", valueName: "name"))
    var basis: String?

    @Option(
        help: ArgumentHelp(
            "Basis set of some elements, or of atoms by their numbers in the file; may be repeated.", valueName: "El,El3,4-6=name"))
    var basisFor: [String] = []

    @Option(
        help: ArgumentHelp(
            "Basis set or core potentials of your own, for the elements they define (.gbs, NWChem's form, or .json of the Basis "
                + "Set Exchange); may be repeated.", valueName: "file"),
        completion: .file(extensions: ["gbs", "json"]))
    var basisFile: [String] = []

    @Flag(
        exclusivity: .exclusive,
        help: "Pure (5 d, 7 f) or Cartesian (6 d, 10 f) functions (default: as a single set was published, else pure).")
    var functions: FunctionChoice?

    @OptionGroup var library: LibraryOptions

    @Option(
        help: ArgumentHelp(
            "Integration grid: coarse, medium, fine, ultrafine, or radial,angular such as 99,590.", valueName: "grid"))
    var grid = "fine"

    func assignment() throws -> BasisAssignment {
        var assignment = BasisAssignment(general: basis, files: basisFile, functionType: functions?.type)
        for argument in basisFor {
            let choice = try BasisAssignment.parse(argument)
            func refuse(_ what: String, _ earlier: String) -> Failure {
                Failure(.usage, "--basis-for gives \(what) two sets, \(earlier) and \(choice.name). Keep one of them.")
            }
            for element in choice.elements {
                if let earlier = assignment.elementSets[element], earlier != choice.name { throw refuse("\(element)", earlier) }
                assignment.elementSets[element] = choice.name
            }
            for atom in choice.atoms {
                if let earlier = assignment.atomSets[atom.index]?.name, earlier != choice.name {
                    throw refuse("atom \(atom.index + 1)", earlier)
                }
                assignment.atomSets[atom.index] = .init(name: choice.name, element: atom.element)
            }
        }
        return assignment
    }
}

struct ConvergenceOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Most energies evaluated for one state; products of the orbital Hessian are not counted.", valueName: "n"))
    var maxIterations = 100

    @Option(help: ArgumentHelp("Largest change of the energy, in hartree, that counts as converged.", valueName: "Eh"))
    var convergence = 1e-8

    @Option(help: ArgumentHelp("Share of the old density that is kept in the first iterations, 0 to 0.95.", valueName: "share"))
    var damping = 0.0

    @Option(help: ArgumentHelp("Shift of the empty orbitals in hartree, until the density has settled.", valueName: "Eh"))
    var levelShift = 0.0

    @Option(
        help: ArgumentHelp(
            "First density: auto (the checkpoint when it fits, else atoms), atoms or checkpoint.", valueName: "name"))
    var guess: GuessChoice = .auto

    @Option(
        help: ArgumentHelp(
            "Result of an earlier call for the same atoms, from whose orbitals to start, charge by charge: in a smaller basis, "
                + "by another method, or of a structure nearby. A checkpoint of this calculation comes first.", valueName: "dir"),
        completion: .directory)
    var startFrom: String?

    @Option(
        help: ArgumentHelp(
            "follow: test every solution and leave unstable ones for lower ones; none: take what comes.",
            valueName: "follow|none"))
    var stability: StabilityChoice = .follow

    @Option(
        help: ArgumentHelp(
            "Width in hartree over which electrons are spread near the highest occupied orbital, until the density has settled.",
            valueName: "Eh"))
    var smearing = 0.0

    @Flag(help: "Newton steps from the start (they begin by themselves where extrapolation stalls).")
    var secondOrder = false

    func validate() throws {
        guard (1...100_000).contains(maxIterations) else { throw ValidationError("--max-iterations must be at least 1") }
        guard convergence >= 1e-13, convergence <= 1e-2 else {
            throw ValidationError("--convergence must lie between 1e-13 and 1e-2 hartree")
        }
        guard damping >= 0, damping <= 0.95 else { throw ValidationError("--damping must lie between 0 and 0.95") }
        guard smearing >= 0, smearing <= 1 else { throw ValidationError("--smearing must lie between 0 and 1 hartree") }
        guard levelShift >= 0, levelShift <= 10 else { throw ValidationError("--level-shift must lie between 0 and 10 hartree") }
    }
}

struct MachineOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Threads, at most one for each processor that this process may use (default: all of these).", valueName: "n"))
    var threads: Int?

    @OptionGroup var memoryOption: MemoryOption

    var memory: MemorySize? { memoryOption.memory }

    func validate() throws {
        if let threads, !(1...1024).contains(threads) { throw ValidationError("--threads must lie between 1 and 1024") }
    }

    /// The threads to work with: those asked for, but no more than there are processors, for more would never run at a time and
    /// only take memory.
    ///
    /// - Throws: `Failure` where the address space is too small for them.
    func pool() throws -> WorkerPool {
        guard let threads else { return WorkerPool(threads: Machine.processors) }
        let count = min(threads, Machine.allowedProcessorCount)
        if let room = Machine.addressRoom, room < count * Machine.addressesPerThread {
            throw Failure(
                .outOfMemory,
                "\(count) threads need \(MemorySize(bytes: count * Machine.addressesPerThread).description) of addresses, but the "
                    + "limit leaves \(MemorySize(bytes: room).description). Raise it (ulimit -v), or lower --threads.")
        }
        return WorkerPool(threads: count)
    }

    /// The memory to use.
    var memoryLimit: MemorySize { memoryOption.limit }
}

struct MemoryOption: ParsableArguments {
    @Option(help: ArgumentHelp("Memory to use, such as 4GB (default: 70 % of what is free).", valueName: "size"))
    var memory: MemorySize?

    /// The memory to use.
    var limit: MemorySize { memory ?? Machine.defaultMemory }
}

enum StabilityChoice: String, ExpressibleByArgument, CaseIterable {
    case follow, none
}

/// Which other solutions are looked for.
enum SearchChoice: String, ExpressibleByArgument, CaseIterable {
    case full, lowest, none
}

extension SCFOptions.Reference: ExpressibleByArgument {}
