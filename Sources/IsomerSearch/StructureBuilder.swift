import MolecularStructure

/// Builds structures with given bonds from a known structure: parts with unchanged bonds keep their shape, new contacts get
/// lengths from covalent radii, and non-bonded atoms are kept apart (`SpringModel`). The results are starting structures.
struct StructureBuilder {
    /// A structure with the requested bonds.
    struct Built: Sendable {
        let molecule: Molecule
        /// The remaining model energy.
        let strain: Double
    }

    private let target: StructureGraph
    private let reference: Molecule
    private let old: StructureGraph
    private let model: SpringModel

    /// - Parameters:
    ///   - target: the wanted bonds.
    ///   - reference: a structure of the same atoms, which provides the shapes.
    ///   - old: the bonds of the reference.
    init(_ target: StructureGraph, reference: Molecule, bonds old: StructureGraph) {
        self.target = target
        self.reference = reference
        self.old = old
        model = SpringModel(target, reference: reference, bonds: old)
    }

    /// Structures in ascending order of strain, from random arrangements of the parts.
    ///
    /// - Parameters:
    ///   - trials: number of arrangements to try.
    ///   - count: maximum number of structures. They are different according to `comparison`.
    func structures(
        trials: Int, count: Int, comparison: StructureComparison, generator: inout SeededGenerator
    ) throws -> [Built] {
        var found: [Built] = []
        for trial in 0..<trials {
            var x = arrangement(trial, &generator)
            if let built = relaxed(&x) { found.append(built) }
        }
        found.sort { $0.strain < $1.strain }
        guard let lowest = found.first else { return [] }
        var kept: [(built: Built, shape: StructureComparison.Shape)] = []
        for built in found where kept.count < count && built.strain <= 1.5 * lowest.strain + 0.5 {
            let shape = StructureComparison.Shape(built.molecule)
            if try !kept.contains(where: { try comparison.areSame($0.shape, shape) }) { kept.append((built, shape)) }
        }
        return kept.map(\.built)
    }

    /// The structure to which the reference relaxes; nil if its bonds are not the requested ones.
    func fromReference() -> Built? {
        var x = reference.atoms.map(\.position)
        return relaxed(&x)
    }

    private func relaxed(_ x: inout [SIMD3<Double>]) -> Built? {
        // At first, parts may pass through each other.
        _ = model.relax(&x, repulsion: 0.03, steps: 150)
        let strain = model.relax(&x, repulsion: 1, steps: 500)
        guard x.allSatisfy({ $0.x.isFinite && $0.y.isFinite && $0.z.isFinite }) else { return nil }
        let molecule = Molecule(atoms: zip(reference.atoms, x).map { Atom(element: $0.element, positionInBohr: $1) })
        let graph = StructureGraph(molecule)
        guard graph.bonds == target.bonds, graph.hydrogenBonds.isSuperset(of: target.hydrogenBonds) else { return nil }
        return Built(molecule: molecule, strain: strain)
    }

    /// Initial positions of all atoms. One third of the arrangements move only parts whose bonds change, one third also displace
    /// all atoms at random, and one third combine ligands and centres anew.
    private func arrangement(_ trial: Int, _ generator: inout SeededGenerator) -> [SIMD3<Double>] {
        var kept = old.bonds.intersection(target.bonds)
        if trial % 3 == 2 {
            let roles = AtomRoles(target)
            kept = kept.filter { !roles.isCenter[$0.first] && !roles.isCenter[$0.second] }
        }
        var x = reference.atoms.map(\.position)
        var blocks = BondGraph(atomCount: x.count, bonds: kept.sorted()).pieces
        // The largest block stays in place; of equal blocks, the first.
        guard let first = blocks.indices.max(by: { (blocks[$0].count, $1) < (blocks[$1].count, $0) }) else { return x }
        var placed = Set(blocks.remove(at: first))
        let links = target.bonds.union(target.hydrogenBonds)
        while !blocks.isEmpty {
            let joined = blocks.indices.first { index in links.contains { joins($0, blocks[index], placed) } }
            let block = blocks.remove(at: joined ?? 0)
            let link = links.sorted().first { joins($0, block, placed) }
            place(block, by: link, beside: placed, &x, &generator)
            placed.formUnion(block)
        }
        let noise = trial % 3 == 1 ? 0.8 : 0.15
        for atom in x.indices { x[atom] += noise * generator.normal() }
        return x
    }

    private func joins(_ link: BondGraph.Bond, _ block: [Int], _ placed: Set<Int>) -> Bool {
        block.contains(link.first) && placed.contains(link.second) || block.contains(link.second) && placed.contains(link.first)
    }

    /// Rotates a block at random and places it at the correct bond length, in the least crowded of several directions.
    private func place(
        _ block: [Int], by link: BondGraph.Bond?, beside placed: Set<Int>, _ x: inout [SIMD3<Double>],
        _ generator: inout SeededGenerator
    ) {
        let turn = Rotation(&generator)
        let (own, partner, length): (SIMD3<Double>, SIMD3<Double>, Double)
        if let link {
            let mine = block.contains(link.first) ? link.first : link.second
            let other = mine == link.first ? link.second : link.first
            (own, partner) = (x[mine], x[other])
            length = SpringModel.length(of: link, in: target)
        } else {
            func center(_ atoms: [Int]) -> SIMD3<Double> { atoms.reduce(.zero) { $0 + x[$1] } / Double(atoms.count) }
            func radius(_ atoms: [Int], _ middle: SIMD3<Double>) -> Double { atoms.map { distance(x[$0], middle) }.max() ?? 0 }
            let others = placed.sorted()
            (own, partner) = (center(block), center(others))
            length = radius(block, own) + radius(others, partner) + 4
        }
        let moved = (0..<3).map { _ in
            let shift = partner + length * generator.normal().direction
            return block.map { shift + turn.of(x[$0] - own) }
        }
        func room(_ points: [SIMD3<Double>]) -> Double {
            points.map { point in placed.map { distance(point, x[$0]) }.min() ?? 0 }.reduce(0, +)
        }
        guard let best = moved.max(by: { room($0) < room($1) }) else { return }
        for (atom, point) in zip(block, best) { x[atom] = point }
    }

    /// A random rotation: two random directions, orthogonalised.
    struct Rotation {
        private let a, b, c: SIMD3<Double>

        init(_ generator: inout SeededGenerator) {
            let first = generator.normal().direction
            let second = generator.normal()
            b = (second - second.dot(first) * first).direction
            a = first
            c = a.cross(b)
        }

        func of(_ r: SIMD3<Double>) -> SIMD3<Double> { r.x * a + r.y * b + r.z * c }
    }
}
