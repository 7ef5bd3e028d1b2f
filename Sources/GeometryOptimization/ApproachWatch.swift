/// Detects that a search no longer approaches its constraints.
struct ApproachWatch {
    private var least = Double.infinity
    private var pointsSince = 0

    /// The search is given up if the remaining difference has not decreased by a tenth within this many points.
    private static let longest = 15

    /// Takes the remaining difference at the next point; true if many points in a row made no progress.
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
