import Foundation

/// Where the time of a build of Coulomb and exchange matrices went, summed over the threads.
package struct CoulombExchangeProfile: Sendable {
    /// Seconds in the evaluation of integrals that are kept.
    package var storingSeconds = 0.0
    /// Seconds in the evaluation of integrals that are used once.
    package var directSeconds = 0.0
    package var coulombSeconds = 0.0
    package var exchangeSeconds = 0.0
    /// Quartets of shells evaluated, and integrals over basis functions in them.
    package var quartets = 0
    package var integrals = 0
    /// Batches of up to eight quartets that went into Coulomb matrices, and into exchange matrices.
    package var coulombBatches = 0
    package var exchangeBatches = 0

    package init() {}

    package static func + (a: CoulombExchangeProfile, b: CoulombExchangeProfile) -> CoulombExchangeProfile {
        var sum = a
        sum.storingSeconds += b.storingSeconds
        sum.directSeconds += b.directSeconds
        sum.coulombSeconds += b.coulombSeconds
        sum.exchangeSeconds += b.exchangeSeconds
        sum.quartets += b.quartets
        sum.integrals += b.integrals
        sum.coulombBatches += b.coulombBatches
        sum.exchangeBatches += b.exchangeBatches
        return sum
    }

    /// Seconds of a clock that only goes forward.
    static func now() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
    }
}
