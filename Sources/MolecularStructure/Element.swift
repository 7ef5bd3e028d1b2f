/// A chemical element, hydrogen (1) to radon (86).
public struct Element: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// Number of protons, 1...86.
    public let atomicNumber: Int

    public static let hydrogen = Element(validAtomicNumber: 1)

    private init(validAtomicNumber: Int) { atomicNumber = validAtomicNumber }

    /// Nil outside 1...86.
    public init?(atomicNumber: Int) {
        guard (1...Self.symbols.count).contains(atomicNumber) else { return nil }
        self.atomicNumber = atomicNumber
    }

    /// From a symbol in any case ("Nb", "NB", "nb"); nil when there is no such element up to radon.
    public init?(symbol: String) {
        guard let number = Self.numberOfSymbol[symbol.lowercased()] else { return nil }
        atomicNumber = number
    }

    public var symbol: String { Self.symbols[atomicNumber - 1] }
    public var description: String { symbol }

    /// Row of the periodic table, 1...6.
    public var period: Int {
        switch atomicNumber {
        case ...2: 1
        case ...10: 2
        case ...18: 3
        case ...36: 4
        case ...54: 5
        default: 6
        }
    }

    /// Electrons outside the last noble gas and the filled d and f shells of groups 13 to 18: the group number up to 12; for lanthanides
    /// all that are not in xenon. Noble gases have 8, helium 2.
    public var valenceElectrons: Int {
        let outer = atomicNumber - nobleGasCoreElectrons
        let filled =
            switch period {
            case 4, 5: outer > 12 ? 10 : 0
            case 6: outer > 26 ? 24 : outer > 17 ? 14 : 0
            default: 0
            }
        return outer - filled
    }

    public static func < (a: Element, b: Element) -> Bool { a.atomicNumber < b.atomicNumber }

    private static let numberOfSymbol: [String: Int] = Dictionary(
        uniqueKeysWithValues: symbols.enumerated().map { ($1.lowercased(), $0 + 1) })

    private static let symbols = [
        "H", "He", "Li", "Be", "B", "C", "N", "O", "F", "Ne", "Na", "Mg", "Al", "Si", "P", "S",
        "Cl", "Ar", "K", "Ca", "Sc", "Ti", "V", "Cr", "Mn", "Fe", "Co", "Ni", "Cu", "Zn", "Ga", "Ge",
        "As", "Se", "Br", "Kr", "Rb", "Sr", "Y", "Zr", "Nb", "Mo", "Tc", "Ru", "Rh", "Pd", "Ag", "Cd",
        "In", "Sn", "Sb", "Te", "I", "Xe", "Cs", "Ba", "La", "Ce", "Pr", "Nd", "Pm", "Sm", "Eu", "Gd",
        "Tb", "Dy", "Ho", "Er", "Tm", "Yb", "Lu", "Hf", "Ta", "W", "Re", "Os", "Ir", "Pt", "Au", "Hg",
        "Tl", "Pb", "Bi", "Po", "At", "Rn",
    ]
}
