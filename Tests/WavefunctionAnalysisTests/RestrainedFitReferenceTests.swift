import Testing

@testable import WavefunctionAnalysis

/// Against minima that scipy found, with PySCF's potential at the same points; see restrained-fits.json in Tests/References.
@Suite("RESP charges of both stages against an independent minimisation", .serialized)
struct RestrainedFitReferenceTests {
    @Test("neutral and charged, with CH2 and CH3, equal atoms and a given sum; the published strength", arguments: 0..<5)
    func stages(_ index: Int) throws {
        let reference = try SolvedCase.read("restrained-fits.json")[index]
        let wavefunction = try reference.solve()
        var layout = MerzKollman.Options()
        layout.pointsPerSquareAngstrom = try #require(reference.pointsPerSquareAngstrom)
        let scheme = try MerzKollman(molecule: wavefunction.basis.molecule, options: layout)
        #expect(scheme.points.count == reference.numberOfPoints)
        var first = RestrainedPotentialFit.Options()
        first.isScaledToDensity = reference.unscaled != true
        first.equivalentAtoms = reference.equal ?? []
        first.constraints = (reference.constraints ?? []).map { .init(atoms: $0.atoms, charge: $0.charge) }
        let stages = try RestrainedPotentialFit(scheme).fitInTwoStages(
            potential: scheme.potentials(of: [wavefunction], pool: SolvedCase.pool)[0], totalCharge: Double(reference.charge),
            first: first)
        let found = [stages.first, stages.second]
        for (fit, charges) in zip(found, [reference.resp1, reference.resp2]) {
            try OrbitalChargeTests.expectEqual(fit.charges, charges, within: 1e-5, reference.name)
        }
        for (fit, error) in zip(found, try #require(reference.rootMeanSquareErrors)) {
            #expect(abs(fit.rootMeanSquareError - error) < 1e-7, "\(reference.name) \(fit.rootMeanSquareError) \(error)")
        }
    }
}
