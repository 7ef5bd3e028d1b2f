import MolecularStructure
import Testing

@testable import IsomerSearch

/// Where a cation may bind, by elements, bonds and distances.
@Suite struct IonSitesTests {
    private let lithium = Element(symbol: "Li")!

    @Test func oneDonorFromItsFreeSides() throws {
        let water = try Samples.molecule(Samples.water)
        let sites = IonSites(water, ion: lithium)
        #expect(sites.donors == [0])
        let found = sites.sites
        #expect(!found.isEmpty && found.allSatisfy { $0.contacts == [0] })
        // The usual length: the sum of the covalent radii, 1.96 Angstrom; hydrogen atoms are farther away.
        for site in found {
            let lengths = water.atoms.map { ($0.position - site.position).length * PhysicalConstants.bohrInAngstrom }
            #expect(abs(lengths[0] - 1.96) < 0.3 && lengths[1] > 1.8 && lengths[2] > 1.8, "\(lengths)")
        }
    }

    /// An o-quinone chelates; a p-quinone cannot. Chlorides that bridge two metals bind, too; carbon and metals do not.
    @Test func chelatesAndBridges() throws {
        let ortho = try Samples.relaxed("tcbq.xyz")
        let oxygens = ortho.atoms.indices.filter { ortho.atoms[$0].element.symbol == "O" }
        #expect(IonSites(ortho, ion: lithium).sites.contains { $0.contacts == oxygens })
        let dimer = try Samples.relaxed("relaxed/al2cl6.0.xyz")
        let sites = IonSites(dimer, ion: lithium)
        #expect(sites.donors.count == 6 && sites.donors.allSatisfy { dimer.atoms[$0].element.symbol == "Cl" })
        let graph = BondGraph(dimer)
        let bridges = Set(dimer.atoms.indices.filter { graph.neighbors[$0].count == 2 && dimer.atoms[$0].element.symbol == "Cl" })
        #expect(bridges.count == 2 && sites.sites.contains { !bridges.isDisjoint(with: $0.contacts) })
        let para = try Samples.molecule(
            "O 2.66 0 0\nC 1.44 0 0\nC 0.67 1.27 0\nC -0.67 1.27 0\nC -1.44 0 0\nO -2.66 0 0\nC -0.67 -1.27 0\nC 0.67 -1.27 0\n"
                + "H 1.25 2.18 0\nH -1.25 2.18 0\nH -1.25 -2.18 0\nH 1.25 -2.18 0")
        #expect(IonSites(para, ion: lithium).sites.allSatisfy { $0.contacts.count == 1 })
        #expect(IonSites(try Samples.molecule("H 0 0 0\nH 0 0 0.74"), ion: lithium).donors.isEmpty)
    }

    @Test func minimaMoveToTheNearestDonor() throws {
        let water = try Samples.molecule(Samples.water)
        let site = try #require(IonSites(water, ion: lithium).site(atMinimum: SIMD3(0, 0, 3)))
        #expect(
            site.contacts == [0]
                && abs((site.position - water.atoms[0].position).length - 1.96 / PhysicalConstants.bohrInAngstrom) < 0.05)
        let all = Molecule(atoms: water.atoms + [Atom(element: lithium, positionInBohr: site.position)])
        #expect(IonSites.description(of: all, ions: 1) == "Li on O1")
    }
}
