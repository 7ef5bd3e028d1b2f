/// Rings of a molecule and their names.
struct RingSystems {
    /// A ring, or several that share bonds, with the hydrogen atoms on it.
    struct System {
        let name: String
        /// Indices, ascending.
        let atoms: [Int]
    }

    private let molecule: Molecule
    private let bonds: BondGraph

    init(_ molecule: Molecule, _ bonds: BondGraph) {
        self.molecule = molecule
        self.bonds = bonds
    }

    /// Rings of five and six atoms of C, N, O and S among the given atoms.
    func systems(of atoms: Set<Int>) -> [System] {
        let rings = [5, 6].flatMap { size in
            bonds.rings(of: size) { atoms.contains($0) && [6, 7, 8, 16].contains(molecule.atoms[$0].element.atomicNumber) }
        }
        var merged: [Set<Int>] = []
        for ring in rings {
            var whole = Set(ring)
            // Rings that share a bond form one system; those that share only an atom (spiro compounds) are two.
            while let place = merged.firstIndex(where: { $0.intersection(whole).count > 1 }) {
                whole.formUnion(merged.remove(at: place))
            }
            merged.append(whole)
        }
        return merged.map { ring in
            let hydrogens = ring.flatMap { bonds.neighbors[$0] }.filter {
                molecule.atoms[$0].element.atomicNumber == 1 && atoms.contains($0)
            }
            let all = ring.union(hydrogens).sorted()
            return System(
                name: name(ring, hydrogens: Set(hydrogens).count, count: rings.count { Set($0).isSubset(of: ring) }), atoms: all)
        }
    }

    /// - Parameter count: number of rings in the system.
    private func name(_ ring: Set<Int>, hydrogens: Int, count: Int) -> String {
        let plain = molecule.formula(of: ring.sorted())
        let isAromatic = ring.allSatisfy { isFlat($0) }
        let hetero = ring.filter { molecule.atoms[$0].element.atomicNumber != 6 }
        if isAromatic, count == 1, let name = aromatic(ring, hydrogens: hydrogens, plain: plain, hetero: hetero) { return name }
        if isAromatic, count > 1, let name = Self.fused["\(count) \(plain)"] { return name + " ring" }
        return (count > 1 ? "fused rings " : "ring ")
            + HillFormula(ring.map { molecule.atoms[$0].element.symbol } + Array(repeating: "H", count: hydrogens)).description
    }

    /// Whether an atom has at most three neighbours other than metals, or at most two if it is oxygen or sulfur.
    private func isFlat(_ atom: Int) -> Bool {
        let count = bonds.neighbors[atom].count { !molecule.atoms[$0].element.isMetal }
        return count <= ([8, 16].contains(molecule.atoms[atom].element.atomicNumber) ? 2 : 3)
    }

    private func aromatic(_ ring: Set<Int>, hydrogens: Int, plain: String, hetero: Set<Int>) -> String? {
        switch plain {
        case "C6": return hydrogens == 6 ? "benzene" : hydrogens == 5 ? "phenyl" : hydrogens == 4 ? "phenylene" : "benzene ring"
        case "C5": return "cyclopentadienyl"
        case "C5N": return "pyridine ring"
        case "C4N2":
            switch separation(hetero, in: ring) {
            case 1: return "pyridazine ring"
            case 2: return "pyrimidine ring"
            default: return "pyrazine ring"
            }
        case "C3N3": return "triazine ring"
        case "C4N": return "pyrrole ring"
        case "C4O": return "furan ring"
        case "C4S": return "thiophene ring"
        case "C3N2": return separation(hetero, in: ring) == 1 ? "pyrazole ring" : "imidazole ring"
        case "C3NO": return separation(hetero, in: ring) == 1 ? "isoxazole ring" : "oxazole ring"
        case "C3NS": return separation(hetero, in: ring) == 1 ? "isothiazole ring" : "thiazole ring"
        case "C2N3": return "triazole ring"
        case "CN4": return "tetrazole ring"
        default: return nil
        }
    }

    /// Number of bonds between two atoms of a ring, along the shorter path.
    private func separation(_ pair: Set<Int>, in ring: Set<Int>) -> Int {
        guard let first = pair.min(), let last = pair.max() else { return 0 }
        var reached: Set<Int> = [first]
        var steps = 0
        while !reached.contains(last), steps < ring.count {
            reached.formUnion(reached.flatMap { bonds.neighbors[$0] }.filter(ring.contains))
            steps += 1
        }
        return steps
    }

    /// By the number of rings and the formula without hydrogen.
    private static let fused = [
        "2 C10": "naphthalene", "2 C9N": "quinoline", "2 C8N": "indole", "2 C7N2": "benzimidazole", "2 C8N2": "quinoxaline",
        "3 C12N2": "phenanthroline", "4 C16": "pyrene",
    ]
}
