import GaussianBasis

/// Watches the orbital gradient of the iterations, and keeps the orbitals of the lowest energy.
struct ProgressWatch {
    private var gradients: [Double] = []
    private var lowestEnergy = Double.infinity
    private(set) var lowest: [MolecularOrbitals]?

    /// Iterations in which the smallest gradient must halve.
    private let patience = 7

    mutating func record(energy: Double, gradient: Double, orbitals: [MolecularOrbitals]) {
        gradients.append(gradient)
        if energy < lowestEnergy {
            lowestEnergy = energy
            lowest = orbitals
        }
    }

    /// Whether the smallest gradient of the last iterations is more than half of the smallest one before them.
    var hasStalled: Bool {
        guard gradients.count > patience + 3 else { return false }
        let before = gradients.dropLast(patience).min() ?? 0
        let recent = gradients.suffix(patience).min() ?? 0
        return recent > 0.5 * before
    }
}
