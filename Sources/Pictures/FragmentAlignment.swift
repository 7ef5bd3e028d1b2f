import Foundation
import GeometryOptimization
import MolecularStructure

/// Superimposes a molecule on another one by the largest ring system that they share, including the atoms bonded to it.
public struct FragmentAlignment {
    /// Rows of the rotation from the second molecule's coordinates to those of the first.
    public let rows: [SIMD3<Double>]

    /// Root mean square distance, in bohr, above which the shared parts count as different.
    private static let largestDistance = 0.8

    /// Nil if the molecules share no ring, or have it in different shapes.
    public init?(of molecule: Molecule, onto other: Molecule) {
        let (parts, others) = (Part.all(in: molecule), Part.all(in: other))
        var best: (size: Int, distance: Double, rotation: [SIMD3<Double>])?
        for target in others {
            for part in parts where part.elements == target.elements {
                guard part.atoms.count >= best?.size ?? 0 else { continue }
                for order in part.mappings(onto: target) {
                    let points = order.map { molecule.atoms[$0].position }
                    let goals = target.atoms.map { other.atoms[$0].position }
                    guard let fit = try? RigidAlignment(points, upon: goals) else { continue }
                    let squares = zip(points, goals).reduce(0.0) { sum, pair in
                        let offset = fit.place(pair.0) - pair.1
                        return sum + offset.dot(offset)
                    }
                    let distance = (squares / Double(points.count)).squareRoot()
                    guard distance < Self.largestDistance else { continue }
                    // Among equally good ones, the one that brings the rest of the molecule closest.
                    let rest = Self.separation(molecule, other, fit)
                    let score = (distance * 10).rounded() + 0.01 * rest
                    if best.map({ part.atoms.count > $0.size || score < $0.distance - 1e-6 }) ?? true {
                        best = (part.atoms.count, score, fit.rows)
                    }
                }
            }
        }
        guard let best else { return nil }
        rows = best.rotation
    }

    public func turned(_ molecule: Molecule) -> Molecule {
        Molecule(
            atoms: molecule.atoms.map { Atom(element: $0.element, positionInBohr: Self.apply(rows, $0.position)) })
    }

    static func apply(_ rows: [SIMD3<Double>], _ point: SIMD3<Double>) -> SIMD3<Double> {
        SIMD3(rows[0].dot(point), rows[1].dot(point), rows[2].dot(point))
    }

    /// A camera in the coordinates of the first molecule, transformed to those of the second.
    public func turnedBack(_ camera: Camera) -> Camera {
        func back(_ v: SIMD3<Double>) -> SIMD3<Double> { v.x * rows[0] + v.y * rows[1] + v.z * rows[2] }
        return Camera(right: back(camera.right).direction, up: back(camera.up).direction)
    }

    /// Mean distance of the atoms from the nearest atoms of the other molecule.
    private static func separation(_ molecule: Molecule, _ other: Molecule, _ fit: RigidAlignment) -> Double {
        molecule.atoms.reduce(0) { sum, atom in
            let place = fit.place(atom.position)
            return sum + (other.atoms.map { ($0.position - place).length }.min() ?? 0)
        } / Double(max(1, molecule.atoms.count))
    }
}

extension FragmentAlignment {
    /// Rings that share atoms, and the non-metal atoms bonded to them.
    private struct Part {
        /// In the order of the molecule.
        let atoms: [Int]
        private let symbols: [String]
        private let neighbors: [Set<Int>]
        /// Sorted symbols.
        let elements: [String]

        static func all(in molecule: Molecule) -> [Part] {
            let graph = BondGraph(molecule)
            let neighbors = graph.neighbors
            func isMetal(_ atom: Int) -> Bool { molecule.atoms[atom].element.isMetal }
            // After repeated removal of terminal atoms, the rest of the graph without metals is in rings or between them.
            var inRing = Set(molecule.atoms.indices.filter { !isMetal($0) })
            while let end = inRing.sorted().first(where: { atom in neighbors[atom].count { inRing.contains($0) } < 2 }) {
                inRing.remove(end)
            }
            var parts: [Part] = []
            for group in graph.components(of: inRing).map(Set.init) {
                let bonded = group.flatMap { neighbors[$0] }.filter { !isMetal($0) }
                let atoms = group.union(bonded).sorted()
                guard atoms.count <= 40 else { continue }
                let symbols = atoms.map { molecule.atoms[$0].element.symbol }
                parts.append(
                    Part(
                        atoms: atoms, symbols: symbols,
                        neighbors: atoms.map { atom in Set(neighbors[atom].compactMap { atoms.firstIndex(of: $0) }) },
                        elements: symbols.sorted()))
            }
            return parts
        }

        /// Ways to lay this part on another one so that elements and bonds agree: for each atom of the other one, the atom of this.
        func mappings(onto other: Part) -> [[Int]] {
            var result: [[Int]] = []
            var chosen: [Int] = []
            var steps = 0
            func extend() {
                steps += 1
                guard result.count < 100, steps < 20_000 else { return }
                let next = chosen.count
                if next == other.atoms.count {
                    result.append(chosen.map { atoms[$0] })
                    return
                }
                for candidate in atoms.indices where !chosen.contains(candidate) && symbols[candidate] == other.symbols[next] {
                    let agrees = chosen.indices.allSatisfy {
                        other.neighbors[next].contains($0) == neighbors[candidate].contains(chosen[$0])
                    }
                    guard agrees else { continue }
                    chosen.append(candidate)
                    extend()
                    chosen.removeLast()
                }
            }
            extend()
            return result
        }
    }
}
