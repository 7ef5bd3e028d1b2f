/// An estimate of the outcomes that a random search has missed, from the frequencies of the observed outcomes.
///
/// The probability that a further search finds something new is about the fraction of searches whose outcome was found once: A.
/// M. Turing's estimate in I. J. Good, Biometrika 40, 237 (1953), doi 10.1093/biomet/40.3-4.237. The number of unseen outcomes is
/// at least f1 (f1 - 1) / (2 (f2 + 1)), where f1 and f2 are the numbers of outcomes found once and twice: A. Chao, Scand. J.
/// Stat. 11, 265 (1984), in the bias-corrected form. Both assume independent searches; proposals built by rules are not quite
/// independent.
public struct SearchCompleteness: Sendable, Equatable {
    /// Number of finished searches.
    public let searches: Int
    public let foundOnce: Int
    public let foundTwice: Int

    /// - Parameter counts: how often each outcome was found.
    public init(counts: [Int]) {
        searches = counts.reduce(0, +)
        foundOnce = counts.count { $0 == 1 }
        foundTwice = counts.count { $0 == 2 }
    }

    /// Nil if there are no searches.
    public var missingShare: Double? { searches == 0 ? nil : Double(foundOnce) / Double(searches) }
    public var unseenAtLeast: Double { Double(foundOnce * max(foundOnce - 1, 0)) / Double(2 * (foundTwice + 1)) }
}
