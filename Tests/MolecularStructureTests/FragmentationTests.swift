import Foundation
import FileFormats
import MolecularStructure
import TestSupport
import Testing

@Suite struct FragmentationTests {
    private func molecule(_ name: String) throws -> Molecule {
        try XYZFile(readingFrom: Repository.molecules.appendingPathComponent(name + ".xyz").path).molecule
    }

    /// Name and number of atoms of every fragment.
    private func summary(_ molecule: Molecule) throws -> [String: Int] {
        Dictionary(uniqueKeysWithValues: try Fragmentation(molecule).fragments.map { ($0.name, $0.atoms.count) })
    }

    private let quinone = ["quinone ring": 6, "ring Cl": 4]

    @Test func complexesFallIntoTheirParts() throws {
        func expect(_ name: String, _ parts: [String: Int]) throws {
            #expect(try summary(molecule(name)) == quinone.merging(parts) { $1 }, "\(name)")
        }
        try expect("tcbq", ["carbonyl O, free": 2])
        try expect(
            "nb-al-tcbq",
            [
                "carbonyl O on Nb": 1, "carbonyl O on Al": 1, "Nb": 1, "Al": 1, "bridging Cl Al/Nb": 1, "terminal Cl on Nb": 4,
                "terminal Cl on Al": 3,
            ])
        for (name, metal, halogens) in [("zr", "Zr", 4), ("sc", "Sc", 3), ("y", "Y", 3), ("nb", "Nb", 5), ("al", "Al", 3)] {
            try expect("\(name)-tcbq", ["carbonyl O on \(metal)": 2, metal: 1, "terminal Cl on \(metal)": halogens])
        }
    }

    @Test func isomersAndControlsFallIntoTheirParts() throws {
        func expect(_ name: String, _ parts: [String: Int], quinone: [String: Int]? = nil) throws {
            #expect(try summary(molecule(name)) == (quinone ?? self.quinone).merging(parts) { $1 }, "\(name)")
        }
        try expect(
            "nb-tcbq-al-apart",
            [
                "carbonyl O on Nb": 1, "carbonyl O, free": 1, "Nb": 1, "Al": 1, "terminal Cl on Nb": 5, "terminal Cl on Al": 3,
            ])
        try expect("nb-tcbq-one-handed", ["carbonyl O on Nb": 1, "carbonyl O, free": 1, "Nb": 1, "terminal Cl on Nb": 5])
        try expect(
            "nb-al-tcbq-double-bridge",
            [
                "carbonyl O on Nb": 1, "carbonyl O, free": 1, "Nb": 1, "Al": 1, "bridging Cl Al/Nb": 2, "terminal Cl on Nb": 3,
                "terminal Cl on Al": 3,
            ])
        try expect(
            "nb-al-tcbq-ion-pair",
            [
                "carbonyl O on Nb": 2, "Nb": 1, "Al": 1, "terminal Cl on Nb": 4, "terminal Cl on Al": 4,
            ])
        #expect(try Fragmentation(molecule("zr2-tcbq")).fragments.filter { $0.kind == .metal }.count == 2)
        let aggregate = try Fragmentation(molecule("zr-tcbq4")).fragments
        #expect(aggregate.filter { $0.kind == .quinoneRing }.count == 4)
        #expect(aggregate.filter { $0.kind == .carbonylOxygen }.flatMap(\.atoms).count == 8)
    }

    @Test(arguments: [4, 5, 6, 8]) func stacksAreSeparateQuinones(count: Int) throws {
        let fragments = try Fragmentation(molecule("tcbq-stack-\(count)")).fragments
        #expect(fragments.count == 3 * count)
        #expect(fragments.filter { $0.kind == .quinoneRing }.map(\.atoms.count) == Array(repeating: 6, count: count))
    }

    /// Another order of the atoms gives the same fragments.
    @Test func orderOfAtomsDoesNotMatter() throws {
        var random = RepeatableRandom(seed: 3)
        for name in ["nb-al-tcbq", "zr-tcbq", "nb-tcbq", "al-tcbq"] {
            let original = try molecule(name)
            let order = original.atoms.indices.map { ($0, random.next()) }.sorted { $0.1 < $1.1 }.map(\.0)
            let permuted = Molecule(atoms: order.map { original.atoms[$0] })
            let sets = try Fragmentation(original).fragments.map { [$0.name: Set($0.atoms)] }
            let back = try Fragmentation(permuted).fragments.map { [$0.name: Set($0.atoms.map { order[$0] })] }
            #expect(Set(sets) == Set(back), "\(name)")
        }
    }

    @Test func everyAtomIsInOneFragmentAndSumsAddUp() throws {
        for url in try FileManager.default.contentsOfDirectory(at: Repository.molecules, includingPropertiesForKeys: nil)
        where url.pathExtension == "xyz" {
            let molecule = try XYZFile(readingFrom: url.path).molecule
            let fragmentation = try Fragmentation(molecule)
            #expect(fragmentation.fragments.flatMap(\.atoms).sorted() == Array(molecule.atoms.indices))
            let values = molecule.atoms.indices.map { Double($0 * $0) }
            #expect(fragmentation.sums(values).reduce(0, +) == values.reduce(0, +))
        }
    }

    @Test func chosenFragmentsTakeTheirAtoms() throws {
        let molecule = try molecule("nb-al-tcbq")
        let chosen = Fragment(name: "metals", kind: .chosen, atoms: [13, 12])
        let fragments = try Fragmentation(molecule, chosen: [chosen]).fragments
        #expect(fragments.contains(chosen) && !fragments.contains { $0.kind == .metal })
        #expect(throws: FragmentationError.noSuchAtom(name: "x", number: 99, count: 22)) {
            try Fragmentation(molecule, chosen: [Fragment(name: "x", kind: .chosen, atoms: [98])])
        }
        #expect(throws: FragmentationError.twice(name: "y", number: 1)) {
            try Fragmentation(
                molecule,
                chosen: [Fragment(name: "x", kind: .chosen, atoms: [0]), Fragment(name: "y", kind: .chosen, atoms: [0])])
        }
    }

    @Test func othersAreConnectedPieces() throws {
        let symbols: [(String, SIMD3<Double>)] = [
            ("O", SIMD3(0, 0, 0)), ("H", SIMD3(0, 1.43, 1.11)), ("H", SIMD3(0, -1.43, 1.11)), ("Li", SIMD3(20, 0, 0)),
            ("O", SIMD3(40, 0, 0)), ("H", SIMD3(40, 1.43, 1.11)), ("H", SIMD3(40, -1.43, 1.11)),
        ]
        let atoms = try symbols.map { Atom(element: try #require(Element(symbol: $0)), positionInBohr: $1) }
        #expect(try summary(Molecule(atoms: atoms)) == ["water (1)": 3, "water (5)": 3, "Li+": 1])
        // What is left of a molecule is no longer that molecule.
        let hydroxyl = Fragment(name: "OH", kind: .chosen, atoms: [0, 1])
        let parts = try Fragmentation(Molecule(atoms: atoms), chosen: [hydroxyl]).fragments.map(\.name)
        #expect(Set(parts) == ["water (1), rest", "water (5)", "Li+", "OH"])
    }
}
