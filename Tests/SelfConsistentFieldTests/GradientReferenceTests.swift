import DensityFunctionals
import ElectronicStructure
import GaussianBasis
import LinearAlgebra
import MolecularQuadrature
import MolecularStructure
import NuclearDerivatives
import ParallelExecution
import SelfConsistentField
import TestSupport
import Testing

/// Gradients against those of another program, on the same grid and without the response of its weights.
@Suite struct GradientReferenceTests {
    @Test func gradients() throws {
        BLASThreads.limit(to: 1)
        let references = try GradientReference.all()
        #expect(references.count >= 8)
        for reference in references {
            let method: ElectronicMethod =
                try reference.functional.map {
                    .kohnSham(
                        functional: try DensityFunctional(named: $0.joined(separator: ",")),
                        grid: try GridSpecification(parsing: "99,590"))
                } ?? .hartreeFock
            let problem = try ElectronicProblem(
                basis: try reference.atomicOrbitalBasis(), method: method, pool: WorkerPool(threads: 2),
                memoryLimitInBytes: 4 << 30)
            var options = SCFOptions()
            options.energyTolerance = 1e-11
            let result = try SelfConsistentField(
                problem: problem, state: ChargeState(charge: reference.charge, multiplicity: reference.multiplicity),
                options: options
            ).solve()
            #expect(result.isConverged, "\(reference.label)")
            #expect(abs(result.energy - reference.energy) < (reference.functional == nil ? 1e-8 : 1e-6), "\(reference.label)")
            let gradient = EnergyGradient(
                problem: problem, wavefunction: result.wavefunction, includesQuadratureResponse: false)
            #expect(gradient.values.count == reference.gradient.count)
            for (own, other) in zip(gradient.values, reference.gradient) {
                let difference = own - SIMD3(other[0], other[1], other[2])
                #expect((difference * difference).sum().squareRoot() < 1e-6, "\(reference.label): \(difference)")
            }
        }
    }
}
