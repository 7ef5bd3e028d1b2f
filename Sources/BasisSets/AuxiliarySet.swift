import FileFormats
import GaussianBasis
import MolecularStructure

/// Auxiliary basis sets for density fitting, in the folder `Auxiliary` of the library.
///
/// Weigend, Phys. Chem. Chem. Phys. 8, 1057 (2006), doi 10.1039/b515623h; Weigend, J. Comput. Chem. 29, 167 (2008), doi 10.1002/jcc.20702.
/// They are made for the def2 sets of any size and serve other sets of these sizes as well.
public enum AuxiliarySet: String, Sendable, CaseIterable {
    /// For Coulomb matrices alone.
    case coulomb = "def2-universal-jfit"
    /// For Coulomb and exchange matrices.
    case coulombExchange = "def2-universal-jkfit"

    /// Its functions on the atoms and ghost atoms of a molecule.
    ///
    /// - Returns: the basis, and the literature that concerns its elements.
    /// - Throws: `BasisSetError` or `InputFileError`.
    public func basis(for molecule: Molecule, in library: BasisSetLibrary) throws -> (basis: AtomicOrbitalBasis, references: [String]) {
        let set = try BasisSetLibrary(folder: library.folder + "/Auxiliary").basisSet(named: rawValue)
        let elements = molecule.withGhostsAsAtoms.atoms.map(\.element)
        let bases = try elements.map { element in
            guard let basis = set.elements[element] else {
                throw BasisSetError.elementMissing(symbol: element.symbol, set: rawValue, alternatives: [])
            }
            return ElementBasis(shells: basis.shells)
        }
        let used = Set(elements)
        let references = set.references.filter { reference in used.contains { BasisReference.concerns($0, reference) } }
        return (AtomicOrbitalBasis(molecule: molecule, elementBases: bases, functionType: .pure), references)
    }
}
