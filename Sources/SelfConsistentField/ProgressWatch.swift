import GaussianBasis
import LinearAlgebra

/// Monitors energy and orbital gradient of the iterations, and keeps the data of the lowest energy.
struct ProgressWatch {
    struct Point {
        let energy: Double
        let orbitals: [MolecularOrbitals]
        let fock: [Matrix]
    }

    /// The monitored quantities, for a restart.
    struct Record: Sendable, Equatable, Codable {
        var gradients: [Double] = []
        var newestEnergy = 0.0
        var lowestEnergy: Double?
        /// Whether the iterations have stalled before.
        var isStalled = false
    }

    private(set) var record: Record
    private(set) var lowest: Point?

    init(_ record: Record = Record()) { self.record = record }

    /// Number of iterations within which the smallest gradient must halve.
    private let patience = 7
    /// A rise above the lowest energy from which extrapolation does not recover by itself, in hartree.
    private let tolerableRise = 0.05
    /// The first iterations may overshoot.
    private let warmUp = 5

    mutating func record(energy: Double, gradient: Double, orbitals: [MolecularOrbitals], fock: [Matrix]) {
        record.gradients.append(gradient)
        record.newestEnergy = energy
        if energy < record.lowestEnergy ?? .infinity {
            record.lowestEnergy = energy
            lowest = Point(energy: energy, orbitals: orbitals, fock: fock)
        }
    }

    /// Whether extrapolation fails: the energy has risen, or the smallest gradient of the last iterations is more than half of the smallest
    /// one before them.
    var hasStalled: Bool {
        if record.isStalled { return true }
        let gradients = record.gradients
        if let lowest = record.lowestEnergy, gradients.count > warmUp, record.newestEnergy > lowest + tolerableRise { return true }
        guard gradients.count > patience + 3 else { return false }
        let before = gradients.dropLast(patience).min() ?? 0
        let recent = gradients.suffix(patience).min() ?? 0
        return recent > 0.5 * before
    }
}
