/// Sorts the atoms of a molecule into fragments by their bonds. Only bonds and elements decide; the order of the atoms affects only the
/// numbers of equal fragments.
struct FragmentClassifier {
    private let molecule: Molecule
    private let bonds: BondGraph
    /// Quinone rings; equal rings are numbered in the order of their first atoms.
    let rings: [[Int]]
    /// Index of the ring of every ring atom.
    private var ringOfAtom: [Int: Int] = [:]

    /// Fragments of one key are merged.
    private struct Key: Hashable {
        let kind: Fragment.Kind
        let name: String
        let metals: [Int]
    }

    init(_ molecule: Molecule) {
        self.molecule = molecule
        let bonds = BondGraph(molecule)
        self.bonds = bonds
        let atoms = molecule.atoms
        rings = bonds.rings(of: 6) { atoms[$0].element.atomicNumber == 6 }.filter { ring in
            // Rings with saturated carbon atoms are diketones, not quinones.
            guard ring.allSatisfy({ FunctionalGroups.isUnsaturatedCarbon($0, of: molecule, bonds) }) else { return false }
            let oxygens = ring.flatMap { bonds.neighbors[$0] }.filter { Self.isCarbonylOxygen($0, atoms, bonds) }
            return oxygens.count >= 2
        }
        for (index, ring) in rings.enumerated() {
            for atom in ring where ringOfAtom[atom] == nil { ringOfAtom[atom] = index }
        }
    }

    /// In the order quinone, oxygen, ring halogens, metals, halogens, others.
    var fragments: [Fragment] {
        var groups: [Key: [Int]] = [:]
        var left = Set<Int>()
        for atom in molecule.atoms.indices {
            if let key = key(of: atom) { groups[key, default: []].append(atom) } else { left.insert(atom) }
        }
        var result = groups.map { Fragment(name: $0.name, kind: $0.kind, atoms: $1, metals: $0.metals) }
        let pieces = bonds.components(of: left)
        let others = pieces.flatMap { parts(of: $0, isOnlyOne: pieces.count == 1 && groups.isEmpty) }
        for part in others {
            let isAlone = others.count { $0.name == part.name } == 1
            let number = part.atoms.first.map { " (\($0 + 1))" } ?? ""
            result.append(
                Fragment(
                    name: part.name + (isAlone ? "" : number), kind: .other, atoms: part.atoms, metals: metals(of: part.atoms)))
        }
        let order = Fragment.Kind.allCases
        return result.sorted { a, b in
            let (i, j) = (order.firstIndex(of: a.kind) ?? 0, order.firstIndex(of: b.kind) ?? 0)
            return i != j ? i < j : a.atoms.lexicographicallyPrecedes(b.atoms)
        }
    }

    /// Divides a connected piece into rings and functional groups; a solvent molecule or counter-ion beside other pieces stays whole.
    ///
    /// - Parameter isOnlyOne: whether the piece is the whole molecule.
    private func parts(of piece: [Int], isOnlyOne: Bool) -> [(name: String, atoms: [Int])] {
        let inside = Set(piece)
        let isMolecule = piece.allSatisfy { atom in
            bonds.neighbors[atom].allSatisfy { inside.contains($0) || molecule.atoms[$0].element.isMetal }
        }
        let known = isMolecule ? KnownMolecules.name(piece, of: molecule, bonds) : nil
        if let known, !isOnlyOne { return [(known, piece)] }
        var left = inside
        var result: [(name: String, atoms: [Int])] = []
        func take(_ name: String, _ atoms: [Int]) {
            result.append((name, atoms))
            left.subtract(atoms)
        }
        let systems = RingSystems(molecule, bonds).systems(of: inside)
        for system in systems { take(system.name, system.atoms) }
        for system in systems {
            // Halogens of one ring belong together.
            let halogens = left.filter { atom in
                molecule.atoms[atom].element.isHalogen && bonds.neighbors[atom].contains(where: system.atoms.contains)
            }
            let isAlone = systems.count { $0.name == system.name } == 1
            let ring = system.name + (isAlone ? "" : " (\((system.atoms.first ?? 0) + 1))")
            for (element, atoms) in Dictionary(grouping: halogens, by: { molecule.atoms[$0].element }) {
                take("\(element) on \(ring)", atoms.sorted())
            }
            // The same applies to oxygen atoms of ketones, imides and phenolates.
            let oxygens = left.filter { atom in
                Self.isCarbonylOxygen(atom, molecule.atoms, bonds) && bonds.neighbors[atom].contains(where: system.atoms.contains)
            }
            for (isCarbonyl, atoms) in Dictionary(grouping: oxygens, by: isDoublyBonded) {
                take((isCarbonyl ? "carbonyl O on " : "O on ") + ring, atoms.sorted())
            }
        }
        for group in FunctionalGroups(molecule, bonds).groups(of: left) { result.append((group.name, group.atoms)) }
        if result.count == 1 { return [(known ?? result[0].name, piece)] }
        return result
    }

    private func key(of atom: Int) -> Key? {
        let element = molecule.atoms[atom].element
        if element.isMetal { return Key(kind: .metal, name: name(ofMetal: atom), metals: [atom]) }
        let neighbors = withoutCounterIons(bonds.neighbors[atom])
        let metals = neighbors.filter { molecule.atoms[$0].element.isMetal }
        if let ring = ringOfAtom[atom] { return Key(kind: .quinoneRing, name: "quinone ring" + suffix(ring), metals: []) }
        let ring = neighbors.compactMap { ringOfAtom[$0] }.first
        if let ring, Self.isCarbonylOxygen(atom, molecule.atoms, bonds) {
            let holder = metals.isEmpty ? "carbonyl O, free" : "carbonyl O on " + names(metals)
            return Key(kind: .carbonylOxygen, name: holder + suffix(ring), metals: metals)
        }
        guard element.isHalogen else { return nil }
        if metals.count >= 2 {
            return Key(kind: .bridgingHalogen, name: "bridging \(element) \(names(metals))", metals: metals)
        }
        if metals.count == 1, neighbors.count == 1 {
            return Key(kind: .terminalHalogen, name: "terminal \(element) on \(names(metals))", metals: metals)
        }
        if let ring { return Key(kind: .ringHalogen, name: "ring \(element)" + suffix(ring), metals: []) }
        return nil
    }

    /// A cation of an alkali or alkaline earth metal that touches an atom of another metal's complex does not hold that atom: it is a
    /// counter-ion, and the atom belongs where it would belong without it.
    private func withoutCounterIons(_ neighbors: [Int]) -> [Int] {
        let others = neighbors.filter { !molecule.atoms[$0].element.isAlkaliOrAlkalineEarth }
        return others.contains { molecule.atoms[$0].element.isMetal } ? others : neighbors
    }

    /// An oxygen with one carbon and any number of metals as its neighbours.
    private static func isCarbonylOxygen(_ atom: Int, _ atoms: [Atom], _ bonds: BondGraph) -> Bool {
        guard atoms[atom].element.atomicNumber == 8 else { return false }
        let rest = bonds.neighbors[atom].filter { !atoms[$0].element.isMetal }
        return rest.count == 1 && atoms[rest[0]].element.atomicNumber == 6
    }

    /// Whether the bond from an oxygen to its carbon is as short as in a carbonyl group.
    private func isDoublyBonded(_ oxygen: Int) -> Bool {
        bonds.neighbors[oxygen].contains {
            molecule.atoms[$0].element.atomicNumber == 6
                && distance(molecule.atoms[$0].position, molecule.atoms[oxygen].position) < Self.longestCarbonyl
        }
    }

    /// In bohr: 1.29 Angstrom, between 1.21 to 1.26 of ketones and 1.36 of phenols.
    private static let longestCarbonyl = 1.29 / PhysicalConstants.bohrInAngstrom

    private func metals(of piece: [Int]) -> [Int] {
        Set(piece.flatMap { bonds.neighbors[$0] }.filter { molecule.atoms[$0].element.isMetal }).sorted()
    }

    /// The symbol, with the atom number if the element occurs more than once. An alkali or alkaline earth metal without bonds beside other
    /// atoms is a cation.
    private func name(ofMetal atom: Int) -> String {
        let element = molecule.atoms[atom].element
        if element.isAlkaliOrAlkalineEarth, bonds.neighbors[atom].isEmpty, molecule.atoms.count > 1 {
            let isAlone = molecule.atoms.count { $0.element == element } == 1
            return element.symbol + (element.isAlkali ? "+" : "2+") + (isAlone ? "" : " (\(atom + 1))")
        }
        return molecule.atoms.count { $0.element == element } == 1 ? element.symbol : "\(element.symbol)\(atom + 1)"
    }

    /// By element, then by atom.
    private func names(_ metals: [Int]) -> String {
        metals.sorted { (molecule.atoms[$0].element, $0) < (molecule.atoms[$1].element, $1) }.map { name(ofMetal: $0) }
            .joined(separator: "/")
    }

    /// Number of the ring if there are several.
    private func suffix(_ ring: Int) -> String { rings.count == 1 ? "" : " (\(ring + 1))" }
}
