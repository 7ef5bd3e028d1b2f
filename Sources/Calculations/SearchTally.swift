import SolutionSearch

/// How many candidates of a search are done, in the round that is running.
struct SearchTally {
    private var candidates: [Int: (isDone: Bool, iterations: Int)] = [:]
    private var round = 1
    private var told = 0

    /// Iterations of a candidate that has not ended, where none has: what most need.
    private static let usual = 12.0

    mutating func take(_ candidate: StateSearch.Candidate, at place: Int) {
        take(
            place, round: candidate.round, isDone: [.listed, .givenUp, .dropped, .ended].contains(candidate.phase),
            iterations: candidate.start.history?.record.iteration ?? candidate.builds)
    }

    /// Candidates of earlier rounds no longer count.
    mutating func take(_ place: Int, round number: Int, isDone: Bool, iterations: Int) {
        if number > round { (candidates, round, told) = ([:], number, 0) }
        if number == round { candidates[place] = (isDone, iterations) }
    }

    /// The step as progress reports name it.
    var title: String { round == 1 ? "search" : "search, round \(round)" }

    /// `4 of 12`: candidates of this round that are done, and all.
    var parts: String { "\(candidates.values.count { $0.isDone }) of \(candidates.count)" }

    /// A line when more are done than were told.
    var news: String? {
        mutating get {
            let done = candidates.values.count { $0.isDone }
            guard done > told else { return nil }
            told = done
            return "search for other solutions\(round == 1 ? "" : ", round \(round)"): \(parts) candidates done"
        }
    }

    /// An estimate of the part that is done, from 0 to 1: the candidates that have ended, and of the others the iterations, compared with
    /// those of the ones that ended.
    var fraction: Double {
        guard !candidates.isEmpty else { return 0 }
        let ended = candidates.values.filter(\.isDone).map { Double($0.iterations) }
        let expected = max(ended.isEmpty ? Self.usual : ended.reduce(0, +) / Double(ended.count), 1)
        let parts = candidates.values.map { $0.isDone ? 1 : ProgressMeter.part(Double($0.iterations) / expected) }
        return min(parts.reduce(0, +) / Double(candidates.count), 0.999)
    }
}
