import FileFormats
import MolecularStructure
import SelfConsistentField

/// What `--search` looks for.
enum SearchScope {
    /// Nil when nothing is looked for.
    ///
    /// - Parameters:
    ///   - isSeries: false when one state is wanted as it is, as for its gradient: then only what is named.
    ///   - named: charges whose multiplicity was given.
    static func scope(
        _ command: ComputeCommand, isSeries: Bool, input: XYZFile, fragments: Fragmentation, reference: SCFOptions.Reference,
        named: [Int]
    ) -> StateSearch.Scope? {
        let isDefault = isSeries && command.convergence.stability != .none
        let choice = command.electrons.search ?? (isDefault ? SearchChoice.full : SearchChoice.none)
        guard choice != SearchChoice.none else { return nil }
        return StateSearch.Scope(
            includesMultiplicities: choice == .full && reference != .restricted, fixedCharges: Set(named),
            places: places(input.molecule, fragments))
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
