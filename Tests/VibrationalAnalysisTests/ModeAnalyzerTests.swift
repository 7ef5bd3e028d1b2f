import LinearAlgebra
import MolecularStructure
import TestSupport
import Testing

@testable import VibrationalAnalysis

@Suite struct ModeAnalyzerTests {
    private func names(_ name: String) throws -> [[String]] {
        let entry = try #require(try VibrationReference.load().molecules[name])
        let molecule = entry.molecule
        let masses = molecule.atoms.map { IsotopicMasses.mass(of: $0.element, .abundant) }
        let modes = try NormalModes(hessian: entry.hessianMatrix, molecule: molecule, masses: masses).modes
        let analyzer = try ModeAnalyzer(molecule, hessian: entry.hessianMatrix)
        return modes.map { mode in
            let parts = analyzer.parts(of: mode.displacement)
            #expect(parts.allSatisfy { $0.share >= 0.1 } && parts.map(\.share) == parts.map(\.share).sorted(by: >))
            return parts.prefix(1).map { part in
                part.name + (part.isSymmetric.map { $0 ? ", symmetric" : ", asymmetric" } ?? "")
            }
        }
    }

    @Test func waterBendsAndStretches() throws {
        #expect(try names("water") == [["H-O-H bend"], ["O-H stretch, symmetric"], ["O-H stretch, asymmetric"]])
    }

    @Test func hydrogenCyanide() throws {
        let found = try names("hcn")
        #expect(found == [["N-C-H bend"], ["N-C-H bend"], ["C#N stretch"], ["C-H stretch"]])
    }

    @Test func peroxide() throws {
        let found = try names("hooh")
        #expect(found[0] == ["torsion about O-O"] && found[1] == ["O-O stretch"])
        #expect(Set(found[4...].joined()) == ["O-H stretch, asymmetric", "O-H stretch, symmetric"])
    }

    @Test func methylIsFlat() throws {
        #expect(try names("methyl")[0] == ["C out of plane"])
    }
}
