import Foundation
import GaussianBasis
import LinearAlgebra
import MolecularStructure
import ParallelExecution
import TestSupport
import Testing

@testable import ElectronicStructure
@testable import SelfConsistentField
@testable import SolutionSearch

@Suite("Search of states", .serialized) struct StateSearchTests {
    private struct Interruption: Error {}

    private func problem(_ name: String, _ set: String) throws -> ElectronicProblem {
        BLASThreads.limit(to: 1)
        let reference = try #require(
            try EnergyReference.all(in: "hf-energies.json").first { $0.name == name && $0.basis["default"] == set })
        return try ElectronicProblem(
            basis: try reference.atomicOrbitalBasis(), method: .hartreeFock, pool: WorkerPool(threads: 2),
            memoryLimitInBytes: 1 << 30)
    }

    private func outcomes(
        _ problem: ElectronicProblem, _ states: [ChargeState], places: [StateSearch.Place] = []
    ) throws -> [StateSearch.Outcome] {
        let options = SCFOptions()
        let known = try SelfConsistentField(problem: problem, states: states, options: options).solveAll()
        return try StateSearch(
            problem: problem, options: options, scope: .init(includesMultiplicities: true, places: places)
        ).outcomes(of: known) { _, _, _ in }
    }

    /// Oxygen is a triplet, though its lowest multiplicity is 1.
    @Test func tripletOxygen() throws {
        let problem = try problem("oxygen", "STO-3G")
        let outcome = try outcomes(problem, [ChargeState(charge: 0, multiplicity: 1)])[0]
        #expect(outcome.chosen.result.wavefunction.state.multiplicity == 3)
        let triplet = try SelfConsistentField(
            problem: problem, state: ChargeState(charge: 0, multiplicity: 3), options: SCFOptions()
        ).solve()
        #expect(abs(outcome.chosen.result.energy - triplet.energy) < 1e-7)
        #expect(outcome.alternatives.contains { $0.result.wavefunction.state.multiplicity == 1 })
        // Energies rise, and nothing that was solved to the end lies below the state.
        for other in outcome.alternatives where !other.isPreliminary && other.result.stability?.isStable == true {
            #expect(other.result.energy > outcome.chosen.result.energy)
        }
    }

    /// Water stays what it is, and its triplet, far above, is only looked at.
    @Test func closedShellWater() throws {
        let problem = try problem("water-turned", "6-31G")
        let states = [ChargeState(charge: 0, multiplicity: 1), ChargeState(charge: -1, multiplicity: 2)]
        let outcomes = try outcomes(problem, states, places: [.init(name: "oxygen", atoms: [0])])
        #expect(outcomes[0].chosen.result.wavefunction.isRestricted)
        #expect(outcomes[0].alternatives.allSatisfy { $0.isPreliminary && $0.relativeEnergy > StateSearch.window })
        #expect(outcomes[0].alternatives.contains { $0.result.wavefunction.state.multiplicity == 3 })
        #expect(outcomes[1].chosen.result.wavefunction.state.multiplicity == 2)
    }

    /// An entry of hard-cases.json.
    private struct HardCase: ReferenceStructure, Decodable {
        let name: String
        let basis: [String: String]
        let charge: Int
        let multiplicity: Int
        let method: [String]
        let energy: Double?
        let atoms: [ReferenceAtom]
        var cartesian: Bool { false }
        var functional: [String]? { method == ["hf"] ? nil : method }

        static func all() throws -> [HardCase] { try ReferenceCases.all(in: "hard-cases.json") }
    }

    private static func hardProblem(_ name: String) throws -> (HardCase, ElectronicProblem) {
        let reference = try #require(try HardCase.all().first { $0.name == name && $0.functional == nil })
        BLASThreads.limit(to: 1)
        let problem = try ElectronicProblem(
            basis: try reference.atomicOrbitalBasis(), method: .hartreeFock, pool: WorkerPool(threads: 2),
            memoryLimitInBytes: 1 << 30)
        return (reference, problem)
    }

    /// The first solution is a minimum with the hole in the wrong d orbital; another program's three guesses find the right one.
    @Test func holeInTheRightOrbital() throws {
        let (reference, problem) = try Self.hardProblem("cucl2")
        let expected = try #require(reference.energy)
        let state = ChargeState(charge: reference.charge, multiplicity: reference.multiplicity)
        let first = try SelfConsistentField(problem: problem, state: state, options: SCFOptions()).solve()
        var options = SCFOptions()
        let scope = StateSearch.Scope(includesMultiplicities: false, places: [])
        let chosen = try StateSearch(problem: problem, options: options, scope: scope).outcomes(of: [first]) { _, _, _ in }[0]
            .chosen
        #expect(chosen.result.energy < expected + 1e-6, "\(chosen.result.energy - expected)")
        #expect(chosen.result.isConverged && chosen.result.stability?.isStable == true)
        #expect(chosen.origin.contains("Cu") || first.energy < expected + 1e-6)
        // Holes in other d orbitals lie a little higher: they are listed, whether instabilities are followed or not.
        options.followsInstabilities = false
        let others = try StateSearch(problem: problem, options: options, scope: scope)
            .outcomes(of: [chosen.result]) { _, _, _ in }[0].alternatives
        #expect(others.contains { $0.isPreliminary && (StateSearch.margin..<StateSearch.window).contains($0.relativeEnergy) })
    }

    /// A search that is interrupted at any iteration goes on from what it has handed out, and ends at the same solutions.
    @Test func interruptedSearchGoesOn() throws {
        let (reference, problem) = try Self.hardProblem("cucl2")
        let state = ChargeState(charge: reference.charge, multiplicity: reference.multiplicity)
        let first = try SelfConsistentField(problem: problem, state: state, options: SCFOptions()).solve()
        let search = StateSearch(
            problem: problem, options: SCFOptions(), scope: .init(includesMultiplicities: true, places: []))
        /// The outcome, the iterations done, and the candidates as they were handed out last.
        func run(
            resuming saved: [StateSearch.Candidate], until limit: Int = .max
        ) throws -> (StateSearch.Outcome?, iterations: Int, [StateSearch.Candidate]) {
            var (iterations, candidates) = (0, Dictionary(uniqueKeysWithValues: saved.enumerated().map { ($0, $1) }))
            var outcome: StateSearch.Outcome?
            do {
                outcome = try search.outcomes(
                    of: [first], resuming: saved,
                    onIteration: { _, _, report in
                        guard !report.isProduct else { return }
                        iterations += 1
                        if iterations == limit { throw Interruption() }
                    }, onProgress: { candidates[$0] = $1 })[0]
            } catch is Interruption {}
            return (outcome, iterations, candidates.sorted { $0.key < $1.key }.map(\.value))
        }
        let (whole, all, ended) = try run(resuming: [])
        let expected = try #require(whole)
        #expect(ended.contains { $0.phase == .refined } || expected.chosen.origin == "first guess")
        #expect(ended.allSatisfy { $0.phase != .explored && $0.phase != .followed })
        for limit in [1, all / 3, 2 * all / 3, all - 1] {
            let (none, before, candidates) = try run(resuming: [], until: limit)
            #expect(none == nil && before == limit && candidates.count == ended.count)
            let (again, after, _) = try run(resuming: candidates)
            let outcome = try #require(again)
            #expect(abs(outcome.chosen.result.energy - expected.chosen.result.energy) < 1e-9, "\(limit)")
            // Of candidates on their way to one place another one may be given up.
            for solution in expected.alternatives where solution.result.isConverged {
                let state = solution.result.wavefunction.state
                let isThere = ([outcome.chosen] + outcome.alternatives).contains {
                    $0.result.wavefunction.state == state && abs($0.relativeEnergy - solution.relativeEnergy) < 1e-3
                }
                #expect(isThere, "\(limit): \(solution.origin) at \(solution.relativeEnergy)")
            }
            // Every candidate takes a few iterations to see where it is.
            #expect(before + after < all + 5 * ended.count, "\(limit): \(after) of \(all)")
        }
    }

    /// A test of stability reports its products, may be stopped after any of them, and is made again from the solution.
    @Test func stabilityIsInterrupted() throws {
        let problem = try problem("water-turned", "6-31G")
        let solver = try SelfConsistentField(
            problem: problem, state: ChargeState(charge: 0, multiplicity: 1), options: SCFOptions())
        var (start, reports) = (StartingOrbitals?.none, [IterationReport]())
        #expect(throws: Interruption.self) {
            try solver.solve { report in
                if let found = report.start { start = found }
                reports.append(report)
                if report.isProduct { throw Interruption() }
            }
        }
        let product = try #require(reports.last)
        #expect(product.isProduct && product.accelerator == "stability" && product.energyChange == nil)
        #expect(reports.dropLast().last?.energy == product.energy && reports.filter(\.isProduct).count == 1)
        let solution = try #require(start)
        #expect(solution.isSolution)
        let result = try solver.solve(initial: solution)
        #expect(result.isConverged && result.stability?.isStable == true && abs(result.energy - product.energy) < 1e-9)
    }

    /// The descent from a saddle point ends 2.6 mEh above the minimum on its other side.
    @Test func otherSideOfAnInstability() throws {
        let (reference, problem) = try Self.hardProblem("sc-tcbq")
        let expected = try #require(reference.energy)
        let state = ChargeState(charge: reference.charge, multiplicity: reference.multiplicity)
        let first = try SelfConsistentField(problem: problem, state: state, options: SCFOptions()).solve()
        let saddle = try #require(first.unstableSolutions.last)
        #expect(saddle.sides.count == 2)
        for side in saddle.sides {
            guard case .unrestricted(let alpha, _) = side else {
                Issue.record("restricted")
                continue
            }
            let overlap = problem.overlap.transformed(by: alpha.coefficients)
            #expect((overlap - .identity(overlap.rows)).largestMagnitude < 1e-9)
        }
        let chosen = try StateSearch(
            problem: problem, options: SCFOptions(), scope: .init(includesMultiplicities: false, places: [])
        ).outcomes(of: [first]) { _, _, _ in }[0].chosen
        #expect(abs(chosen.result.energy - expected) < 1e-6, "\(chosen.result.energy - expected)")
        #expect(chosen.result.isConverged && chosen.result.stability?.isStable == true)
        #expect(chosen.origin == "other side of an instability" || abs(first.energy - expected) < 1e-6)
    }

    /// Whatever iteration an interruption comes after, what was handed out then leads to the same minimum: of those that several
    /// minima and saddle points have, extrapolation from bare orbitals finds others.
    @Test(arguments: ["nio", "cr2"]) func interruptedIterationsGoOn(name: String) throws {
        let (reference, problem) = try Self.hardProblem(name)
        let state = ChargeState(charge: reference.charge, multiplicity: reference.multiplicity)
        var options = SCFOptions()
        options.energyTolerance = 1e-10
        let solver = try SelfConsistentField(problem: problem, state: state, options: options)
        var reports: [(start: StartingOrbitals, iteration: Int)] = []
        let expected = try solver.solve { report in
            if let start = report.start { reports.append((start, report.iteration)) }
        }
        let extrapolated = reports.filter { $0.start.history?.samples.isEmpty == false }
        let newton = reports.filter(\.start.isSecondOrder)
        #expect(extrapolated.count > 6 && newton.count > 3)
        let solution = try #require(reports.last)
        #expect(solution.start.isSolution)
        for (start, iteration) in [extrapolated[3], extrapolated[5], newton[0], newton[1], newton[newton.count / 2], solution] {
            let again = try solver.solve(initial: start)
            #expect(abs(again.energy - expected.energy) < 1e-9, "\(iteration)")
            #expect(again.stability?.isStable == true)
            #expect(again.stability?.instabilitiesFollowed == expected.stability?.instabilitiesFollowed)
            // The steps are the same ones: iterations are counted from the first start.
            if !start.isSecondOrder {
                #expect(again.iterations > iteration - 1 && abs(again.iterations - expected.iterations) <= 2)
            }
        }
    }

    /// A solution that is looked at once more is what it was, in one Fock build, and an unstable one is not left.
    @Test func solutionsAreExamined() throws {
        let (reference, problem) = try Self.hardProblem("sc-tcbq")
        let state = ChargeState(charge: reference.charge, multiplicity: reference.multiplicity)
        let minimum = try SelfConsistentField(problem: problem, state: state, options: SCFOptions()).solve()
        let saddle = try #require(minimum.unstableSolutions.last)
        let solver = try SelfConsistentField(problem: problem, states: [state, state], options: SCFOptions())
        var evaluations = 0
        let examined = try solver.examine(
            [saddle, minimum].map { StartingOrbitals($0.wavefunction.orbitals, isSolution: true) },
            onIteration: { evaluations += $1.isProduct ? 0 : 1 })
        #expect(evaluations == 2)
        for (again, before) in zip(examined, [saddle, minimum]) {
            #expect(again.isConverged && abs(again.energy - before.energy) < 1e-9)
            #expect(abs(again.spinSquared - before.spinSquared) < 1e-6)
            #expect(again.unstableSolutions.isEmpty)
        }
        #expect(examined[0].stability?.isStable == false && examined[1].stability?.isStable == true)
        #expect(examined[0].sides.count == 2 && examined[1].sides.isEmpty)
    }

    /// Exchanging alpha and beta in a pair keeps the orbitals orthonormal and the density of all electrons as it is.
    @Test func exchangedPairs() throws {
        let (reference, problem) = try Self.hardProblem("n2-stretched")
        let state = ChargeState(charge: reference.charge, multiplicity: reference.multiplicity)
        let solution = try SelfConsistentField(problem: problem, state: state, options: SCFOptions()).solve().wavefunction
        let candidates = CandidateOrbitals(problem: problem).exchangedPairs(solution.orbitals)
        #expect(candidates.count == 3)
        for (origin, orbitals) in candidates {
            let other = Wavefunction(basis: problem.basis, state: state, orbitals: orbitals)
            #expect((other.totalDensity - solution.totalDensity).largestMagnitude < 1e-9, "\(origin)")
            #expect((other.alphaDensity - solution.alphaDensity).largestMagnitude > 0.1, "\(origin)")
            guard case .unrestricted(let alpha, let beta) = orbitals else {
                Issue.record("restricted")
                continue
            }
            for set in [alpha, beta] {
                let overlap = problem.overlap.transformed(by: set.coefficients)
                #expect((overlap - .identity(overlap.rows)).largestMagnitude < 1e-9, "\(origin)")
            }
        }
    }

    /// What comes to a known solution, or to where another candidate is, is told, also with its spins exchanged.
    @Test func registerOfSolutions() throws {
        let (reference, problem) = try Self.hardProblem("n2-stretched")
        let state = ChargeState(charge: reference.charge, multiplicity: reference.multiplicity)
        let known = try SelfConsistentField(problem: problem, state: state, options: SCFOptions()).solve()
        guard case .unrestricted(let alpha, let beta) = known.wavefunction.orbitals else {
            Issue.record("restricted")
            return
        }
        let pair = try #require(CandidateOrbitals(problem: problem).exchangedPairs(known.wavefunction.orbitals).first).1
        func wavefunction(_ orbitals: Wavefunction.Orbitals, multiplicity: Int = state.multiplicity) -> Wavefunction {
            Wavefunction(
                basis: problem.basis, state: ChargeState(charge: state.charge, multiplicity: multiplicity), orbitals: orbitals)
        }
        let other = wavefunction(pair)
        var register = SolutionRegister(problem: problem, sameEnergy: 1e-6)
        register.insert(known: known.wavefunction, energy: known.energy)
        let exchanged = register.isTaken(wavefunction(.unrestricted(alpha: beta, beta: alpha)), by: 0)
        let triplet = register.isTaken(wavefunction(known.wavefunction.orbitals, multiplicity: 3), by: 1)
        // A candidate is not in its own way, but in others'.
        let (first, again, second) = (
            register.isTaken(other, by: 2), register.isTaken(other, by: 2), register.isTaken(other, by: 3)
        )
        #expect(exchanged && second)
        #expect(!triplet && !first && !again)
    }

    /// The builds of a round are in proportion to those of the known solution, and when they are used up the search says what is undecided.
    @Test func budgetOfTheSearch() throws {
        #expect([1, 20, 30, 50, 1000].map { StateSearch.Budget(solution: $0, spent: 0).limit } == [120, 120, 180, 300, 300])
        var budget = StateSearch.Budget(solution: 30, spent: 170)
        #expect(!budget.isExhausted)
        budget.spend(10)
        #expect(budget.isExhausted)
        let (reference, problem) = try Self.hardProblem("cucl2")
        let state = ChargeState(charge: reference.charge, multiplicity: reference.multiplicity)
        let first = try SelfConsistentField(problem: problem, state: state, options: SCFOptions()).solve()
        func outcome(_ bounds: ClosedRange<Int>) throws -> StateSearch.Outcome {
            var search = StateSearch(
                problem: problem, options: SCFOptions(), scope: .init(includesMultiplicities: false, places: []))
            search.budgetBounds = bounds
            return try search.outcomes(of: [first]) { _, _, _ in }[0]
        }
        let (whole, small) = (try outcome(StateSearch.Budget.bounds), try outcome(1...10))
        #expect(whole.undecided.isEmpty && whole.builds > 10)
        // Every candidate has one build more.
        #expect(!small.undecided.isEmpty && small.builds < 30 && small.builds < whole.builds)
        #expect(small.chosen.result.energy <= first.energy && small.chosen.result.isConverged)
    }

    /// Within 1e-6 Eh the closed shell is the state; beyond that the lowest is, if it is stable and converged.
    @Test func closedShellIsPreferred() throws {
        let problem = try problem("water-turned", "6-31G")
        let result = try SelfConsistentField(
            problem: problem, state: ChargeState(charge: 0, multiplicity: 1), options: SCFOptions()
        ).solve()
        guard case .restricted(let both) = result.wavefunction.orbitals else {
            Issue.record("no closed shell")
            return
        }
        let half = MolecularOrbitals(
            coefficients: both.coefficients, energies: both.energies, occupations: both.occupations.map { 0.5 * $0 })
        func broken(below gap: Double, isConverged: Bool = true, isStable: Bool = true) -> StateSearch.Solution {
            let wavefunction = Wavefunction(
                basis: problem.basis, state: result.wavefunction.state, orbitals: .unrestricted(alpha: half, beta: half))
            let other = SCFResult(
                wavefunction: wavefunction, energy: result.energy - gap, components: result.components, isConverged: isConverged,
                iterations: 1, gridElectrons: nil, spinSquared: 0.5, finalGradient: 0, finalEnergyChange: 0,
                stability: Stability(
                    internalEigenvalue: isStable ? 0.1 : -0.1, externalEigenvalue: nil, instabilitiesFollowed: 0),
                unstableSolutions: [], seconds: 0)
            return .init(origin: "test", result: other, isPreliminary: false, relativeEnergy: -gap)
        }
        let closed = StateSearch.Solution(origin: "first guess", result: result, isPreliminary: false, relativeEnergy: 0)
        #expect(StateSearch.choice([closed, broken(below: 5e-7)]) == 0)
        #expect(StateSearch.choice([broken(below: 5e-7), closed]) == 1)
        #expect(StateSearch.choice([closed, broken(below: 2e-6)]) == 1)
        #expect(StateSearch.choice([closed, broken(below: 2e-6, isConverged: false), broken(below: 1, isStable: false)]) == 0)
        // What lies clearly below although it has not converged leads the search, but is not the result.
        #expect(StateSearch.lead([closed, broken(below: 5e-4, isConverged: false)]) == 0)
        #expect(
            StateSearch.lead([closed, broken(below: 2e-3, isConverged: false), broken(below: 3e-3, isConverged: false)]) == 2)
    }

    /// A solution that is lower but has not converged is continued, and chosen once it converges. If it does not, it stays in the list.
    @Test(arguments: [7, 9]) func lowerSolutionsAreContinued(limit: Int) throws {
        let problem = try problem("oxygen", "STO-3G")
        func result(_ multiplicity: Int) throws -> SCFResult {
            try SelfConsistentField(
                problem: problem, state: ChargeState(charge: 0, multiplicity: multiplicity), options: SCFOptions()
            ).solve()
        }
        let (singlet, triplet) = (try result(1), try result(3))
        func outcome(_ limit: Int) throws -> StateSearch.Outcome {
            var options = SCFOptions()
            options.maximumIterations = limit
            let search = StateSearch(
                problem: problem, options: options, scope: .init(includesMultiplicities: true, places: []))
            return try search.outcomes(of: [singlet], onIteration: { _, _, _ in })[0]
        }
        let found = try outcome(limit)
        #expect(found.chosen.origin == "continued" && found.chosen.result.isConverged, "\(found)")
        #expect(abs(found.chosen.result.energy - triplet.energy) < 1e-7)
        let short = try outcome(2)
        #expect(short.chosen.origin == "first guess" && short.rounds >= 3)
        #expect(
            short.alternatives.contains { $0.origin == "continued" && !$0.result.isConverged && $0.relativeEnergy < -1e-3 })
    }

    /// A state that has not converged gives way to a converged one of another multiplicity where that lies below it, and to nothing else.
    @Test func unconvergedStates() throws {
        let problem = try problem("oxygen", "STO-3G")
        let known = try [(0, 1), (1, 2)].map { charge, multiplicity in
            var options = SCFOptions()
            options.maximumIterations = 2
            return try SelfConsistentField(
                problem: problem, state: ChargeState(charge: charge, multiplicity: multiplicity), options: options
            ).solve()
        }
        #expect(known.allSatisfy { !$0.isConverged })
        let outcomes = try StateSearch(
            problem: problem, options: SCFOptions(), scope: .init(includesMultiplicities: true, places: [])
        ).outcomes(of: known, onIteration: { _, _, _ in })
        // The triplet lies below the singlet, the quartet above the doublet.
        let triplet = outcomes[0].chosen.result
        #expect(triplet.isConverged && triplet.wavefunction.state.multiplicity == 3 && triplet.energy < known[0].energy)
        #expect(!outcomes[1].chosen.result.isConverged && outcomes[1].chosen.result.energy == known[1].energy)
        #expect(outcomes[1].multiplicitiesTried == [2, 4])
    }

    /// Electrons are spread until the density settles; the solution has whole ones, and is the same.
    @Test(arguments: ["oxygen", "nitrogen-dioxide"]) func smearing(name: String) throws {
        let set = name == "oxygen" ? "STO-3G" : "6-31G(d)"
        let problem = try problem(name, set)
        let state = ChargeState(charge: 0, multiplicity: name == "oxygen" ? 3 : 2)
        var options = SCFOptions()
        let plain = try SelfConsistentField(problem: problem, state: state, options: options).solve()
        options.smearing = 0.02
        var steps: [String] = []
        let spread = try SelfConsistentField(problem: problem, state: state, options: options).solve {
            steps.append($0.accelerator)
        }
        #expect(steps.contains("spread"))
        #expect(spread.isConverged)
        #expect(abs(spread.energy - plain.energy) < 1e-7)
        for density in [spread.wavefunction.alphaDensity, spread.wavefunction.betaDensity] {
            let square = density.times(problem.overlap).times(density)
            #expect((square - density).largestMagnitude < 1e-9)
        }
    }

    @Test func occupationsAddUp() {
        let energies = [-1.0, -0.5, -0.49, 0.2, 0.3]
        let spread = FermiOccupation.occupations(energies: energies, electrons: 2, width: 0.01)
        #expect(abs(spread.reduce(0, +) - 2) < 1e-10)
        #expect(spread[1] > spread[2] && spread[2] > 0.1 && spread[3] < 1e-10)
    }
}
