import ElectronicStructure
import GaussianBasis
import LinearAlgebra
import OrbitalResponse

/// Iterations of one state: the builder of Fock matrices asks for `densities`, and passes energy and Fock matrices to `advance`, until the
/// iterations are finished.
///
/// Fock matrices are extrapolated (`ConvergenceAccelerator`). The next orbitals are self-consistent in a response model around the
/// extrapolated matrix or, without a model, its eigenvectors. If that stalls, `TrustRegionNewton` takes over. The stability of a solution
/// is tested, and an unstable one is followed downhill; both need products of the orbital Hessian from the caller.
struct OrbitalIteration {
    /// Convergence thresholds and damping of the steps.
    struct Settings {
        /// Threshold for the change of the energy, in hartree.
        var energyTolerance: Double
        /// Threshold for the largest element of the orbital gradient.
        var gradientTolerance: Double
        var maximumIterations: Int
        var damping = 0.0
        var levelShift = 0.0
        /// Width of the initial smearing; 0 once it is switched off.
        var smearing = 0.0
        /// Whether to test stability and to follow instabilities.
        var followsInstabilities = false
        var mostInstabilities = SCFOptions().mostInstabilities
        /// An eigenvalue of the Hessian below minus this is an instability, in hartree.
        var instabilityLimit = StabilitySearch.limit
        /// Whether a restricted solution may become an unrestricted one.
        var mayBreakSpinSymmetry = false
        /// Whether Newton steps are used from the start.
        var isSecondOrder = false
        /// Whether approximate integrals are available.
        var hasApproximateIntegrals = false
        /// Whether the solution must belong to the exact integrals.
        var endsExactly = true
    }

    /// The quantities requested next.
    enum Wanted {
        /// Energy and Fock matrices of `densities`.
        case fock
        /// Products of the orbital Hessian.
        case products([OrbitalHessian.Request])
    }

    /// The method that searches for the solution, or tests it.
    enum Phase {
        case extrapolation
        case newton(TrustRegionNewton)
        /// `passed` has no instability of the kinds tested so far.
        case stability(StabilitySearch, passed: [StabilitySearch])
        /// At a point that Newton's method cannot improve.
        case ending(TrustRegionNewton)
        /// At a solution with approximate integrals, for its exact energy and Fock matrices.
        case verification(End)
    }

    /// The reason why approximate iterations ended.
    enum End {
        case extrapolation
        /// With the lowest curvature found.
        case newton(curvature: Double)
        /// At a point that Newton's method cannot improve.
        case exhaustedNewton

        var isNewton: Bool {
            if case .newton = self { return true }
            return false
        }
    }

    enum Outcome {
        case continues
        case finished(isConverged: Bool)
    }

    var wanted = Wanted.fock
    /// The densities whose Fock matrices are requested: that of all electrons if restricted, otherwise alpha and beta.
    var densities: [Matrix]
    /// The orbitals of `densities`; nil for a guess density that does not belong to orbitals.
    var orbitals: [MolecularOrbitals]?
    /// Fock builds so far, including products of the Hessian.
    var iteration = 0
    var energyChange: Double?
    var gradient = 0.0
    /// Whether convergence is so close that only the requested grid is accurate enough.
    var isNearConvergence = false
    /// Which integrals are requested.
    var accuracy: IntegralAccuracy
    /// The origin of `densities`.
    var step = ConvergenceAccelerator.Kind.none.rawValue
    /// The result of the stability test.
    var stability: Stability?
    var occupation: OrbitalOccupation { steps.occupation }
    /// The lowest energy so far, and its orbitals.
    var lowest: ProgressWatch.Point? { extrapolation.progress.lowest }
    var previousEnergy: Double?

    var settings: Settings
    var steps: OrbitalSteps
    let opening: IterationOpening
    var phase = Phase.extrapolation
    var extrapolation = ExtrapolationState()
    var newtonState = NewtonState()
    var followed: FollowedInstabilities
    /// Number of energy evaluations: products of the Hessian do not count.
    var evaluations = 0
    /// Whether the current iterations only converge a soft mode of a solution known to be stable.
    var isSettling = false

    /// Orbital gradient below which the grid for early iterations is not accurate enough.
    private static let nearConvergence = 2e-3
    /// Energies that differ by less, in hartree, do not distinguish solutions.
    static let sameEnergy = 1e-7

    /// Starts from orbitals, which are filled from below, or from densities that do not belong to orbitals.
    ///
    /// - Parameters:
    ///   - start: restart data of an earlier calculation; nil if there are only orbitals.
    ///   - isNearConvergence: false when early Fock matrices may be less accurate.
    init(
        steps: OrbitalSteps, settings: Settings, orbitals: [MolecularOrbitals]?, densities: [Matrix], isNearConvergence: Bool,
        start: StartingOrbitals? = nil
    ) {
        let history = start?.history.flatMap { history in
            // Matrices of another kind of reference are useless.
            let spins = orbitals?.count ?? densities.count
            return history.samples.allSatisfy { $0.fock.count == spins } ? history : nil
        }
        opening = IterationOpening(
            isSecondOrder: start?.isSecondOrder ?? false, isSolution: start?.isSolution ?? false, record: history?.record)
        // Neither Newton's method nor a converged solution can use the grid for early iterations.
        self.isNearConvergence =
            isNearConvergence || opening.isSolution || opening.isSecondOrder || start?.history?.record.isNearConvergence ?? false
        followed = FollowedInstabilities(count: start?.instabilitiesFollowed ?? 0)
        accuracy = IntegralAccuracy(
            hasApproximate: settings.hasApproximateIntegrals, isAtSolution: opening.isSolution, endsExactly: settings.endsExactly)
        self.steps = steps
        self.settings = settings
        self.orbitals = orbitals
        self.densities = orbitals.map { $0.map(\.density) } ?? densities
        if let history {
            // Energies of corrected integrals cannot be compared with those of uncorrected ones.
            if !settings.hasApproximateIntegrals {
                extrapolation.progress = ProgressWatch(history.record.progress)
                previousEnergy = history.record.previousEnergy
            }
            newtonState.isTrustedToTheEnd = history.record.staysSecondOrder
            followed.energy = history.record.unstableEnergy
            followed.hasDescended = history.record.hasDescended
            iteration = min(max(0, history.record.iteration), 1 << 32)
            energyChange = history.record.energyChange
            if let settled = history.record.settledGradient {
                isSettling = true
                self.settings.gradientTolerance = settled
                stability = history.record.stability
            }
            self.settings.smearing = max(0, min(settings.smearing, history.record.smearing))
            if self.settings.smearing > 0, let orbitals {
                self.densities = FermiOccupation.densities(orbitals, occupation: occupation, width: self.settings.smearing)
            }
            extrapolation.accelerator.restore(
                history.samples.map { sample in
                    let error = steps.errors(sample.fock, sample.density)
                    return .init(
                        number: sample.number, fock: sample.fock, density: sample.density, error: error,
                        largestError: error.map(\.largestMagnitude).max() ?? 0)
                })
        }
    }

    /// The data of extrapolation before the requested iteration; nil while another method is in use.
    var history: ExtrapolationHistory? {
        guard case .extrapolation = phase else { return nil }
        // Fock matrices corrected by exact ones, which are not saved, are useless without them.
        if accuracy.hasApproximate { return ExtrapolationHistory(samples: [], record: record) }
        return ExtrapolationHistory(
            samples: extrapolation.accelerator.samples.map { .init(number: $0.number, fock: $0.fock, density: $0.density) },
            record: record)
    }

    /// The part of the history without matrices.
    var record: ExtrapolationHistory.Record {
        .init(
            progress: extrapolation.progress.record, previousEnergy: previousEnergy, isNearConvergence: isNearConvergence,
            staysSecondOrder: newtonState.isTrustedToTheEnd, smearing: settings.smearing, unstableEnergy: followed.energy,
            hasDescended: followed.hasDescended, iteration: iteration, energyChange: energyChange,
            settledGradient: isSettling ? settings.gradientTolerance : nil, stability: isSettling ? stability : nil)
    }

    /// Starts instead from Fock matrices and densities of another, similar state.
    mutating func start(near fock: [Matrix], densities: [Matrix]) throws {
        guard let model = steps.model, settings.smearing == 0 else {
            return move(to: try steps.diagonalize(fock, near: densities), by: ConvergenceAccelerator.Kind.none.rawValue)
        }
        try moveByModel(model, fock: fock, densities: densities, from: nil)
    }

    /// Takes energy and Fock matrices of `densities` and moves on to the next densities.
    ///
    /// - Parameter correction: the accumulated difference between exact and approximate Fock matrices.
    mutating func advance(energy: Double, fock: [Matrix], correction: [Matrix]? = nil) throws -> Outcome {
        iteration += 1
        evaluations += 1
        let errors = steps.errors(fock, densities)
        let earlierGradient = gradient
        gradient = errors.map(\.largestMagnitude).max() ?? 0
        energyChange = previousEnergy.map { energy - $0 }
        accuracy.receive()
        if let correction { extrapolation.accelerator.shift(by: correction, error: steps.errors) }
        let wasNearConvergence = isNearConvergence
        let isLast = evaluations >= settings.maximumIterations
        if gradient < Self.nearConvergence || evaluations >= settings.maximumIterations - 1 { isNearConvergence = true }
        if case .newton(let newton) = phase {
            return try advance(newton, energy: energy, fock: fock, isLast: isLast)
        }
        if case .verification(let end) = phase, let orbitals {
            let isConverged = isVerified(end, energy: energy)
            if isConverged || isLast {
                return try leave(
                    OrbitalPoint(orbitals: orbitals, fock: fock, occupation: occupation), energy: energy, isConverged: isConverged
                )
            }
            resume(after: end)
        }
        if case .ending = phase, let orbitals {
            // The remaining gain is below the noise of the energy.
            return try leave(
                OrbitalPoint(orbitals: orbitals, fock: fock, occupation: occupation), energy: energy,
                isConverged: gradient < settings.gradientTolerance)
        }
        guard let current = orbitals else {
            // The guess density does not belong to orbitals: it does not take part in extrapolation.
            if let model = steps.model, settings.smearing == 0 {
                try moveByModel(model, fock: fock, densities: densities, from: nil)
            } else {
                move(to: try steps.diagonalize(fock, near: nil), by: ConvergenceAccelerator.Kind.none.rawValue)
            }
            return .continues
        }
        if let newton = opening.record?.newton, opening.isSecondOrder, evaluations == 1, !isLast {
            let point = try OrbitalPoint(orbitals: current, fock: fock, occupation: occupation)
            previousEnergy = energy
            guard !newton.handsBack else {
                try handBack(fock: fock, from: current)
                return .continues
            }
            let sizes = point.gradient.blocks.map { [$0.rows, $0.columns] }
            let seeds = newton.seeds.filter { $0.blocks.map { [$0.rows, $0.columns] } == sizes }
            let radius = (1e-7...1).contains(newton.radius) ? newton.radius : TrustRegionNewton.firstRadius
            try beginNewton(point, energy: energy, seeds: seeds, radius: radius, origin: current)
            return .continues
        }
        let isConverged = isConverged(energy)
        if wasNearConvergence && isConverged && settings.smearing == 0 || isLast {
            return try leave(
                OrbitalPoint(orbitals: current, fock: fock, occupation: occupation), energy: energy, isConverged: isConverged)
        }
        if settings.smearing > 0 {
            extrapolation.accelerator.append(.init(fock: fock, density: densities, error: errors, largestError: gradient))
            try moveSpread()
            return .continues
        }
        if accuracy.isApproximateForNow, isNearConvergence, gradient < IntegralAccuracy.firstExactGradient,
            abs(energyChange ?? .infinity) < IntegralAccuracy.firstExactChange(at: energy)
        {
            // Close enough: from here on approximate matrices are corrected by exact ones.
            extrapolation.accelerator.append(.init(fock: fock, density: densities, error: errors, largestError: gradient))
            try extrapolate(from: current)
            extrapolation.progress = ProgressWatch()
            previousEnergy = nil
            accuracy.wantsExact = true
            return .continues
        }
        // Energies on two grids cannot be compared.
        previousEnergy = wasNearConvergence == isNearConvergence ? energy : nil
        extrapolation.progress.record(energy: energy, gradient: gradient, orbitals: current, fock: fock)
        let goesOn = opening.isSecondOrder && evaluations == 1
        if extrapolation.progress.hasStalled || (settings.isSecondOrder || goesOn) && gradient > settings.gradientTolerance {
            // Newton's method compares energies: all must be on the same grid.
            guard wasNearConvergence else {
                isNearConvergence = true
                previousEnergy = nil
                extrapolation.progress = ProgressWatch(.init(isStalled: true))
                return .continues
            }
            newtonState.isTrustedToTheEnd = newtonState.isTrustedToTheEnd || settings.isSecondOrder
            try beginNewton(
                OrbitalPoint(orbitals: current, fock: fock, occupation: occupation), energy: energy, seeds: [], origin: current)
            return .continues
        }
        // The next matrices will probably be the last ones.
        if accuracy.isCorrected, isAlmostConverged(since: earlierGradient) { accuracy.wantsExact = true }
        extrapolation.accelerator.append(.init(fock: fock, density: densities, error: errors, largestError: gradient))
        try extrapolate(from: current)
        return .continues
    }

    /// Whether the gradient suffices, and the next change of the energy will: changes are of second order in the gradient before them.
    private func isAlmostConverged(since earlierGradient: Double) -> Bool {
        guard let energyChange, gradient < settings.gradientTolerance, gradient < earlierGradient else { return false }
        let ratio = gradient / earlierGradient
        return abs(energyChange) * ratio * ratio < 0.3 * settings.energyTolerance
    }

    /// No tolerance below the last bits of the energy can be met.
    func isConverged(_ energy: Double) -> Bool {
        // The previous energy is unknown at the first evaluation of a solution, but its gradient is sufficient.
        let change = energyChange ?? (opening.isSolution && evaluations == 1 ? 0 : .infinity)
        return gradient < settings.gradientTolerance && abs(change) < max(settings.energyTolerance, 8 * energy.ulp)
    }

    /// Whether Newton's method has reached a valley in which the energy varies only by quadrature errors, such as the rotations of an
    /// open-shell atom: reaching its lowest point would take many steps.
    func isFlat(_ energy: Double, curvature: Double) -> Bool {
        guard let energyChange, settings.energyTolerance.isFinite, abs(curvature) < settings.instabilityLimit else {
            return false
        }
        return gradient < 0.1 * settings.energyTolerance.squareRoot() && abs(energyChange) < Self.sameEnergy
    }

    /// Whether a solution with approximate integrals is also one with exact integrals.
    private func isVerified(_ end: End, energy: Double) -> Bool {
        switch end {
        case .extrapolation: isConverged(energy)
        case .newton(let curvature): isConverged(energy) || isFlat(energy, curvature: curvature)
        case .exhaustedNewton: gradient < settings.gradientTolerance
        }
    }

    /// Continues from a solution with approximate integrals that is not one with exact integrals. If Newton's method was needed to find it,
    /// or if this happened before, approximate integrals lead elsewhere: exact ones are used from here on.
    private mutating func resume(after end: End) {
        phase = .extrapolation
        switch end {
        case .extrapolation:
            accuracy.fail()
            extrapolation.progress = ProgressWatch()
        case .newton, .exhaustedNewton:
            accuracy.giveUp()
            // Its samples are those from before Newton's method.
            extrapolation.accelerator.reset()
            extrapolation.progress = ProgressWatch(.init(isStalled: true))
        }
    }

    /// Where a later calculation can restart after an iteration.
    enum Resumption {
        /// From the orbitals of that iteration, by extrapolation.
        case extrapolation
        /// From the orbitals of that iteration, which are those of a solution.
        case solution(convergedByNewton: Bool)
        /// With Newton steps from this point.
        case newton([MolecularOrbitals], ExtrapolationHistory.Record)
        /// Only from an earlier iteration: no step has been taken from an unstable solution yet.
        case none
    }

    var resumption: Resumption {
        switch phase {
        case .extrapolation, .verification: return .extrapolation
        case .stability: return .solution(convergedByNewton: newtonState.hasConverged)
        case .newton(let newton), .ending(let newton):
            let isAtSaddle = followed.energy.map { abs(newton.energy - $0) < settings.energyTolerance } ?? false
            var record = record
            record.iteration -= 1
            record.newton = .init(radius: newton.opening.radius, seeds: newton.opening.seeds)
            return isAtSaddle ? .none : .newton(newtonState.origin, record)
        }
    }

    /// Moves on to orbitals; `step` says how they were obtained.
    mutating func move(to orbitals: [MolecularOrbitals], by step: String) {
        self.orbitals = orbitals
        self.step = step
        densities =
            settings.smearing > 0
            ? FermiOccupation.densities(orbitals, occupation: occupation, width: settings.smearing) : orbitals.map(\.density)
    }

    /// One word for the table of iterations.
    var purposeOfProducts: String {
        if case .stability = phase { return IterationReport.stabilityTest }
        return "Newton, inner"
    }

    /// Takes the requested products.
    mutating func receive(products: [[OrbitalRotation]]) throws -> Outcome {
        iteration += products.reduce(0) { $0 + $1.count }
        switch phase {
        case .newton(var newton):
            try newton.receive(products: products[0])
            try proceed(newton)
        case .stability(var search, let passed):
            try search.receive(products: products[0])
            return try proceed(search, passed: passed)
        case .extrapolation, .ending, .verification: preconditionFailure("no products were wanted")
        }
        return .continues
    }
}
