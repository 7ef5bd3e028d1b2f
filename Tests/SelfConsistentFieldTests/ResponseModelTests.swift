import DensityFunctionals
import GaussianBasis
import GaussianIntegrals
import HamiltonianTerms
import LinearAlgebra
import MolecularQuadrature
import MolecularStructure
import ParallelExecution
import TestSupport
import Testing

@testable import ElectronicStructure
@testable import SelfConsistentField

@Suite("Response model", .serialized) struct ResponseModelTests {
    private let pool = WorkerPool(threads: 2)

    private func basis(_ name: String, _ set: String) throws -> AtomicOrbitalBasis {
        BLASThreads.limit(to: 1)
        return try #require(
            try EnergyReference.all(in: "hf-energies.json").first { $0.name == name && $0.basis["default"] == set }
        ).atomicOrbitalBasis()
    }

    private func problem(_ basis: AtomicOrbitalBasis, _ functional: String, _ grid: GridSpecification) throws -> ElectronicProblem
    {
        try ElectronicProblem(
            basis: basis, method: .kohnSham(functional: try DensityFunctional(named: functional), grid: grid), pool: pool,
            memoryLimitInBytes: 1 << 30)
    }

    private func perturbed(_ density: Matrix, seed: UInt64) -> Matrix {
        var random = RepeatableRandom(seed: seed)
        var result = density
        for i in result.elements.indices { result.elements[i] += Double.random(in: -0.01...0.01, using: &random) }
        return result.symmetrized()
    }

    /// Around its own densities it gives back their Fock matrices, and its Fock matrices are the derivatives of its energy.
    @Test(arguments: [true, false]) func fockMatrixIsTheDerivativeOfTheEnergy(isRestricted: Bool) throws {
        let problem = try problem(try basis("methanol", "6-31G(d)"), "b3lyp", .coarse)
        let model = try #require(problem.responseModel)
        let total = try problem.guessDensity
        let densities = isRestricted ? [total] : [0.55 * total, 0.45 * total]
        let fock = densities.indices.map { perturbed(problem.overlap, seed: UInt64($0)) }
        let expansion = model.around(fock: fock, densities: densities)
        let same = expansion.evaluate(densities)
        #expect(abs(same.energy) < 1e-9)
        for (a, b) in zip(same.fock, fock) { #expect((a - b).largestMagnitude < 1e-9) }

        let other = densities.enumerated().map { perturbed($1, seed: 7 + UInt64($0)) }
        let change = densities.enumerated().map { perturbed(Matrix(rows: $1.rows, columns: $1.rows), seed: 20 + UInt64($0)) }
        func energy(_ step: Double) -> Double { expansion.evaluate(zip(other, change).map { $0 + step * $1 }).energy }
        let slope = zip(expansion.evaluate(other).fock, change).reduce(0) { $0 + $1.0.dot($1.1) }
        let h = 1e-2
        let numerical = (8 * (energy(h) - energy(-h)) - (energy(2 * h) - energy(-2 * h))) / (12 * h)
        #expect(abs(numerical - slope) < 1e-4 * max(1, abs(slope)), "\(numerical) \(slope)")
    }

    /// For a local functional the model is the exact thing but for its small grid and its fit.
    @Test func answersNearlyLikeTheExactFockMatrix() throws {
        let problem = try problem(try basis("methanol", "6-31G(d)"), "lda_x,lda_c_pw", .fine)
        let model = try #require(problem.responseModel)
        let state = ChargeState(charge: 0, multiplicity: 1)
        let solved = try SelfConsistentField(problem: problem, state: state, options: SCFOptions()).solve()
        let density = solved.wavefunction.totalDensity
        let guess = try problem.guessDensity
        var builder = FockBuilder(problem: problem)
        func fock(_ density: Matrix) -> Matrix {
            builder.build([.init(state: 0, density: StateDensity(charge: 0, matrices: [density]))])[0].fock[0]
        }
        let exact = fock(density) - fock(guess)
        let modelled = model.around(fock: [fock(guess)], densities: [guess]).evaluate([density]).fock[0] - fock(guess)
        let error = exact - modelled
        #expect(error.dot(error).squareRoot() < 0.05 * exact.dot(exact).squareRoot())
    }

    /// Fewer Fock builds, the same energies.
    @Test(arguments: ["formaldehyde", "methanol"]) func leadsToTheSameEnergyInFewerBuilds(name: String) throws {
        let problem = try problem(try basis(name, name == "methanol" ? "6-31G(d)" : "cc-pVDZ"), "b3lyp", .medium)
        let state = ChargeState(charge: 0, multiplicity: 1)
        var options = SCFOptions()
        options.followsInstabilities = false
        let withModel = try SelfConsistentField(problem: problem, state: state, options: options).solve()
        // The smallest damping there is makes the iterations do without the model.
        options.damping = 1e-12
        let without = try SelfConsistentField(problem: problem, state: state, options: options).solve()
        #expect(withModel.isConverged && without.isConverged)
        #expect(abs(withModel.energy - without.energy) < 1e-8)
        #expect(withModel.iterations < without.iterations && withModel.iterations <= 8)
    }

    /// A series gives each state the energy that it has on its own.
    @Test func statesOfASeriesAreThoseSolvedAlone() throws {
        let problem = try problem(try basis("nitrogen-dioxide", "6-31G(d)"), "b3lyp", .medium)
        let states = [(1, 1), (0, 2), (-1, 1)].map { ChargeState(charge: $0.0, multiplicity: $0.1) }
        var finished: [Int] = []
        let series = try SelfConsistentField(problem: problem, states: states, options: SCFOptions())
            .solveAll(onFinish: { state, _ in finished.append(state) })
        #expect(series.count == 3 && Set(finished) == [0, 1, 2])
        for (state, result) in zip(states, series) {
            let alone = try SelfConsistentField(problem: problem, state: state, options: SCFOptions()).solve()
            #expect(result.isConverged && result.wavefunction.state == state)
            #expect(abs(result.energy - alone.energy) < 2e-8)
        }
    }
}
