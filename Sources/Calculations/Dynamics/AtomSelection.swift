import MolecularStructure

/// Some atoms of a trajectory: those of an element, or one by its number.
struct AtomSelection {
    /// As the user wrote it.
    let text: String
    /// Counted from 0.
    let atoms: [Int]
    /// Nil for a single atom.
    let element: Element?

    /// - Throws: `CalculationError.usage` if there is no such atom.
    init(_ text: some StringProtocol, of elements: [Element], option: String) throws {
        self.text = String(text)
        if let number = Int(text) {
            guard (1...elements.count).contains(number) else {
                throw CalculationError.usage("\(option): there is no atom \(number), only 1 to \(elements.count).")
            }
            (atoms, element) = ([number - 1], nil)
            return
        }
        guard let element = Element(symbol: String(text)) else {
            throw CalculationError.usage("\(option): '\(text)' is neither an element nor the number of an atom.")
        }
        let found = elements.indices.filter { elements[$0] == element }
        guard !found.isEmpty else { throw CalculationError.usage("\(option): the trajectory has no atom of \(element.symbol).") }
        (atoms, self.element) = (found, element)
    }

    /// Several, separated by hyphens.
    static func list(_ text: String, count: Int, of elements: [Element], option: String) throws -> [AtomSelection] {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == count else {
            let example = count == 2 ? "Zr-O or 1-O" : "Nb-Cl-Al or 13-20-14"
            throw CalculationError.usage("\(option) \(text): write \(count) elements or numbers of atoms, such as \(example).")
        }
        return try parts.map { try AtomSelection($0, of: elements, option: "\(option) \(text)") }
    }
}
