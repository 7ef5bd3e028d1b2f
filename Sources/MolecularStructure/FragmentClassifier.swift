/// Sorts the atoms of a molecule into fragments by their bonds. Only bonds and elements decide; the order of the atoms
/// shows in the numbers that tell equal fragments apart, and nowhere else.
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
        rings = bonds.sixRings { atoms[$0].element.atomicNumber == 6 }.filter { ring in
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
        let formulas = pieces.map { formula($0) }
        for (piece, formula) in zip(pieces, formulas) {
            let isAlone = formulas.count { $0 == formula } == 1
            let number = piece.first.map { " (\($0 + 1))" } ?? ""
            result.append(
                Fragment(name: formula + (isAlone ? "" : number), kind: .other, atoms: piece, metals: metals(of: piece)))
        }
        let order = Fragment.Kind.allCases
        return result.sorted { a, b in
            let (i, j) = (order.firstIndex(of: a.kind) ?? 0, order.firstIndex(of: b.kind) ?? 0)
            return i != j ? i < j : a.atoms.lexicographicallyPrecedes(b.atoms)
        }
    }

    private func key(of atom: Int) -> Key? {
        let element = molecule.atoms[atom].element
        let neighbors = bonds.neighbors[atom]
        let metals = neighbors.filter { molecule.atoms[$0].element.isMetal }
        if element.isMetal { return Key(kind: .metal, name: name(ofMetal: atom), metals: [atom]) }
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

    /// An oxygen with one carbon and any number of metals as its neighbours.
    private static func isCarbonylOxygen(_ atom: Int, _ atoms: [Atom], _ bonds: BondGraph) -> Bool {
        guard atoms[atom].element.atomicNumber == 8 else { return false }
        let rest = bonds.neighbors[atom].filter { !atoms[$0].element.isMetal }
        return rest.count == 1 && atoms[rest[0]].element.atomicNumber == 6
    }

    private func metals(of piece: [Int]) -> [Int] {
        Set(piece.flatMap { bonds.neighbors[$0] }.filter { molecule.atoms[$0].element.isMetal }).sorted()
    }

    /// The symbol, with the number of the atom where the element occurs more than once.
    private func name(ofMetal atom: Int) -> String {
        let element = molecule.atoms[atom].element
        return molecule.atoms.count { $0.element == element } == 1 ? element.symbol : "\(element.symbol)\(atom + 1)"
    }

    /// By element, then by atom.
    private func names(_ metals: [Int]) -> String {
        metals.sorted { (molecule.atoms[$0].element, $0) < (molecule.atoms[$1].element, $1) }.map { name(ofMetal: $0) }
            .joined(separator: "/")
    }

    /// Number of the ring where there are several.
    private func suffix(_ ring: Int) -> String { rings.count == 1 ? "" : " (\(ring + 1))" }

    private func formula(_ atoms: [Int]) -> String { molecule.formula(of: atoms) }
}
