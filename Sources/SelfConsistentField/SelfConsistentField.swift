import ElectronicStructure
import Foundation
import GaussianBasis
import HamiltonianTerms
import LinearAlgebra
import MolecularStructure
import OrbitalResponse
import ParallelExecution

/// Solves the Roothaan-Hall or Pople-Nesbet equations of one or several states of an electronic problem.
///
/// A state starts from the Fock matrix of the previous one as soon as that one is near convergence. From then on they iterate together, and
/// every Fock build is one pass over integrals and grid for all of them.
public struct SelfConsistentField {
    private let problem: ElectronicProblem
    private let options: SCFOptions
    private let states: [ChargeState]
    private let occupations: [OrbitalOccupation]

    /// The orbital gradient of a state at which the next one starts from it.
    private static let handOver = 5e-3
    /// Tolerances of the orbital gradient up to this are not disturbed by the screening of changes of densities.
    private static let tightGradient = 1e-6

    /// - Throws: `SCFError` if a state cannot exist in this basis.
    public init(problem: ElectronicProblem, states: [ChargeState], options: SCFOptions) throws {
        self.problem = problem
        self.states = states
        self.options = options
        occupations = try states.map { state in
            let count = problem.basis.electronCount(charge: state.charge)
            guard count > 0 else { throw SCFError.noElectrons }
            let unpaired = state.multiplicity - 1
            guard unpaired >= 0, unpaired <= count, (count - unpaired) % 2 == 0 else {
                throw SCFError.impossibleMultiplicity(multiplicity: state.multiplicity, electrons: count)
            }
            let occupation = OrbitalOccupation(
                electrons: [(count + unpaired) / 2, (count - unpaired) / 2],
                kind: unpaired == 0 && options.reference != .unrestricted
                    ? .restricted : options.reference == .restrictedOpen ? .restrictedOpen : .unrestricted)
            let independent = problem.orthogonalizer.transformation.columns
            guard occupation.electrons[0] <= independent else {
                throw SCFError.tooManyElectrons(electrons: occupation.electrons[0], functions: independent)
            }
            return occupation
        }
    }

    /// - Throws: `SCFError` if the state cannot exist in this basis.
    public init(problem: ElectronicProblem, state: ChargeState, options: SCFOptions) throws {
        try self.init(problem: problem, states: [state], options: options)
    }

    /// Iterates a single state from the given orbitals, or from the superposition of atomic densities.
    public func solve(
        initial: StartingOrbitals? = nil, onIteration: (IterationReport) throws -> Void = { _ in }
    ) throws -> SCFResult {
        precondition(states.count == 1)
        return try solveAll(initial: initial.map { [0: $0] } ?? [:], onIteration: { try onIteration($1) })[0]
    }

    /// One state during the iterations.
    private struct Run {
        let state: Int
        var iteration: OrbitalIteration
        /// The Fock matrices that belong to the last energy of the iteration.
        var build: FockBuilder.Build?
        var left: [SCFResult] = []
        var seconds = 0.0
    }

    /// Iterates all states to the end.
    ///
    /// - Parameters:
    ///   - initial: initial orbitals by state. A state without an entry starts from the previous state, and the first one from the
    ///     superposition of atomic densities.
    ///   - onIteration: called for every state after every Fock build, and after products of the orbital Hessian; an error that it throws
    ///     ends the iterations and is passed on.
    ///   - onInstability: called with every unstable solution before the descent from it.
    ///   - onFinish: called for every state when it has finished.
    /// - Returns: the last iteration of every state; look at `isConverged`.
    public func solveAll(
        initial: [Int: StartingOrbitals] = [:],
        onIteration: (_ state: Int, IterationReport) throws -> Void = { _, _ in },
        onInstability: (_ state: Int, SCFResult) throws -> Void = { _, _ in },
        onFinish: (_ state: Int, SCFResult) throws -> Void = { _, _ in }
    ) throws -> [SCFResult] {
        try solveEach(initial: initial, onIteration: onIteration, onInstability: onInstability, onFinish: onFinish)
            .compactMap { $0 }
    }

    /// Re-evaluates converged solutions: energies, stability, and the sides of unstable ones, which are not followed.
    public func examine(
        _ orbitals: [StartingOrbitals], onIteration: (_ state: Int, IterationReport) throws -> Void = { _, _ in }
    ) throws -> [SCFResult] {
        precondition(orbitals.count == states.count)
        var options = options
        options.followsInstabilities = true
        options.mostInstabilities = 0
        let solver = try SelfConsistentField(problem: problem, states: states, options: options)
        return try solver.solveAll(
            initial: Dictionary(uniqueKeysWithValues: orbitals.enumerated().map { ($0, $1) }), onIteration: onIteration)
    }

    /// The decision about a state after an iteration.
    package enum Judgement {
        case goesOn
        /// Ends with the current, unconverged result.
        case ends
        /// Ends without a result.
        case isDropped
    }

    /// The same, with a callback that decides which states are not worth further iterations.
    package func solveEach(
        initial: [Int: StartingOrbitals],
        onIteration: (_ state: Int, IterationReport) throws -> Void,
        onInstability: (_ state: Int, SCFResult) throws -> Void = { _, _ in },
        onFinish: (_ state: Int, SCFResult) throws -> Void = { _, _ in },
        judge: (_ state: Int, IterationReport) -> Judgement = { _, _ in .goesOn }
    ) throws -> [SCFResult?] {
        var results = [SCFResult?](repeating: nil, count: states.count)
        var builder = FockBuilder(problem: problem, screensChanges: options.gradientTolerance > Self.tightGradient)
        var started = 0
        var runs: [Run] = []
        while started < states.count || !runs.isEmpty {
            while started < states.count, runs.isEmpty || initial[started] != nil {
                runs.append(Run(state: started, iteration: try begin(started, from: initial[started])))
                started += 1
            }
            let clock = ContinuousClock.now
            let given = try build(runs, with: &builder)
            let share = clock.secondsToNow / Double(runs.count)
            var next: [Run] = []
            for (var run, given) in zip(runs, given) {
                let step = ContinuousClock.now
                let evaluated = run.iteration
                var judgement = Judgement.goesOn
                let report = try advance(
                    &run, given,
                    { state, report in
                        try onIteration(state, report)
                        judgement = judge(state, report)
                    }, onInstability)
                run.seconds += share + step.secondsToNow
                // The next state starts from this one's latest Fock matrix.
                let isNear = evaluated.orbitals != nil && run.iteration.gradient < Self.handOver
                if run.state == started - 1, started < states.count, isNear || report != nil, case .fock(let build) = given {
                    let begun = ContinuousClock.now
                    var successor = Run(state: started, iteration: try begin(started, from: nil, isSuccessor: true))
                    try start(&successor.iteration, near: build.fock, evaluated.densities)
                    successor.seconds = begun.secondsToNow
                    next.append(successor)
                    started += 1
                }
                if judgement == .isDropped {
                    builder.forget(state: run.state)
                } else if let isConverged = report ?? (judgement == .ends ? false : nil) {
                    // The energy is that of the orbitals before the step.
                    if report == nil { run.iteration = evaluated }
                    let result = try result(run, isConverged: isConverged)
                    results[run.state] = result
                    builder.forget(state: run.state)
                    try onFinish(run.state, result)
                } else {
                    next.append(run)
                }
            }
            runs = next.sorted { $0.state < $1.state }
        }
        return results
    }

    /// The quantities that a state requested.
    private enum Given {
        case fock(FockBuilder.Build)
        case products([[OrbitalRotation]])
    }

    /// Fock matrices for the states that request them, and products of the Hessian for the others.
    private func build(_ runs: [Run], with builder: inout FockBuilder) throws -> [Given] {
        var focks: [FockBuilder.Request] = []
        var hessians: [OrbitalHessian.Request] = []
        for run in runs {
            switch run.iteration.wanted {
            case .fock:
                focks.append(
                    FockBuilder.Request(
                        state: run.state,
                        density: StateDensity(
                            charge: states[run.state].charge, matrices: run.iteration.densities,
                            quality: !run.iteration.isNearConvergence || options.isPreliminary ? .coarse : .full),
                        orbitals: options.damping == 0 && options.smearing == 0 ? run.iteration.orbitals : nil,
                        integrals: run.iteration.accuracy.wanted))
            case .products(let requests): hessians += requests
            }
        }
        var builds = focks.isEmpty ? [] : builder.build(focks)
        var products = hessians.isEmpty ? [] : try OrbitalHessian(problem: problem).products(hessians)
        return runs.map { run in
            switch run.iteration.wanted {
            case .fock: return .fock(builds.removeFirst())
            case .products(let requests):
                defer { products.removeFirst(requests.count) }
                return .products(Array(products.prefix(requests.count)))
            }
        }
    }

    /// Whether the state has converged, once it has finished.
    private func advance(
        _ run: inout Run, _ given: Given, _ onIteration: (Int, IterationReport) throws -> Void,
        _ onInstability: (Int, SCFResult) throws -> Void
    ) throws -> Bool? {
        let outcome: OrbitalIteration.Outcome
        switch given {
        case .fock(let build):
            let energy = build.components.total
            guard energy.isFinite else { throw SCFError.notFinite(iteration: run.iteration.iteration + 1) }
            let (orbitals, step, occupation) = (run.iteration.orbitals, run.iteration.step, run.iteration.occupation)
            let (history, record, earlierChange) = (run.iteration.history, run.iteration.record, run.iteration.energyChange)
            run.build = build
            outcome = try run.iteration.advance(energy: energy, fock: build.fock, correction: build.correction)
            let instabilities = run.iteration.followed.count
            let start: StartingOrbitals?
            switch run.iteration.resumption {
            case .none: start = nil
            case .newton(let origin, var known):
                known.energyChange = earlierChange
                start = StartingOrbitals(
                    run.iteration.occupation.wrapped(origin), instabilitiesFollowed: instabilities, isSecondOrder: true,
                    history: ExtrapolationHistory(samples: [], record: known))
            case .solution(let convergedByNewton):
                var known = record
                known.convergedByNewton = convergedByNewton
                let history = ExtrapolationHistory(samples: history?.samples ?? [], record: known)
                start = orbitals.map {
                    StartingOrbitals(
                        occupation.wrapped($0), instabilitiesFollowed: instabilities, isSolution: true, history: history)
                }
            case .extrapolation:
                // Without a history Newton's method has just ended, and ends again.
                var known = record
                known.newton = .init(radius: 0, seeds: [], handsBack: true)
                let isHandedBack = history == nil
                let history = history ?? ExtrapolationHistory(samples: [], record: known)
                start = orbitals.map {
                    StartingOrbitals(
                        occupation.wrapped($0), instabilitiesFollowed: instabilities, isSecondOrder: isHandedBack,
                        history: history)
                }
            }
            try onIteration(
                run.state,
                IterationReport(
                    iteration: run.iteration.iteration, energy: energy, energyChange: run.iteration.energyChange,
                    previousChange: earlierChange, gradient: run.iteration.gradient, accelerator: step, isProduct: false,
                    start: start))
        case .products(let products):
            let before = run.iteration
            outcome = try run.iteration.receive(products: products)
            guard let energy = before.previousEnergy else { preconditionFailure("products are wanted where the energy is known") }
            try onIteration(
                run.state,
                IterationReport(
                    iteration: run.iteration.iteration, energy: energy, energyChange: nil,
                    previousChange: before.energyChange, gradient: before.gradient, accelerator: before.purposeOfProducts,
                    isProduct: true, start: nil))
            if run.iteration.followed.count > before.followed.count {
                var left = run
                left.iteration = before
                let unstable = try result(
                    left, isConverged: true, stability: run.iteration.stability, sides: run.iteration.followed.sides)
                run.left.append(unstable)
                try onInstability(run.state, unstable)
            }
        }
        guard case .finished(let isConverged) = outcome else { return nil }
        return isConverged
    }

    /// - Parameter isSuccessor: whether Fock matrices of another state replace the guess.
    private func begin(_ state: Int, from start: StartingOrbitals?, isSuccessor: Bool = false) throws -> OrbitalIteration {
        let orbitals = start?.orbitals
        // Electrons that were smeared, or need not be, keep their occupations.
        let isLate = start.map { $0.isSolution || $0.isSecondOrder } ?? false
        let isHeldBack = options.damping > 0 || options.levelShift > 0
        var occupation = occupations[state]
        if case .unrestricted? = orbitals, [.automatic, .unrestricted].contains(options.reference) {
            // Orbitals with broken spin symmetry keep it broken.
            occupation = OrbitalOccupation(electrons: occupation.electrons, isRestricted: false)
        }
        return OrbitalIteration(
            steps: OrbitalSteps(
                occupation: occupation, overlap: problem.overlap, orthogonalizer: problem.orthogonalizer,
                model: isHeldBack ? nil : problem.responseModel, ledger: problem.ledger),
            settings: .init(
                energyTolerance: options.energyTolerance, gradientTolerance: options.gradientTolerance,
                maximumIterations: options.maximumIterations, damping: options.damping, levelShift: options.levelShift,
                smearing: occupation.kind == .restrictedOpen || isLate ? 0 : options.smearing,
                followsInstabilities: options.followsInstabilities, mostInstabilities: options.mostInstabilities,
                instabilityLimit: problem.exchangeCorrelation == nil && problem.approximateCoulombExchange == nil
                    ? StabilitySearch.limitWithoutQuadrature : StabilitySearch.limit,
                mayBreakSpinSymmetry: options.reference == .automatic,
                isSecondOrder: options.isSecondOrder,
                hasApproximateIntegrals: problem.approximateCoulombExchange != nil && options.usesApproximateIntegrals,
                endsExactly: !options.isPreliminary),
            orbitals: orbitals.map { occupation.filled($0) },
            densities: orbitals == nil && !isSuccessor ? try guessDensities(occupation) : [],
            isNearConvergence: problem.exchangeCorrelation?.hasCoarseGrid != true || options.isPreliminary,
            start: start)
    }

    /// Takes over the Fock matrices of another state, which may have another kind of reference.
    private func start(
        _ iteration: inout OrbitalIteration, near fock: [Matrix], _ densities: [Matrix]
    ) throws {
        switch (iteration.occupation.isRestricted, fock.count) {
        case (true, 2): try iteration.start(near: [0.5 * (fock[0] + fock[1])], densities: [densities[0] + densities[1]])
        case (false, 1):
            let half = 0.5 * densities[0]
            try iteration.start(near: [fock[0], fock[0]], densities: [half, half])
        default: try iteration.start(near: fock, densities: densities)
        }
    }

    private func guessDensities(_ occupation: OrbitalOccupation) throws -> [Matrix] {
        let total = try problem.guessDensity
        let neutral = problem.overlap.dot(total)
        let scale = 1 / max(neutral, 1e-10)
        if occupation.isRestricted { return [Double(2 * occupation.electrons[0]) * scale * total] }
        return occupation.electrons.map { Double($0) * scale * total }
    }

    /// - Parameters:
    ///   - stability: of a solution that is followed further.
    ///   - sides: those of a solution that is followed further.
    private func result(
        _ run: Run, isConverged: Bool, stability: Stability? = nil, sides: [[MolecularOrbitals]]? = nil
    ) throws -> SCFResult {
        guard let build = run.build else { throw SCFError.notFinite(iteration: 0) }
        let occupation = run.iteration.occupation
        let wavefunction = Wavefunction(
            basis: problem.basis, state: states[run.state], orbitals: occupation.wrapped(run.iteration.orbitals ?? []))
        let ownSides = run.iteration.stability?.isStable == false ? run.iteration.followed.sides : []
        return SCFResult(
            wavefunction: wavefunction, energy: build.components.total, components: build.components,
            isConverged: isConverged, iterations: run.iteration.iteration, gridElectrons: build.gridElectrons,
            spinSquared: occupation.isRestricted ? 0 : wavefunction.spinSquared(overlap: problem.overlap),
            finalGradient: run.iteration.gradient,
            finalEnergyChange: run.iteration.energyChange ?? 0, stability: stability ?? run.iteration.stability,
            unstableSolutions: stability == nil ? run.left : [], sides: (sides ?? ownSides).map { occupation.wrapped($0) },
            seconds: run.seconds)
    }
}
