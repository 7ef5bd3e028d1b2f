import DensityFunctionals
import DispersionCorrection
import ElectronicStructure
import FileFormats
import Foundation
import GaussianBasis
import GaussianIntegrals
import HamiltonianTerms
import LinearAlgebra
import MolecularQuadrature
import MolecularStructure
import NuclearDerivatives
import ParallelExecution
import SelfConsistentField
import TestSupport
import Testing

/// Analytic second derivatives against differences of analytic gradients, along a direction in which every atom moves.
@Suite(.serialized) struct EnergyHessianTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let set: [String: String]
        var functional: String?
        var charge = 0
        /// In hartree per bohr squared: what the differences and, with a functional, the fixed points of the grid leave.
        var tolerance = 3e-7
        /// Displacements in bohr: errors go with the fourth power.
        var step = 0.005
        var dispersion: Dispersion?
        var gridResponse = false

        enum Dispersion { case d3, d4 }

        var terms: [any TermModel] {
            get throws {
                switch dispersion {
                case nil: []
                case .d3: [DispersionModel.d3(D3Dispersion(damping: try #require(RationalDamping.published(for: ["hf"]))))]
                case .d4: [DispersionModel.d4(D4Dispersion(damping: try #require(RationalDamping.publishedForD4(for: ["hf"]))))]
                }
            }
        }

        var testDescription: String {
            "\(name) \(charge) \(functional ?? "HF") \(set.values.sorted())" + (dispersion.map { " \($0)" } ?? "")
                + (gridResponse ? " with grid response" : "")
        }
    }

    static let cases = [
        Case(name: "water-turned", set: ["default": "6-31G(d,p)"]),
        Case(name: "nitrogen-dioxide", set: ["default": "cc-pVDZ"], tolerance: 1.5e-6, step: 0.003),
        Case(name: "hydrogen-sulfide", set: ["default": "LANL2DZ"], dispersion: .d3),
        Case(name: "hydrogen-sulfide", set: ["default": "LANL2DZ"], dispersion: .d4),
        Case(name: "molybdenum-oxide-chloride", set: ["default": "LANL2DZ"], charge: -2),
        Case(name: "water-turned", set: ["default": "6-311G(d,p)"], functional: "lda", tolerance: 1e-4),
        Case(name: "nitrogen-dioxide", set: ["default": "6-31G(d)"], functional: "pbe", tolerance: 1e-4),
        Case(name: "water-turned", set: ["default": "6-31G(d,p)"], functional: "pbe", tolerance: 1e-4),
        Case(name: "nitrogen-dioxide", set: ["default": "6-31G(d)"], functional: "b3lyp", tolerance: 1e-4),
        Case(name: "nitrogen-dioxide", set: ["default": "6-31G(d)"], functional: "wb97x", tolerance: 3e-4),
        Case(name: "water-turned", set: ["default": "6-31G(d,p)"], functional: "pbe", tolerance: 1e-5, gridResponse: true),
        Case(name: "nitrogen-dioxide", set: ["default": "6-31G(d)"], functional: "b3lyp", tolerance: 1e-5, gridResponse: true),
    ]

    private static func solve(
        _ basis: AtomicOrbitalBasis, _ state: ChargeState, _ test: Case, from initial: SCFResult? = nil
    ) throws -> (ElectronicProblem, SCFResult) {
        BLASThreads.limit(to: 1)
        let method: ElectronicMethod =
            try test.functional.map {
                .kohnSham(functional: try DensityFunctional(named: $0), grid: .fine)
            } ?? .hartreeFock
        let problem = try ElectronicProblem(
            basis: basis, method: method, adding: try test.terms, pool: WorkerPool(threads: 2), memoryLimitInBytes: 2 << 30)
        var options = SCFOptions()
        options.energyTolerance = 1e-12
        options.orbitalGradientTolerance = 1e-9
        options.followsInstabilities = initial == nil
        let result = try SelfConsistentField(problem: problem, state: state, options: options)
            .solve(initial: initial.map { StartingOrbitals($0.wavefunction.orbitals) })
        #expect(result.isConverged, "gradient \(result.finalGradient), change \(result.finalEnergyChange)")
        return (problem, result)
    }

    private static func dipole(_ wavefunction: Wavefunction) -> SIMD3<Double> {
        let molecule = wavefunction.basis.molecule
        let electrons = OneElectronIntegrals.dipole(basis: wavefunction.basis, origin: .zero).map {
            $0.dot(wavefunction.totalDensity)
        }
        return zip(molecule.atoms, wavefunction.basis.effectiveNuclearCharges).reduce(
            -SIMD3(electrons[0], electrons[1], electrons[2])
        ) { $0 + $1.1 * $1.0.position }
    }

    @Test(arguments: cases)
    func hessianIsTheDerivativeOfTheGradient(_ test: Case) throws {
        let reference = try #require(
            (try EnergyReference.all(in: "hf-energies.json") + EnergyReference.all(in: "dft-energies.json")).first {
                $0.name == test.name && $0.basis == test.set && $0.charge == test.charge
            })
        let symmetric = try reference.atomicOrbitalBasis()
        let state = ChargeState(charge: test.charge, multiplicity: reference.multiplicity)
        let count = symmetric.molecule.atoms.count
        let basis = Displacement.displaced(symmetric, by: 0.2, along: Displacement.direction(atoms: count, seed: 5))
        let (problem, result) = try Self.solve(basis, state, test)
        let hessian = try EnergyHessian(
            problem: problem, wavefunction: result.wavefunction, includesGridResponse: test.gridResponse,
            memoryLimitInBytes: 1 << 30)
        #expect(hessian.asymmetry < (test.functional == nil ? 1e-7 : 2e-5), "asymmetry \(hessian.asymmetry)")
        let direction = Displacement.direction(atoms: count, seed: 11)
        let step = test.step
        var gradients: [[Double]] = []
        var dipoles: [SIMD3<Double>] = []
        for place in [-2.0, -1, 1, 2] {
            let (problem, result) = try Self.solve(
                Displacement.displaced(basis, by: place * step, along: direction), state, test, from: result)
            gradients.append(
                EnergyGradient(problem: problem, wavefunction: result.wavefunction, includesQuadratureResponse: true).values
                    .flatMap { [$0.x, $0.y, $0.z] })
            dipoles.append(Self.dipole(result.wavefunction))
        }
        let flat = direction.flatMap { [$0.x, $0.y, $0.z] }
        let analytic = hessian.matrix.times(flat)
        let difference = (0..<flat.count).map {
            (8 * (gradients[2][$0] - gradients[1][$0]) - (gradients[3][$0] - gradients[0][$0])) / (12 * step)
        }
        let error = zip(analytic, difference).map { abs($0 - $1) }.max() ?? 1
        #expect(error < test.tolerance, "error \(error): \(analytic) and \(difference)")
        let moment = (8 * (dipoles[2] - dipoles[1]) - (dipoles[3] - dipoles[0])) / (12 * step)
        let derivative = hessian.dipoleDerivatives.times(flat)
        for axis in 0..<3 {
            #expect(abs(moment[axis] - derivative[axis]) < (test.functional == nil ? 5e-6 : 1e-4), "\(moment) \(derivative)")
        }
    }

    private struct Reference: ReferenceStructure, Decodable, Sendable {
        let name: String
        let basis: [String: String]
        let cartesian: Bool
        let charge: Int
        let multiplicity: Int
        let functional: [String]?
        let atoms: [ReferenceAtom]
        let energy: Double
        let hessian: [[Double]]
        let polarizability: [[Double]]
        let dipole_derivatives: [[Double]]
    }

    /// Keeps parts in memory.
    final class Parts: HessianStore {
        var parts: [HessianPart: [Double]] = [:]

        func numbers(of part: HessianPart) -> [Double]? { parts[part] }
        func keep(_ numbers: [Double], of part: HessianPart) { parts[part] = numbers }
    }

    private struct Stop: Error {}

    /// Few perturbations at a time, interrupted after a batch and continued: the same second derivatives. Closed and open shells.
    @Test(arguments: [cases[0], cases[1]])
    func batchesAndInterruptions(_ test: Case) throws {
        let reference = try #require(
            try EnergyReference.all(in: "hf-energies.json").first {
                $0.name == test.name && $0.basis == test.set && $0.charge == test.charge
            })
        let (problem, result) = try Self.solve(
            try reference.atomicOrbitalBasis(), ChargeState(charge: test.charge, multiplicity: reference.multiplicity), test)
        func hessian(_ limit: Int, _ store: Parts?, stopsAfterBatch: Bool = false) throws -> EnergyHessian {
            try EnergyHessian(
                problem: problem, wavefunction: result.wavefunction, memoryLimitInBytes: limit, store: store
            ) { progress in
                if case .batch = progress, stopsAfterBatch { throw Stop() }
            }
        }
        let whole = try hessian(1 << 30, nil)
        let small = try hessian(1, nil)
        let difference = (whole.matrix - small.matrix).elements.map(abs).max() ?? 1
        #expect(difference < 1e-8 && difference > 0, "\(difference)")
        #expect((whole.polarizability - small.polarizability).elements.allSatisfy { abs($0) < 1e-6 })
        let store = Parts()
        #expect(throws: Stop.self) { try hessian(1, store, stopsAfterBatch: true) }
        #expect(store.parts.count == 2)
        let continued = try hessian(1, store)
        #expect(continued.matrix == small.matrix && continued.dipoleDerivatives == small.dipoleDerivatives)
        // Parts for other orbitals are not used.
        let foreign = Parts()
        foreign.parts = store.parts.mapValues { $0.map { 1.01 * $0 } }
        #expect(try hessian(1, foreign).matrix == small.matrix)
        foreign.parts = store.parts.mapValues { Array($0.dropLast()) }
        #expect(try hessian(1, foreign).matrix == small.matrix)
    }

    /// Hartree-Fock, closed and open shells, with and without core potentials.
    @Test func hessiansOfAnotherProgram() throws {
        let references: [Reference] = try ReferenceCases.all(in: "hessians.json")
        #expect(references.count >= 5)
        for reference in references {
            let (problem, result) = try Self.solve(
                try reference.atomicOrbitalBasis(), ChargeState(charge: reference.charge, multiplicity: reference.multiplicity),
                Case(name: reference.name, set: reference.basis))
            #expect(abs(result.energy - reference.energy) < 1e-8)
            let own = try EnergyHessian(problem: problem, wavefunction: result.wavefunction, memoryLimitInBytes: 1 << 30)
            func error(_ matrix: Matrix, _ other: [[Double]]) -> Double {
                zip(matrix.elements, other.joined()).map { abs($0 - $1) }.max() ?? 1
            }
            #expect(error(own.matrix, reference.hessian) < 1e-6, "\(reference.name) \(error(own.matrix, reference.hessian))")
            #expect(own.asymmetry < 1e-7)
            #expect(
                error(own.polarizability, reference.polarizability) < 2e-5,
                "\(reference.name) \(own.polarizability) \(reference.polarizability)")
            #expect(
                error(own.dipoleDerivatives, reference.dipole_derivatives) < 5e-6,
                "\(reference.name) \(error(own.dipoleDerivatives, reference.dipole_derivatives))")
            // A molecule that moves as a whole takes its charge along.
            for (i, j) in [(0, 0), (1, 1), (2, 2), (0, 1)] {
                let sum = stride(from: j, to: own.matrix.rows, by: 3).reduce(0) { $0 + own.dipoleDerivatives[i, $1] }
                #expect(abs(sum - (i == j ? Double(reference.charge) : 0)) < 1e-6)
            }
        }
    }
}
