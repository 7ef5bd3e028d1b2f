import Foundation

// Formatting of numbers and errors in texts for people.

/// A number in a column of fixed width; numbers that round to zero have no sign.
package func column(_ value: Double, _ width: Int, _ decimals: Int) -> String {
    let text = String(format: "%.\(decimals)f", value)
    let isZero = text.allSatisfy { "-0.".contains($0) }
    return column(isZero ? String(text.drop { $0 == "-" }) : text, width, right: true)
}

/// A text at the left or right of a column; longer texts are kept whole.
package func column(_ text: String, _ width: Int, right: Bool = false) -> String {
    let gap = String(repeating: " ", count: max(0, width - text.count))
    return right ? gap + text : text + gap
}

/// An error's message with a full stop at its end, unless it already ends a sentence.
package func sentence(_ error: any Error) -> String {
    let text = "\(error)"
    return text.hasSuffix(".") || text.hasSuffix("?") || text.hasSuffix("!") ? text : text + "."
}

/// A charge with its sign: +1, 0, -2.
package func signed(_ charge: Int) -> String { charge > 0 ? "+\(charge)" : "\(charge)" }

/// A change, with its sign.
package func signed(_ change: Double, _ decimals: Int) -> String {
    let text = column(change, 0, decimals)
    return change > 0 && text.contains { "123456789".contains($0) } ? "+" + text : text
}
