import Foundation
import MolecularStructure

extension SpringModel {
    /// Springs and minimum distances for the wanted bonds.
    ///
    /// Unchanged bonds keep their lengths in the reference; the lengths of others are sums of covalent radii. Angles are
    /// represented by distances of second neighbours: those of the reference if the neighbours of the atom between them are
    /// unchanged, otherwise values suggested by the number of neighbours. Ligands at a centre whose coordination number changes
    /// repel each other instead. Planar parts of ligands are kept planar by distances of third neighbours.
    ///
    /// - Parameters:
    ///   - target: the wanted bonds.
    ///   - old: the bonds of the reference.
    init(_ target: StructureGraph, reference: Molecule, bonds old: StructureGraph) {
        self.init()
        let assembly = Assembly(target, reference: reference, bonds: old)
        (springs, floors, tethers) = (assembly.springs, assembly.floors, assembly.tethers)
    }

    /// Length of a contact that the reference does not have, in bohr. A hydrogen bond is 1.95 times as long as a bond: 1.85
    /// Angstrom to oxygen.
    static func length(of bond: BondGraph.Bond, in graph: StructureGraph) -> Double {
        let sum = radii(graph.elements[bond.first], graph.elements[bond.second])
        return graph.hydrogenBonds.contains(bond) ? 1.95 * sum : sum
    }

    fileprivate static func radii(_ a: Element, _ b: Element) -> Double {
        (a.covalentRadiusInAngstrom + b.covalentRadiusInAngstrom) / PhysicalConstants.bohrInAngstrom
    }
}

/// Collects the terms of a `SpringModel`.
private struct Assembly {
    private let target: StructureGraph
    private let x: [SIMD3<Double>]
    private let new: AtomRoles
    private let before: AtomRoles
    private let steps: [[Int?]]
    private var settled: Set<BondGraph.Bond> = []
    var springs: [SpringModel.Spring] = []
    var floors: [SpringModel.Floor] = []
    var tethers: [SpringModel.Tether] = []

    init(_ target: StructureGraph, reference: Molecule, bonds old: StructureGraph) {
        self.target = target
        x = reference.atoms.map(\.position)
        new = AtomRoles(target)
        before = AtomRoles(old)
        let roles = new
        steps = target.elements.indices.map { roles.steps(from: $0) }
        addBonds(old)
        addAngles()
        addFlatness()
        addFloors()
        addTethers()
    }

    private func radii(_ a: Int, _ b: Int) -> Double { SpringModel.radii(target.elements[a], target.elements[b]) }

    private mutating func spring(_ a: Int, _ b: Int, _ length: Double, _ stiffness: Double) {
        guard settled.insert(.init(a, b)).inserted else { return }
        springs.append(.init(first: a, second: b, length: length, stiffness: stiffness))
    }

    private mutating func floor(_ a: Int, _ b: Int, _ length: Double, _ stiffness: Double) {
        guard settled.insert(.init(a, b)).inserted else { return }
        floors.append(.init(first: a, second: b, distance: length, stiffness: stiffness))
    }

    private mutating func addBonds(_ old: StructureGraph) {
        for bond in target.bonds.sorted() {
            let length =
                old.bonds.contains(bond) ? distance(x[bond.first], x[bond.second]) : SpringModel.length(of: bond, in: target)
            spring(bond.first, bond.second, length, 1)
        }
        for bond in target.hydrogenBonds.sorted() {
            let length = SpringModel.length(of: bond, in: target)
            spring(bond.first, bond.second, length, 0.5)
            let hydrogen = target.elements[bond.first] == .hydrogen ? bond.first : bond.second
            let acceptor = hydrogen == bond.first ? bond.second : bond.first
            for donor in new.neighbors[hydrogen] { spring(donor, acceptor, length + radii(donor, hydrogen), 0.2) }
        }
    }

    private mutating func addAngles() {
        for atom in target.elements.indices {
            let neighbors = new.neighbors[atom]
            let keepsOthers = new.others(at: atom) == before.others(at: atom)
            let keepsCount = neighbors.count == before.neighbors[atom].count
            for (index, a) in neighbors.enumerated() {
                for b in neighbors[..<index] {
                    let known = before.neighbors[atom].contains(a) && before.neighbors[atom].contains(b)
                    if new.isCenter[atom] {
                        // The bite angle of a chelate follows from its own shape.
                        if known, keepsCount { spring(a, b, distance(x[a], x[b]), 0.05) }
                    } else if new.isCenter[a] || new.isCenter[b] {
                        let angle = new.isCenter[a] && new.isCenter[b] ? 100.0 : 125
                        if known, keepsCount {
                            spring(a, b, distance(x[a], x[b]), 0.03)
                        } else if neighbors.count == 2 {
                            spring(a, b, opposite(a, atom, b, angle), 0.03)
                        }
                    } else if known, keepsOthers {
                        spring(a, b, distance(x[a], x[b]), 0.5)
                    } else {
                        spring(a, b, opposite(a, atom, b, usualAngle(atom)), 0.3)
                    }
                }
            }
        }
    }

    /// Third side of the triangle formed by two bonds with an angle in degrees between them.
    private func opposite(_ a: Int, _ atom: Int, _ b: Int, _ angle: Double) -> Double {
        let (p, q) = (radii(a, atom), radii(b, atom))
        return (p * p + q * q - 2 * p * q * cos(angle * .pi / 180)).squareRoot()
    }

    /// Angle by the number of neighbours, in degrees.
    private func usualAngle(_ atom: Int) -> Double {
        switch (new.others(at: atom).count, target.elements[atom].atomicNumber) {
        case (2, 6): 180
        case (3, 6): 120
        default: 109.5
        }
    }

    /// Unchanged dihedral angles about bonds of two atoms with at most three neighbours each are kept by the distance of the
    /// outer atoms.
    private mutating func addFlatness() {
        func isFlat(_ atom: Int) -> Bool {
            !new.isCenter[atom] && (2...3).contains(new.others(at: atom).count) && new.others(at: atom) == before.others(at: atom)
                && target.elements[atom].atomicNumber == 6
        }
        for bond in target.bonds.sorted() where isFlat(bond.first) && isFlat(bond.second) {
            for a in new.others(at: bond.first) where a != bond.second {
                for b in new.others(at: bond.second) where b != bond.first && b != a {
                    spring(a, b, distance(x[a], x[b]), 0.2)
                }
            }
        }
    }

    /// Pairs without a bond stay farther apart than bond lengths. Second neighbours may be closer than more distant ones; third
    /// neighbours within a ligand are determined by its shape.
    private mutating func addFloors() {
        let angstrom = 1 / PhysicalConstants.bohrInAngstrom
        func radius(_ atom: Int) -> Double {
            max(target.elements[atom].covalentRadiusInAngstrom, 0.65) * angstrom
        }
        let ligandOf = new.ligands.enumerated().reduce(into: [Int: Int]()) { result, entry in
            for atom in entry.element { result[atom] = entry.offset }
        }
        for a in target.elements.indices {
            for b in 0..<a {
                let far = 1.5 * (radius(a) + radius(b)) + 0.5 * angstrom
                let isOneLigand = ligandOf[a].map { ligandOf[b] == $0 } ?? false
                switch steps[a][b] {
                case 2? where !new.isCenter[a] && !new.isCenter[b]:
                    // Two ligands at a centre: those that share two centres are squeezed together.
                    let shared = Set(new.centers(at: a)).intersection(new.centers(at: b)).count
                    if shared > 0, !isOneLigand { floor(a, b, shared > 1 ? 1.5 * (radius(a) + radius(b)) : far, 0.1) }
                case 2?: floor(a, b, (new.isCenter[a] && new.isCenter[b] ? 1.15 : 1.3) * radii(a, b), 0.3)
                case 3? where isOneLigand: break
                default: floor(a, b, far, 0.3)
                }
            }
        }
    }

    private mutating func addTethers() {
        let pieces = target.pieces.sorted { ($0.count, $1.first ?? 0) > ($1.count, $0.first ?? 0) }
        guard let largest = pieces.first else { return }
        for piece in pieces.dropFirst() { tethers.append(.init(first: largest, second: piece, stiffness: 0.01)) }
    }
}
