/// Notices that a search no longer comes nearer to what its constraints ask for.
struct ApproachWatch {
    private var least = Double.infinity
    private var pointsSince = 0

    /// After so many points without a tenth less missing the search is given up.
    private static let longest = 15

    /// Takes what is missing at the next point; true when many in a row did not come nearer.
    mutating func leadsNowhere(violation: Double, isHeld: Bool) -> Bool {
        if isHeld || violation < 0.9 * least {
            least = violation
            pointsSince = 0
        } else {
            pointsSince += 1
        }
        return pointsSince >= Self.longest
    }
}
