import BasisSets
import FileFormats
import Foundation
import GaussianBasis
import MolecularStructure
import RunFolders

/// An interaction energy with the counterpoise correction of Boys and Bernardi: the complex, then every fragment in its own basis and in
/// that of the complex, each in its own folder.
public struct Counterpoise {
    private let input: CalculationInput
    private let output: String
    private let replaces: Bool
    private let call: CallRecord
    private let monitor: CalculationMonitor
    private let resolved: ResolvedBasis
    private let plan: CounterpoisePlan
    private let charges: [Int]
    private let multiplicities: [Int]?

    /// Checks everything that can be checked before the first calculation. The fragments are those of the input, and the molecules into
    /// which the bonds divide the other atoms.
    ///
    /// - Parameters:
    ///   - folder: for the results of the complex; those of the fragments go to subfolders.
    ///   - replaces: whether to replace the results of another calculation in the folder.
    public init(
        _ input: CalculationInput, folder: String, replaces: Bool = false, call: CallRecord = CallRecord(),
        monitor: CalculationMonitor = CalculationMonitor()
    ) throws {
        let fragments = input.counterpoise
        guard input.task == .counterpoise, !input.analyses.gradient else {
            throw CalculationError.usage("--counterpoise corrects energies of one structure. Leave out --relax and --gradient.")
        }
        guard (input.states.reduction ?? 0) == 0 else {
            throw CalculationError.usage("--counterpoise is of one state. Leave out --reduce, and name one charge for each call.")
        }
        guard input.model.solvent == nil else {
            throw CalculationError.usage(
                "--counterpoise does not work with --solvent: ghost atoms have no sphere in the cavity. Leave out one of the two."
            )
        }
        let molecule = try input.molecule.file().molecule
        let total = input.states.charges ?? [input.molecule.charge ?? 0]
        guard total.count == 1 else {
            throw CalculationError.usage(
                "--counterpoise is of one state, but --charge names \(total.count). Name one charge for each call.")
        }
        do {
            plan = try CounterpoisePlan(
                molecule, chosen: input.analyses.fragments.map { Fragment(name: $0.name, kind: .chosen, atoms: $0.atoms) })
        } catch {
            throw CalculationError.badInput("--counterpoise: \(error).")
        }
        charges = fragments.charges ?? plan.parts.map { _ in 0 }
        multiplicities = fragments.multiplicities
        let names = plan.parts.map { "\($0.name): atoms \(AtomList(indices: $0.atoms))" }.joined(separator: "; ")
        for (option, values) in [("--fragment-charge", charges), ("--fragment-multiplicity", multiplicities ?? charges)] {
            guard values.count == plan.parts.count else {
                throw CalculationError.usage(
                    "\(option) names \(values.count) values for \(plan.parts.count) fragments (\(names)). Give one for each.")
            }
        }
        guard charges.reduce(0, +) == total[0] else {
            let text =
                "--counterpoise: the fragments have the charges \(charges.map { signed($0) }.joined(separator: ", ")), together "
                + "\(signed(charges.reduce(0, +))), but the complex has \(signed(total[0])). Name them with --fragment-charge, in this order: "
                + "\(names)."
            throw fragments.charges == nil ? CalculationError.badInput(text) : .usage(text)
        }
        var input = input
        input.task = .energy
        input.states.charges = total
        input.states.addsElectrons = false
        // A fragment whose ground state is not the lowest multiplicity, such as O2, must not become a singlet.
        if input.states.stability == .follow { input.states.search = input.states.search ?? .full }
        self.input = input
        output = folder
        self.replaces = replaces
        self.call = call
        self.monitor = monitor
        resolved = try input.model.resolved(for: molecule)
    }

    @discardableResult
    public func run() throws -> ResultDocument {
        let root = try OutputFolder(path: output)
        let lock = try FolderLock(root)
        defer { withExtendedLifetime(lock) {} }
        var document = try Calculation(input, folder: output, replaces: replaces, call: call, monitor: monitor).run()
        // The folder may contain further charges.
        let charge = input.states.charges?.first
        guard let complex = document.states.first(where: { $0.charge == charge ?? $0.charge }), complex.converged,
            let energy = complex.energy
        else { return document }
        var fragments: [CounterpoiseRecord.Part] = []
        for (index, part) in plan.parts.enumerated() {
            monitor.note("fragment \(index + 1) of \(plan.parts.count), \(part.name): in its own basis")
            let own = try state(part.alone, centers: part.atoms, index: index, folder: "fragment-\(index + 1).esp")
            monitor.note("fragment \(index + 1) of \(plan.parts.count), \(part.name): in the basis of the complex")
            let whole = try state(
                part.withGhosts, centers: part.atoms + part.others, index: index, folder: "fragment-\(index + 1)-whole-basis.esp")
            guard own.multiplicity == whole.multiplicity else {
                throw CalculationError.badInput(
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
        // The input of the whole calculation, not of the complex alone.
        if var whole = document.input?.whole {
            whole.task = .counterpoise
            document.input = .whole(whole)
        }
        try root.write(document.json(), name: OutputFolder.resultName)
        try monitor.report(.counterpoised(record, cutsBonds: plan.cutsBonds))
        return document
    }

    /// One fragment in one basis; a finished one is not computed again.
    ///
    /// - Parameter centers: indices, within the complex, of the molecule's atoms and ghost atoms.
    private func state(_ molecule: Molecule, centers: [Int], index: Int, folder: String) throws -> StateRecord {
        let name = plan.parts[index].name
        var file = XYZFile(molecule: molecule, comment: "\(name) of \(OutputFolder.stem(of: input.molecule.name))")
        file.charge = charges[index]
        var single = input
        single.molecule = MoleculeInput(file, name: input.molecule.name)
        single.states.charges = [charges[index]]
        single.states.multiplicities = multiplicities.map { [$0[index]] }
        single.model = try input.model.renumbered(centers)
        single.convergence.startFrom = nil
        single.analyses.fragments = []
        single.analyses.cubes = []
        single.analyses.pictures = []
        let basis = ResolvedBasis(
            molecule: molecule, bases: centers.map { resolved.bases[$0] }, names: centers.map { resolved.names[$0] },
            functionType: resolved.functionType, references: resolved.references)
        let path = URL(fileURLWithPath: output).appendingPathComponent(folder).relativePath
        let calculation = try Calculation(
            single, folder: path, basis: basis, replaces: true, call: call, monitor: monitor.withoutResults)
        guard let state = record(index, of: try calculation.run()), state.converged else {
            throw CalculationError.notConverged(
                "--counterpoise: no convergence for \(name) in \(path). Run the same command to restart from there; "
                    + "--max-iterations, --damping and --level-shift may help.")
        }
        return state
    }

    /// The state of a fragment in the result of its folder, which may contain others.
    private func record(_ index: Int, of document: ResultDocument) -> StateRecord? {
        document.states.first {
            $0.charge == charges[index] && $0.multiplicity == multiplicities?[index] ?? $0.multiplicity
        }
    }
}
