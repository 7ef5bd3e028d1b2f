import FileFormats
import Foundation
import MolecularStructure
import TestSupport
import Testing

@testable import IsomerSearch

/// Structures that several tests need.
enum Samples {
    static func relaxed(_ name: String) throws -> Molecule {
        try XYZFile(readingFrom: Repository.molecules.appendingPathComponent(name).path).molecule
    }

    /// From lines of a symbol and three coordinates in Angstrom.
    static func molecule(_ text: String) throws -> Molecule {
        let lines = text.split(separator: "\n")
        return try XYZFile(TextFile(path: "sample", bytes: Array("\(lines.count)\n\n\(text)\n".utf8), expected: "a molecule"))
            .molecule
    }

    static let water = "O 0 0 0.117\nH 0 0.757 -0.470\nH 0 -0.757 -0.470"
    static let ammonia = "N 0 0 0.116\nH 0 0.939 -0.272\nH 0.813 -0.470 -0.272\nH -0.813 -0.470 -0.272"
    static let aluminiumChloride = "Al 0 0 0\nCl 2.08 0 0\nCl -1.04 1.801 0\nCl -1.04 -1.801 0"

    /// Square planar, the ammonia molecules beside each other.
    static let cisplatin = """
        Pt 0 0 0
        Cl 1.64 1.64 0
        Cl 1.64 -1.64 0
        N -1.45 1.45 0
        N -1.45 -1.45 0
        H -1.35 2.05 0.82
        H -1.35 2.05 -0.82
        H -2.40 1.07 0
        H -1.35 -2.05 0.82
        H -1.35 -2.05 -0.82
        H -2.40 -1.07 0
        """

    /// The same atoms in another order, turned and moved, mirrored where wanted.
    static func disguised(_ molecule: Molecule, seed: UInt64, mirrored: Bool) -> Molecule {
        var generator = SeededGenerator(seed: seed)
        let turn = StructureBuilder.Rotation(&generator)
        var atoms = molecule.atoms
        atoms.shuffle(using: &generator)
        return Molecule(
            atoms: atoms.map { atom in
                let r = mirrored ? SIMD3(-atom.position.x, atom.position.y, atom.position.z) : atom.position
                return Atom(element: atom.element, positionInBohr: turn.of(r) + SIMD3(3, -1, 7))
            })
    }
}

@Suite struct StructureComparisonTests {
    private let files = [
        "nb-al-tcbq.xyz", "relaxed/al2cl6.0.xyz", "relaxed/alcl3-nh3.0.xyz", "relaxed/nbcl5.0.xyz", "relaxed/zr-tcbq4.4.xyz",
        "relaxed/nb-al-tcbq-ring-chloride.0.xyz",
    ]

    @Test func disguisedCopiesAreTheSame() throws {
        for file in files {
            let molecule = try Samples.relaxed(file)
            for seed in 0..<3 {
                for mirrored in [false, true] {
                    let copy = Samples.disguised(molecule, seed: UInt64(seed), mirrored: mirrored)
                    #expect(try StructureComparison().areSame(molecule, copy), "\(file)")
                    let (mine, other) = (StructureGraph(molecule), StructureGraph(copy))
                    #expect(mine.key == other.key)
                    #expect(mine.isIsomorphic(to: other))
                    #expect(IsomerDescription(molecule).description == IsomerDescription(copy).description)
                }
            }
        }
    }

    @Test func rotationsKeepDistances() {
        var generator = SeededGenerator(seed: 5)
        let turn = StructureBuilder.Rotation(&generator)
        let points = [SIMD3<Double>(1, 0, 0), SIMD3(0, 2, 0), SIMD3(0, 0, 3), SIMD3(-1, 1, 1)]
        for a in points { for b in points { #expect(abs(distance(turn.of(a), turn.of(b)) - distance(a, b)) < 1e-12) } }
    }

    @Test func knownIsomersDiffer() throws {
        let names = [
            "nb-al-tcbq", "nb-al-tcbq-al-chelate", "nb-al-tcbq-double-bridge", "nb-al-tcbq-ion-pair", "nb-al-tcbq-ring-chloride",
            "nb-al-tcbq-ring-chloride-al-chelate",
        ]
        let molecules = try names.map { try Samples.relaxed("relaxed/\($0).0.xyz") }
        for (index, a) in molecules.enumerated() {
            for b in molecules[..<index] { #expect(try !StructureComparison().areSame(a, b)) }
        }
    }

    /// Every atom moved by a little: the same; by more than the tolerance: not.
    @Test func toleranceDecides() throws {
        let molecule = try Samples.relaxed("relaxed/nb-al-tcbq-al-chelate.0.xyz")
        func moved(by length: Double) -> Molecule {
            var generator = SeededGenerator(seed: 1)
            return Molecule(
                atoms: molecule.atoms.map {
                    Atom(element: $0.element, positionInBohr: $0.position + length * generator.normal().direction)
                })
        }
        #expect(try StructureComparison().areSame(molecule, Samples.disguised(moved(by: 0.2), seed: 2, mirrored: true)))
        #expect(try !StructureComparison(tolerance: 0.1).areSame(molecule, moved(by: 0.3)))
    }

    /// Hydrogen peroxide, skew and with its hydrogen atoms opposite: one graph, two structures; the skew one and its mirror image are one.
    @Test func conformersDiffer() throws {
        func peroxide(_ dihedral: Double) throws -> Molecule {
            let angle = dihedral * .pi / 180
            return try Samples.molecule(
                "O 0 0 0\nO 0 0 1.45\nH 0.94 0 -0.17\nH \(0.94 * cos(angle)) \(0.94 * sin(angle)) 1.62")
        }
        let (skew, mirror, flat) = (try peroxide(112), try peroxide(-112), try peroxide(180))
        #expect(try StructureComparison().areSame(skew, mirror))
        #expect(try !StructureComparison().areSame(skew, flat))
        #expect(StructureGraph(skew).isIsomorphic(to: StructureGraph(flat)))
        #expect(try StructureComparison().areSame(skew, peroxide(120)))
    }

    @Test func cisAndTransHaveOneGraphAndTwoTexts() throws {
        let cis = try Samples.molecule(Samples.cisplatin)
        let exchanged = LigandExchange(cis, StructureGraph(cis)).structures
        let trans = try #require(
            try exchanged.first { try !StructureComparison().areSame($0, cis) })
        #expect(StructureGraph(cis).isIsomorphic(to: StructureGraph(trans)))
        #expect(IsomerDescription(cis).description.contains("trans at Pt: 2 Cl-N"))
        #expect(IsomerDescription(trans).description.contains("trans at Pt: Cl-Cl, N-N"))
    }

    @Test func graphsOfEqualCountsDiffer() {
        // Two triangles and a hexagon: every atom has two equal neighbours, which refinement alone does not tell apart.
        let carbon = Element(symbol: "C").map { [Element](repeating: $0, count: 6) } ?? []
        func graph(_ pairs: [(Int, Int)]) -> StructureGraph {
            StructureGraph(elements: carbon, bonds: Set(pairs.map { .init($0.0, $0.1) }))
        }
        let hexagon = graph([(0, 1), (1, 2), (2, 3), (3, 4), (4, 5), (5, 0)])
        let triangles = graph([(0, 1), (1, 2), (2, 0), (3, 4), (4, 5), (5, 3)])
        let other = graph([(0, 2), (2, 4), (4, 1), (1, 3), (3, 5), (5, 0)])
        #expect(!hexagon.isIsomorphic(to: triangles))
        #expect(hexagon.isIsomorphic(to: other))
    }
}
