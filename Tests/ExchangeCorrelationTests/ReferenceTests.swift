import DensityFunctionals
import ExchangeCorrelation
import Foundation
import GaussianBasis
import LinearAlgebra
import MolecularQuadrature
import ParallelExecution
import TestSupport
import Testing

@Suite struct ReferenceTests {
    static let cases = Result { try QuadratureReference.all() }

    @Test(arguments: 0..<4)
    func agreesWithPySCF(_ index: Int) throws {
        BLASThreads.limit(to: 1)
        let reference = try Self.cases.get()[index]
        let pool = WorkerPool(threads: 2)
        let grid = MolecularGrid(
            molecule: reference.molecule, specification: try GridSpecification(parsing: reference.grid), pool: pool)
        #expect(grid.generatedPointCount == reference.gridPoints)
        for (name, expected) in reference.results {
            let integrator = ExchangeCorrelationIntegrator(
                basis: reference.basis, grid: grid, functional: try DensityFunctional(named: name), pool: pool,
                cacheLimitInBytes: 1 << 28)
            let (alpha, beta) = (reference.alphaDensity, reference.betaDensity)
            let results = integrator.evaluate([.restricted(total: alpha + beta), .unrestricted(alpha: alpha, beta: beta)])
            let probe = reference.probeMatrix
            func check(_ value: Double, _ wanted: Double, _ tolerance: Double, _ what: String) {
                #expect(abs(value - wanted) < tolerance, "\(reference.name), \(name): \(what) is off by \(value - wanted)")
            }
            check(results[0].energy, expected.restrictedEnergy, 1e-8, "restricted energy")
            check(results[1].energy, expected.unrestrictedEnergy, 1e-8, "unrestricted energy")
            check(results[0].potentials[0].dot(probe), expected.restrictedProbe, 1e-6, "restricted potential")
            check(results[1].potentials[0].dot(probe), expected.alphaProbe, 1e-6, "alpha potential")
            check(results[1].potentials[1].dot(probe), expected.betaProbe, 1e-6, "beta potential")
            check(results[1].alphaElectrons, reference.alphaElectrons, 1e-8, "alpha electrons")
            check(results[1].betaElectrons, reference.betaElectrons, 1e-8, "beta electrons")
        }
    }
}
