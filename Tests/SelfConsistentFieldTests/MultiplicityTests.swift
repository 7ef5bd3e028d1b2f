import DensityFunctionals
import GaussianBasis
import LinearAlgebra
import MolecularQuadrature
import MolecularStructure
import ParallelExecution
import TestSupport
import Testing

@testable import ElectronicStructure
@testable import SelfConsistentField
@testable import SolutionSearch

/// Multiplicities that the search tries, and bounds on what iterates.
@Suite("Multiplicities and bounds", .serialized) struct MultiplicityTests {
    /// An entry of multiplicities.json.
    private struct Case: ReferenceStructure, Decodable {
        let name: String
        let basis: [String: String]
        let charge: Int
        let multiplicity: Int
        let method: [String]
        let energy: Double
        let atoms: [ReferenceAtom]
        var cartesian: Bool { false }
        var functional: [String]? { method == ["hf"] ? nil : method }
    }

    private static func problem(_ reference: some ReferenceStructure, grid: String = "75,302") throws -> ElectronicProblem {
        BLASThreads.limit(to: 1)
        let method: ElectronicMethod =
            try reference.functional.map {
                .kohnSham(
                    functional: try DensityFunctional(named: $0.joined(separator: ",")),
                    grid: try GridSpecification(parsing: grid))
            } ?? .hartreeFock
        return try ElectronicProblem(
            basis: try reference.atomicOrbitalBasis(), method: method, pool: WorkerPool(threads: 2), memoryLimitInBytes: 1 << 30)
    }

    /// High spin is found from the lowest multiplicity, and the multiplicities on both sides of it lie higher, as in another program.
    @Test(arguments: [("cr", 1e-6), ("mncl2", 1e-8)]) func highSpin(name: String, tolerance: Double) throws {
        let cases = try ReferenceCases<Case>.all(in: "multiplicities.json").filter { $0.name == name }
        let expected = try #require(cases.min { $0.energy < $1.energy })
        #expect(expected.multiplicity > 3 && cases.count > 1)
        let problem = try Self.problem(expected)
        let lowest = problem.basis.electronCount(charge: 0) % 2 + 1
        let options = SCFOptions()
        let known = try SelfConsistentField(
            problem: problem, state: ChargeState(charge: 0, multiplicity: lowest), options: options
        ).solve()
        let outcome = try StateSearch(
            problem: problem, options: options, scope: .init(includesMultiplicities: true, places: [])
        ).outcomes(of: [known]) { _, _, _ in }[0]
        let chosen = outcome.chosen.result
        #expect(chosen.wavefunction.state.multiplicity == expected.multiplicity)
        #expect(chosen.energy < expected.energy + tolerance, "\(chosen.energy - expected.energy)")
        #expect(abs(chosen.energy - expected.energy) < tolerance, "\(chosen.energy - expected.energy)")
        #expect(chosen.stability?.isMinimum == true)
        for neighbour in [expected.multiplicity - 2, expected.multiplicity + 2] {
            #expect(outcome.multiplicitiesTried.contains(neighbour))
        }
        #expect(outcome.rounds > 1 && !outcome.isCutShort && outcome.builds > 0)
    }

    /// Compounds of high spin at the multiplicity of their ground state, as in another program.
    @Test(arguments: ["fecl3", "mncl2-b3lyp"]) func highSpinKohnSham(name: String) throws {
        let reference = try #require(
            try ReferenceCases<Case>.all(in: "multiplicities.json").first { $0.name == name && $0.multiplicity == 6 })
        let result = try SelfConsistentField(
            problem: try Self.problem(reference), state: ChargeState(charge: 0, multiplicity: 6), options: SCFOptions()
        ).solve()
        #expect(result.isConverged && result.stability?.isMinimum == true)
        #expect(abs(result.energy - reference.energy) < 1e-6, "\(result.energy - reference.energy)")
    }

    /// Open d shells have the unpaired electrons of Hund's rule, closed and empty ones none, in pure and in Cartesian functions.
    @Test(arguments: [("Cr", 0, 7, 5), ("Fe", 2, 5, 4), ("Zn", 0, 1, 0), ("Sc", 3, 1, 0)])
    func openShellsOfMetals(symbol: String, charge: Int, multiplicity: Int, unpaired: Int) throws {
        for type in [AngularFunctionType.pure, .cartesian] {
            let atom = Self.Atom(symbol: symbol, functional: nil, set: "6-31G")
            let pure = try atom.atomicOrbitalBasis()
            let basis = AtomicOrbitalBasis(molecule: pure.molecule, elementBases: pure.elementBases, functionType: type)
            let problem = try ElectronicProblem(
                basis: basis, method: .hartreeFock, pool: WorkerPool(threads: 1), memoryLimitInBytes: 1 << 30)
            let result = try SelfConsistentField(
                problem: problem, state: ChargeState(charge: charge, multiplicity: multiplicity), options: SCFOptions()
            ).solve()
            let shells = try MetalShells(result.wavefunction, overlap: problem.overlap)
            #expect(shells.mostUnpaired == unpaired, "\(symbol) \(type): \(shells.mostUnpaired)")
        }
    }

    private struct Atom: ReferenceStructure {
        let symbol: String
        let functional: [String]?
        let set: String
        var name: String { symbol }
        var basis: [String: String] { ["default": set] }
        var cartesian: Bool { false }
        var charge: Int { 0 }
        /// Angstrom; two atoms where it is not zero.
        var length = 0.0
        var atoms: [ReferenceAtom] {
            let end = length / PhysicalConstants.bohrInAngstrom
            return [ReferenceAtom(symbol: symbol, position: .zero)]
                + (length > 0 ? [ReferenceAtom(symbol: symbol, position: SIMD3(0, 0, end))] : [])
        }
    }

    /// Instabilities of degenerate orbitals, whose eigenvalue the grid makes negative, are left once and not for ever.
    @Test(arguments: [("B", "6-31G"), ("C", "6-31G"), ("B", "def2-SVP")]) func degenerateAtomsEnd(symbol: String, set: String)
        throws
    {
        let problem = try Self.problem(Self.Atom(symbol: symbol, functional: ["gga_x_pbe", "gga_c_pbe"], set: set), grid: "fine")
        var builds = 0
        var energies: [String: Int] = [:]
        let lowest = problem.basis.electronCount(charge: 0) % 2 + 1
        let options = SCFOptions()
        func count(_ key: String, _ report: IterationReport) throws {
            builds += 1
            if !report.isProduct { energies[key, default: 0] += 1 }
            // Far above what is needed, far below for ever.
            try #require(builds < 1500)
        }
        let known = try SelfConsistentField(
            problem: problem, state: ChargeState(charge: 0, multiplicity: lowest), options: options
        ).solve { try count("first", $0) }
        let outcome = try StateSearch(
            problem: problem, options: options, scope: .init(includesMultiplicities: true, places: [])
        ).outcomes(of: [known], onIteration: { try count("\($0.multiplicity) \($1)", $2) })[0]
        #expect(outcome.chosen.result.isConverged)
        #expect(outcome.chosen.result.stability?.isMinimum == true)
        let decided: [Stability.Undecided?] = [nil, .equalEnergy]
        #expect(decided.contains(outcome.chosen.result.stability?.undecided))
    }

    /// A solution of an atom after a rotation is not solved once more; what only has a similar energy is.
    @Test func turnedSolutionsAreKnown() throws {
        let problem = try Self.problem(Self.Atom(symbol: "O", functional: nil, set: "6-31G"))
        let known = try SelfConsistentField(
            problem: problem, state: ChargeState(charge: 0, multiplicity: 3), options: SCFOptions()
        ).solve()
        guard case .unrestricted(let alpha, let beta) = known.wavefunction.orbitals else {
            Issue.record("restricted")
            return
        }
        let labels = problem.basis.labels
        // x becomes y, y becomes z, z becomes x.
        func turned(_ set: MolecularOrbitals) -> MolecularOrbitals {
            var c = set.coefficients
            for (row, label) in labels.enumerated() where label.angularMomentum == 1 {
                let source = row - label.component + (label.component + 2) % 3
                for column in 0..<c.columns { c[row, column] = set.coefficients[source, column] }
            }
            return MolecularOrbitals(coefficients: c, energies: set.energies, occupations: set.occupations)
        }
        let other = Wavefunction(
            basis: problem.basis, state: known.wavefunction.state,
            orbitals: .unrestricted(alpha: turned(alpha), beta: turned(beta)))
        var register = SolutionRegister(problem: problem, sameEnergy: 1e-6)
        register.insert(known: known.wavefunction, energy: known.energy)
        // The density is another one.
        let plain = register.isTaken(other, by: 0)
        let same = register.isTaken(other, energy: known.energy, gradient: 1e-5, by: 0)
        let far = register.isTaken(other, energy: known.energy, gradient: 0.1, by: 0)
        let lower = register.isTaken(other, energy: known.energy - 1e-5, gradient: 1e-5, by: 0)
        #expect(same && !plain && !far && !lower)
        // Candidates are in each other's way, too.
        var candidates = SolutionRegister(problem: problem, sameEnergy: 1e-6)
        let first = candidates.isTaken(other, energy: known.energy, gradient: 1e-5, by: 0)
        let second = candidates.isTaken(known.wavefunction, energy: known.energy, gradient: 1e-5, by: 1)
        #expect(!first && second)
        // One orbital less round: other invariants.
        let (count, columns) = (beta.occupations.count { $0 > 0 }, beta.coefficients.columns)
        var c = beta.coefficients
        for row in 0..<c.rows { (c[row, count - 1], c[row, columns - 1]) = (c[row, columns - 1], c[row, count - 1]) }
        let raised = MolecularOrbitals(coefficients: c, energies: beta.energies, occupations: beta.occupations)
        let excited = Wavefunction(
            basis: problem.basis, state: known.wavefunction.state, orbitals: .unrestricted(alpha: alpha, beta: raised))
        let isExcitedTaken = register.isTaken(excited, energy: known.energy, gradient: 1e-5, by: 0)
        #expect(!isExcitedTaken)
    }

    /// Energies on all descents from unstable solutions count, and what the limit leaves undecided is said.
    @Test func limitOnEnergies() throws {
        let problem = try Self.problem(Self.Atom(symbol: "O", functional: nil, set: "6-31G"))
        var options = SCFOptions()
        func solve() throws -> (SCFResult, energies: Int, toFirst: Int?) {
            var (energies, toFirst) = (0, Int?.none)
            let result = try SelfConsistentField(
                problem: problem, state: ChargeState(charge: 0, multiplicity: 1), options: options
            ).solve { report in
                if !report.isProduct { energies += 1 } else if toFirst == nil { toFirst = energies }
            }
            return (result, energies, toFirst)
        }
        let free = try solve()
        #expect((free.0.stability?.instabilitiesFollowed ?? 0) > 0)
        // So many that the first solution is found, and no more.
        options.maximumIterations = try #require(free.toFirst)
        let limited = try solve()
        #expect(limited.energies <= options.maximumIterations)
        #expect(limited.0.isConverged && limited.0.stability?.isStable == false)
        #expect(limited.0.stability?.undecided == .iterationLimit)
        #expect(limited.0.energy > free.0.energy + 1e-3)
        // As many as it takes, but for one instability too few.
        options.maximumIterations = 100
        options.mostInstabilities = 0
        #expect(try solve().0.stability?.undecided == .instabilityLimit)
    }

    private struct Interruption: Error {}

    /// Interrupted after any iteration, a calculation goes on to the same energy: extrapolation, Newton steps, descents from unstable
    /// solutions and the settling of soft modes all continue as if they had not been interrupted.
    @Test(arguments: [("N", 2.2, "hf", 1), ("O", 1.2, "hf", 1), ("B", 0, "gga_x_pbe,gga_c_pbe", 2)])
    func interruptedIterationsGoOn(symbol: String, length: Double, method: String, multiplicity: Int) throws {
        let functional = method == "hf" ? nil : method.split(separator: ",").map(String.init)
        let problem = try Self.problem(
            Self.Atom(symbol: symbol, functional: functional, set: "6-31G", length: length), grid: "coarse")
        let solver = try SelfConsistentField(
            problem: problem, state: ChargeState(charge: 0, multiplicity: multiplicity), options: SCFOptions())
        var count = 0
        let whole = try solver.solve { _ in count += 1 }
        #expect(whole.isConverged && count > 10)
        for limit in 1..<count {
            var (newest, reports) = (StartingOrbitals?.none, 0)
            #expect(throws: Interruption.self) {
                try solver.solve { report in
                    if let start = report.start { newest = start }
                    reports += 1
                    if reports == limit { throw Interruption() }
                }
            }
            let again = try solver.solve(initial: newest)
            #expect(abs(again.energy - whole.energy) < 1e-10, "\(limit) of \(count): \(again.energy - whole.energy)")
            #expect(again.stability?.instabilitiesFollowed == whole.stability?.instabilitiesFollowed, "\(limit) of \(count)")
        }
    }
}
