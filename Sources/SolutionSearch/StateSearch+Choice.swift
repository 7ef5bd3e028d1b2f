import MolecularStructure
import SelfConsistentField

extension StateSearch {
    /// A charge and its known solutions.
    struct Charge {
        let first: SCFResult
        /// The solution from which the search starts: the lowest one after the last round.
        private(set) var current: SCFResult
        /// Multiplicities with a known solution or a finished search.
        var tried: Set<Int>
        var found: [Solution] = []
        private(set) var rounds = 0
        /// Energy of the current solution on the coarse grid, and that of the first one.
        var (reference, firstReference): (Double, Double?) = (0, nil)

        var charge: Int { first.wavefunction.state.charge }

        init(_ known: SCFResult) {
            first = known
            current = known
            // An unconverged solution is tried again from the orbitals of another multiplicity.
            tried = known.isConverged ? [known.wavefunction.state.multiplicity] : []
        }

        /// The first solution, those found by the search, and the unstable ones found before the first.
        var all: [Solution] {
            let start = Solution(origin: "first guess", result: first, isPreliminary: false, relativeEnergy: 0)
            return [start] + found.filter { !isDuplicate($0) }
                + first.unstableSolutions.map {
                    Solution(origin: "unstable", result: $0, isPreliminary: false, relativeEnergy: $0.energy - first.energy)
                }
        }

        /// Updates the lowest solution after a round, and returns whether its multiplicity has changed.
        mutating func hasChanged(in round: Int, with chosen: Int) -> Bool {
            rounds = round
            let before = current.wavefunction.state.multiplicity
            current = all[chosen].result
            return current.wavefunction.state.multiplicity != before
        }

        /// Whether a fully converged solution is the same as the known one or as an earlier one.
        private func isDuplicate(_ solution: Solution) -> Bool {
            guard !solution.isPreliminary else { return false }
            let earlier = found.prefix { $0.result.energy != solution.result.energy || $0.origin != solution.origin }
            return ([first] + earlier.filter { !$0.isPreliminary }.map(\.result)).contains { other in
                other.wavefunction.state == solution.result.wavefunction.state
                    && abs(other.energy - solution.result.energy) < 1e-6
                    && abs(other.spinSquared - solution.result.spinSquared) < 1e-3
            }
        }
    }

    func outcome(of charge: Charge, _ candidates: [Candidate], isCutShort: Bool) -> Outcome {
        let all = charge.all
        let chosen = Self.choice(all)
        let others = all.indices.filter { $0 != chosen }.map { all[$0] }
        return Outcome(
            chosen: all[chosen], alternatives: others.sorted { $0.relativeEnergy < $1.relativeEnergy },
            multiplicitiesTried: charge.tried.union([charge.first.wavefunction.state.multiplicity]).sorted(),
            rounds: charge.rounds, builds: candidates.reduce(0) { $0 + $1.builds },
            undecided: candidates.filter(\.isUndecided).map(\.origin), isCutShort: isCutShort)
    }

    /// The lowest converged solution that is a minimum, or a closed-shell one if that is as low. An unconverged first solution is replaced
    /// only by a lower one.
    static func choice(_ all: [Solution]) -> Int {
        let first = all[0].result
        let eligible = all.indices.filter {
            let result = all[$0].result
            return !all[$0].isPreliminary && result.isConverged && result.stability?.isMinimum ?? true
                && (first.isConverged || result.energy < first.energy)
        }
        guard let lowest = eligible.min(by: { all[$0].result.energy < all[$1].result.energy }) else { return 0 }
        let limit = all[lowest].result.energy + preference
        let closed = eligible.first { all[$0].result.wavefunction.isRestricted && all[$0].result.energy <= limit }
        // The first solution is kept if no other is lower.
        return closed ?? (eligible.contains(0) && all[0].result.energy <= limit ? 0 : lowest)
    }
}

extension SCFResult {
    /// Whether it has converged and no lower solution is known: candidates that reach it need not be converged again.
    var isSettled: Bool { isConverged && stability?.isMinimum ?? true }
}
