import SolutionSearch

/// How many candidates of a search are done.
struct SearchTally {
    private var candidates: [Int: (isDone: Bool, iterations: Int)] = [:]
    private var told = 0

    /// Iterations of a candidate that has not ended, where none has: what most need.
    private static let usual = 12.0

    mutating func take(_ candidate: StateSearch.Candidate, at place: Int) {
        let isDone = [.listed, .givenUp, .dropped].contains(candidate.phase)
        candidates[place] = (isDone, candidate.start.history?.record.iteration ?? candidate.builds)
    }

    private var done: Int { candidates.values.count { $0.isDone } }

    /// A line when more are done than were told.
    var news: String? {
        mutating get {
            let done = done
            guard done > told else { return nil }
            told = done
            return "search for other solutions: \(done) of \(candidates.count) candidates done"
        }
    }

    /// An estimate of the part that is done, from 0 to 1: the candidates that have ended, and of the others the iterations, compared with
    /// those of the ones that ended.
    var fraction: Double {
        guard !candidates.isEmpty else { return 0 }
        let ended = candidates.values.filter(\.isDone).map { Double($0.iterations) }
        let expected = max(ended.isEmpty ? Self.usual : ended.reduce(0, +) / Double(ended.count), 1)
        let parts = candidates.values.map { $0.isDone ? 1 : ProgressMeter.part(Double($0.iterations) / expected) }
        return parts.reduce(0, +) / Double(candidates.count)
    }
}
