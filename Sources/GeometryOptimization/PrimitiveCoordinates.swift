import Foundation
import MolecularStructure

/// Chooses redundant internal coordinates: distances of bonded atoms, angles, dihedral angles, out-of-plane bends of planar atoms, linear
/// bends, and auxiliary bonds between fragments.
///
/// P. Pulay and G. Fogarasi, J. Chem. Phys. 96, 2856 (1992), doi 10.1063/1.462844; for the auxiliary bonds V. Bakken and T. Helgaker, J.
/// Chem. Phys. 117, 9160 (2002), doi 10.1063/1.1515483.
struct PrimitiveCoordinates {
    /// Angles above this are described by two linear bends, or omitted if the vertex has other neighbours.
    static let linearAngle = 165.0 * Double.pi / 180
    /// Sum of the three angles at an atom above which its out-of-plane bends are added.
    static let flatSum = 345.0 * Double.pi / 180

    let positions: [SIMD3<Double>]
    /// Bonds, and auxiliary bonds between fragments.
    let graph: BondGraph
    private(set) var coordinates: [InternalCoordinate] = []

    init(_ molecule: Molecule) {
        positions = molecule.atoms.map(\.position)
        graph = Self.tied(BondGraph(molecule), positions)
        coordinates = graph.bonds.map { .distance($0.first, $0.second) }
        for vertex in positions.indices { addAngles(at: vertex) }
        for bond in graph.bonds { addDihedrals(about: bond) }
        for center in positions.indices { addOutOfPlaneBends(at: center) }
    }

    /// Adds the shortest auxiliary bonds between fragments until all are connected, and others of nearly the same length between the same
    /// fragments.
    private static func tied(_ bonds: BondGraph, _ positions: [SIMD3<Double>]) -> BondGraph {
        var graph = bonds
        while case let pieces = graph.pieces, pieces.count > 1 {
            let pairs = pieces[0].flatMap { a in pieces.dropFirst().joined().map { BondGraph.Bond(a, $0) } }
            func length(_ pair: BondGraph.Bond) -> Double { distance(positions[pair.first], positions[pair.second]) }
            guard let shortest = pairs.min(by: { length($0) < length($1) }) else { break }
            let outside = pieces.first { $0.contains(pieces[0].contains(shortest.first) ? shortest.second : shortest.first) }
            let ties = pairs.filter { pair in
                length(pair) < 1.3 * length(shortest)
                    && outside?.contains(pieces[0].contains(pair.first) ? pair.second : pair.first) == true
            }
            graph = BondGraph(atomCount: positions.count, bonds: graph.bonds + ties)
        }
        return graph
    }

    private func angle(_ a: Int, _ b: Int, _ c: Int) -> Double { InternalCoordinate.angle(a, b, c).value(positions) }

    private mutating func addAngles(at vertex: Int) {
        let neighbors = graph.neighbors[vertex]
        for (index, first) in neighbors.enumerated() {
            for second in neighbors[(index + 1)...] {
                if angle(first, vertex, second) < Self.linearAngle {
                    coordinates.append(.angle(first, vertex, second))
                } else if neighbors.count == 2 {
                    let beside = Self.atomBeside(first, second, positions)
                    for component in 0..<2 {
                        coordinates.append(.linearBend(first, vertex, second, component: component, beside: beside))
                    }
                }
            }
        }
    }

    /// The atom whose direction from `first` is most nearly perpendicular to the line to `second`; nil if all are on it.
    static func atomBeside(_ first: Int, _ second: Int, _ positions: [SIMD3<Double>]) -> Int? {
        let candidates = positions.indices.filter { $0 != first && $0 != second }
            .map { (atom: $0, sine: sin(InternalCoordinate.angle($0, first, second).value(positions))) }
        return candidates.max { $0.sine < $1.sine }.flatMap { $0.sine > 0.1 ? $0.atom : nil }
    }

    private mutating func addDihedrals(about bond: BondGraph.Bond) {
        let (b, c) = (bond.first, bond.second)
        for a in graph.neighbors[b] where a != c && angle(a, b, c) < Self.linearAngle {
            for d in graph.neighbors[c] where d != b && d != a && angle(b, c, d) < Self.linearAngle {
                coordinates.append(.dihedral(a, b, c, d))
            }
        }
    }

    private mutating func addOutOfPlaneBends(at center: Int) {
        let n = graph.neighbors[center]
        guard n.count == 3 else { return }
        let angles = [angle(n[0], center, n[1]), angle(n[1], center, n[2]), angle(n[2], center, n[0])]
        guard angles.reduce(0, +) > Self.flatSum, angles.allSatisfy({ $0 < Self.linearAngle }) else { return }
        // The dihedral angle of a neighbour, the centre and the two others is zero or pi in the plane.
        coordinates.append(.dihedral(n[0], center, n[1], n[2]))
        coordinates.append(.dihedral(n[1], center, n[2], n[0]))
        coordinates.append(.dihedral(n[2], center, n[0], n[1]))
    }
}
