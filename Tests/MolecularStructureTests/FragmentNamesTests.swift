import Foundation
import MolecularStructure
import TestSupport
import Testing

/// Names of rings, functional groups, solvents and counter-ions, as a chemist names them.
@Suite struct FragmentNamesTests {
    private func molecule(_ name: String) throws -> Molecule {
        let data = try Data(contentsOf: Repository.references.appendingPathComponent("fragments.json"))
        let file = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        let all = try #require(file["molecules"] as? [String: [[Any]]])
        return Molecule(
            atoms: try #require(all[name]).map { row in
                let place = row.dropFirst().compactMap { ($0 as? NSNumber)?.doubleValue }
                try #require(place.count == 3)
                return Atom(
                    element: try #require((row.first as? String).flatMap { Element(symbol: $0) }),
                    positionInBohr: SIMD3(place[0], place[1], place[2]) / PhysicalConstants.bohrInAngstrom)
            })
    }

    /// Names without the numbers that tell equal ones apart, with their numbers of atoms.
    @Test(arguments: [
        ("benzene", ["benzene 12"]), ("pyridine", ["pyridine 11"]), ("naphthalene", ["naphthalene ring 18"]),
        ("biphenyl", ["phenyl 11", "phenyl 11"]), ("pyrrole", ["pyrrole ring 10"]), ("furan", ["furan ring 9"]),
        ("thiophene", ["thiophene ring 9"]), ("pyrazine", ["pyrazine ring 10"]), ("pyrimidine", ["pyrimidine ring 10"]),
        ("imidazole", ["imidazole ring 9"]), ("pyrazole", ["pyrazole ring 9"]),
        ("toluene", ["methyl 4", "phenyl 11"]), ("benzonitrile", ["nitrile 2", "phenyl 11"]),
        ("benzoic acid", ["carboxyl 4", "phenyl 11"]), ("4-nitrophenol", ["hydroxyl 2", "nitro 3", "phenylene 10"]),
        ("benzotrifluoride", ["phenyl 11", "trifluoromethyl 4"]), ("benzenesulfonate", ["phenyl 11", "sulfonate 4"]),
        ("pentafluoroaniline", ["F on benzene ring 5", "amine 3", "benzene ring 6"]),
        ("1,2-dichlorobenzene", ["Cl on phenylene 2", "phenylene 10"]),
        ("acetonitrile", ["methyl 4", "nitrile 2"]), ("nitromethane", ["methyl 4", "nitro 3"]),
        ("acetic acid", ["carboxyl 4", "methyl 4"]), ("acetaldehyde", ["formyl 3", "methyl 4"]),
        ("acetamide", ["amide 5", "methyl 4"]), ("methyl formate", ["ester 4", "methyl 4"]),
        ("methoxyethane", ["ether O 1", "ethyl 7", "methyl 4"]), ("methanethiol", ["methyl 4", "thiol 2"]),
        ("ethylamine", ["amine 3", "ethyl 7"]), ("acrylonitrile", ["nitrile 2", "vinyl 5"]),
        ("acetone", ["carbonyl 2", "methyl 4", "methyl 4"]), ("chloroethane", ["Cl 1", "ethyl 7"]),
        ("dimethyl sulfoxide", ["methyl 4", "methyl 4", "sulfinyl 2"]), ("isobutane", ["C4H10 14"]), ("water", ["water 3"]),
        ("cyclohexane-1,2-dione", ["carbonyl O on ring C6H8 2", "ring C6H8 14"]),
        ("methanol", ["hydroxyl 2", "methyl 4"]), ("formic acid", ["formic acid 5"]),
        (
            "salts",
            [
                "BF4- 5", "ClO4- 5", "Li+ 1", "Na+ 1", "PF6- 7", "acetone 10", "acetonitrile 6", "dimethyl sulfoxide 10",
                "water 3",
                "water 3",
            ]
        ),
    ])
    func groupsHaveTheirNames(name: String, expected: [String]) throws {
        let molecule = try molecule(name)
        let fragments = try Fragmentation(molecule).fragments
        #expect(fragments.flatMap(\.atoms).sorted() == Array(molecule.atoms.indices))
        let found = fragments.map { "\($0.name.replacing(#/ \(\d+\)$/#, with: "")) \($0.atoms.count)" }
        #expect(found.sorted() == expected.sorted())
    }

    /// Another order of the atoms gives the same groups.
    @Test(arguments: ["4-nitrophenol", "pentafluoroaniline", "benzoic acid", "acetamide"]) func orderDoesNotMatter(name: String)
        throws
    {
        var random = RepeatableRandom(seed: 5)
        let original = try molecule(name)
        let order = original.atoms.indices.map { ($0, random.next()) }.sorted { $0.1 < $1.1 }.map(\.0)
        let permuted = Molecule(atoms: order.map { original.atoms[$0] })
        let sets = try Fragmentation(original).fragments.map { [$0.name: Set($0.atoms)] }
        let back = try Fragmentation(permuted).fragments.map { [$0.name: Set($0.atoms.map { order[$0] })] }
        #expect(Set(sets) == Set(back))
    }
}
