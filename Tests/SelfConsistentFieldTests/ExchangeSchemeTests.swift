import BasisSets
import FileFormats
import GaussianBasis
import MolecularStructure
import TestSupport
import Testing

@testable import ElectronicStructure

/// The choice of the faster exchange, against what was measured.
@Suite struct ExchangeSchemeTests {
    private static func basis(_ name: String, _ set: String) throws -> AtomicOrbitalBasis {
        let molecule = try XYZFile(readingFrom: Repository.molecules.appendingPathComponent("\(name).xyz").path).molecule
        let library = try BasisSetLibrary(folder: Repository.basisSets.path)
        return try BasisAssignment(general: set).resolve(for: molecule, in: library).basis
    }

    /// Measured for o-TCBQ: 0.4 and 2.4 s in def2-SVP, 1.7 and 10 s in def2-TZVP with fitted and semi-numerical exchange.
    @Test(arguments: ["6-31G", "def2-SVP", "def2-TZVP"])
    func fittedExchangeOfSmallMolecules(set: String) throws {
        #expect(try ExchangeScheme.faster(for: Self.basis("tcbq", set)) == .fitted)
    }

    /// Four molecules took 16 s with fitted and 20 s with semi-numerical exchange. The estimate for fitted exchange grows with the fourth power of the size, the other one hardly more than linearly.
    @Test func semiNumericalExchangeOfStacks() throws {
        let (four, eight) = (try Self.basis("tcbq-stack-4", "6-31G"), try Self.basis("tcbq-stack-8", "6-31G"))
        #expect(ExchangeScheme.faster(for: four) == .fitted && ExchangeScheme.faster(for: eight) == .semiNumerical)
        let (small, large) = (ExchangeCost(four), ExchangeCost(eight))
        #expect(large.fittedSeconds > 8 * small.fittedSeconds && large.semiNumericalSeconds < 4 * small.semiNumericalSeconds)
    }
}
