import ArgumentParser
import MolecularStructure

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

    /// - Parameter example: the syntax of the option, for messages.
    static func charges(_ text: String, example: String = "--charge -1 or --charge 0,-1,-2") throws -> [Int] {
        try IntegerList(parsing: text, what: "a charge; write \(example)", allowed: ChargeState.allowedCharges).values
    }

    static func multiplicities(_ text: String) throws -> [Int] {
        try IntegerList(parsing: text, what: "a multiplicity; write 1, 2, 3, ...", allowed: 1...1000).values
    }
}
