import FileFormats
import Foundation
import MolecularStructure
import TestSupport
import Testing

@testable import IsomerSearch

@Suite struct IsomerProposalsTests {
    private func proposals(_ molecules: [Molecule], limit: Int = 60, seed: Int = 1) throws -> IsomerProposals {
        var settings = IsomerProposals.Settings()
        (settings.limit, settings.seed) = (limit, seed)
        return try IsomerProposals(molecules, settings: settings)
    }

    @Test func cisLeadsToTrans() throws {
        let found = try proposals([Samples.molecule(Samples.cisplatin)], limit: 12)
        #expect(found.proposals.contains { $0.words == "2 x NH3 on Pt by N; 2 Cl on Pt; trans at Pt: Cl-Cl, N-N" })
        #expect(found.proposals.first?.changes == [])
    }

    @Test func twoAluminiumChlorides() throws {
        let one = try Samples.molecule(Samples.aluminiumChloride)
        let words = try proposals([one, one]).proposals.map(\.words)
        #expect(words.contains("2 mu-Cl between Al1 and Al2; 2 Cl on Al1; 2 Cl on Al2"))
        #expect(words.contains("1 mu-Cl between Al1 and Al2; 2 Cl on Al1; 3 Cl on Al2"))
        #expect(words.contains("3 mu-Cl between Al1 and Al2; 1 Cl on Al1; 2 Cl on Al2"))
    }

    @Test func fourWatersMakeARing() throws {
        let water = try Samples.molecule(Samples.water)
        let words = try proposals([water, water, water, water]).proposals.map(\.words)
        #expect(words.contains("4 x H2O free; hydrogen bonds: 4 O-H...O, ring of 4"))
    }

    @Test func ammoniaBindsAluminium() throws {
        let words = try proposals([Samples.molecule(Samples.aluminiumChloride), Samples.molecule(Samples.ammonia)]).proposals.map(
            \.words)
        #expect(words.contains("NH3 on Al by N; 3 Cl on Al"))
    }

    @Test func hydrogenMovesFromCarbonToNitrogen() throws {
        let words = try proposals([Samples.molecule("H 0 0 0\nC 0 0 1.07\nN 0 0 2.22")]).proposals.map(\.words)
        #expect(words.contains("CHN (C-N, H-N)"))
    }

    /// The isomers of the niobium and aluminium complex that other work found, each without its name: by its bonds.
    @Test func knownIsomersOfTheComplexAreProposed() throws {
        let start = try Samples.relaxed("nb-al-tcbq.xyz")
        let found = try proposals([start], limit: 200)
        let graphs = found.proposals.map { StructureGraph($0.molecule) }
        for name in ["al-chelate", "ring-chloride", "ring-chloride-al-chelate", "double-bridge", "ion-pair"] {
            let known = StructureGraph(try Samples.relaxed("relaxed/nb-al-tcbq-\(name).0.xyz"))
            #expect(graphs.contains { $0.isIsomorphic(to: known) }, "\(name)")
        }
        for (proposal, graph) in zip(found.proposals, graphs) {
            let atoms = proposal.molecule.atoms
            for i in atoms.indices {
                for j in 0..<i {
                    let ratio = distance(atoms[i].position, atoms[j].position) / BondGraph.singleBondLength(atoms[i], atoms[j])
                    #expect(ratio > 0.75, "\(proposal.words)")
                    if graph.bonds.contains(.init(i, j)) { #expect(ratio <= BondGraph.tolerance) }
                }
            }
        }
    }

    @Test func theSameSeedGivesTheSameList() throws {
        let one = try Samples.molecule(Samples.aluminiumChloride)
        let (a, b) = (try proposals([one, one], limit: 10), try proposals([one, one], limit: 10))
        #expect(a.proposals.map(\.molecule) == b.proposals.map(\.molecule))
        #expect(try proposals([one, one], limit: 10, seed: 2).proposals.map(\.molecule) != a.proposals.map(\.molecule))
    }
}
