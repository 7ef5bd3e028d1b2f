import BasisSets
import DensityFunctionals
import Foundation
import ElectronicStructure
import GaussianBasis
import HamiltonianTerms
import LinearAlgebra
import MolecularQuadrature
import MolecularStructure
import NuclearDerivatives
import ParallelExecution
import SelfConsistentField
import TestSupport
import Testing

/// Energies with fitted integrals against another program's with the same auxiliary sets, and the exact end of fitted iterations.
@Suite(.serialized) struct DensityFittingEnergyTests {
    private static func solve(
        _ basis: AtomicOrbitalBasis, _ state: ChargeState, _ method: ElectronicMethod, _ fitting: DensityFitting?,
        memory: Int = 1 << 30,
        followsInstabilities: Bool = false
    ) throws -> (problem: ElectronicProblem, result: SCFResult) {
        BLASThreads.limit(to: 1)
        let problem = try ElectronicProblem(
            basis: basis, method: method, fitting: fitting, pool: WorkerPool(threads: 2), memoryLimitInBytes: memory)
        var options = SCFOptions()
        options.energyTolerance = 1e-10
        options.followsInstabilities = followsInstabilities
        return (problem, try SelfConsistentField(problem: problem, state: state, options: options).solve())
    }

    /// Too little for the exact integrals, and enough for the fitted ones.
    private static func scarceMemory(
        _ basis: AtomicOrbitalBasis, _ method: ElectronicMethod, _ fitting: DensityFitting
    ) throws -> Int {
        try #require(
            try (0..<60).map { Int(8e6 * pow(1.1, Double($0))) }.first { bytes in
                let problem = try ElectronicProblem(
                    basis: basis, method: method, fitting: fitting, pool: WorkerPool(threads: 2), memoryLimitInBytes: bytes)
                if case .fittedThenExact = problem.integrals { return true }
                return false
            })
    }

    @Test func energiesAndGradientsOfAnotherProgram() throws {
        let references = try FittingReference.all()
        #expect(references.count >= 9)
        for reference in references {
            let basis = try reference.atomicOrbitalBasis()
            let grid = GridSpecification(.unpruned(radial: 75, angular: 302))
            let method: ElectronicMethod =
                try reference.functional.map {
                    .kohnSham(functional: try DensityFunctional(named: $0.joined(separator: ",")), grid: grid)
                } ?? .hartreeFock
            let set = try #require(AuxiliarySet(rawValue: reference.auxiliary))
            let (problem, result) = try Self.solve(
                basis, ChargeState(charge: reference.charge, multiplicity: reference.multiplicity), method,
                DensityFitting(set, of: basis, use: .everything))
            guard case .fitted = problem.integrals else {
                Issue.record("not fitted")
                continue
            }
            #expect(result.isConverged, "\(reference.label)")
            // The table of exchange is in single precision.
            let limit = reference.functional == nil ? 2e-6 : 1e-6
            #expect(abs(result.energy - reference.energy) < limit, "\(reference.label): \(result.energy - reference.energy)")
            #expect(
                abs(reference.energy - reference.exactEnergy) > 5 * limit, "the references tell the fit from the exact energy")
            let gradient = EnergyGradient(problem: problem, wavefunction: result.wavefunction)
            #expect(gradient.values.count == reference.gradient.count)
            let (own, other) = (gradient.values.map { [$0.x, $0.y, $0.z] }, reference.gradient)
            // A solution of broken symmetry may be the mirror image of the other program's.
            let isBroken = reference.functional == nil && reference.multiplicity > 1
            let error = isBroken ? Self.difference([Self.lengths(own)], [Self.lengths(other)]) : Self.difference(own, other)
            // With Cartesian functions, the other program's auxiliary functions are Cartesian, too.
            #expect(error < (reference.cartesian ? 2e-5 : 2e-6), "\(reference.label): \(error)")
        }
    }

    private static func difference(_ a: [[Double]], _ b: [[Double]]) -> Double {
        zip(a.joined(), b.joined()).reduce(0) { max($0, abs($1.0 - $1.1)) }
    }

    private static func lengths(_ vectors: [[Double]]) -> [Double] {
        vectors.map { $0.reduce(0) { $0 + $1 * $1 }.squareRoot() }.sorted()
    }

    struct Ending: Sendable, CustomTestStringConvertible {
        let name: String
        let set: [String: String]
        var functional: String?
        var charge = 0
        var multiplicity = 1
        var testDescription: String { "\(name) \(charge) \(functional ?? "HF")" }
    }

    /// Where the exact integrals do not fit into the memory, iterations on fitted ones end at the exact energy.
    @Test(arguments: [
        Ending(name: "aluminium-chloride", set: ["default": "def2-SVP"]),
        Ending(name: "aluminium-chloride", set: ["default": "def2-SVP"], functional: "wb97x", charge: -1, multiplicity: 2),
        Ending(name: "titanium-chloride", set: ["default": "def2-SVP"], functional: "pbe"),
        Ending(name: "nitrogen-dioxide", set: ["default": "def2-TZVP"], functional: "b3lyp", multiplicity: 2),
    ])
    func exactInTheEnd(test: Ending) throws {
        let reference = try #require(EnergyReference.all(in: "hf-energies.json").first { $0.name == test.name })
        let molecule = Molecule(atoms: try reference.atoms.map { try $0.atom() })
        let library = try BasisSetLibrary(folder: Repository.basisSets.path)
        let basis = try BasisAssignment(general: test.set["default"] ?? "").resolve(for: molecule, in: library).basis
        let method: ElectronicMethod =
            try test.functional.map { .kohnSham(functional: try DensityFunctional(named: $0), grid: .medium) } ?? .hartreeFock
        let state = ChargeState(charge: test.charge, multiplicity: test.multiplicity)
        let exact = try Self.solve(basis, state, method, nil, followsInstabilities: true).result
        let set = method.exactExchange == 0 ? AuxiliarySet.coulomb : .coulombExchange
        let fitting = try DensityFitting(set, of: basis, use: .iterations)
        let result = try Self.solve(
            basis, state, method, fitting, memory: Self.scarceMemory(basis, method, fitting), followsInstabilities: true
        ).result
        #expect(result.isConverged && exact.isConverged)
        #expect(abs(result.energy - exact.energy) < 1e-8, "\(result.energy - exact.energy)")
        #expect(abs(result.spinSquared - exact.spinSquared) < 1e-5)
        #expect(result.components.components.map(\.key) == exact.components.components.map(\.key))
        for (one, other) in zip(result.components.components, exact.components.components) {
            #expect(abs(one.energy - other.energy) < 1e-4, "\(one.key): \(one.energy - other.energy)")
        }
    }

    /// Energies with semi-numerical exchange against exact ones, and exact ends of semi-numerical iterations, also of a range-separated
    /// functional and of unrestricted orbitals.
    @Test(arguments: [
        Ending(name: "nitrogen-dioxide", set: ["default": "def2-SVP"], functional: "wb97x", charge: 1),
        Ending(name: "nitrogen-dioxide", set: ["default": "def2-SVP"], functional: "b3lyp", multiplicity: 2),
    ])
    func semiNumericalExchange(test: Ending) throws {
        let reference = try #require(EnergyReference.all(in: "hf-energies.json").first { $0.name == test.name })
        let molecule = Molecule(atoms: try reference.atoms.map { try $0.atom() })
        let library = try BasisSetLibrary(folder: Repository.basisSets.path)
        let basis = try BasisAssignment(general: test.set["default"] ?? "").resolve(for: molecule, in: library).basis
        let functional = try DensityFunctional(named: try #require(test.functional))
        let method = ElectronicMethod.kohnSham(functional: functional, grid: .medium)
        let state = ChargeState(charge: test.charge, multiplicity: test.multiplicity)
        let exact = try Self.solve(basis, state, method, nil).result
        let (problem, result) = try Self.solve(
            basis, state, method, DensityFitting(.coulombExchange, of: basis, use: .everything, exchange: .semiNumerical))
        guard case .semiNumerical = problem.integrals else {
            Issue.record("not semi-numerical")
            return
        }
        #expect(result.isConverged)
        let error = (result.energy - exact.energy) / Double(molecule.atoms.count)
        #expect(abs(error) < 2e-5 && abs(error) > 1e-9, "\(error)")
        // The energies of all exchange differ by less than the fit of Coulomb matrices.
        let keys = (result.components.components, exact.components.components)
        let exchange = zip(keys.0, keys.1).filter { $0.0.key == EnergyComponents.Key.exchange.rawValue }.map {
            $0.energy - $1.energy
        }
        #expect(exchange.count == 1 && abs(exchange[0]) < 2e-5 * Double(molecule.atoms.count), "\(exchange)")
        // Too little memory for exact integrals.
        let fitting = try DensityFitting(.coulombExchange, of: basis, use: .iterations, exchange: .semiNumerical)
        let memory = try #require(
            try (0..<60).map { Int(8e6 * pow(1.1, Double($0))) }.first { bytes in
                let problem = try ElectronicProblem(
                    basis: basis, method: method, fitting: fitting, pool: WorkerPool(threads: 2), memoryLimitInBytes: bytes)
                if case .semiNumericalThenExact = problem.integrals { return true }
                return false
            })
        let ended = try Self.solve(basis, state, method, fitting, memory: memory).result
        #expect(ended.isConverged && abs(ended.energy - exact.energy) < 1e-8, "\(ended.energy - exact.energy)")
    }

    /// Interrupted before its first exact Fock matrix, or before its last one, a calculation ends at the same energy, and its last Fock
    /// matrix is as exact as that of a calculation with exact integrals.
    @Test func interruptedAndConverged() throws {
        struct Interruption: Error {}
        let reference = try #require(EnergyReference.all(in: "hf-energies.json").first { $0.name == "aluminium-chloride" })
        let molecule = Molecule(atoms: try reference.atoms.map { try $0.atom() })
        let library = try BasisSetLibrary(folder: Repository.basisSets.path)
        let basis = try BasisAssignment(general: "def2-SVP").resolve(for: molecule, in: library).basis
        let fitting = try DensityFitting(.coulombExchange, of: basis, use: .iterations)
        let state = ChargeState(charge: 0, multiplicity: 1)
        func solver(_ fitting: DensityFitting?, memory: Int) throws -> SelfConsistentField {
            let problem = try ElectronicProblem(
                basis: basis, method: .hartreeFock, fitting: fitting, pool: WorkerPool(threads: 2), memoryLimitInBytes: memory)
            var options = SCFOptions()
            options.followsInstabilities = false
            return try SelfConsistentField(problem: problem, state: state, options: options)
        }
        let fitted = try solver(fitting, memory: Self.scarceMemory(basis, .hartreeFock, fitting))
        var count = 0
        let whole = try fitted.solve { _ in count += 1 }
        #expect(whole.isConverged && count > 4)
        for stop in [2, count - 1] {
            var start: StartingOrbitals?
            var done = 0
            do {
                _ = try fitted.solve { report in
                    done += 1
                    start = report.start
                    if done == stop { throw Interruption() }
                }
                Issue.record("not interrupted")
            } catch is Interruption {}
            let resumed = try fitted.solve(initial: try #require(start))
            #expect(resumed.isConverged && abs(resumed.energy - whole.energy) < 1e-8, "\(stop): \(resumed.energy - whole.energy)")
        }
        // The gradient at the same orbitals, from exact integrals in memory.
        let exact = try solver(nil, memory: 1 << 30)
        var first: IterationReport?
        _ = try exact.solve(initial: StartingOrbitals(whole.wavefunction.orbitals)) { first = first ?? $0 }
        let report = try #require(first)
        #expect(abs(report.energy - whole.energy) < 1e-9, "\(report.energy - whole.energy)")
        #expect(report.gradient < SCFOptions().gradientTolerance && abs(report.gradient - whole.finalGradient) < 1e-7)
    }

    /// The open d shell of an atom: Newton's method ends in a valley in which rotations cost next to nothing (curvatures of -2e-4 count
    /// as flat), and the fit's valley is another one.
    @Test func flatValley() throws {
        let element = try #require(Element(symbol: "Ti"))
        let library = try BasisSetLibrary(folder: Repository.basisSets.path)
        let basis = try BasisAssignment(general: "def2-SVP")
            .resolve(for: Molecule(atoms: [Atom(element: element, positionInBohr: .zero)]), in: library).basis
        let method = ElectronicMethod.kohnSham(functional: try DensityFunctional(named: "pbe"), grid: .medium)
        let state = ChargeState(charge: 0, multiplicity: 3)
        let exact = try Self.solve(basis, state, method, nil, followsInstabilities: true).result
        let fitting = try DensityFitting(.coulomb, of: basis, use: .iterations)
        let result = try Self.solve(
            basis, state, method, fitting, memory: Self.scarceMemory(basis, method, fitting), followsInstabilities: true
        ).result
        #expect(exact.isConverged && result.isConverged, "\(exact.iterations), \(result.iterations) iterations")
        #expect(abs(result.energy - exact.energy) < 5e-5, "\(result.energy - exact.energy)")
    }
}

extension DensityFitting {
    /// With an auxiliary set of the repository.
    public init(_ set: AuxiliarySet, of basis: AtomicOrbitalBasis, use: Use, exchange: ExchangeScheme? = nil) throws {
        let library = try BasisSetLibrary(folder: Repository.basisSets.path)
        let auxiliary = try set.basis(for: basis.molecule, in: library).basis
        self.init(use: use, exchange: exchange) { auxiliary }
    }
}
