/// Groups of atoms under their chemical names, found by bonds and elements alone. Hydrogen atoms belong to the atom to which they are
/// bonded; metals do not count as neighbours.
struct FunctionalGroups {
    struct Group {
        let name: String
        /// Indices, ascending.
        let atoms: [Int]
    }

    private let molecule: Molecule
    /// Of each atom, without metals.
    private let neighbors: [[Int]]
    private let bonds: BondGraph

    init(_ molecule: Molecule, _ bonds: BondGraph) {
        self.molecule = molecule
        self.bonds = bonds
        neighbors = bonds.neighbors.map { $0.filter { !molecule.atoms[$0].element.isMetal } }
    }

    private func number(_ atom: Int) -> Int { molecule.atoms[atom].element.atomicNumber }
    private func hydrogens(_ atom: Int) -> [Int] { neighbors[atom].filter { number($0) == 1 } }
    private func heavy(_ atom: Int) -> [Int] { neighbors[atom].filter { number($0) != 1 } }
    /// Neighbours of an element that have no other neighbour.
    private func terminal(_ element: Int, at atom: Int) -> [Int] {
        neighbors[atom].filter { number($0) == element && neighbors[$0].count == 1 }
    }

    /// Divides atoms that are connected by bonds into groups. Groups without a name are named by their formula.
    func groups(of atoms: Set<Int>) -> [Group] {
        var left = atoms
        var result: [Group] = []
        func take(_ name: String, _ members: [Int]) {
            let members = Set(members).intersection(left)
            result.append(Group(name: name, atoms: members.sorted()))
            left.subtract(members)
        }
        // Groups around carbon before the oxygens and nitrogens that belong to them.
        for atom in atoms.sorted() where left.contains(atom) && number(atom) == 6 {
            guard let (name, members) = carbonGroup(atom), members.allSatisfy(left.contains) else { continue }
            take(name, members)
        }
        for atom in atoms.sorted() where left.contains(atom) {
            guard let (name, members) = heteroGroup(atom), members.allSatisfy(left.contains) else { continue }
            take(name, members)
        }
        let chain = left.filter { isSaturatedCarbon($0) || number($0) == 1 && neighbors[$0].contains(where: isSaturatedCarbon) }
        for piece in bonds.components(of: chain) { take(alkyl(piece), piece) }
        for piece in bonds.components(of: left) { take(unsaturated(piece), piece) }
        return result
    }

    /// Carbon with at most three neighbours other than metals.
    static func isUnsaturatedCarbon(_ atom: Int, of molecule: Molecule, _ bonds: BondGraph) -> Bool {
        molecule.atoms[atom].element.atomicNumber == 6
            && bonds.neighbors[atom].count { !molecule.atoms[$0].element.isMetal } <= 3
    }

    /// The oxygen atoms of a nitro group, by its nitrogen atom; nil for another atom.
    private func nitro(_ atom: Int) -> [Int]? {
        let oxygens = terminal(8, at: atom)
        return number(atom) == 7 && neighbors[atom].count == 3 && heavy(atom).count == 3 && oxygens.count == 2 ? oxygens : nil
    }

    /// The nitrogen atom of a nitrile, by its carbon atom; nil for another atom.
    private func nitrile(_ atom: Int) -> Int? {
        number(atom) == 6 && neighbors[atom].count == 2 ? terminal(7, at: atom).first : nil
    }

    private func isOnUnsaturatedCarbon(_ atom: Int) -> Bool {
        neighbors[atom].contains { Self.isUnsaturatedCarbon($0, of: molecule, bonds) }
    }

    /// Whether a nitro group is bonded to unsaturated carbon.
    var hasConjugatedNitro: Bool { molecule.atoms.indices.contains { nitro($0) != nil && isOnUnsaturatedCarbon($0) } }

    /// Nitriles on unsaturated carbon.
    var conjugatedNitriles: Int { molecule.atoms.indices.count { nitrile($0) != nil && isOnUnsaturatedCarbon($0) } }

    private func isSaturatedCarbon(_ atom: Int) -> Bool { number(atom) == 6 && neighbors[atom].count == 4 }

    /// A carbon atom with the heteroatoms of its group.
    private func carbonGroup(_ atom: Int) -> (String, [Int])? {
        let (oxo, nitrogens) = (terminal(8, at: atom), neighbors[atom].filter { number($0) == 7 })
        if let nitrogen = nitrile(atom) { return ("nitrile", [atom, nitrogen]) }
        if neighbors[atom].count == 4, terminal(9, at: atom).count == 3 {
            return ("trifluoromethyl", [atom] + terminal(9, at: atom))
        }
        guard neighbors[atom].count == 3, let oxygen = oxo.first else { return nil }
        if oxo.count == 2 { return ("carboxylate", [atom] + oxo) }
        if let other = neighbors[atom].first(where: { number($0) == 8 && $0 != oxygen }) {
            let held = hydrogens(other)
            return (held.isEmpty ? "ester" : "carboxyl", [atom, oxygen, other] + held + hydrogens(atom))
        }
        if let nitrogen = nitrogens.first, nitrogens.count == 1 {
            return ("amide", [atom, oxygen, nitrogen] + hydrogens(nitrogen) + hydrogens(atom))
        }
        if let hydrogen = hydrogens(atom).first { return ("formyl", [atom, oxygen, hydrogen]) }
        return ("carbonyl", [atom, oxygen])
    }

    /// A nitrogen, oxygen, sulfur or halogen atom and the atoms that belong to it.
    private func heteroGroup(_ atom: Int) -> (String, [Int])? {
        let held = hydrogens(atom)
        if let oxygens = nitro(atom) { return ("nitro", [atom] + oxygens) }
        switch (number(atom), heavy(atom).count) {
        case (7, _) where neighbors[atom].count == 4: return ("ammonium", [atom] + held)
        case (7, 1...) where neighbors[atom].count == 3 && heavy(atom).allSatisfy { [6, 14].contains(number($0)) }:
            return ("amine", [atom] + held)
        case (8, 1) where held.count == 1: return ("hydroxyl", [atom] + held)
        case (8, 2) where held.isEmpty && heavy(atom).allSatisfy { [6, 14].contains(number($0)) }: return ("ether O", [atom])
        case (16, 1) where held.count == 1: return ("thiol", [atom] + held)
        case (16, _):
            switch terminal(8, at: atom).count {
            case 3: return ("sulfonate", [atom] + terminal(8, at: atom))
            case 2: return ("sulfonyl", [atom] + terminal(8, at: atom))
            case 1 where neighbors[atom].count == 3: return ("sulfinyl", [atom] + terminal(8, at: atom))
            default: return nil
            }
        default: return nil
        }
    }

    /// Saturated carbon atoms with their hydrogen atoms.
    private func alkyl(_ piece: [Int]) -> String {
        let formula = molecule.formula(of: piece)
        let central =
            piece.filter { number($0) == 6 }.map { atom in neighbors[atom].count { piece.contains($0) && number($0) == 6 } }.max()
            ?? 0
        // The carbon atom of the bond that leads out.
        let bound = piece.first { atom in number(atom) == 6 && neighbors[atom].contains { !piece.contains($0) } }
        let held = bound.map { hydrogens($0).count } ?? 0
        switch formula {
        case "CH3": return "methyl"
        case "CH2": return "methylene"
        case "C2H5": return "ethyl"
        case "C3H7": return held == 1 ? "isopropyl" : "propyl"
        case "C4H9" where held == 0 && central == 3: return "tert-butyl"
        case "C4H9" where held == 2 && central == 2: return "butyl"
        case "C4H9": return held == 1 ? "sec-butyl" : "isobutyl"
        default: return formula
        }
    }

    private func unsaturated(_ piece: [Int]) -> String {
        let formula = molecule.formula(of: piece)
        let leadsOut = piece.contains { atom in neighbors[atom].contains { !piece.contains($0) } }
        switch formula {
        case "C2H3" where leadsOut: return "vinyl"
        case "C2H" where leadsOut: return "ethynyl"
        default: return formula
        }
    }
}
