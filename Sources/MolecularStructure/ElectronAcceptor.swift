/// Whether a molecule accepts electrons, so that its reduced states are of interest.
public enum ElectronAcceptor {
    /// The reason in words, as in `contains Nb`; nil for a molecule that is not an acceptor, and for a single atom.
    ///
    /// Acceptors are complexes and other molecules with a metal beyond the alkali and alkaline earth metals; quinones and catecholates,
    /// that is six-membered carbon rings of sp2 atoms with two oxygens that are bonded to nothing else but metals; and molecules with a nitro
    /// group or at least two cyano groups on unsaturated carbon. Bonds decide, not energies.
    public static func reason(_ molecule: Molecule) -> String? {
        guard molecule.atoms.count > 1 else { return nil }
        let metals = Set(molecule.atoms.map(\.element).filter { $0.isMetal && !$0.isAlkaliOrAlkalineEarth }).sorted()
        if !metals.isEmpty { return "contains " + metals.map(\.symbol).joined(separator: " and ") }
        if !FragmentClassifier(molecule).rings.isEmpty { return "is a quinone" }
        // An alkali ion beside a group does not change the result.
        let groups = FunctionalGroups(molecule, BondGraph(molecule))
        if groups.hasConjugatedNitro { return "has a nitro group on unsaturated carbon" }
        let cyano = groups.conjugatedNitriles
        return cyano > 1 ? "has \(cyano) cyano groups on unsaturated carbon" : nil
    }
}
