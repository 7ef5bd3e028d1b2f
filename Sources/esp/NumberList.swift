import FileFormats

/// Finite numbers separated by commas, such as `-0.05,0.05`.
enum NumberList {
    /// Nil where a part is no number, or where there are not so many.
    static func values(_ text: String, count: Int) -> [Double]? {
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        let values = parts.compactMap { NumberParsing.double($0.filter { !$0.isWhitespace }) }
        return parts.count == count && values.count == count && values.allSatisfy(\.isFinite) ? values : nil
    }
}
