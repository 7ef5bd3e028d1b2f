import BasisSets
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

/// Whole calculations on several ranks: every one makes the same decisions, and energies and derivatives are those of a single process.
@Suite(.serialized) struct SharedCalculationTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let set: [String: String]
        var functional: String?
        var charge = 0
        var fitting: DensityFitting.Use?
        /// Integrals are partly recomputed.
        var memory = 1 << 30
        var hasSecondDerivatives = false
        var ranks = 2

        var testDescription: String { "\(name) \(functional ?? "HF") \(fitting.map { "\($0)" } ?? "exact") \(memory >> 20) MB" }
    }

    static let cases = [
        Case(name: "nitrogen-dioxide", set: ["default": "6-31G(d)"], functional: "b3lyp", hasSecondDerivatives: true, ranks: 3),
        Case(name: "nitrogen-dioxide", set: ["default": "6-31G(d)"], functional: "wb97x", memory: 8 << 20),
        Case(name: "molybdenum-oxide-chloride", set: ["default": "LANL2DZ"], charge: -2),
        Case(
            name: "aluminium-chloride", set: ["default": "6-31G", "Al": "LANL2MB"], functional: "pbe", fitting: .everything,
            ranks: 3),
        Case(
            name: "niobium-chloride", set: ["default": "6-31G", "Nb": "LANL2MB"], functional: "b3lyp", charge: -1,
            fitting: .iterations,
            memory: 24 << 20),
    ]

    private struct Outcome: Equatable, Sendable {
        var energy: Double
        var gradient: [Double]
        var hessian: [Double]
        var iterations: Int
    }

    private static func solve(
        _ basis: AtomicOrbitalBasis, _ state: ChargeState, _ test: Case, _ pool: WorkerPool
    ) throws -> Outcome {
        let method: ElectronicMethod =
            try test.functional.map { .kohnSham(functional: try DensityFunctional(named: $0), grid: .coarse) } ?? .hartreeFock
        let problem = try ElectronicProblem(
            basis: basis, method: method,
            fitting: try test.fitting.map { try DensityFitting(AuxiliarySet.coulombExchange, of: basis, use: $0) }, pool: pool,
            memoryLimitInBytes: test.memory)
        var options = SCFOptions()
        options.energyTolerance = 1e-11
        options.orbitalGradientTolerance = 1e-8
        let result = try SelfConsistentField(problem: problem, state: state, options: options).solve()
        #expect(result.isConverged)
        let gradient = EnergyGradient(problem: problem, wavefunction: result.wavefunction).values
        let hessian =
            test.hasSecondDerivatives
            ? try EnergyHessian(problem: problem, wavefunction: result.wavefunction, memoryLimitInBytes: 1 << 30).matrix.elements
            : []
        return Outcome(
            energy: result.energy, gradient: gradient.flatMap { [$0.x, $0.y, $0.z] }, hessian: hessian,
            iterations: result.iterations)
    }

    @Test(arguments: cases)
    func energiesAndDerivatives(_ test: Case) throws {
        BLASThreads.limit(to: 1)
        let reference = try #require(
            (try EnergyReference.all(in: "hf-energies.json") + EnergyReference.all(in: "dft-energies.json")).first {
                $0.name == test.name && $0.basis == test.set && $0.charge == test.charge
            })
        let basis = try reference.atomicOrbitalBasis()
        let state = ChargeState(charge: test.charge, multiplicity: reference.multiplicity)
        let single = try Self.solve(basis, state, test, WorkerPool(threads: 2))
        let results = try ThreadRanks.results(test.ranks) {
            try Self.solve(basis, state, test, WorkerPool(threads: 1, communicator: $0))
        }
        #expect(results.count == test.ranks)
        for result in results {
            #expect(result == results[0])
            #expect(abs(result.energy - single.energy) < 1e-10, "off by \(result.energy - single.energy)")
            for (one, other) in zip(result.gradient, single.gradient) { #expect(abs(one - other) < 1e-8) }
            for (one, other) in zip(result.hessian, single.hessian) { #expect(abs(one - other) < 1e-6) }
        }
    }
}
