import FileFormats
import MolecularStructure
import RunFolders
import VibrationalAnalysis

/// The mass of every atom, with the chosen isotopes.
struct AtomMasses {
    let choice: IsotopicMasses.Choice
    /// In unified atomic mass units.
    let values: [Double]
    /// Chosen mass numbers, by the number of the atom from 1.
    let isotopes: [String: Int]

    /// - Throws: `CalculationError.usage` for isotopes that do not exist.
    init(_ input: FrequencyInput, of molecule: Molecule) throws {
        guard let choice = IsotopicMasses.Choice(rawValue: input.masses.lowercased()) else {
            throw CalculationError.usage("--masses \(input.masses): write abundant or average.")
        }
        self.choice = choice
        var values = molecule.atoms.map { IsotopicMasses.mass(of: $0.element, choice) }
        var isotopes: [String: Int] = [:]
        for text in input.isotopes {
            let parts = text.split(separator: "=", omittingEmptySubsequences: false)
            guard parts.count == 2, let number = Int(parts[1]),
                let atoms = try? AtomList(parsing: parts[0], atomCount: molecule.atoms.count).indices
            else {
                throw CalculationError.usage(
                    "--isotope '\(text)' does not name atoms and a mass number. Write --isotope 1-6=13 (there are "
                        + "\(molecule.atoms.count) atoms).")
            }
            for atom in atoms {
                let element = molecule.atoms[atom].element
                guard let isotope = IsotopicMasses.isotope(number, of: element) else {
                    let known = IsotopicMasses.isotopes(of: element).map { String($0.massNumber) }.joined(separator: ", ")
                    throw CalculationError.usage(
                        "--isotope '\(text)': atom \(atom + 1) is \(element.symbol), whose isotopes here are \(known).")
                }
                values[atom] = isotope.mass
                isotopes[String(atom + 1)] = number
            }
        }
        self.values = values
        self.isotopes = isotopes
    }
}
