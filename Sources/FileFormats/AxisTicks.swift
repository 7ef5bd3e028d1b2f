import Foundation

/// Round numbers along an axis.
package enum AxisTicks {
    /// About five values from `low` to `high`: multiples of 1, 2, 2.5 or 5 times a power of ten, with a true minus sign and as many digits
    /// as needed.
    ///
    /// - Parameters:
    ///   - isSigned: whether positive values have a plus sign.
    ///   - most: maximum number of values.
    package static func ticks(
        from low: Double, to high: Double, isSigned: Bool = false, most: Double = 7
    ) -> [(value: Double, text: String)] {
        let range = high - low
        guard range > 0, range.isFinite else { return [] }
        let power = pow(10, floor(log10(range / most)))
        let candidates: [(step: Double, digits: Int)] = [(1, 0), (2, 0), (2.5, 1), (5, 0), (10, -1), (20, -1)]
        // The finest step that gives at most this many ticks, including zero if it is on the axis.
        let chosen = candidates.first { range / ($0.step * power) <= 1.0001 * most } ?? (10, -1)
        let step = chosen.step * power
        let decimals = max(0, chosen.digits - Int(log10(power).rounded()))
        let first = Int((low / step - 1e-6).rounded(.up))
        let last = Int((high / step + 1e-6).rounded(.down))
        guard first <= last else { return [] }
        return (first...last).map { k in
            let value = Double(k) * step
            return (value, isSigned ? NumberText.signed(value, decimals) : NumberText.fixed(value, decimals))
        }
    }
}
