import ElectronicStructure
import GaussianBasis
import LinearAlgebra
import OrbitalResponse

/// Extrapolation of Fock matrices, and the response model around the extrapolated ones.
extension OrbitalIteration {
    /// Below this orbital gradient extrapolation is as good as the model, whose tables are in single precision. A Fock matrix that ends
    /// iterations with fitted integrals is expensive, and the model saves some along soft modes.
    private var modelLimit: Double { settings.hasApproximateIntegrals ? 1e-6 : 5e-6 }
    /// Orbital gradient below which smearing is switched off, and the maximum number of iterations with it.
    private static let spreadEnd = 1e-3
    private static let mostSpread = 30
    private static let spreadName = "spread"
    private static let modelName = "model"

    /// The next orbitals: self-consistent in the model around the extrapolated matrices, or their eigenvectors.
    mutating func extrapolate(from current: [MolecularOrbitals]) throws {
        if let model = steps.model, gradient > modelLimit {
            let (extrapolated, densities) = extrapolation.accelerator.extrapolatePair()
            try moveByModel(model, fock: extrapolated, densities: densities, from: current)
        } else {
            try moveByExtrapolation()
        }
    }

    /// The next smeared density or, once smearing has served its purpose, the first one with integer occupations.
    mutating func moveSpread() throws {
        let isSettled = gradient < Self.spreadEnd || evaluations >= min(Self.mostSpread, settings.maximumIterations / 2)
        if isSettled { settings.smearing = 0 }
        try moveByExtrapolation()
        guard isSettled else { return step = Self.spreadName }
        extrapolation.accelerator.reset()
        extrapolation.progress = ProgressWatch()
        previousEnergy = nil
    }

    mutating func moveByExtrapolation() throws {
        let (fock, extrapolated, kind) = extrapolation.accelerator.extrapolate()
        let isFar = gradient > 1e-3
        let shifted =
            isFar && settings.levelShift > 0
            ? zip(fock, densities).map { steps.levelShifted($0, density: $1, by: settings.levelShift) } : fock
        let previous = densities
        move(to: try steps.diagonalize(shifted, near: extrapolated), by: kind.rawValue)
        if isFar && settings.damping > 0 {
            densities = zip(densities, previous).map { (1 - settings.damping) * $0 + settings.damping * $1 }
        }
    }

    /// Self-consistent orbitals of the model around the given matrices.
    mutating func moveByModel(
        _ model: ResponseModel, fock: [Matrix], densities: [Matrix], from start: [MolecularOrbitals]?
    ) throws {
        let expansion = steps.ledger.measure(ElectronicProblem.Phase.model) { model.around(fock: fock, densities: densities) }
        // The model is least accurate around a guess density that does not belong to orbitals: large steps do not pay there.
        let isGuess = orbitals == nil
        let settings = Settings(
            energyTolerance: .infinity,
            gradientTolerance: isGuess
                ? 5e-3
                : min(1e-3, max(0.1 * modelLimit, 0.2 * self.settings.gradientTolerance, 0.03 * gradient)),
            maximumIterations: isGuess ? 30 : 60)
        var inner = OrbitalIteration(
            steps: OrbitalSteps(
                occupation: occupation, overlap: steps.overlap, orthogonalizer: steps.orthogonalizer, model: nil,
                ledger: steps.ledger),
            settings: settings, orbitals: try start ?? steps.diagonalize(fock, near: isGuess ? nil : densities),
            densities: densities,
            isNearConvergence: true)
        while true {
            let outcome: Outcome
            switch inner.wanted {
            case .fock:
                let build = steps.ledger.measure(ElectronicProblem.Phase.model) { expansion.evaluate(inner.densities) }
                outcome = try inner.advance(energy: build.energy, fock: build.fock)
            case .products(let requests):
                outcome = try inner.receive(
                    products: requests.map { request in
                        try request.rotations.map { try expansion.product(at: request.point, spin: request.spin, with: $0) }
                    })
            }
            if case .finished(let isConverged) = outcome {
                let found = isConverged ? inner.orbitals : inner.lowest?.orbitals
                move(to: found ?? [], by: "\(Self.modelName) \(inner.iteration)")
                return
            }
        }
    }
}
