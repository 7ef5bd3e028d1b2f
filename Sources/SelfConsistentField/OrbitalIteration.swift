import GaussianBasis
import LinearAlgebra
import ParallelExecution

/// One state's way to self-consistency: whoever builds Fock matrices asks for `densities`, and gives energy and Fock
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
        /// Whether unstable solutions are looked for and left.
        var followsInstabilities = false
        var mostInstabilities = SCFOptions().mostInstabilities
        /// An eigenvalue of the Hessian below minus this is an instability, in hartree.
        var instabilityLimit = StabilitySearch.limit
        /// Whether a restricted solution may become an unrestricted one.
        var mayBreakSpinSymmetry = false
        /// Whether Newton steps are taken from the start.
        var isSecondOrder = false
    }

    /// What is to be given next.
    enum Wanted {
        /// Energy and Fock matrices of `densities`.
        case fock
        /// Products of the orbital Hessian.
        case products([OrbitalHessian.Request])
    }

    /// Which method looks for the solution, or looks at it.
    private enum Phase {
        case extrapolation
        case newton(TrustRegionNewton)
        /// `passed` found no instability of another kind.
        case stability(StabilitySearch, passed: [StabilitySearch])
        /// At a point that Newton's method cannot make better.
        case ending(TrustRegionNewton)
    }

    enum Outcome {
        case continues
        case finished(isConverged: Bool)
    }

    private(set) var wanted = Wanted.fock
    /// The densities whose Fock matrices are wanted: that of all electrons when restricted, else alpha and beta.
    private(set) var densities: [Matrix]
    /// The orbitals of `densities`; nil while these are a guess that no orbitals have.
    private(set) var orbitals: [MolecularOrbitals]?
    /// Fock builds so far, products of the Hessian among them.
    private(set) var iteration = 0
    private(set) var energyChange: Double?
    private(set) var gradient = 0.0
    /// Whether the iterations have come so far that only the grid that was asked for will do.
    private(set) var isNearConvergence = false
    /// What made `densities`.
    private(set) var step = ConvergenceAccelerator.Kind.none.rawValue
    /// What was found about the stability of the solution.
    private(set) var stability: Stability?
    private(set) var filling: OrbitalFilling
    /// The lowest energy so far, and its orbitals.
    var lowest: ProgressWatch.Point? { progress.lowest }

    private var settings: Settings
    private let overlap: Matrix
    private let orthogonalizer: Orthogonalizer
    private let model: ResponseModel?
    private let ledger: TimeLedger
    private var accelerator = ConvergenceAccelerator(capacity: 8)
    private var phase = Phase.extrapolation
    private var progress = ProgressWatch()
    private(set) var previousEnergy: Double?
    /// Energies that were worked out: products of the Hessian do not count.
    private var evaluations = 0
    /// Whether Newton's steps are trusted to the end, and not only until extrapolation can go on.
    private var staysSecondOrder = false
    /// Whether the solution whose stability is looked at is one of Newton's method.
    private var convergedByNewton = false
    /// Whether what is going on only settles a soft mode of a solution known to be stable.
    private var isSettling = false
    /// Whether the first orbitals lie on the way of Newton's method.
    private let startsSecondOrder: Bool
    /// Whether the first orbitals are those of a solution that had converged.
    private let startsFromSolution: Bool
    /// What an earlier calculation has handed over to go on with.
    private let handedOver: ExtrapolationHistory.Record?
    /// The orbitals of Newton's point as their Fock matrices were built.
    private var newtonOrigin: [MolecularOrbitals] = []
    /// Solutions that were left, the energy of the last one, and where its descent began; an interruption does not outlive the last.
    private(set) var instabilities: Int
    private var unstableEnergy: Double?
    private var descent: (seeds: [OrbitalRotation], point: OrbitalPoint)?
    /// Whether the last unstable solution has been left by Newton's method all the way: to come back to its energy then means that
    /// nothing lower lies there.
    private var hasDescended = false
    /// Orbitals on either side of the last unstable solution along rotations of its own kind: one descent takes one side only.
    private(set) var sidesOfInstability: [[MolecularOrbitals]] = []

    /// Orbital gradient below which the grid for early iterations will not do any more.
    private static let nearConvergence = 2e-3
    /// Below this orbital gradient extrapolation is as good as the model, whose tables are in single precision.
    private static let modelLimit = 5e-6
    /// Below this orbital gradient, and with no negative curvature, Newton's steps leave the rest to extrapolation.
    private static let handBackGradient = 5e-3
    /// Solutions whose energies differ by less, in hartree, are not told apart by their energies.
    private static let sameEnergy = 1e-7
    /// Norm of the rotation from an unstable solution to its sides.
    private static let sideStep = 0.5
    /// Orbital gradient below which electrons are spread no longer, and the most iterations in which they are.
    private static let spreadEnd = 1e-3
    private static let mostSpread = 30
    private static let spreadName = "spread"
    private static let newtonName = "Newton"
    private static let modelName = "model"

    /// Starts from orbitals, which are filled from below, or from densities that no orbitals have.
    ///
    /// - Parameters:
    ///   - start: how the orbitals were come by; nil for no others than these.
    ///   - model: nil to go on with the eigenvectors of extrapolated Fock matrices.
    ///   - isNearConvergence: false when early Fock matrices may be less accurate.
    init(
        filling: OrbitalFilling, settings: Settings, overlap: Matrix, orthogonalizer: Orthogonalizer, model: ResponseModel?,
        ledger: TimeLedger, orbitals: [MolecularOrbitals]?, densities: [Matrix], isNearConvergence: Bool,
        start: StartingOrbitals? = nil
    ) {
        // Neither Newton's method nor a solution can do with the grid for early iterations.
        startsSecondOrder = start?.isSecondOrder ?? false
        startsFromSolution = start?.isSolution ?? false
        self.isNearConvergence =
            isNearConvergence || startsFromSolution || startsSecondOrder || start?.history?.record.isNearConvergence ?? false
        instabilities = start?.instabilitiesFollowed ?? 0
        let history = start?.history.flatMap { history in
            // Matrices of another kind of filling are of no use.
            let spins = orbitals?.count ?? densities.count
            return history.samples.allSatisfy { $0.fock.count == spins } ? history : nil
        }
        handedOver = history?.record
        self.filling = filling
        self.settings = settings
        self.overlap = overlap
        self.orthogonalizer = orthogonalizer
        self.model = model
        self.ledger = ledger
        self.orbitals = orbitals
        self.densities = orbitals.map { $0.map(\.density) } ?? densities
        if let history {
            progress = ProgressWatch(history.record.progress)
            previousEnergy = history.record.previousEnergy
            staysSecondOrder = history.record.staysSecondOrder
            unstableEnergy = history.record.unstableEnergy
            hasDescended = history.record.hasDescended
            iteration = min(max(0, history.record.iteration), 1 << 32)
            energyChange = history.record.energyChange
            if let settled = history.record.settledGradient {
                isSettling = true
                self.settings.gradientTolerance = settled
                stability = history.record.stability
            }
            self.settings.smearing = max(0, min(settings.smearing, history.record.smearing))
            if self.settings.smearing > 0, let orbitals {
                self.densities = FermiOccupation.densities(orbitals, filling: filling, width: self.settings.smearing)
            }
            accelerator.restore(
                history.samples.map { sample in
                    let error = errors(sample.fock, sample.density)
                    return .init(
                        number: sample.number, fock: sample.fock, density: sample.density, error: error,
                        largestError: error.map(\.largestMagnitude).max() ?? 0)
                })
        }
    }

    /// What extrapolation has gathered before the iteration that is wanted now; nil where something else is at work.
    var history: ExtrapolationHistory? {
        guard case .extrapolation = phase else { return nil }
        return ExtrapolationHistory(
            samples: accelerator.samples.map { .init(number: $0.number, fock: $0.fock, density: $0.density) }, record: record)
    }

    /// The part of the history that is no matrices.
    var record: ExtrapolationHistory.Record {
        .init(
            progress: progress.record, previousEnergy: previousEnergy, isNearConvergence: isNearConvergence,
            staysSecondOrder: staysSecondOrder, smearing: settings.smearing, unstableEnergy: unstableEnergy,
            hasDescended: hasDescended, iteration: iteration, energyChange: energyChange,
            settledGradient: isSettling ? settings.gradientTolerance : nil, stability: isSettling ? stability : nil)
    }

    /// Starts instead from Fock matrices and densities of another state, as those of this one are like them.
    mutating func start(near fock: [Matrix], densities: [Matrix]) throws {
        guard let model, settings.smearing == 0 else {
            return move(to: try diagonalize(fock, near: densities), by: ConvergenceAccelerator.Kind.none.rawValue)
        }
        try moveByModel(model, fock: fock, densities: densities, from: nil)
    }

    /// The orbital gradient of densities with their Fock matrices, X^T (FPS - SPF) X.
    private func errors(_ fock: [Matrix], _ densities: [Matrix]) -> [Matrix] {
        if filling.kind == .restrictedOpen {
            let single = OpenShellFock.matrix(fock: fock, densities: densities, overlap: overlap)
            return [orthogonalizer.commutator(fock: single, density: densities[0] + densities[1])]
        }
        return zip(fock, densities).map { orthogonalizer.commutator(fock: $0, density: $1) }
    }

    /// Takes energy and Fock matrices of `densities` and moves on to the next ones.
    mutating func advance(energy: Double, fock: [Matrix]) throws -> Outcome {
        iteration += 1
        evaluations += 1
        let errors = errors(fock, densities)
        gradient = errors.map(\.largestMagnitude).max() ?? 0
        energyChange = previousEnergy.map { energy - $0 }
        let wasNearConvergence = isNearConvergence
        let isLast = evaluations >= settings.maximumIterations
        if gradient < Self.nearConvergence || evaluations >= settings.maximumIterations - 1 { isNearConvergence = true }
        if case .newton(let newton) = phase {
            return try advance(newton, energy: energy, fock: fock, isLast: isLast)
        }
        if case .ending = phase, let orbitals {
            // What is left to gain is below the noise of the energy.
            return try leave(
                OrbitalPoint(orbitals: orbitals, fock: fock, filling: filling), energy: energy,
                isConverged: gradient < settings.gradientTolerance)
        }
        guard let current = orbitals else {
            // The guess is no density of orbitals: it does not take part in extrapolation.
            if let model, settings.smearing == 0 {
                try moveByModel(model, fock: fock, densities: densities, from: nil)
            } else {
                move(to: try diagonalize(fock, near: nil), by: ConvergenceAccelerator.Kind.none.rawValue)
            }
            return .continues
        }
        if let newton = handedOver?.newton, startsSecondOrder, evaluations == 1, !isLast {
            let point = try OrbitalPoint(orbitals: current, fock: fock, filling: filling)
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
                OrbitalPoint(orbitals: current, fock: fock, filling: filling), energy: energy, isConverged: isConverged)
        }
        if settings.smearing > 0 {
            accelerator.append(.init(fock: fock, density: densities, error: errors, largestError: gradient))
            try moveSpread()
            return .continues
        }
        // Energies of two grids cannot be compared.
        previousEnergy = wasNearConvergence == isNearConvergence ? energy : nil
        progress.record(energy: energy, gradient: gradient, orbitals: current, fock: fock)
        let goesOn = startsSecondOrder && evaluations == 1
        if progress.hasStalled || (settings.isSecondOrder || goesOn) && gradient > settings.gradientTolerance {
            // Newton's method compares energies: they must all be of the same grid.
            guard wasNearConvergence else {
                isNearConvergence = true
                previousEnergy = nil
                progress = ProgressWatch(.init(isStalled: true))
                return .continues
            }
            staysSecondOrder = staysSecondOrder || settings.isSecondOrder
            try beginNewton(
                OrbitalPoint(orbitals: current, fock: fock, filling: filling), energy: energy, seeds: [], origin: current)
            return .continues
        }
        accelerator.append(.init(fock: fock, density: densities, error: errors, largestError: gradient))
        try extrapolate(from: current)
        return .continues
    }

    /// No tolerance can be met that is finer than the last bits of the energy.
    private func isConverged(_ energy: Double) -> Bool {
        // What the energy was before a solution's first evaluation is not known, but its gradient says enough.
        let change = energyChange ?? (startsFromSolution && evaluations == 1 ? 0 : .infinity)
        return gradient < settings.gradientTolerance && abs(change) < max(settings.energyTolerance, 8 * energy.ulp)
    }

    /// Whether Newton's method has come to a valley in which the energy is the same but for what the quadrature makes of it, such as the
    /// rotations of an open shell of an atom: to its lowest point it would take many steps.
    private func isFlat(_ energy: Double, curvature: Double) -> Bool {
        guard let energyChange, settings.energyTolerance.isFinite, abs(curvature) < settings.instabilityLimit else {
            return false
        }
        return gradient < 0.1 * settings.energyTolerance.squareRoot() && abs(energyChange) < Self.sameEnergy
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
        case .extrapolation: return .extrapolation
        case .stability: return .solution(convergedByNewton: convergedByNewton)
        case .newton(let newton), .ending(let newton):
            let isAtSaddle = unstableEnergy.map { abs(newton.energy - $0) < settings.energyTolerance } ?? false
            var record = record
            record.iteration -= 1
            record.newton = .init(radius: newton.opening.radius, seeds: newton.opening.seeds)
            return isAtSaddle ? .none : .newton(newtonOrigin, record)
        }
    }

    private mutating func extrapolate(from current: [MolecularOrbitals]) throws {
        if let model, gradient > Self.modelLimit {
            let (extrapolated, densities) = accelerator.extrapolatePair()
            try moveByModel(model, fock: extrapolated, densities: densities, from: current)
        } else {
            try moveByExtrapolation()
        }
    }

    private mutating func move(to orbitals: [MolecularOrbitals], by step: String) {
        self.orbitals = orbitals
        self.step = step
        densities =
            settings.smearing > 0
            ? FermiOccupation.densities(orbitals, filling: filling, width: settings.smearing) : orbitals.map(\.density)
    }

    /// The next spread density, or, once spreading has done its work, the first one of whole occupations.
    private mutating func moveSpread() throws {
        let isSettled = gradient < Self.spreadEnd || evaluations >= min(Self.mostSpread, settings.maximumIterations / 2)
        if isSettled { settings.smearing = 0 }
        try moveByExtrapolation()
        guard isSettled else { return step = Self.spreadName }
        accelerator.reset()
        progress = ProgressWatch()
        previousEnergy = nil
    }

    private mutating func moveByExtrapolation() throws {
        let (fock, extrapolated, kind) = accelerator.extrapolate()
        let isFar = gradient > 1e-3
        let shifted = isFar && settings.levelShift > 0 ? zip(fock, densities).map { levelShifted($0, density: $1) } : fock
        let previous = densities
        move(to: try diagonalize(shifted, near: extrapolated), by: kind.rawValue)
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
            ledger: ledger, orbitals: try start ?? diagonalize(fock, near: isGuess ? nil : densities), densities: densities,
            isNearConvergence: true)
        while true {
            let outcome: Outcome
            switch inner.wanted {
            case .fock:
                let build = ledger.measure(ElectronicProblem.Phase.model) { expansion.evaluate(inner.densities) }
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

    /// F + shift (S - S P S) with P the density of one orbital an electron: raises the empty orbitals.
    private func levelShifted(_ fock: Matrix, density: Matrix) -> Matrix {
        let perElectron = filling.isRestricted ? 0.5 * density : density
        let projector = overlap.times(perElectron).times(overlap)
        var result = fock
        result.add(overlap, scaledBy: settings.levelShift)
        result.add(projector, scaledBy: -settings.levelShift)
        return result
    }

    /// Orbitals of Fock matrices; those of a restricted open shell need the densities, too, or are those of the mean of
    /// both spins.
    private func diagonalize(_ fock: [Matrix], near densities: [Matrix]?) throws -> [MolecularOrbitals] {
        func eigenvectors(_ matrix: Matrix) throws -> (coefficients: Matrix, energies: [Double]) {
            try ledger.measure(ElectronicProblem.Phase.diagonalization) { try orthogonalizer.diagonalize(matrix) }
        }
        if filling.kind == .restrictedOpen {
            let single =
                densities.map { OpenShellFock.matrix(fock: fock, densities: $0, overlap: overlap) } ?? 0.5 * (fock[0] + fock[1])
            let (coefficients, energies) = try eigenvectors(single)
            return [0, 1].map { filling.orbitals(coefficients: coefficients, energies: energies, spin: $0) }
        }
        return try fock.enumerated().map { spin, matrix in
            let (coefficients, energies) = try eigenvectors(matrix)
            return filling.orbitals(coefficients: coefficients, energies: energies, spin: spin)
        }
    }

    // MARK: - Newton's method and stability

    /// - Parameter origin: the point's orbitals as their Fock matrices were built.
    private mutating func beginNewton(
        _ point: OrbitalPoint, energy: Double, seeds: [OrbitalRotation], radius: Double = TrustRegionNewton.firstRadius,
        origin: [MolecularOrbitals]? = nil
    ) throws {
        isNearConvergence = true
        previousEnergy = energy
        newtonOrigin = origin ?? point.orbitals
        try proceed(TrustRegionNewton(point: point, energy: energy, seeds: seeds, overlap: overlap, radius: radius))
    }

    /// Leaves the rest to extrapolation, which is cheaper near a minimum; should it stall again, there is no second time.
    private mutating func handBack(fock: [Matrix], from current: [MolecularOrbitals]) throws {
        staysSecondOrder = true
        phase = .extrapolation
        wanted = .fock
        progress = ProgressWatch()
        accelerator.reset()
        accelerator.append(.init(fock: fock, density: densities, error: errors(fock, densities), largestError: gradient))
        try extrapolate(from: current)
    }

    /// Asks for what Newton's method wants next.
    private mutating func proceed(_ newton: TrustRegionNewton) throws {
        phase = .newton(newton)
        switch newton.wanted {
        case .fock(let orbitals):
            wanted = .fock
            move(to: orbitals, by: Self.newtonName)
        case .products(let rotations):
            wanted = .products([.init(point: newton.point, spin: .symmetric, rotations: rotations)])
        }
    }

    /// In a word for the reader of a table.
    var purposeOfProducts: String {
        if case .stability = phase { return "stability" }
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
        case .extrapolation, .ending: preconditionFailure("no products were wanted")
        }
        return .continues
    }

    private mutating func advance(
        _ newton: TrustRegionNewton, energy: Double, fock: [Matrix], isLast: Bool
    ) throws -> Outcome {
        var newton = newton
        let isAccepted = try newton.receive(energy: energy, fock: fock)
        guard isAccepted else {
            guard newton.isExhausted || isLast else {
                try proceed(newton)
                return .continues
            }
            // The best point is not the last one: its energy and Fock matrices are wanted once more, to end with.
            phase = .ending(newton)
            move(to: newton.point.orbitals, by: Self.newtonName)
            wanted = .fock
            return .continues
        }
        let isConverged = isConverged(energy) || isFlat(energy, curvature: newton.lowestCurvature)
        if isConverged || isLast { return try leave(newton.point, energy: energy, isConverged: isConverged) }
        previousEnergy = energy
        newtonOrigin = orbitals ?? newton.point.orbitals
        if !staysSecondOrder, !isSettling, gradient < Self.handBackGradient, newton.lowestCurvature > 0 {
            try handBack(fock: fock, from: newtonOrigin)
            return .continues
        }
        try proceed(newton)
        return .continues
    }

    /// Ends the iterations at a point, or looks at its stability first.
    private mutating func leave(_ point: OrbitalPoint, energy: Double, isConverged: Bool) throws -> Outcome {
        move(to: point.orbitals, by: step)
        previousEnergy = energy
        if isConverged, let descent, let unstableEnergy, energy > unstableEnergy - settings.energyTolerance,
            !staysSecondOrder || !isSettling
        {
            // Extrapolation has gone back to where the energy is not lower: descend all the way.
            if case .extrapolation = phase, evaluations < settings.maximumIterations {
                staysSecondOrder = true
                hasDescended = true
                filling = descent.point.filling
                try beginNewton(descent.point, energy: unstableEnergy, seeds: descent.seeds)
                return .continues
            }
        }
        if case .newton = phase {
            convergedByNewton = true
        } else {
            convergedByNewton = startsFromSolution && evaluations == 1 && handedOver?.convergedByNewton == true
        }
        guard isConverged, settings.followsInstabilities, !isSettling, point.hasRotations else {
            return .finished(isConverged: isConverged)
        }
        let breaksSpin = filling.isRestricted && settings.mayBreakSpinSymmetry
        return try proceed(try search(point, breaksSpin ? .antisymmetric : .symmetric), passed: [])
    }

    private func search(_ point: OrbitalPoint, _ spin: OrbitalHessian.Spin) throws -> StabilitySearch {
        // The gradient of a converged solution is what a soft mode has left, if there is one; noise finds what symmetry
        // hides.
        let starts =
            (try ledger.measure(ElectronicProblem.Phase.model) { try model?.lowestRotations(at: point, spin: spin) }
                ?? point.smallestExcitations(2)) + [point.asymmetricNoise(), point.gradient]
        let limit = settings.instabilityLimit
        return StabilitySearch(point: point, spin: spin, starts: starts, tolerance: 10 * limit, limit: limit)
    }

    /// Asks for what a search wants next, or goes on with the next kind of rotations, or ends.
    private mutating func proceed(_ search: StabilitySearch, passed: [StabilitySearch]) throws -> Outcome {
        guard search.isFinished else {
            phase = .stability(search, passed: passed)
            wanted = .products([.init(point: search.point, spin: search.spin, rotations: search.wanted)])
            return .continues
        }
        // What is unstable is left whatever other rotations would show.
        if search.spin == .antisymmetric, !search.isUnstable {
            return try proceed(try self.search(search.point, .symmetric), passed: passed + [search])
        }
        return try judge(passed + [search])
    }

    /// Goes on from an unstable solution, or ends at a stable one.
    private mutating func judge(_ searches: [StabilitySearch]) throws -> Outcome {
        let last = searches[searches.count - 1]
        let point = last.point
        let energy = previousEnergy ?? 0
        func lowest(_ spin: OrbitalHessian.Spin) -> Double? {
            searches.first { $0.spin == spin && !$0.rotations.isEmpty }?.lowest
        }
        // The one that was left last, come back to after an interruption, does not count again, but is left all the way.
        let isKnown = unstableEnergy.map { abs($0 - energy) < max(settings.energyTolerance, Self.sameEnergy) } ?? false
        var undecided: Stability.Undecided?
        if last.isUnstable {
            if isKnown, hasDescended || convergedByNewton {
                undecided = .equalEnergy
            } else if instabilities >= settings.mostInstabilities {
                undecided = .instabilityLimit
            } else if evaluations >= settings.maximumIterations {
                undecided = .iterationLimit
            }
        }
        stability = Stability(
            internalEigenvalue: lowest(.symmetric), externalEigenvalue: lowest(.antisymmetric),
            instabilitiesFollowed: instabilities, undecided: undecided, limit: settings.instabilityLimit)
        wanted = .fock
        if last.isUnstable {
            // Those of a restricted solution towards unrestricted ones are one solution with its spins exchanged.
            sidesOfInstability =
                last.spin == .antisymmetric
                ? [] : try [Self.sideStep, -Self.sideStep].map { try point.rotated(by: $0 * last.rotations[0]) }
        }
        if last.isUnstable, undecided == nil {
            if !isKnown { instabilities += 1 }
            staysSecondOrder = isKnown
            hasDescended = isKnown
            unstableEnergy = energy
            if last.spin == .antisymmetric {
                filling = OrbitalFilling(electrons: filling.electrons, isRestricted: false)
                let both = filling.filled(.restricted(point.orbitals[0]))
                let start = try OrbitalPoint(orbitals: both, fock: [point.fock[0], point.fock[0]], filling: filling)
                // The new point may have turned degenerate orbitals, or their signs.
                let k = last.rotations[0].blocks[0]
                let alike = point.transported(OrbitalRotation(blocks: [k, k]), to: start, overlap: overlap)
                let seeds = [OrbitalRotation(blocks: [alike.blocks[0], -1 * alike.blocks[1]])]
                descent = (seeds, start)
                try beginNewton(start, energy: energy, seeds: seeds)
            } else {
                descent = ([last.rotations[0]], point)
                try beginNewton(point, energy: energy, seeds: [last.rotations[0]])
            }
            return .continues
        }
        if undecided != nil { return .finished(isConverged: true) }
        // What the softest mode still promises.
        if let softest = last.rotations.first, last.lowest > 0 {
            let slope = point.gradient.dot(softest)
            // The curvature of what is softer than the limit is made by noise.
            let promise = 0.5 * point.weight * slope * slope / max(last.lowest, settings.instabilityLimit)
            if promise > settings.energyTolerance, evaluations < settings.maximumIterations {
                isSettling = true
                settings.gradientTolerance = 0.5 * gradient * (settings.energyTolerance / promise).squareRoot()
                if convergedByNewton {
                    try beginNewton(point, energy: energy, seeds: [softest])
                } else {
                    phase = .extrapolation
                    let errors = errors(point.fock, densities)
                    accelerator.append(
                        .init(fock: point.fock, density: densities, error: errors, largestError: gradient))
                    try moveByExtrapolation()
                }
                return .continues
            }
        }
        return .finished(isConverged: true)
    }
}
