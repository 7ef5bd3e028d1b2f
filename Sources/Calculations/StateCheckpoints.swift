import FileFormats
import Foundation
import GaussianBasis
import MolecularStructure
import RunFolders
import SelfConsistentField

/// The files of a computation in the output folder from which a later call restarts: for every state the orbitals of the latest iteration,
/// a file for each of the earlier matrices used in extrapolation, and the orbitals of the unstable solutions from which descents started.
struct StateCheckpoints {
    let folder: OutputFolder
    let molecule: Molecule
    let basisFingerprint: String
    let functionCount: Int
    let method: String
    /// Empty for methods without a grid.
    let grid: String
    /// Other settings that determine the course of the iterations: extrapolation data are reused only under the same settings.
    let conditions: [String]

    private func checkpoint(_ start: StartingOrbitals, state: ChargeState, iteration: Int = 0, energy: Double = 0) -> Checkpoint {
        Checkpoint(
            molecule: molecule, basisFingerprint: basisFingerprint, state: state, method: method, grid: grid,
            iteration: iteration,
            energy: energy, isConverged: start.isSolution, orbitals: start.orbitals,
            instabilitiesFollowed: start.instabilitiesFollowed, isSecondOrder: start.isSecondOrder, details: details(start))
    }

    /// Saves an iteration.
    func save(_ start: StartingOrbitals, state: ChargeState, iteration: Int, energy: Double) throws {
        try save(
            start, checkpoint(start, state: state, iteration: iteration, energy: energy), name: OutputFolder.checkpointName(state)
        )
    }

    private func save(_ start: StartingOrbitals, _ checkpoint: Checkpoint, name checkpointName: String) throws {
        // The matrices first: a checkpoint never refers to a missing file.
        for sample in start.history?.samples ?? [] {
            let name = OutputFolder.historyName(checkpointName, sample.number)
            // A number denotes the same matrices until others are removed.
            guard !FileManager.default.fileExists(atPath: folder.url(name).path) else { continue }
            try folder.write(SymmetricMatrixFile(sample.fock + sample.density).data(), name: name)
        }
        try folder.write(checkpoint.data(), name: checkpointName)
        removeHistory(checkpointName, except: start.history?.samples.map(\.number) ?? [])
    }

    private struct Details: Codable {
        var conditions: [String]
        /// Of the samples, the oldest first.
        var numbers: [Int] = []
        var record: ExtrapolationHistory.Record?
    }

    private func details(_ start: StartingOrbitals) -> Data? {
        try? JSONEncoder().encode(
            Details(
                conditions: conditions, numbers: start.history?.samples.map(\.number) ?? [], record: start.history?.record))
    }

    /// The extrapolation data that belong to a checkpoint; nil if a part is missing.
    private func history(_ checkpoint: Checkpoint, name: String) -> ExtrapolationHistory? {
        guard let data = checkpoint.details, let details = try? JSONDecoder().decode(Details.self, from: data),
            let record = details.record, details.numbers.count <= 100
        else { return nil }
        var spins = 1
        if case .unrestricted = checkpoint.orbitals { spins = 2 }
        var samples: [ExtrapolationHistory.Sample] = []
        for number in details.numbers {
            let path = folder.url(OutputFolder.historyName(name, number)).path
            guard let matrices = try? SymmetricMatrixFile(readingFrom: path).matrices, matrices.count == 2 * spins,
                matrices[0].rows == functionCount
            else { return nil }
            samples.append(.init(number: number, fock: Array(matrices[..<spins]), density: Array(matrices[spins...])))
        }
        return ExtrapolationHistory(samples: samples, record: record)
    }

    /// Removes the extrapolation data.
    private func removeHistory(_ checkpointName: String, except numbers: [Int]) {
        let kept = Set(numbers.map { OutputFolder.historyName(checkpointName, $0) })
        let names = folder.names
        for name in names where OutputFolder.isHistoryName(name, checkpointName) && !kept.contains(name) {
            try? FileManager.default.removeItem(at: folder.url(name))
        }
    }

    /// Saves the orbitals of a finished state.
    ///
    /// - Parameter instabilitiesFollowed: number of unstable solutions that were saved with it.
    func save(_ result: SCFResult, instabilitiesFollowed: Int) throws {
        let isDegenerate = result.stability?.undecided == .equalEnergy
        try save(
            StartingOrbitals(
                result.wavefunction.orbitals, instabilitiesFollowed: instabilitiesFollowed, isSolution: result.isConverged,
                history: isDegenerate ? .ofDegenerateSolution(energy: result.energy) : nil),
            state: result.wavefunction.state, iteration: result.iterations, energy: result.energy)
    }

    /// The same, in a file with another name than the state's.
    func save(_ start: StartingOrbitals, state: ChargeState, name: String) throws {
        try save(start, checkpoint(start, state: state), name: name)
    }

    /// Saves an unstable solution before the descent from it.
    func saveUnstable(_ result: SCFResult) throws {
        let (state, number) = (result.wavefunction.state, result.stability?.instabilitiesFollowed ?? 0)
        let start = StartingOrbitals(result.wavefunction.orbitals, instabilitiesFollowed: number, isSolution: true)
        try folder.write(
            checkpoint(start, state: state, iteration: result.iterations, energy: result.energy).data(),
            name: OutputFolder.unstableCheckpointName(state, number + 1))
    }

    /// The first `count` unstable solutions of a state, as far as they exist and fit.
    func unstable(_ state: ChargeState, count: Int) -> [StartingOrbitals] {
        (0..<count).compactMap { number in
            orbitals(OutputFolder.unstableCheckpointName(state, number + 1), state)
        }
    }

    /// Orbitals in a file of this computation; nil if there are none or if something does not fit.
    func orbitals(_ name: String, _ state: ChargeState) -> StartingOrbitals? {
        guard let stored = try? Checkpoint(readingFrom: folder.url(name).path), obstacle(to: stored, for: state) == nil,
            isOfThisMethod(stored), isUnderSameConditions(stored)
        else { return nil }
        return orbitals(stored, name: name)
    }

    private func orbitals(_ checkpoint: Checkpoint, name: String) -> StartingOrbitals {
        StartingOrbitals(
            checkpoint.orbitals, instabilitiesFollowed: checkpoint.instabilitiesFollowed,
            isSecondOrder: checkpoint.isSecondOrder, isSolution: checkpoint.isConverged, history: history(checkpoint, name: name))
    }

    /// Energy of a state whose orbitals exist and belong to this computation; nil for others.
    func energy(of state: ChargeState) -> Double? {
        guard let stored = try? Checkpoint(readingFrom: folder.url(OutputFolder.checkpointName(state)).path),
            obstacle(to: stored, for: state) == nil, isOfThisMethod(stored)
        else { return nil }
        return stored.energy
    }

    private func removeUnstable(_ state: ChargeState) {
        var number = 1
        while (try? FileManager.default.removeItem(at: folder.url(OutputFolder.unstableCheckpointName(state, number)))) != nil {
            number += 1
        }
    }

    /// Orbitals of an earlier call if they fit and are wanted; otherwise their files are removed.
    ///
    /// - Parameter note: gets a line about what was done.
    func start(_ state: ChargeState, guess: ConvergenceInput.Guess, note: (String) -> Void) throws -> StartingOrbitals? {
        let start = try stored(state, guess: guess, note: note)
        if start?.instabilitiesFollowed ?? 0 == 0 { removeUnstable(state) }
        removeHistory(OutputFolder.checkpointName(state), except: start?.history?.samples.map(\.number) ?? [])
        return start
    }

    private func stored(_ state: ChargeState, guess: ConvergenceInput.Guess, note: (String) -> Void) throws -> StartingOrbitals? {
        guard guess == .auto || guess == .checkpoint else { return nil }
        let path = folder.url(OutputFolder.checkpointName(state)).path
        func refuse(_ reason: String) throws -> StartingOrbitals? {
            guard guess == .auto else { throw CalculationError.badInput("\(path): \(reason). Use --guess auto to start over.") }
            note("the checkpoint is not used: \(reason)")
            return nil
        }
        guard FileManager.default.fileExists(atPath: path) else {
            return guess == .auto ? nil : try refuse("there is no checkpoint")
        }
        let checkpoint: Checkpoint
        do {
            checkpoint = try Checkpoint(readingFrom: path)
        } catch {
            return try refuse("\(error)")
        }
        if let obstacle = obstacle(to: checkpoint, for: state) { return try refuse(obstacle) }
        let isSame = isOfThisMethod(checkpoint)
        let kind = checkpoint.isConverged ? "converged" : "not converged, \(checkpoint.iteration) iterations"
        note(
            "restarting from the \(checkpoint.method) checkpoint (\(kind)\(isSame ? "" : "; method or grid has changed"))")
        // Otherwise they are treated like any other initial orbitals.
        guard isSame, isUnderSameConditions(checkpoint) else { return StartingOrbitals(checkpoint.orbitals) }
        return orbitals(checkpoint, name: OutputFolder.checkpointName(state))
    }

    private func obstacle(to checkpoint: Checkpoint, for state: ChargeState) -> String? {
        checkpoint.obstacle(molecule: molecule, basisFingerprint: basisFingerprint, state: state)
            ?? (checkpoint.functionCount == functionCount ? nil : "its size differs")
    }

    private func isUnderSameConditions(_ checkpoint: Checkpoint) -> Bool {
        checkpoint.details.flatMap { try? JSONDecoder().decode(Details.self, from: $0) }?.conditions == conditions
    }

    private func isOfThisMethod(_ checkpoint: Checkpoint) -> Bool { checkpoint.method == method && checkpoint.grid == grid }
}
