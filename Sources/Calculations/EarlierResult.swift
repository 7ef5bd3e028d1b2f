import FileFormats
import Foundation
import MolecularStructure
import RunFolders

/// The result that a folder already contains when a calculation starts in it. A result of the same molecule and model becomes part of the
/// new one; any other is replaced only on request.
struct EarlierResult {
    let document: ResultDocument
    /// Whether there are files of a search for other solutions, which means that the search or its end was interrupted.
    let hasSearch: Bool

    /// Nil if there is none.
    ///
    /// - Parameter replaces: whether an unreadable result may be replaced.
    /// - Throws: `RunFolderError.occupied` if there is a result that cannot be read.
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

    /// Whether some state has converged; otherwise nothing would be lost.
    var isWorthKeeping: Bool { document.states.contains(where: \.converged) }

    /// The error that the earlier result is in the way.
    ///
    /// - Parameter now: the requested model; nil if models are not compared.
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

    /// The requested states and the states that are kept: in the requested order or, if others are kept, by descending charge.
    ///
    /// - Parameter asked: a charge that is present with another multiplicity is kept with it unless the multiplicity was given.
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

    /// Charges whose multiplicity was given and differs here.
    func conflicts(with asked: [ChargeState], named: Set<Int>) -> [String] {
        asked.compactMap { state in
            guard named.contains(state.charge), let record = record(charge: state.charge), record.converged,
                record.multiplicity != state.multiplicity
            else { return nil }
            return "charge \(signed(state.charge)) has multiplicity \(record.multiplicity), now \(state.multiplicity)"
        }
    }

    /// Whether a state need not be solved again.
    func isSolved(_ state: ChargeState, by checkpoints: StateCheckpoints, having analyses: AnalysisInput?) -> Bool {
        guard let record = record(charge: state.charge), record.converged, record.multiplicity == state.multiplicity,
            analyses?.gradient != true || record.gradient != nil,
            analyses?.checksFit != true || record.fittingError != nil, let energy = record.energy,
            let kept = checkpoints.energy(of: state)
        else { return false }
        return abs(kept - energy) < 1e-6
    }

    /// A state that was solved again, with the earlier data that still apply.
    ///
    /// - Parameter convergence: that of the new solution; forces of a less converged one are not kept.
    func merged(_ record: StateRecord, convergence: Double) -> StateRecord {
        guard let old = self.record(charge: record.charge), old.isSameSolution(record) else { return record }
        var result = record
        result.files = old.files
        result.vibrations = old.vibrations
        result.keepCharges(of: old)
        if record.gradient == nil, document.input.map({ $0.record.convergence <= convergence }) ?? false {
            (result.gradient, result.gradientSums) = (old.gradient, old.gradientSums)
        }
        if record.fittingError == nil { result.fittingError = old.fittingError }
        if record.search == nil, old.search != nil {
            (result.search, result.alternatives, result.multiplicities) = (old.search, old.alternatives, old.multiplicities)
            (result.origin, result.relativeEnergy) = (old.origin, old.relativeEnergy)
        }
        return result
    }

    /// A line about the remaining work.
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

    /// Charges of the same state by schemes that were not computed again.
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
    /// Takes over options of an earlier call that this call leaves open.
    mutating func keep(_ old: AnalysisInput) {
        let plain = AnalysisInput()
        if fragments.isEmpty { fragments = old.fragments }
        if cubes.isEmpty || cubeSpacing == plain.cubeSpacing { cubeSpacing = old.cubeSpacing }
        // All cubes of a folder have the same spacing: others are computed again.
        if cubeSpacing != old.cubeSpacing { cubes = Cube.allCases.filter { cubes.contains($0) || old.cubes.contains($0) } }
        if charges.hasPlainOptions {
            let schemes = charges.schemes
            charges = old.charges
            charges.schemes = schemes
        }
    }
}

extension ChargeInput {
    /// Whether only the schemes were chosen.
    fileprivate var hasPlainOptions: Bool { hasOptions(of: ChargeInput()) }

    private func hasOptions(of other: ChargeInput) -> Bool {
        var other = other
        other.schemes = schemes
        return self == other
    }

    /// The part of these charges that a result lacks; nil if none.
    ///
    /// - Parameters:
    ///   - known: the schemes in the result.
    ///   - before: the input of the result; with other radii or restraints all charges are computed again.
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
