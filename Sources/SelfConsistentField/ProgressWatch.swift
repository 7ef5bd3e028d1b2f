import GaussianBasis
import LinearAlgebra

/// Watches energy and orbital gradient of the iterations, and keeps what belongs to the lowest energy.
struct ProgressWatch {
    struct Point {
        let energy: Double
        let orbitals: [MolecularOrbitals]
        let fock: [Matrix]
    }

    private var gradients: [Double] = []
    private var newestEnergy = 0.0
    private(set) var lowest: Point?

    private let isStalled: Bool

    /// - Parameter isStalled: whether progress has been found to have stalled before.
    init(isStalled: Bool = false) { self.isStalled = isStalled }

    /// Iterations in which the smallest gradient must halve.
    private let patience = 7
    /// A rise above the lowest energy that extrapolation does not make good on its own, in hartree.
    private let tolerableRise = 0.05
    /// The first iterations may overshoot.
    private let warmUp = 5

    mutating func record(energy: Double, gradient: Double, orbitals: [MolecularOrbitals], fock: [Matrix]) {
        gradients.append(gradient)
        newestEnergy = energy
        if energy < lowest?.energy ?? .infinity { lowest = Point(energy: energy, orbitals: orbitals, fock: fock) }
    }

    /// Whether extrapolation has lost its way: the energy has risen, or the smallest gradient of the last iterations is
    /// more than half of the smallest one before them.
    var hasStalled: Bool {
        if isStalled { return true }
        if let lowest, gradients.count > warmUp, newestEnergy > lowest.energy + tolerableRise { return true }
        guard gradients.count > patience + 3 else { return false }
        let before = gradients.dropLast(patience).min() ?? 0
        let recent = gradients.suffix(patience).min() ?? 0
        return recent > 0.5 * before
    }
}
