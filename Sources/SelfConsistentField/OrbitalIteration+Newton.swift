import ElectronicStructure
import GaussianBasis
import LinearAlgebra
import OrbitalResponse

/// Newton steps if extrapolation stalls, or for the descent from an unstable solution.
extension OrbitalIteration {
    /// Below this orbital gradient, and without negative curvature, extrapolation takes over from Newton steps.
    private static let handBackGradient = 5e-3
    private static let newtonName = "Newton"

    /// - Parameter origin: the orbitals at the point for which the Fock matrices were built.
    mutating func beginNewton(
        _ point: OrbitalPoint, energy: Double, seeds: [OrbitalRotation], radius: Double = TrustRegionNewton.firstRadius,
        origin: [MolecularOrbitals]? = nil
    ) throws {
        isNearConvergence = true
        previousEnergy = energy
        newtonState.origin = origin ?? point.orbitals
        try proceed(TrustRegionNewton(point: point, energy: energy, seeds: seeds, overlap: steps.overlap, radius: radius))
    }

    /// Lets extrapolation take over, which is cheaper near a minimum; if it stalls again, there is no second time.
    mutating func handBack(fock: [Matrix], from current: [MolecularOrbitals]) throws {
        newtonState.isTrustedToTheEnd = true
        phase = .extrapolation
        wanted = .fock
        extrapolation.progress = ProgressWatch()
        extrapolation.accelerator.reset()
        extrapolation.accelerator.append(
            .init(fock: fock, density: densities, error: steps.errors(fock, densities), largestError: gradient))
        try extrapolate(from: current)
    }

    /// Requests the quantities that Newton's method needs next.
    mutating func proceed(_ newton: TrustRegionNewton) throws {
        phase = .newton(newton)
        switch newton.wanted {
        case .fock(let orbitals):
            wanted = .fock
            move(to: orbitals, by: Self.newtonName)
        case .products(let rotations):
            wanted = .products([.init(point: newton.point, spin: .symmetric, rotations: rotations)])
        }
    }

    /// Takes energy and Fock matrices at the end of a Newton step.
    mutating func advance(
        _ newton: TrustRegionNewton, energy: Double, fock: [Matrix], isLast: Bool
    ) throws -> Outcome {
        var newton = newton
        let isAccepted = try newton.receive(energy: energy, fock: fock)
        guard isAccepted else {
            guard newton.isExhausted || isLast else {
                try proceed(newton)
                return .continues
            }
            // The best point is not the last one: its energy and Fock matrices are needed again for the final result.
            phase = .ending(newton)
            move(to: newton.point.orbitals, by: Self.newtonName)
            wanted = .fock
            return .continues
        }
        let isConverged = isConverged(energy) || isFlat(energy, curvature: newton.lowestCurvature)
        if isConverged || isLast { return try leave(newton.point, energy: energy, isConverged: isConverged) }
        previousEnergy = energy
        newtonState.origin = orbitals ?? newton.point.orbitals
        if !newtonState.isTrustedToTheEnd, !isSettling, gradient < Self.handBackGradient, newton.lowestCurvature > 0 {
            try handBack(fock: fock, from: newtonState.origin)
            return .continues
        }
        try proceed(newton)
        return .continues
    }
}
