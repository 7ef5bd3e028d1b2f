import ContinuumSolvation
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
@testable import OrbitalResponse
@testable import SelfConsistentField

@Suite("Orbital Hessian", .serialized) struct OrbitalHessianTests {
    private func basis(_ name: String, _ set: String) throws -> AtomicOrbitalBasis {
        BLASThreads.limit(to: 1)
        return try #require(
            try EnergyReference.all(in: "hf-energies.json").first { $0.name == name && $0.basis["default"] == set }
        ).atomicOrbitalBasis()
    }

    private func problem(
        _ basis: AtomicOrbitalBasis, _ functional: String?, adding models: [any TermModel] = []
    ) throws -> ElectronicProblem {
        let method: ElectronicMethod =
            try functional.map { .kohnSham(functional: try DensityFunctional(named: $0), grid: .coarse) } ?? .hartreeFock
        return try ElectronicProblem(
            basis: basis, method: method, adding: models, pool: WorkerPool(threads: 2), memoryLimitInBytes: 1 << 30)
    }

    /// Orbitals of the core Hamiltonian, mixed at random: far from any solution.
    private func point(_ problem: ElectronicProblem, _ occupation: OrbitalOccupation) throws -> OrbitalPoint {
        var random = RepeatableRandom(seed: 3)
        var orbitals = try occupation.electrons.prefix(occupation.isRestricted ? 1 : 2).indices.map { spin in
            let disturbance = problem.overlap.rows
            var fock = problem.core.sum
            for i in 0..<disturbance {
                for j in 0...i {
                    let value = Double.random(in: -0.1...0.1, using: &random)
                    fock[i, j] += value
                    if i != j { fock[j, i] += value }
                }
            }
            let (coefficients, energies) = try problem.orthogonalizer.diagonalize(fock)
            return occupation.orbitals(coefficients: coefficients, energies: energies, spin: spin)
        }
        if occupation.kind == .restrictedOpen {
            orbitals[1] = occupation.orbitals(coefficients: orbitals[0].coefficients, energies: orbitals[0].energies, spin: 1)
        }
        let build = energyAndFock(problem, orbitals.map(\.density))
        return try OrbitalPoint(orbitals: orbitals, fock: build.fock, occupation: occupation)
    }

    private func energyAndFock(_ problem: ElectronicProblem, _ densities: [Matrix]) -> FockBuilder.Build {
        var builder = FockBuilder(problem: problem)
        return builder.build([.init(state: 0, density: StateDensity(charge: 0, matrices: densities))])[0]
    }

    private func random(_ point: OrbitalPoint, seed: UInt64) -> OrbitalRotation {
        var random = RepeatableRandom(seed: seed)
        let result = point.mapped(point.gradient) { _, _ in Double.random(in: -1...1, using: &random) }
        return (1 / result.norm) * result
    }

    /// A made-up term: a power of the kinetic energy, and of that of alpha less that of beta electrons.
    private struct PowerOfKineticEnergy: TermModel, HamiltonianTerm {
        let power: Int
        var kinetic = Matrix(rows: 0, columns: 0)
        private static let factor = 2e-3

        init(power: Int) { self.power = power }

        var key: String { "made_up" }
        var title: String { key }
        var parameters: [(name: String, value: Double)] { [] }
        var references: [String] { [] }
        var dependence: DensityDependence { power == 2 ? .quadratic : .general }

        func term(for basis: AtomicOrbitalBasis, pool: WorkerPool, memoryLimitInBytes: Int) -> any HamiltonianTerm {
            var result = self
            result.kinetic = OneElectronIntegrals.kinetic(basis: basis)
            return result
        }

        func evaluate(_ states: [StateDensity]) -> [[TermPart]] {
            states.map { state in
                func part(_ value: Double) -> (energy: Double, slope: Double) {
                    let lower = (1..<power).reduce(Self.factor) { result, _ in result * value }
                    return (lower * value / Double(power), lower)
                }
                let total = part(kinetic.dot(state.total))
                guard !state.isRestricted else {
                    return [TermPart(key: key, energy: total.energy, matrices: [total.slope * kinetic])]
                }
                let spin = part(kinetic.dot(state.matrices[0] - state.matrices[1]))
                return [
                    TermPart(
                        key: key, energy: total.energy + spin.energy,
                        matrices: [(total.slope + spin.slope) * kinetic, (total.slope - spin.slope) * kinetic])
                ]
            }
        }

        func gradient(of state: GradientDensity) -> [SIMD3<Double>] { [] }
    }

    enum AddedTerm: CaseIterable, Sendable { case square, fourthPower, solvent }

    /// Terms that are added to the Hamiltonian are part of the response.
    @Test(arguments: AddedTerm.allCases, [OrbitalOccupation.Kind.restricted, .unrestricted, .restrictedOpen])
    func derivativesWithAnAddedTerm(term: AddedTerm, kind: OrbitalOccupation.Kind) throws {
        let model: any TermModel =
            switch term {
            case .square: PowerOfKineticEnergy(power: 2)
            case .fourthPower: PowerOfKineticEnergy(power: 4)
            case .solvent: try ContinuumModel(try Solvent(parsing: "water"), kind: .iefpcm)
            }
        let problem = try problem(try basis("water-turned", "6-31G"), nil, adding: [model])
        let occupation = OrbitalOccupation(electrons: kind == .restricted ? [5, 5] : [6, 4], kind: kind)
        let point = try point(problem, occupation)
        let k = random(point, seed: 1)
        func energy(_ change: (Double) throws -> [Matrix]) throws -> Double {
            let h = 0.02
            func value(_ t: Double) throws -> Double { energyAndFock(problem, try change(t)).components.total }
            return try (16 * (value(h) + value(-h)) - (value(2 * h) + value(-2 * h)) - 30 * value(0)) / (12 * h * h)
        }
        let hessian = OrbitalHessian(problem: problem)
        let curvature = try energy { try point.densities(after: $0 * k) }
        let product = try hessian.products([.init(point: point, spin: .symmetric, rotations: [k])])[0][0]
        #expect(abs(curvature - point.weight * k.dot(product)) < 2e-3 * max(1, abs(curvature)), "\(curvature)")
        guard kind == .restricted else { return }
        let towardsUnrestricted = try energy {
            [0.5 * (try point.densities(after: $0 * k)[0]), 0.5 * (try point.densities(after: -$0 * k)[0])]
        }
        let other = try hessian.products([.init(point: point, spin: .antisymmetric, rotations: [k])])[0][0]
        #expect(abs(towardsUnrestricted - point.weight * k.dot(other)) < 2e-3 * max(1, abs(towardsUnrestricted)))
    }

    /// Gradient and products of the Hessian are the first and second derivatives of the energy, at a point that is no
    /// solution.
    @Test(arguments: [nil, "svwn", "b3lyp"], [OrbitalOccupation.Kind.restricted, .unrestricted, .restrictedOpen])
    func derivativesOfTheEnergy(functional: String?, kind: OrbitalOccupation.Kind) throws {
        let problem = try problem(try basis("water-turned", "6-31G"), functional)
        let isRestricted = kind == .restricted
        let occupation = OrbitalOccupation(electrons: isRestricted ? [5, 5] : [6, 4], kind: kind)
        let point = try point(problem, occupation)
        let k = random(point, seed: 1)
        func energy(_ t: Double) throws -> Double {
            try energyAndFock(problem, point.densities(after: t * k)).components.total
        }
        let h = 0.02
        let (up, down, farUp, farDown) = (try energy(h), try energy(-h), try energy(2 * h), try energy(-2 * h))
        let center = try energy(0)
        let slope = (8 * (up - down) - (farUp - farDown)) / (12 * h)
        let curvature = (16 * (up + down) - (farUp + farDown) - 30 * center) / (12 * h * h)
        let product = try OrbitalHessian(problem: problem).products([.init(point: point, spin: .symmetric, rotations: [k])])[0][0]
        #expect(abs(slope - point.weight * point.gradient.dot(k)) < 5e-5 * max(1, abs(slope)))
        #expect(abs(curvature - point.weight * k.dot(product)) < tolerance(functional) * max(1, abs(curvature)), "\(curvature)")
    }

    /// Products take the exchange-correlation potential from a small grid, and rotations of core orbitals feel that most.
    private func tolerance(_ functional: String?) -> Double { functional == nil ? 1e-3 : 5e-3 }

    /// Towards an unrestricted wavefunction, too, with several rotations and requests at once.
    @Test(arguments: [nil, "b3lyp"]) func derivativesTowardsUnrestricted(functional: String?) throws {
        let problem = try problem(try basis("water-turned", "6-31G"), functional)
        let occupation = OrbitalOccupation(electrons: [5, 5], isRestricted: true)
        let point = try point(problem, occupation)
        let rotations = [random(point, seed: 1), random(point, seed: 2)]
        let products = try OrbitalHessian(problem: problem).products([
            .init(point: point, spin: .symmetric, rotations: rotations),
            .init(point: point, spin: .antisymmetric, rotations: rotations),
        ])[1]
        for (k, product) in zip(rotations, products) {
            func energy(_ t: Double) throws -> Double {
                let (alpha, beta) = (try point.densities(after: t * k)[0], try point.densities(after: -t * k)[0])
                return energyAndFock(problem, [0.5 * alpha, 0.5 * beta]).components.total
            }
            let h = 0.02
            let even = try 16 * (energy(h) + energy(-h)) - (energy(2 * h) + energy(-2 * h)) - 30 * energy(0)
            let curvature = even / (12 * h * h)
            #expect(abs(curvature - point.weight * k.dot(product)) < tolerance(functional) * max(1, abs(curvature)))
        }
    }

    /// The search finds the lowest eigenvalue of the whole Hessian.
    @Test(arguments: [OrbitalHessian.Spin.symmetric, .antisymmetric]) func lowestEigenvalue(spin: OrbitalHessian.Spin) throws {
        let problem = try problem(try basis("water-turned", "6-31G"), nil)
        var options = SCFOptions()
        options.reference = .restricted
        let result = try SelfConsistentField(problem: problem, state: ChargeState(charge: 0, multiplicity: 1), options: options)
            .solve()
        let occupation = OrbitalOccupation(electrons: [5, 5], isRestricted: true)
        let orbitals = occupation.filled(result.wavefunction.orbitals)
        let fock = energyAndFock(problem, orbitals.map(\.density)).fock
        let point = try OrbitalPoint(orbitals: orbitals, fock: fock, occupation: occupation)
        let all = point.smallestExcitations(1000)
        let products = try OrbitalHessian(problem: problem).products([.init(point: point, spin: spin, rotations: all)])[0]
        var hessian = Matrix(rows: all.count, columns: all.count)
        for i in all.indices { for j in all.indices { hessian[i, j] = all[i].dot(products[j]) } }
        let lowest = try #require(try SymmetricEigenproblem(hessian.symmetrized()).values.first)
        var search = StabilitySearch(
            point: point, spin: spin, starts: point.smallestExcitations(2) + [point.asymmetricNoise()], tolerance: 1e-4)
        while !search.isFinished {
            try search.receive(
                products: OrbitalHessian(problem: problem).products([.init(point: point, spin: spin, rotations: search.wanted)])[
                    0])
        }
        #expect(all.count == 5 * (problem.basis.functionCount - 5))
        #expect(abs(search.lowest - lowest) < 1e-3, "\(search.lowest) \(lowest)")
    }

    /// The step is the lowest point of the quadratic function within the radius, whichever signs the curvatures have.
    @Test(arguments: [[0.5, 1, 2, 3], [-0.4, 0.1, 1, 2], [-1, -0.5, 0.2, 4]]) func lowestPointWithinARadius(curvatures: [Double])
        throws
    {
        var random = RepeatableRandom(seed: 7)
        for hasSlope in [true, false] {
            let slopes = curvatures.indices.map { $0 == 0 && !hasSlope ? 0 : Double.random(in: -1...1, using: &random) }
            func vector(_ elements: [Double]) -> OrbitalRotation {
                OrbitalRotation(blocks: [Matrix(rows: 4, columns: 1, elements: elements)])
            }
            var subspace = OrbitalSubspace()
            for k in 0..<4 { subspace.propose(vector((0..<4).map { $0 == k ? 1 : 0 })) }
            subspace.receive((0..<4).map { k in vector((0..<4).map { $0 == k ? curvatures[k] : 0 }) })
            let radius = 0.3
            let step = try subspace.step(gradient: vector(slopes), radius: radius)
            #expect(step.rotation.norm < radius * (1 + 1e-9))
            func value(_ x: [Double]) -> Double {
                x.indices.reduce(0) { $0 + slopes[$1] * x[$1] + 0.5 * curvatures[$1] * x[$1] * x[$1] }
            }
            #expect(abs(value(step.rotation.blocks[0].elements) - step.predictedChange) < 1e-12)
            for _ in 0..<20_000 {
                var x = (0..<4).map { _ in Double.random(in: -1...1, using: &random) }
                let length = x.reduce(0) { $0 + $1 * $1 }.squareRoot()
                let wanted = radius * Double.random(in: 0...1, using: &random).squareRoot().squareRoot()
                x = x.map { $0 * wanted / length }
                #expect(value(x) > step.predictedChange - 1e-9)
            }
        }
    }

    /// Newton's method alone finds the same energies.
    @Test(arguments: [("nitrogen-dioxide", "6-31G(d)"), ("water-turned", "6-31G"), ("oxygen", "STO-3G")])
    func newtonFromTheStart(name: String, set: String) throws {
        let reference = try #require(
            try EnergyReference.all(in: "hf-energies.json").first { $0.name == name && $0.basis["default"] == set })
        let problem = try problem(try reference.atomicOrbitalBasis(), nil)
        var options = SCFOptions()
        options.energyTolerance = 1e-10
        options.isSecondOrder = true
        let result = try SelfConsistentField(
            problem: problem, state: ChargeState(charge: reference.charge, multiplicity: reference.multiplicity), options: options
        ).solve()
        #expect(result.isConverged)
        #expect(abs(result.energy - reference.energy) < 1e-8, "\(result.energy - reference.energy)")
        #expect(try #require(result.stability).isStable)
    }
}
