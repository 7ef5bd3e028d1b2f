extension ContinuousClock.Instant {
    /// Seconds from this instant to the present.
    package var secondsToNow: Double {
        let parts = (ContinuousClock.now - self).components
        return Double(parts.seconds) + Double(parts.attoseconds) * 1e-18
    }
}
