/// Whether a molecule is one that takes electrons, so that its reduced states are of interest.
public enum ElectronAcceptor {
    /// The reason in words, as in `contains Nb`; nil for a molecule of which its own state is enough, and for a single atom.
    ///
    /// Acceptors are complexes and other molecules with a metal beyond the alkali and alkaline earth metals; quinones and catecholates,
    /// that is six-membered carbon rings of sp2 atoms with two oxygens that are bonded to nothing else but metals; and molecules with a nitro
    /// group or at least two cyano groups on unsaturated carbon. Bonds decide, not energies.
    public static func reason(_ molecule: Molecule) -> String? {
        guard molecule.atoms.count > 1 else { return nil }
        let metals = Set(molecule.atoms.map(\.element).filter { $0.isMetal && !$0.isAlkaliOrAlkalineEarth }).sorted()
        if !metals.isEmpty { return "contains " + metals.map(\.symbol).joined(separator: " and ") }
        // An alkali ion beside a group does not change what it is.
        func isMetal(_ atom: Int) -> Bool { molecule.atoms[atom].element.isMetal }
        let bonds = BondGraph(
            atomCount: molecule.atoms.count, bonds: BondGraph(molecule).bonds.filter { !isMetal($0.first) && !isMetal($0.second) }
        )
        func number(_ atom: Int) -> Int { molecule.atoms[atom].element.atomicNumber }
        func isUnsaturated(_ atom: Int) -> Bool { number(atom) == 6 && bonds.neighbors[atom].count <= 3 }
        let isQuinone = FragmentClassifier(molecule).rings.contains { $0.allSatisfy(isUnsaturated) }
        if isQuinone { return "is a quinone" }
        let (nitrogens, carbons) = (
            molecule.atoms.indices.filter { number($0) == 7 }, molecule.atoms.indices.filter { number($0) == 6 }
        )
        let hasNitro = nitrogens.contains { nitrogen in
            let neighbors = bonds.neighbors[nitrogen]
            let oxygens = neighbors.filter { number($0) == 8 && bonds.neighbors[$0].count == 1 }
            return neighbors.count == 3 && oxygens.count == 2 && neighbors.contains(where: isUnsaturated)
        }
        if hasNitro { return "has a nitro group on unsaturated carbon" }
        let cyano = carbons.count { carbon in
            let neighbors = bonds.neighbors[carbon]
            return neighbors.count == 2 && neighbors.contains { number($0) == 7 && bonds.neighbors[$0].count == 1 }
                && neighbors.contains(where: isUnsaturated)
        }
        return cyano > 1 ? "has \(cyano) cyano groups on unsaturated carbon" : nil
    }
}
