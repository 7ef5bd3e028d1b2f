/// The fragments of a complex, each alone and with ghost atoms at the positions of all others.
///
/// S. F. Boys and F. Bernardi, Mol. Phys. 19, 553 (1970), doi 10.1080/00268977000101561.
public struct CounterpoisePlan: Sendable, Equatable {
    public struct Part: Sendable, Equatable {
        public let name: String
        /// Indices of the fragment's atoms in the complex, ascending.
        public let atoms: [Int]
        /// Indices of all other atoms of the complex, ascending.
        public let others: [Int]
        /// The fragment in its own basis.
        public let alone: Molecule
        /// The fragment with the functions of the whole complex: ghost atoms in the order of `others`.
        public let withGhosts: Molecule
    }

    public let parts: [Part]
    /// Whether bonds connect atoms of different fragments.
    public let cutsBonds: Bool

    /// - Parameters:
    ///   - complex: without ghost atoms.
    ///   - chosen: fragments defined by the user. All other atoms, or all atoms, are divided by the bonds among them.
    public init(_ complex: Molecule, chosen: [Fragment] = []) throws(CounterpoiseError) {
        guard complex.ghosts.isEmpty else { throw .ghosts }
        let bonds = BondGraph(complex)
        var groups: [(name: String?, atoms: [Int])] = []
        let taken: Set<Int>
        do {
            taken = try Fragmentation.atoms(of: chosen, in: complex)
        } catch {
            throw .fragments(error)
        }
        for fragment in chosen { groups.append((fragment.name, fragment.atoms)) }
        let left = Set(complex.atoms.indices).subtracting(taken)
        groups += bonds.components(of: left).map { (nil, $0) }
        guard groups.count > 1 else { throw .oneFragment }
        let names = Self.names(groups, complex)
        parts = zip(groups, names).map { group, name in
            let others = complex.atoms.indices.filter { !group.atoms.contains($0) }
            let own = group.atoms.map { complex.atoms[$0] }
            return Part(
                name: name, atoms: group.atoms, others: others, alone: Molecule(atoms: own),
                withGhosts: Molecule(
                    atoms: own,
                    ghosts: others.map {
                        GhostAtom(element: complex.atoms[$0].element, positionInBohr: complex.atoms[$0].position)
                    }))
        }
        var owner = [Int](repeating: 0, count: complex.atoms.count)
        for (index, part) in parts.enumerated() { for atom in part.atoms { owner[atom] = index } }
        cutsBonds = bonds.bonds.contains { owner[$0.first] != owner[$0.second] }
    }

    /// The user's names, otherwise formulas; equal formulas are numbered.
    private static func names(_ groups: [(name: String?, atoms: [Int])], _ complex: Molecule) -> [String] {
        let formulas = groups.map { group in group.name ?? complex.formula(of: group.atoms) }
        return formulas.indices.map { index in
            let equal = formulas.indices.filter { formulas[$0] == formulas[index] }
            guard equal.count > 1, let place = equal.firstIndex(of: index) else { return formulas[index] }
            return "\(formulas[index]) (\(place + 1))"
        }
    }
}

/// Why a counterpoise correction is not possible.
public enum CounterpoiseError: Error, Equatable, CustomStringConvertible {
    case ghosts
    case oneFragment
    case fragments(FragmentationError)

    public var description: String {
        switch self {
        case .ghosts: "the file has ghost atoms already. Remove them: they are made for every fragment"
        case .oneFragment:
            "all atoms are bonded to each other, so that there is one fragment only. Name fragments with --fragment \"name=1-3\""
        case .fragments(let error): "\(error). Correct --fragment"
        }
    }
}
