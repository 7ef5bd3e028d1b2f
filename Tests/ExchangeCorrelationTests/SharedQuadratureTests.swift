import DensityFunctionals
import ExchangeCorrelation
import LinearAlgebra
import MolecularQuadrature
import ParallelExecution
import TestSupport
import Testing

/// Quadrature whose blocks several ranks share.
@Suite struct SharedQuadratureTests {
    @Test(arguments: [1, 2, 3, 4])
    func resultsAreThoseOfASingleProcess(size: Int) throws {
        let reference = try QuadratureReference.all()[0]
        let (alpha, beta) = (reference.alphaDensity, reference.betaDensity)
        @Sendable func numbers(_ pool: WorkerPool) throws -> [Double] {
            let grid = MolecularGrid(molecule: reference.molecule, specification: .coarse, pool: pool)
            let integrator = ExchangeCorrelationIntegrator(
                basis: reference.basis, grid: grid, functional: try DensityFunctional(named: "pbe"), pool: pool)
            let state = SpinDensityMatrices.unrestricted(alpha: alpha, beta: beta)
            var result = grid.x + grid.weights
            for found in integrator.evaluate([state, .restricted(total: alpha + beta)]) {
                result += [found.energy, found.alphaElectrons, found.betaElectrons] + found.potentials.flatMap(\.elements)
            }
            let gradient = integrator.gradient(state, includesQuadratureResponse: true)
            result += gradient.flatMap { [$0.x, $0.y, $0.z] }
            let second = integrator.skeletonDerivatives(state, memoryLimitInBytes: 1 << 26)
            result += second.energy.elements + second.fock.flatMap { $0.flatMap(\.elements) }
            result += ExchangeCorrelationKernel(integrator, state: state).response(to: [state])[0].flatMap(\.elements)
            let local = LocalPotentialQuadrature(basis: reference.basis, grid: grid, pool: pool, screening: 1e-9)
            let densities = local.densities([alpha, beta])
            return result + densities.flatMap { $0 } + local.matrices(of: densities).flatMap(\.elements)
        }
        let single = try numbers(WorkerPool(threads: 2))
        let results = try ThreadRanks.results(size) { try numbers(WorkerPool(threads: 1, communicator: $0)) }
        #expect(results.count == size && single.allSatisfy(\.isFinite))
        for result in results {
            #expect(result == results[0])
            #expect(result.count == single.count)
            let largest = zip(result, single).reduce(0) { max($0, abs($1.0 - $1.1) / max(1, abs($1.1))) }
            #expect(largest <= (size == 1 ? 0 : 1e-10), "off by \(largest)")
        }
    }
}
