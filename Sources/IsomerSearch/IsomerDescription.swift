import MolecularStructure

/// Describes the bonds of a structure in words, such as `quinone chelates Al; 2 mu-Cl between Al and Nb; 4 Cl on Nb; 2 Cl on Al`.
///
/// The text does not depend on the order of the atoms. It describes the bonds; structures with the same text may still differ, as
/// conformers do.
public struct IsomerDescription: Sendable, CustomStringConvertible {
    public let description: String

    /// Maximum number of permutations of equal centres that are compared to find the canonical one.
    private static let mostOrders = 720
    /// Cosine of the angle at the centre beyond which two ligands are trans to each other.
    private static let transCosine = -0.87

    public init(_ molecule: Molecule) { self.init(molecule, StructureGraph(molecule)) }

    public init(_ molecule: Molecule, _ graph: StructureGraph) {
        let roles = AtomRoles(graph)
        let centers = roles.centers
        let groups = Dictionary(grouping: centers) { graph.elements[$0] }.sorted { $0.key < $1.key }.map(\.value)
        // Equal centres are numbered so that the text comes first alphabetically.
        let texts = Self.orders(of: groups).map { names in
            Sentence(molecule: molecule, graph: graph, roles: roles, names: names, transCosine: Self.transCosine).text
        }
        description = texts.min() ?? ""
    }

    /// Names for the centres: the symbol if an element occurs once, otherwise the symbol with a number. One set for every
    /// permutation of equal centres.
    private static func orders(of groups: [[Int]]) -> [[Int: String]] {
        var result: [[Int: String]] = [[:]]
        for group in groups {
            var next: [[Int: String]] = []
            for permutation in permutations(group) {
                guard next.count + result.count <= mostOrders else { break }
                next += result.map { names in
                    permutation.enumerated().reduce(into: names) { names, entry in names[entry.element] = "\(entry.offset)" }
                }
            }
            result = next
        }
        return result
    }

    private static func permutations(_ list: [Int]) -> [[Int]] {
        guard list.count > 1 else { return [list] }
        guard list.count < 7 else { return [list] }
        return list.indices.flatMap { index in
            var rest = list
            let first = rest.remove(at: index)
            return permutations(rest).map { [first] + $0 }
        }
    }
}

/// One description, for one numbering of the centres.
private struct Sentence {
    let molecule: Molecule
    let graph: StructureGraph
    let roles: AtomRoles
    /// Numbers of the centres among those of the same element, from 0.
    let names: [Int: String]
    let transCosine: Double

    private func symbol(_ atom: Int) -> String { graph.elements[atom].symbol }

    private func name(_ center: Int) -> String {
        let isAlone = roles.centers.count { graph.elements[$0] == graph.elements[center] } == 1
        let number = (names[center].flatMap(Int.init) ?? 0) + 1
        return symbol(center) + (isAlone ? "" : "\(number)")
    }

    /// Several centres in alphabetical order.
    private func list(_ centers: [Int]) -> String { centers.map(name).sorted().joined(separator: " and ") }

    var text: String {
        var parts: [String] = []
        let ligands = roles.ligands
        parts += counted(ligands.filter { $0.count > 1 && isBound($0) }.map(contacts)).sorted()
        let single = ligands.filter { $0.count == 1 && isBound($0) }.map { $0[0] }
        let bridges = Dictionary(grouping: single.filter { roles.centers(at: $0).count > 1 }) { atom in
            let centers = roles.centers(at: atom)
            return "mu\(centers.count > 2 ? "\(centers.count)" : "")-\(symbol(atom)) between \(list(centers))"
        }
        parts += bridges.map { "\($0.value.count) \($0.key)" }.sorted()
        let terminal = Dictionary(grouping: single.filter { roles.centers(at: $0).count == 1 }) { atom in
            "\(symbol(atom)) on \(list(roles.centers(at: atom)))"
        }
        parts += terminal.map { "\($0.value.count) \($0.key)" }.sorted()
        parts += graph.bonds.filter { roles.isCenter[$0.first] && roles.isCenter[$0.second] }
            .map { list([$0.first, $0.second]).replacingOccurrences(" and ", "-") + " bond" }.sorted()
        parts += roles.centers.compactMap(trans).sorted()
        let free = ligands.filter { !isBound($0) }.map(freePiece)
        let isOnePiece = roles.centers.isEmpty && free.count == 1
        parts += counted(free).sorted().map { isOnePiece ? $0 : $0 + " free" }
        parts += parted
        parts += hydrogenBonds
        return parts.joined(separator: "; ")
    }

    private func isBound(_ ligand: [Int]) -> Bool { ligand.contains { !roles.centers(at: $0).isEmpty } }

    /// Lists equal texts once, with their number.
    private func counted(_ texts: [String]) -> [String] {
        Dictionary(grouping: texts) { $0 }.map { $0.value.count > 1 ? "\($0.value.count) x \($0.key)" : $0.key }
    }

    // MARK: Ligands

    private func ligandName(_ ligand: [Int]) -> String {
        let inside = Set(ligand)
        let rings = roles.carbonRings.filter { inside.isSuperset(of: $0) }
        let quinone = rings.contains { ring in
            ring.allSatisfy { roles.others(at: $0).count <= 3 } && ring.flatMap { roles.others(at: $0) }.count(where: isOxo) >= 2
        }
        let formula = Formula.text(ligand.map { graph.elements[$0] })
        guard !quinone else { return "quinone" }
        let added = rings.flatMap { ring in additions(to: ring) }.sorted()
        return formula + (added.isEmpty ? "" : " (\(added.joined(separator: ", ")))")
    }

    private func isOxo(_ atom: Int) -> Bool { graph.elements[atom].atomicNumber == 8 && roles.others(at: atom).count == 1 }

    /// Saturated atoms of a quinone ring, by their position relative to the oxygen atoms.
    private func additions(to ring: [Int]) -> [String] {
        let carbonyls = ring.filter { roles.others(at: $0).contains(where: isOxo) }
        return ring.filter { roles.others(at: $0).count == 4 }.map { atom in
            let outer = Dictionary(grouping: roles.others(at: atom).filter { !ring.contains($0) }.map(symbol)) { $0 }
                .map { $0.value.count > 1 ? "\($0.value.count) \($0.key)" : $0.key }.sorted().joined(separator: " and ")
            let places = carbonyls.compactMap { carbon -> String? in
                guard carbon != atom, let steps = roles.steps(from: atom, within: Set(ring))[carbon] else { return nil }
                let oxygen = roles.others(at: carbon).first(where: isOxo)
                let holders = oxygen.map { roles.centers(at: $0) } ?? []
                let place = steps == 1 ? "ortho" : steps == 2 ? "meta" : "para"
                return "\(place) to \(holders.isEmpty ? "a free O" : "O on \(list(holders))")"
            }
            return "ring C with \(outer)" + (places.isEmpty ? "" : " " + places.sorted().joined(separator: " and "))
        }
    }

    private func contacts(_ ligand: [Int]) -> String {
        let centers = Set(ligand.flatMap { roles.centers(at: $0) })
        let texts = centers.map { center -> (isChelate: Bool, text: String) in
            let donors = ligand.filter { roles.neighbors[center].contains($0) }
            let kinds = Dictionary(grouping: donors) { atom in
                (roles.centers(at: atom).count > 1 ? "mu-" : "") + symbol(atom)
            }.map { $0.value.count > 1 ? "\($0.value.count) \($0.key)" : $0.key }.sorted().joined(separator: " and ")
            let isPi = donors.allSatisfy { graph.elements[$0].atomicNumber == 6 }
            if donors.count > 1, isPi { return (false, "eta\(donors.count) on \(name(center))") }
            if donors.count > 1 {
                let isPlain = !donors.contains { roles.centers(at: $0).count > 1 }
                let isOxygen = donors.allSatisfy { graph.elements[$0].atomicNumber == 8 } && donors.count == 2
                return (true, "chelates \(name(center))" + (isPlain && isOxygen ? "" : " by \(kinds)"))
            }
            return (false, "on \(name(center)) by \(kinds)")
        }
        return ligandName(ligand) + " "
            + texts.sorted { ($0.isChelate ? 0 : 1, $0.text) < ($1.isChelate ? 0 : 1, $1.text) }.map(\.text).joined(
                separator: ", ")
    }

    // MARK: Arrangement

    /// Describes which donors are trans to each other, at centres with at least four contacts and different donors.
    private func trans(_ center: Int) -> String? {
        let neighbors = roles.neighbors[center].filter { !roles.isCenter[$0] }
        guard neighbors.count >= 4, Set(neighbors.map(symbol)).count > 1 else { return nil }
        var pairs: [String] = []
        for (index, a) in neighbors.enumerated() {
            for b in neighbors[..<index] {
                let cosine = HydrogenBonds.cosine(
                    molecule.atoms[a].position, molecule.atoms[center].position, molecule.atoms[b].position)
                if cosine < transCosine { pairs.append([a, b].map(symbol).sorted().joined(separator: "-")) }
            }
        }
        guard pairs.count > 1 else { return nil }
        let counts = Dictionary(grouping: pairs) { $0 }.map { ($0.value.count > 1 ? "\($0.value.count) " : "") + $0.key }
        return "trans at \(name(center)): \(counts.sorted().joined(separator: ", "))"
    }

    // MARK: Free molecules

    /// Small molecules with their bonds.
    private func freePiece(_ piece: [Int]) -> String {
        let formula = ligandName(piece)
        guard (3...8).contains(piece.count), !Self.plain.contains(formula) else { return formula }
        let inside = Set(piece)
        let bonds = graph.bonds.filter { inside.contains($0.first) }.map { bond in
            [bond.first, bond.second].map(symbol).sorted().joined(separator: "-")
        }
        let counts = Dictionary(grouping: bonds) { $0 }.map { ($0.value.count > 1 ? "\($0.value.count) " : "") + $0.key }
        return "\(formula) (\(counts.sorted().joined(separator: ", ")))"
    }

    /// Formulas that need no further description.
    private static let plain: Set = ["H2O", "NH3", "PH3", "H2S", "CH4"]

    /// The distribution of the centres over fragments, if several fragments have centres.
    private var parted: [String] {
        let bonds = BondGraph(atomCount: graph.elements.count, bonds: graph.bonds.sorted())
        let pieces = bonds.pieces.filter { $0.contains { roles.isCenter[$0] } }
        guard pieces.count > 1 else { return [] }
        return ["apart: " + pieces.map { Formula.text($0.map { graph.elements[$0] }) }.sorted().joined(separator: " and ")]
    }

    private var hydrogenBonds: [String] {
        guard !graph.hydrogenBonds.isEmpty else { return [] }
        let kinds = graph.hydrogenBonds.map { bond in
            let hydrogen = graph.elements[bond.first] == .hydrogen ? bond.first : bond.second
            let acceptor = hydrogen == bond.first ? bond.second : bond.first
            return "\(roles.neighbors[hydrogen].first.map(symbol) ?? "")-H...\(symbol(acceptor))"
        }
        let counts = Dictionary(grouping: kinds) { $0 }.map { "\($0.value.count) \($0.key)" }.sorted()
        let ring = ringOfMolecules.map { ", ring of \($0)" } ?? ""
        return ["hydrogen bonds: " + counts.joined(separator: ", ") + ring]
    }

    /// Number of molecules in the largest ring of hydrogen bonds without a shortcut; nil if there is no ring.
    private var ringOfMolecules: Int? {
        let bonds = BondGraph(atomCount: graph.elements.count, bonds: graph.bonds.sorted())
        let pieces = bonds.pieces
        var pieceOf: [Int: Int] = [:]
        for (index, piece) in pieces.enumerated() { for atom in piece { pieceOf[atom] = index } }
        let links = Set(
            graph.hydrogenBonds.compactMap { bond -> BondGraph.Bond? in
                guard let a = pieceOf[bond.first], let b = pieceOf[bond.second], a != b else { return nil }
                return BondGraph.Bond(a, b)
            })
        // Without one link, the shortest path is the rest of the ring.
        return links.compactMap { link -> Int? in
            let rest = BondGraph(atomCount: pieces.count, bonds: links.subtracting([link]).sorted())
            var (reached, front, steps): (Set<Int>, [Int], Int) = ([link.first], [link.first], 0)
            while !front.isEmpty {
                if front.contains(link.second) { return steps + 1 }
                front = front.flatMap { rest.neighbors[$0] }.filter { reached.insert($0).inserted }
                steps += 1
            }
            return nil
        }.max()
    }
}

/// Formulas in inorganic notation: metals first, then in the order of IUPAC's table VI; those with carbon and hydrogen in Hill
/// order.
enum Formula {
    private static let order = [5, 14, 6, 33, 15, 7, 1, 34, 16, 53, 35, 17, 8, 9]

    static func text(_ elements: [Element]) -> String {
        let counts = Dictionary(grouping: elements) { $0 }.mapValues(\.count)
        let hasCarbon = counts.keys.contains { $0.atomicNumber == 6 } && !counts.keys.contains(where: \.isMetal)
        guard !hasCarbon else { return HillFormula(elements.map(\.symbol)).description }
        func rank(_ element: Element) -> (Int, Int) {
            (element.isMetal ? -1 : order.firstIndex(of: element.atomicNumber) ?? order.count, element.atomicNumber)
        }
        return counts.sorted { rank($0.key) < rank($1.key) }.map { $0.key.symbol + ($0.value > 1 ? "\($0.value)" : "") }.joined()
    }
}

extension AtomRoles {
    /// Rings of six carbon atoms.
    var carbonRings: [[Int]] {
        BondGraph(atomCount: neighbors.count, bonds: graph.bonds.sorted()).rings(of: 6) { graph.elements[$0].atomicNumber == 6 }
    }

    /// Minimum number of bonds between an atom and others, along the given atoms only.
    func steps(from start: Int, within allowed: Set<Int>) -> [Int: Int] {
        var result = [start: 0]
        var front = [start]
        var depth = 0
        while !front.isEmpty {
            depth += 1
            front = front.flatMap { neighbors[$0] }.filter { atom in
                guard allowed.contains(atom), result[atom] == nil else { return false }
                result[atom] = depth
                return true
            }
        }
        return result
    }
}

extension String {
    /// Replaces every occurrence of one text by another.
    fileprivate func replacingOccurrences(_ old: String, _ new: String) -> String {
        split(separator: old, omittingEmptySubsequences: false).joined(separator: new)
    }
}
