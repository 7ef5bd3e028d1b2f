import MolecularStructure

/// Queries of an account.
extension ElectronAccount {
    package func scheme(_ name: String) -> SchemeEntry? { schemes.first { $0.name == name } }

    /// Index of the state from which the electrons of another one are counted (`SchemeEntry.totalShares`).
    package func origin(of state: Int) -> Int { state > base ? base : 0 }

    /// The converged state with this many electrons more than the base state.
    package func index(added: Int) -> Int? {
        guard states.indices.contains(base) else { return nil }
        return states.firstIndex { $0.charge == states[base].charge - added && $0.converged }
    }

    /// Sum over the matching fragments, and the number of their atoms; nil if none matches.
    package func sum(_ values: [Double], where fits: (Fragment) -> Bool) -> (total: Double, atoms: Int)? {
        let chosen = zip(fragments, values).filter { fits($0.0) }
        let count = chosen.reduce(0) { $0 + $1.0.atoms.count }
        return count == 0 ? nil : (chosen.reduce(0) { $0 + $1.1 }, count)
    }

    /// The same per atom.
    package func meanPerAtom(_ values: [Double], where fits: (Fragment) -> Bool) -> Double? {
        sum(values, where: fits).map { $0.total / Double($0.atoms) }
    }

    package func fragments(of kind: Fragment.Kind) -> [Fragment] { fragments.filter { $0.kind == kind } }

    package func isTransitionMetal(_ atom: Int) -> Bool { Element(symbol: symbols[atom])?.isTransitionMetal == true }

    /// Alkali and alkaline earth metals, which come as cations: Li+ of an electrolyte is no metal of the complex.
    package func isCounterIon(_ atom: Int) -> Bool { Element(symbol: symbols[atom])?.isAlkaliOrAlkalineEarth == true }
}
