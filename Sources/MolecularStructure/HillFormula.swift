/// The molecular formula in the order of E. A. Hill, J. Am. Chem. Soc. 22, 478 (1900), doi 10.1021/ja02046a005: carbon first, then hydrogen, then
/// the other elements by symbol; without carbon all elements by symbol.
public struct HillFormula: Sendable, Equatable, CustomStringConvertible {
    public struct Term: Sendable, Equatable {
        public let symbol: String
        public let count: Int
    }

    public let terms: [Term]

    /// - Parameter symbols: one per atom.
    public init(_ symbols: some Sequence<String>) {
        var counts: [String: Int] = [:]
        for symbol in symbols { counts[symbol, default: 0] += 1 }
        let first = counts["C"] == nil ? [] : ["C", "H"]
        terms = (first + counts.keys.filter { !first.contains($0) }.sorted()).compactMap { symbol in
            counts[symbol].map { Term(symbol: symbol, count: $0) }
        }
    }

    /// Such as `C6Cl4O2`.
    public var description: String { text() }

    /// - Parameters:
    ///   - separator: between elements.
    ///   - subscripts: whether numbers are Unicode subscripts.
    public func text(separator: String = "", subscripts: Bool = false) -> String {
        terms.map { term in
            guard term.count > 1 else { return term.symbol }
            let digits = "\(term.count)"
            return term.symbol
                + (subscripts ? String(digits.compactMap { $0.wholeNumberValue.map { Self.subscripts[$0] } }) : digits)
        }.joined(separator: separator)
    }

    private static let subscripts = Array("\u{2080}\u{2081}\u{2082}\u{2083}\u{2084}\u{2085}\u{2086}\u{2087}\u{2088}\u{2089}")
}

extension Molecule {
    /// Of some atoms, given by their indices.
    func formula(of indices: [Int]) -> String { HillFormula(indices.map { atoms[$0].element.symbol }).description }
}
