/// Wall times as texts show them.
package enum DurationText {
    /// `12.3 s`, `5 min 20 s`, `3 h 12 min`.
    package static func text(_ seconds: Double) -> String {
        guard seconds >= 120 else { return "\(column(seconds, 0, 1)) s" }
        let whole = Int(min(seconds, 1e12).rounded())
        return whole < 7200 ? "\(whole / 60) min \(whole % 60) s" : "\(whole / 3600) h \(whole % 3600 / 60) min"
    }

    /// Of an estimate: `25 s`, `5 min`, `3 h`.
    package static func rounded(_ seconds: Double) -> String {
        seconds < 100
            ? "\(column(seconds, 0, 0)) s"
            : seconds < 6000 ? "\(column(seconds / 60, 0, 0)) min" : "\(column(seconds / 3600, 0, 0)) h"
    }
}
