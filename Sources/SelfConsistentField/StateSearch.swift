import GaussianBasis
import LinearAlgebra
import MolecularStructure

/// Looks for other solutions beside those of a series of charges: the next multiplicity, singlets of broken spin symmetry,
/// open shells with an electron raised, the other side of an instability, and added electrons that start elsewhere.
///
/// All candidates start from the orbitals of solutions that are known and step together, in one pass over the integrals,
/// on the coarse grid and to loose convergence. A candidate whose density comes to that of a known solution or of another
/// candidate is abandoned; one that stays far above the known solution is not followed further. Those that end above it, but
/// not far, may be unstable: they are followed down, still loosely. What is then as low as the known solution, or lower, is
/// solved to the end.
public struct StateSearch {
    /// Atoms on which an added electron may start.
    public struct Place: Sendable {
        public let name: String
        public let atoms: [Int]

        public init(name: String, atoms: [Int]) {
            self.name = name
            self.atoms = atoms
        }
    }

    public struct Scope: Sendable {
        /// Whether the next multiplicity is tried.
        public var includesNextMultiplicity: Bool
        public var places: [Place]

        public init(includesNextMultiplicity: Bool, places: [Place]) {
            self.includesNextMultiplicity = includesNextMultiplicity
            self.places = places
        }
    }

    /// A solution, and how it was come by.
    public struct Solution: Sendable {
        public let origin: String
        public let result: SCFResult
        /// Whether it is only loosely converged, if at all, on the coarse grid.
        public let isPreliminary: Bool
        /// In hartree, in comparison with the state's first solution; on the coarse grid for preliminary ones.
        public let relativeEnergy: Double
    }

    /// The solution of a charge that was chosen, and the others by their energy.
    public struct Outcome: Sendable {
        public let chosen: Solution
        public let alternatives: [Solution]
    }

    /// Solutions so far above the known one are not followed, in hartree.
    public static let window = 0.02
    /// Loosely converged energies on the coarse grid that are so near the known one's may be lower than it, in hartree.
    static let margin = 1e-3
    /// Within this energy a closed-shell solution is preferred, in hartree.
    public static let preference = 1e-6
    /// A candidate may still fall by so many times the larger of its last two changes of energy, and is given this many
    /// iterations before it is judged.
    private static let (reach, trial) = (40.0, 8)
    /// So many of the last unstable solutions have their sides looked at.
    private static let mostInstabilities = 2

    private let problem: ElectronicProblem
    private var options: SCFOptions
    private let scope: Scope

    public init(problem: ElectronicProblem, options: SCFOptions, scope: Scope) {
        self.problem = problem
        self.options = options
        // Candidates are to stay near where they start.
        self.options.smearing = 0
        self.scope = scope
    }

    /// - Parameters:
    ///   - known: solutions of different charges.
    ///   - saved: the candidates of an earlier search beside the same solutions, which goes on here; empty for a new one.
    ///   - onIteration: as in `SelfConsistentField`, with the state and what the candidate started from.
    ///   - onProgress: gets the place of every candidate among all, and how it stands: at first, after every iteration, and when it
    ///     has ended.
    /// - Returns: for every known solution the chosen one of its charge, and all others.
    public func outcomes(
        of known: [SCFResult], resuming saved: [Candidate] = [],
        onIteration: (ChargeState, String, IterationReport) throws -> Void,
        onProgress: (Int, Candidate) throws -> Void = { _, _ in }
    ) throws -> [Outcome] {
        var candidates = saved
        if saved.isEmpty {
            candidates = known.indices.flatMap { self.candidates(known, for: $0) }
            for (place, candidate) in candidates.enumerated() { try onProgress(place, candidate) }
        }
        guard !candidates.isEmpty else { return known.map { outcome(of: $0, found: []) } }
        let charges = known.map(\.wavefunction.state.charge)
        let reference = Dictionary(zip(charges, coarseEnergies(known))) { first, _ in first }
        var register = SolutionRegister(known: known.map(\.wavefunction), overlap: problem.overlap)
        var found: [Int: [Solution]] = [:]
        func list(_ result: SCFResult, _ candidate: Candidate, isPreliminary: Bool, above energy: Double) {
            found[candidate.state.charge, default: []].append(
                Solution(
                    origin: candidate.origin, result: result, isPreliminary: isPreliminary, relativeEnergy: result.energy - energy))
        }
        /// Explores the candidates that are in a phase, and sorts what is left of them into what is solved to the end, what is
        /// followed down, and what is only listed.
        func explore(_ phase: Candidate.Phase) throws {
            let places = candidates.indices.filter { candidates[$0].phase == phase }
            let results = try self.explore(candidates, places, reference, &register, onIteration, onProgress)
            for (place, result) in zip(places, results) {
                if let result, let energy = reference[candidates[place].state.charge] {
                    let relative = result.energy - energy
                    let isNear = relative < Self.window && options.followsInstabilities && phase == .explored
                    candidates[place].start = StartingOrbitals(result.wavefunction.orbitals)
                    candidates[place].phase =
                        relative < Self.margin
                        ? .refined
                        : phase.isListed ? phase : isNear ? .followed : result.isConverged ? .listed : .givenUp
                    if candidates[place].phase.isListed {
                        list(result, candidates[place], isPreliminary: true, above: energy)
                    }
                } else {
                    candidates[place].phase = .dropped
                }
                try onProgress(place, candidates[place])
            }
        }
        // Those that wait for the end are where others must not come to.
        for (place, candidate) in candidates.enumerated() where candidate.phase == .refined {
            _ = register.isTaken(
                Wavefunction(basis: problem.basis, state: candidate.state, orbitals: candidate.start.orbitals), by: place)
        }
        // What an earlier search has done with is only looked at once more.
        for phase in [Candidate.Phase.listed, .givenUp, .explored, .followed] { try explore(phase) }
        let promising = candidates.indices.filter { candidates[$0].phase == .refined }
        for (place, result) in zip(promising, try refine(candidates, promising, onIteration, onProgress)) {
            guard let index = charges.firstIndex(of: candidates[place].state.charge) else { continue }
            list(result, candidates[place], isPreliminary: false, above: known[index].energy)
        }
        return zip(known, charges).map { outcome(of: $0, found: found[$1] ?? []) }
    }

    // MARK: - Candidates

    private func candidates(_ known: [SCFResult], for index: Int) -> [Candidate] {
        let result = known[index]
        let state = result.wavefunction.state
        let electrons = problem.basis.electronCount(charge: state.charge)
        let room = problem.orthogonalizer.transformation.columns
        let starts = CandidateOrbitals(problem: problem)
        var found: [Candidate] = []
        if scope.includesNextMultiplicity, state.multiplicity + 1 <= electrons, (electrons + state.multiplicity + 1) / 2 <= room {
            found.append(
                Candidate(
                    state: ChargeState(charge: state.charge, multiplicity: state.multiplicity + 2),
                    origin: "next multiplicity", orbitals: result.wavefunction.orbitals))
        }
        if state.multiplicity == 1, options.reference == .automatic,
            let broken = starts.brokenSymmetry(result.wavefunction.orbitals)
        {
            found.append(Candidate(state: state, origin: "broken spin symmetry", orbitals: broken))
        }
        if options.reference != .restrictedOpen {
            for (origin, orbitals) in starts.promotions(result.wavefunction.orbitals)
                + starts.movedHoles(result.wavefunction.orbitals) + starts.exchangedPairs(result.wavefunction.orbitals)
            {
                found.append(Candidate(state: result.wavefunction.state, origin: origin, orbitals: orbitals))
            }
        }
        // The descent from an unstable solution took one side of it; the candidate on that side is abandoned as soon as it comes to where that led.
        for orbitals in result.unstableSolutions.suffix(Self.mostInstabilities).flatMap(\.sides) {
            found.append(Candidate(state: state, origin: "beside an unstable solution", orbitals: orbitals))
        }
        // The same charge with one electron less, if it is known.
        if let parent = known.first(where: { $0.wavefunction.state.charge == state.charge + 1 }) {
            var used: Set<Int> = [0]
            for place in scope.places {
                guard
                    let (orbital, orbitals) = starts.electron(
                        on: place, parent.wavefunction, for: state, reference: options.reference),
                    used.insert(orbital).inserted
                else { continue }
                found.append(Candidate(state: state, origin: "electron on \(place.name)", orbitals: orbitals))
            }
        }
        return found
    }

    // MARK: - Exploration

    /// Loosely converged solutions of some of the candidates, nil for those that were abandoned; candidates far above the known
    /// solution end before they have converged.
    private func explore(
        _ candidates: [Candidate], _ places: [Int], _ reference: [Int: Double], _ register: inout SolutionRegister,
        _ onIteration: (ChargeState, String, IterationReport) throws -> Void, _ onProgress: (Int, Candidate) throws -> Void
    ) throws -> [SCFResult?] {
        guard let first = places.first else { return [] }
        let phase = candidates[first].phase
        var loose = options
        loose.isPreliminary = true
        loose.followsInstabilities = phase == .followed
        loose.energyTolerance = max(options.energyTolerance, 1e-5)
        loose.maximumIterations = min(options.maximumIterations, 40)
        let solver = try SelfConsistentField(problem: problem, states: places.map { candidates[$0].state }, options: loose)
        var lastChange: [Int: Double] = [:]
        return try solver.solveEach(
            initial: initial(candidates, places),
            onIteration: { try tell(candidates, places[$0], $1, onIteration, onProgress) },
            judge: { index, report in
                guard let orbitals = report.start?.orbitals else { return .goesOn }
                let candidate = candidates[places[index]]
                let wavefunction = Wavefunction(basis: problem.basis, state: candidate.state, orbitals: orbitals)
                if register.isTaken(wavefunction, by: places[index]) { return phase.isListed ? .goesOn : .isDropped }
                if phase == .givenUp { return .ends }
                guard let change = report.energyChange, let energy = reference[candidate.state.charge] else { return .goesOn }
                let step = max(abs(change), lastChange.updateValue(abs(change), forKey: index) ?? .infinity)
                let isFar = report.energy - Self.reach * step > energy + Self.window
                return report.iteration >= Self.trial && isFar ? .ends : .goesOn
            })
    }

    /// Some of the candidates solved to the end, on the grid that was asked for.
    private func refine(
        _ candidates: [Candidate], _ places: [Int], _ onIteration: (ChargeState, String, IterationReport) throws -> Void,
        _ onProgress: (Int, Candidate) throws -> Void
    ) throws -> [SCFResult] {
        guard !places.isEmpty else { return [] }
        let solver = try SelfConsistentField(problem: problem, states: places.map { candidates[$0].state }, options: options)
        return try solver.solveAll(
            initial: initial(candidates, places),
            onIteration: { try tell(candidates, places[$0], $1, onIteration, onProgress) })
    }

    private func tell(
        _ candidates: [Candidate], _ place: Int, _ report: IterationReport,
        _ onIteration: (ChargeState, String, IterationReport) throws -> Void, _ onProgress: (Int, Candidate) throws -> Void
    ) throws {
        var candidate = candidates[place]
        if let start = report.start {
            candidate.start = start
            try onProgress(place, candidate)
        }
        try onIteration(candidate.state, candidate.origin, report)
    }

    private func initial(_ candidates: [Candidate], _ places: [Int]) -> [Int: StartingOrbitals] {
        Dictionary(uniqueKeysWithValues: places.enumerated().map { ($0, candidates[$1].start) })
    }

    /// Energies of the known solutions on the coarse grid, to compare with.
    private func coarseEnergies(_ known: [SCFResult]) -> [Double] {
        var builder = FockBuilder(problem: problem)
        return builder.build(
            known.enumerated().map { index, result in
                let wavefunction = result.wavefunction
                return .init(
                    state: index, charge: wavefunction.state.charge,
                    densities: wavefunction.isRestricted
                        ? [wavefunction.totalDensity] : [wavefunction.alphaDensity, wavefunction.betaDensity],
                    isRestricted: wavefunction.isRestricted, allowsCoarseGrid: true)
            }
        ).map(\.components.total)
    }

    // MARK: - Choice

    /// The lowest converged and stable solution; a closed-shell one where that is as low.
    private func outcome(of known: SCFResult, found: [Solution]) -> Outcome {
        let first = Solution(origin: "first guess", result: known, isPreliminary: false, relativeEnergy: 0)
        var all = [first] + found.filter { !isDuplicate($0, of: known, among: found) }
        all += known.unstableSolutions.map {
            Solution(origin: "unstable", result: $0, isPreliminary: false, relativeEnergy: $0.energy - known.energy)
        }
        let chosen = Self.choice(all)
        let others = all.indices.filter { $0 != chosen }.map { all[$0] }
        return Outcome(chosen: all[chosen], alternatives: others.sorted { $0.relativeEnergy < $1.relativeEnergy })
    }

    static func choice(_ all: [Solution]) -> Int {
        let eligible = all.indices.filter {
            !all[$0].isPreliminary && all[$0].result.isConverged && all[$0].result.stability?.isStable ?? true
        }
        guard let lowest = eligible.min(by: { all[$0].result.energy < all[$1].result.energy }) else { return 0 }
        let limit = all[lowest].result.energy + preference
        let closed = eligible.first { all[$0].result.wavefunction.isRestricted && all[$0].result.energy <= limit }
        // The first solution stays where another is no lower.
        return closed ?? (eligible.contains(0) && all[0].result.energy <= limit ? 0 : lowest)
    }

    /// Whether a solution that was solved to the end is the known one or an earlier one once more.
    private func isDuplicate(_ solution: Solution, of known: SCFResult, among found: [Solution]) -> Bool {
        guard !solution.isPreliminary else { return false }
        let earlier = found.prefix { $0.result.energy != solution.result.energy || $0.origin != solution.origin }
        return ([known] + earlier.filter { !$0.isPreliminary }.map(\.result)).contains { other in
            other.wavefunction.state == solution.result.wavefunction.state
                && abs(other.energy - solution.result.energy) < 1e-6
                && abs(other.spinSquared - solution.result.spinSquared) < 1e-3
        }
    }
}
