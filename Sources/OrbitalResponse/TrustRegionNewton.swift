import GaussianBasis
import LinearAlgebra

/// Minimises the energy by Newton steps within a trust region. Each step is the minimum of the quadratic expansion of the energy in a
/// subspace of orbital rotations, which grows until the step is accurate enough. Every accepted step lowers the energy, and steps follow
/// negative curvature, so the iterations end in a minimum.
///
/// Helmich-Paris, J. Chem. Phys. 154, 164104 (2021), doi 10.1063/5.0040798, with the subspace as in Davidson's method.
package struct TrustRegionNewton {
    package enum Wanted {
        case products([OrbitalRotation])
        case fock([MolecularOrbitals])
    }

    package private(set) var point: OrbitalPoint
    package private(set) var energy: Double
    /// Lowest curvature seen around the point, in hartree.
    package private(set) var lowestCurvature = 0.0
    package private(set) var wanted: Wanted
    /// Whether no step, however short, lowers the energy further.
    package private(set) var isExhausted = false

    private let overlap: Matrix
    private var subspace = OrbitalSubspace()
    private var radius: Double
    /// The data needed to restart at `point`: the trust radius and the rotations with which its subspace started.
    package private(set) var opening: (radius: Double, seeds: [OrbitalRotation])
    private var step: OrbitalSubspace.Step?

    package static let firstRadius = 0.4
    private static let largestRadius = 1.0
    private static let mostRotations = 24
    /// Smaller gaps do not make the preconditioner larger, in hartree.
    private static let smallestGap = 0.1

    /// - Parameters:
    ///   - seeds: rotations included from the first step on, such as that of an instability.
    ///   - radius: maximum length of the first step, in radians.
    package init(
        point: OrbitalPoint, energy: Double, seeds: [OrbitalRotation], overlap: Matrix, radius: Double = Self.firstRadius
    ) {
        self.radius = radius
        opening = (radius, seeds)
        self.point = point
        self.energy = energy
        self.overlap = overlap
        wanted = .products([])
        open(seeds: seeds.isEmpty ? point.smallestExcitations(1) : seeds)
    }

    /// Starts a new subspace around the point.
    private mutating func open(seeds: [OrbitalRotation]) {
        subspace = OrbitalSubspace()
        subspace.propose(preconditioned(point.gradient, shift: 0))
        for seed in seeds { subspace.propose(seed) }
        wanted = .products(subspace.pending)
    }

    /// Takes the requested products.
    package mutating func receive(products: [OrbitalRotation]) throws {
        subspace.receive(products)
        let step = try subspace.step(gradient: point.gradient, radius: radius)
        lowestCurvature = step.lowestCurvature
        let slope = point.gradient.norm
        // For negative curvature the step goes to the boundary of the trust region, whatever the accuracy.
        let share = step.shift < 0 ? 0.3 : min(0.1, max(0.01, slope.squareRoot()))
        let accuracy = max(share * slope, -0.2 * step.shift * step.rotation.norm)
        if step.residual.norm > max(accuracy, 1e-9), subspace.rotations.count < Self.mostRotations,
            subspace.propose(preconditioned(step.residual, shift: step.shift))
        {
            wanted = .products(subspace.pending)
        } else {
            try attempt(step)
        }
    }

    private mutating func attempt(_ step: OrbitalSubspace.Step) throws {
        self.step = step
        wanted = .fock(try point.rotated(by: step.rotation))
    }

    /// Takes energy and Fock matrices of the requested orbitals; false if they were not better, so that a shorter step is tried.
    package mutating func receive(energy: Double, fock: [Matrix]) throws -> Bool {
        guard let step, case .fock(let orbitals) = wanted else { return false }
        let predicted = point.weight * step.predictedChange
        let change = energy - self.energy
        // If noise of the energy hides a decrease, the step is judged by its prediction.
        let noise = 1e-12 * abs(energy)
        guard change <= 0 || change < noise && abs(predicted) < noise else {
            radius = bestShare(of: step, change: change) * step.rotation.norm
            guard radius > 1e-7 else {
                isExhausted = true
                return false
            }
            try attempt(subspace.step(gradient: point.gradient, radius: radius))
            return false
        }
        let length = step.rotation.norm
        if change > 0.25 * predicted, abs(predicted) > noise {
            radius = max(0.3, bestShare(of: step, change: change)) * length
        } else if change < 0.75 * predicted, length > 0.8 * radius {
            radius = min(2 * radius, Self.largestRadius)
        }
        let next = try OrbitalPoint(orbitals: orbitals, fock: fock, occupation: point.occupation)
        let memory = point.transported(step.rotation, to: next, overlap: overlap)
        point = next
        self.energy = energy
        self.step = nil
        opening = (radius, [memory])
        open(seeds: [memory])
        return true
    }

    /// The position of the lowest energy along a step: the energy follows the quadratic expansion, and the missing part of the change is of
    /// fourth order, as it is by symmetry along most instabilities.
    private func bestShare(of step: OrbitalSubspace.Step, change: Double) -> Double {
        let slope = point.weight * point.gradient.dot(step.rotation)
        let bend = point.weight * step.predictedChange - slope
        let quartic = change - slope - bend
        guard quartic > 0 else { return 0.3 }
        // The derivative rises with the share wherever it is positive: its last zero is the minimum.
        var (below, above) = (0.1, 0.7)
        for _ in 0..<40 {
            let middle = 0.5 * (below + above)
            if slope + 2 * bend * middle + 4 * quartic * middle * middle * middle > 0 { above = middle } else { below = middle }
        }
        return below
    }

    private func preconditioned(_ rotation: OrbitalRotation, shift: Double) -> OrbitalRotation {
        point.mapped(rotation) { $0 / max($1 - shift, Self.smallestGap) }
    }
}
