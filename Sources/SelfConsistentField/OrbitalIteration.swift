import GaussianBasis
import LinearAlgebra
import ParallelExecution

/// One state's way to self-consistency: whoever builds Fock matrices asks for `densities`, and gives energy and Fock
/// matrices to `advance`, until it says that it has finished.
///
/// Fock matrices are extrapolated (`ConvergenceAccelerator`); the next orbitals are those that a model of the response
/// finds self-consistent around the extrapolated one, or, without a model, its eigenvectors. Where that stalls,
/// `DirectMinimization` takes over.
struct OrbitalIteration {
    /// What ends the iterations, and how steps are held back.
    struct Settings {
        /// Largest change of the energy, in hartree.
        var energyTolerance: Double
        /// Largest element of the orbital gradient.
        var gradientTolerance: Double
        var maximumIterations: Int
        var damping = 0.0
        var levelShift = 0.0
    }

    enum Outcome {
        case continues
        case finished(isConverged: Bool)
    }

    /// The densities whose Fock matrices are wanted: that of all electrons when restricted, else alpha and beta.
    private(set) var densities: [Matrix]
    /// The orbitals of `densities`; nil while these are a guess that no orbitals have.
    private(set) var orbitals: [MolecularOrbitals]?
    /// Fock builds so far.
    private(set) var iteration = 0
    private(set) var energyChange: Double?
    private(set) var gradient = 0.0
    /// Whether the iterations have come so far that only the grid that was asked for will do.
    private(set) var isNearConvergence = false
    /// What made `densities`.
    private(set) var step = ConvergenceAccelerator.Kind.none.rawValue
    /// The lowest energy so far, and its orbitals.
    var lowest: ProgressWatch.Point? { progress.lowest }

    private let filling: OrbitalFilling
    private let settings: Settings
    private let overlap: Matrix
    private let orthogonalizer: Orthogonalizer
    private let model: ResponseModel?
    private let ledger: TimeLedger
    private var accelerator = ConvergenceAccelerator(capacity: 8)
    private var minimization: DirectMinimization?
    private var progress = ProgressWatch()
    private var previousEnergy: Double?
    private var refillings = 0

    /// Orbital gradient below which the grid for early iterations will not do any more.
    private static let nearConvergence = 2e-3
    /// Below this orbital gradient extrapolation is as good as the model, whose tables are in single precision.
    private static let modelLimit = 5e-6
    private static let mostRefillings = 3
    private static let minimizationName = "descent"
    private static let modelName = "model"

    /// Starts from orbitals, which are filled from below, or from densities that no orbitals have.
    ///
    /// - Parameters:
    ///   - model: nil to go on with the eigenvectors of extrapolated Fock matrices.
    ///   - isNearConvergence: false when early Fock matrices may be less accurate.
    init(
        filling: OrbitalFilling, settings: Settings, overlap: Matrix, orthogonalizer: Orthogonalizer, model: ResponseModel?,
        ledger: TimeLedger, orbitals: [MolecularOrbitals]?, densities: [Matrix], isNearConvergence: Bool
    ) {
        self.isNearConvergence = isNearConvergence
        self.filling = filling
        self.settings = settings
        self.overlap = overlap
        self.orthogonalizer = orthogonalizer
        self.model = model
        self.ledger = ledger
        self.orbitals = orbitals
        self.densities = orbitals.map { $0.map(\.density) } ?? densities
    }

    /// Starts instead from Fock matrices and densities of another state, as those of this one are like them.
    mutating func start(near fock: [Matrix], densities: [Matrix]) throws {
        guard let model else { return move(to: try diagonalize(fock), by: ConvergenceAccelerator.Kind.none.rawValue) }
        try moveByModel(model, fock: fock, densities: densities, from: nil)
    }

    /// The orbital gradient of `densities` with their Fock matrices, X^T (FPS - SPF) X.
    private func errors(_ fock: [Matrix]) -> [Matrix] {
        zip(fock, densities).map { orthogonalizer.commutator(fock: $0, density: $1) }
    }

    /// Takes energy and Fock matrices of `densities` and moves on to the next ones.
    mutating func advance(energy: Double, fock: [Matrix]) throws -> Outcome {
        iteration += 1
        let errors = errors(fock)
        gradient = errors.map(\.largestMagnitude).max() ?? 0
        energyChange = previousEnergy.map { energy - $0 }
        let wasNearConvergence = isNearConvergence
        if gradient < Self.nearConvergence || iteration >= settings.maximumIterations - 1 { isNearConvergence = true }
        guard let current = orbitals else {
            // The guess is no density of orbitals: it does not take part in extrapolation.
            if let model {
                try moveByModel(model, fock: fock, densities: densities, from: nil)
            } else {
                move(to: try diagonalize(fock), by: ConvergenceAccelerator.Kind.none.rawValue)
            }
            return .continues
        }
        // No tolerance can be met that is finer than the last bits of the energy.
        let isConverged =
            gradient < settings.gradientTolerance
            && abs(energyChange ?? .infinity) < max(settings.energyTolerance, 8 * energy.ulp)
        if wasNearConvergence && isConverged || iteration >= settings.maximumIterations {
            return try finish(current, fock: fock, isConverged: isConverged)
        }
        // Energies of two grids cannot be compared.
        previousEnergy = wasNearConvergence == isNearConvergence ? energy : nil
        progress.record(energy: energy, gradient: gradient, orbitals: current, fock: fock)
        var evaluated = (energy: energy, fock: fock)
        if minimization == nil, progress.hasStalled, let lowest = progress.lowest {
            minimization = DirectMinimization(
                orbitals: lowest.orbitals.enumerated().map { spin, orbitals in
                    DirectMinimization.SpinOrbitals(
                        coefficients: orbitals.coefficients, energies: orbitals.energies, occupied: filling.electrons[spin])
                }, isRestricted: filling.isRestricted)
            evaluated = (lowest.energy, lowest.fock)
        }
        if minimization != nil {
            try minimization?.advance(energy: evaluated.energy, fock: evaluated.fock)
            move(
                to: (minimization?.orbitals ?? []).enumerated().map {
                    filling.orbitals(coefficients: $1.coefficients, energies: $1.energies, spin: $0)
                }, by: Self.minimizationName)
            return .continues
        }
        accelerator.append(.init(fock: fock, density: densities, error: errors, largestError: gradient))
        if let model, gradient > Self.modelLimit {
            let (extrapolated, densities) = accelerator.extrapolatePair()
            try moveByModel(model, fock: extrapolated, densities: densities, from: current)
        } else {
            try moveByExtrapolation()
        }
        return .continues
    }

    private mutating func move(to orbitals: [MolecularOrbitals], by step: String) {
        self.orbitals = orbitals
        self.step = step
        densities = orbitals.map(\.density)
    }

    private mutating func moveByExtrapolation() throws {
        let (fock, kind) = accelerator.extrapolate()
        let isFar = gradient > 1e-3
        let shifted = isFar && settings.levelShift > 0 ? zip(fock, densities).map { levelShifted($0, density: $1) } : fock
        let previous = densities
        move(to: try diagonalize(shifted), by: kind.rawValue)
        if isFar && settings.damping > 0 {
            densities = zip(densities, previous).map { (1 - settings.damping) * $0 + settings.damping * $1 }
        }
    }

    /// Self-consistent orbitals of the model around the given matrices.
    private mutating func moveByModel(
        _ model: ResponseModel, fock: [Matrix], densities: [Matrix], from start: [MolecularOrbitals]?
    ) throws {
        let expansion = ledger.measure(ElectronicProblem.Phase.model) { model.around(fock: fock, densities: densities) }
        // The model is at its worst around a guess that no orbitals have: there, going far does not pay.
        let isGuess = orbitals == nil
        let settings = Settings(
            energyTolerance: .infinity,
            gradientTolerance: isGuess
                ? 5e-3
                : min(1e-3, max(0.1 * Self.modelLimit, 0.2 * self.settings.gradientTolerance, 0.03 * gradient)),
            maximumIterations: isGuess ? 30 : 60)
        var inner = OrbitalIteration(
            filling: filling, settings: settings, overlap: overlap, orthogonalizer: orthogonalizer, model: nil,
            ledger: ledger, orbitals: try start ?? diagonalize(fock), densities: densities, isNearConvergence: true)
        while true {
            let build = ledger.measure(ElectronicProblem.Phase.model) { expansion.evaluate(inner.densities) }
            if case .finished(let isConverged) = try inner.advance(energy: build.energy, fock: build.fock) {
                let found = isConverged ? inner.orbitals : inner.lowest?.orbitals
                move(to: found ?? [], by: "\(Self.modelName) \(inner.iteration)")
                return
            }
        }
    }

    private mutating func finish(_ current: [MolecularOrbitals], fock: [Matrix], isConverged: Bool) throws -> Outcome {
        let canonical = try canonicalized(current, fock: fock)
        guard iteration < settings.maximumIterations, refillings < Self.mostRefillings,
            !filling.isFilledFromBelow(canonical)
        else {
            orbitals = canonical
            return .finished(isConverged: isConverged)
        }
        // The descent keeps the symmetry of its orbitals, and so may end with an empty orbital below a filled one: fill
        // from below and go on.
        refillings += 1
        minimization = nil
        progress = ProgressWatch()
        accelerator.reset()
        move(to: try diagonalize(fock), by: ConvergenceAccelerator.Kind.none.rawValue)
        previousEnergy = nil
        return .continues
    }

    /// F + shift (S - S P S) with P the density of one orbital an electron: raises the empty orbitals.
    private func levelShifted(_ fock: Matrix, density: Matrix) -> Matrix {
        let perElectron = filling.isRestricted ? 0.5 * density : density
        let projector = overlap.times(perElectron).times(overlap)
        var result = fock
        result.add(overlap, scaledBy: settings.levelShift)
        result.add(projector, scaledBy: -settings.levelShift)
        return result
    }

    private func diagonalize(_ fock: [Matrix]) throws -> [MolecularOrbitals] {
        try fock.enumerated().map { spin, matrix in
            let (coefficients, energies) = try ledger.measure(ElectronicProblem.Phase.diagonalization) {
                try orthogonalizer.diagonalize(matrix)
            }
            return filling.orbitals(coefficients: coefficients, energies: energies, spin: spin)
        }
    }

    /// Canonical orbitals within the occupied and within the empty space of Fock matrices: density and energy stay
    /// what they are.
    private func canonicalized(_ orbitals: [MolecularOrbitals], fock: [Matrix]) throws -> [MolecularOrbitals] {
        try zip(orbitals, fock).enumerated().map { spin, pair in
            let (orbitals, fock) = pair
            let n = orbitals.coefficients.columns
            var coefficients = Matrix(rows: orbitals.coefficients.rows, columns: n)
            var energies: [Double] = []
            for range in [0..<filling.electrons[spin], filling.electrons[spin]..<n] where !range.isEmpty {
                let block = orbitals.coefficients.columns(range)
                let problem = try SymmetricEigenproblem(fock.transformed(by: block).symmetrized())
                let rotated = block.times(problem.vectors)
                for i in 0..<rotated.rows {
                    for (k, j) in range.enumerated() { coefficients[i, j] = rotated[i, k] }
                }
                energies += problem.values
            }
            return filling.orbitals(coefficients: coefficients, energies: energies, spin: spin)
        }
    }
}
