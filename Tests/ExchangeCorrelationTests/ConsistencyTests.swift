import DensityFunctionals
import ExchangeCorrelation
import Foundation
import GaussianBasis
import LinearAlgebra
import MolecularQuadrature
import MolecularStructure
import ParallelExecution
import TestSupport
import Testing

@Suite struct ConsistencyTests {
    private let reference: QuadratureReference
    private let pool = WorkerPool(threads: 2)

    init() throws {
        reference = try QuadratureReference.all()[0]
    }

    private func integrator(
        _ functional: String, threads: Int = 2, cacheLimitInBytes: Int = 1 << 28,
        screening: Double = ExchangeCorrelationIntegrator.defaultScreening
    ) throws -> ExchangeCorrelationIntegrator {
        let pool = WorkerPool(threads: threads)
        return ExchangeCorrelationIntegrator(
            basis: reference.basis,
            grid: MolecularGrid(molecule: reference.molecule, specification: .coarse, pool: pool),
            functional: try DensityFunctional(named: functional), pool: pool, cacheLimitInBytes: cacheLimitInBytes,
            screening: screening)
    }

    /// A symmetric matrix without structure.
    private func perturbation(_ n: Int, seed: Double) -> Matrix {
        var result = Matrix(rows: n, columns: n)
        for i in 0..<n { for j in 0..<n { result[i, j] = sin(seed + 12.9898 * Double(i) + 78.233 * Double(j)) / Double(n) } }
        return result.symmetrized()
    }

    @Test(arguments: ["svwn5", "blyp", "pbe", "b3lyp"])
    func potentialIsTheDerivativeOfTheEnergy(_ functional: String) throws {
        let integrator = try integrator(functional)
        let (alpha, beta) = (reference.alphaDensity, reference.betaDensity)
        let n = alpha.rows
        let (first, second) = (perturbation(n, seed: 1), perturbation(n, seed: 2))
        let step = 1e-4
        let total = alpha + beta
        let shifts = [1.0, -1, 2, -2].map { $0 * step }
        let states: [SpinDensityMatrices] =
            [.restricted(total: total), .unrestricted(alpha: alpha, beta: beta)]
            + shifts.map { .restricted(total: total + $0 * first) }
            + shifts.map { .unrestricted(alpha: alpha + $0 * first, beta: beta + $0 * second) }
        let results = integrator.evaluate(states)
        func slope(_ offset: Int) -> Double {
            let e = results[offset..<offset + 4].map(\.energy)
            return (8 * (e[0] - e[1]) - (e[2] - e[3])) / (12 * step)
        }
        let restricted = results[0].potentials[0].dot(first)
        let unrestricted = results[1].potentials[0].dot(first) + results[1].potentials[1].dot(second)
        #expect(abs(slope(2) - restricted) < 2e-8 * (1 + abs(restricted)), "off by \(slope(2) - restricted)")
        #expect(abs(slope(6) - unrestricted) < 2e-8 * (1 + abs(unrestricted)), "off by \(slope(6) - unrestricted)")
        for matrix in results[0].potentials + results[1].potentials { #expect(matrix == matrix.transposed()) }
    }

    @Test(arguments: ["svwn", "pbe0"])
    func equalSpinsGiveTheRestrictedResult(_ functional: String) throws {
        let alpha = reference.alphaDensity
        let results = try integrator(functional).evaluate(
            [.restricted(total: 2 * alpha), .unrestricted(alpha: alpha, beta: alpha)])
        #expect(abs(results[0].energy - results[1].energy) < 1e-10)
        #expect(abs(results[0].alphaElectrons - results[1].alphaElectrons) < 1e-12)
        #expect((results[0].potentials[0] - results[1].potentials[0]).largestMagnitude < 1e-10)
        #expect((results[1].potentials[0] - results[1].potentials[1]).largestMagnitude < 1e-10)
    }

    @Test func swappedSpinsGiveSwappedResults() throws {
        let (alpha, beta) = (reference.alphaDensity, reference.betaDensity)
        let results = try integrator("b3lyp").evaluate(
            [.unrestricted(alpha: alpha, beta: beta), .unrestricted(alpha: beta, beta: alpha)])
        #expect(abs(results[0].energy - results[1].energy) < 1e-11)
        #expect((results[0].potentials[0] - results[1].potentials[1]).largestMagnitude < 1e-11)
    }

    @Test func bitsDoNotDependOnThreadsOrCacheOrCompany() throws {
        let (alpha, beta) = (reference.alphaDensity, reference.betaDensity)
        let states: [SpinDensityMatrices] = [.restricted(total: alpha + beta), .unrestricted(alpha: alpha, beta: beta)]
        let first = try integrator("blyp", threads: 1).evaluate(states)
        let variants = [
            try integrator("blyp", threads: 3).evaluate(states),
            try integrator("blyp", threads: 2, cacheLimitInBytes: 0).evaluate(states),
            try integrator("blyp", threads: 2, cacheLimitInBytes: 3_000_000).evaluate(states),
        ]
        for other in variants {
            for (a, b) in zip(first, other) {
                #expect(a.energy == b.energy && a.alphaElectrons == b.alphaElectrons && a.potentials == b.potentials)
            }
        }
    }

    @Test func screeningHardlyMovesTheEnergy() throws {
        let (alpha, beta) = (reference.alphaDensity, reference.betaDensity)
        let states: [SpinDensityMatrices] = [.restricted(total: alpha + beta), .unrestricted(alpha: alpha, beta: beta)]
        let exact = try integrator("b3lyp", screening: 0).evaluate(states)
        let screened = try integrator("b3lyp").evaluate(states)
        for (a, b) in zip(exact, screened) {
            #expect(abs(a.energy - b.energy) < 1e-9)
            for (p, q) in zip(a.potentials, b.potentials) { #expect((p - q).largestMagnitude < 1e-8) }
        }
    }

    @Test func energyMovesWithTheMolecule() throws {
        // Turned about an axis, only the errors of the angular quadrature change; shifted, nothing does. The density
        // here is that of s functions alone, whose matrix does not change when they turn.
        let (c, s) = (cos(0.7), sin(0.7))
        let original = reference.molecule
        func energy(_ transform: (SIMD3<Double>) -> SIMD3<Double>) throws -> Double {
            let molecule = Molecule(
                atoms: original.atoms.map { Atom(element: $0.element, positionInBohr: transform($0.position)) })
            let basis = reference.basis(of: molecule)
            var density = Matrix(rows: basis.functionCount, columns: basis.functionCount)
            for i in 0..<basis.functionCount where basis.labels[i].angularMomentum == 0 {
                for j in 0..<basis.functionCount where basis.labels[j].angularMomentum == 0 {
                    density[i, j] = i == j ? 1 : 0.05
                }
            }
            let integrator = ExchangeCorrelationIntegrator(
                basis: basis, grid: MolecularGrid(molecule: molecule, specification: .fine, pool: pool),
                functional: try DensityFunctional(named: "pbe"), pool: pool, cacheLimitInBytes: 1 << 28)
            return integrator.evaluate([.restricted(total: density)])[0].energy
        }
        let plain = try energy { $0 }
        #expect(abs(try energy { $0 + SIMD3(3, -7, 2) } - plain) < 1e-9)
        #expect(abs(try energy { SIMD3(c * $0.x - s * $0.y, s * $0.x + c * $0.y, $0.z) } - plain) < 1e-4)
    }

    @Test func emptyInputs() throws {
        let integrator = try integrator("pbe")
        #expect(integrator.evaluate([]).isEmpty)
        let n = reference.basis.functionCount
        let zero = integrator.evaluate([.restricted(total: Matrix(rows: n, columns: n))])[0]
        #expect(zero.energy == 0 && zero.alphaElectrons == 0)
        #expect(zero.potentials[0].largestMagnitude == 0)
    }
}
