import GaussianBasis
import LinearAlgebra
import MolecularStructure

/// Looks for other solutions beside those of a series of charges: the next multiplicity, singlets of broken spin symmetry,
/// open shells with an electron raised, and added electrons that start elsewhere.
///
/// All candidates start from the orbitals of solutions that are known and step together, in one pass over the integrals,
/// on the coarse grid and to loose convergence. A candidate whose density comes to that of a known solution or of another
/// candidate is abandoned. What is left and not far above the known solution is solved to the end.
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

    /// A start that may lead to another solution.
    struct Candidate {
        /// The index of the known solution of the same charge.
        let known: Int
        let state: ChargeState
        let origin: String
        let orbitals: Wavefunction.Orbitals
    }

    /// Solutions so far above the known one are not solved to the end, in hartree.
    public static let window = 0.02
    /// Within this energy a closed-shell solution is preferred, in hartree.
    public static let preference = 1e-6
    /// Norm of the difference of densities below which they belong to one solution; one moved electron makes 1.4.
    private static let sameDensity = 0.1

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
    ///   - onIteration: as in `SelfConsistentField`, with the state and what the candidate started from.
    /// - Returns: for every known solution the chosen one of its charge, and all others.
    public func outcomes(
        of known: [SCFResult], onIteration: (ChargeState, String, IterationReport) throws -> Void
    ) throws -> [Outcome] {
        let candidates = known.indices.flatMap { self.candidates(known, for: $0) }
        guard !candidates.isEmpty else { return known.map { outcome(of: $0, found: []) } }
        let explored = try explore(candidates, known: known, onIteration)
        let reference = coarseEnergies(known)
        var preliminary: [[Solution]] = known.map { _ in [] }
        var promising: [(candidate: Candidate, orbitals: Wavefunction.Orbitals)] = []
        for (candidate, result) in zip(candidates, explored) {
            guard let result else { continue }
            let relative = result.energy - reference[candidate.known]
            if relative < Self.window {
                promising.append((candidate, result.wavefunction.orbitals))
            } else {
                preliminary[candidate.known].append(
                    Solution(origin: candidate.origin, result: result, isPreliminary: true, relativeEnergy: relative))
            }
        }
        if !promising.isEmpty {
            let solver = try SelfConsistentField(problem: problem, states: promising.map(\.candidate.state), options: options)
            let refined = try solver.solveAll(
                initial: Dictionary(uniqueKeysWithValues: promising.enumerated().map { ($0, $1.orbitals) }),
                onIteration: { try onIteration(promising[$0].candidate.state, promising[$0].candidate.origin, $1) })
            for (start, result) in zip(promising, refined) {
                let index = start.candidate.known
                preliminary[index].append(
                    Solution(
                        origin: start.candidate.origin, result: result, isPreliminary: false,
                        relativeEnergy: result.energy - known[index].energy))
            }
        }
        return known.indices.map { outcome(of: known[$0], found: preliminary[$0]) }
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
                    known: index, state: ChargeState(charge: state.charge, multiplicity: state.multiplicity + 2),
                    origin: "next multiplicity", orbitals: result.wavefunction.orbitals))
        }
        if state.multiplicity == 1, options.reference == .automatic,
            let broken = starts.brokenSymmetry(result.wavefunction.orbitals)
        {
            found.append(Candidate(known: index, state: state, origin: "broken spin symmetry", orbitals: broken))
        }
        if options.reference != .restrictedOpen {
            for (origin, orbitals) in starts.promotions(result.wavefunction.orbitals)
                + starts.movedHoles(result.wavefunction.orbitals)
            {
                found.append(Candidate(known: index, state: result.wavefunction.state, origin: origin, orbitals: orbitals))
            }
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
                found.append(Candidate(known: index, state: state, origin: "electron on \(place.name)", orbitals: orbitals))
            }
        }
        return found
    }

    // MARK: - Exploration

    /// Loosely converged solutions of the candidates; nil for those that were abandoned.
    private func explore(
        _ candidates: [Candidate], known: [SCFResult], _ onIteration: (ChargeState, String, IterationReport) throws -> Void
    ) throws -> [SCFResult?] {
        var loose = options
        loose.isPreliminary = true
        loose.followsInstabilities = false
        loose.energyTolerance = max(options.energyTolerance, 1e-5)
        loose.maximumIterations = min(options.maximumIterations, 40)
        let solver = try SelfConsistentField(problem: problem, states: candidates.map(\.state), options: loose)
        let solutions = known.map { ($0.wavefunction.state, [$0.wavefunction.alphaDensity, $0.wavefunction.betaDensity]) }
        var newest: [Int: [Matrix]] = [:]
        return try solver.solveEach(
            initial: Dictionary(uniqueKeysWithValues: candidates.enumerated().map { ($0, $1.orbitals) }),
            onIteration: { index, report in
                try onIteration(candidates[index].state, candidates[index].origin, report)
            },
            abandons: { index, report in
                guard let orbitals = report.orbitals else { return false }
                let density = Self.spinDensities(orbitals)
                newest[index] = nil
                let state = candidates[index].state
                let isKnown =
                    solutions.contains { $0.0 == state && isSame($0.1, density) }
                    || newest.contains { candidates[$0.key].state == state && isSame($0.value, density) }
                if !isKnown { newest[index] = density }
                return isKnown
            })
    }

    private static func spinDensities(_ orbitals: Wavefunction.Orbitals) -> [Matrix] {
        switch orbitals {
        case .restricted(let both):
            let half = 0.5 * both.density
            return [half, half]
        case .unrestricted(let alpha, let beta): return [alpha.density, beta.density]
        }
    }

    /// Whether two pairs of densities, or one with its spins exchanged, are nearly the same.
    private func isSame(_ first: [Matrix], _ second: [Matrix]) -> Bool {
        func distance(_ a: Matrix, _ b: Matrix) -> Double {
            let change = (a - b).times(problem.overlap)
            return max(0, change.dot(change.transposed()))
        }
        let straight = distance(first[0], second[0]) + distance(first[1], second[1])
        let crossed = distance(first[0], second[1]) + distance(first[1], second[0])
        return min(straight, crossed).squareRoot() < Self.sameDensity
    }

    /// Energies of the known solutions on the coarse grid, to compare with.
    private func coarseEnergies(_ known: [SCFResult]) -> [Double] {
        var builder = FockBuilder(problem: problem)
        return builder.build(
            known.enumerated().map { index, result in
                let wavefunction = result.wavefunction
                return .init(
                    state: index,
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
