import ElectronicStructure
import GaussianBasis
import HamiltonianTerms
import LinearAlgebra
import MolecularStructure
import SelfConsistentField

/// Searches for further solutions of a series of charges: other multiplicities, broken-symmetry singlets, open shells with a
/// promoted electron, the other side of an instability, and added electrons that start on other atoms.
///
/// The multiplicities tried are the next one and the one suggested by the open d and f shells of metals (`MetalShells`). If
/// another multiplicity is lower, a further round of the search starts from that solution, until the multiplicities on both sides
/// of the lowest one have been tried. A solution that is clearly lower than the others but has not converged is continued in the
/// next round, and its multiplicity counts as the lowest one. If it then converges, a further round starts from it.
///
/// All candidates start from the orbitals of known solutions and iterate together, in one pass over the integrals, on the coarse
/// grid and with loose convergence. A candidate is dropped if its density approaches that of a known solution or of another
/// candidate, or a rotated image of one. A candidate that stays far above the known solution is ended. Candidates that end close
/// above it may be unstable: their instabilities are followed, still loosely. Those that are then as low as the known solution,
/// or lower, are converged fully. Each round has a `Budget`; when it is used up, only candidates that are lower than the known
/// solution continue.
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
        /// Whether multiplicities other than those of the known solutions are tried.
        public var includesMultiplicities: Bool
        /// Charges for which other multiplicities are not tried.
        public var fixedCharges: Set<Int>
        public var places: [Place]

        public init(includesMultiplicities: Bool, fixedCharges: Set<Int> = [], places: [Place]) {
            self.includesMultiplicities = includesMultiplicities
            self.fixedCharges = fixedCharges
            self.places = places
        }
    }

    /// A solution and its origin.
    public struct Solution: Sendable {
        public let origin: String
        public let result: SCFResult
        /// Whether it is only loosely converged, if at all, on the coarse grid.
        public let isPreliminary: Bool
        /// In hartree, relative to the first solution of the state; on the coarse grid for preliminary solutions.
        public let relativeEnergy: Double
    }

    /// The chosen solution of a charge, and the others in ascending order of energy.
    public struct Outcome: Sendable {
        public let chosen: Solution
        public let alternatives: [Solution]
        /// In ascending order.
        public let multiplicitiesTried: [Int]
        /// Number of rounds of the search.
        public let rounds: Int
        /// Number of Fock builds and products of the Hessian of all candidates.
        public let builds: Int
        /// The origins of the candidates that were ended because the builds of a round were used up.
        public let undecided: [String]
        /// Whether the search ended because of the limit on its rounds: a multiplicity that was not tried may be lower.
        public let isCutShort: Bool
    }

    /// Solutions that are higher than the known one by more than this are not followed, in hartree.
    public static let window = 0.02
    /// Solutions with loosely converged energies on the coarse grid within this of the known one may be lower than it, in
    /// hartree.
    package static let margin = 1e-3
    /// Maximum energy difference of one solution in different orientations, on the coarse grid and on that of the calculation, in
    /// hartree. A solution that is lower than the known one by more than this is certainly a different, lower solution.
    private static let (coarseNoise, noise) = (5e-5, 5e-6)
    /// Orbital gradient below which a candidate is compared on the grid of the calculation.
    private static let nearSolution = 1e-3
    /// Within this energy difference a closed-shell solution is preferred, in hartree.
    public static let preference = 1e-6
    /// Before a candidate is judged, it gets this many iterations, and its energy is assumed to decrease by at most this multiple
    /// of the larger of its last two energy changes.
    private static let (reach, trial) = (40.0, 8)
    /// Number of the most recent unstable solutions for which both sides become candidates.
    static let mostInstabilities = 2
    /// Maximum number of rounds, each starting from solutions of other multiplicities.
    static let mostRounds = 8

    let problem: ElectronicProblem
    private(set) var options: SCFOptions
    let scope: Scope
    /// Bounds of the Fock builds in a round.
    var budgetBounds = Budget.bounds

    public init(problem: ElectronicProblem, options: SCFOptions, scope: Scope) {
        self.problem = problem
        self.options = options
        // Candidates should remain close to their starting point.
        self.options.smearing = 0
        self.scope = scope
    }

    /// - Parameters:
    ///   - known: solutions of different charges. From an unconverged one, only other multiplicities are tried.
    ///   - parents: solutions of further charges, from which added electrons start; for these nothing is searched.
    ///   - saved: the candidates of an earlier search from the same solutions, which is restarted; empty for a new one.
    ///   - onIteration: as in `SelfConsistentField`, with the state and the origin of the candidate.
    ///   - onProgress: gets the index of every candidate and its state: at first, after every iteration, and at its end.
    /// - Returns: for every known solution the chosen solution of its charge, and all others.
    public func outcomes(
        of known: [SCFResult], parents: [Wavefunction] = [], resuming saved: [Candidate] = [],
        onIteration: (ChargeState, String, IterationReport) throws -> Void,
        onProgress: (Int, Candidate) throws -> Void = { _, _ in }
    ) throws -> [Outcome] {
        var charges = known.map { Charge($0) }
        var candidates = saved
        // Other candidates must not converge to those that are waiting for the final step.
        var register = SolutionRegister(problem: problem, sameEnergy: Self.coarseNoise)
        for result in known where result.isConverged { register.insert(known: result.wavefunction, energy: nil) }
        for (place, candidate) in candidates.enumerated() where candidate.phase == .refined {
            _ = register.isTaken(
                Wavefunction(basis: problem.basis, state: candidate.state, orbitals: candidate.start.orbitals), by: place)
        }
        var searched = Array(charges.indices)
        for round in 1...Self.mostRounds where !searched.isEmpty {
            if !candidates.contains(where: { $0.round == round }) {
                let first = candidates.count
                for index in searched { candidates += try self.candidates(charges, parents: parents, for: index, round: round) }
                for place in first..<candidates.count { try onProgress(place, candidates[place]) }
            }
            let places = candidates.indices.filter { candidates[$0].round == round }
            for place in places {
                let state = candidates[place].state
                for index in searched where charges[index].charge == state.charge {
                    charges[index].tried.insert(state.multiplicity)
                }
            }
            try search(&candidates, places, &charges, &register, onIteration, onProgress)
            searched = searched.filter { charges[$0].hasChanged(in: round) }
        }
        return charges.indices.map { index in
            let own = candidates.filter { $0.state.charge == charges[index].charge }
            return outcome(of: charges[index], own, isCutShort: searched.contains(index))
        }
    }

    /// One round: converges its candidates loosely, determines which are to be converged fully, which are followed and which are
    /// only listed, and converges the first group fully.
    private func search(
        _ candidates: inout [Candidate], _ places: [Int], _ charges: inout [Charge], _ register: inout SolutionRegister,
        _ onIteration: (ChargeState, String, IterationReport) throws -> Void, _ onProgress: (Int, Candidate) throws -> Void
    ) throws {
        guard !places.isEmpty else { return }
        let energies = coarseEnergies(charges.map(\.current))
        for index in charges.indices {
            charges[index].reference = energies[index]
            charges[index].firstReference = charges[index].firstReference ?? energies[index]
            if charges[index].current.isSettled {
                register.insert(known: charges[index].current.wavefunction, energy: energies[index])
            }
        }
        let indices = Dictionary(uniqueKeysWithValues: charges.enumerated().map { ($1.charge, $0) })
        // A restarted candidate has counted its last phase itself.
        for place in places where !candidates[place].phase.isListed {
            candidates[place].builds += candidates[place].start.history?.record.iteration ?? 0
        }
        var budgets = charges.map { charge in
            let own = places.filter { candidates[$0].state.charge == charge.charge }
            return Budget(
                solution: charge.current.iterations, spent: own.reduce(0) { $0 + candidates[$1].builds }, bounds: budgetBounds)
        }
        var (counted, builds): ([Int: Int], [Int: Int]) = ([:], [:])
        func tell(_ place: Int, _ candidate: Candidate, _ report: IterationReport) throws {
            // For a restarted candidate, the first count comes from an earlier call.
            let before = counted[place].map { report.iteration > $0 ? $0 : 0 } ?? report.iteration - 1
            counted[place] = report.iteration
            builds[place, default: 0] += report.iteration - before
            if let index = indices[candidate.state.charge] { budgets[index].spend(report.iteration - before) }
            if report.start != nil { try onProgress(place, candidate) }
            try onIteration(candidate.state, candidate.origin, report)
        }
        func isExhausted(_ place: Int, _ candidate: Candidate, isLower: Bool) -> Bool {
            guard let index = indices[candidate.state.charge], budgets[index].isExhausted, !isLower else { return false }
            budgets[index].leave(place)
            return true
        }
        func settle(_ place: Int, _ phase: Candidate.Phase, _ index: Int) throws {
            candidates[place].phase = phase
            candidates[place].isUndecided = candidates[place].isUndecided || budgets[index].undecided.contains(place)
            candidates[place].builds += builds.removeValue(forKey: place) ?? 0
            try onProgress(place, candidates[place])
        }
        // Finished candidates of an earlier search are only evaluated again.
        for phase in [Candidate.Phase.listed, .givenUp, .explored, .followed] {
            let chosen = places.filter { candidates[$0].phase == phase }
            let reference = charges.map(\.reference)
            let results = try explore(&candidates, chosen, { indices[$0].map { reference[$0] } }, &register, isExhausted, tell)
            for (place, result) in zip(chosen, results) {
                guard let index = indices[candidates[place].state.charge] else { continue }
                guard let result else {
                    try settle(place, .dropped, index)
                    continue
                }
                let relative = result.energy - charges[index].reference
                candidates[place].start = StartingOrbitals(result.wavefunction.orbitals)
                let isOut = budgets[index].isExhausted
                let next = nextPhase(after: phase, relative, isConverged: result.isConverged, isExhausted: isOut)
                if isOut, nextPhase(after: phase, relative, isConverged: result.isConverged, isExhausted: false) != next {
                    budgets[index].leave(place)
                }
                if next.isListed {
                    charges[index].found.append(
                        Solution(
                            origin: candidates[place].origin, result: result, isPreliminary: true,
                            relativeEnergy: result.energy - (charges[index].firstReference ?? 0)))
                }
                try settle(place, next, index)
            }
        }
        let promising = places.filter { [.refined, .ended].contains(candidates[$0].phase) }
        for (place, result) in zip(promising, try refine(&candidates, promising, charges, isExhausted, tell)) {
            guard let index = indices[candidates[place].state.charge] else { continue }
            candidates[place].builds += builds.removeValue(forKey: place) ?? 0
            if budgets[index].undecided.contains(place) { candidates[place].isUndecided = true }
            guard let result else { continue }
            if !result.isConverged {
                candidates[place].start = StartingOrbitals(result.wavefunction.orbitals, history: .nearConvergence)
                try settle(place, .ended, index)
            }
            charges[index].found.append(
                Solution(
                    origin: candidates[place].origin, result: result, isPreliminary: false,
                    relativeEnergy: result.energy - charges[index].first.energy))
        }
    }

    /// The next phase of a loosely converged candidate.
    ///
    /// - Parameters:
    ///   - relative: its energy relative to the known solution.
    ///   - isExhausted: whether the budget is used up. Then only lower candidates continue.
    private func nextPhase(
        after phase: Candidate.Phase, _ relative: Double, isConverged: Bool, isExhausted: Bool
    ) -> Candidate.Phase {
        if relative < (isExhausted ? -Self.coarseNoise : Self.margin) { return .refined }
        if phase.isListed { return phase }
        let isNear = relative < Self.window && options.followsInstabilities && phase == .explored
        if isNear, !isExhausted { return .followed }
        return isConverged ? .listed : .givenUp
    }

    /// Loosely converged solutions of the given candidates, nil for dropped ones. Candidates far above the known solution end
    /// before convergence.
    ///
    /// - Parameters:
    ///   - reference: energy of the known solution on the coarse grid, by charge.
    ///   - isExhausted: whether a candidate must end, by its index and whether it is lower than the known solution.
    private func explore(
        _ candidates: inout [Candidate], _ places: [Int], _ reference: (Int) -> Double?, _ register: inout SolutionRegister,
        _ isExhausted: (Int, Candidate, _ isLower: Bool) -> Bool, _ tell: (Int, Candidate, IterationReport) throws -> Void
    ) throws -> [SCFResult?] {
        guard let first = places.first else { return [] }
        let phase = candidates[first].phase
        var loose = options
        loose.isPreliminary = true
        loose.followsInstabilities = phase == .followed
        loose.energyTolerance = max(options.energyTolerance, 1e-5)
        loose.maximumIterations = min(options.maximumIterations, 40)
        let solver = try SelfConsistentField(problem: problem, states: places.map { candidates[$0].state }, options: loose)
        return try solver.solveEach(
            initial: initial(candidates, places),
            onIteration: { index, report in
                if let start = report.start { candidates[places[index]].start = start }
                try tell(places[index], candidates[places[index]], report)
            },
            judge: { index, report in
                let (place, candidate) = (places[index], candidates[places[index]])
                let energy = reference(candidate.state.charge)
                let isLower = energy.map { report.energy < $0 - Self.coarseNoise } ?? true
                if let orbitals = report.start?.orbitals {
                    let wavefunction = Wavefunction(basis: problem.basis, state: candidate.state, orbitals: orbitals)
                    if register.isTaken(wavefunction, energy: report.energy, gradient: report.gradient, by: place) {
                        return phase.isListed ? .goesOn : .isDropped
                    }
                }
                if phase == .givenUp, report.start != nil { return .ends }
                if !phase.isListed, isExhausted(place, candidate, isLower) { return .ends }
                guard report.start != nil, let change = report.energyChange, let energy else { return .goesOn }
                let step = max(abs(change), report.previousChange.map(abs) ?? .infinity)
                let isFar = report.energy - Self.reach * step > energy + Self.window
                return report.iteration >= Self.trial && isFar ? .ends : .goesOn
            })
    }

    /// Fully converged solutions of the given candidates on the requested grid; nil for those that reach a known solution.
    private func refine(
        _ candidates: inout [Candidate], _ places: [Int], _ charges: [Charge],
        _ isExhausted: (Int, Candidate, _ isLower: Bool) -> Bool, _ tell: (Int, Candidate, IterationReport) throws -> Void
    ) throws -> [SCFResult?] {
        guard !places.isEmpty else { return [] }
        var register = SolutionRegister(problem: problem, sameEnergy: Self.noise)
        for charge in charges {
            for result in [charge.current, charge.first] where result.isSettled {
                register.insert(known: result.wavefunction, energy: result.energy)
            }
        }
        let lowest = Dictionary(uniqueKeysWithValues: charges.map { ($0.charge, $0.current.energy) })
        var options = options
        options.usesApproximateIntegrals = false
        let solver = try SelfConsistentField(problem: problem, states: places.map { candidates[$0].state }, options: options)
        return try solver.solveEach(
            initial: initial(candidates, places),
            onIteration: { index, report in
                if let start = report.start { candidates[places[index]].start = start }
                try tell(places[index], candidates[places[index]], report)
            },
            judge: { index, report in
                if candidates[places[index]].phase == .ended, report.start != nil { return .ends }
                // Before that, energies may be those of the coarse grid.
                guard report.gradient < Self.nearSolution || report.iteration > Self.trial else { return .goesOn }
                let (place, candidate) = (places[index], candidates[places[index]])
                if let orbitals = report.start?.orbitals {
                    let wavefunction = Wavefunction(basis: problem.basis, state: candidate.state, orbitals: orbitals)
                    if register.isTaken(wavefunction, energy: report.energy, gradient: report.gradient, by: place) {
                        return .isDropped
                    }
                }
                let isLower = lowest[candidate.state.charge].map { report.energy < $0 - Self.noise } ?? true
                return isExhausted(place, candidate, isLower) ? .ends : .goesOn
            })
    }

    private func initial(_ candidates: [Candidate], _ places: [Int]) -> [Int: StartingOrbitals] {
        Dictionary(uniqueKeysWithValues: places.enumerated().map { ($0, candidates[$1].start) })
    }

    /// Energies of the known solutions on the coarse grid, for comparison.
    private func coarseEnergies(_ known: [SCFResult]) -> [Double] {
        var builder = FockBuilder(problem: problem)
        return builder.build(
            known.enumerated().map { index, result in
                let wavefunction = result.wavefunction
                return .init(
                    state: index,
                    density: StateDensity(
                        charge: wavefunction.state.charge,
                        matrices: wavefunction.isRestricted
                            ? [wavefunction.totalDensity] : [wavefunction.alphaDensity, wavefunction.betaDensity],
                        quality: .coarse),
                    integrals: .approximate)
            }
        ).map(\.components.total)
    }
}
