extension StateSearch {
    /// Limit on the Fock builds of a charge's candidates in one round of the search, including products of the orbital Hessian.
    ///
    /// Candidates that remain when the limit is reached are undecided: only those below the known solution are converged fully.
    struct Budget {
        let limit: Int
        private(set) var spent: Int
        /// Indices of the candidates that were ended because of the limit.
        private(set) var undecided: Set<Int> = []

        /// The limit is this multiple of the Fock builds of the known solution, between these bounds.
        static let (share, bounds) = (6, 120...300)

        /// - Parameters:
        ///   - solution: Fock builds of the solution that the search starts from.
        ///   - spent: Fock builds of an interrupted search.
        init(solution: Int, spent: Int, bounds: ClosedRange<Int> = Self.bounds) {
            limit = min(max(Self.share * min(solution, bounds.upperBound), bounds.lowerBound), bounds.upperBound)
            self.spent = spent
        }

        var isExhausted: Bool { spent >= limit }

        mutating func spend(_ builds: Int) { spent += builds }

        mutating func leave(_ place: Int) { undecided.insert(place) }
    }
}
