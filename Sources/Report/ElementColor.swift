import MolecularStructure

/// Colours of atoms: the usual ones of ball-and-stick models for common elements, and one a block for the rest.
enum ElementColor {
    static func hexadecimal(_ element: Element) -> String {
        if let color = usual[element.symbol] { return color }
        let number = element.atomicNumber
        if [21...30, 39...48, 72...80].contains(where: { $0.contains(number) }) { return "#6f9aa6" }
        if (57...71).contains(number) { return "#7fc4a8" }
        return element.isMetal ? "#9d94b0" : "#c99a6b"
    }

    private static let usual = [
        "H": "#f2f2f2", "C": "#5c6066", "N": "#3c5bd6", "O": "#e2261f", "F": "#8fd65a", "Si": "#d8b48a", "P": "#f08a24",
        "S": "#e6c229", "Cl": "#3fbf3f", "Br": "#a03828", "I": "#7f2a9c", "Al": "#b8a5b5", "Li": "#b57be8", "Na": "#a067e0",
        "Mg": "#7ac943", "K": "#8b4fd0", "Sc": "#c8ccd4", "Ti": "#a9b1bd", "Y": "#7fd0d8", "Zr": "#79c6c9", "Nb": "#5fb0bb",
        "Fe": "#d4662a", "Cu": "#c47c3a", "Zn": "#7f86b5",
    ]
}
