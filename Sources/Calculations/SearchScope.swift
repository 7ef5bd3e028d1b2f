import FileFormats
import MolecularStructure
import RunFolders
import SelfConsistentField
import SolutionSearch

extension StateInput {
    /// The value of `search` or its default: full, or none if no electrons are added or stability is not tested.
    var searchOrDefault: Search { search ?? (addsElectrons && stability != .none ? .full : .none) }
}

/// The scope of the search for other solutions.
enum SearchScope {
    /// Nil without a search.
    ///
    /// If no electrons are added, a single state is wanted as it is, for example for its gradient: then only what is named is searched.
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

    /// Where an added electron may start: on the metals, or on the ligand's ring with its oxygen atoms (or all carbon atoms if there is no
    /// ring).
    static func places(_ molecule: Molecule, _ fragments: Fragmentation) -> [StateSearch.Place] {
        let metals = molecule.atoms.indices.filter { molecule.atoms[$0].element.isMetal }
        var ligand = fragments.fragments.filter { [.quinoneRing, .carbonylOxygen].contains($0.kind) }.flatMap(\.atoms)
        if ligand.isEmpty { ligand = molecule.atoms.indices.filter { molecule.atoms[$0].element.atomicNumber == 6 } }
        return [
            StateSearch.Place(name: "metal", atoms: Array(metals)), StateSearch.Place(name: "ligand", atoms: ligand.sorted()),
        ].filter { !$0.atoms.isEmpty }
    }
}
