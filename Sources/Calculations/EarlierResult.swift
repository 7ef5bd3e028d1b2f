import FileFormats
import Foundation
import MolecularStructure
import RunFolders

/// The result that a folder holds when a calculation is begun in it. Of the same molecule and model it becomes part of the new one;
/// another one is not replaced unless that was asked for.
struct EarlierResult {
    let document: ResultDocument
    /// Whether files of a search for other solutions are there: it was interrupted, or its end was.
    let hasSearch: Bool

    /// Nil where there is none.
    ///
    /// - Parameter replaces: whether what cannot be read may be replaced.
    /// - Throws: `RunFolderError.occupied` where there is a result that cannot be read.
    init?(in folder: String, replaces: Bool) throws {
        let files = OutputFolder(existing: folder)
        guard files.has(OutputFolder.resultName) else { return nil }
        do {
            document = try FinishedRun.document(in: folder)
        } catch {
            guard !replaces else { return nil }
            throw RunFolderError.occupied(path: folder, by: "a result that cannot be read (\(sentence(error)))")
        }
        hasSearch = files.has(SearchCheckpoints.name)
    }

    /// Whether some state has converged: otherwise nothing is lost.
    var isWorthKeeping: Bool { document.states.contains(where: \.converged) }

    /// That it is in the way.
    ///
    /// - Parameter now: the model asked for; nil where it is no matter of models.
    func refusal(_ folder: String, conflicts: [String], now: ModelInput? = nil) -> RunFolderError {
        let name = document.provenance.input
        let old = document.input?.whole?.model
        let isPaper = old?.basis == ModelPreset.paper.basis && old?.method == ModelPreset.paper.method
        let isOpen = now.map { $0.basis == nil && $0.preset == nil } ?? false
        let preset = isPaper && isOpen ? " (its model is that of --preset paper)" : ""
        return .occupied(
            path: folder,
            by: "another calculation\(name.isEmpty ? "" : " (of \(name))"): \(conflicts.joined(separator: "; "))\(preset)")
    }

    func record(charge: Int) -> StateRecord? { document.states.first { $0.charge == charge } }

    /// The states that were asked for and those that are there already and stay: in the order asked for, or, with others, by falling charge.
    ///
    /// - Parameter asked: a charge that is there with another multiplicity, which nobody named, is taken as it is.
    func states(with asked: [ChargeState], named: Set<Int>) -> [ChargeState] {
        let kept = document.states.compactMap { record -> ChargeState? in
            let state = asked.first { $0.charge == record.charge }
            if let state, named.contains(state.charge) || !record.converged { return state }
            return record.converged ? record.state : nil
        }
        let all = kept + asked.filter { state in !kept.contains { $0.charge == state.charge } }
        let order = asked.map(\.charge)
        guard all.count == asked.count else { return all.sorted { $0.charge > $1.charge } }
        return order.compactMap { charge in all.first { $0.charge == charge } }
    }

    /// Charges whose multiplicity was named and is another one here.
    func conflicts(with asked: [ChargeState], named: Set<Int>) -> [String] {
        asked.compactMap { state in
            guard named.contains(state.charge), let record = record(charge: state.charge), record.converged,
                record.multiplicity != state.multiplicity
            else { return nil }
            return "charge \(signed(state.charge)) has multiplicity \(record.multiplicity), now \(state.multiplicity)"
        }
    }

    /// Whether a state need not be solved again.
    func isSolved(_ state: ChargeState, by checkpoints: StateCheckpoints, withGradient: Bool) -> Bool {
        guard let record = record(charge: state.charge), record.converged, record.multiplicity == state.multiplicity,
            !withGradient || record.gradient != nil, let energy = record.energy,
            let kept = checkpoints.energy(of: state)
        else { return false }
        return abs(kept - energy) < 1e-6
    }

    /// A state that was solved again, with what was known of it, where it is the same.
    ///
    /// - Parameter convergence: that of the new solution; forces of one that had converged less do not stay.
    func merged(_ record: StateRecord, convergence: Double) -> StateRecord {
        guard let old = self.record(charge: record.charge), old.isSameSolution(record) else { return record }
        var result = record
        result.files = old.files
        result.vibrations = old.vibrations
        result.keepCharges(of: old)
        if record.gradient == nil, document.input.map({ $0.record.convergence <= convergence }) ?? false {
            (result.gradient, result.gradientSums) = (old.gradient, old.gradientSums)
        }
        if record.search == nil, old.search != nil {
            (result.search, result.alternatives, result.multiplicities) = (old.search, old.alternatives, old.multiplicities)
            (result.origin, result.relativeEnergy) = (old.origin, old.relativeEnergy)
        }
        return result
    }

    /// How the work that is left is told.
    func note(solved: [ChargeState], in folder: String) -> String {
        let charges = solved.map { signed($0.charge) }.joined(separator: ", ")
        return "\(folder) has charge \(charges) already: not solved again (--guess atoms starts over)"
    }
}

extension StateRecord {
    /// Whether charge and multiplicity are the same, and the energies within 1e-6 Eh.
    func isSameSolution(_ other: StateRecord) -> Bool {
        charge == other.charge && multiplicity == other.multiplicity
            && abs((energy ?? .infinity) - (other.energy ?? .infinity)) < 1e-6
    }

    /// Charges of the same state by schemes that were not taken again.
    fileprivate mutating func keepCharges(of old: StateRecord) {
        charges.merge(old.charges) { new, _ in new }
        spinPopulations.merge(old.spinPopulations) { new, _ in new }
        potentialFits.merge(old.potentialFits) { new, _ in new }
        if let checks = old.chargeChecks { chargeChecks = checks.merging(chargeChecks ?? [:]) { _, new in new } }
        if let dipoles = old.atomicDipoles { atomicDipoles = dipoles.merging(atomicDipoles ?? [:]) { _, new in new } }
        if let electrons = old.ghostPopulations {
            ghostPopulations = electrons.merging(ghostPopulations ?? [:]) { _, new in new }
        }
        naturalPopulations = naturalPopulations ?? old.naturalPopulations
        if let orders = old.bondOrders, bondOrders?.contains(where: { $0.naturalWiberg != nil || $0.fuzzy != nil }) != true {
            bondOrders = orders
        }
    }
}

extension AnalysisInput {
    /// Takes over choices of an earlier call for which there are none now.
    mutating func keep(_ old: AnalysisInput) {
        let plain = AnalysisInput()
        if fragments.isEmpty { fragments = old.fragments }
        if cubes.isEmpty || cubeSpacing == plain.cubeSpacing { cubeSpacing = old.cubeSpacing }
        // One spacing holds for all cubes of a folder: others are made again.
        if cubeSpacing != old.cubeSpacing { cubes = Cube.allCases.filter { cubes.contains($0) || old.cubes.contains($0) } }
        if charges.hasPlainOptions {
            let schemes = charges.schemes
            charges = old.charges
            charges.schemes = schemes
        }
    }
}

extension ChargeInput {
    /// Whether nothing but the schemes was chosen.
    fileprivate var hasPlainOptions: Bool { hasOptions(of: ChargeInput()) }

    private func hasOptions(of other: ChargeInput) -> Bool {
        var other = other
        other.schemes = schemes
        return self == other
    }

    /// What of these charges a result lacks; nil for nothing.
    ///
    /// - Parameters:
    ///   - known: the schemes that it has.
    ///   - before: what it was made with; by other radii and restraints all charges are taken again.
    func missing(known: Set<String>, before: ChargeInput?) -> ChargeInput? {
        var result = self
        if before.map(hasOptions) ?? true {
            result.schemes.removeAll(where: known.contains)
        } else {
            result.schemes += known.subtracting(schemes).sorted()
        }
        return result.schemes.isEmpty ? nil : result
    }
}
