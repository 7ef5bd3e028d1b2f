import DensityFunctionals
import GaussianBasis
import HamiltonianTerms
import LinearAlgebra
import MolecularQuadrature
import MolecularStructure
import ParallelExecution
import TestSupport
import Testing

@testable import ElectronicStructure
@testable import SelfConsistentField

@Suite(.serialized) struct SelfConsistentFieldTests {
    private func reference(_ name: String, _ set: String, charge: Int = 0) throws -> EnergyReference {
        try #require(
            try EnergyReference.all(in: "hf-energies.json").first {
                $0.name == name && $0.basis["default"] == set && $0.charge == charge
            })
    }

    private func problem(
        _ basis: AtomicOrbitalBasis, method: ElectronicMethod = .hartreeFock, threads: Int = 2, memory: Int = 1 << 30
    ) throws -> ElectronicProblem {
        BLASThreads.limit(to: 1)
        return try ElectronicProblem(
            basis: basis, method: method, pool: WorkerPool(threads: threads), memoryLimitInBytes: memory)
    }

    private func b3lyp(_ grid: GridSpecification) throws -> ElectronicMethod {
        .kohnSham(functional: try DensityFunctional(named: "b3lyp"), grid: grid)
    }

    /// The Fock matrix is the derivative of the energy with respect to the density: dE = tr(F dP).
    @Test func fockMatrixIsTheDerivativeOfTheEnergy() throws {
        let basis = try reference("nitrogen-dioxide", "6-31G(d)").atomicOrbitalBasis()
        for method in [.hartreeFock, try b3lyp(.coarse)] {
            let problem = try problem(basis, method: method)
            for isRestricted in [true, false] {
                let guess = try 0.5 * problem.guessDensity
                let densities = isRestricted ? [2.0 * guess] : [guess, 0.9 * guess]
                var random = RepeatableRandom(seed: 5)
                let change = densities.map { density -> Matrix in
                    var result = density
                    for i in result.elements.indices { result.elements[i] = Double.random(in: -1...1, using: &random) }
                    return result.symmetrized()
                }
                func energy(_ step: Double) -> Double {
                    build(zip(densities, change).map { $0 + step * $1 }).components.total
                }
                func build(_ densities: [Matrix]) -> FockBuilder.Build {
                    var builder = FockBuilder(problem: problem)
                    return builder.build([.init(state: 0, density: StateDensity(charge: 0, matrices: densities))])[0]
                }
                let fock = build(densities).fock
                let slope = zip(fock, change).reduce(0) { $0 + $1.0.dot($1.1) }
                let h = 1e-4
                let numerical = (8 * (energy(h) - energy(-h)) - (energy(2 * h) - energy(-2 * h))) / (12 * h)
                #expect(abs(numerical - slope) < 1e-6 * max(1, abs(slope)), "\(numerical) \(slope)")
            }
        }
    }

    /// Translation, rotation (pure functions) and the order of the atoms leave the energy alone.
    @Test func energyIsInvariant() throws {
        let basis = try reference("formaldehyde", "cc-pVDZ").atomicOrbitalBasis()
        // Rotations about z by 0.7 and about x by 1.1.
        let (c1, s1, c2, s2) = (0.7648421872844885, 0.644217687237691, 0.4535961214255773, 0.8912073600614354)
        let r = [SIMD3(c1, -s1, 0), SIMD3(c2 * s1, c2 * c1, -s2), SIMD3(s2 * s1, s2 * c1, c2)]
        let moved = basis.molecule.atoms.map { atom -> Atom in
            let p = atom.position
            let turned = SIMD3((r[0] * p).sum(), (r[1] * p).sum(), (r[2] * p).sum())
            return Atom(element: atom.element, positionInBohr: turned + SIMD3(3.1, -2.2, 0.7))
        }
        let order = [2, 0, 3, 1]
        let other = AtomicOrbitalBasis(
            molecule: Molecule(atoms: order.map { moved[$0] }), elementBases: order.map { basis.elementBases[$0] },
            functionType: .pure)
        let state = ChargeState(charge: 0, multiplicity: 1)
        var options = SCFOptions()
        options.energyTolerance = 1e-10
        for (method, tolerance) in [(.hartreeFock, 1e-10), (try b3lyp(.ultrafine), 2e-6)] {
            let energies = try [basis, other].map {
                try SelfConsistentField(problem: try problem($0, method: method), state: state, options: options).solve().energy
            }
            #expect(abs(energies[0] - energies[1]) < tolerance)
        }
    }

    @Test func bitsRepeatForAnyNumberOfThreadsAndMemoryOnlyChangesRounding() throws {
        let basis = try reference("nitrogen-dioxide", "6-31G(d)").atomicOrbitalBasis()
        let state = ChargeState(charge: 0, multiplicity: 2)
        func energy(threads: Int, memory: Int) throws -> Double {
            try SelfConsistentField(
                problem: try problem(basis, method: try b3lyp(.coarse), threads: threads, memory: memory), state: state,
                options: SCFOptions()
            ).solve().energy
        }
        let first = try energy(threads: 2, memory: 1 << 30)
        #expect(try energy(threads: 2, memory: 1 << 30) == first)
        #expect(try energy(threads: 1, memory: 1 << 30) == first)
        #expect(abs(try energy(threads: 2, memory: 0) - first) < 1e-9)
    }

    @Test func aRestartFromConvergedOrbitalsNeedsFewIterations() throws {
        let basis = try reference("methanol", "6-31G(d)").atomicOrbitalBasis()
        var options = SCFOptions()
        options.followsInstabilities = false
        let scf = try SelfConsistentField(
            problem: try problem(basis), state: ChargeState(charge: 0, multiplicity: 1), options: options)
        let first = try scf.solve()
        let second = try scf.solve(initial: StartingOrbitals(first.wavefunction.orbitals))
        #expect(second.isConverged && second.iterations <= 3)
        #expect(abs(first.energy - second.energy) < 1e-9)
    }

    @Test func tooFewIterationsAreNotCalledConverged() throws {
        let basis = try reference("methanol", "6-31G(d)").atomicOrbitalBasis()
        var options = SCFOptions()
        options.maximumIterations = 4
        let result = try SelfConsistentField(
            problem: try problem(basis), state: ChargeState(charge: 0, multiplicity: 1), options: options
        ).solve()
        #expect(!result.isConverged)
        #expect(result.iterations == 4)
    }

    @Test func dampingAndLevelShiftLeadToTheSameEnergy() throws {
        let source = try reference("nitrogen-dioxide", "6-31G(d)")
        let problem = try problem(try source.atomicOrbitalBasis())
        for (damping, shift) in [(0.3, 0.0), (0.0, 0.3), (0.2, 0.2)] {
            var options = SCFOptions()
            options.damping = damping
            options.levelShift = shift
            let result = try SelfConsistentField(
                problem: problem, state: ChargeState(charge: 0, multiplicity: 2), options: options
            ).solve()
            #expect(result.isConverged)
            #expect(abs(result.energy - source.energy) < 1e-7)
        }
    }

    @Test func impossibleStatesAreRefused() throws {
        let problem = try problem(try reference("water", "STO-3G").atomicOrbitalBasis())
        for (charge, multiplicity) in [(0, 2), (0, 0), (0, 13), (1, 1), (0, -1)] {
            #expect(throws: SCFError.self) {
                _ = try SelfConsistentField(
                    problem: problem, state: ChargeState(charge: charge, multiplicity: multiplicity), options: SCFOptions())
            }
        }
        #expect(throws: SCFError.noElectrons) {
            _ = try SelfConsistentField(
                problem: problem, state: ChargeState(charge: 10, multiplicity: 1), options: SCFOptions())
        }
        #expect(throws: SCFError.tooManyElectrons(electrons: 8, functions: 7)) {
            _ = try SelfConsistentField(
                problem: problem, state: ChargeState(charge: -6, multiplicity: 1), options: SCFOptions())
        }
    }

    /// Two hydrogen functions on one place are one function.
    @Test func linearlyDependentFunctionsAreRemoved() throws {
        let shell = ShellDefinition(
            exponents: [0.5], contractions: [Contraction(angularMomentum: 0, coefficients: [1])])
        let twin = ShellDefinition(
            exponents: [0.5000001], contractions: [Contraction(angularMomentum: 0, coefficients: [1])])
        let hydrogen = try #require(Element(symbol: "H"))
        let molecule = Molecule(atoms: [
            Atom(element: hydrogen, positionInBohr: SIMD3(0, 0, 0)),
            Atom(element: hydrogen, positionInBohr: SIMD3(0, 0, 1.4)),
        ])
        func energy(_ shells: [ShellDefinition]) throws -> (Double, Int) {
            let basis = AtomicOrbitalBasis(
                molecule: molecule, elementBases: [ElementBasis(shells: shells), ElementBasis(shells: shells)],
                functionType: .pure)
            let problem = try problem(basis)
            let result = try SelfConsistentField(
                problem: problem, state: ChargeState(charge: 0, multiplicity: 1), options: SCFOptions()
            ).solve()
            return (result.energy, problem.removedFunctionCount)
        }
        let single = try energy([shell])
        let double = try energy([shell, twin])
        #expect(single.1 == 0 && double.1 == 2)
        #expect(abs(single.0 - double.0) < 1e-6)
    }
}
