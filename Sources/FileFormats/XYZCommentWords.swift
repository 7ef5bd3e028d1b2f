/// The meaning of the second line of an XYZ file in plain words: `-1 1`, `charge -1 mult 2`, `bohr`.
///
/// Such a line is used only if the whole line has one of these forms. Words in a title are not used, but noticed.
struct XYZCommentWords {
    var charge: String?
    var multiplicity: String?
    var units: String?
    /// Two integers and nothing else; they are charge and multiplicity where they fit the electrons.
    var pair: (charge: Int, multiplicity: Int)?
    /// Parts of a title that look like an entry.
    var suspicions: [(entry: XYZFile.HeaderEntry, text: String)] = []

    static let chargeKeys: Set<String> = ["charge", "total_charge", "chrg"]
    /// All mean 2S+1.
    static let multiplicityKeys: Set<String> = ["spin", "multiplicity", "mult", "total_spin", "spin_multiplicity"]
    static let unitKeys: Set<String> = ["units", "unit"]
    static let keys = chargeKeys.union(multiplicityKeys).union(unitKeys)
    private static let unitWords: Set<String> = ["bohr", "angstrom", "angstroms"]
    private static let ionWords: Set<String> = ["anion", "dianion", "cation", "dication"]
    private static let spinWords: Set<String> = ["singlet", "doublet", "triplet", "quartet", "quintet", "sextet", "septet"]

    init(_ text: String) {
        let words = text.lowercased().split { $0.isWhitespace || $0 == "," || $0 == ";" || $0 == ":" || $0 == "=" }.map(String.init)
        if words.count == 2, let charge = Int(words[0]), let multiplicity = Int(words[1]) {
            pair = (charge, multiplicity)
            return
        }
        if readAll(words) { return }
        (charge, multiplicity, units) = (nil, nil, nil)
        look(at: words)
    }

    /// Reads a line that contains nothing but keys with values and units; false for any other line.
    private mutating func readAll(_ words: [String]) -> Bool {
        var index = 0
        while index < words.count {
            let word = words[index]
            let next = index + 1 < words.count ? words[index + 1] : nil
            if Self.chargeKeys.contains(word), let next, Int(next) != nil, charge == nil {
                charge = next
                index += 2
            } else if Self.multiplicityKeys.contains(word), let next, Int(next) != nil, multiplicity == nil {
                multiplicity = next
                index += 2
            } else if Self.unitKeys.contains(word), let next, Self.unitWords.contains(next), units == nil {
                units = next
                index += 2
            } else if Self.unitWords.contains(word), units == nil {
                units = word
                index += 1
            } else {
                return false
            }
        }
        return true
    }

    private mutating func look(at words: [String]) {
        for (index, word) in words.enumerated() {
            let next = index + 1 < words.count ? words[index + 1] : ""
            let isSigned = word.hasPrefix("+") || word.hasPrefix("-")
            switch word {
            case _ where Self.chargeKeys.contains(word) && Int(next) != nil: suspicions.append((.charge, "\(word) \(next)"))
            case _ where Self.multiplicityKeys.contains(word) && Int(next) != nil:
                suspicions.append((.multiplicity, "\(word) \(next)"))
            case _ where Self.ionWords.contains(word): suspicions.append((.charge, word))
            case _ where Self.spinWords.contains(word): suspicions.append((.multiplicity, word))
            case "bohr": suspicions.append((.units, word))
            case _ where words.count == 1 && isSigned && Int(word) != nil: suspicions.append((.charge, word))
            default: break
            }
        }
    }
}
