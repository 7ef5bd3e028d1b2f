extension StateSearch {
    /// Fock builds that the candidates of a charge may take in one round of the search, products of the orbital Hessian included.
    ///
    /// What is left when they are used up is undecided: only candidates that are lower than the known solution are solved to the end.
    struct Budget {
        let limit: Int
        private(set) var spent: Int
        /// Places of the candidates that were ended because of the limit.
        private(set) var undecided: Set<Int> = []

        /// The limit is so many times what the known solution took, between these bounds.
        static let (share, bounds) = (6, 120...300)

        /// - Parameters:
        ///   - solution: Fock builds of the solution that the search starts from.
        ///   - spent: what an interrupted search has used up.
        init(solution: Int, spent: Int, bounds: ClosedRange<Int> = Self.bounds) {
            limit = min(max(Self.share * min(solution, bounds.upperBound), bounds.lowerBound), bounds.upperBound)
            self.spent = spent
        }

        var isExhausted: Bool { spent >= limit }

        mutating func spend(_ builds: Int) { spent += builds }

        mutating func leave(_ place: Int) { undecided.insert(place) }
    }
}
