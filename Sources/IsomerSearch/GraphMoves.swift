import MolecularStructure

/// Changes of bonds that lead from one graph to its neighbours.
struct GraphMoves {
    /// A graph that differs by one change.
    struct Neighbor {
        let graph: StructureGraph
        /// The change in words, without atom numbers.
        let words: String
    }

    private let graph: StructureGraph
    private let roles: AtomRoles
    private let elements: [Element]
    private let steps: [[Int?]]
    private let ligandOf: [Int?]

    /// Smallest ring that a new contact may close. A metal at both ends of one bond (a ring of three) is allowed only as a pi
    /// contact.
    private static let smallestRing = 4
    private static let largestRing = 10
    /// Smallest ring, hydrogen bonds included, that a hydrogen bond closes.
    private static let smallestHydrogenBondRing = 6

    init(_ graph: StructureGraph) {
        self.graph = graph
        let roles = AtomRoles(graph)
        self.roles = roles
        elements = graph.elements
        steps = graph.elements.indices.map { roles.steps(from: $0) }
        var ligandOf = [Int?](repeating: nil, count: graph.elements.count)
        for (index, ligand) in roles.ligands.enumerated() { for atom in ligand { ligandOf[atom] = index } }
        self.ligandOf = ligandOf
    }

    /// All changes, including isomorphic graphs.
    var all: [Neighbor] {
        contacts + losses + exchanges + halogenShifts + halogenCouplings + hydrogenShifts + piContacts + hydrogenBonds
    }

    private func name(_ atom: Int) -> String { elements[atom].symbol }

    private func changed(_ words: String, removing: [(Int, Int)] = [], adding: [(Int, Int)] = []) -> Neighbor {
        var result = graph
        for (a, b) in removing { result.bonds.remove(.init(a, b)) }
        for (a, b) in adding {
            result.bonds.insert(.init(a, b))
            // Bonded atoms are not hydrogen-bonded as well.
            result.hydrogenBonds.remove(.init(a, b))
        }
        return Neighbor(graph: result, words: words)
    }

    /// Whether a centre, or a donor, may have one more contact.
    private func isFree(_ atom: Int) -> Bool {
        roles.isCenter[atom]
            ? roles.neighbors[atom].count < CoordinationRules.usual(elements[atom]).upperBound
            : roles.centers(at: atom).count
                < CoordinationRules.mostCenters(elements[atom], others: roles.others(at: atom).count)
    }

    /// Whether a contact closes no ring, or a ring of acceptable size.
    private func closesFittingRing(_ a: Int, _ b: Int) -> Bool {
        guard let length = steps[a][b] else { return true }
        return (Self.smallestRing...Self.largestRing).contains(length + 1)
    }

    private var donors: [Int] {
        elements.indices.filter {
            !roles.isCenter[$0] && CoordinationRules.mostCenters(elements[$0], others: roles.others(at: $0).count) > 0
        }
    }

    /// A donor binds to one more centre: a terminal ligand becomes bridging, a monodentate ligand chelating, fragments combine.
    private var contacts: [Neighbor] {
        donors.flatMap { donor in
            roles.centers.filter { center in
                !roles.neighbors[donor].contains(center) && isFree(donor) && isFree(center) && closesFittingRing(donor, center)
            }.map { center in
                let isBridge = !roles.centers(at: donor).isEmpty
                let isBound =
                    ligandOf[donor].map { ligand in roles.neighbors[center].contains { ligandOf[$0] == ligand } } ?? false
                return changed(
                    isBridge
                        ? "\(name(donor)) bridges to \(name(center))"
                        : isBound ? "\(name(center)) chelated by \(name(donor))" : "\(name(donor)) binds \(name(center))",
                    adding: [(donor, center)])
            }
        }
    }

    /// A bridging ligand becomes terminal, a chelating one monodentate, or a ligand dissociates. A single atom keeps one contact.
    private var losses: [Neighbor] {
        donors.flatMap { donor in
            let centers = roles.centers(at: donor)
            return centers.filter { center in
                roles.neighbors[center].count > 1 && (centers.count > 1 || !roles.others(at: donor).isEmpty)
            }.map { center in
                changed(
                    centers.count > 1
                        ? "bridging \(name(donor)) leaves \(name(center))" : "\(name(donor)) leaves \(name(center))",
                    removing: [(donor, center)])
            }
        }
    }

    /// A donor moves from one centre to another, or a centre from one donor to another.
    private var exchanges: [Neighbor] {
        var result: [Neighbor] = []
        for donor in donors {
            for center in roles.centers(at: donor) {
                for other in roles.centers
                where other != center && !roles.neighbors[donor].contains(other) && isFree(other)
                    && roles.neighbors[center].count > 1
                {
                    result.append(
                        changed(
                            "\(name(donor)) from \(name(center)) to \(name(other))", removing: [(donor, center)],
                            adding: [(donor, other)]))
                }
                // The remaining atom keeps a bond.
                guard roles.neighbors[donor].count > 1 else { continue }
                for other in donors where other != donor && !roles.neighbors[other].contains(center) && isFree(other) {
                    result.append(
                        changed(
                            "\(name(center)) from \(name(donor)) to another \(name(other))", removing: [(donor, center)],
                            adding: [(other, center)]))
                }
            }
        }
        return result
    }

    private var halogens: [Int] { elements.indices.filter { elements[$0].isHalogen } }

    /// A halide at a centre adds to an unsaturated carbon atom or to an oxygen atom with one neighbour, and the reverse.
    private var halogenShifts: [Neighbor] {
        var result: [Neighbor] = []
        for halogen in halogens {
            let (centers, others) = (roles.centers(at: halogen), roles.others(at: halogen))
            if !centers.isEmpty, others.isEmpty, centers.allSatisfy({ roles.neighbors[$0].count > 1 }) {
                for target in elements.indices where !roles.isCenter[target] && target != halogen {
                    let isOxygen = elements[target].atomicNumber == 8 && roles.others(at: target).count == 1
                    guard roles.isTrigonalCarbon(target) && roles.centers(at: target).isEmpty || isOxygen else { continue }
                    result.append(
                        changed(
                            "\(name(halogen)) from \(centers.map(name).sorted().joined(separator: " and ")) to \(name(target))",
                            removing: centers.map { (halogen, $0) }, adding: [(halogen, target)]))
                }
            }
            if let holder = others.first, others.count == 1, elements[holder].atomicNumber == 6,
                roles.neighbors[holder].count == 4
            {
                for center in roles.centers where isFree(center) {
                    result.append(
                        changed(
                            "\(name(halogen)) from \(name(holder)) to \(name(center))", removing: [(halogen, holder)],
                            adding: [(halogen, center)]))
                }
            }
        }
        return result
    }

    /// Two halides leave their centres as a diatomic molecule.
    private var halogenCouplings: [Neighbor] {
        let halides = halogens.filter { roles.others(at: $0).isEmpty && roles.centers(at: $0).count == 1 }
        return halides.flatMap { a in
            halides.filter { $0 > a }.compactMap { b in
                let lost = [a, b].compactMap { halide in roles.centers(at: halide).first.map { (halide, $0) } }
                let isLeft = lost.allSatisfy { pair in roles.neighbors[pair.1].count > lost.count { $0.1 == pair.1 } }
                return isLeft ? changed("\(name(a)) and \(name(b)) couple", removing: lost, adding: [(a, b)]) : nil
            }
        }
    }

    /// A hydrogen atom moves to another atom of the same molecule, or along a hydrogen bond.
    private var hydrogenShifts: [Neighbor] {
        elements.indices.filter { elements[$0] == .hydrogen && roles.neighbors[$0].count == 1 }.flatMap { hydrogen in
            roles.others(at: hydrogen).flatMap { holder in
                elements.indices.filter { target in
                    target != holder && !roles.isCenter[target] && elements[target] != .hydrogen
                        && (steps[hydrogen][target] != nil || graph.hydrogenBonds.contains(.init(hydrogen, target)))
                        && roles.others(at: target).count < CoordinationRules.mostNeighbors(elements[target])
                }.map { target in
                    changed(
                        "H from \(name(holder)) to \(name(target))", removing: [(hydrogen, holder)],
                        adding: [(hydrogen, target)])
                }
            }
        }
    }

    /// A centre binds two unsaturated carbon atoms that are bonded to each other, or leaves them.
    private var piContacts: [Neighbor] {
        graph.bonds.sorted().filter { roles.isTrigonalCarbon($0.first) && roles.isTrigonalCarbon($0.second) }.flatMap { bond in
            let pair = [bond.first, bond.second]
            return roles.centers.compactMap { center -> Neighbor? in
                let bound = pair.filter { roles.neighbors[center].contains($0) }
                if bound.count == 2, roles.neighbors[center].count > 2 {
                    return changed("C=C leaves \(name(center))", removing: pair.map { (center, $0) })
                }
                // Carbon atoms next to a donor of this centre are close to it anyway.
                let isFar = pair.allSatisfy { (steps[$0][center] ?? 9) > 2 && roles.centers(at: $0).isEmpty }
                guard bound.isEmpty, isFar, isFree(center) else { return nil }
                return changed("C=C binds \(name(center))", adding: pair.map { (center, $0) })
            }
        }
    }

    /// Hydrogen bonds between molecules are formed and broken.
    private var hydrogenBonds: [Neighbor] {
        var result: [Neighbor] = []
        for bond in graph.hydrogenBonds.sorted() {
            var other = graph
            other.hydrogenBonds.remove(bond)
            result.append(Neighbor(graph: other, words: "a hydrogen bond opens"))
        }
        let engaged = Set(graph.hydrogenBonds.flatMap { [$0.first, $0.second] })
        var whole = graph
        whole.bonds.formUnion(graph.hydrogenBonds)
        let all = AtomRoles(whole)
        for hydrogen in elements.indices where elements[hydrogen] == .hydrogen && !engaged.contains(hydrogen) {
            guard let donor = roles.neighbors[hydrogen].first, roles.neighbors[hydrogen].count == 1,
                HydrogenBonds.isDonor(elements[donor])
            else { continue }
            let ways = all.steps(from: hydrogen)
            for acceptor in elements.indices
            where steps[hydrogen][acceptor] == nil
                && HydrogenBonds.isAcceptor(elements[acceptor], neighbors: roles.neighbors[acceptor].count)
            {
                let accepted = graph.hydrogenBonds.count { $0.first == acceptor || $0.second == acceptor }
                guard accepted < CoordinationRules.mostHydrogenBonds(elements[acceptor]),
                    (ways[acceptor] ?? .max - 1) + 1 >= Self.smallestHydrogenBondRing
                else { continue }
                var other = graph
                other.hydrogenBonds.insert(.init(hydrogen, acceptor))
                result.append(Neighbor(graph: other, words: "\(name(donor))-H binds \(name(acceptor))"))
            }
        }
        return result
    }
}
