/// Atoms by number from 1, such as `1,4-6`.
package struct AtomList: Equatable, CustomStringConvertible {
    /// A part that is neither an atom number nor a range of atom numbers.
    package struct InvalidPart: Error {
        package let text: String
    }

    /// From 0, ascending.
    package let indices: [Int]
    /// The number of an atom that occurs twice.
    package let repeated: Int?

    /// Larger than any molecule here.
    package static let highestNumber = 100_000

    /// - Parameter indices: from 0.
    package init(indices: [Int]) {
        self.indices = indices.sorted()
        repeated = nil
    }

    /// In the form that `init(parsing:)` reads.
    package var description: String {
        var ranges: [ClosedRange<Int>] = []
        for number in indices.map({ $0 + 1 }) {
            if let last = ranges.last, last.upperBound + 1 == number {
                ranges[ranges.count - 1] = last.lowerBound...number
            } else {
                ranges.append(number...number)
            }
        }
        return ranges.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }.joined(separator: ",")
    }

    package init(parsing text: some StringProtocol, atomCount: Int = highestNumber) throws(InvalidPart) {
        var found: Set<Int> = []
        var repeated: Int?
        for part in String(text).split(separator: ",", omittingEmptySubsequences: false) {
            guard let numbers = Self.range(part, atomCount: atomCount) else { throw InvalidPart(text: String(part)) }
            for number in numbers where !found.insert(number - 1).inserted { repeated = repeated ?? number }
        }
        indices = found.sorted()
        self.repeated = repeated
    }

    /// `4` or `4-6`; nil for anything else, and beyond the last atom.
    package static func range(_ text: some StringProtocol, atomCount: Int) -> ClosedRange<Int>? {
        let ends = text.split(separator: "-", omittingEmptySubsequences: false).map {
            Int(String($0.filter { !$0.isWhitespace }))
        }
        guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1], first >= 1, first <= last,
            last <= atomCount
        else { return nil }
        return first...last
    }
}
