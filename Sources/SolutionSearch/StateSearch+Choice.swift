import MolecularStructure
import SelfConsistentField

extension StateSearch {
    /// A charge and its known solutions.
    struct Charge {
        let first: SCFResult
        /// The solution that the search starts from: the leading one of the last round.
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
            // An unconverged solution is tried again with orbitals from another multiplicity.
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

        /// Sets the leading solution after a round. Returns whether a further round starts from it: if its multiplicity has
        /// changed, if it has not converged and has a lower energy than before, or if it has converged and the one before had not.
        mutating func hasChanged(in round: Int) -> Bool {
            rounds = round
            let before = current
            let solutions = all
            current = solutions[StateSearch.lead(solutions)].result
            return current.wavefunction.state.multiplicity != before.wavefunction.state.multiplicity
                || (current.isConverged ? !before.isConverged : current.energy < before.energy - StateSearch.margin)
        }

        /// Whether a solution of a final step is identical to the known one or to an earlier one. A converged solution is not
        /// identical to an unconverged one.
        private func isDuplicate(_ solution: Solution) -> Bool {
            guard !solution.isPreliminary else { return false }
            let earlier = found.prefix { $0.result.energy != solution.result.energy || $0.origin != solution.origin }
            return ([first] + earlier.filter { !$0.isPreliminary }.map(\.result)).contains { other in
                other.wavefunction.state == solution.result.wavefunction.state
                    && (other.isConverged || !solution.result.isConverged)
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

    /// The chosen solution, or a clearly lower one that has not converged or is unstable. Every energy is that of a determinant,
    /// so a lower energy proves that the chosen solution is not the lowest.
    static func lead(_ all: [Solution]) -> Int {
        let chosen = choice(all)
        let lower = all.indices.filter {
            !all[$0].isPreliminary && all[$0].result.energy < all[chosen].result.energy - margin
        }
        return lower.min { all[$0].result.energy < all[$1].result.energy } ?? chosen
    }

    /// The lowest converged solution that is a minimum; a closed-shell solution is preferred at equal energy. If the first
    /// solution has not converged, only a lower one can replace it.
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
        // The first solution is kept if no other one is lower.
        return closed ?? (eligible.contains(0) && all[0].result.energy <= limit ? 0 : lowest)
    }
}

extension SCFResult {
    /// Whether the solution has converged and no lower solution is known. Candidates that reach it need not be converged again.
    var isSettled: Bool { isConverged && stability?.isMinimum ?? true }
}
