import ExchangeCorrelation
import GaussianBasis
import GaussianIntegrals
import LinearAlgebra
import MolecularQuadrature
import ParallelExecution
import TestSupport
import Testing

@Suite struct LocalPotentialTests {
    private let reference: QuadratureReference
    private let grid: MolecularGrid

    init() throws {
        reference = try QuadratureReference.all()[0]
        grid = MolecularGrid(molecule: reference.molecule, specification: .fine, pool: WorkerPool(threads: 2))
    }

    private func quadrature(threads: Int) -> LocalPotentialQuadrature {
        LocalPotentialQuadrature(basis: reference.basis, grid: grid, pool: WorkerPool(threads: threads), screening: 1e-10)
    }

    @Test func constantPotentialGivesTheOverlap() {
        let matrix = quadrature(threads: 2).matrices(of: [[Double](repeating: 1, count: grid.count)])[0]
        #expect((matrix - OneElectronIntegrals.overlap(basis: reference.basis)).largestMagnitude < 1e-5)
    }

    @Test func densitiesAndPotentialsAreAdjoint() {
        let quadrature = quadrature(threads: 2)
        let potential = grid.x.indices.map { 1 / (1 + grid.x[$0] * grid.x[$0] + abs(grid.z[$0])) }
        let densities = quadrature.densities([reference.alphaDensity, reference.betaDensity])
        let matrix = quadrature.matrices(of: [potential])[0]
        for (values, density) in zip(densities, [reference.alphaDensity, reference.betaDensity]) {
            var sum = 0.0
            for k in values.indices { sum += grid.weights[k] * potential[k] * values[k] }
            #expect(abs(sum - matrix.dot(density)) < 1e-8 * abs(sum))
        }
        let alone = self.quadrature(threads: 1)
        #expect(alone.matrices(of: [potential])[0] == matrix)
        #expect(alone.densities([reference.alphaDensity])[0] == densities[0])
    }
}
