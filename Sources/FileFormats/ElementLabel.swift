import MolecularStructure

/// The element that an atom label of a structure file stands for.
package enum ElementLabel {
    package enum Failure: Error, Equatable {
        /// Ghost or dummy centre.
        case dummy
        case beyondRadon
        case unknown
    }

    /// Accepted: a symbol in any case ("Nb", "CL"), D and T for hydrogen's isotopes, an atomic number ("41"), and a
    /// symbol with a serial number behind it ("C1", "Cl_12").
    package static func element(_ label: some StringProtocol) throws(Failure) -> Element {
        if let number = Int(label) {
            if let element = Element(atomicNumber: number) { return element }
            throw number == 0 ? .dummy : (87...118).contains(number) ? .beyondRadon : .unknown
        }
        let letters = String(label.prefix(while: { $0.isASCII && $0.isLetter }))
        let rest = label.dropFirst(letters.count)
        guard rest.allSatisfy({ $0.isASCII && ($0.isNumber || $0 == "_") }) else { throw .unknown }
        if let element = Element(symbol: letters) { return element }
        switch letters.lowercased() {
        case "d", "t":
            guard let hydrogen = Element(atomicNumber: 1) else { throw .unknown }
            return hydrogen
        case "x", "xx", "bq", "gh", "du": throw .dummy
        case let symbol where beyondRadon.contains(symbol): throw .beyondRadon
        default: throw .unknown
        }
    }

    /// The element of a ghost atom's functions; nil for other labels.
    ///
    /// Understood are `Cl-Bq` (Gaussian), `Gh(Cl)` and `@Cl` (Psi4), `Cl:` (ORCA), `Bq-Cl`, `Bq_Cl`, `BqCl` (NWChem), `X-Cl`, `Ghost-Cl` and
    /// `Ghost_Cl` (PySCF), each in any case and with or without a number behind the symbol. A symbol that merely begins with X is an
    /// element (`Xe`) or unknown.
    static func ghost(_ label: some StringProtocol) -> Element? {
        let text = label.lowercased()
        for prefix in ["bq", "gh", "ghost", "x", "xx"].sorted(by: { $0.count > $1.count }) {
            for sign in ["-", "_", ".", ":"] where text.hasPrefix(prefix + sign) {
                return symbol(text.dropFirst(prefix.count + 1))
            }
        }
        for prefix in ["gh(", "ghost("] where text.hasPrefix(prefix) && text.hasSuffix(")") {
            return symbol(text.dropFirst(prefix.count).dropLast())
        }
        if text.hasPrefix("@") { return symbol(text.dropFirst()) }
        if text.hasPrefix("bq") { return symbol(text.dropFirst(2)) }
        if text.hasSuffix("-bq") { return symbol(text.dropLast(3)) }
        if text.hasSuffix(":") { return symbol(text.dropLast()) }
        return nil
    }

    private static func symbol(_ text: some StringProtocol) -> Element? {
        text.first?.isLetter == true ? try? element(text) : nil
    }

    /// Problem and cure in words.
    package static func explanation(_ failure: Failure, label: some StringProtocol) -> (problem: String, cure: String) {
        let shown = excerpt(label)
        switch failure {
        case .dummy:
            return (
                "'\(shown)' is a ghost or dummy centre",
                "Name the element whose basis functions a ghost atom has, as in Cl-Bq, Gh(Cl) or @Cl, or remove the line"
            )
        case .beyondRadon: return ("the element '\(shown)' lies beyond radon", "Elements H (1) to Rn (86) are supported")
        case .unknown:
            return ("'\(shown)' is not an element", "Write a symbol from H to Rn, such as Cl, or an atomic number")
        }
    }

    private static let beyondRadon: Set<String> = [
        "fr", "ra", "ac", "th", "pa", "u", "np", "pu", "am", "cm", "bk", "cf", "es", "fm", "md", "no", "lr", "rf", "db",
        "sg", "bh", "hs", "mt", "ds", "rg", "cn", "nh", "fl", "mc", "lv", "ts", "og",
    ]
}

/// At most 40 characters of a text from a file, for a message.
package func excerpt(_ text: some StringProtocol) -> String {
    text.count > 40 ? text.prefix(40) + "..." : String(text)
}
