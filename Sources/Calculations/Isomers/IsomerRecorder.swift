import FileFormats
import Foundation
import IsomerSearch
import MolecularStructure
import ParallelExecution
import RunFolders

/// Writes the results of a search for isomers: the tables, and the structures by charge and rank.
struct IsomerRecorder {
    let input: IsomerInput
    let proposals: IsomerProposals
    let cheap: ModelInput?
    let relaxed: ModelInput
    let singlePoint: ModelInput?
    let folder: OutputFolder
    let call: CallRecord
    let pool: WorkerPool

    private static let resultName = "isomers.json"
    private static let tableName = "isomers.csv"
    private static let textName = "isomers.txt"

    /// Writes the results so far.
    @discardableResult
    func write(_ findings: [IsomerFindings], since start: ContinuousClock.Instant) throws -> IsomerResult {
        let models = [cheap, relaxed, singlePoint].compactMap { $0 }
        let levels = models.enumerated().map { index, model in
            IsomerResult.Level(
                name: model.levelName, task: singlePoint != nil && index == models.count - 1 ? "single point" : "relaxation",
                window: index == models.count - 1 ? nil : index == 0 && cheap != nil ? input.cheapWindow : input.relaxedWindow)
        }
        var charges: [IsomerResult.ChargeRecord] = []
        for found in findings { charges.append(try record(found, levels: levels.map(\.name))) }
        let molecule = proposals.proposals[0].molecule
        let result = IsomerResult(
            provenance: call.provenance(
                input: input.molecules.map(\.name).joined(separator: " "), since: start, pool: pool),
            symbols: molecule.atoms.map(\.element.symbol), levels: levels,
            proposals: .init(
                count: proposals.proposals.count, graphs: proposals.graphCount, unbuilt: proposals.unbuiltCount,
                truncated: proposals.isTruncated, seed: input.proposals.seed),
            charges: charges, finished: findings.allSatisfy(\.isComplete))
        try folder.write(JSONLayout.encoded(result), name: Self.resultName)
        try folder.write(Data(result.csv.utf8), name: Self.tableName)
        try folder.write(Data(result.text.utf8), name: Self.textName)
        return result
    }

    /// Removes the page and the pictures of an earlier call: the structures that follow have other ranks.
    func removePage() { IsomerPages(folder: folder, pool: pool).remove(charges: input.charges) }

    /// Draws the isomers and writes the page.
    func writePage(_ result: IsomerResult) throws {
        let names = input.molecules.map { URL(fileURLWithPath: $0.name).deletingPathExtension().lastPathComponent }
        try IsomerPages(folder: folder, pool: pool).write(result, title: names.joined(separator: " + "))
    }

    /// One charge: isomers by ascending energy, those with energies of the highest level first.
    private func record(_ findings: IsomerFindings, levels: [String]) throws -> IsomerResult.ChargeRecord {
        let cheap = try findings.cheap.withoutDuplicates()
        let relaxed = try findings.relaxed.withoutDuplicates()
        let done = Set(relaxed.flatMap(\.starts) + findings.dissociated)
        let comparison = StructureComparison()
        // A structure that was relaxed further is listed as the result, and a result of several starts is listed once.
        let dropped = try cheap.filter { isomer in
            try !done.contains(isomer.id) && !relaxed.contains { try comparison.areSame($0.shape, isomer.shape) }
        }
        let last = levels.last ?? ""
        let withFinal = relaxed.filter { singlePoint != nil && $0.energies[last] != nil }
        let ordered =
            withFinal.sorted { ($0.energies[last] ?? 0) < ($1.energies[last] ?? 0) }
            + relaxed.filter { singlePoint == nil || $0.energies[last] == nil } + dropped
        var isomers: [IsomerResult.Isomer] = []
        for (index, isomer) in ordered.enumerated() {
            let bonds = IsomerDescription(isomer.molecule, isomer.shape.graph).description
            let file = "q\(findings.state.charge)/isomer-\(IsomerLadder.name(index)).xyz"
            let energies = levels.compactMap { level in isomer.energies[level].map { "\(level)=\(String(format: "%.8f", $0))" } }
            let xyz = XYZFile(
                molecule: isomer.molecule, comment: "id=\(isomer.id) \(energies.joined(separator: " ")) \"\(bonds)\"",
                charge: findings.state.charge, multiplicity: findings.state.multiplicity)
            let sub = try OutputFolder(path: folder.url("q\(findings.state.charge)").path)
            try sub.write(Data(xyz.text.utf8), name: "isomer-\(IsomerLadder.name(index)).xyz")
            isomers.append(
                .init(
                    id: isomer.id, bonds: bonds, energies: isomer.energies, spinSquared: isomer.spinSquared,
                    starts: isomer.starts.sorted(), converged: isomer.isConverged,
                    geometry: isomer.molecule.atoms.flatMap { [$0.position.x, $0.position.y, $0.position.z] }, file: file))
        }
        // Those of an earlier table that was longer.
        OutputFolder(existing: folder.url("q\(findings.state.charge)").path).removeFiles(from: isomers.count) {
            "isomer-\(IsomerLadder.name($0)).xyz"
        }
        // Starts from other charges are not independent of the proposals.
        let completeness = SearchCompleteness(
            counts: isomers.filter(\.converged).map { $0.starts.count { !$0.contains(IsomerLadder.crossing) } }.filter { $0 > 0 })
        let errors = zip(levels, levels.dropFirst()).compactMap { relaxed.error(of: $0, against: $1) }
        return .init(
            charge: findings.state.charge, multiplicity: findings.state.multiplicity, isomers: isomers, starts: findings.starts,
            untried: findings.untried, unfinished: findings.unfinished, dissociated: findings.dissociated,
            failures: findings.failures, foundOnce: completeness.foundOnce, missingShare: completeness.missingShare,
            unseenAtLeast: completeness.unseenAtLeast,
            errors: errors)
    }
}
