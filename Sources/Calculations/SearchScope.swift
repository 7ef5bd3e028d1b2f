import FileFormats
import MolecularStructure
import RunFolders
import SelfConsistentField
import SolutionSearch

extension StateInput {
    /// What `search` says, or else the default: full, or none where no electrons are added or stability is not examined.
    var searchOrDefault: Search { search ?? (addsElectrons && stability != .none ? .full : .none) }
}

/// What other solutions are searched for.
enum SearchScope {
    /// Nil without a search.
    ///
    /// Where no electrons are added, one state is wanted as it is, as for its gradient: then only what is named.
    ///
    /// - Parameter named: charges whose multiplicity was given.
    static func scope(
        _ states: StateInput, of file: XYZFile, fragments: Fragmentation, reference: SCFOptions.Reference, named: [Int]
    ) -> StateSearch.Scope? {
        let choice = states.searchOrDefault
        guard choice != .none else { return nil }
        return StateSearch.Scope(
            includesMultiplicities: choice == .full && reference != .restricted, fixedCharges: Set(named),
            places: places(file.molecule, fragments))
    }

    /// Where an added electron may go: the metals, and the ligand's ring with its oxygens, or all carbon where there is none.
    static func places(_ molecule: Molecule, _ fragments: Fragmentation) -> [StateSearch.Place] {
        let metals = molecule.atoms.indices.filter { molecule.atoms[$0].element.isMetal }
        var ligand = fragments.fragments.filter { [.quinoneRing, .carbonylOxygen].contains($0.kind) }.flatMap(\.atoms)
        if ligand.isEmpty { ligand = molecule.atoms.indices.filter { molecule.atoms[$0].element.atomicNumber == 6 } }
        return [
            StateSearch.Place(name: "metal", atoms: Array(metals)), StateSearch.Place(name: "ligand", atoms: ligand.sorted()),
        ].filter { !$0.atoms.isEmpty }
    }
}
