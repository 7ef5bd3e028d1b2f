import ElectronicStructure
import GaussianBasis
import GaussianIntegrals
import LinearAlgebra
import MolecularStructure
import ParallelExecution
import SelfConsistentField
import TestSupport
import Testing
import WavefunctionAnalysis

@Suite struct BondOrderTests {
    @Test func agreeWithAnotherProgramsDensity() throws {
        BLASThreads.limit(to: 1)
        let references = try BondOrderReference.all()
        #expect(references.count >= 3)
        for reference in references {
            let problem = try ElectronicProblem(
                basis: try reference.atomicOrbitalBasis(), method: .hartreeFock, pool: WorkerPool(threads: 2),
                memoryLimitInBytes: 2 << 30)
            var options = SCFOptions()
            options.energyTolerance = 1e-11
            options.reference = reference.multiplicity == 1 ? .restricted : .unrestricted
            let result = try SelfConsistentField(
                problem: problem, state: ChargeState(charge: reference.charge, multiplicity: reference.multiplicity),
                options: options
            ).solve()
            #expect(abs(result.energy - reference.energy) < 1e-8, "\(reference.label): \(result.energy - reference.energy)")
            let overlap = OneElectronIntegrals.overlap(basis: result.wavefunction.basis)
            let orders = BondOrders(
                result.wavefunction, overlap: overlap, overlapRoot: try PopulationAnalysis.squareRoot(ofOverlap: overlap))
            for (a, row) in reference.mayer.enumerated() {
                for (b, expected) in row.enumerated() {
                    #expect(abs(orders.mayer[a, b] - expected) < 1e-5, "\(reference.label) \(a) \(b)")
                    #expect(abs(orders.wiberg[a, b] - reference.wiberg[a][b]) < 1e-5, "\(reference.label) \(a) \(b)")
                }
            }
        }
    }
}
