import ArgumentParser
import FileFormats
import Foundation
import GeometryOptimization
import MolecularStructure

/// `esp optimize`: a stationary point of the energy near a given structure.
struct OptimizeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "optimize",
        abstract: "Relaxed structure of one charge state.",
        usage: "esp optimize <file> [options]",
        discussion: """
            FILE is a molecule in XYZ or extended XYZ form; its charge is that of --charge, else of charge= in its second \
            line, else 0. Steps are taken in internal coordinates, each from the electron density of the last, until the forces \
            vanish. A structure that is symmetric then is moved out of its symmetry once, by a little, since forces alone \
            never lead out; the curvature of the energy is not computed otherwise.

            EXAMPLES
              esp optimize complex.xyz --charge -1
              esp optimize water.xyz --method hf --basis STO-3G --criteria tight
              esp optimize complex.xyz --hold 1-2=2.10 --hold 3-1-2 --freeze 7-9
                  a distance of 2.10 Angstrom, an angle at its value, and three
                  atoms in their places

            RESULTS go to the folder <stem>.opt in the working directory (or --output), after every step: optimized.xyz \
            (the best structure so far), trajectory.xyz, optimization.json and a checkpoint. The same command goes on from \
            there; one that differs in what decides the energies begins anew and keeps optimization.json under another name.
            """)

    @Argument(
        help: ArgumentHelp("Molecule in XYZ or extended XYZ form.", valueName: "file"),
        completion: .file(extensions: ["xyz", "extxyz"]))
    var file: String

    @OptionGroup(title: "Electrons") var electrons: ElectronOptions
    @OptionGroup(title: "Model") var model: ModelOptions
    @OptionGroup(title: "Structure") var structure: StructureOptions
    @OptionGroup(title: "Convergence") var convergence: ConvergenceOptions
    @OptionGroup(title: "Machine") var machine: MachineOptions

    @Option(
        name: .shortAndLong, help: ArgumentHelp("Folder for the results (default: <stem>.opt).", valueName: "dir"),
        completion: .directory)
    var output: String?

    @Flag(help: "Print optimization.json to standard output instead of the report.")
    var json = false

    @Flag(name: .shortAndLong, help: "No progress on standard error.")
    var quiet = false

    func validate() throws {
        try OutputFolder.checkName(output)
        if let search = electrons.search, search != .none {
            throw ValidationError(
                "--search \(search.rawValue): esp optimize follows one solution and looks for no others. Run esp compute on the structure first, "
                    + "and give the multiplicity that it finds with --multiplicity, and its orbitals with --start-from.")
        }
        if convergence.guess != .auto {
            throw ValidationError(
                "--guess \(convergence.guess.rawValue): esp optimize starts from the orbitals of the last structure. Another --output begins "
                    + "anew, and --start-from gives it orbitals to begin with.")
        }
    }

    func run() throws {
        try Failure.reporting {
            Interruption.announceCheckpoints()
            try ProgramVersion.checkProcessor()
            let relaxation = try GeometryRelaxation(command: self, arguments: Array(CommandLine.arguments.dropFirst()))
            let document = try relaxation.run()
            try Console.output(
                json
                    ? String(decoding: document.json(), as: UTF8.self)
                    : TextReport.optimization(document, first: relaxation.input.molecule, folder: relaxation.folder.path))
            guard document.converged else {
                throw document.separation.flatMap { Failure(parting: $0, charge: document.charge) }
                    ?? Failure(
                        .notConverged,
                        "the search came to no stationary point within \(structure.maxSteps) structures. The same command with a "
                            + "larger --max-steps goes on from there.")
            }
        }
    }
}

extension OptimizeCommand {
    /// Why constraints cannot be held, with the options that ask for them.
    ///
    /// - Parameter holds: as the user wrote them; the atoms that are frozen come last.
    static func text(_ error: ConstraintError, holds: [String]) -> String {
        func name(_ index: Int) -> String {
            index < holds.count && !holds[index].hasPrefix("freeze") ? "--hold \(holds[index])" : "--freeze"
        }
        switch error {
        case .undefined(let index): return "\(name(index)) has no value: its atoms lie on a line"
        case .contradiction(let indices):
            var names: [String] = []
            for index in indices where !names.contains(name(index)) { names.append(name(index)) }
            return "no structure was found that fulfils all holds; the nearest one misses \(names.joined(separator: ", "))"
        }
    }
}

struct StructureOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("When to stop, after Gaussian: loose, normal, tight, verytight; or baker.", valueName: "name"),
        transform: { text in
            guard let found = ConvergenceCriteria.all.first(where: { $0.name == text.lowercased() }) else {
                throw ValidationError("write one of \(ConvergenceCriteria.all.map(\.name).joined(separator: ", "))")
            }
            return found
        })
    var criteria = ConvergenceCriteria.normal

    @Option(help: ArgumentHelp("Most structures whose energy is computed.", valueName: "n"))
    var maxSteps = 200

    @Option(
        help: ArgumentHelp(
            "Keeps a distance, angle or dihedral angle of 2, 3 or 4 atoms (numbers from 1), at VALUE (Angstrom, degree) or "
                + "where it is; may be repeated.", valueName: "i-j[-k[-l]][=value]"))
    var hold: [String] = []

    @Option(help: ArgumentHelp("Atoms that stay where they are, such as 1,4-6.", valueName: "atoms"))
    var freeze: String?

    @Flag(help: "Stays in the symmetry of the structure: no move out of it when the forces vanish.")
    var keepSymmetry = false

    func validate() throws {
        guard (1...100_000).contains(maxSteps) else { throw ValidationError("--max-steps must be at least 1") }
    }

    /// - Throws: `Failure` where they have no value in the molecule or contradict each other.
    func constraints(of molecule: Molecule) throws -> [Constraint] {
        let constraints = try constraints(atomCount: molecule.atoms.count)
        do {
            try constraints.check(molecule)
        } catch let error as ConstraintError {
            throw Failure(
                .usage, "\(OptimizeCommand.text(error, holds: constraintTexts)). Leave out a hold, or change its value.")
        }
        return constraints
    }

    private func constraints(atomCount: Int) throws -> [Constraint] {
        try hold.map { try Self.constraint($0, atomCount: atomCount) }
            + (freeze.map { try Self.frozenAtoms($0, atomCount: atomCount) } ?? []).flatMap { atom in
                (0..<3).map { Constraint(.position(atom, axis: $0)) }
            }
    }

    private static func frozenAtoms(_ text: String, atomCount: Int) throws -> [Int] {
        do {
            return try AtomList(parsing: text, atomCount: atomCount).indices
        } catch {
            throw Failure(.usage, "'\(error.text)' names no atoms of 1 to \(atomCount); write for example 1,4-6.")
        }
    }

    /// As the user wrote them.
    var constraintTexts: [String] { hold + (freeze.map { ["freeze \($0)"] } ?? []) }

    private static func constraint(_ text: String, atomCount: Int) throws -> Constraint {
        func fail(_ reason: String) -> Failure { Failure(.usage, "--hold \(text): \(reason)") }
        let parts = text.split(separator: "=", omittingEmptySubsequences: false)
        let atoms = try parts[0].split(separator: "-", omittingEmptySubsequences: false).map { word in
            guard let number = Int(word), (1...atomCount).contains(number) else {
                throw fail("'\(word)' is not the number of an atom; there are \(atomCount).")
            }
            return number - 1
        }
        guard (2...4).contains(atoms.count), Set(atoms).count == atoms.count else {
            throw fail("two, three or four different atoms are needed, such as 1-2 or 3-1-2=109.5.")
        }
        var target: Double?
        if parts.count == 2 {
            guard let value = Double(parts[1]), value.isFinite else { throw fail("'\(parts[1])' is not a number.") }
            switch atoms.count {
            case 2:
                guard value > 0.1 else { throw fail("a distance must be more than 0.1 Angstrom.") }
                target = value / PhysicalConstants.bohrInAngstrom
            case 3:
                guard value > 0, value < 175 else { throw fail("an angle must lie between 0 and 175 degrees.") }
                target = value * .pi / 180
            default: target = value * .pi / 180
            }
        } else if parts.count > 2 {
            throw fail("one = is enough.")
        }
        switch atoms.count {
        case 2: return Constraint(.distance(atoms[0], atoms[1]), target: target)
        case 3: return Constraint(.angle(atoms[0], atoms[1], atoms[2]), target: target)
        default: return Constraint(.dihedral(atoms[0], atoms[1], atoms[2], atoms[3]), target: target)
        }
    }
}
