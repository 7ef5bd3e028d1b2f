import SolutionSearch

/// How many candidates of a search are done, for whoever waits for it.
struct SearchTally {
    private var isDone: [Int: Bool] = [:]
    private var told = 0

    mutating func take(_ candidate: StateSearch.Candidate, at place: Int) {
        isDone[place] = [.listed, .givenUp, .dropped].contains(candidate.phase)
    }

    /// A line when more are done than were told.
    var news: String? {
        mutating get {
            let done = isDone.values.count { $0 }
            guard done > told else { return nil }
            told = done
            return "search for other solutions: \(done) of \(isDone.count) candidates done"
        }
    }
}
