import DensityFunctionals
import ElectronicStructure
import GaussianBasis
import HamiltonianTerms
import LinearAlgebra
import MolecularQuadrature
import MolecularStructure
import ParallelExecution
import SelfConsistentField
import TestSupport
import Testing

/// Total energies against another program, on the same geometry, basis and grid.
@Suite(.serialized) struct EnergyReferenceTests {
    private func solve(_ reference: EnergyReference, method: ElectronicMethod, tolerance: Double) throws -> SCFResult {
        BLASThreads.limit(to: 1)
        let problem = try ElectronicProblem(
            basis: try reference.atomicOrbitalBasis(), method: method, pool: WorkerPool(threads: 2),
            memoryLimitInBytes: 4 << 30)
        var options = SCFOptions()
        options.energyTolerance = tolerance
        options.reference = reference.reference == "RHF" || reference.reference == "RKS" ? .restricted : .automatic
        return try SelfConsistentField(
            problem: problem, state: ChargeState(charge: reference.charge, multiplicity: reference.multiplicity),
            options: options
        ).solve()
    }

    @Test func hartreeFockEnergies() throws {
        var compared = 0
        for reference in try EnergyReference.all(in: "hf-energies.json") {
            let result = try solve(reference, method: .hartreeFock, tolerance: 1e-10)
            #expect(result.isConverged, "\(reference.label)")
            #expect(result.stability?.isStable ?? true, "\(reference.label)")
            let difference = result.energy - reference.energy
            if reference.isPlainSolution {
                #expect(abs(difference) < 1e-8, "\(reference.label): \(difference)")
                compared += 1
                if let expected = reference.spinSquared, reference.orientationArbitrary != true {
                    #expect(abs(result.spinSquared - expected) < 1e-4, "\(reference.label)")
                }
                if reference.orientationArbitrary != true {
                    let c = reference.components
                    #expect(abs((result.components[.nuclearRepulsion] ?? .nan) - (c["nuclearRepulsion"] ?? 0)) < 1e-9)
                    #expect(abs((result.components[.kinetic] ?? .nan) - (c["kinetic"] ?? 0)) < 2e-4, "\(reference.label)")
                    #expect(abs((result.components[.exchange] ?? .nan) - (c["exactExchangeFull"] ?? 0)) < 2e-4)
                    #expect(abs((result.components[.coulomb] ?? .nan) - (c["coulomb"] ?? 0)) < 2e-4)
                    #expect(abs((result.components[.effectiveCorePotential] ?? .nan) - (c["effectiveCorePotential"] ?? 0)) < 2e-4)
                }
            } else {
                // The other program followed an instability to this solution.
                #expect(abs(difference) < 1e-8, "\(reference.label): \(difference)")
            }
        }
        #expect(compared >= 60)
    }

    @Test func kohnShamEnergies() throws {
        var compared = 0
        for reference in try EnergyReference.all(in: "dft-energies.json") {
            guard let names = reference.functional, let grid = reference.grid else { continue }
            let method = ElectronicMethod.kohnSham(
                functional: try DensityFunctional(named: names.joined(separator: ",")),
                grid: try GridSpecification(parsing: "\(grid.radialPoints),\(grid.angularPoints)"))
            let result = try solve(reference, method: method, tolerance: 1e-9)
            #expect(result.isConverged, "\(reference.label)")
            #expect(abs(result.energy - reference.energy) < 1e-6, "\(reference.label): \(result.energy - reference.energy)")
            if reference.orientationArbitrary != true {
                let exchange = reference.components["exactExchangeScaled"] ?? 0
                #expect(abs((result.components[.exchange] ?? .nan) - exchange) < 2e-4, "\(reference.label)")
            }
            let electrons = reference.electronsOnGrid ?? []
            #expect(abs((result.gridElectrons ?? 0) - electrons.reduce(0, +)) < 1e-6, "\(reference.label)")
            if let expected = reference.spinSquared { #expect(abs(result.spinSquared - expected) < 1e-4) }
            compared += 1
        }
        #expect(compared >= 25)
    }
}
