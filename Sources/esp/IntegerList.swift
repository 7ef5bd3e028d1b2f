import ArgumentParser

/// Integers separated by commas, such as `-1` or `0,-1,-2`.
struct IntegerList: Equatable {
    let values: [Int]

    init(parsing text: String, what: String, allowed: ClosedRange<Int>) throws {
        values = try text.split(separator: ",", omittingEmptySubsequences: false).map { part in
            let word = part.filter { !$0.isWhitespace }
            guard let value = Int(word), allowed.contains(value) else {
                throw ValidationError("'\(part)' is not \(what)")
            }
            return value
        }
    }
}
