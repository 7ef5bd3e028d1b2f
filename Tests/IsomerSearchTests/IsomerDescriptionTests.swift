import FileFormats
import MolecularStructure
import TestSupport
import Testing

@testable import IsomerSearch

@Suite struct IsomerDescriptionTests {
    @Test(arguments: [
        ("al-chelate", "quinone chelates Al; 2 mu-Cl between Al and Nb; 2 Cl on Al; 4 Cl on Nb"),
        ("double-bridge", "quinone on Nb by O; 1 mu-Cl between Al and Nb; 3 Cl on Al; 4 Cl on Nb"),
        ("ring-chloride", "C6Cl5O2 (ring C with 2 Cl meta to O on Nb and para to O on Al)"),
    ]) func namesKnownIsomers(name: String, words: String) throws {
        let text = IsomerDescription(try Samples.relaxed("relaxed/nb-al-tcbq-\(name).0.xyz")).description
        #expect(text.hasPrefix(words), "\(text)")
    }

    @Test func namesSmallOnes() throws {
        let dimer = IsomerDescription(try Samples.relaxed("relaxed/al2cl6.0.xyz")).description
        #expect(dimer == "2 mu-Cl between Al1 and Al2; 2 Cl on Al1; 2 Cl on Al2")
        let adduct = IsomerDescription(try Samples.relaxed("relaxed/alcl3-nh3.0.xyz")).description
        #expect(adduct == "NH3 on Al by N; 3 Cl on Al")
        #expect(IsomerDescription(try Samples.molecule("H 0 0 0\nC 0 0 1.07\nN 0 0 2.22")).description == "CHN (C-H, C-N)")
        #expect(IsomerDescription(try Samples.molecule("H 0 0 0\nN 0 0 1.00\nC 0 0 2.17")).description == "CHN (C-N, H-N)")
    }
}
