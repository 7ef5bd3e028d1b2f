/// Letters of angular momenta.
public enum AngularMomentumLetter {
    package static let letters: [Character] = ["s", "p", "d", "f", "g", "h", "i", "k", "l", "m"]

    /// "s" for 0, "p" for 1, ...; "l=12" beyond the letters.
    public static func letter(_ l: Int) -> String { letters.indices.contains(l) ? String(letters[l]) : "l=\(l)" }

    package static func value(_ letter: Character) -> Int? { letters.firstIndex(of: Character(letter.lowercased())) }
}
