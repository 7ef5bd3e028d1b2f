import MolecularStructure

/// Masses of nuclei with their electrons, in unified atomic mass units.
public enum IsotopicMasses {
    /// The mass of an atom for which no isotope was chosen.
    public enum Choice: String, Sendable, CaseIterable, Codable {
        /// Of the most abundant isotope, as in Gaussian.
        case abundant
        /// The standard atomic weight, the mean over the natural isotopes, as in PySCF and ORCA.
        case average
    }

    /// One isotope of an element.
    public struct Isotope: Sendable, Equatable {
        public let massNumber: Int
        public let mass: Double
        /// Abundance in percent; 0 for isotopes that do not occur in nature.
        public let abundance: Double
    }

    private struct Entry {
        let weight: Double
        let isotopes: [Isotope]
    }

    private static let entries: [Element: Entry] = {
        var result: [Element: Entry] = [:]
        for line in isotopeTable.split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count > 2, let element = Element(symbol: String(words[0])), let weight = Double(words[1]) else {
                continue
            }
            let isotopes = words.dropFirst(2).compactMap { word -> Isotope? in
                let parts = word.split(separator: ":")
                guard parts.count == 3, let number = Int(parts[0]), let mass = Double(parts[1]), let share = Double(parts[2])
                else { return nil }
                return Isotope(massNumber: number, mass: mass, abundance: share)
            }
            result[element] = Entry(weight: weight, isotopes: isotopes)
        }
        return result
    }()

    /// By ascending mass number: the natural ones, and a few others that chemists use.
    public static func isotopes(of element: Element) -> [Isotope] { entries[element]?.isotopes ?? [] }

    /// The isotope with a mass number; nil if the table does not contain it.
    public static func isotope(_ massNumber: Int, of element: Element) -> Isotope? {
        isotopes(of: element).first { $0.massNumber == massNumber }
    }

    /// The most abundant isotope; for an element that does not occur in nature, the longest-lived one.
    public static func mostAbundant(of element: Element) -> Isotope? {
        isotopes(of: element).max { $0.abundance < $1.abundance }
    }

    public static func mass(of element: Element, _ choice: Choice) -> Double {
        switch choice {
        case .abundant: mostAbundant(of: element)?.mass ?? 0
        case .average: entries[element]?.weight ?? 0
        }
    }
}
