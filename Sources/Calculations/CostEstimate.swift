import Foundation
import GaussianIntegrals
import MachineLimits
import ParallelExecution
import RunFolders

/// What a calculation is likely to need on this machine, from the time of its integrals, which are computed once.
package struct CostEstimate: Codable, Sendable, Equatable {
    package var atoms: Int
    package var basisFunctions: Int
    package var states: Int
    package var threads: Int
    /// In bytes: below it, the calculation is refused.
    package var leastMemory: Int
    /// In bytes: with it, all integrals are stored.
    package var memory: Int
    /// Wall time with `threads` threads.
    package var seconds: Double

    enum CodingKeys: String, CodingKey {
        case atoms, states, threads, memory, seconds
        case basisFunctions = "basis_functions"
        case leastMemory = "least_memory"
    }

    /// Fock matrices and products with the orbital Hessian of one state, relative to one pass over the integrals: medians of closed and
    /// open shells of this program's benchmarks, with tests of stability.
    private static let (passes, passesOfSearch) = (30.0, 100.0)
    /// Further structures of an optimisation, and structures of frequencies for each coordinate.
    private static let (structures, displacements) = (25.0, 2.0)
    /// A structure takes, with its gradient and from good orbitals, this many passes.
    private static let passesOfStructure = 12.0

    /// - Throws: what the calculation would be refused with.
    package init(_ input: CalculationInput) throws {
        let file = try input.molecule.file()
        let resolved = try input.model.resolved(for: file.molecule)
        let pool = try input.resources.pool()
        let charges =
            try input.task == .energy || input.task == .adiabatic
            ? ChargeChoice(input.states, of: file).charges : [input.states.charges?.first ?? file.charge ?? 0]
        let plan = try StatePlan(input.states, of: file, charges: charges).states(
            protons: file.molecule.totalAtomicNumber, coreElectrons: resolved.coreElectrons)
        let solver = try StateSolver(
            states: input.states, model: input.model, convergence: input.convergence, pool: pool, memory: Machine.defaultMemory)
        let integrals = RepulsionProfile.uniqueIntegrals(of: resolved.basis, pool: pool)
        atoms = file.molecule.atoms.count
        basisFunctions = resolved.basis.functionCount
        states = plan.count
        threads = pool.threads
        leastMemory = solver.fixedMemory(functions: basisFunctions, states: plan)
        memory = leastMemory + 8 * integrals.integrals + integrals.integrals
        let isSearched =
            input.task == .energy
            && (input.states.search
                ?? (input.states.addsElectrons && input.states.stability == .follow ? .full : StateInput.Search.none))
                != .none
        var passes = Double(plan.count) * (isSearched ? Self.passesOfSearch : Self.passes)
        switch input.task {
        case .optimization: passes += Self.structures * Self.passesOfStructure
        case .adiabatic: passes += Double(plan.count) * (Self.structures * Self.passesOfStructure + Self.passes)
        case .frequencies: passes += Self.displacements * Double(3 * atoms) * Self.passesOfStructure
        case .counterpoise, .energy: break
        }
        seconds = 1 + passes * integrals.seconds / Double(pool.threads)
    }
}
