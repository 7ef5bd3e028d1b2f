import Foundation

/// Timings of a build of Coulomb and exchange matrices, summed over the threads.
package struct CoulombExchangeProfile: Sendable {
    /// Seconds spent in the evaluation of integrals that are stored.
    package var storingSeconds = 0.0
    /// Seconds spent in the evaluation of integrals that are used once.
    package var directSeconds = 0.0
    package var coulombSeconds = 0.0
    package var exchangeSeconds = 0.0
    /// Number of shell quartets evaluated, and of the integrals over basis functions in them.
    package var quartets = 0
    package var integrals = 0
    /// Number of batches of up to eight quartets that were added to Coulomb matrices, and to exchange matrices.
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

    /// Time of a monotonic clock in seconds.
    static func now() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
    }
}
