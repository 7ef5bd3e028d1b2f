import Foundation
import MolecularStructure
import TestSupport
import Testing

@testable import GeometryOptimization

@Suite struct StructureSymmetryTests {
    static func molecule(_ atoms: [(String, [Double])]) throws -> Molecule {
        Molecule(
            atoms: try atoms.map { symbol, r in
                Atom(element: try #require(Element(symbol: symbol)), positionInBohr: SIMD3(r[0], r[1], r[2]))
            })
    }

    private static func ring(_ symbol: String, _ count: Int, radius: Double, height: Double = 0, from angle: Double = 0) -> [(
        String, [Double]
    )] {
        (0..<count).map { k in
            let phase = angle + 2 * Double.pi * Double(k) / Double(count)
            return (symbol, [radius * cos(phase), radius * sin(phase), height])
        }
    }

    static let water: [(String, [Double])] = [("O", [0, 0, 0]), ("H", [0, 1.43, 1.11]), ("H", [0, -1.43, 1.11])]
    static let planarAmmonia = [("N", [0.0, 0, 0])] + ring("H", 3, radius: 1.9)
    static func ethane(turnedBy angle: Double) -> [(String, [Double])] {
        [("C", [0, 0, 1.45]), ("C", [0, 0, -1.45])] + ring("H", 3, radius: 1.93, height: 2.2)
            + ring("H", 3, radius: 1.93, height: -2.2, from: angle)
    }
    static let carbonDioxide: [(String, [Double])] = [("C", [0, 0, 0]), ("O", [0, 0, 2.2]), ("O", [0, 0, -2.2])]

    /// Orders of the point groups, less the identity; C4v and D4h for linear molecules.
    @Test func countsTheOperationsOfPointGroups() throws {
        let tetrahedron = [[1.0, 1, 1], [-1, -1, 1], [-1, 1, -1], [1, -1, -1]].map { ("H", $0.map { 1.19 * $0 }) }
        let cases: [(String, [(String, [Double])], Int)] = [
            ("C2v", Self.water, 3), ("D3h", Self.planarAmmonia, 11), ("D3h", Self.ethane(turnedBy: 0), 11),
            ("D3d", Self.ethane(turnedBy: .pi / 3), 11), ("D3", Self.ethane(turnedBy: 0.4), 5),
            ("Td", [("C", [0, 0, 0])] + tetrahedron, 23),
            ("D6h", Self.ring("C", 6, radius: 2.63) + Self.ring("H", 6, radius: 4.68), 23),
            ("C3v", [("N", [0, 0, 0.7])] + Self.ring("H", 3, radius: 1.75), 5),
            ("D4h", Self.carbonDioxide, 15), ("C4v", [("C", [0, 0, 0]), ("N", [0, 0, 2.2]), ("H", [0, 0, -2])], 7),
            ("Cs", [("O", [0, 0, 0]), ("H", [0, 1.8, 0]), ("F", [2.7, 0.3, 0])], 1),
            ("C1", [("C", [0, 0, 0]), ("H", [2, 0, 0]), ("F", [-1, 2.3, 0]), ("Cl", [-1.2, -1.5, 2.6])], 0),
            ("one atom", [("He", [1, 2, 3])], 0),
        ]
        for (group, atoms, count) in cases {
            let plain = try Self.molecule(atoms)
            // Turned, moved, and the atoms in another order.
            let turned = Molecule(
                atoms: plain.atoms.reversed().map { atom in
                    let (r, c, s) = (atom.position, cos(0.7), sin(0.7))
                    let q = SIMD3(c * r.x - s * r.z, r.y, s * r.x + c * r.z)
                    return Atom(element: atom.element, positionInBohr: SIMD3(c * q.x - s * q.y + 5, s * q.x + c * q.y, q.z - 2))
                })
            for molecule in [plain, turned] {
                let found = StructureSymmetry(molecule, tolerance: 0.05)
                #expect(found.operations.count == count, "\(group)")
                let center = molecule.atoms.reduce(SIMD3<Double>.zero) { $0 + $1.position } / Double(molecule.atoms.count)
                for operation in found.operations {
                    for (atom, image) in zip(molecule.atoms, operation.permutation) {
                        let moved = operation.image(atom.position - center) + center
                        #expect(
                            distance(moved, molecule.atoms[image].position) < 1e-9
                                && atom.element == molecule.atoms[image].element)
                    }
                }
            }
        }
    }

    @Test func toleratesSmallDeviationsOnly() throws {
        for (shift, count) in [(0.02, 3), (0.2, 1)] {
            var atoms = Self.water
            atoms[1].1[2] += shift
            #expect(StructureSymmetry(try Self.molecule(atoms), tolerance: 0.05).operations.count == count)
        }
        let symmetric = StructureSymmetry(try Self.molecule(Self.water), tolerance: 0.05)
        var atoms = Self.water
        atoms[1].1[2] += 0.2
        #expect(symmetric.operations(sharedWith: StructureSymmetry(try Self.molecule(atoms), tolerance: 0.05)).count == 1)
        #expect(symmetric.operations(sharedWith: symmetric) == symmetric.operations)
    }
}
