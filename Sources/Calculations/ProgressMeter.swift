import FileFormats
import Foundation

/// Progress display of a long step: the completed fraction, and an estimate of the time left.
package struct ProgressMeter {
    package let title: String
    private let start: Double
    private var lastPercent = -1
    private var lastParts: String?
    private var lastLine: Double

    /// Shorter steps, in seconds, are shown without the time left.
    private static let long = 10.0
    /// Between two lines of a log, in seconds.
    private static let interval = 30.0
    private static let width = 20

    /// - Parameter now: seconds of a clock.
    package init(title: String, now: Double = Self.clock) {
        self.title = title
        start = now
        lastLine = now
    }

    /// The completed fraction of a step for a given fraction of its expected work. The work may exceed the estimate: beyond nine tenths the
    /// result approaches one.
    static func part(_ work: Double) -> Double { work < 0.9 ? work : 1 - 0.09 / work }

    package static var clock: Double { ProcessInfo.processInfo.systemUptime }

    /// A bar for the status line of a terminal; nil if it would not change.
    ///
    /// - Parameters:
    ///   - parts: which part of the step is being done, such as `4 of 12`; nil for steps without parts.
    ///   - redraws: whether the last one is no longer there.
    package mutating func bar(_ fraction: Double, parts: String? = nil, redraws: Bool, now: Double = Self.clock) -> String? {
        let percent = Self.percent(fraction)
        guard percent != lastPercent || parts != lastParts || redraws else { return nil }
        (lastPercent, lastParts) = (percent, parts)
        let filled = Self.width * percent / 100
        let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: Self.width - filled)
        return
            "  \(column(title + (parts.map { ": \($0)" } ?? ""), 27)) [\(bar)] \(column(Double(percent), 3, 0)) %  \(timeLeft(fraction, now: now) ?? "")"
    }

    /// A line for a log; nil if the previous one was written less than half a minute ago.
    package mutating func line(_ fraction: Double, parts: String? = nil, now: Double = Self.clock) -> String? {
        guard now - lastLine >= Self.interval else { return nil }
        lastLine = now
        let left = timeLeft(fraction, now: now).map { ", \($0)" } ?? ""
        return "  \(title): \(parts.map { "\($0), " } ?? "")\(Self.percent(fraction)) %\(left)"
    }

    /// `about 25 s left`; nil for steps of ten seconds or less, and if too little is done for an estimate.
    private func timeLeft(_ fraction: Double, now: Double) -> String? {
        let seconds = now - start
        guard fraction > 0.05, fraction < 1, seconds > 1 else { return nil }
        let left = seconds * (1 - fraction) / fraction
        guard seconds + left > Self.long, left >= 1 else { return nil }
        return "about \(DurationText.rounded(left)) left"
    }

    private static func percent(_ fraction: Double) -> Int { Int(100 * min(max(fraction, 0), 1)) }
}
