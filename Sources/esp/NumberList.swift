import FileFormats

/// Finite numbers separated by commas, such as `-0.05,0.05`.
enum NumberList {
    /// Nil if a part is not a number, or if their number is wrong.
    static func values(_ text: String, count: Int) -> [Double]? {
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        let values = parts.compactMap { NumberParsing.double($0.filter { !$0.isWhitespace }) }
        return parts.count == count && values.count == count && values.allSatisfy(\.isFinite) ? values : nil
    }
}
