import FileFormats
import MolecularStructure

/// Reference lines of basis-set files, such as `Li-B, Ne [Polarization]: Frisch, ...`.
enum BasisReference {
    /// Whether a reference applies to an element. Lines that do not begin with elements apply to all.
    static func concerns(_ element: Element, _ reference: String) -> Bool {
        let head = reference.prefix { $0 != ":" && $0 != "[" && $0 != "(" }
        guard head.count < reference.count else { return true }
        var ranges: [ClosedRange<Element>] = []
        for part in head.split(separator: ",") {
            let ends = part.filter { !$0.isWhitespace }.split(separator: "-").map { Element(symbol: String($0)) }
            guard let first = ends.first ?? nil, let last = ends.last ?? nil, ends.count <= 2, first <= last else { return true }
            ranges.append(first...last)
        }
        return ranges.isEmpty || ranges.contains { $0.contains(element) }
    }
}
