import ElectronicStructure
import GaussianBasis
import LinearAlgebra
import OrbitalResponse

/// Iterations of one state: the builder of Fock matrices asks for `densities`, and gives energy and Fock
/// matrices to `advance`, until it says that it has finished.
///
/// Fock matrices are extrapolated (`ConvergenceAccelerator`); the next orbitals are those that a model of the response
/// finds self-consistent around the extrapolated one, or, without a model, its eigenvectors. Where that stalls,
/// `TrustRegionNewton` takes over. A solution is looked at for stability, and an unstable one left downhill; for both,
/// products of the orbital Hessian are wanted from outside, too.
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
        /// Width over which electrons are spread at first; 0 from the point on where they are not any more.
        var smearing = 0.0
        /// Whether to test stability and to leave unstable solutions.
        var followsInstabilities = false
        var mostInstabilities = SCFOptions().mostInstabilities
        /// An eigenvalue of the Hessian below minus this is an instability, in hartree.
        var instabilityLimit = StabilitySearch.limit
        /// Whether a restricted solution may become an unrestricted one.
        var mayBreakSpinSymmetry = false
        /// Whether Newton steps are taken from the start.
        var isSecondOrder = false
        /// Whether there are approximate integrals to go on with.
        var hasApproximateIntegrals = false
        /// Whether the solution must be one of the exact integrals.
        var endsExactly = true
    }

    /// What is to be given next.
    enum Wanted {
        /// Energy and Fock matrices of `densities`.
        case fock
        /// Products of the orbital Hessian.
        case products([OrbitalHessian.Request])
    }

    /// Which method looks for the solution, or looks at it.
    enum Phase {
        case extrapolation
        case newton(TrustRegionNewton)
        /// `passed` found no instability of another kind.
        case stability(StabilitySearch, passed: [StabilitySearch])
        /// At a point that Newton's method cannot make better.
        case ending(TrustRegionNewton)
        /// At a solution of approximate integrals, for its exact energy and Fock matrices.
        case verification(End)
    }

    /// What took approximate iterations for finished.
    enum End {
        case extrapolation
        /// With the lowest curvature that was found.
        case newton(curvature: Double)
        /// At a point that Newton's method cannot make better.
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
    /// The densities whose Fock matrices are wanted: that of all electrons when restricted, else alpha and beta.
    var densities: [Matrix]
    /// The orbitals of `densities`; nil while these are a guess that no orbitals have.
    var orbitals: [MolecularOrbitals]?
    /// Fock builds so far, products of the Hessian among them.
    var iteration = 0
    var energyChange: Double?
    var gradient = 0.0
    /// Whether the iterations have come so far that only the grid that was asked for will do.
    var isNearConvergence = false
    /// Which integrals are wanted.
    var accuracy: IntegralAccuracy
    /// What made `densities`.
    var step = ConvergenceAccelerator.Kind.none.rawValue
    /// What was found about the stability of the solution.
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
    /// Energies that were worked out: products of the Hessian do not count.
    var evaluations = 0
    /// Whether what is going on only settles a soft mode of a solution known to be stable.
    var isSettling = false

    /// Orbital gradient below which the grid for early iterations will not do any more.
    private static let nearConvergence = 2e-3
    /// Solutions whose energies differ by less, in hartree, are not told apart by their energies.
    static let sameEnergy = 1e-7

    /// Starts from orbitals, which are filled from below, or from densities that no orbitals have.
    ///
    /// - Parameters:
    ///   - start: what an earlier calculation has left; nil for nothing but the orbitals.
    ///   - isNearConvergence: false when early Fock matrices may be less accurate.
    init(
        steps: OrbitalSteps, settings: Settings, orbitals: [MolecularOrbitals]?, densities: [Matrix], isNearConvergence: Bool,
        start: StartingOrbitals? = nil
    ) {
        let history = start?.history.flatMap { history in
            // Matrices of another kind of reference are of no use.
            let spins = orbitals?.count ?? densities.count
            return history.samples.allSatisfy { $0.fock.count == spins } ? history : nil
        }
        opening = IterationOpening(
            isSecondOrder: start?.isSecondOrder ?? false, isSolution: start?.isSolution ?? false, record: history?.record)
        // Neither Newton's method nor a solution can do with the grid for early iterations.
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

    /// What extrapolation has gathered before the iteration that is wanted now; nil where something else is at work.
    var history: ExtrapolationHistory? {
        guard case .extrapolation = phase else { return nil }
        // Fock matrices that were corrected for exact ones, which are not saved, are of no use without them.
        if accuracy.hasApproximate { return ExtrapolationHistory(samples: [], record: record) }
        return ExtrapolationHistory(
            samples: extrapolation.accelerator.samples.map { .init(number: $0.number, fock: $0.fock, density: $0.density) },
            record: record)
    }

    /// The part of the history that is no matrices.
    var record: ExtrapolationHistory.Record {
        .init(
            progress: extrapolation.progress.record, previousEnergy: previousEnergy, isNearConvergence: isNearConvergence,
            staysSecondOrder: newtonState.isTrustedToTheEnd, smearing: settings.smearing, unstableEnergy: followed.energy,
            hasDescended: followed.hasDescended, iteration: iteration, energyChange: energyChange,
            settledGradient: isSettling ? settings.gradientTolerance : nil, stability: isSettling ? stability : nil)
    }

    /// Starts instead from Fock matrices and densities of another state, as those of this one are like them.
    mutating func start(near fock: [Matrix], densities: [Matrix]) throws {
        guard let model = steps.model, settings.smearing == 0 else {
            return move(to: try steps.diagonalize(fock, near: densities), by: ConvergenceAccelerator.Kind.none.rawValue)
        }
        try moveByModel(model, fock: fock, densities: densities, from: nil)
    }

    /// Takes energy and Fock matrices of `densities` and moves on to the next ones.
    ///
    /// - Parameter correction: what approximate Fock matrices have lacked up to now.
    mutating func advance(energy: Double, fock: [Matrix], correction: [Matrix]? = nil) throws -> Outcome {
        iteration += 1
        evaluations += 1
        let errors = steps.errors(fock, densities)
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
            // What is left to gain is below the noise of the energy.
            return try leave(
                OrbitalPoint(orbitals: orbitals, fock: fock, occupation: occupation), energy: energy,
                isConverged: gradient < settings.gradientTolerance)
        }
        guard let current = orbitals else {
            // The guess is no density of orbitals: it does not take part in extrapolation.
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
        if accuracy.isApproximateForNow, gradient < IntegralAccuracy.firstExactGradient, isNearConvergence {
            // Near enough: from here on approximate matrices are corrected by exact ones.
            extrapolation.accelerator.append(.init(fock: fock, density: densities, error: errors, largestError: gradient))
            try extrapolate(from: current)
            extrapolation.progress = ProgressWatch()
            previousEnergy = nil
            accuracy.wantsExact = true
            return .continues
        }
        // Energies of two grids cannot be compared.
        previousEnergy = wasNearConvergence == isNearConvergence ? energy : nil
        extrapolation.progress.record(energy: energy, gradient: gradient, orbitals: current, fock: fock)
        let goesOn = opening.isSecondOrder && evaluations == 1
        if extrapolation.progress.hasStalled || (settings.isSecondOrder || goesOn) && gradient > settings.gradientTolerance {
            // Newton's method compares energies: they must all be of the same grid.
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
        extrapolation.accelerator.append(.init(fock: fock, density: densities, error: errors, largestError: gradient))
        try extrapolate(from: current)
        return .continues
    }

    /// No tolerance can be met that is finer than the last bits of the energy.
    func isConverged(_ energy: Double) -> Bool {
        // What the energy was before a solution's first evaluation is not known, but its gradient says enough.
        let change = energyChange ?? (opening.isSolution && evaluations == 1 ? 0 : .infinity)
        return gradient < settings.gradientTolerance && abs(change) < max(settings.energyTolerance, 8 * energy.ulp)
    }

    /// Whether Newton's method has come to a valley in which the energy is the same but for what the quadrature makes of it, such as the
    /// rotations of an open shell of an atom: to its lowest point it would take many steps.
    func isFlat(_ energy: Double, curvature: Double) -> Bool {
        guard let energyChange, settings.energyTolerance.isFinite, abs(curvature) < settings.instabilityLimit else {
            return false
        }
        return gradient < 0.1 * settings.energyTolerance.squareRoot() && abs(energyChange) < Self.sameEnergy
    }

    /// Whether a solution of approximate integrals is one of the exact ones.
    private func isVerified(_ end: End, energy: Double) -> Bool {
        switch end {
        case .extrapolation: isConverged(energy)
        case .newton(let curvature): isConverged(energy) || isFlat(energy, curvature: curvature)
        case .exhaustedNewton: gradient < settings.gradientTolerance
        }
    }

    /// Goes on from a solution of approximate integrals that is none of the exact ones. Where it took Newton's method to find it, or where that
    /// has happened before, approximate integrals lead elsewhere: exact ones are used from here on.
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

    /// Where a later calculation may go on, after an iteration has been taken in.
    enum Resumption {
        /// From the orbitals of that iteration, by extrapolation.
        case extrapolation
        /// From the orbitals of that iteration, which are those of a solution.
        case solution(convergedByNewton: Bool)
        /// By Newton steps from this point.
        case newton([MolecularOrbitals], ExtrapolationHistory.Record)
        /// Only from where an earlier iteration was: no step has led away from an unstable solution yet.
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

    /// Goes on to orbitals, of which `step` tells how they were found.
    mutating func move(to orbitals: [MolecularOrbitals], by step: String) {
        self.orbitals = orbitals
        self.step = step
        densities =
            settings.smearing > 0
            ? FermiOccupation.densities(orbitals, occupation: occupation, width: settings.smearing) : orbitals.map(\.density)
    }

    /// In a word for the reader of a table.
    var purposeOfProducts: String {
        if case .stability = phase { return IterationReport.stabilityTest }
        return "Newton, inner"
    }

    /// Takes the products that were wanted.
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
