import GaussianBasis
import MolecularStructure

/// A line about anions in a basis set without polarisation functions.
enum PolarizationNote {
    /// Nil if there is nothing to report. Metals are omitted: which functions polarise them depends on the core potential.
    ///
    /// - Parameter bases: one per atom.
    static func text(_ molecule: Molecule, _ bases: [ElementBasis], states: [ChargeState]) -> String? {
        guard states.contains(where: { $0.charge < 0 }) else { return nil }
        let bare = zip(molecule.atoms, bases).filter { atom, basis in
            let highest = basis.shells.flatMap(\.contractions).map(\.angularMomentum).max() ?? 0
            return atom.element.atomicNumber > 2 && !atom.element.isMetal && highest < 2
        }.map { $0.0.element }
        guard !bare.isEmpty else { return nil }
        let symbols = Set(bare).sorted().map { $0.symbol }.joined(separator: ", ")
        return "no polarisation functions on \(symbols): energies of the anions are rough; def2-SVP and def2-TZVP have them"
    }
}
