import ArgumentParser
import FileFormats
import Foundation
import GaussianBasis
import MolecularStructure
import SelfConsistentField

/// What `--counterpoise` needs to know.
struct CounterpoiseOptions: ParsableArguments {
    @Flag(
        help: ArgumentHelp(
            "Interaction energy of the fragments with Boys and Bernardi's correction. Fragments are the molecules that the bonds make, or "
                + "those of --fragment."))
    var counterpoise = false

    @Option(
        parsing: .unconditional, help: ArgumentHelp("Charges of the fragments of --counterpoise (default: all 0).", valueName: "Q,Q[,...]"),
        transform: { try IntegerList(parsing: $0, what: "a charge; write --fragment-charge 1,-1", allowed: -1000...1000).values })
    var fragmentCharge: [Int]?

    @Option(
        help: ArgumentHelp(
            "Multiplicities of the fragments of --counterpoise (default: as --multiplicity finds them).", valueName: "M,M[,...]"),
        transform: { try IntegerList(parsing: $0, what: "a multiplicity; write 1, 2, 3, ...", allowed: 1...1000).values })
    var fragmentMultiplicity: [Int]?

    func validate() throws {
        if !counterpoise, fragmentCharge != nil || fragmentMultiplicity != nil {
            throw ValidationError("--fragment-charge and --fragment-multiplicity belong to --counterpoise")
        }
    }
}

/// `esp compute --counterpoise`: the complex, then every fragment in its own basis and in that of the complex, each in a folder of its own.
struct Counterpoise {
    private let command: ComputeCommand
    private let arguments: [String]
    private let input: XYZFile
    private let resolved: ResolvedBasis
    private let plan: CounterpoisePlan
    private let charges: [Int]
    private let multiplicities: [Int]?
    private let output: String

    /// Checks everything that can be checked before the first calculation.
    init(command: ComputeCommand, arguments: [String]) throws {
        if command.extras.relax || command.extras.gradient {
            throw Failure(.usage, "--counterpoise corrects energies of one structure. Leave out --relax and --gradient.")
        }
        input = try command.electrons.molecule(from: command.file)
        let total = command.electrons.charge ?? [input.charge ?? 0]
        guard total.count == 1 else {
            throw Failure(
                .usage, "--counterpoise is of one state, but --charge names \(total.count). Name one charge for each call.")
        }
        do {
            plan = try CounterpoisePlan(input.molecule, chosen: command.output.fragment)
        } catch {
            throw Failure(.badInput, "--counterpoise: \(error).")
        }
        let options = command.counterpoise
        charges = options.fragmentCharge ?? plan.parts.map { _ in 0 }
        multiplicities = options.fragmentMultiplicity
        let names = plan.parts.map { "\($0.name): atoms \(AtomList(indices: $0.atoms))" }.joined(separator: "; ")
        for (option, values) in [("--fragment-charge", charges), ("--fragment-multiplicity", multiplicities ?? charges)] {
            guard values.count == plan.parts.count else {
                throw Failure(
                    .usage, "\(option) names \(values.count) values for \(plan.parts.count) fragments (\(names)). Give one for each.")
            }
        }
        guard charges.reduce(0, +) == total[0] else {
            throw Failure(
                options.fragmentCharge == nil ? .badInput : .usage,
                "--counterpoise: the fragments have the charges \(charges.map { signed($0) }.joined(separator: ", ")), together "
                    + "\(signed(charges.reduce(0, +))), but the complex has \(signed(total[0])). Name them with --fragment-charge, in this order: "
                    + "\(names).")
        }
        var command = command
        command.electrons.charge = total
        self.command = command
        self.arguments = arguments
        resolved = try command.model.assignment().resolve(for: input.molecule, in: command.model.library.library())
        output = command.output.output ?? OutputFolder.defaultName(for: command.file)
    }

    func run() throws -> ResultDocument {
        let progress = ProgressReport(isQuiet: command.output.quiet)
        var document = try Computation(command: command, isSeries: false, arguments: arguments).run()
        guard let complex = document.states.first, complex.converged, let energy = complex.energy else { return document }
        var fragments: [CounterpoiseRecord.Part] = []
        for (index, part) in plan.parts.enumerated() {
            progress.note("fragment \(index + 1) of \(plan.parts.count), \(part.name): in its own basis")
            let own = try state(part.alone, centers: part.atoms, index: index, folder: "fragment-\(index + 1).esp")
            progress.note("fragment \(index + 1) of \(plan.parts.count), \(part.name): in the basis of the complex")
            let whole = try state(
                part.withGhosts, centers: part.atoms + part.others, index: index, folder: "fragment-\(index + 1)-whole-basis.esp")
            guard own.multiplicity == whole.multiplicity else {
                throw Failure(
                    .badInput,
                    "--counterpoise: \(part.name) has multiplicity \(own.multiplicity) in its own basis and \(whole.multiplicity) in that of "
                        + "the complex. Name one with --fragment-multiplicity.")
            }
            fragments.append(
                .init(
                    name: part.name, atoms: part.atoms.map { $0 + 1 }, charge: own.charge, multiplicity: own.multiplicity,
                    energyInOwnBasis: own.energy ?? .nan, energyInWholeBasis: whole.energy ?? .nan))
        }
        let record = CounterpoiseRecord(fragments: fragments, complexEnergy: energy)
        document.counterpoise = record
        try OutputFolder(path: output).write(document.json(), name: OutputFolder.resultName)
        if !command.output.json { try Console.output(TextReport.counterpoise(record, cutsBonds: plan.cutsBonds)) }
        return document
    }

    /// One fragment in one basis; what is finished is not computed again.
    ///
    /// - Parameter centers: indices in the complex of the molecule's atoms and ghost atoms.
    private func state(_ molecule: Molecule, centers: [Int], index: Int, folder: String) throws -> StateRecord {
        var single = command
        single.electrons.charge = [charges[index]]
        single.electrons.multiplicity = multiplicities.map { [$0[index]] }
        single.convergence.startFrom = nil
        single.output.output = URL(fileURLWithPath: output).appendingPathComponent(folder).relativePath
        single.output.fragment = []
        single.fields.cube = []
        single.fields.picture = []
        // Only the table of the whole is shown.
        single.output.json = true
        var file = XYZFile(molecule: molecule, comment: "\(plan.parts[index].name) of \(OutputFolder.stem(of: command.file))")
        file.charge = charges[index]
        let basis = ResolvedBasis(
            molecule: molecule, bases: centers.map { resolved.bases[$0] }, names: centers.map { resolved.names[$0] },
            functionType: resolved.functionType, references: resolved.references)
        let computation = try Computation(
            command: single, isSeries: false, arguments: arguments, prepared: .init(input: file, resolved: basis))
        let document: ResultDocument
        if let old = try? FinishedRun.document(in: computation.folder.path), computation.differences(from: old).isEmpty,
            old.states.allSatisfy(\.converged)
        {
            document = old
        } else {
            document = try computation.run()
        }
        guard let state = document.states.first, state.converged else {
            throw Failure(
                .notConverged,
                "--counterpoise: no convergence for \(plan.parts[index].name) in \(computation.folder.path). The same command goes on from "
                    + "there; --max-iterations, --damping and --level-shift may help.")
        }
        return state
    }
}

extension TextReport {
    /// The energies of all parts and what follows from them.
    static func counterpoise(_ record: CounterpoiseRecord, cutsBonds: Bool) -> String {
        let width = record.fragments.reduce(12) { max($0, min(40, $1.name.count + 2)) }
        var result = "\ncounterpoise correction (Boys and Bernardi 1970)\n" + column("  fragment", width)
        for title in ["charge", "2S+1"] { result += column(title, 8, right: true) }
        for title in ["own basis / Eh", "whole basis / Eh", "difference"] { result += column(title, 19, right: true) }
        result += "\n"
        for part in record.fragments {
            result +=
                column("  \(part.name)", width) + column(signed(part.charge), 8, right: true) + column("\(part.multiplicity)", 8, right: true)
                + column(part.energyInOwnBasis, 19, 8) + column(part.energyInWholeBasis, 19, 8)
                + column(part.energyInWholeBasis - part.energyInOwnBasis, 19, 8) + "\n"
        }
        result += column("  complex", width + 35) + column(record.complexEnergy, 19, 8) + "\n"
        for (name, value) in [
            ("interaction energy, uncorrected", record.uncorrectedInteraction), ("correction", record.correction),
            ("interaction energy, corrected", record.interaction),
        ] {
            result +=
                column("  \(name)", 40) + column(value, 16, 8) + " Eh"
                + column(value * PhysicalConstants.hartreeInKilocaloriePerMole, 12, 3) + " kcal/mol\n"
        }
        result += wrapped(
            "  note: the fragments have the structures and charges given; energies to deform them into these structures are not included")
        if cutsBonds { result += wrapped("  note: bonds connect the fragments; each is computed as it stands, with its bonds cut") }
        return result
    }
}
