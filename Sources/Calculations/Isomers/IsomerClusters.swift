import IsomerSearch
import MolecularStructure

/// A structure found by a relaxation.
struct RelaxedIsomer: Sendable {
    /// Name of the first start that led to it.
    let id: String
    var starts: [String]
    let shape: StructureComparison.Shape
    /// In hartree, at the level of the relaxation.
    let energy: Double
    let spinSquared: Double
    let isConverged: Bool
    /// By the names of levels.
    var energies: [String: Double]

    var molecule: Molecule { shape.molecule }
}

extension [RelaxedIsomer] {
    /// One entry per structure, by ascending energy. The lowest structure represents its duplicates, with the lowest of their energies at
    /// every level.
    func withoutDuplicates() throws -> [RelaxedIsomer] {
        let comparison = StructureComparison()
        var result: [RelaxedIsomer] = []
        for isomer in sorted(by: { $0.energy < $1.energy }) {
            if let place = try result.firstIndex(where: { try comparison.areSame($0.shape, isomer.shape) }) {
                result[place].starts += isomer.starts
                result[place].energies.merge(isomer.energies, uniquingKeysWith: Swift.min)
            } else {
                result.append(isomer)
            }
        }
        return result
    }

    /// Structures at most `window` above the lowest.
    func within(_ window: Double) -> [RelaxedIsomer] {
        let lowest = map(\.energy).min() ?? 0
        return filter { $0.energy <= lowest + window }
    }

    /// How relative energies at one level differ from those at another; nil if fewer than two isomers have both.
    func error(of level: String, against next: String) -> IsomerResult.LevelError? {
        let differences = compactMap { isomer in
            isomer.energies[level].flatMap { energy in isomer.energies[next].map { energy - $0 } }
        }
        guard differences.count > 1 else { return nil }
        let mean = differences.reduce(0, +) / Double(differences.count)
        let deviations = differences.map { abs($0 - mean) }
        return IsomerResult.LevelError(
            level: level, next: next, count: differences.count,
            rootMeanSquare: (deviations.reduce(0) { $0 + $1 * $1 } / Double(deviations.count)).squareRoot(),
            largest: deviations.reduce(0, Swift.max))
    }
}
