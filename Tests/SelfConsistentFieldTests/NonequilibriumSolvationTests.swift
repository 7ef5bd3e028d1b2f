import ElectronicStructure
import Foundation
import GaussianBasis
import HamiltonianTerms
import LinearAlgebra
import MolecularStructure
import ParallelExecution
import SelfConsistentField
import TestSupport
import Testing

@testable import ContinuumSolvation

/// The solvent of vertical states: its slow polarisation is that of the base state.
@Suite("Non-equilibrium solvation", .serialized) struct NonequilibriumSolvationTests {
    private static let pool = WorkerPool(threads: 2)

    private static func basis(_ name: String, _ set: [String: String]) throws -> AtomicOrbitalBasis {
        try #require(
            (try EnergyReference.all(in: "hf-energies.json") + EnergyReference.all(in: "dft-energies.json")).first {
                $0.name == name && $0.basis == set
            }
        ).atomicOrbitalBasis()
    }

    private static func energy(_ term: any HamiltonianTerm, _ density: Matrix) -> Double {
        term.evaluate([StateDensity(charge: 0, matrices: [density])])[0][0].energy
    }

    private static func densities(_ basis: AtomicOrbitalBasis) -> (base: Matrix, other: Matrix) {
        var random = RepeatableRandom(seed: 3)
        let n = basis.functionCount
        func density() -> Matrix {
            let change = Matrix(
                rows: n, columns: n, elements: (0..<n * n).map { _ in Double.random(in: -0.1...0.1, using: &random) })
            return 0.5 * Matrix.identity(n) + change.symmetrized()
        }
        return (density(), density())
    }

    /// For the base state's own density the energy is that at equilibrium; with the static constant for the fast part it is so for every
    /// density; with 1 the charges are frozen.
    @Test(arguments: ContinuumModel.Kind.allCases) func limits(kind: ContinuumModel.Kind) throws {
        let basis = try Self.basis("water-turned", ["default": "6-31G"])
        let solvent = try Solvent(parsing: "acetonitrile")
        let (base, other) = Self.densities(basis)
        func term(_ optical: Double?, frozen: Matrix?) throws -> any HamiltonianTerm {
            let model = try ContinuumModel(
                solvent, kind: kind, baseCharge: optical == nil ? nil : 0, opticalDielectricConstant: optical)
            return try (frozen.map(model.frozen) ?? model).term(for: basis, pool: Self.pool, memoryLimitInBytes: 1 << 30)
        }
        let equilibrium = try term(nil, frozen: nil)
        let usual = try term(1.807, frozen: base)
        #expect(abs(Self.energy(usual, base) - Self.energy(equilibrium, base)) < 1e-11)
        #expect(Self.energy(usual, other) > Self.energy(equilibrium, other) + 1e-6)
        // Until a state is frozen, a model of non-equilibrium is that of its base state.
        #expect(Self.energy(try term(1.807, frozen: nil), other) == Self.energy(equilibrium, other))
        let same = try term(35.688, frozen: base)
        #expect(abs(Self.energy(same, other) - Self.energy(equilibrium, other)) < 1e-11)
        let frozen = try term(1, frozen: base)
        #expect(Self.energy(frozen, other) > Self.energy(usual, other))
        // Frozen charges do not respond, and their energy is linear in the density.
        let state = StateDensity(charge: 0, matrices: [other])
        #expect(frozen.response(to: [state])[0][0].matrices[0].largestMagnitude < 1e-12)
        let middle = Self.energy(frozen, 0.5 * (base + other))
        #expect(abs(middle - 0.5 * (Self.energy(frozen, base) + Self.energy(frozen, other))) < 1e-11)
    }

    /// The matrix is the derivative of the energy, and the response that of the matrix.
    @Test(arguments: ContinuumModel.Kind.allCases) func matrices(kind: ContinuumModel.Kind) throws {
        let basis = try Self.basis("water-turned", ["default": "6-31G"])
        let (base, other) = Self.densities(basis)
        let term = try ContinuumModel(try Solvent(parsing: "water"), kind: kind, baseCharge: 0).frozen(at: base)
            .term(for: basis, pool: Self.pool, memoryLimitInBytes: 1 << 30)
        let change = other - base
        func part(_ density: Matrix) -> TermPart { term.evaluate([StateDensity(charge: 0, matrices: [density])])[0][0] }
        let step = 1e-3
        let (plus, minus) = (part(other + step * change), part(other + (-step) * change))
        let slope = (plus.energy - minus.energy) / (2 * step)
        #expect(abs(slope - part(other).matrices[0].dot(change)) < 1e-8)
        let response = term.response(to: [StateDensity(charge: 0, matrices: [change])])[0][0].matrices[0]
        let difference = (0.5 / step) * (plus.matrices[0] - minus.matrices[0])
        #expect((response - difference).largestMagnitude < 1e-9)
    }

    /// An ion in a sphere: q' is the base charge, q the charge after electrons were added, and 1/e' - 1/e the Pekar factor. R. A. Marcus,
    /// J. Chem. Phys. 24, 979 (1956), doi 10.1063/1.1742724.
    @Test(arguments: [ContinuumModel.Kind.cpcm, .iefpcm]) func ionInASphere(kind: ContinuumModel.Kind) throws {
        let basis = try Self.basis("hydrogen-atom", ["default": "cc-pVTZ"])
        let (epsilon, optical, radiusInAngstrom) = (35.688, 1.807, 9.0)
        let n = basis.functionCount
        // One function of s symmetry and norm one: a spherical density far inside of the sphere.
        func density(electrons: Double) -> Matrix {
            var matrix = Matrix(rows: n, columns: n)
            matrix[0, 0] = electrons
            return matrix
        }
        let model = try ContinuumModel(
            try Solvent(dielectricConstant: epsilon), kind: kind, radiiInAngstrom: [.hydrogen: radiusInAngstrom], baseCharge: 1,
            opticalDielectricConstant: optical)
        let radius = radiusInAngstrom / PhysicalConstants.bohrInAngstrom
        let (fast, slow) = (1 - 1 / optical, 1 / optical - 1 / epsilon)
        for base in [1.0, 0, -1] {
            let term = try model.frozen(at: density(electrons: 1 - base))
                .term(for: basis, pool: Self.pool, memoryLimitInBytes: 1 << 30)
            for charge in [1.0, 0, -1, -2] {
                let expected =
                    -0.5 * fast * charge * charge / radius - slow * base * charge / radius + 0.5 * slow * base * base / radius
                let energy = Self.energy(term, density(electrons: 1 - charge))
                #expect(abs(energy - expected) < 1e-6, "\(base) \(charge): \(energy) and \(expected)")
            }
        }
    }

    /// Marcus divides the charges otherwise - the slow part keeps (e - e')/(e - 1) of the base state's charges, and the fast part responds to
    /// it, too - but not the energy: M. Cossi and V. Barone, J. Phys. Chem. A 104, 10614 (2000), doi 10.1021/jp000997s.
    @Test func partitionOfMarcus() throws {
        let basis = try Self.basis("water-turned", ["default": "6-31G"])
        let (epsilon, optical) = (35.688, 1.807)
        let (base, other) = Self.densities(basis)
        let model = try ContinuumModel(
            try Solvent(dielectricConstant: epsilon), baseCharge: 0, opticalDielectricConstant: optical)
        let term = try #require(
            try model.frozen(at: base).term(for: basis, pool: Self.pool, memoryLimitInBytes: 1 << 30) as? ContinuumTerm)
        let surface = try model.surface(of: basis.molecule)
        let full = try SurfaceChargeEquations(surface, .cpcm, dielectricConstant: epsilon, pool: Self.pool)
        let fast = try full.inMedium(dielectricConstant: optical)
        let (first, second) = (term.potentials(of: [base])[0], term.potentials(of: [other])[0])
        let slow = full.solve(first).charges.map { $0 * (epsilon - optical) / (epsilon - 1) }
        // S q.
        let own = surface.positions.indices.map { i in
            surface.positions.indices.reduce(0) { sum, j in
                let separation = surface.positions[i] - surface.positions[j]
                let distance = (separation * separation).sum().squareRoot()
                let value =
                    i == j
                    ? surface.widths[i] * (2 / Double.pi).squareRoot() / surface.switches[i]
                    : SurfaceInteraction(surface.widths[i], surface.widths[j], distance: distance).value
                return sum + value * slow[j]
            }
        }
        func sum(_ a: [Double], _ b: [Double]) -> [Double] { zip(a, b).map { $0 + $1 } }
        func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
        let (before, after) = (fast.solve(sum(first, own)).charges, fast.solve(sum(second, own)).charges)
        // The charges of the base state are divided completely.
        let total = sum(before, slow)
        #expect(zip(total, full.solve(first).charges).allSatisfy { abs($0 - $1) < 1e-10 })
        let marcus =
            0.5 * dot(after, second) + dot(slow, second) - 0.5 * dot(slow, first) + 0.5 * (dot(after, own) - dot(before, own))
        #expect(abs(Self.energy(term, other) - marcus) < 1e-10, "\(Self.energy(term, other)) and \(marcus)")
    }

    /// An added electron: above the energy at equilibrium, below that in frozen charges. Newton's method and extrapolation agree.
    @Test(arguments: [ContinuumModel.Kind.cpcm, .smd]) func addedElectron(kind: ContinuumModel.Kind) throws {
        BLASThreads.limit(to: 1)
        let basis = try Self.basis("nitrogen-dioxide", ["default": "6-31G(d)"])
        let solvent = try Solvent(parsing: "acetonitrile")
        let (neutral, anion) = (ChargeState(charge: 0, multiplicity: 2), ChargeState(charge: -1, multiplicity: 1))
        func solve(_ model: ContinuumModel, _ state: ChargeState, isSecondOrder: Bool = false) throws -> SCFResult {
            let problem = try ElectronicProblem(
                basis: basis, method: .hartreeFock, adding: [model], pool: Self.pool, memoryLimitInBytes: 1 << 30)
            var options = SCFOptions()
            options.energyTolerance = 1e-10
            options.isSecondOrder = isSecondOrder
            let result = try SelfConsistentField(problem: problem, state: state, options: options).solve()
            #expect(result.isConverged && result.stability?.isStable == true)
            return result
        }
        let equilibrium = try ContinuumModel(solvent, kind: kind)
        let base = try solve(equilibrium, neutral)
        func vertical(_ optical: Double?, isSecondOrder: Bool = false) throws -> Double {
            let model = try ContinuumModel(solvent, kind: kind, baseCharge: 0, opticalDielectricConstant: optical)
            return try solve(model.frozen(at: base.wavefunction.totalDensity), anion, isSecondOrder: isSecondOrder).energy
        }
        let relaxed = try solve(equilibrium, anion).energy
        let energy = try vertical(nil)
        let frozen = try vertical(1)
        #expect(energy > relaxed + 0.01 && energy < frozen - 0.01)
        #expect(abs(try vertical(solvent.dielectricConstant) - relaxed) < 1e-8)
        #expect(abs(try vertical(nil, isSecondOrder: true) - energy) < 1e-8)
    }

    @Test func opticalConstants() throws {
        let acetonitrile = try ContinuumModel(try Solvent(parsing: "acetonitrile"), baseCharge: 0)
        #expect(abs((acetonitrile.nonequilibrium?.opticalDielectricConstant ?? 0) - 1.3442 * 1.3442) < 1e-12)
        #expect(acetonitrile.title == "C-PCM(acetonitrile, non-equilibrium)")
        // The square of the refractive index of hexane is above its static constant.
        let hexane = try ContinuumModel(try Solvent(parsing: "hexane"), baseCharge: 0)
        #expect(hexane.nonequilibrium?.opticalDielectricConstant == 1.8819)
        let medium = try Solvent(parsing: "20")
        #expect(throws: ContinuumError.self) { try ContinuumModel(medium, baseCharge: 0) }
        #expect(try ContinuumModel(medium, baseCharge: 0, opticalDielectricConstant: 2).nonequilibrium != nil)
        for optical in [0.5, 21, .nan] {
            #expect(throws: ContinuumError.self) { try ContinuumModel(medium, baseCharge: 0, opticalDielectricConstant: optical) }
        }
    }
}
